"""A stall answers what the label of its goods still lacks; a draft goes on sale when nothing is lacking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jangteo.apps.catalog.errors import CategoryNotFound
from jangteo.apps.catalog.models import Category, Offer
from jangteo.apps.catalog.publishing.labelling import Missing, gate, refuse
from jangteo.apps.catalog.rows import lock_offer, tell
from jangteo.apps.catalog.standard import FIELDS, LABEL_FIELDS, clean_value
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action

#: fields an offer keeps in columns of its own; `count` is its `pieces`
COLUMNS = {
    "origin": "origin",
    "allergens": "allergens",
    "storage": "storage",
    "use_by_days": "use_by_days",
    "net_g": "net_g",
    "net_ml": "net_ml",
    "count": "pieces",
}
_EMPTY: dict[str, Any] = {
    "origin": "",
    "allergens": "",
    "use_by_days": None,
    "net_g": None,
    "net_ml": None,
    "pieces": None,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class CompletedLabel:
    """What is still lacking and what became of the offer (an `Offer.State`)."""

    missing: tuple[Missing, ...]
    state: str
    is_now_on_sale: bool


@action(
    "catalog.complete_label",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def complete_label(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    offer_id: int,
    fields: Mapping[str, object],
    category_slug: str = "",
    sell: bool = False,
    now: datetime,
) -> CompletedLabel:
    """Set some of `standard.LABEL_FIELDS` of one offer, cleaned; an empty value takes it away.

    ``category_slug``: the shop's category, "" leaves it. ``sell``: a draft goes on sale when nothing is lacking. The
    label of goods on sale may not lose what it needs. Raises `InvalidInput`, `CategoryNotFound`, `OfferNotFound`,
    `LabelIncomplete`.
    """
    offer = lock_offer(market_id, stall_id, offer_id)
    before = {one.field for one in gate(offer)}
    label = dict(offer.label)
    for key, value in fields.items():
        _set(offer, label, key, value)
    offer.label = label
    if category_slug:
        offer.category = Category.objects.filter(slug=category_slug).first()
        if offer.category is None:
            raise CategoryNotFound
    lacking = gate(offer)
    if offer.state in (Offer.State.ON_SALE, Offer.State.SOLD_OUT):
        refuse(offer, [one for one in lacking if one.field not in before])
    starts = sell and not lacking and offer.state == Offer.State.DRAFT
    if starts:
        offer.state = Offer.State.ON_SALE
    offer.save(update_fields=[*COLUMNS.values(), "label", "category", "state", "updated_at"])
    tell(offer, now)
    return CompletedLabel(missing=lacking, state=offer.state, is_now_on_sale=starts)


def _set(offer: Offer, label: dict[str, Any], key: str, value: object) -> None:
    if key not in LABEL_FIELDS:
        raise InvalidInput(
            field=key,
            ko="이 칸은 표시 사항이 아니에요.",
            en="This is no field of a label.",
        )
    if key == "trace_no":
        value = str(value or "").replace("-", "").replace(" ", "").upper()
    cleaned = clean_value(FIELDS[key], value)
    cleaned = None if cleaned == "" else cleaned
    column = COLUMNS.get(key)
    if column is not None:
        if cleaned is None and column not in _EMPTY:
            return  # goods are always kept somehow
        setattr(offer, column, _EMPTY[column] if cleaned is None else cleaned)
    elif cleaned is None:
        label.pop(key, None)
    else:
        label[key] = cleaned
