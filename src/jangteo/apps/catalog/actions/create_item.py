"""A product that no standard item describes yet becomes one; what exists already is found instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jangteo.apps.catalog.items.errors import ItemNameless
from jangteo.apps.catalog.items.keys import match_key, words_of
from jangteo.apps.catalog.items.reading import ItemDraft
from jangteo.apps.catalog.items.resolving import current_many
from jangteo.apps.catalog.items.rows import (
    By,
    cleaned,
    code_of,
    fill,
    insert,
    lock_creation,
    next_ids,
    role_of,
    stamped,
)
from jangteo.apps.catalog.models import Item
from jangteo.platform.permissions import Actor, Role, action


@dataclass(frozen=True, kw_only=True, slots=True)
class CreatedItem:
    """The item, and whether it is new; an existing one is what its barcode or its key says it is."""

    item_id: int
    code: str
    is_new: bool


@action(
    "catalog.create_item",
    allow={Role.OFFICE},
    within="market",
    token_scope="catalog:write",
)
def create_item(
    *, actor: Actor, market_id: int | None, draft: ItemDraft, now: datetime
) -> CreatedItem:
    """Make one standard product of ``draft`` (see `items.fields_from`).

    Where an item with its barcode, or an active one with the same key, exists, that one is returned and nothing is
    written. Raises `ItemNameless`, `UnknownShelf`, `InvalidInput`.
    """
    by = By(market_id=market_id, person_id=actor.person_id, now=now)
    return make_items([draft], by, role_of(actor, market_id))[0]


@action(
    "catalog.create_items",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def create_items(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    drafts: Sequence[ItemDraft],
    now: datetime,
) -> list[CreatedItem]:
    """`create_item` for a stall's list, in its order and in a few statements; drafts of one key become one item."""
    by = By(market_id=market_id, person_id=actor.person_id, now=now)
    return make_items(drafts, by, role_of(actor, market_id, stall_id))


def make_items(drafts: Sequence[ItemDraft], by: By, role: str) -> list[CreatedItem]:
    """What both actions do, within their transaction."""
    checked = []
    for draft in drafts:
        fields = cleaned(draft.fields, draft.category_slug)
        if not fields.get("name"):
            raise ItemNameless
        checked.append((fields, draft))
    lock_creation()
    keys = [match_key(fields, words_of(draft.provenance)[1]) for fields, draft in checked]
    barcodes = [str(fields["gtin"]) if fields.get("gtin") else "" for fields, _ in checked]
    known = _existing(keys, barcodes)
    made: list[Item] = []
    found: list[tuple[Item, bool]] = []
    ids = iter(next_ids(len(drafts))) if drafts else iter(())
    for (fields, draft), key, barcode in zip(checked, keys, barcodes, strict=True):
        item = known.get(f"gtin:{barcode}") if barcode else None
        if item is None:
            item = known.get(key)
            if item is not None and barcode and item.gtin and item.gtin != barcode:
                item = None
        if item is None:
            item_id = next(ids)
            item = Item(
                pk=item_id, code=code_of(item_id), origin_market_id=by.market_id,
                created_at=by.now, updated_at=by.now,
            )  # fmt: skip
            fill(item, fields, stamped(draft.provenance, by, role), draft.category_slug)
            made.append(item)
            known.setdefault(key, item)
            if barcode:
                known[f"gtin:{barcode}"] = item
            found.append((item, True))
        else:
            found.append((item, False))
    insert(made, by)
    return [CreatedItem(item_id=i.pk, code=i.code, is_new=is_new) for i, is_new in found]


def _existing(keys: Sequence[str], barcodes: Sequence[str]) -> dict[str, Item]:
    """Items in use by key and by barcode, at the end of their merges; a retired one only by its barcode."""
    rows = list(Item.objects.filter(match_key__in=set(keys) - {""}).order_by("-pk"))
    coded = list(Item.objects.filter(gtin__in=set(barcodes) - {""}))
    now = current_many({row.pk for row in (*rows, *coded)})
    known = {row.match_key: now[row.pk] for row in rows if now[row.pk].state == Item.State.ACTIVE}
    return known | {f"gtin:{row.gtin}": now[row.pk] for row in coded}
