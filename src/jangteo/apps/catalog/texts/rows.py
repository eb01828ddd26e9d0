"""Versions of texts: kept, checked, put on a page and taken off it. Every write holds the stall's desk row.

Lock order: the offer, then the desk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from jangteo.apps.catalog.capabilities.write_text import REVIEW, TextProposal
from jangteo.apps.catalog.errors import (
    TextBarred,
    TextNeedsAnswer,
    TextNotFound,
    TextNotTrue,
)
from jangteo.apps.catalog.events import OfferChanged, TextsChanged
from jangteo.apps.catalog.models import Offer, StallDesk, WrittenText
from jangteo.apps.catalog.rows import lock_offer
from jangteo.apps.catalog.texts.facts import (
    SHOWN,
    as_kept,
    changed_words,
    engine_kind,
    facts_for,
    others_of,
    used_facts,
)
from jangteo.apps.decisions.decide import Decided
from jangteo.apps.decisions.log import write_event
from jangteo.apps.decisions.models import Mode
from jangteo.apps.markets.errors import StallNotFound
from jangteo.apps.markets.models import Stall
from jangteo.engines.copywriting import Facts, Wrong, check
from jangteo.platform.clock import seoul_day
from jangteo.platform.events import emit

PERSON = "person"
#: what the food labelling law bars whoever says it (식품표시광고법 제8조)
BARRED = frozenset({Wrong.MEDICAL, Wrong.SUPERLATIVE, Wrong.COMPETITOR})
_MOST_SAID = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Chain:
    """What versions of one text have in common."""

    market_id: int
    stall_id: int
    offer_id: int | None
    kind: str
    language: str

    @classmethod
    def of(cls, text: WrittenText) -> Chain:
        """The chain a version belongs to."""
        return cls(
            market_id=text.market_id,
            stall_id=text.stall_id,
            offer_id=text.offer_id,
            kind=text.kind,
            language=text.language,
        )

    def rows(self) -> Any:
        """Its versions, the newest first."""
        return WrittenText.objects.filter(
            of_offer(self.offer_id),
            market_id=self.market_id,
            stall_id=self.stall_id,
            kind=self.kind,
            language=self.language,
        ).order_by("-version")

    def latest(self) -> WrittenText | None:
        """The newest version, refused ones apart."""
        row: WrittenText | None = self.rows().exclude(state=WrittenText.State.REFUSED).first()
        return row

    def latest_version(self) -> int:
        """The newest version's number, refused ones too; 0 for none."""
        return self.rows().values_list("version", flat=True).first() or 0


def lock_desk(market_id: int, stall_id: int, now: datetime) -> StallDesk:
    """The stall's desk, made when it is the first time, locked until the transaction ends."""
    StallDesk.objects.get_or_create(
        market_id=market_id, stall_id=stall_id, defaults={"updated_at": now}
    )
    return StallDesk.objects.select_for_update().get(market_id=market_id, stall_id=stall_id)


def lock_text(
    market_id: int, stall_id: int, text_id: int, now: datetime
) -> tuple[WrittenText, StallDesk, Offer | None]:
    """A text of this stall, its desk and its goods, all locked. Raises `TextNotFound`."""
    texts = WrittenText.objects.filter(market_id=market_id, stall_id=stall_id, pk=text_id)
    offer_id = texts.values_list("offer_id", flat=True).first()
    offer = lock_offer(market_id, stall_id, offer_id) if offer_id else None
    desk = lock_desk(market_id, stall_id, now)
    text = texts.select_related("stall").first()
    if text is None:
        raise TextNotFound
    return text, desk, offer


def facts_now(text: WrittenText, offer: Offer | None, now: datetime) -> dict[str, Any]:
    """What may be said today by a text of this kind."""
    today = offer is not None and offer.arrived_on == seoul_day(now)
    return facts_for(text.kind, text.stall, offer, language=text.language, is_today=today)


def problems_of(text: str, facts: Mapping[str, Any], chain: Chain) -> list[dict[str, Any]]:
    """What the checker finds, as it is kept: kind, place, words, and why in Korean and English."""
    found = check(
        text,
        engine_kind(chain.kind),
        Facts.from_json(facts),
        competitors=others_of(chain.market_id, chain.stall_id),
    )
    return [as_kept(one) for one in found.problems]


def keep(
    chain: Chain,
    text: str,
    *,
    provider: str,
    is_ai: bool,
    facts: Mapping[str, Any],
    problems: Iterable[Mapping[str, Any]] = (),
    state: str = WrittenText.State.DRAFT,
    decision: Any = None,
    by_id: int | None,
    now: datetime,
) -> WrittenText:
    """The next version. The desk must be locked."""
    row = WrittenText.objects.create(
        market_id=chain.market_id,
        stall_id=chain.stall_id,
        offer_id=chain.offer_id,
        kind=chain.kind,
        language=chain.language,
        version=chain.latest_version() + 1,
        text=text,
        state=state,
        provider=provider[:40],
        is_ai=is_ai,
        facts=dict(facts),
        problems=[dict(one) for one in problems],
        decision=decision,
        by_id=by_id,
        at=now,
    )
    tell(chain.market_id, chain.stall_id, now)
    return row


