"""A shelf decided and ready to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from jangteo.apps.catalog.cards import OfferCard
from jangteo.apps.decisions.capability import Reason
from jangteo.apps.decisions.decide import Decided
from jangteo.apps.discovery.capabilities.shelf_order import ShelfProposal, reason_of
from jangteo.apps.discovery.queries import Shown


@dataclass(frozen=True, kw_only=True, slots=True)
class Picked:
    """Cards in the decided order, the decision, and why each product stands there."""

    cards: tuple[OfferCard, ...]
    decision: Decided[ShelfProposal]
    #: by offer id; a product whose place claims nothing about it is missing
    reasons: Mapping[int, Reason]


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
