"""Which standard product each row is: proposed when the list is read, linked when it is confirmed. Never stops a sale."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects

from jangteo.apps.catalog.actions.create_item import make_items
from jangteo.apps.catalog.answers import Answerer, Asked, note_answer
from jangteo.apps.catalog.items import (
    ItemDraft,
    current_many,
    fields_from,
    market_units,
    match_lines,
)
from jangteo.apps.catalog.items.rows import By, cleaned, role_of
from jangteo.apps.catalog.models import Item, Offer, PriceImportRow
from jangteo.apps.catalog.price_lists.understanding import LEAF, LINE
from jangteo.apps.catalog.publishing.keeping import is_on_sale, would_lose
from jangteo.apps.catalog.standard import FIELDS
from jangteo.engines.matching import MarketUnits, Understood, understand
from jangteo.platform.errors import JangteoError
from jangteo.platform.permissions import Actor

#: goods sold in steps of 100 g
WEIGHED_UNIT = "100g"
SAME, UNSURE, NEW = "same", "unsure", "new"
#: key of ``PriceImportRow.understood``: what a person is asked, [[item id, probability], ...] and why
MATCH = "match"


def propose_items(
    market_id: int,
    stall_id: int,
    rows: Sequence[PriceImportRow],
    understood: Sequence[Understood | None],
    actor: Actor,
    now: datetime,
) -> None:
    """Put ``item``, ``item_verdict`` and ``match_decision`` on rows that have a name. Needs a transaction."""
    for row in rows:
        if row.offer is not None and row.offer.item_id is not None:
            row.item_id, row.item_verdict = row.offer.item_id, SAME
    pairs = [
        (row, line)
        for row, line in zip(rows, understood, strict=True)
        if row.item_id is None and _is_told(row, line)
    ]
    matched = match_lines(
        market_id,
        stall_id,
        [line for _, line in pairs if line is not None],
        actor,
        now,
        weighed=[row.unit == WEIGHED_UNIT for row, _ in pairs],
    )
    for (row, _), found in zip(pairs, matched, strict=True):
        row.item = found.item if found.verdict in (SAME, UNSURE) else None
        row.item_verdict = found.verdict if found.decision_id else ""
        row.match_decision = found.decision_id
        if found.verdict == UNSURE and found.item is not None:
            row.understood = {
                **row.understood,
                MATCH: {
                    "shown": [[one.item.pk, round(one.probability, 4)] for one in found.candidates],
                    "ko": found.reason.ko,
                    "en": found.reason.en,
                },
            }


def _is_told(row: PriceImportRow, line: Understood | None) -> bool:
    """A row that may become goods, of which the name is certain."""
    usable = row.pile in (PriceImportRow.Pile.SURE, PriceImportRow.Pile.CHECK)
    return usable and line is not None and line.value("name") is not None


def draft_of(row: PriceImportRow, units: MarketUnits) -> ItemDraft | None:
    """The row as a new standard product; None when its name was not understood or a field does not fit.

    It is made of the line as it was read, so that the next stall's same line finds it.
    """
    line = str(row.understood.get(LINE, ""))
    draft = fields_from(
        understand(line, market=units), is_variable_measure=row.unit == WEIGHED_UNIT
    )
    if not draft.fields.get("name"):
        return None
    try:
        cleaned(draft.fields, draft.category_slug)
    except JangteoError:
        return None
    return draft


def link_items(
    market_id: int,
    stall_id: int,
    rows: Sequence[PriceImportRow],
    actor: Actor,
    now: datetime,
) -> list[Offer]:
    """Hang the offers of ``rows`` that have no item on the one they are, or on a new one; the offers changed, not saved."""
    units = market_units(market_id)
    same = [r for r in rows if _has_no_item(r) and r.item_verdict == SAME and r.item_id]
    fresh = [
        (row, draft)
        for row in rows
        if _has_no_item(row)
        and row.item_verdict == NEW
        and (draft := draft_of(row, units)) is not None
    ]
    now_it_is = current_many({row.item_id for row in same if row.item_id is not None})
    made = make_items(
        [draft for _, draft in fresh],
        By(market_id=market_id, person_id=actor.person_id, now=now),
        role_of(actor, market_id, stall_id),
    )
    ids = {id(row): made_item.item_id for (row, _), made_item in zip(fresh, made, strict=True)}
    changed: list[Offer] = []
    lost = _losing(same, now_it_is)
    for row in same:
        if id(row) in lost:
            continue
        item = now_it_is.get(row.item_id or 0)
        if item is not None and item.state == Item.State.ACTIVE:
            _hang(row, item.pk, now, changed)
    for row, _ in fresh:
        row.item_id = ids[id(row)]
        _hang(row, ids[id(row)], now, changed)
    return changed


def _losing(rows: Sequence[PriceImportRow], items: Mapping[int, Item]) -> set[int]:
    """Rows whose goods are on sale and would lack on that product what they do not lack now: nobody is asked here."""
    pairs = [
        (row, row.offer, item)
        for row in rows
        if row.offer is not None
        and row.offer.pk is not None
        and is_on_sale(row.offer)
        and (item := items.get(row.item_id or 0)) is not None
    ]
    prefetch_related_objects([offer for _, offer, _ in pairs], "category")
    return {id(row) for row, offer, item in pairs if would_lose(offer, item)}


def _has_no_item(row: PriceImportRow) -> bool:
    return row.offer is not None and row.offer.item_id is None


def _hang(row: PriceImportRow, item_id: int, now: datetime, changed: list[Offer]) -> None:
    offer = row.offer
    if offer is not None and offer.item_id is None:
        offer.item_id = item_id
        offer.updated_at = now
        changed.append(offer)


def note_item_answer(
    row: PriceImportRow,
    chosen: Item | None,
    actor: Actor,
    market_id: int,
    stall_id: int,
    now: datetime,
) -> None:
    """What a person said of "is it this product?", kept to learn from."""
    shown = row.understood.get(MATCH, {}).get("shown", [])
    fields: Mapping[str, Any] = {
        key: row.understood[key]["value"] for key in FIELDS if key in row.understood
    }
    note_answer(
        Asked(
            line=str(row.understood.get(LINE, row.name)),
            fields=fields,
            category_slug=str(row.understood.get(LEAF) or ""),
            shown=[(int(pk), float(chance)) for pk, chance in shown],
            decision_id=_uuid(row),
        ),
        chosen,
        Answerer(
            market_id=market_id,
            person_id=actor.person_id,
            role=role_of(actor, market_id, stall_id),
            now=now,
        ),
        offer_id=row.offer_id,
    )


def _uuid(row: PriceImportRow) -> uuid.UUID | None:
    return uuid.UUID(str(row.match_decision)) if row.match_decision else None
