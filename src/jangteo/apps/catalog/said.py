"""What an owner said of her goods as changes to look at and agree to. Nothing is written here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jangteo.apps.catalog.models import Offer
from jangteo.apps.catalog.pricing import MOST_KRW, is_jump
from jangteo.engines.saidprices import Doubt, Kind, KnownGoods, Said, understand_said

#: a percentage is rounded to this many won, as prices are written
_ROUND_KRW = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class SaidChoice:
    """One thing that may be meant. ``offer_id`` None: new goods. Prices in won of one unit."""

    offer_id: int | None
    name: str
    unit: str
    #: now; None for new goods
    before_krw: int | None
    #: None where no price changes
    after_krw: int | None
    #: so large a change that she says it twice
    is_jump: bool
    #: what the goods are now, an `Offer.State`; "" for new goods
    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SaidThing:
    """One thing said. Certain: one choice to agree to. Otherwise choices, the likeliest first, and why."""

    #: price, sold_out, arrived or back
    kind: str
    heard: str
    choices: tuple[SaidChoice, ...]
    is_certain: bool
    doubts: tuple[str, ...]


def propose(text: str, offers: Sequence[Offer]) -> tuple[SaidThing, ...]:
    """What ``text`` says of the stall's ``offers``, in order; () when nothing in it can be done."""
    by_id = {offer.pk: offer for offer in offers}
    known = [KnownGoods(key=o.pk, name=o.name, unit=o.unit, price_krw=o.price_krw) for o in offers]
    things = (_thing(one, text, by_id) for one in understand_said(text, known))
    return tuple(thing for thing in things if thing.choices)


def _thing(said: Said, text: str, by_id: dict[int, Offer]) -> SaidThing:
    offers = [by_id[key] for key in said.goods]
    is_price = said.kind not in (Kind.SOLD_OUT, Kind.ARRIVED, Kind.BACK)
    choices = _priced(said, offers) if is_price else [_state_choice(o) for o in offers]
    return SaidThing(
        kind="price" if is_price else said.kind.value,
        heard=" ".join(filter(None, (said.name, said.unit))) or text[:80],
        choices=tuple(dict.fromkeys(choices)),
        is_certain=said.is_certain and len(choices) == 1,
        doubts=tuple(doubt.value for doubt in said.doubts),
    )


def _state_choice(offer: Offer) -> SaidChoice:
    return SaidChoice(
        offer_id=offer.pk,
        name=offer.name,
        unit=offer.unit,
        before_krw=offer.price_krw,
        after_krw=None,
        is_jump=False,
        state=offer.state,
    )


def _priced(said: Said, offers: Sequence[Offer]) -> list[SaidChoice]:
    made = [
        SaidChoice(
            offer_id=offer.pk,
            name=offer.name,
            unit=offer.unit,
            before_krw=offer.price_krw,
            after_krw=price,
            is_jump=is_jump(offer.price_krw, price),
            state=offer.state,
        )
        for offer in offers
        for price in _prices(said, offer.price_krw)
    ]
    if said.kind is Kind.PRICE and _may_be_new(said) and said.amount_krw:
        made.append(
            SaidChoice(
                offer_id=None,
                name=said.name[:80],
                unit=said.unit[:40],
                before_krw=None,
                after_krw=said.amount_krw,
                is_jump=False,
                state="",
            )
        )
    return made


def _may_be_new(said: Said) -> bool:
    return bool({Doubt.NEW_GOODS, Doubt.NAME_PART, Doubt.HEARD_LIKE, Doubt.UNIT} & set(said.doubts))


def _prices(said: Said, now_krw: int) -> list[int]:
    """The prices that may be meant for goods at ``now_krw``; those out of bounds are left out."""
    match said.kind:
        case Kind.UP:
            found = [now_krw + (said.amount_krw or 0)]
        case Kind.DOWN:
            found = [now_krw - (said.amount_krw or 0)]
        case Kind.UP_PERCENT | Kind.DOWN_PERCENT:
            sign = 1 if said.kind is Kind.UP_PERCENT else -1
            whole = now_krw * (100 + sign * (said.percent or 0))
            found = [(whole + 50 * _ROUND_KRW) // (100 * _ROUND_KRW) * _ROUND_KRW]
        case _:
            found = [said.amount_krw or 0, *said.other_krw]
    return [price for price in dict.fromkeys(found) if 1 <= price <= MOST_KRW]
