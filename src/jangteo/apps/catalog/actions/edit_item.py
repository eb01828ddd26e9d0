"""A standard product is put right: a new version, each changed field with who changed it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from jangteo.apps.catalog.items.errors import BarcodeTaken, ItemChanged, ItemNameless
from jangteo.apps.catalog.items.keys import block_keys
from jangteo.apps.catalog.items.rows import (
    By,
    change_keys,
    check_may_change,
    cleaned,
    fill,
    lock_active,
    role_of,
    save_version,
    stamped,
)
from jangteo.apps.catalog.models import Item
from jangteo.apps.catalog.publishing.keeping import lacking_on, refuse_loss
from jangteo.platform.permissions import Actor, Role, action


@action("catalog.edit_item", allow={Role.OFFICE}, within="market", token_scope="catalog:write")
def edit_item(
    *,
    actor: Actor,
    market_id: int | None,
    item_id: int,
    seen_version: int,
    fields: Mapping[str, object],
    category_slug: str,
    now: datetime,
) -> int:
    """Set all fields of an item; returns its version. Saving what is there already writes nothing.

    ``seen_version``: the version the person looked at. Offers, carts and orders keep what they say. Raises
    `ItemChanged`, `LabelIncomplete` (goods on sale would lose what the law asks), `ItemNotFound`, `ItemNotActive`, `ItemShared`, `ItemNameless`, `BarcodeTaken`, `UnknownShelf`,
    `InvalidInput`.
    """
    item = lock_active(item_id)
    check_may_change(actor, market_id, [item])
    if item.version != seen_version:
        raise ItemChanged(seen=seen_version, now=item.version)
    values = cleaned(fields, category_slug)
    if not values.get("name"):
        raise ItemNameless
    if values == item.fields and category_slug == item.category_slug:
        return item.version
    check_barcode(values.get("gtin"), item)
    by = By(market_id=market_id, person_id=actor.person_id, now=now)
    changed = {key for key, value in values.items() if item.fields.get(key) != value}
    typed = {key: {"source": "person", "confidence": 1.0, "text": ""} for key in changed}
    provenance = {**item.provenance, **stamped(typed, by, role_of(actor, market_id))}
    before = block_keys(item.fields, item.category_slug)
    lacked = lacking_on([item.pk])
    fill(item, values, provenance, category_slug)
    save_version(item, "edit", by)
    change_keys(item, before)
    refuse_loss([item.pk], lacked)
    return item.version


def check_barcode(gtin: object, item: Item | None) -> None:
    """Raise `BarcodeTaken` when another item has this barcode."""
    if not gtin:
        return
    owner = Item.objects.filter(gtin=str(gtin)).first()
    if owner is not None and (item is None or owner.pk != item.pk):
        raise BarcodeTaken(code=owner.code)
