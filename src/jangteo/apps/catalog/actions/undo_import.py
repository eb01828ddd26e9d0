"""One click takes a price list back: prices as before, new goods off the shop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from jangteo.apps.catalog.actions.answer_row import lock_import
from jangteo.apps.catalog.errors import NothingToUndo
from jangteo.apps.catalog.events import OffersChanged
from jangteo.apps.catalog.models import Offer, PriceChange, PriceImport, PriceImportRow
from jangteo.apps.catalog.price_lists.gone import bring_back
from jangteo.apps.catalog.rows import write_back
from jangteo.platform.events import emit
from jangteo.platform.permissions import Actor, Role, action


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftAlone:
    """A row that was not taken back, because its price was changed since. Prices in won."""

    sheet: str
    row: int
    name: str
    list_krw: int
    now_krw: int


@dataclass(frozen=True, kw_only=True, slots=True)
class UndoneImport:
    """What was taken back, and what was left alone for its owner to look at."""

    #: offers whose former price or state is back
    restored: int
    #: offers the list had added; hidden, not deleted: orders and the price history keep them
    hidden: int
    left_alone: tuple[LeftAlone, ...]
    #: goods of earlier lists that were sold out or taken down with this one and are back
    brought_back: int = 0


@action(
    "catalog.undo_import",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def undo_import(
    *, actor: Actor, market_id: int, stall_id: int, import_id: int, now: datetime
) -> UndoneImport:
    """Take back every effect of the list, in one transaction; a second call returns the first one's answer.

    Goods whose price was changed since keep that newer price and are named. Orders keep what they were placed
    with. Raises `NothingToUndo`, `ImportNotFound`.
    """
    price_import = lock_import(market_id, stall_id, import_id, even_undone=True)
    if price_import.state == PriceImport.State.UNDONE:
        return _answer(price_import.outcome["undo"])
    if price_import.state != PriceImport.State.CONFIRMED:
        raise NothingToUndo
    rows = list(
        PriceImportRow.objects.filter(
            market_id=market_id, price_import=price_import, effect__in=("new", "price", "shown")
        ).order_by("sheet", "row")
    )
    gone = price_import.outcome.get("gone", {})
    ids = [row.offer_id for row in rows if row.offer_id] + [int(key) for key in gone]
    offers = {
        offer.pk: offer
        for offer in Offer.objects.select_for_update(of=("self",))
        .filter(market_id=market_id, pk__in=ids)
        .order_by("pk")
    }
    done = _take_back(rows, offers, actor, now)
    back = bring_back(gone, offers, now)
    write_back(back, ["state", "updated_at"])
    done = replace(done, brought_back=len(back))
    price_import.state = PriceImport.State.UNDONE
    price_import.undone_at = now
    price_import.outcome = {**price_import.outcome, "undo": asdict(done)}
    price_import.save(update_fields=["state", "undone_at", "outcome"])
    emit(OffersChanged(market_id=market_id, at=now, stall_id=stall_id))
    return done


def _take_back(
    rows: list[PriceImportRow], offers: Mapping[int, Offer], actor: Actor, now: datetime
) -> UndoneImport:
    history: list[PriceChange] = []
    touched: list[Offer] = []
    left: list[LeftAlone] = []
    hidden = 0
    for row in rows:
        offer = offers[row.offer_id or 0]
        if offer.price_krw != row.price_krw:
            left.append(_left(row, offer))
            continue
        touched.append(offer)
        offer.updated_at = now
        if row.effect == "new":
            offer.state = Offer.State.HIDDEN
            hidden += 1
            continue
        before: dict[str, Any] = row.before or {}
        if before["price_krw"] != offer.price_krw:
            history.append(_change_back(offer, before["price_krw"], actor, now))
            offer.price_krw = before["price_krw"]
        if before["state"] in Offer.UNSEEN:
            offer.state = before["state"]
        filled = before.get("filled", {})
        for name, value in before.get("fields", {}).items():
            # what the owner wrote there since is hers
            if getattr(offer, name) == filled.get(name, getattr(offer, name)):
                setattr(offer, name, value)
    write_back(touched, ["price_krw", "state", "origin", "net_g", "net_ml", "pieces", "updated_at"])
    PriceChange.objects.bulk_create(history, batch_size=1000)
    return UndoneImport(restored=len(touched) - hidden, hidden=hidden, left_alone=tuple(left))


def _left(row: PriceImportRow, offer: Offer) -> LeftAlone:
    return LeftAlone(
        sheet=row.sheet,
        row=row.row,
        name=row.name,
        list_krw=row.price_krw or 0,
        now_krw=offer.price_krw,
    )


def _change_back(offer: Offer, price_krw: int, actor: Actor, now: datetime) -> PriceChange:
    return PriceChange(
        market_id=offer.market_id,
        offer=offer,
        before_krw=offer.price_krw,
        after_krw=price_krw,
        by_id=actor.person_id,
        channel="import",
        at=now,
    )


def _answer(kept: Mapping[str, Any]) -> UndoneImport:
    return UndoneImport(
        restored=kept["restored"],
        hidden=kept["hidden"],
        left_alone=tuple(LeftAlone(**one) for one in kept["left_alone"]),
        brought_back=kept.get("brought_back", 0),
    )
