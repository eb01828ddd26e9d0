"""A stall's texts: what waits, what is shown; drafting, changing, publishing, taking down."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import AwareDatetime, Field

from jangteo.apps.catalog.actions.draft_text import draft_text
from jangteo.apps.catalog.actions.edit_text import edit_text
from jangteo.apps.catalog.actions.publish_text import publish_text, withdraw_text
from jangteo.apps.catalog.models import WrittenText
from jangteo.apps.catalog.texts.queries import (
    flagged_texts,
    live_texts,
    one_text,
    waiting_texts,
)
from jangteo.apps.markets.queries import stall_by_slug
from jangteo.channels.api.access import Bearer, caller, in_market
from jangteo.channels.api.problems import Problem
from jangteo.channels.api.public import Slug
from jangteo.channels.api.schemas import Id, In, Text
from jangteo.platform.clock import utc_now
from jangteo.platform.errors import NotAllowed
from jangteo.platform.permissions import Actor, Role

router = Router(tags=["texts"], auth=Bearer())

Failure = {frozenset({401, 403, 404, 409, 422}): Problem}
_READERS = (Role.STALL_OWNER, Role.PROXY, Role.OFFICE)
_BASE = "/markets/{market}/stalls/{stall}/texts"


class TextProblem(Schema):
    """What in a text no confirmed field says, or the law bars; ``start`` and ``end`` are places in the text."""

    kind: str
    start: int
    end: int
    said: str
    ko: str
    en: str


class TextOut(Schema):
    """One version of a text. ``is_ai``: show "AI가 쓴 글" wherever it is shown."""

    id: int
    #: product, stall, sold_out, review, social
    kind: str
    language: str
    offer_id: int | None
    version: int
    text: str
    #: draft, live, past, refused
    state: str
    #: built-in, model, baseline, person, or a vendor's slug
    provider: str
    is_ai: bool
    facts: dict[str, Any]
    problems: list[TextProblem]
    at: AwareDatetime
    published_at: AwareDatetime | None


class TextIn(In):
    """What to write."""

    kind: Literal["product", "stall", "sold_out", "review", "social"]
    offer_id: Id | None = None
    language: Literal["ko", "en"] = "ko"
    #: a review to answer; kept nowhere
    review: Annotated[Text, Field(max_length=4000)] = ""
    #: 1 to 5; 0 when not said
    rating: Annotated[int, Field(ge=0, le=5)] = 0
    #: the newest version you know: when there is a newer one, that comes back and nothing is written
    after_version: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None


class DraftedOut(Schema):
    """The draft, or the run that writes it in the background where a language model is configured."""

    text_id: int | None
    run_id: int | None
    is_published: bool


class TextEditIn(In):
    """Words of your own."""

    text: Annotated[Text, Field(max_length=2000)]


class EditedOut(Schema):
    """The new version and what in it no field says."""

    text_id: int
    problems: list[TextProblem]


class PublishIn(In):
    """``sure``: you answer for what no field says, in words a person wrote."""

    sure: bool = False


def _may_read(actor: Actor, market_id: int, stall_id: int) -> None:
    if not any(actor.has(role, market_id, stall_id) for role in _READERS):
        raise NotAllowed


def _out(text: WrittenText) -> dict[str, Any]:
    return {
        "id": text.pk,
        "kind": text.kind,
        "language": text.language,
        "offer_id": text.offer_id,
        "version": text.version,
        "text": text.text,
        "state": text.state,
        "provider": text.provider,
        "is_ai": text.is_ai,
        "facts": text.facts,
        "problems": text.problems,
        "at": text.at,
        "published_at": text.published_at,
    }


@router.get(
    _BASE,
    response={200: list[TextOut], **Failure},
    summary="Texts that wait to be looked at, that came down, or that are shown",
)
def get_texts(
    request: HttpRequest,
    market: Slug,
    stall: Slug,
    which: Literal["waiting", "down", "shown"] = "waiting",
) -> list[dict[str, Any]]:
    actor = caller(request, "stall:read")
    read = {"waiting": waiting_texts, "down": flagged_texts, "shown": live_texts}[which]
    with in_market(market) as info:
        place = stall_by_slug(info.id, stall)
        _may_read(actor, info.id, place.pk)
        return [_out(text) for text in read(info.id, place.pk)]


@router.post(
    _BASE,
    response={200: DraftedOut, **Failure},
    summary="Have a text written from confirmed fields; nobody sees it until it is published",
)
def post_text(request: HttpRequest, market: Slug, stall: Slug, body: TextIn) -> dict[str, Any]:
    with in_market(market) as info:
        drafted = draft_text(
            actor=caller(request),
            market_id=info.id,
            stall_id=stall_by_slug(info.id, stall).pk,
            kind=body.kind,
            offer_id=body.offer_id,
            language=body.language,
            review=body.review,
            rating=body.rating,
            after_version=body.after_version,
            now=utc_now(),
        )
    return {
        "text_id": drafted.text_id,
        "run_id": drafted.run_id,
        "is_published": drafted.is_published,
    }


@router.get(
    f"{_BASE}/{{text_id}}", response={200: TextOut, **Failure}, summary="One version of a text"
)
def get_text(request: HttpRequest, market: Slug, stall: Slug, text_id: Id) -> dict[str, Any]:
    actor = caller(request, "stall:read")
    with in_market(market) as info:
        place = stall_by_slug(info.id, stall)
        _may_read(actor, info.id, place.pk)
        return _out(one_text(info.id, place.pk, text_id))


@router.put(
    f"{_BASE}/{{text_id}}",
    response={200: EditedOut, **Failure},
    summary="Change a text: a new version, a draft",
)
def put_text(
    request: HttpRequest, market: Slug, stall: Slug, text_id: Id, body: TextEditIn
) -> dict[str, Any]:
    with in_market(market) as info:
        edited = edit_text(
            actor=caller(request),
            market_id=info.id,
            stall_id=stall_by_slug(info.id, stall).pk,
            text_id=text_id,
            text=body.text,
            now=utc_now(),
        )
    return {"text_id": edited.text_id, "problems": list(edited.problems)}


@router.post(
    f"{_BASE}/{{text_id}}/publish",
    response={200: TextOut, **Failure},
    summary="Show a text to shoppers; it is checked against today's fields",
)
def post_publish(
    request: HttpRequest, market: Slug, stall: Slug, text_id: Id, body: PublishIn
) -> dict[str, Any]:
    with in_market(market) as info:
        place = stall_by_slug(info.id, stall)
        publish_text(
            actor=caller(request),
            market_id=info.id,
            stall_id=place.pk,
            text_id=text_id,
            sure=body.sure,
            now=utc_now(),
        )
        return _out(one_text(info.id, place.pk, text_id))


@router.post(
    f"{_BASE}/{{text_id}}/withdraw",
    response={200: TextOut, **Failure},
    summary="Take a text down, or throw a draft away",
)
def post_withdraw(request: HttpRequest, market: Slug, stall: Slug, text_id: Id) -> dict[str, Any]:
    with in_market(market) as info:
        place = stall_by_slug(info.id, stall)
        withdraw_text(
            actor=caller(request),
            market_id=info.id,
            stall_id=place.pk,
            text_id=text_id,
            now=utc_now(),
        )
        return _out(one_text(info.id, place.pk, text_id))
