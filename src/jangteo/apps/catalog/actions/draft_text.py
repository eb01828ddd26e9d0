"""Have a text written: a draft that nobody sees until it is published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.crypto import salted_hmac

from jangteo.apps.catalog.adapters.model import model_or_none
from jangteo.apps.catalog.capabilities.write_text import REVIEW
from jangteo.apps.catalog.errors import OfferNotFound
from jangteo.apps.catalog.models import Offer, WrittenText
from jangteo.apps.catalog.texts.facts import ABOUT_GOODS, ENGLISH
from jangteo.apps.catalog.texts.rows import Chain, stall_of
from jangteo.apps.catalog.texts.runs import begin, sealed_review, write_one
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import clean_block

MOST_REVIEW = 4000


@dataclass(frozen=True, kw_only=True, slots=True)
class Drafted:
    """The draft, or the run that writes it in the background (a language model takes seconds)."""

    text_id: int | None
    run_id: int | None
    #: it went out unseen, as the owner allowed
    is_published: bool = False


@action(
    "catalog.draft_text",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
    atomic=False,
)
def draft_text(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    kind: str,
    offer_id: int | None = None,
    language: str = "ko",
    review: str = "",
    rating: int = 0,
    after_version: int | None = None,
    now: datetime,
) -> Drafted:
    """Write one text from confirmed fields. ``kind``: product, stall, sold_out, review, social.

    ``offer_id``: the goods it is about, for product, sold_out and social. ``review``: what somebody wrote, for a
    reply; it is kept nowhere. ``after_version``: the newest version the caller saw; when there is a newer one, that
    comes back and nothing is written, so a form sent twice is one text. With a language model configured the draft
    comes later: ``run_id``. Raises `InvalidInput`, `OfferNotFound`, `StallNotFound`, `NothingToSay`.
    """
    review = _checked(kind, offer_id, language, review, rating)
    stall = stall_of(market_id, stall_id)
    offer = None
    if offer_id is not None:
        offers = Offer.objects.select_related("stall", "item")
        offer = offers.filter(market_id=market_id, stall_id=stall_id, pk=offer_id).first()
        if offer is None:
            raise OfferNotFound
    chain = Chain(
        market_id=market_id, stall_id=stall_id, offer_id=offer_id, kind=kind, language=language
    )
    latest = chain.latest()
    if after_version is not None and latest is not None and latest.version > after_version:
        return _drafted(latest)
    if model_or_none() is not None:
        version = chain.latest_version()
        left = [sealed_review(review, rating) if kind == REVIEW else offer_id]
        with transaction.atomic():
            run = begin(
                market_id=market_id,
                stall_id=stall_id,
                kind=kind,
                language=language,
                left=left,
                key=f"{kind}:{offer_id or ''}:{language}:{version}{_mark_of(review, rating)}",
                by_id=actor.person_id,
                now=now,
            )
        return Drafted(text_id=None, run_id=run.pk)
    text = write_one(
        chain,
        stall,
        offer,
        review=review,
        rating=rating,
        after_version=after_version,
        with_model=False,
        by_id=actor.person_id,
        now=now,
    )
    return _drafted(text)


def _mark_of(review: str, rating: int) -> str:
    """Tells one review from the next while neither is answered, and nothing of what it says."""
    if not review:
        return ""
    return ":" + salted_hmac("catalog.draft_text", f"{rating} {review}").hexdigest()[:12]


def _drafted(text: WrittenText) -> Drafted:
    return Drafted(
        text_id=text.pk, run_id=None, is_published=text.state == WrittenText.State.PUBLISHED
    )


def _checked(kind: str, offer_id: int | None, language: str, review: str, rating: int) -> str:
    if kind not in WrittenText.Kind.values:
        raise InvalidInput(
            field="kind", ko="보기 가운데 하나를 골라 주세요.", en="Choose one of the options."
        )
    if language != "ko" and not (language == "en" and kind in ENGLISH):
        raise InvalidInput(
            field="language",
            ko="영어는 상품 글과 가게 소개만 써 드려요.",
            en="English is written for product texts and stall introductions only.",
        )
    if (kind in ABOUT_GOODS) != (offer_id is not None):
        raise InvalidInput(
            field="offer_id",
            ko="어느 물건의 글인지 골라 주세요.",
            en="Name the goods this kind of text is about, and only for such a text.",
        )
    review = clean_block(review, field="review", at_most=MOST_REVIEW)
    if kind == REVIEW and not review:
        raise InvalidInput(
            field="review", ko="답할 후기를 붙여 넣어 주세요.", en="Paste the review to answer."
        )
    if not 0 <= rating <= 5:
        raise InvalidInput(
            field="rating", ko="별점은 1부터 5까지예요.", en="A rating is from 1 to 5."
        )
    return review if kind == REVIEW else ""
