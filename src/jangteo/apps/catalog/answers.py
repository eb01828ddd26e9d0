"""What people said of lines and items: written beside the decision, read out as training data."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jangteo.apps.catalog.items.keys import words_of
from jangteo.apps.catalog.items.reading import without_phones
from jangteo.apps.catalog.models import Item, MatchAnswer
from jangteo.apps.decisions.log import write_event
from jangteo.apps.decisions.models import Mode

_LINE = 300
#: source of a row that takes an answer back
TAKEN_BACK = "undone"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What stood before the person: the line, its fields, the products shown with their probabilities.

    ``shown``: (item id, probability), likeliest first. ``decision_id`` None: nobody was asked by a decision.
    """

    line: str
    fields: Mapping[str, Any]
    category_slug: str
    shown: Sequence[tuple[int, float]] = ()
    decision_id: uuid.UUID | None = None
    matcher: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answerer:
    """Who answered, where and when. ``role`` is a machine word; the name is kept nowhere."""

    market_id: int
    person_id: int | None
    role: str
    now: datetime


def note_answer(
    asked: Asked, chosen: Item | None, answerer: Answerer, *, offer_id: int | None = None
) -> None:
    """Write a person's answer: ``chosen`` is the line's product, None when it is none of those shown.

    Every product shown and not chosen is an example of another product. Needs the market's scope and a transaction.
    """
    first = asked.shown[0][0] if asked.shown else None
    chances = dict(asked.shown)
    ids = [one for one, _ in asked.shown]
    if chosen is not None and chosen.pk not in chances:
        ids.append(chosen.pk)
    items = Item.objects.in_bulk(ids)
    rows = []
    for item_id in ids:
        item = items.get(item_id)
        if item is None:
            continue
        is_same = chosen is not None and item_id == chosen.pk
        said = "accepted" if item_id == first else "chosen"
        source = said if is_same else "rejected"
        rows.append(
            answer_row(
                asked, item, is_same=is_same, source=source, probability=chances.get(item_id),
                answerer=answerer, offer_id=offer_id,
            )
        )  # fmt: skip
    MatchAnswer.objects.bulk_create(rows)
    if asked.decision_id is not None:
        _note_event(asked.decision_id, first, chosen, answerer)


def take_back(offer_id: int, answerer: Answerer) -> None:
    """Nobody learns from what was last said of this offer: a row for each that says so, for rows are never changed."""
    rows = MatchAnswer.objects.filter(market_id=answerer.market_id, offer_id=offer_id)
    said: dict[int, MatchAnswer] = {}
    for row in rows.order_by("at", "pk"):
        said[row.item_id] = row
    MatchAnswer.objects.bulk_create(
        [
            MatchAnswer(
                market_id=answerer.market_id, line=row.line, line_fields=row.line_fields,
                item_id=row.item_id, item_version=row.item_version, item_fields=row.item_fields,
                is_same=row.is_same, source=TAKEN_BACK, matcher_version=row.matcher_version,
                decision=row.decision, offer_id=offer_id, role=answerer.role, at=answerer.now,
            )
            for row in said.values()
            if row.source != TAKEN_BACK
        ]
    )  # fmt: skip


def answer_row(
    asked: Asked,
    item: Item,
    *,
    is_same: bool,
    source: str,
    probability: float | None,
    answerer: Answerer,
    offer_id: int | None,
) -> MatchAnswer:
    """One example, not saved. Telephone numbers in the line are blanked: the row can never be changed."""
    return MatchAnswer(
        market_id=answerer.market_id,
        line=without_phones(asked.line)[:_LINE],
        line_fields={**asked.fields, "category_slug": asked.category_slug},
        item=item,
        item_version=item.version,
        item_fields={
            **item.fields,
            "category_slug": item.category_slug,
            "text": words_of(item.provenance)[0],
        },
        is_same=is_same,
        source=source,
        probability=probability,
        matcher_version=asked.matcher,
        decision=asked.decision_id,
        offer_id=offer_id,
        role=answerer.role,
        at=answerer.now,
    )


def _note_event(
    decision_id: uuid.UUID, first: int | None, chosen: Item | None, answerer: Answerer
) -> None:
    if chosen is not None and chosen.pk == first:
        kind = Mode.ACCEPTED
    elif chosen is not None:
        kind = Mode.EDITED
    else:
        kind = Mode.REJECTED
    write_event(
        market_id=answerer.market_id,
        decision_id=decision_id,
        kind=kind.value,
        data={"item": chosen.pk if chosen is not None else None},
        by_id=answerer.person_id,
        now=answerer.now,
    )
