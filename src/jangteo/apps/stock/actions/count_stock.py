"""The owner counts what is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jangteo.apps.catalog.rows import find_offer, tell
from jangteo.apps.stock.errors import BelowReserved
from jangteo.apps.stock.locks import lock_levels
from jangteo.apps.stock.models import StockLevel, StockMove
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action

MOST_UNITS = 100_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """The level now, in units of the offer."""

    quantity: int
    reserved: int
    #: what this changed
    delta: int

    @property
    def available(self) -> int:
        """What may still be ordered."""
        return self.quantity - self.reserved


@action(
    "stock.count_stock",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="stock:write",
)
def count_stock(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    offer_id: int,
    quantity: int,
    now: datetime,
) -> Counted:
    """There are exactly ``quantity`` units in the stall, those promised to unpaid orders included.

    The first count switches counting on. The same count again writes nothing. Raises `BelowReserved`,
    `InvalidInput`, `OfferNotFound`.
    """
    check_units(quantity, least=0)
    offer = find_offer(market_id, stall_id, offer_id)
    level = level_of(market_id, offer_id)
    if quantity < level.reserved:
        raise BelowReserved(reserved=level.reserved)
    delta = quantity - level.quantity
    if level.is_counted and delta == 0:
        return Counted(quantity=quantity, reserved=level.reserved, delta=0)
    if not level.is_counted:
        write_move(level, StockMove.Kind.START, 0, "on", actor, now)
    write_move(level, StockMove.Kind.COUNT, delta, "", actor, now)
    level.is_counted = True
    level.quantity = quantity
    level.save(update_fields=["is_counted", "quantity"])
    tell(offer, now)
    return Counted(quantity=quantity, reserved=level.reserved, delta=delta)


def level_of(market_id: int, offer_id: int) -> StockLevel:
    """The offer's level, locked; made when it has none."""
    level = lock_levels(market_id, [offer_id]).get(offer_id)
    if level is None:
        StockLevel.objects.get_or_create(market_id=market_id, offer_id=offer_id)
        level = lock_levels(market_id, [offer_id])[offer_id]
    return level


def write_move(
    level: StockLevel, kind: StockMove.Kind, delta: int, cause: str, actor: Actor, now: datetime
) -> None:
    """Append one move of the ledger."""
    StockMove.objects.create(
        market_id=level.market_id,
        offer_id=level.offer_id,
        kind=kind,
        delta=delta,
        cause=cause,
        by_id=actor.person_id,
        at=now,
    )


def check_units(quantity: int, *, least: int) -> None:
    """Raise `InvalidInput` unless ``least`` to 100,000."""
    if not least <= quantity <= MOST_UNITS:
        raise InvalidInput(
            field="quantity",
            ko=f"{least}부터 {MOST_UNITS:,} 사이의 수를 적어 주세요.",
            en=f"Enter a number from {least} to {MOST_UNITS:,}.",
        )
