"""From an item that was merged to the one it is now, and back."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from jangteo.apps.catalog.models import Item


class MergedInCircle(RuntimeError):
    """Items point at each other; no action makes this, so the table was changed by hand."""


def current(item: Item) -> Item:
    """The item that ``item`` is now: itself, or the end of its merges. Raises `MergedInCircle`."""
    return current_many([item.pk])[item.pk]


def current_many(ids: Iterable[int]) -> dict[int, Item]:
    """The same for many ids at once; ids that do not exist are absent. One query for each step of the longest chain."""
    at = {one: one for one in ids}
    known: dict[int, Item] = {}
    seen: set[int] = set()
    wanted = set(at.values())
    while wanted:
        if wanted & seen:
            raise MergedInCircle(sorted(wanted & seen)[0])
        seen |= wanted
        found = Item.objects.in_bulk(wanted)
        known |= found
        wanted = {row.merged_into_id for row in found.values() if row.merged_into_id} - set(known)
    return {one: _end(one, known) for one in at if one in known}


def _end(start: int, known: dict[int, Item]) -> Item:
    item = known[start]
    steps = 0
    while item.merged_into_id:
        item = known[item.merged_into_id]
        steps += 1
        if steps > len(known):
            raise MergedInCircle(start)
    return item


def members(item_id: int) -> list[int]:
    """The item and every item that was merged into it, at any depth: what offers of this item may point at."""
    with connection.cursor() as cursor:
        cursor.execute(
            "with recursive held(id) as (select %s::bigint union"
            " select i.id from catalog_item i join held h on i.merged_into_id = h.id) select id from held",
            [item_id],
        )
        return sorted(row[0] for row in cursor.fetchall())