def keep_decided(
    chain: Chain,
    decided: Decided[TextProposal],
    facts: Mapping[str, Any],
    *,
    by_id: int | None,
    now: datetime,
) -> WrittenText:
    """A decided text as the next draft; drafts that wait before it make room. The desk must be locked."""
    chain.rows().filter(state=WrittenText.State.DRAFT).update(state=WrittenText.State.WITHDRAWN)
    proposal = decided.proposal
    said = used_facts(facts, proposal.used)
    if chain.kind == REVIEW:
        problems: list[dict[str, Any]] = []
    else:
        problems = problems_of(proposal.text, facts, chain)
    return keep(
        chain,
        proposal.text,
        provider=decided.provider,
        is_ai=decided.is_ai,
        facts=said,
        problems=problems,
        decision=decided.id,
        by_id=by_id,
        now=now,
    )


def refuse_untrue(text: WrittenText, problems: list[dict[str, Any]], *, sure: bool) -> None:
    """Raise what keeps a text from going out. Her own words she may answer for, AI's words and barred ones nobody may."""
    barred = [one for one in problems if one["kind"] in BARRED]
    if barred:
        raise TextBarred(said=_said(barred), reason_ko=barred[0]["ko"], reason_en=barred[0]["en"])
    if not problems:
        return
    if text.provider != PERSON:
        raise TextNotTrue(said=_said(problems))
    if not sure:
        raise TextNeedsAnswer(said=_said(problems))


def _said(problems: Iterable[Mapping[str, Any]]) -> str:
    return ", ".join(list(dict.fromkeys(one["said"] for one in problems))[:_MOST_SAID])


def put_up(text: WrittenText, desk: StallDesk, offer: Offer | None, now: datetime) -> None:
    """Show it; the version shown before it becomes past. All locked."""
    live = Chain.of(text).rows().filter(state=WrittenText.State.PUBLISHED)
    live.exclude(pk=text.pk).update(state=WrittenText.State.WITHDRAWN)
    text.state = WrittenText.State.PUBLISHED
    text.published_at = now
    text.save(update_fields=["state", "published_at", "problems"])
    _show(text, text.text, desk, offer, now)


def take_down(text: WrittenText, desk: StallDesk, offer: Offer | None, now: datetime) -> None:
    """Show it no longer. All locked."""
    was_live = text.state == WrittenText.State.PUBLISHED
    text.state = WrittenText.State.WITHDRAWN
    text.save(update_fields=["state", "problems"])
    if was_live:
        _show(text, "", desk, offer, now)
    else:
        tell(text.market_id, text.stall_id, now)


def _show(
    text: WrittenText, words: str, desk: StallDesk, offer: Offer | None, now: datetime
) -> None:
    """Write the words where shoppers read them, with the mark of AI."""
    column = "description" if text.language == "ko" else "description_en"
    if text.kind == WrittenText.Kind.PRODUCT and offer is not None:
        shown = getattr(offer, column)
        if words or shown == text.text:
            setattr(offer, column, words)
        offer.is_ai_text = _has_ai(text)
        offer.save(update_fields=[column, "is_ai_text", "updated_at"])
        # after the desk is locked nothing else waits for the offer: it is locked already
        emit(
            OfferChanged(
                market_id=text.market_id, at=now, offer_id=offer.pk, stall_id=text.stall_id
            )
        )
    elif text.kind == WrittenText.Kind.STALL:
        setattr(desk, "story" if text.language == "ko" else "story_en", words)
        desk.is_ai_story = _has_ai(text)
        desk.updated_at = now
        desk.save(update_fields=["story", "story_en", "is_ai_story", "updated_at"])
    tell(text.market_id, text.stall_id, now)


def of_offer(offer_id: int | None) -> Q:
    """Texts of an offer, or of the stall itself."""
    return Q(offer__isnull=True) if offer_id is None else Q(offer_id=offer_id)


def _has_ai(text: WrittenText) -> bool:
    """Is any language of it that is shown AI-made?"""
    return WrittenText.objects.filter(
        of_offer(text.offer_id),
        market_id=text.market_id,
        stall_id=text.stall_id,
        kind=text.kind,
        state=WrittenText.State.PUBLISHED,
        is_ai=True,
    ).exists()


def answered(text: WrittenText, kind: Mode, *, by_id: int | None, now: datetime) -> None:
    """What a person did with an AI text, in the decision log."""
    if text.decision is not None:
        write_event(
            market_id=text.market_id,
            decision_id=text.decision,
            kind=kind.value,
            data={"text": text.pk},
            by_id=by_id,
            now=now,
        )


def recheck(text: WrittenText, desk: StallDesk, offer: Offer | None, now: datetime) -> bool:
    """A text that is shown, after a field may have changed: taken down when it is no longer true. All locked.

    What its owner answered for when she published it stays hers. Returns whether it went down.
    """
    if text.kind not in SHOWN:
        return False
    facts = facts_now(text, offer, now)
    known = {(one["kind"], one["said"]) for one in text.problems}
    fresh = [
        one
        for one in problems_of(text.text, facts, Chain.of(text))
        if (one["kind"], one["said"]) not in known
    ]
    if not fresh:
        return False
    changed = [
        {"kind": "changed", "field": key, "start": 0, "end": 0, "said": "", "ko": ko, "en": en}
        for key, ko, en in changed_words(text.facts, facts)
    ]
    text.problems = [*changed, *fresh]
    take_down(text, desk, offer, now)
    return True


def tell(market_id: int, stall_id: int, now: datetime) -> None:
    """The stall's open pages look again."""
    emit(TextsChanged(market_id=market_id, at=now, stall_id=stall_id))


def stall_of(market_id: int, stall_id: int) -> Stall:
    """The stall. Raises `StallNotFound`."""
    from_market = Stall.objects.filter(market_id=market_id, pk=stall_id)
    row = from_market.first()
    if row is None:
        raise StallNotFound
    return row
