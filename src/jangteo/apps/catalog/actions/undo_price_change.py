"""Undo instead of "are you sure": a price goes back to what it was before the last change."""

from __future__ import annotations

from datetime import datetime, timedelta

from jangteo.apps.catalog.actions.change_price import ChangedPrice
from jangteo.apps.catalog.errors import OfferNotFound, TooLateToUndo
from jangteo.apps.catalog.models import PriceChange
from jangteo.apps.catalog.rows import lock_offer, set_price
from jangteo.platform.permissions import Actor, Role, action

UNDO_MINUTES = 10


@action(
    "catalog.undo_price_change",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def undo_price_change(
    *, actor: Actor, market_id: int, stall_id: int, change_id: int, now: datetime
) -> ChangedPrice:
    """Within ten minutes, and only while it is the offer's last change. The history keeps both.

    Raises `OfferNotFound`, `TooLateToUndo`.
    """
    change = PriceChange.objects.filter(market_id=market_id, pk=change_id).first()
    if change is None:
        raise OfferNotFound
    offer = lock_offer(market_id, stall_id, change.offer_id)
    later = PriceChange.objects.filter(market_id=market_id, offer=offer, pk__gt=change.pk)
    is_over = now - change.at > timedelta(minutes=UNDO_MINUTES)
    if is_over or change.before_krw is None or later.exists():
        raise TooLateToUndo(minutes=UNDO_MINUTES)
    undone = set_price(
        offer, change.before_krw, by_id=actor.person_id, channel=change.channel, now=now
    )
    return ChangedPrice(
        change_id=undone.pk if undone else None,
        before_krw=change.after_krw,
        after_krw=change.before_krw,
    )
