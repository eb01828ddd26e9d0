"""One product of a row: its name, unit, price, origin and note, read by the columns of one table."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from jangteo.engines.pricelist.amounts import MIN_KRW
from jangteo.engines.pricelist.fold import clean, compact, fold, has_letters
from jangteo.engines.pricelist.freetext import read_line
from jangteo.engines.pricelist.grid import Row
from jangteo.engines.pricelist.headers import Rank, heading_of
from jangteo.engines.pricelist.layout import Group, PriceColumn
from jangteo.engines.pricelist.oddities import is_error, is_formula, on_request
from jangteo.engines.pricelist.prices import read_price_cell
from jangteo.engines.pricelist.pricetext import Offer, PriceReading
from jangteo.engines.pricelist.units import (
    find_origin,
    is_size,
    join_units,
    split_name,
    unit_of,
)

MAX_NAME = 100


@dataclass(frozen=True, slots=True)
class Product:
    """What one table says in one row; ``price`` holds the price, the question or the refusal."""

    name: str
    unit: str
    price: PriceReading
    origin: str | None = None
    note: str | None = None


def read_product(row: Row, group: Group) -> Product | None:
    """The product of ``group`` in ``row``; ``None`` when neither name nor price is written there."""
    raw = row.cell(group.name).text
    price_cells = [row.cell(c.index) for c in (*group.prices, *group.sizes)]
    if not raw and not any(cell.text or cell.kind == "formula" for cell in price_cells):
        return None
    if not _anything_own(row, group):
        return None
    name, name_unit = split_name(clean(raw))
    name = _with_variety(row, group, name)
    column_unit = _column_unit(row, group, name)
    price = _with_doubts(read_group_price(row, group), row, group, raw)
    if price.price_krw is not None and _holds_price(raw):
        name, price = _without_price(raw, name, price)
    price = _with_unit(price, join_units(name_unit, column_unit))
    return Product(name, price.unit, price, _origin(row, group, raw), _note(row, group))


def _holds_price(raw: str) -> bool:
    return bool(re.search(r"\d[\d,]*\s?원|[천만]\s?원|\d,\d{3}", raw))


def _without_price(raw: str, name: str, price: PriceReading) -> tuple[str, PriceReading]:
    """대파 2,500원 beside 2500: the name is 대파; beside 3000 the owner is asked."""
    line = read_line(raw)
    if line.price.price_krw is None or not has_letters(line.name):
        return name, price
    if line.price.price_krw == price.price_krw:
        return line.name, price
    return line.name, _asking("several_prices", [line.price, price])


def _anything_own(row: Row, group: Group) -> bool:
    """A row all of whose cells are filled from merges above says nothing new."""
    columns = {group.name, *(c.index for c in (*group.prices, *group.sizes))}
    columns |= {*group.units, *group.varieties, *group.grades}
    return any(row.cell(column).own for column in columns if column is not None)


def _with_variety(row: Row, group: Group, name: str) -> str:
    """사과 + 부사; and for a name merged over several rows the size that tells them apart."""
    columns = list(group.varieties)
    if row.cell(group.name).merged:
        columns += [i for i in (*group.grades, *group.units, *group.other) if _tells_apart(row, i)]
    for index in columns:
        extra = clean(row.cell(index).text)
        if extra and has_letters(extra) and compact(extra) not in compact(name):
            name = f"{name} {extra}".strip()
    return name


def _tells_apart(row: Row, index: int) -> bool:
    text = row.cell(index).text
    return is_size(text) or (
        bool(re.fullmatch(r"[가-힣A-Za-z]{1,6}", fold(text))) and not unit_of(text).startswith("1")
    )


def _column_unit(row: Row, group: Group, name: str) -> str:
    columns = (*group.units, *group.grades)
    texts = [unit_of(row.cell(i).text) for i in columns if row.cell(i).text]
    if not texts and group.quantity is not None:
        quantity = row.cell(group.quantity)
        texts = [unit_of(quantity.text)] if has_letters(quantity.text) else []
    words = name.split()
    return join_units(*(t for t in texts if t not in words))


def _with_unit(price: PriceReading, stated: str) -> PriceReading:
    """The unit in the price cell and the one beside it must not contradict each other."""
    if not stated or not price.unit or compact(price.unit) in compact(stated):
        return replace(price, unit=stated or price.unit)
    if compact(stated) in compact(price.unit):
        return price
    if price.price_krw is None:
        return price
    offers = (Offer(price.price_krw, price.unit), Offer(price.price_krw, stated))
    return PriceReading(code="unit_conflict", unit=price.unit, offers=offers)


def _origin(row: Row, group: Group, raw: str) -> str | None:
    written = clean(row.cell(group.origin).text)
    if written and has_letters(written):
        return written
    return find_origin(raw) or next(
        (found for i in group.notes if (found := find_origin(row.cell(i).text))), None
    )


def _note(row: Row, group: Group) -> str | None:
    texts = [clean(row.cell(i).text) for i in group.notes]
    return " / ".join(text for text in texts if text) or None


def name_fault(name: str, raw: str) -> str:
    """Why ``name`` cannot be a product's name: a refusal code, or ""."""
    folded = fold(raw)
    if "\ufffd" in folded or re.fullmatch(r"[?\s]{2,}", folded):
        return "broken_text"
    if is_error(folded) or is_formula(folded):
        return "formula_text"
    if not has_letters(name) or (heading_of(name) is not None and not is_size(name)):
        return "no_name"
    return ""


