"""Published texts against what is true now."""

from __future__ import annotations

from datetime import datetime
from difflib import SequenceMatcher

from jangteo.apps.catalog.models import Offer, WrittenText
from jangteo.apps.catalog.texts.facts import facts_for, used_facts
from jangteo.apps.catalog.texts.rows import (
    Chain,
    keep,
    lock_desk,
    problems_of,
    recheck,
    take_down,
    tell,
)

#: less of an AI text than this left in what the owner wrote over it is a text of her own
STILL_AI = 0.3


def recheck_offer(offer: Offer, now: datetime) -> int:
    """The texts shown with these goods; the offer's row should be locked. Returns how many came down."""
    live = WrittenText.objects.filter(
        market_id=offer.market_id, offer=offer, state=WrittenText.State.PUBLISHED
    )
    if not live.exists():
        return 0
    desk = lock_desk(offer.market_id, offer.stall_id, now)
    down = 0
    for text in live.select_related("stall"):
        if text.kind == WrittenText.Kind.PRODUCT and _was_rewritten(text, offer, now):
            continue
        if text.kind == WrittenText.Kind.SOLD_OUT and offer.state == Offer.State.ON_SALE:
            take_down(text, desk, offer, now)
            continue
        down += recheck(text, desk, offer, now)
    return down


def _was_rewritten(text: WrittenText, offer: Offer, now: datetime) -> bool:
    """Did somebody write over the description elsewhere? Her words become the newest version."""
    korean = text.language == "ko"
    shown = offer.description if korean else offer.description_en
    if shown == text.text:
        return False
    text.state = WrittenText.State.WITHDRAWN
    text.save(update_fields=["state"])
    is_ai = text.is_ai and SequenceMatcher(None, text.text, shown).ratio() >= STILL_AI
    if shown:
        facts = facts_for(text.kind, text.stall, offer, language=text.language)
        row = keep(
            Chain.of(text),
            shown,
            provider="person",
            is_ai=is_ai,
            facts=used_facts(facts, list(text.facts)),
            # her own words: what no field says of them stays hers to answer for
            problems=problems_of(shown, facts, Chain.of(text)),
            state=WrittenText.State.PUBLISHED,
            decision=text.decision,
            by_id=None,
            now=now,
        )
        row.published_at = now
        row.save(update_fields=["published_at"])
    has_ai = WrittenText.objects.filter(
        market_id=offer.market_id,
        offer=offer,
        kind=WrittenText.Kind.PRODUCT,
        state=WrittenText.State.PUBLISHED,
        is_ai=True,
    ).exists()
    if offer.is_ai_text != has_ai:
        offer.is_ai_text = has_ai
        offer.save(update_fields=["is_ai_text"])
    tell(offer.market_id, offer.stall_id, now)
    return True


def recheck_stall(market_id: int, stall_id: int, now: datetime) -> int:
    """All texts a stall shows. Returns how many came down."""
    live = WrittenText.objects.filter(
        market_id=market_id, stall_id=stall_id, state=WrittenText.State.PUBLISHED
    )
    ids = set(live.filter(offer__isnull=False).values_list("offer_id", flat=True))
    offers = (
        Offer.objects.select_for_update(of=("self",))
        .select_related("stall", "item")
        .filter(market_id=market_id, stall_id=stall_id, pk__in=ids)
        .order_by("id")
    )
    down = sum(recheck_offer(offer, now) for offer in offers)
    own = live.filter(kind=WrittenText.Kind.STALL)
    if own.exists():
        desk = lock_desk(market_id, stall_id, now)
        for text in own.select_related("stall"):
            down += recheck(text, desk, None, now)
    return down
