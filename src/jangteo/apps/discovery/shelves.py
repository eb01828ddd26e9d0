"""A shelf ready to show: decided, or in the plain order for whoever nothing is decided for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from jangteo.apps.catalog.cards import OfferCard
from jangteo.apps.decisions.capability import Reason
from jangteo.apps.decisions.decide import Decided
from jangteo.apps.discovery.capabilities.shelf_order import (
    ShelfProposal,
    ShelfRequest,
    baseline,
    reason_of,
)
from jangteo.apps.discovery.queries import Shown, home_candidates, stall_candidates

#: goods of a stall that are put in order; those behind them keep the stall's own
MOST_ORDERED = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Picked:
    """Cards in the decided order, the decision, and why each product stands there."""

    cards: tuple[OfferCard, ...]
    decision: Decided[ShelfProposal]
    #: by offer id; a product whose place claims nothing about it is missing
    reasons: Mapping[int, Reason]


def home_request(shown: list[Shown], day: date, limit: int) -> ShelfRequest:
    """What is asked for the first page."""
    candidates = [row.candidate for row in shown]
    return ShelfRequest(place="home", candidates=candidates, turn=day.toordinal(), limit=limit)


def stall_request(shown: list[Shown], day: date) -> ShelfRequest:
    """What is asked for a stall's page."""
    candidates = [row.candidate for row in shown]
    return ShelfRequest(
        place="stall", candidates=candidates, turn=day.toordinal(), limit=MOST_ORDERED
    )


def plain_home(market_id: int, day: date, now: datetime, limit: int) -> tuple[OfferCard, ...]:
    """The first page without a decision: one good of each stall in turn. Needs the market's scope."""
    shown = home_candidates(market_id, now)
    by_id = {row.card.id: row.card for row in shown}
    return tuple(by_id[id_] for id_ in baseline(home_request(shown, day, limit)).ids)


def plain_stall(market_id: int, stall_id: int, now: datetime) -> tuple[OfferCard, ...]:
    """A stall's goods without a decision, in its own order. Needs the market's scope."""
    return tuple(row.card for row in stall_candidates(market_id, stall_id, now))


#: said of no single product: it would stand under every card
_SHELF_WIDE = frozenset({"spread", "picked"})


def picked(shown: list[Shown], decision: Decided[ShelfProposal]) -> Picked:
    """The proposal's offers as cards, with the reasons that are about one product."""
    by_id = {row.card.id: row for row in shown}
    proposal = decision.proposal
    codes = {int(key): code for key, code in proposal.reasons.items() if code not in _SHELF_WIDE}
    return Picked(
        cards=tuple(by_id[id_].card for id_ in proposal.ids),
        decision=decision,
        reasons={
            id_: reason_of(codes[id_], by_id[id_].candidate) for id_ in proposal.ids if id_ in codes
        },
    )


def with_rest(made: Picked, shown: list[Shown]) -> Picked:
    """The same with everything that was not decided about behind it, in its own order."""
    there = {card.id for card in made.cards}
    rest = tuple(row.card for row in shown if row.card.id not in there)
    return replace(made, cards=made.cards + rest)
