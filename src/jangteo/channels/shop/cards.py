"""Offers as cards, shelves and stalls as faces: plain values, so that the template only prints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jangteo.apps.catalog.cards import OfferCard
from jangteo.apps.markets.info import MarketInfo
from jangteo.apps.markets.models import Stall
from jangteo.apps.markets.opening import hour_text, stall_is_open, stall_sells_on
from jangteo.channels.shop.page import Shop, pick
from jangteo.channels.ui.filters import won
from jangteo.platform.clock import seoul
from jangteo.platform.files import picture_url

CARD_PIXELS = 320
PAGE_PIXELS = 640


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """One offer on a shelf."""

    id: int
    href: str
    name: str
    #: "12,000", to be followed or preceded by the currency
    figure: str
    unit: str
    #: "100g당 1,250원" or ""
    per: str
    stall: str
    origin: str
    picture: str
    #: names of `ui.mark`
    marks: tuple[str, ...]
    is_out: bool
    #: its stall is shut today
    is_resting: bool
    #: why it stands where it stands; empty for most
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Face:
    """One stall."""

    name: str
    href: str
    known_for: str
    is_open: bool
    #: "오후 8시까지", "내일 만나요", ...
    hours: str
    place: str
    since: int | None
    picture: str
    kind: str
    here: bool = False

    @property
    def url(self) -> str:
        """The name the lane map uses."""
        return self.href


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """The two sides of the lane, west to east."""

    north: tuple[Face, ...]
    south: tuple[Face, ...]


def per_text(card: OfferCard) -> str:
    """Such as "100g당 1,250원"; empty when the unit itself is 100 g or the amount is unknown."""
    if card.per_100_krw is None or card.is_weighed:
        return ""
    return _("100%(unit)s당 %(price)s") % {
        "unit": card.per_100_unit,
        "price": won(card.per_100_krw),
    }


def marks_of(card: OfferCard) -> tuple[str, ...]:
    """At most two marks: what is special today first, then how it must be kept."""
    today = "today" if card.today_only else "fresh" if card.arrived_today else ""
    kept = "frozen" if card.storage == "frozen" else ""
    return tuple(mark for mark in (today, kept) if mark)


def to_card(shop: Shop, card: OfferCard, why: str = "") -> Card:
    """One card in the page's language, ``why`` included."""
    return Card(
        id=card.id,
        href=shop.href.offer(card.id),
        name=pick(card.name, card.name_en),
        figure=f"{card.price_krw:,}",
        unit=card.unit,
        per=per_text(card),
        stall=pick(card.stall_name, card.stall_name_en),
        origin=card.origin,
        picture=picture_url(card.picture, CARD_PIXELS),
        marks=marks_of(card),
        is_out=card.is_sold_out,
        is_resting=card.is_resting,
        why=why,
    )


def to_cards(shop: Shop, cards: Iterable[OfferCard]) -> list[Card]:
    """Several cards in their order."""
    return [to_card(shop, card) for card in cards]


def to_face(shop: Shop, stall: Stall, *, here: bool = False) -> Face:
    """A stall's face at this moment."""
    is_open = stall_is_open(stall, shop.market, shop.now)
    return Face(
        name=pick(stall.name, stall.name_en),
        href=shop.href.stall(stall.slug),
        known_for=pick(stall.known_for, stall.known_for_en),
        is_open=is_open,
        hours=_hours(stall, shop.market, shop, is_open=is_open),
        place=stall.place,
        since=stall.since_year,
        picture=picture_url(stall.picture, CARD_PIXELS),
        kind=pick(stall.kind, stall.kind_en),
        here=here,
    )


def _hours(stall: Stall, market: MarketInfo, shop: Shop, *, is_open: bool) -> str:
    if is_open:
        return pgettext("연 가게", "%(time)s까지") % {
            "time": hour_text(stall.closes_at or market.closes_at)
        }
    opens = stall.opens_at or market.opens_at
    if stall_sells_on(stall, market, shop.day) and seoul(shop.now).time() < opens:
        return _("%(time)s에 열어요") % {"time": hour_text(opens)}
    return ""


def open_first(faces: Sequence[Face]) -> list[Face]:
    """Open stalls before closed ones, otherwise as they stand."""
    return sorted(faces, key=lambda face: not face.is_open)


def lane_of(stalls: Sequence[Stall], faces: Sequence[Face]) -> Lane:
    """The lane from above: the northern half of the stalls on one side, the southern on the other, west to east.

    ``faces`` are the stalls' in the same order. Stalls without a place on the map follow in turn.
    """
    placed = [
        (stall.map_y or 0, stall.map_x if stall.map_x is not None else 100 + turn, face)
        for turn, (stall, face) in enumerate(zip(stalls, faces, strict=True))
    ]
    placed.sort(key=lambda row: row[:2])
    half = (len(placed) + 1) // 2
    return Lane(north=_side(placed[:half]), south=_side(placed[half:]))


def _side(placed: list[tuple[int, int, Face]]) -> tuple[Face, ...]:
    return tuple(face for _y, _x, face in sorted(placed, key=lambda row: row[1]))


def mixed(cards: Sequence[OfferCard], at_most: int) -> list[OfferCard]:
    """A row that shows many stalls: one of each in turn, in their order, what is sold out left for the end."""
    by_stall: dict[tuple[bool, int], list[OfferCard]] = {}
    for card in cards:
        by_stall.setdefault((card.is_sold_out, card.stall_id), []).append(card)
    turns = [
        (is_out, turn, place, card)
        for place, ((is_out, _stall), row) in enumerate(by_stall.items())
        for turn, card in enumerate(row)
    ]
    turns.sort(key=lambda row: row[:3])
    return [row[3] for row in turns[:at_most]]
