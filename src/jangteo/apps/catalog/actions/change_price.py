"""A stall changes a price, for new orders only: what is ordered keeps the price it was ordered at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jangteo.apps.catalog.errors import PriceJump
from jangteo.apps.catalog.pricing import check_price, is_jump
from jangteo.apps.catalog.rows import lock_offer, set_price
from jangteo.platform.permissions import Actor, Role, action


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedPrice:
    """What it was and is, in won. ``change_id`` None: it was this price already."""

    change_id: int | None
    before_krw: int
    after_krw: int


@action(
    "catalog.change_price",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def change_price(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    offer_id: int,
    price_krw: int,
    confirmed: bool = False,
    channel: str = "console",
    now: datetime,
) -> ChangedPrice:
    """Set the price of one unit, VAT included. The same price again changes nothing.

    More than three times the former price or less than a third needs ``confirmed``. ``channel``: console, office
    or api. Raises `PriceOutOfBounds`, `PriceJump`, `OfferNotFound`.
    """
    check_price(price_krw)
    offer = lock_offer(market_id, stall_id, offer_id)
    before = offer.price_krw
    if is_jump(before, price_krw) and not confirmed:
        raise PriceJump(before_krw=f"{before:,}", after_krw=f"{price_krw:,}")
    change = set_price(offer, price_krw, by_id=actor.person_id, channel=channel, now=now)
    return ChangedPrice(
        change_id=change.pk if change else None, before_krw=before, after_krw=price_krw
    )
