"""Asking what replaces goods that ran out, and remembering what was answered."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, F

from jangteo.apps.catalog.models import Offer
from jangteo.apps.catalog.queries import similar_offers
from jangteo.apps.decisions.capability import Capability
from jangteo.apps.decisions.decide import decide
from jangteo.apps.decisions.ids import made_between
from jangteo.apps.decisions.log import OUTCOME, write_event
from jangteo.apps.decisions.models import Decision, Mode
from jangteo.apps.orders.capabilities.substitute import (
    Goods,
    SubstituteProposal,
    SubstituteRequest,
)
from jangteo.apps.orders.models import Order, OrderLine
from jangteo.apps.stock.models import StockLevel
from jangteo.platform.permissions import Actor

#: a shopper who is asked may choose freely among the stall's goods of the kind up to this much dearer
ASKED_RISE_PCT = 30
MOST_CHOICES = 4


def alternatives(line: OrderLine) -> list[Offer]:
    """What the shopper who is asked may take instead: what there is now, in the order that was decided for her."""
    found = similar_offers(line.offer, max_rise_pct=ASKED_RISE_PCT)
    place = {id_: n for n, id_ in enumerate(_decided_ids(line.decision_id))}
    # the sort is stable: what came in after the decision follows, nearest first
    return sorted(found, key=lambda offer: place.get(offer.pk, len(place)))[:MOST_CHOICES]


def _decided_ids(decision_id: uuid.UUID | None) -> list[int]:
    if decision_id is None:
        return []
    since, until = made_between(decision_id)
    row = Decision.objects.filter(pk=decision_id, at__gte=since, at__lt=until)
    proposal = row.values_list("proposal", flat=True).first()
    return list(proposal["ids"]) if proposal else []


def best_first(
    capability: Capability[SubstituteRequest, SubstituteProposal],
    order: Order,
    line: OrderLine,
    stall_id: int,
    offers: Iterable[Offer],
    *,
    units: int,
    max_rise_pct: int,
    now: datetime,
) -> tuple[list[Offer], uuid.UUID | None]:
    """The offers in the decided order and the decision's id; no decision where there is nothing to choose from."""
    by_id = {offer.pk: offer for offer in offers}
    if not by_id:
        return [], None
    taken = _taken(line, by_id)
    request = SubstituteRequest(
        missing=_goods(line.offer, 0),
        units=units,
        candidates=[_goods(offer, taken.get(offer.pk, 0)) for offer in by_id.values()],
        max_rise_pct=max_rise_pct,
    )
    decided = decide(
        capability,
        request,
        subject=Actor(person_id=order.person_id, guest_key=order.guest_key),
        market_id=order.market_id,
        now=now,
        stall_id=stall_id,
        about=f"line:{line.pk}",
    )
    return [by_id[id_] for id_ in decided.proposal.ids], decided.id


def _goods(offer: Offer, taken: int) -> Goods:
    level: StockLevel | None = getattr(offer, "stock", None)
    left = max(0, level.quantity - level.reserved) if level and level.is_counted else None
    return Goods(
        id=offer.pk,
        name=offer.name,
        name_en=offer.name_en,
        price_krw=offer.price_krw,
        net_g=offer.net_g,
        net_ml=offer.net_ml,
        available=left,
        taken=taken,
    )


def _taken(line: OrderLine, offer_ids: Iterable[int]) -> dict[int, int]:
    """How often each offer replaced this line's goods before and was not given back."""
    rows = (
        OrderLine.objects.filter(
            market_id=line.market_id,
            replaces__offer_id=line.offer_id,
            offer_id__in=list(offer_ids),
            remaining=F("quantity"),
        )
        .values("offer_id")
        .annotate(n=Count("id"))
        .values_list("offer_id", "n")
    )
    return dict(rows)


def remember_answer(
    line: OrderLine, offer_id: int | None, *, by_id: int | None, now: datetime
) -> None:
    """What was answered to the choices: the first one, another one, or none. ``by_id``: staff who answered for her."""
    if line.decision_id is None:
        return
    ids = _decided_ids(line.decision_id)
    if offer_id is None:
        kind = Mode.REJECTED
    else:
        kind = Mode.ACCEPTED if ids[:1] == [offer_id] else Mode.EDITED
    write_event(
        market_id=line.market_id,
        decision_id=line.decision_id,
        kind=kind.value,
        data={"offer": offer_id},
        by_id=by_id,
        now=now,
    )


def remember_outcomes(lines: Iterable[OrderLine], now: datetime) -> None:
    """The order was handed over: how many units of each decided substitute the shopper kept."""
    for line in lines:
        if line.decision_id is not None and line.replaces_id is not None:
            write_event(
                market_id=line.market_id,
                decision_id=line.decision_id,
                kind=OUTCOME,
                data={"given": line.quantity, "kept": line.remaining},
                by_id=None,
                now=now,
            )
