"""A text as its owner sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jangteo.apps.catalog.models import Offer, WrittenText
from jangteo.apps.catalog.texts.facts import words_of
from jangteo.apps.catalog.texts.queries import Piece, is_flagged, latest_text, pieces_of
from jangteo.channels.stall.desk import Desk, pick

PERSON = "person"


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownText:
    """One version of a text, as its owner sees it."""

    id: int
    title: str
    kind: str
    language: str
    version: int
    state: str
    text: str
    pieces: list[Piece]
    is_ai: bool
    is_person: bool
    is_flagged: bool
    #: what is wrong, each sentence once
    whys: list[str]
    chips: list[tuple[str, str]]
    offer_id: int | None
    at: datetime
    is_english: bool
    #: words about a place that no field says
    place: str

    @property
    def is_live(self) -> bool:
        return self.state == WrittenText.State.PUBLISHED

    @property
    def may_go(self) -> bool:
        """Can it be put up as it is?"""
        return not self.pieces or not self.whys


def kind_word(kind: str) -> str:
    """What a kind of text is called."""
    return {
        "product": _("상품 글"),
        "stall": _("가게 소개"),
        "sold_out": _("품절 안내"),
        "review": _("후기 답글"),
        "social": _("알림 글"),
    }[kind]


def shown_text(text: WrittenText) -> ShownText:
    """For a page. Needs the text's ``offer`` loaded (or loads it)."""
    english = (get_language() or "ko").startswith("en")
    whys = [one["en"] if english else one["ko"] for one in text.problems]
    place = next((one["said"] for one in text.problems if one["kind"] == "origin"), "")
    name = pick(text.offer.name, text.offer.name_en) if text.offer else ""
    kind = kind_word(text.kind)
    return ShownText(
        id=text.pk,
        title=f"{name} · {kind}" if name else kind,
        kind=text.kind,
        language=text.language,
        version=text.version,
        state=text.state,
        text=text.text,
        pieces=pieces_of(text),
        is_ai=text.is_ai,
        is_person=text.provider == PERSON,
        is_flagged=is_flagged(text) and text.state == WrittenText.State.WITHDRAWN,
        whys=list(dict.fromkeys(whys)),
        chips=[(pick(ko, en), value) for ko, en, value in words_of(text.facts)],
        offer_id=text.offer_id,
        at=text.at,
        is_english=text.language == "en",
        place=place,
    )


def texts_of_offer(desk: Desk, offer: Offer) -> dict[str, Any]:
    """What the page of one thing shows of its texts."""
    text = latest_text(**desk.place, kind="product", offer_id=offer.pk)
    notice = latest_text(**desk.place, kind="sold_out", offer_id=offer.pk)
    post = latest_text(**desk.place, kind="social", offer_id=offer.pk)
    return {
        "text": shown_text(text) if text else None,
        "text_version": text.version if text else 0,
        "description": pick(offer.description, offer.description_en),
        "is_ai_text": offer.is_ai_text,
        "notice": shown_text(notice) if notice else None,
        "notice_version": notice.version if notice else 0,
        "post_version": post.version if post else 0,
    }
