"""Reads of price lists that came in. All need the market's scope."""

from __future__ import annotations

from dataclasses import dataclass

from jangteo.apps.catalog.errors import ImportNotFound
from jangteo.apps.catalog.imports import is_ready, needs_tax
from jangteo.apps.catalog.models import PriceImport, PriceImportRow

Pile = PriceImportRow.Pile


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportPiles:
    """A price list as its owner sees it. Rows keep the file's order and have their ``offer`` loaded."""

    price_import: PriceImport
    sure: tuple[PriceImportRow, ...]
    #: to answer; those answered already have ``is_settled``
    check: tuple[PriceImportRow, ...]
    cannot: tuple[PriceImportRow, ...]
    ignored: tuple[PriceImportRow, ...]
    #: the one question of the list: which of these new goods are processed food? (shown default: taxed)
    tax_question: tuple[PriceImportRow, ...]
    #: what "start selling" would put on sale now
    ready: tuple[PriceImportRow, ...]

    @property
    def usable_without_typing(self) -> int:
        """Rows that are certain or have a proposal to tap."""
        return len(self.sure) + sum(bool(row.proposals) for row in self.check)


def import_piles(market_id: int, stall_id: int, import_id: int) -> ImportPiles:
    """One price list with all its rows. Two queries. Raises `ImportNotFound`."""
    found = PriceImport.objects.filter(market_id=market_id, stall_id=stall_id, pk=import_id).first()
    if found is None:
        raise ImportNotFound
    rows = list(
        PriceImportRow.objects.filter(market_id=market_id, price_import=found)
        .select_related("offer")
        .order_by("sheet", "row")
    )
    return ImportPiles(
        price_import=found,
        sure=_of(rows, Pile.SURE),
        check=_of(rows, Pile.CHECK),
        cannot=_of(rows, Pile.CANNOT),
        ignored=_of(rows, Pile.IGNORED),
        tax_question=tuple(row for row in rows if needs_tax(row)),
        ready=tuple(row for row in rows if is_ready(row)),
    )


def _of(rows: list[PriceImportRow], pile: Pile) -> tuple[PriceImportRow, ...]:
    return tuple(row for row in rows if row.pile == pile)


def imports_of_stall(market_id: int, stall_id: int, limit: int = 20) -> list[PriceImport]:
    """A stall's price lists, latest first. One query."""
    rows = PriceImport.objects.filter(market_id=market_id, stall_id=stall_id)
    return list(rows.order_by("-id")[:limit])
