"""The owner settles one row of a price list."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.catalog.errors import (
    ImportNotFound,
    ImportStillRead,
    ImportUndone,
    RowAlreadyUsed,
    RowIncomplete,
)
from jangteo.apps.catalog.imports import give_origin, goods_of, place
from jangteo.apps.catalog.items import market_units
from jangteo.apps.catalog.models import Offer, PriceImport, PriceImportRow
from jangteo.apps.catalog.price_lists.labels import needs_origin
from jangteo.apps.catalog.price_lists.storing import default_origin
from jangteo.apps.catalog.price_lists.understanding import understand_row
from jangteo.apps.catalog.pricing import check_price
from jangteo.apps.catalog.rows import unit_key
from jangteo.engines.matching import MarketUnits
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import clean_line


@action(
    "catalog.answer_row",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def answer_row(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    import_id: int,
    row_id: int,
    proposal: int | None = None,
    name: str | None = None,
    unit: str | None = None,
    price_krw: int | None = None,
    leave_out: bool = False,
    now: datetime,
) -> None:
    """Tap a ``proposal`` (its index), or type what is missing, or leave the row out. Any pile's rows may be answered.

    What is typed wins over the proposal. Raises `RowIncomplete`, `PriceOutOfBounds`, `RowAlreadyUsed`,
    `ImportUndone`, `ImportNotFound`.
    """
    row = lock_row(market_id, stall_id, import_id, row_id)
    if row.effect:
        raise RowAlreadyUsed(row=row.row)
    row.is_settled = True
    row.is_left_out = leave_out
    if not leave_out:
        _take(row, proposal, name, unit, price_krw, market_units(market_id))
        place(row, goods_of(Offer.objects.filter(market_id=market_id, stall_id=stall_id)))
        origin = default_origin(market_id, stall_id)
        if origin and needs_origin(row):
            give_origin(row, origin, by="stall")
    row.save()


def lock_row(market_id: int, stall_id: int, import_id: int, row_id: int) -> PriceImportRow:
    """The row, its import locked first. Raises `ImportNotFound`, `ImportUndone`."""
    price_import = lock_import(market_id, stall_id, import_id)
    rows = PriceImportRow.objects.select_for_update(of=("self",))
    row = rows.filter(market_id=market_id, price_import=price_import, pk=row_id).first()
    if row is None:
        raise ImportNotFound
    return row


def lock_import(
    market_id: int, stall_id: int, import_id: int, *, even_undone: bool = False
) -> PriceImport:
    """The stall's own import, locked. Raises `ImportNotFound`, `ImportUndone`, `ImportStillRead`."""
    found = (
        PriceImport.objects.select_for_update(of=("self",))
        .filter(market_id=market_id, stall_id=stall_id, pk=import_id)
        .first()
    )
    if found is None:
        raise ImportNotFound
    if found.state == PriceImport.State.UNDONE and not even_undone:
        raise ImportUndone
    if found.state in (PriceImport.State.READING, PriceImport.State.FAILED):
        raise ImportStillRead
    return found


def _take(
    row: PriceImportRow,
    proposal: int | None,
    name: str | None,
    unit: str | None,
    price_krw: int | None,
    units: MarketUnits,
) -> None:
    before = (row.name, row.unit)
    tapped_net: int | None = None
    if proposal is not None:
        if not 0 <= proposal < len(row.proposals):
            raise RowIncomplete(row=row.row)
        chosen = row.proposals[proposal]
        row.name, row.unit, row.price_krw = chosen["name"], chosen["unit"], chosen["price_krw"]
        tapped_net = chosen.get("net_g")
    if name is not None:
        row.name = clean_line(name, field="name", at_most=80)
    if unit is not None:
        row.unit = clean_line(unit, field="unit", at_most=40)
    if price_krw is not None:
        row.price_krw = check_price(price_krw)
    if not row.name or row.price_krw is None:
        raise RowIncomplete(row=row.row)
    if unit_key(before[1]) != unit_key(row.unit):
        row.net_g = None  # it was of the unit that no longer stands
    if before != (row.name, row.unit):
        understand_row(row, units)
        row.item, row.item_verdict, row.match_decision = None, "", None
    row.net_g = tapped_net or row.net_g
