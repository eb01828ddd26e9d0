"""From a read price list to rows of an import, and what confirming them would do. Nothing is written here."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jangteo.apps.catalog.models import Offer, PriceImportRow
from jangteo.apps.catalog.price_lists.labels import needs_origin
from jangteo.apps.catalog.price_lists.understanding import Extra, tax_of, understand_rows
from jangteo.apps.catalog.pricing import MOST_KRW, is_jump
from jangteo.apps.catalog.rows import goods_key
from jangteo.engines.matching import DEFAULT, MarketUnits, Understood
from jangteo.engines.pricelist import Accepted, Asked, PriceListReading
from jangteo.engines.saidprices import begins_with_unit
from jangteo.platform.text import fold

Pile = PriceImportRow.Pile
_VOLUME = re.compile(r"(\d+(?:\.\d+)?)\s*(ml|l|리터|㎖|ℓ)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Goods:
    """A stall's offers, found by what they are called."""

    by_key: Mapping[tuple[str, str], Offer]
    by_name: Mapping[str, list[Offer]] = field(default_factory=dict)

    def find(self, name: str, unit: str) -> Offer | None:
        """The same goods: same name and same unit, however they are spaced.

        한 단 of a list is her 한 단 약 1kg, and the other way round, where only one of her goods is so called.
        """
        found = self.by_key.get(goods_key(name, unit))
        if found is not None or not unit:
            return found
        near = [
            offer
            for offer in self.by_name.get(fold(name), [])
            if offer.state != Offer.State.HIDDEN
            and (begins_with_unit(offer.unit, unit) or begins_with_unit(unit, offer.unit))
        ]
        return near[0] if len(near) == 1 else None

    def only_other_unit(self, name: str) -> Offer | None:
        """The one visible offer of this name, when there is exactly one."""
        named = [o for o in self.by_name.get(fold(name), []) if o.state != Offer.State.HIDDEN]
        return named[0] if len(named) == 1 else None


def goods_of(offers: Iterable[Offer]) -> Goods:
    """Index a stall's offers; of two with one key the visible, then the older one counts."""
    by_key: dict[tuple[str, str], Offer] = {}
    by_name: dict[str, list[Offer]] = defaultdict(list)
    for offer in sorted(offers, key=lambda o: (o.state == Offer.State.HIDDEN, o.pk)):
        by_key.setdefault(goods_key(offer.name, offer.unit), offer)
        by_name[fold(offer.name)].append(offer)
    return Goods(by_key=by_key, by_name=by_name)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadRows:
    """Unsaved rows in the file's order, and what was understood of each (None: nothing to understand)."""

    rows: list[PriceImportRow]
    understood: list[Understood | None]


def rows_of(
    reading: PriceListReading,
    goods: Goods,
    *,
    units: MarketUnits = DEFAULT,
    default_origin: str = "",
) -> ReadRows:
    """One row for each row of the file. ``default_origin``: what the owner said of goods without a word about it."""
    made = [(_accepted(one), _extra(one)) for one in reading.accepted]
    made += [(_asked(one), Extra()) for one in reading.asked]
    made += [(_unused(one, Pile.CANNOT), Extra()) for one in reading.refused]
    made += [(_unused(one, Pile.IGNORED), Extra()) for one in reading.ignored]
    made.sort(key=lambda pair: (pair[0].sheet, pair[0].row))
    rows = [row for row, _ in made]
    extras = {place: extra for place, (_, extra) in enumerate(made)}
    understood = understand_rows(rows, extras, market=units)
    for row in rows:
        if row.pile == Pile.SURE:
            _settle(row, goods)
        if default_origin and row.name and row.pile != Pile.IGNORED and needs_origin(row):
            give_origin(row, default_origin, by="stall")
    return ReadRows(rows=rows, understood=understood)


def give_origin(row: PriceImportRow, origin: str, *, by: str) -> None:
    """An origin that the row did not say: from the stall's own answer ("stall") or her answer now ("owner")."""
    row.origin = origin[:60]
    row.understood = {
        **row.understood,
        "origin": {"value": row.origin, "confidence": 1.0, "start": 0, "end": 0, "by": by},
    }


def _extra(one: Accepted) -> Extra:
    """Its note; and all of it when it is one cell of text, in which price and name stand together."""
    filled = [cell.strip() for cell in one.cells if cell.strip()]
    return Extra(note=one.note or "", whole=filled[0] if len(filled) == 1 else "")


