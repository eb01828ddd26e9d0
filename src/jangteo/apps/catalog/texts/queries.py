"""Reads of a stall's texts. All need the market's scope."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from jangteo.apps.catalog.errors import TextNotFound
from jangteo.apps.catalog.models import Offer, TextRun, WrittenText
from jangteo.apps.catalog.texts.facts import SHOWN
from jangteo.apps.catalog.texts.rows import Chain
from jangteo.apps.catalog.texts.runs import UNDONE

_MOST = 200


def _rows(market_id: int, stall_id: int) -> QuerySet[WrittenText]:
    rows = WrittenText.objects.filter(market_id=market_id, stall_id=stall_id)
    return rows.select_related("offer", "stall")


def one_text(market_id: int, stall_id: int, text_id: int) -> WrittenText:
    """A text of the stall. Raises `TextNotFound`."""
    text = _rows(market_id, stall_id).filter(pk=text_id).first()
    if text is None:
        raise TextNotFound
    return text


def versions_of(text: WrittenText, limit: int = 30) -> list[WrittenText]:
    """All versions of a text, the newest first, with those a model wrote and the checker refused."""
    return list(Chain.of(text).rows().select_related("offer")[:limit])


def latest_text(
    market_id: int, stall_id: int, kind: str, *, offer_id: int | None = None, language: str = "ko"
) -> WrittenText | None:
    """The newest version of one text; None when there is none."""
    return Chain(
        market_id=market_id, stall_id=stall_id, offer_id=offer_id, kind=kind, language=language
    ).latest()


def waiting_texts(market_id: int, stall_id: int) -> list[WrittenText]:
    """Drafts that wait to be looked at, oldest first; replies and posts are copied at once and wait for nobody."""
    rows = _rows(market_id, stall_id).filter(state=WrittenText.State.DRAFT, kind__in=SHOWN)
    return list(rows.order_by("at", "id")[:_MOST])


def flagged_texts(market_id: int, stall_id: int) -> list[WrittenText]:
    """Texts that came down because a field changed, and that nobody has looked after since. One query."""
    rows = _rows(market_id, stall_id).filter(kind__in=SHOWN)
    newest: dict[tuple[int | None, str, str], WrittenText] = {}
    came_down = rows.exclude(state=WrittenText.State.REFUSED).exclude(
        state=WrittenText.State.WITHDRAWN, problems=[]
    )
    for row in came_down.order_by("version"):
        newest[(row.offer_id, row.kind, row.language)] = row
    return sorted(
        (
            row
            for row in newest.values()
            if row.state == WrittenText.State.WITHDRAWN and is_flagged(row)
        ),
        key=lambda row: row.pk,
    )


def texts_to_look_at(market_id: int, stall_id: int) -> int:
    """How many texts wait or came down."""
    return len(waiting_texts(market_id, stall_id)) + len(flagged_texts(market_id, stall_id))


def is_flagged(text: WrittenText) -> bool:
    """Did it come down because it was no longer true?"""
    return text.published_at is not None and bool(text.problems)


def live_texts(market_id: int, stall_id: int) -> list[WrittenText]:
    """What shoppers read, newest first."""
    rows = _rows(market_id, stall_id).filter(state=WrittenText.State.PUBLISHED, kind__in=SHOWN)
    return list(rows.order_by("-published_at", "-id")[:_MOST])


def runs_going_on(market_id: int, stall_id: int) -> list[TextRun]:
    """Texts that are being written right now."""
    rows = TextRun.objects.filter(market_id=market_id, stall_id=stall_id, state__in=UNDONE)
    return list(rows.order_by("id"))


def one_run(market_id: int, stall_id: int, run_id: int) -> TextRun | None:
    """A run of the stall."""
    return TextRun.objects.filter(market_id=market_id, stall_id=stall_id, pk=run_id).first()


def text_of_run(run: TextRun) -> WrittenText | None:
    """The newest text that a run of one text brought."""
    rows = _rows(run.market_id, run.stall_id).filter(
        kind=run.kind, language=run.language, at__gte=run.at
    )
    if run.ended_at is not None:
        # what another run wrote since is another answer
        rows = rows.filter(at__lte=run.ended_at)
    return rows.exclude(state=WrittenText.State.REFUSED).order_by("-id").first()


def silent_goods(market_id: int, stall_id: int) -> int:
    """How many of the stall's goods say nothing of themselves and have no text waiting."""
    having = WrittenText.objects.filter(
        market_id=market_id,
        stall_id=stall_id,
        kind=WrittenText.Kind.PRODUCT,
        language="ko",
        offer__isnull=False,
        state__in=(WrittenText.State.DRAFT, WrittenText.State.PUBLISHED),
    )
    goods = Offer.objects.filter(market_id=market_id, stall_id=stall_id, description="")
    return goods.exclude(state__in=Offer.UNSEEN).exclude(pk__in=having.values("offer_id")).count()


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A part of a text; ``why_ko`` empty: nothing is wrong with it."""

    text: str
    why_ko: str = ""
    why_en: str = ""


def pieces_of(text: WrittenText) -> list[Piece]:
    """The text in parts, those with a problem apart, in order; overlapping problems count once."""
    return pieces(text.text, text.problems)


def pieces(words: str, problems: Iterable[dict[str, object]]) -> list[Piece]:
    """As `pieces_of`, of any text and the problems kept with it."""
    made: list[Piece] = []
    at = 0
    for one in sorted(problems, key=lambda p: int(str(p.get("start", 0)))):
        start, end = int(str(one.get("start", 0))), int(str(one.get("end", 0)))
        if start < at or end <= start or end > len(words):
            continue
        if start > at:
            made.append(Piece(text=words[at:start]))
        made.append(Piece(text=words[start:end], why_ko=str(one["ko"]), why_en=str(one["en"])))
        at = end
    if at < len(words):
        made.append(Piece(text=words[at:]))
    return made


def sold_out_notice(market_id: int, offer_id: int) -> WrittenText | None:
    """What the stall says while goods are sold out; None when it says nothing. One query."""
    return WrittenText.objects.filter(
        market_id=market_id,
        offer_id=offer_id,
        kind=WrittenText.Kind.SOLD_OUT,
        language="ko",
        state=WrittenText.State.PUBLISHED,
    ).first()
