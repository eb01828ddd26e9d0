"""Reads of price lists that came in. All need the market's scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jangteo.apps.catalog.errors import ImportNotFound
from jangteo.apps.catalog.imports import is_ready, needs_tax
from jangteo.apps.catalog.models import Offer, PriceImport, PriceImportRow
from jangteo.apps.catalog.price_lists.gone import gone_offers
from jangteo.apps.catalog.price_lists.labels import without_origin

Pile = PriceImportRow.Pile


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportPiles:
    """A price list as its owner sees it. Rows keep the file's order and have their ``offer`` and ``item`` loaded."""

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
    #: the other question: new goods that need an origin by law and say none
    origin_question: tuple[PriceImportRow, ...] = ()
    #: of ``ready``: goods the stall does not have yet
    new: tuple[PriceImportRow, ...] = ()
    #: of ``ready``: goods at another price than now, the largest change first
    changed: tuple[PriceImportRow, ...] = ()
    #: of ``ready``: goods on sale at this price
    same: tuple[PriceImportRow, ...] = ()
    #: goods of earlier lists, on sale, that this one lacks
    gone: tuple[Offer, ...] = ()

    @property
    def usable_without_typing(self) -> int:
        """Rows that are certain or have a proposal to tap."""
        return len(self.sure) + sum(bool(row.proposals) for row in self.check)

    @property
    def is_partial(self) -> bool:
        """Most goods of earlier lists are not in it: today's few prices, not a new list."""
        return len(self.gone) > len(self.changed) + len(self.same)


def import_piles(market_id: int, stall_id: int, import_id: int) -> ImportPiles:
    """One price list with all its rows. A few queries. Raises `ImportNotFound`."""
    found = PriceImport.objects.filter(market_id=market_id, stall_id=stall_id, pk=import_id).first()
    if found is None:
        raise ImportNotFound
    rows = list(
        PriceImportRow.objects.filter(market_id=market_id, price_import=found)
        .select_related("offer", "item")
        .order_by("sheet", "row")
    )
    ready = [row for row in rows if is_ready(row)]
    return ImportPiles(
        price_import=found,
        sure=_of(rows, Pile.SURE),
        check=_of(rows, Pile.CHECK),
        cannot=_of(rows, Pile.CANNOT),
        ignored=_of(rows, Pile.IGNORED),
        tax_question=tuple(row for row in rows if needs_tax(row)),
        ready=tuple(ready),
        origin_question=without_origin(ready),
        new=tuple(row for row in ready if row.offer is None),
        changed=tuple(sorted(filter(_is_changed, ready), key=change_share, reverse=True)),
        same=tuple(row for row in ready if row.offer is not None and not _is_changed(row)),
        gone=_gone(found, rows),
    )


def change_share(row: PriceImportRow) -> float:
    """By how much the price changes, as a share of the present one, up or down."""
    if row.offer is None or not row.price_krw:
        return 0.0
    return abs(row.price_krw - row.offer.price_krw) / row.offer.price_krw


def _is_changed(row: PriceImportRow) -> bool:
    return row.offer is not None and row.offer.price_krw != row.price_krw


def _gone(price_import: PriceImport, rows: list[PriceImportRow]) -> tuple[Offer, ...]:
    """Asked before the first confirmation only: afterwards it is done."""
    if price_import.state != PriceImport.State.READ:
        return ()
    offers = Offer.objects.filter(
        market_id=price_import.market_id,
        stall_id=price_import.stall_id,
        state=Offer.State.ON_SALE,
    )
    return tuple(gone_offers(price_import, rows, offers))


def _of(rows: list[PriceImportRow], pile: Pile) -> tuple[PriceImportRow, ...]:
    return tuple(row for row in rows if row.pile == pile)


def imports_of_stall(market_id: int, stall_id: int, limit: int = 20) -> list[PriceImport]:
    """A stall's price lists, latest first. One query."""
    rows = PriceImport.objects.filter(market_id=market_id, stall_id=stall_id)
    return list(rows.order_by("-id")[:limit])


def drafts_of_import(market_id: int, import_id: int) -> list[Offer]:
    """Goods that the list brought and that wait unseen for what their label lacks. One query."""
    rows = PriceImportRow.objects.filter(
        market_id=market_id, price_import_id=import_id, offer__state=Offer.State.DRAFT
    )
    found = rows.exclude(effect="").select_related("offer__category").order_by("sheet", "row")
    return list({row.offer.pk: row.offer for row in found if row.offer is not None}.values())


def row_box(market_id: int, stall_id: int, import_id: int, row_id: int) -> dict[str, Any]:
    """Where a row stands on its photograph, see `PriceImportRow.box`. Raises `ImportNotFound`."""
    row = PriceImportRow.objects.filter(
        market_id=market_id, price_import_id=import_id, price_import__stall_id=stall_id, pk=row_id
    ).first()
    if row is None or not row.box:
        raise ImportNotFound
    return dict(row.box)
