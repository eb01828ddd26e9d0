"""Two standard products turn out to be one. Nothing of any tenant moves: the one points at the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jangteo.apps.catalog.answers import Answerer, Asked, answer_row
from jangteo.apps.catalog.items.errors import ItemNotActive, ItemShared, SameItem
from jangteo.apps.catalog.items.keys import block_keys
from jangteo.apps.catalog.items.rows import (
    By,
    change_keys,
    check_may_change,
    fill,
    lock_items,
    role_of,
    save_version,
)
from jangteo.apps.catalog.models import Item, ItemChange, MatchAnswer
from jangteo.apps.catalog.publishing.keeping import lacking_on, refuse_loss
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import clean_line


@dataclass(frozen=True, kw_only=True, slots=True)
class MergedItems:
    """``filled``: the fields the remaining item took over because it had none of its own."""

    change_id: int
    filled: tuple[str, ...]


@action("catalog.merge_items", allow={Role.OFFICE}, within="market", token_scope="catalog:write")
def merge_items(
    *,
    actor: Actor,
    market_id: int | None,
    item_id: int,
    into_id: int,
    reason: str = "",
    now: datetime,
) -> MergedItems:
    """``item_id`` becomes ``into_id``; offers, carts, orders, prices and price lists that name it stay untouched.

    The remaining item takes over the fields it lacks, the barcode among them, unless other markets use it: then it
    stays as it is. Both are locked in the order of their ids, so that two merges at once cannot point at each other.
    Raises `SameItem`, `ItemNotFound`, `ItemNotActive`, `ItemShared`, `LabelIncomplete` when goods on sale would lose
    what the law asks.
    """
    if item_id == into_id:
        raise SameItem
    why = clean_line(reason, field="reason", at_most=200)
    locked = lock_items([item_id, into_id])
    item, into = locked[item_id], locked[into_id]
    for one in (item, into):
        if one.state != Item.State.ACTIVE:
            raise ItemNotActive(code=one.code)
    check_may_change(actor, market_id, [item])
    by = By(market_id=market_id, person_id=actor.person_id, now=now)
    lacked = lacking_on([item.pk, into.pk])
    filled: dict[str, Any] = {}
    if _may_fill(actor, market_id, into):
        filled = _fill(item, into)
    item_gtin = item.gtin
    if "gtin" in filled:
        item.gtin = None
    item.state = Item.State.MERGED
    item.merged_into = into
    save_version(item, "merge", by)
    if filled:
        save_version(into, "merge", by)
    refuse_loss([into.pk], lacked)
    change = ItemChange.objects.create(
        kind=ItemChange.Kind.MERGE,
        item=item,
        other=into,
        before={"filled": filled, "gtin": item_gtin},
        reason=why,
        market_id=market_id,
        by_id=actor.person_id,
        at=now,
    )
    if market_id is not None:
        _learn(item, into, actor, market_id, now)
    return MergedItems(change_id=change.pk, filled=tuple(filled))


def _may_fill(actor: Actor, market_id: int | None, into: Item) -> bool:
    try:
        check_may_change(actor, market_id, [into])
    except ItemShared:
        return False
    return True


def _fill(item: Item, into: Item) -> dict[str, Any]:
    """Give ``into`` what it lacks and ``item`` has; returns those fields with what was before (nothing)."""
    taken = {key: value for key, value in item.fields.items() if key not in into.fields}
    if "gtin" in taken and item.gtin is None:
        del taken["gtin"]
    # the two ways of saying an amount exclude each other
    if "net_g" in into.fields:
        taken.pop("net_ml", None)
    if "net_ml" in into.fields:
        taken.pop("net_g", None)
    if not taken:
        return {}
    if "gtin" in taken:
        # the barcode is unique: it leaves the one before the other has it
        Item.objects.filter(pk=item.pk).update(gtin=None)
    before = block_keys(into.fields, into.category_slug)
    provenance = {
        **into.provenance,
        **{key: {**item.provenance.get(key, {}), "from": item.code} for key in taken},
    }
    fill(into, {**into.fields, **taken}, provenance, into.category_slug)
    change_keys(into, before)
    return dict.fromkeys(taken)


def _learn(item: Item, into: Item, actor: Actor, market_id: int, now: datetime) -> None:
    answerer = Answerer(
        market_id=market_id, person_id=actor.person_id, role=role_of(actor, market_id), now=now
    )
    asked = Asked(line=item.name, fields=item.fields, category_slug=item.category_slug)
    MatchAnswer.objects.bulk_create(
        [
            answer_row(
                asked, into, is_same=True, source="merge", probability=None, answerer=answerer,
                offer_id=None,
            )
        ]
    )  # fmt: skip
