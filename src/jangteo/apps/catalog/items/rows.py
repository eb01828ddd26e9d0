"""Writing standard products: rows with their versions, their keys, locks and who may change what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from jangteo.apps.catalog.items.errors import (
    ItemNotActive,
    ItemNotFound,
    ItemShared,
    UnknownShelf,
)
from jangteo.apps.catalog.items.keys import block_keys, match_key, words_of
from jangteo.apps.catalog.items.resolving import members
from jangteo.apps.catalog.models import Item, ItemVersion, Offer
from jangteo.apps.catalog.standard import JsonValue, clean_fields
from jangteo.engines.matching.lexicon import lexicon
from jangteo.platform.errors import NotAllowed
from jangteo.platform.permissions import Actor, Role
from jangteo.platform.tenancy import every_market

#: any number, the same in every process: creating items looks whether they are there first
_CREATE_LOCK = 718_224_040
#: fields that are columns of the item too
_NAME, _GTIN, _GPC, _LOOSE = "name", "gtin", "gpc_brick", "is_variable_measure"


@dataclass(frozen=True, kw_only=True, slots=True)
class By:
    """Who writes: for versions and changes. ``market_id`` None: the operator."""

    market_id: int | None
    person_id: int | None
    now: datetime


def lock_items(ids: Iterable[int]) -> dict[int, Item]:
    """Items locked in the order of their ids, whatever order they are asked for. Raises `ItemNotFound`."""
    wanted = sorted(set(ids))
    rows = Item.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    found = {row.pk: row for row in rows}
    if len(found) != len(wanted):
        raise ItemNotFound
    return found


def lock_active(item_id: int) -> Item:
    """One locked item that is in use. Raises `ItemNotFound`, `ItemNotActive`."""
    item = lock_items([item_id])[item_id]
    if item.state != Item.State.ACTIVE:
        raise ItemNotActive(code=item.code)
    return item


def check_may_change(actor: Actor, market_id: int | None, items: Iterable[Item]) -> None:
    """Raise `ItemShared` where an office would change what other markets use; the operator may change anything.

    An office may change an item that it brought in or its own offers hang on, as long as no other market's do.
    """
    if actor.has(Role.SYSTEM):
        return
    if market_id is None:
        raise NotAllowed
    for item in items:
        ids = members(item.pk)
        with every_market():
            used = Offer.objects.filter(item_id__in=ids)
            by_others = used.exclude(market_id=market_id).exists()
            ours = item.origin_market_id == market_id or used.filter(market_id=market_id).exists()
        if by_others or not ours:
            raise ItemShared(code=item.code)


def cleaned(fields: Mapping[str, object], category_slug: str) -> dict[str, JsonValue]:
    """Fields as an item holds them. Raises `UnknownShelf`, `InvalidInput`."""
    leaf = lexicon().categories.get(category_slug)
    if category_slug and leaf is None:
        raise UnknownShelf(slug=category_slug)
    return clean_fields(fields, leaf.path[1] if leaf else "")


def next_ids(count: int) -> list[int]:
    """New item ids, drawn from the table's own sequence: an item's code is made of its id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence('catalog_item', 'id')) from generate_series(1, %s)",
            [count],
        )
        return [int(row[0]) for row in cursor.fetchall()]


def code_of(item_id: int) -> str:
    """JT000000042."""
    return f"JT{item_id:09d}"


def fill(
    item: Item,
    fields: Mapping[str, JsonValue],
    provenance: Mapping[str, Mapping[str, Any]],
    category_slug: str,
) -> None:
    """Set an item's fields and the columns made of them; not saved."""
    item.fields = dict(fields)
    item.provenance = {key: dict(provenance[key]) for key in fields if key in provenance}
    item.name = str(fields.get(_NAME, ""))
    item.gtin = str(fields[_GTIN]) if fields.get(_GTIN) else None
    item.gpc_brick = str(fields.get(_GPC, ""))
    item.is_variable_measure = fields.get(_LOOSE) is True
    item.category_slug = category_slug
    item.match_key = match_key(fields, words_of(item.provenance)[1])


def save_version(item: Item, what: str, by: By) -> None:
    """Save a locked item as its next version and write that version down."""
    item.version += 1
    item.updated_at = by.now
    item.save()
    ItemVersion.objects.create(**_version(item, what, by))


def insert(items: Sequence[Item], by: By) -> None:
    """Save new items, their first versions and their keys."""
    Item.objects.bulk_create(items, batch_size=1000)
    ItemVersion.objects.bulk_create(
        [ItemVersion(**_version(item, "create", by)) for item in items], batch_size=1000
    )
    add_keys(items)


def _version(item: Item, what: str, by: By) -> dict[str, Any]:
    return {
        "item_id": item.pk,
        "version": item.version,
        "what": what,
        "name": item.name,
        "category_slug": item.category_slug,
        "fields": item.fields,
        "provenance": item.provenance,
        "market_id": by.market_id,
        "by_id": by.person_id,
        "at": by.now,
    }


def add_keys(items: Collection[Item]) -> None:
    """Write what the items are found by; keys that are there already stay."""
    keys: list[int] = []
    ids: list[int] = []
    for item in items:
        for key in block_keys(item.fields, item.category_slug):
            keys.append(key)
            ids.append(item.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into catalog_itemkey (key, item_id) select * from unnest(%s::bigint[], %s::bigint[])"
            " on conflict do nothing",
            [keys, ids],
        )


def change_keys(item: Item, before: Collection[int]) -> None:
    """Bring an item's keys in line with its fields; ``before``: the keys of its former fields."""
    now = set(block_keys(item.fields, item.category_slug))
    gone = sorted(set(before) - now)
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from catalog_itemkey where item_id = %s and key = any(%s::bigint[])",
            [item.pk, gone],
        )
    add_keys([item])


def lock_creation() -> None:
    """One transaction at a time looks for an item and makes it when it is not there."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_CREATE_LOCK])


def stamped(
    provenance: Mapping[str, Mapping[str, Any]], by: By, role: str
) -> dict[str, dict[str, Any]]:
    """Provenance with when and in which role: never a name."""
    return {key: {**one, "at": by.now.isoformat(), "by": role} for key, one in provenance.items()}


def role_of(actor: Actor, market_id: int | None, stall_id: int | None = None) -> str:
    """The role somebody acts in here, as a machine word."""
    for role in (Role.SYSTEM, Role.OFFICE, Role.STALL_OWNER, Role.PROXY):
        if actor.has(role, market_id, stall_id):
            return role.value
    return ""