def read_group_price(row: Row, group: Group) -> PriceReading:
    """The price of one product from the one or more price columns of its table."""
    if group.sizes and not group.prices:
        return _sizes(row, group.sizes)
    if group.sizes and any(row.cell(c.index).text for c in group.sizes):
        return _sizes(row, (*group.prices, *group.sizes))
    if len(group.prices) == 1:
        return _single(row, group.prices[0], group)
    return _several(row, group)


def _read(row: Row, column: PriceColumn) -> PriceReading:
    reading = read_price_cell(row.cell(column.index), column.scale)
    return replace(reading, unit=reading.unit or column.label)


def _single(row: Row, column: PriceColumn, group: Group) -> PriceReading:
    reading = _read(row, column)
    if reading.price_krw is None:
        return reading
    if column.rank is Rank.COST:
        return _asking("cost_price_only", [reading])
    return _total_or_unit(row, column, group, reading)


def _total_or_unit(
    row: Row, column: PriceColumn, group: Group, reading: PriceReading
) -> PriceReading:
    """금액 beside a quantity of two or more may be the price of all."""
    quantity = row.cell(group.quantity).text
    price = reading.price_krw
    if not column.total_like or not quantity.isdecimal() or price is None or int(quantity) < 2:
        return reading
    offers = [Offer(price)]
    if price % int(quantity) == 0 and price // int(quantity) >= MIN_KRW:
        offers.append(Offer(price // int(quantity)))
    return PriceReading(code="total_not_unit", unit=reading.unit, offers=tuple(offers))


def _asking(code: str, readings: list[PriceReading]) -> PriceReading:
    offers = [
        offer
        for reading in readings
        for offer in (
            (Offer(reading.price_krw, reading.unit),) if reading.price_krw else reading.offers
        )
    ]
    return PriceReading(code=code, offers=tuple(offers))


def _sizes(row: Row, columns: tuple[PriceColumn, ...]) -> PriceReading:
    """대/중/소: one filled size is the product's price, more are as many offers."""
    written = [(c, _read(row, c)) for c in columns if row.cell(c.index).text]
    written = [(c, reading) for c, reading in written if reading.code != "price_blank"]
    if not written:
        return PriceReading(code="price_blank")
    if len(written) == 1:
        return written[0][1]
    offers: list[Offer] = []
    for column, reading in written:
        values = [Offer(reading.price_krw)] if reading.price_krw else list(reading.offers)
        label = column.label if is_size(column.label) else ""
        unit = "" if label else column.label
        offers += [Offer(offer.price_krw, offer.unit or unit, label) for offer in values]
    return PriceReading(code="several_offers", offers=tuple(offers))


def _several(row: Row, group: Group) -> PriceReading:
    """Several price columns: the heading decides, or the owner is asked."""
    columns = _customer_columns(group)
    readings = [(c, _read(row, c)) for c in columns]
    written = [(c, r) for c, r in readings if r.code != "price_blank"]
    if not written:
        return _beside_blank(row, group, columns)
    if len(written) == 1:
        return _against_list(written[0][1], row, group, written[0][0])
    prices = {r.price_krw for _, r in written}
    if len(prices) == 1 and None not in prices:
        return written[0][1]
    if all(r.refused for _, r in written):
        return written[0][1]
    return _asking("several_prices", [r for _, r in written])


def _customer_columns(group: Group) -> list[PriceColumn]:
    """The columns that may hold what customers pay: one when the headings are certain."""
    by_rank = {rank: [c for c in group.prices if c.rank is rank] for rank in Rank}
    paid = by_rank[Rank.SELL] or by_rank[Rank.PLAIN]
    if by_rank[Rank.SALE]:
        return by_rank[Rank.SALE] + paid
    if len(paid) == 2 and group.quantity is not None and any(c.total_like for c in paid):
        return [c for c in paid if not c.total_like] or paid
    return paid or by_rank[Rank.LIST] or by_rank[Rank.COST]


def _beside_blank(row: Row, group: Group, columns: list[PriceColumn]) -> PriceReading:
    others = [_read(row, c) for c in group.prices if c not in columns]
    certain = [r for r in others if r.price_krw is not None]
    if not certain:
        return PriceReading(code="price_blank")
    if any(c.rank is Rank.SALE for c in columns):
        return _asking("sale_price_blank", certain)
    return _asking("cost_price_only", certain)


def _against_list(
    reading: PriceReading, row: Row, group: Group, column: PriceColumn
) -> PriceReading:
    """A sale price above the price before the sale is asked, and a cost alone is no price."""
    if reading.price_krw is None:
        return reading
    if column.rank is Rank.COST:
        return _asking("cost_price_only", [reading])
    if column.rank is Rank.SALE:
        before = [_read(row, c) for c in group.prices if c.rank is Rank.LIST]
        if any(r.price_krw is not None and r.price_krw < reading.price_krw for r in before):
            return _asking("several_prices", [*before, reading])
    return reading


def _with_doubts(price: PriceReading, row: Row, group: Group, raw: str) -> PriceReading:
    """A blank price may stand in the name or in a neighbouring cell."""
    if price.code not in ("price_blank", "unit_without_price"):
        return price
    line = read_line(raw) if raw else None
    if line and (line.price.price_krw or line.price.offers):
        return _asking("price_elsewhere", [line.price])
    for index in (*group.units, *group.notes, *group.other):
        text = fold(row.cell(index).text)
        reading = read_price_cell(row.cell(index))
        sure = re.search(r"[,원천만₩]", text) or index in group.units
        if reading.price_krw and (sure or price.code == "unit_without_price"):
            return _asking("price_elsewhere", [reading])
        if price.code == "price_blank" and text and on_request(text):
            return PriceReading(code=on_request(text))
    if line and line.price.code in ("price_on_request", "sold_out"):
        return line.price
    return price
