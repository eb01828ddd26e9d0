"""A standard product that nobody should use any more, or is used again."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.catalog.items.errors import ItemNotActive
from jangteo.apps.catalog.items.rows import By, check_may_change, lock_items, save_version
from jangteo.apps.catalog.models import Item
from jangteo.platform.permissions import Actor, Role, action


@action("catalog.retire_item", allow={Role.OFFICE}, within="market", token_scope="catalog:write")
def retire_item(
    *, actor: Actor, market_id: int | None, item_id: int, is_retired: bool = True, now: datetime
) -> None:
    """Nothing new is matched to a retired item; offers keep it. ``is_retired`` False: it is used again.

    Saying it twice changes nothing. Raises `ItemNotFound`, `ItemNotActive` for a merged one, `ItemShared`.
    """
    item = lock_items([item_id])[item_id]
    if item.state == Item.State.MERGED:
        raise ItemNotActive(code=item.code)
    check_may_change(actor, market_id, [item])
    state = Item.State.RETIRED if is_retired else Item.State.ACTIVE
    if item.state == state:
        return
    item.state = state
    by = By(market_id=market_id, person_id=actor.person_id, now=now)
    save_version(item, "retire" if is_retired else "return", by)
