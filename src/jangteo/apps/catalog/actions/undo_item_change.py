"""A merge or a split is taken back: products and offers are what they were before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from jangteo.apps.catalog.items.errors import ChangeNotFound, UndoLaterFirst
from jangteo.apps.catalog.items.keys import block_keys
from jangteo.apps.catalog.items.rows import (
    By,
    change_keys,
    check_may_change,
    fill,
    lock_items,
    save_version,
)
from jangteo.apps.catalog.models import Item, ItemChange, Offer
from jangteo.apps.catalog.publishing.keeping import hold_back_loss, lacking_on
from jangteo.platform.permissions import Actor, Role, action


@dataclass(frozen=True, kw_only=True, slots=True)
class UndoneChange:
    """``back``: offers of a split that hang on the old product again; ``kept``: fields changed since, left as they are."""

    change_id: int
    kind: str
    back: int
    kept: tuple[str, ...]


@action(
    "catalog.undo_item_change", allow={Role.OFFICE}, within="market", token_scope="catalog:write"
)
def undo_item_change(
    *, actor: Actor, market_id: int | None, change_id: int, now: datetime
) -> UndoneChange:
    """Take a merge or a split back; a second call returns the first one's answer and changes nothing.

    A merge: the product is itself again with its barcode, and the other loses the fields it took over (one that was
    edited since stays and is named). A split: the offers that were moved and still hang on the new product go back,
    and the new product is the old one (offers linked to it since follow). Goods on sale whose label loses by it what the
    law asks become drafts. Raises `ChangeNotFound`, for another
    market's too, `UndoLaterFirst`, `ItemShared`.
    """
    seen = ItemChange.objects.filter(pk=change_id).first()
    if seen is None or (market_id is not None and seen.market_id != market_id):
        raise ChangeNotFound
    locked = lock_items([seen.item_id, seen.other_id])
    change = ItemChange.objects.select_for_update(of=("self",)).get(pk=change_id)
    if change.undone_at is not None:
        return _answer(change)
    both = [change.item_id, change.other_id]
    later = ItemChange.objects.filter(undone_at__isnull=True, pk__gt=change.pk)
    if later.filter(Q(item_id__in=both) | Q(other_id__in=both)).exists():
        raise UndoLaterFirst
    by = By(market_id=market_id, person_id=actor.person_id, now=now)
    item, other = locked[change.item_id], locked[change.other_id]
    lacked = lacking_on(both)
    if change.kind == ItemChange.Kind.MERGE:
        outcome = _unmerge(change, item, other, actor, by)
    else:
        outcome = _unsplit(change, item, other, actor, by)
    hold_back_loss(both, lacked, now)
    change.undone_at = now
    change.undone_by_id = actor.person_id
    change.before = {**change.before, "undone": outcome}
    change.save(update_fields=["undone_at", "undone_by", "before"])
    return _answer(change)


def _unmerge(change: ItemChange, item: Item, into: Item, actor: Actor, by: By) -> dict[str, Any]:
    filled: dict[str, Any] = change.before["filled"]
    kept: list[str] = []
    if filled:
        check_may_change(actor, by.market_id, [into])
        before = block_keys(into.fields, into.category_slug)
        fields = dict(into.fields)
        for key in filled:
            if fields.get(key) == item.fields.get(key):
                fields.pop(key, None)
            elif key in fields:
                kept.append(key)
        fill(into, fields, into.provenance, into.category_slug)
        save_version(into, "undo", by)
        change_keys(into, before)
    gtin = change.before["gtin"]
    if gtin and Item.objects.filter(gtin=gtin).exclude(pk=item.pk).exists():
        # another product was given the barcode since: it stays there
        item.fields = {key: value for key, value in item.fields.items() if key != "gtin"}
        kept.append("gtin")
        gtin = None
    item.gtin = gtin
    item.state = Item.State.ACTIVE
    item.merged_into = None
    save_version(item, "undo", by)
    return {"back": 0, "kept": kept}


def _unsplit(change: ItemChange, item: Item, made: Item, actor: Actor, by: By) -> dict[str, Any]:
    check_may_change(actor, by.market_id, [made])
    moved: dict[str, int] = change.before["moved"]
    offers = list(
        Offer.objects.select_for_update(of=("self",))
        .filter(market_id=change.market_id or 0, pk__in=[int(one) for one in moved], item=made)
        .order_by("pk")
    )
    for offer in offers:
        offer.item_id = moved[str(offer.pk)]
        offer.updated_at = by.now
        offer.save(update_fields=["item", "updated_at"])
    made.gtin = None
    made.state = Item.State.MERGED
    made.merged_into = item
    save_version(made, "undo", by)
    save_version(item, "undo", by)
    return {"back": len(offers), "kept": []}


def _answer(change: ItemChange) -> UndoneChange:
    outcome = change.before["undone"]
    return UndoneChange(
        change_id=change.pk,
        kind=change.kind,
        back=outcome["back"],
        kept=tuple(outcome["kept"]),
    )
