"""Hold goods for an order until it is paid; sell or release what was held.

Plain functions for use inside another app's action: they need its transaction and its market scope.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import F

from jangteo.apps.stock.errors import NotEnoughStock
from jangteo.apps.stock.locks import lock_levels
from jangteo.apps.stock.models import Reservation, StockLevel, StockMove


@dataclass(frozen=True, kw_only=True, slots=True)
class Want:
    """Some units of one offer, for one cause (``line:12``)."""

    offer_id: int
    name: str
    quantity: int
    cause: str


def hold(*, market_id: int, wants: Sequence[Want], expires_at: datetime) -> None:
    """Reserve all wants or none. Raises `NotEnoughStock` naming the first that is short."""
    levels = lock_levels(market_id, (want.offer_id for want in wants))
    needed: dict[int, int] = defaultdict(int)
    for want in sorted(wants, key=lambda w: w.offer_id):
        level = levels.get(want.offer_id)
        if level is None or not level.is_counted:
            continue
        needed[want.offer_id] += want.quantity
        free = level.quantity - level.reserved
        if needed[want.offer_id] > free:
            raise NotEnoughStock(name=want.name, available=free)
    if not needed:
        return
    _reserve(market_id, needed)
    Reservation.objects.bulk_create(
        Reservation(
            market_id=market_id,
            offer_id=want.offer_id,
            cause=want.cause,
            quantity=want.quantity,
            expires_at=expires_at,
        )
        for want in wants
        if want.offer_id in needed
    )


def _reserve(market_id: int, needed: dict[int, int]) -> None:
    """One statement for all offers of a cart: the rows are locked already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update stock_stocklevel s set reserved = s.reserved + w.quantity"
            " from unnest(%s::bigint[], %s::int[]) as w(offer_id, quantity)"
            " where s.market_id = %s and s.offer_id = w.offer_id",
            [list(needed), list(needed.values()), market_id],
        )


def _close(
    market_id: int, causes: Sequence[str], state: Reservation.State, now: datetime
) -> list[Reservation]:
    """Lock levels then reservations, and close those still held. Returns the closed ones."""
    held = Reservation.objects.filter(
        market_id=market_id, cause__in=causes, state=Reservation.State.HELD
    )
    lock_levels(market_id, held.values_list("offer_id", flat=True))
    rows = list(held.select_for_update(of=("self",)).order_by("id"))
    Reservation.objects.filter(pk__in=[row.pk for row in rows]).update(state=state, closed_at=now)
    return rows


def sell(*, market_id: int, causes: Sequence[str], by_id: int | None, now: datetime) -> set[str]:
    """Turn held goods into sold ones. Returns the causes sold; those no longer held are not among them."""
    rows = _close(market_id, causes, Reservation.State.SOLD, now)
    _take(market_id, [(row.offer_id, row.quantity, row.cause) for row in rows], by_id, now, True)
    return {row.cause for row in rows}


def _take(
    market_id: int,
    taken: Sequence[tuple[int, int, str]],
    by_id: int | None,
    now: datetime,
    was_reserved: bool,
) -> None:
    for offer_id, quantity, _ in taken:
        StockLevel.objects.filter(market_id=market_id, offer_id=offer_id).update(
            quantity=F("quantity") - quantity,
            reserved=F("reserved") - (quantity if was_reserved else 0),
        )
    StockMove.objects.bulk_create(
        StockMove(
            market_id=market_id,
            offer_id=offer_id,
            kind=StockMove.Kind.SOLD,
            delta=-quantity,
            cause=cause,
            by_id=by_id,
            at=now,
        )
        for offer_id, quantity, cause in taken
    )


def release(*, market_id: int, causes: Sequence[str], now: datetime) -> int:
    """Give held goods back to the shelf. Returns how many reservations were still held."""
    rows = _close(market_id, causes, Reservation.State.RELEASED, now)
    for row in rows:
        StockLevel.objects.filter(market_id=market_id, offer_id=row.offer_id).update(
            reserved=F("reserved") - row.quantity
        )
    return len(rows)


def try_sell_now(*, market_id: int, want: Want, by_id: int | None, now: datetime) -> bool:
    """Take goods from the shelf without a reservation (late payment, substitute). False when short."""
    level = lock_levels(market_id, [want.offer_id]).get(want.offer_id)
    if level is None or not level.is_counted:
        return True
    if level.quantity - level.reserved < want.quantity:
        return False
    _take(market_id, [(want.offer_id, want.quantity, want.cause)], by_id, now, False)
    return True


def put_back(
    *, market_id: int, offer_id: int, quantity: int, cause: str, by_id: int | None, now: datetime
) -> None:
    """Goods of a cancelled line return to the shelf, when the offer is counted."""
    level = lock_levels(market_id, [offer_id]).get(offer_id)
    if level is None or not level.is_counted or quantity == 0:
        return
    StockLevel.objects.filter(pk=level.pk).update(quantity=F("quantity") + quantity)
    StockMove.objects.create(
        market_id=market_id,
        offer_id=offer_id,
        kind=StockMove.Kind.RETURN,
        delta=quantity,
        cause=cause,
        by_id=by_id,
        at=now,
    )


def set_to_nothing(*, market_id: int, offer_id: int, by_id: int | None, now: datetime) -> None:
    """The stall says it is gone: what is not promised to others counts as nothing from now on."""
    level = lock_levels(market_id, [offer_id]).get(offer_id)
    if level is None or not level.is_counted or level.quantity == level.reserved:
        return
    StockMove.objects.create(
        market_id=market_id,
        offer_id=offer_id,
        kind=StockMove.Kind.COUNT,
        delta=level.reserved - level.quantity,
        cause="sold-out",
        by_id=by_id,
        at=now,
    )
    StockLevel.objects.filter(pk=level.pk).update(quantity=level.reserved)
