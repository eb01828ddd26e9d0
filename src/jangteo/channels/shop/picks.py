"""Shelves that were decided: their cards, why they stand so, and the way to switch it off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from jangteo.apps.catalog.cards import OfferCard
from jangteo.apps.decisions.capability import Reason
from jangteo.apps.decisions.setup import shoppers_in_trial
from jangteo.apps.discovery.actions.order_stall import order_stall
from jangteo.apps.discovery.actions.pick_for_home import pick_for_home
from jangteo.apps.discovery.capabilities.shelf_order import SHELF_ORDER
from jangteo.apps.discovery.shelves import Picked, plain_home, plain_stall
from jangteo.channels.shop.cards import Card, to_card
from jangteo.channels.shop.page import Shop, pick
from jangteo.channels.web.people import request_actor

#: two full rows of five on a desk, five of two on a phone
HOME_PICKS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class PicksShown:
    """A decided shelf as a page prints it."""

    cards: list[Card]
    #: None: nothing was decided
    decision_id: UUID | None
    #: why this shelf looks as it does
    text: str
    #: empty when nothing was decided
    why_url: str
    is_ai: bool
    is_personal: bool
    #: it is part of an experiment
    in_trial: bool


def in_trial(shop: Shop) -> Shop:
    """The same visit with a browser key while recommendations are tried out on shoppers; otherwise unchanged.

    Without a key a visitor would be somebody else on every page.
    """
    if (
        shop.is_visit
        and shop.actor.person_id is None
        and shoppers_in_trial(shop.market.id, shop.now)
    ):
        return replace(shop, actor=request_actor(shop.request))
    return shop


def home_picks(shop: Shop) -> PicksShown:
    """What stands in front on the first page."""
    if not shop.is_visit:
        return _plain(shop, plain_home(shop.market.id, shop.day, shop.now, HOME_PICKS))
    made = pick_for_home(
        actor=shop.actor, market_id=shop.market.id, day=shop.day, now=shop.now, limit=HOME_PICKS
    )
    return _shown(shop, made)


def stall_goods(shop: Shop, stall_id: int) -> PicksShown:
    """All goods of a stall in the decided order."""
    if not shop.is_visit:
        return _plain(shop, plain_stall(shop.market.id, stall_id, shop.now))
    made = order_stall(
        actor=shop.actor,
        market_id=shop.market.id,
        stall_id=stall_id,
        day=shop.day,
        now=shop.now,
    )
    return _shown(shop, made)


def said(reason: Reason | None) -> str:
    """A reason in the page's language."""
    return pick(reason.ko, reason.en) if reason else ""


def _plain(shop: Shop, cards: Sequence[OfferCard]) -> PicksShown:
    return PicksShown(
        cards=[to_card(shop, card) for card in cards],
        decision_id=None,
        text=said(SHELF_ORDER.baseline_reason),
        why_url="",
        is_ai=False,
        is_personal=False,
        in_trial=False,
    )


def _shown(shop: Shop, made: Picked) -> PicksShown:
    decision = made.decision
    return PicksShown(
        cards=[to_card(shop, card, said(made.reasons.get(card.id))) for card in made.cards],
        decision_id=decision.id,
        text=said(decision.reason),
        why_url=shop.href.why(decision.id),
        is_ai=decision.is_ai,
        is_personal=decision.is_personal,
        in_trial=bool(decision.arm),
    )
