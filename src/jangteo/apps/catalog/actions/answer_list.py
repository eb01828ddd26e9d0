"""One answer for many rows of a price list: where they come from, what becomes of goods it lacks, which product one is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from jangteo.apps.catalog.actions.answer_row import lock_import, lock_row
from jangteo.apps.catalog.errors import ImportNotFound, RowAlreadyUsed
from jangteo.apps.catalog.imports import give_origin
from jangteo.apps.catalog.items import current_many
from jangteo.apps.catalog.items.errors import ItemNotFound
from jangteo.apps.catalog.models import Offer, PriceImportRow, StallDesk
from jangteo.apps.catalog.price_lists.gone import CHOICES, KEEP
from jangteo.apps.catalog.price_lists.matching import NEW, SAME, note_item_answer
from jangteo.apps.catalog.rows import write_back
from jangteo.apps.catalog.standard import FIELDS, clean_value
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action


@action(
    "catalog.answer_list_origin",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def answer_list_origin(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    import_id: int,
    origins: Mapping[int, str],
    remember: str = "",
    later: bool = False,
    now: datetime,
) -> int:
    """Row ids to their origin; rows on sale already and rows that said one keep theirs. Returns how many took it.

    ``remember``: from now on goods of this stall without a word about it are this. ``later``: the question is put
    aside for this list. Raises `InvalidInput`, `ImportNotFound`, `ImportUndone`.
    """
    cleaned = {row_id: _origin(text) for row_id, text in origins.items()}
    price_import = lock_import(market_id, stall_id, import_id)
    rows = list(
        PriceImportRow.objects.filter(
            market_id=market_id, price_import=price_import, pk__in=list(origins)
        )
    )
    if len(rows) != len(origins):
        raise ImportNotFound
    taken = [row for row in rows if not row.effect and not row.origin]
    for row in taken:
        give_origin(row, cleaned[row.pk], by="owner")
    write_back(taken, ["origin", "understood"])
    if remember:
        StallDesk.objects.update_or_create(
            market_id=market_id,
            stall_id=stall_id,
            defaults={"default_origin": _origin(remember), "updated_at": now},
        )
    if later != price_import.outcome.get("origin_later", False):
        price_import.outcome = {**price_import.outcome, "origin_later": later}
        price_import.save(update_fields=["outcome"])
    return len(taken)


def _origin(text: str) -> str:
    value = clean_value(FIELDS["origin"], text)
    if not isinstance(value, str) or not value:
        raise InvalidInput(
            field="origin", ko="원산지를 적어 주세요.", en="Say where they come from."
        )
    return value[:60]


@action(
    "catalog.answer_gone",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def answer_gone(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    import_id: int,
    choices: Mapping[int, str],
    now: datetime,
) -> int:
    """What becomes of goods that the list lacks, by offer id: "keep", "sold_out" or "hide". Done when it is confirmed.

    Returns for how many something else than keeping is chosen now. Raises `InvalidInput`, `ImportNotFound`,
    `ImportUndone`.
    """
    if set(choices.values()) - set(CHOICES):
        raise InvalidInput(
            field="choices",
            ko="품절로, 내리기, 그대로 가운데 하나를 골라 주세요.",
            en="Choose sold out, take down, or keep.",
        )
    price_import = lock_import(market_id, stall_id, import_id)
    known = set(
        Offer.objects.filter(
            market_id=market_id, stall_id=stall_id, pk__in=list(choices)
        ).values_list("pk", flat=True)
    )
    if known != set(choices):
        raise ImportNotFound
    kept = {**price_import.gone, **{str(pk): choice for pk, choice in choices.items()}}
    price_import.gone = {key: choice for key, choice in kept.items() if choice != KEEP}
    price_import.save(update_fields=["gone"])
    return len(price_import.gone)


@action(
    "catalog.answer_item",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def answer_item(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    import_id: int,
    row_id: int,
    item_id: int | None,
    now: datetime,
) -> None:
    """Is the row this standard product? ``item_id`` None: none of those shown. Kept to learn from; never stops a sale.

    Raises `ImportNotFound`, `ImportUndone`, `RowAlreadyUsed`, `ItemNotFound`.
    """
    row = lock_row(market_id, stall_id, import_id, row_id)
    if row.effect:
        raise RowAlreadyUsed(row=row.row)
    item = None
    if item_id is not None:
        item = current_many([item_id]).get(item_id)
        if item is None:
            raise ItemNotFound
    if row.item_verdict in (SAME, NEW) and row.item_id == (item.pk if item else None):
        return
    note_item_answer(row, item, actor, market_id, stall_id, now)
    row.item = item
    row.item_verdict = SAME if item is not None else NEW
    row.save(update_fields=["item", "item_verdict"])
