"""One answer for many goods: "these are all Korean". Only goods without an origin take it, so it can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jangteo.apps.catalog.events import OffersChanged
from jangteo.apps.catalog.models import Offer
from jangteo.apps.catalog.publishing.labelling import gate_many
from jangteo.apps.catalog.rows import write_back
from jangteo.apps.catalog.standard import FIELDS, clean_value
from jangteo.platform.errors import InvalidInput
from jangteo.platform.events import emit
from jangteo.platform.permissions import Actor, Role, action

MOST = 5000


@dataclass(frozen=True, kw_only=True, slots=True)
class AnsweredOrigin:
    """Ids of the offers that took the answer, and those of them that went on sale through it."""

    changed: tuple[int, ...]
    put_on_sale: tuple[int, ...]


@action(
    "catalog.answer_origin",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def answer_origin(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    offer_ids: Sequence[int],
    origin: str,
    sell: bool = False,
    now: datetime,
) -> AnsweredOrigin:
    """Give ``origin`` to those of the stall's offers that have none; others and strangers' are left alone.

    ``sell``: drafts that lack nothing more go on sale. Raises `InvalidInput`.
    """
    cleaned = clean_value(FIELDS["origin"], origin)
    if not isinstance(cleaned, str) or not cleaned:
        raise InvalidInput(
            field="origin", ko="원산지를 적어 주세요.", en="Say where they come from."
        )
    rows = Offer.objects.select_for_update(of=("self",)).filter(
        market_id=market_id, stall_id=stall_id, pk__in=list(offer_ids)[:MOST], origin=""
    )
    offers = list(rows.exclude(state=Offer.State.HIDDEN).order_by("pk"))
    for offer in offers:
        offer.origin = cleaned
        offer.updated_at = now
    started = []
    for offer, lacking in zip(offers, gate_many(offers), strict=True):
        if sell and offer.state == Offer.State.DRAFT and not lacking:
            offer.state = Offer.State.ON_SALE
            started.append(offer.pk)
    write_back(offers, ["origin", "state", "updated_at"])
    if offers:
        emit(OffersChanged(market_id=market_id, at=now, stall_id=stall_id))
    return AnsweredOrigin(changed=tuple(o.pk for o in offers), put_on_sale=tuple(started))


@action(
    "catalog.take_back_origin",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def take_back_origin(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    answered: AnsweredOrigin,
    origin: str,
    now: datetime,
) -> int:
    """Undo `answer_origin`: offers that still say exactly that lose it, those it put on sale are drafts again.

    Returns how many.
    """
    rows = Offer.objects.select_for_update(of=("self",)).filter(
        market_id=market_id, stall_id=stall_id, pk__in=answered.changed[:MOST], origin=origin
    )
    offers = list(rows.order_by("pk"))
    started = frozenset(answered.put_on_sale)
    for offer in offers:
        offer.origin = ""
        offer.updated_at = now
        if offer.pk in started and offer.state == Offer.State.ON_SALE:
            offer.state = Offer.State.DRAFT
    write_back(offers, ["origin", "state", "updated_at"])
    if offers:
        emit(OffersChanged(market_id=market_id, at=now, stall_id=stall_id))
    return len(offers)
