"""Goods of earlier lists that a new list lacks: kept unless the owner says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from jangteo.apps.catalog.models import Offer, PriceImport, PriceImportRow
from jangteo.apps.catalog.rows import unit_key, write_back
from jangteo.platform.text import fold

#: what she may say; "keep" is not stored
KEEP, SOLD_OUT, HIDE = "keep", "sold_out", "hide"
CHOICES = (KEEP, SOLD_OUT, HIDE)
_STATES = {SOLD_OUT: Offer.State.SOLD_OUT, HIDE: Offer.State.HIDDEN}


def gone_offers(
    price_import: PriceImport, rows: Sequence[PriceImportRow], offers: Iterable[Offer]
) -> list[Offer]:
    """Those of the stall's ``offers`` on sale that an earlier list brought and no row of this one names.

    A row names goods by its name, answered or not; a row that could not be used names those its cells hold.
    """
    on_sale = {o.pk: o for o in offers if o.state == Offer.State.ON_SALE}
    before = PriceImportRow.objects.filter(
        market_id=price_import.market_id,
        price_import__stall_id=price_import.stall_id,
        price_import__state=PriceImport.State.CONFIRMED,
        offer_id__in=on_sale,
    ).exclude(price_import_id=price_import.pk)
    earlier = set(before.exclude(effect="").values_list("offer_id", flat=True).distinct())
    mine = {row.offer_id for row in rows}
    named: dict[str, set[str]] = {}
    loose: list[str] = []
    for row in rows:
        if row.name and row.pile == PriceImportRow.Pile.SURE:
            named.setdefault(fold(row.name), set()).add(unit_key(row.unit))
        elif row.pile in (PriceImportRow.Pile.CHECK, PriceImportRow.Pile.CANNOT):
            loose.append(fold(" ".join(map(str, row.cells))) + fold(row.name))
    said = "\n".join(loose)
    return [
        offer
        for pk, offer in sorted(on_sale.items())
        if pk in earlier
        and pk not in mine
        and unit_key(offer.unit) not in named.get(fold(offer.name), set())
        and not (fold(offer.name) and fold(offer.name) in said)
    ]


def apply_gone(
    price_import: PriceImport, gone: Sequence[Offer], now: datetime
) -> dict[str, dict[str, str]]:
    """Do what the owner said of them; offer id -> {"was", "now"} for undo. The offers are locked."""
    done: dict[str, dict[str, str]] = {}
    changed: list[Offer] = []
    for offer in gone:
        state = _STATES.get(price_import.gone.get(str(offer.pk), KEEP))
        if state is None:
            continue
        done[str(offer.pk)] = {"was": str(offer.state), "now": str(state)}
        offer.state = state
        offer.updated_at = now
        changed.append(offer)
    write_back(changed, ["state", "updated_at"])
    return done


def bring_back(
    done: Mapping[str, Mapping[str, Any]], offers: Mapping[int, Offer], now: datetime
) -> list[Offer]:
    """Undo `apply_gone` for those that are still as it left them; the changed offers, not yet written."""
    back: list[Offer] = []
    for key, states in done.items():
        offer = offers.get(int(key))
        if offer is not None and offer.state == states["now"]:
            offer.state = states["was"]
            offer.updated_at = now
            back.append(offer)
    return back
