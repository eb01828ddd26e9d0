"""Items a line could be: one indexed look-up per key, the items that share the most telling keys first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from jangteo.apps.catalog.items.keys import block_keys
from jangteo.apps.catalog.items.resolving import current_many
from jangteo.apps.catalog.models import Item

#: items looked at for one key: a key that is shared by more tells little, and telling keys find the right one
_PER_KEY = 50
#: lines asked for in one statement
_AT_ONCE = 500

_FIND = """
select n, item_id, weight from (
    select q.n, f.item_id, sum(q.weight) as weight,
           row_number() over (partition by q.n order by sum(q.weight) desc, f.item_id) as place
      from unnest(%s::int[], %s::bigint[], %s::real[]) as q(n, key, weight)
     cross join lateral (
         select k.item_id from catalog_itemkey k where k.key = q.key order by k.item_id limit %s) f
     group by q.n, f.item_id) found
 where place <= %s
 order by n, place
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """An item that may be meant, and the weight of the keys it shares with the line."""

    item: Item
    weight: float


def find_candidates(
    fields: Mapping[str, object], limit: int = 20, *, category_slug: str = ""
) -> list[Candidate]:
    """Active items that share keys with ``fields`` (keyed as `standard.FIELDS`), the likeliest first.

    By barcode, by the same identity with at most one field said on one side only, by name with amount, variety or
    brand, by other names. What an item was called before it was merged leads to what it is now.
    """
    return find_candidates_many([(fields, category_slug)], limit)[0]


def find_candidates_many(
    asked: Sequence[tuple[Mapping[str, object], str]], limit: int = 20
) -> list[list[Candidate]]:
    """`find_candidates` for many (fields, category leaf), in their order."""
    found: list[list[Candidate]] = []
    for start in range(0, len(asked), _AT_ONCE):
        found += _find(asked[start : start + _AT_ONCE], limit)
    return found


def _find(asked: Sequence[tuple[Mapping[str, object], str]], limit: int) -> list[list[Candidate]]:
    places: list[int] = []
    keys: list[int] = []
    weights: list[float] = []
    for n, (fields, category_slug) in enumerate(asked):
        for key, weight in block_keys(fields, category_slug).items():
            places.append(n)
            keys.append(key)
            weights.append(weight)
    if not keys:
        return [[] for _ in asked]
    with connection.cursor() as cursor:
        # merged items of one survivor fold together, so a few more are read than are wanted
        cursor.execute(_FIND, [places, keys, weights, _PER_KEY, limit + 10])
        rows = cursor.fetchall()
    now = current_many({item_id for _, item_id, _ in rows})
    best: list[dict[int, Candidate]] = [{} for _ in asked]
    for n, item_id, weight in rows:
        item = now[item_id]
        if item.state == Item.State.ACTIVE and item.pk not in best[n] and len(best[n]) < limit:
            best[n][item.pk] = Candidate(item=item, weight=float(weight))
    return [list(one.values()) for one in best]
