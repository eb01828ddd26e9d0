"""Rows of a price list understood: standard fields with their confidence, and where the two readings disagree.

`engines.pricelist` is the authority for price and unit; `engines.matching` says what the goods are. Where both say a
price or a net content and differ, the row becomes a question that shows both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jangteo.apps.catalog.items.reading import fields_from
from jangteo.apps.catalog.models import Offer, PriceImportRow, Storage, Tax
from jangteo.apps.catalog.pricing import MOST_KRW
from jangteo.apps.catalog.tax import suggest_tax
from jangteo.engines.matching import DEFAULT, MarketUnits, Understood, understand, understand_many
from jangteo.engines.pricelist.units import is_unit
from jangteo.platform.text import fold

Pile = PriceImportRow.Pile
#: keys of ``PriceImportRow.understood`` that are no field of a standard product
ASKS, LEAF, SHELF, LINE = "asks", "category", "shelf", "line"
#: questions that are put elsewhere: prices by the piles, origin and tax once for the whole list
_ASKED_ELSEWHERE = frozenset({"price_krw", "origin", "tax_exempt", "name"})
_NUMBERS = re.compile(r"\d")


@dataclass(frozen=True, kw_only=True, slots=True)
class Extra:
    """Words of a row beside name and unit: its note, and its whole text when all stood in one cell."""

    note: str = ""
    whole: str = ""


def understand_rows(
    rows: Sequence[PriceImportRow],
    extras: Mapping[int, Extra],
    *,
    market: MarketUnits = DEFAULT,
) -> list[Understood | None]:
    """Fill ``understood``, origin and net content of rows with a name, in order; None for rows without.

    ``extras`` by the rows' places in ``rows``. Sure rows whose readings disagree move to "please check".
    """
    places = [place for place, row in enumerate(rows) if row.name and row.pile != Pile.IGNORED]
    lines = [line_of(rows[place], extras.get(place, Extra())) for place in places]
    found: list[Understood | None] = [None] * len(rows)
    for place, understood in zip(places, understand_many(lines, market=market), strict=True):
        found[place] = understood
        take(rows[place], understood)
    return found


def understand_row(row: PriceImportRow, market: MarketUnits = DEFAULT) -> Understood:
    """One row again, after its owner typed another name or unit."""
    understood = understand(line_of(row, Extra()), market=market)
    origin = row.understood.get("origin") if row.understood.get("origin", {}).get("by") else None
    take(row, understood, check=False)
    if origin:
        row.understood["origin"] = origin
    return understood


def line_of(row: PriceImportRow, extra: Extra) -> str:
    """The row as one product line; a row of one cell stands as it was written, with its price."""
    if extra.whole:
        return extra.whole
    unit = unit_told(row)
    parts = [row.name, unit if fold(unit) not in fold(row.name) else ""]
    if row.origin and fold(row.origin) not in fold(row.name):
        parts.append(row.origin)
    # numbers of a note are other offers and phone numbers; its words may say 냉동 or a country
    parts += [word for word in extra.note.split() if not _NUMBERS.search(word)][:6]
    return " ".join(part for part in parts if part)


def unit_told(row: PriceImportRow) -> str:
    """The row's unit; of a row that is asked for its price, what its proposals or one of its cells say. "" without."""
    if row.unit:
        return row.unit
    proposed = {str(p["unit"]) for p in row.proposals if p.get("unit")}
    if len(proposed) == 1:
        return proposed.pop()
    return next((cell.strip() for cell in map(str, row.cells) if is_unit(cell)), "")


def take(row: PriceImportRow, understood: Understood, *, check: bool = True) -> None:
    """Put what was understood on the row. ``check``: a sure row on which the readings disagree becomes a question."""
    row.understood = _kept(understood)
    origin = understood.value("origin")
    if not row.origin and isinstance(origin, str):
        row.origin = origin[:60]
    total = _total(understood)
    per_price_unit = row.unit.startswith("100g")
    if total and not row.net_g and not per_price_unit:
        row.net_g = total
    if check and row.pile == Pile.SURE:
        _compare(row, understood, total)


