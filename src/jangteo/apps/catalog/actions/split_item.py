"""One standard product turns out to be two: some of a market's offers go to a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from jangteo.apps.catalog.actions.edit_item import check_barcode
from jangteo.apps.catalog.answers import Answerer, Asked, answer_row
from jangteo.apps.catalog.items.errors import ItemNameless, NoOffersChosen, SameItem
from jangteo.apps.catalog.items.resolving import members
from jangteo.apps.catalog.items.rows import (
    By,
    cleaned,
    code_of,
    fill,
    insert,
    lock_active,
    next_ids,
    role_of,
    save_version,
    stamped,
)
from jangteo.apps.catalog.models import Item, ItemChange, MatchAnswer, Offer
from jangteo.apps.catalog.publishing.keeping import lacking_on, refuse_loss
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import clean_line


@dataclass(frozen=True, kw_only=True, slots=True)
class SplitItem:
    """The new item, and how many offers went to it."""

    change_id: int
    item_id: int
    code: str
    moved: int


@action("catalog.split_item", allow={Role.OFFICE}, within="market", token_scope="catalog:write")
def split_item(
    *,
    actor: Actor,
    market_id: int,
    item_id: int,
    offer_ids: Sequence[int],
    fields: Mapping[str, object],
    category_slug: str,
    reason: str = "",
    now: datetime,
) -> SplitItem:
    """Make a new item of ``fields`` and hang ``offer_ids`` of this market on it; the old item stays as it is.

    Nothing of other markets changes, so an office may do this with an item they use too. Raises `NoOffersChosen` (also
    for offers that are not on the item or of another market), `SameItem` when the fields are the old item's,
    `ItemNotFound`, `ItemNotActive`, `ItemNameless`, `BarcodeTaken`, `UnknownShelf`, `InvalidInput`, `LabelIncomplete`
    when goods on sale would lose what the law asks.
    """
    why = clean_line(reason, field="reason", at_most=200)
    item = lock_active(item_id)
    values = cleaned(fields, category_slug)
    if not values.get("name"):
        raise ItemNameless
    if values == item.fields and category_slug == item.category_slug:
        raise SameItem
    check_barcode(values.get("gtin"), None)
    wanted = sorted(set(offer_ids))
    offers = list(
        Offer.objects.select_for_update(of=("self",))
        .filter(market_id=market_id, pk__in=wanted, item_id__in=members(item.pk))
        .order_by("pk")
    )
    if not offers or len(offers) != len(wanted):
        raise NoOffersChosen
    lacked = lacking_on([item.pk])
    by = By(market_id=market_id, person_id=actor.person_id, now=now)
    role = role_of(actor, market_id)
    new_id = next_ids(1)[0]
    made = Item(
        pk=new_id, code=code_of(new_id), origin_market_id=market_id, created_at=now, updated_at=now
    )
    typed = {
        key: {"source": "person", "confidence": 1.0, "text": ""}
        for key, value in values.items()
        if item.fields.get(key) != value
    }
    fill(made, values, {**item.provenance, **stamped(typed, by, role)}, category_slug)
    insert([made], by)
    moved = {str(offer.pk): offer.item_id for offer in offers}
    Offer.objects.filter(market_id=market_id, pk__in=wanted).update(item=made, updated_at=now)
    refuse_loss([made.pk], lacked)
    save_version(item, "split", by)
    change = ItemChange.objects.create(
        kind=ItemChange.Kind.SPLIT,
        item=item,
        other=made,
        before={"moved": moved},
        reason=why,
        market_id=market_id,
        by_id=actor.person_id,
        at=now,
    )
    answerer = Answerer(market_id=market_id, person_id=actor.person_id, role=role, now=now)
    asked = Asked(line=made.name, fields=made.fields, category_slug=made.category_slug)
    MatchAnswer.objects.bulk_create(
        [
            answer_row(
                asked, item, is_same=False, source="split", probability=None, answerer=answerer,
                offer_id=None,
            )
        ]
    )  # fmt: skip
    return SplitItem(change_id=change.pk, item_id=made.pk, code=made.code, moved=len(offers))