def _unused(one: Any, pile: Pile) -> PriceImportRow:
    return _row(one, pile, ko=one.reason_ko, en=one.reason_en)


def _row(one: Any, pile: Pile, *, ko: str = "", en: str = "") -> PriceImportRow:
    return PriceImportRow(
        sheet=_clean(one.sheet)[:100],
        row=one.row,
        cells=[_clean(cell)[:500] for cell in one.cells],
        pile=pile,
        reason_ko=ko[:300],
        reason_en=en[:300],
    )


def _clean(text: str) -> str:
    return text.replace("\x00", "")


def _asked(one: Asked) -> PriceImportRow:
    row = _row(one, Pile.CHECK, ko=one.reason_ko, en=one.reason_en)
    row.name = _clean(one.name)[:80]
    row.proposals = [
        {
            "name": p.name,
            "unit": p.unit,
            "price_krw": p.price_krw,
            "why_ko": p.why_ko,
            "why_en": p.why_en,
        }
        for p in one.proposals
        if 1 <= p.price_krw <= MOST_KRW
    ]
    return row


def _accepted(one: Accepted) -> PriceImportRow:
    row = _row(one, Pile.SURE)
    row.name, row.unit, row.price_krw = _clean(one.name), one.unit, one.price_krw
    row.net_g, row.origin = one.net_g, _clean(one.origin or "")[:60]
    return row


def _settle(row: PriceImportRow, goods: Goods) -> None:
    """Find the stall's own offer; a price far from its present one, or no unit, makes it a question."""
    place(row, goods)
    price_krw = row.price_krw or 0
    offer = row.offer
    if offer is not None and is_jump(offer.price_krw, price_krw):
        _as_question(
            row,
            f"지금 가격 {offer.price_krw:,}원과 너무 달라요.",
            f"It is far from the present price of {offer.price_krw:,} won.",
            [
                _proposal(
                    row.name,
                    row.unit,
                    price_krw,
                    "목록에 적힌 가격이에요.",
                    "The price of the list.",
                ),
                _proposal(
                    offer.name,
                    offer.unit,
                    offer.price_krw,
                    "지금 가격 그대로예요.",
                    "The present price.",
                ),
            ],
        )
        return
    other = goods.only_other_unit(row.name) if offer is None and not row.unit else None
    if other is not None:
        _as_question(
            row,
            f"단위가 없어요. 지금 파는 '{other.name} {other.unit}'의 가격인가요?",
            f"There is no unit. Is it the price of '{other.name} {other.unit}' on sale now?",
            [
                _proposal(
                    other.name,
                    other.unit,
                    price_krw,
                    "지금 파는 상품의 가격이에요.",
                    "The price of the goods on sale.",
                ),
                _proposal(row.name, "", price_krw, "다른 상품이에요.", "They are other goods."),
            ],
        )


def _proposal(name: str, unit: str, price_krw: int, ko: str, en: str) -> dict[str, Any]:
    return {"name": name, "unit": unit, "price_krw": price_krw, "why_ko": ko, "why_en": en}


def _as_question(row: PriceImportRow, ko: str, en: str, proposals: list[dict[str, Any]]) -> None:
    row.pile = Pile.CHECK
    row.reason_ko, row.reason_en = ko[:300], en[:300]
    row.proposals = proposals
    row.price_krw = None


def place(row: PriceImportRow, goods: Goods) -> None:
    """Find the stall's own offer for the row's name and unit; for new goods suggest the tax instead."""
    row.offer = goods.find(row.name, row.unit)
    if row.offer is not None:
        row.tax, row.tax_word = "", ""
        return
    row.tax, word = tax_of(row)
    row.tax_word = word[:20]


def is_ready(row: PriceImportRow) -> bool:
    """May this row go on sale: certain or answered, not left out, not on sale already."""
    if row.is_left_out or row.effect or not row.name or not row.price_krw:
        return False
    return row.pile == Pile.SURE or row.is_settled


def needs_tax(row: PriceImportRow) -> bool:
    """New goods of which only the owner can say whether they are taxed."""
    return is_ready(row) and row.offer_id is None and not row.tax


def net_ml(unit: str) -> int | None:
    """The millilitres a unit states: "1.8L" is 1800."""
    found = _VOLUME.search(unit)
    if found is None:
        return None
    amount = float(found[1]) * (1 if found[2].lower() in ("ml", "㎖") else 1000)
    return round(amount) or None
