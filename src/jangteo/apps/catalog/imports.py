"""From a read price list to rows of an import, and what confirming them would do. Nothing is written here."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jangteo.apps.catalog.models import Offer, PriceImportRow
from jangteo.apps.catalog.pricing import MOST_KRW, is_jump
from jangteo.apps.catalog.rows import goods_key
from jangteo.apps.catalog.tax import suggest_tax
from jangteo.engines.pricelist import Accepted, Asked, PriceListReading
from jangteo.platform.text import fold

Pile = PriceImportRow.Pile
_VOLUME = re.compile(r"(\d+(?:\.\d+)?)\s*(ml|l|리터|㎖|ℓ)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Goods:
    """A stall's offers, found by what they are called."""

    by_key: Mapping[tuple[str, str], Offer]
    by_name: Mapping[str, list[Offer]] = field(default_factory=dict)

    def find(self, name: str, unit: str) -> Offer | None:
        """The same goods: same name and same unit, however they are spaced."""
        return self.by_key.get(goods_key(name, unit))

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


def rows_of(reading: PriceListReading, goods: Goods) -> list[PriceImportRow]:
    """One unsaved row for each row of the file, in the file's order."""
    rows = [_sure(one, goods) for one in reading.accepted]
    rows += [_asked(one) for one in reading.asked]
    rows += [_row(one, Pile.CANNOT, ko=one.reason_ko, en=one.reason_en) for one in reading.refused]
    rows += [_row(one, Pile.IGNORED, ko=one.reason_ko, en=one.reason_en) for one in reading.ignored]
    return sorted(rows, key=lambda row: (row.sheet, row.row))


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


def _sure(one: Accepted, goods: Goods) -> PriceImportRow:
    row = _row(one, Pile.SURE)
    row.name, row.unit, row.price_krw = _clean(one.name), one.unit, one.price_krw
    row.net_g, row.origin = one.net_g, _clean(one.origin or "")[:60]
    place(row, goods)
    offer = row.offer
    if offer is not None and is_jump(offer.price_krw, one.price_krw):
        return _as_question(
            row,
            f"지금 가격 {offer.price_krw:,}원과 너무 달라요.",
            f"It is far from the present price of {offer.price_krw:,} won.",
            [
                _proposal(
                    row.name,
                    row.unit,
                    one.price_krw,
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
    other = goods.only_other_unit(one.name) if offer is None and not one.unit else None
    if other is not None:
        return _as_question(
            row,
            f"단위가 없어요. 지금 파는 '{other.name} {other.unit}'의 가격인가요?",
            f"There is no unit. Is it the price of '{other.name} {other.unit}' on sale now?",
            [
                _proposal(
                    other.name,
                    other.unit,
                    one.price_krw,
                    "지금 파는 상품의 가격이에요.",
                    "The price of the goods on sale.",
                ),
                _proposal(row.name, "", one.price_krw, "다른 상품이에요.", "They are other goods."),
            ],
        )
    return row


def _proposal(name: str, unit: str, price_krw: int, ko: str, en: str) -> dict[str, Any]:
    return {"name": name, "unit": unit, "price_krw": price_krw, "why_ko": ko, "why_en": en}


def _as_question(
    row: PriceImportRow, ko: str, en: str, proposals: list[dict[str, Any]]
) -> PriceImportRow:
    row.pile = Pile.CHECK
    row.reason_ko, row.reason_en = ko[:300], en[:300]
    row.proposals = proposals
    row.price_krw = None
    return row


def place(row: PriceImportRow, goods: Goods) -> None:
    """Find the stall's own offer for the row's name and unit; for new goods suggest the tax instead."""
    row.offer = goods.find(row.name, row.unit)
    if row.offer is not None:
        row.tax, row.tax_word = "", ""
        return
    guess = suggest_tax(row.name)
    row.tax, row.tax_word = guess.tax or "", guess.word


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