def _kept(understood: Understood) -> dict[str, Any]:
    """Standard fields with confidence and characters, as JSON."""
    draft = fields_from(understood)
    kept: dict[str, Any] = {}
    for key, value in draft.fields.items():
        found = understood.fields.get(key)
        kept[key] = {
            "value": value,
            "confidence": draft.provenance[key]["confidence"],
            "start": found.start if found else 0,
            "end": found.end if found else 0,
        }
    for key in ("total_g", "total_ml"):
        total = understood.value(key)
        if isinstance(total, int | float) and float(total).is_integer():
            kept[key] = {"value": int(total), "confidence": understood.fields[key].confidence}
    kept[ASKS] = [
        {"field": ask.field, "ko": ask.ko, "en": ask.en}
        for ask in understood.asks
        if ask.field not in _ASKED_ELSEWHERE
    ]
    kept[LEAF] = understood.category_slug
    kept[SHELF] = understood.sample_slug
    kept[LINE] = understood.line[:300]
    return kept


def _total(understood: Understood) -> int | None:
    """Whole grams of all that is sold for the price; None when that is not certain."""
    packs = understood.value("pack_count")
    value = understood.value("total_g") or (
        understood.value("net_g") if packs in (None, 1) else None
    )
    if isinstance(value, int | float) and float(value).is_integer() and 0 < value <= 1_000_000:
        return int(value)
    return None


def _compare(row: PriceImportRow, understood: Understood, total: int | None) -> None:
    read = understood.value("price_krw")
    if isinstance(read, int) and read != row.price_krw and 1 <= read <= MOST_KRW:
        _ask(
            row,
            "값이 두 가지로 읽혀요. 어느 것인가요?",
            "The price can be read in two ways. Which one is it?",
            [
                {
                    "price_krw": price,
                    "why_ko": f"{price:,}원으로 읽었어요.",
                    "why_en": f"Read as {price:,} won.",
                }
                for price in (row.price_krw, read)
            ],
        )
        return
    each = understood.value("net_g")
    if row.net_g and total and row.net_g not in (total, each):
        _ask(
            row,
            f"무게가 {row.net_g:,}g과 {total:,}g 두 가지로 읽혀요. 어느 것인가요?",
            f"The weight can be read as {row.net_g:,} g or {total:,} g. Which one is it?",
            [
                {
                    "net_g": grams,
                    "why_ko": f"모두 {grams:,}g이에요.",
                    "why_en": f"{grams:,} g in all.",
                }
                for grams in (row.net_g, total)
            ],
        )


def _ask(row: PriceImportRow, ko: str, en: str, choices: Sequence[Mapping[str, Any]]) -> None:
    as_read = {"name": row.name, "unit": row.unit, "price_krw": row.price_krw, "net_g": row.net_g}
    row.pile = Pile.CHECK
    row.reason_ko, row.reason_en = ko[:300], en[:300]
    row.proposals = [{**as_read, **choice} for choice in choices]
    row.price_krw = None


def tax_of(row: PriceImportRow) -> tuple[str, str]:
    """("exempt" or "taxed", the word that decided), or ("", word) where the table of words and the reading disagree or neither knows."""
    guess = suggest_tax(row.name)
    read = row.understood.get("tax_exempt", {}).get("value")
    engine = (
        {True: str(Tax.EXEMPT), False: str(Tax.TAXED)}.get(read) if isinstance(read, bool) else None
    )
    if guess.tax is None:
        # a word that depends on packing and making is asked whatever else is known
        return ("" if guess.word else engine or ""), guess.word
    if engine is None or engine == guess.tax:
        return str(guess.tax), guess.word
    return "", guess.word


def fields_of_offer(row: PriceImportRow) -> dict[str, Any]:
    """What a new offer takes from the row beside name, unit, price and tax; only what is certain."""
    known = row.understood
    storage = known.get("storage", {}).get("value")
    pieces = known.get("count", {}).get("value")
    ml = known.get("total_ml", known.get("net_ml", {})).get("value")
    made: dict[str, Any] = {"origin": row.origin, "net_g": row.net_g}
    if storage in Storage.values:
        made["storage"] = storage
    if isinstance(pieces, int) and 1 <= pieces <= 10_000:
        made["pieces"] = pieces
    if isinstance(ml, int) and not row.net_g:
        made["net_ml"] = ml
    return made


def fill_offer(offer: Offer, row: PriceImportRow) -> list[str]:
    """Give an offer what it lacks and the row knows; the names of the fields that changed."""
    changed = []
    for name, value in fields_of_offer(row).items():
        if value and not getattr(offer, name) and name != "storage":
            setattr(offer, name, value)
            changed.append(name)
    return changed
