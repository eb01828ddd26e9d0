"""Rows of a list written: understood, matched, placed among the stall's goods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from jangteo.apps.catalog.imports import Goods, goods_of, rows_of
from jangteo.apps.catalog.items import market_units
from jangteo.apps.catalog.models import Offer, PriceImport, PriceImportRow, StallDesk
from jangteo.apps.catalog.price_lists.matching import propose_items
from jangteo.apps.catalog.price_lists.waiting import ReadPart
from jangteo.engines.matching import Understood
from jangteo.engines.pricelist import PriceListReading
from jangteo.platform.permissions import Actor


def rows_for(
    market_id: int,
    stall_id: int,
    parts: Sequence[ReadPart],
    actor: Actor,
    now: datetime,
) -> list[PriceImportRow]:
    """Unsaved rows of all parts, understood and matched. Needs the market's scope and a transaction."""
    goods = stall_goods(market_id, stall_id)
    units = market_units(market_id)
    origin = default_origin(market_id, stall_id)
    rows: list[PriceImportRow] = []
    understood: list[Understood | None] = []
    for part in parts:
        read = rows_of(_renamed(part), goods, units=units, default_origin=origin)
        for row in read.rows:
            box = part.boxes.get(row.row)
            if part.stem and box is not None:
                row.box = {
                    "picture": part.stem,
                    "at": [round(x, 4) for x in (box.left, box.top, box.right, box.bottom)],
                }
        rows += read.rows
        understood += read.understood
    propose_items(market_id, stall_id, rows, understood, actor, now)
    return rows


def write_rows(price_import: PriceImport, rows: Sequence[PriceImportRow]) -> None:
    """Save the rows of an import."""
    for row in rows:
        row.market_id = price_import.market_id
        row.price_import = price_import
    PriceImportRow.objects.bulk_create(rows, batch_size=1000)


def stall_goods(market_id: int, stall_id: int) -> Goods:
    """The stall's offers, found by what they are called."""
    return goods_of(Offer.objects.filter(market_id=market_id, stall_id=stall_id))


def default_origin(market_id: int, stall_id: int) -> str:
    """What the owner said of all her goods that say nothing of it; "" when she did not."""
    desk = StallDesk.objects.filter(market_id=market_id, stall_id=stall_id).first()
    return desk.default_origin if desk else ""


def _renamed(part: ReadPart) -> PriceListReading:
    """Photographs have no sheets; their rows are told apart by "사진 2"."""
    if not part.sheet:
        return part.reading
    sheet = part.sheet
    return replace(
        part.reading,
        accepted=tuple(replace(one, sheet=sheet) for one in part.reading.accepted),
        asked=tuple(replace(one, sheet=sheet) for one in part.reading.asked),
        refused=tuple(replace(one, sheet=sheet) for one in part.reading.refused),
        ignored=tuple(replace(one, sheet=sheet) for one in part.reading.ignored),
    )
