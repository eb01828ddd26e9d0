"""An owner says her prices of the day: what was understood is shown first, and done when she agrees."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from jangteo.apps.catalog.actions.read_price_list import write_list
from jangteo.apps.catalog.errors import PriceJump, SaidMeanwhile
from jangteo.apps.catalog.models import Offer
from jangteo.apps.catalog.pricing import check_price, is_jump
from jangteo.apps.catalog.publishing.labelling import gate, refuse
from jangteo.apps.catalog.rows import lock_offer, set_price, tell
from jangteo.apps.catalog.said import SaidThing, propose
from jangteo.engines.pricelist import Accepted, PriceListReading
from jangteo.platform.clock import seoul_day
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import clean_line

#: of one sentence
MOST_LETTERS = 400
MOST_CHANGES = 40
CHANNEL = "voice"
Kind = Literal["price", "sold_out", "arrived", "back"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SaidChange:
    """What she agreed to. ``offer_id`` None: new goods of that name, unit and price."""

    kind: Kind
    offer_id: int | None
    name: str = ""
    unit: str = ""
    price_krw: int | None = None
    #: the price she saw; another one by now is not overwritten
    before_krw: int | None = None
    #: she agreed to a change of more than the usual factor
    confirmed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SaidDone:
    """One change that stands now, with what takes it back: a price change's id, or the former state."""

    kind: str
    offer_id: int
    name: str
    unit: str
    before_krw: int
    after_krw: int
    #: None: the price is not changed, or was this already
    change_id: int | None
    #: an `Offer.State`
    before_state: str
    after_state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfirmedSaid:
    """All that stands now; new goods wait in a price list of their own, whose page asks what they still lack."""

    done: tuple[SaidDone, ...]
    import_id: int | None


@action(
    "catalog.say_prices",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def say_prices(
    *, actor: Actor, market_id: int, stall_id: int, text: str, now: datetime
) -> tuple[SaidThing, ...]:
    """What a typed or spoken sentence says of the stall's goods. Writes nothing. Raises `InvalidInput`."""
    sentence = clean_line(text, field="text", at_most=MOST_LETTERS, required=True)
    offers = Offer.objects.filter(market_id=market_id, stall_id=stall_id)
    return propose(
        sentence, list(offers.exclude(state__in=Offer.UNSEEN).order_by("position", "pk"))
    )


@action(
    "catalog.confirm_said",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def confirm_said(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    changes: Sequence[SaidChange],
    key: str,
    now: datetime,
) -> ConfirmedSaid:
    """Do what she agreed to, all of it or nothing; the same again does nothing more. Orders keep their prices.

    ``key`` tells one agreement from the next. Raises `PriceJump`, `PriceOutOfBounds`, `SaidMeanwhile`,
    `OfferNotFound`, `InvalidInput`.
    """
    if not 1 <= len(changes) <= MOST_CHANGES:
        raise InvalidInput(
            field="changes",
            ko=f"1가지부터 {MOST_CHANGES}가지까지 골라 주세요.",
            en=f"Choose 1 to {MOST_CHANGES} changes.",
        )
    of_goods = [one for one in changes if one.offer_id is not None]
    done = [
        _apply(one, actor, market_id, stall_id, now)
        # locks in the order of the offers' ids
        for one in sorted(of_goods, key=lambda one: one.offer_id or 0)
    ]
    fresh = [one for one in changes if one.offer_id is None]
    import_id = _new_goods(fresh, key, actor, market_id, stall_id, now) if fresh else None
    return ConfirmedSaid(done=tuple(done), import_id=import_id)


def _apply(one: SaidChange, actor: Actor, market_id: int, stall_id: int, now: datetime) -> SaidDone:
    offer = lock_offer(market_id, stall_id, one.offer_id or 0)
    before_krw, before_state = offer.price_krw, str(offer.state)
    change_id = None
    if one.kind == "price":
        price_krw = check_price(one.price_krw or 0)
        if offer.price_krw != price_krw:
            if one.before_krw is not None and one.before_krw != offer.price_krw:
                raise SaidMeanwhile(name=offer.name, now_krw=f"{offer.price_krw:,}")
            if is_jump(offer.price_krw, price_krw) and not one.confirmed:
                raise PriceJump(before_krw=f"{offer.price_krw:,}", after_krw=f"{price_krw:,}")
        change = set_price(offer, price_krw, by_id=actor.person_id, channel=CHANNEL, now=now)
        change_id = change.pk if change else None
    else:
        _mark(offer, one.kind, now)
    return SaidDone(
        kind=one.kind,
        offer_id=offer.pk,
        name=offer.name,
        unit=offer.unit,
        before_krw=before_krw,
        after_krw=offer.price_krw,
        change_id=change_id,
        before_state=before_state,
        after_state=str(offer.state),
    )


def _mark(offer: Offer, kind: Kind, now: datetime) -> None:
    """Sold out; arrived today and therefore sold again; sold again. Goods that nobody sees stay so.

    Raises `LabelIncomplete`, as `mark_on_sale` does.
    """
    was = (offer.state, offer.arrived_on)
    if kind == "sold_out" and offer.state == Offer.State.ON_SALE:
        offer.state = Offer.State.SOLD_OUT
    elif kind in ("arrived", "back") and offer.state == Offer.State.SOLD_OUT:
        refuse(offer, gate(offer))
        offer.state = Offer.State.ON_SALE
    if kind == "arrived":
        offer.arrived_on = seoul_day(now)
    if was != (offer.state, offer.arrived_on):
        offer.save(update_fields=["state", "arrived_on", "updated_at"])
        tell(offer, now)


def _new_goods(
    fresh: Sequence[SaidChange],
    key: str,
    actor: Actor,
    market_id: int,
    stall_id: int,
    now: datetime,
) -> int:
    """Goods that she does not have yet, as rows of a list: origin, tax and label are asked there."""
    said = [
        (
            clean_line(one.name, field="name", at_most=80, required=True),
            clean_line(one.unit, field="unit", at_most=40),
            check_price(one.price_krw or 0),
        )
        for one in fresh
    ]
    reading = PriceListReading(
        accepted=tuple(
            Accepted(
                sheet="",
                row=row,
                cells=(name, unit, f"{price_krw:,}"),
                name=name,
                unit=unit,
                price_krw=price_krw,
                net_g=None,
                origin=None,
                note=None,
            )
            for row, (name, unit, price_krw) in enumerate(said, start=1)
        )
    )
    digest = hashlib.sha256(f"said:{stall_id}:{key}".encode()).hexdigest()
    names = ", ".join(name for name, _, _ in said)[:120]
    return write_list(
        actor, market_id, stall_id, reading, source="text", name=names, digest=digest, now=now
    )
