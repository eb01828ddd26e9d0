"""An offer as the storefront shows it, read in one query with everything its card needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from jangteo.apps.catalog.models import Offer


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferCard:
    """One offer, ready to show."""

    id: int
    slug: str
    name: str
    name_en: str
    unit: str
    #: won for one unit, VAT included
    price_krw: int
    #: won for 100 g or 100 ml; None when net weight and volume are unknown
    per_100_krw: int | None
    #: "g", "ml" or ""
    per_100_unit: str
    origin: str
    storage: str
    tax: str
    state: str
    #: units that may still be ordered; None when the stall does not count
    available: int | None
    stall_id: int
    stall_slug: str
    stall_name: str
    stall_name_en: str
    #: file stem; see platform.files
    picture: str
    arrived_today: bool
    today_only: bool
    #: sold in steps of 100 g
    is_weighed: bool
    category_slug: str
    #: its stall does not sell on this day
    is_resting: bool

    @property
    def is_sold_out(self) -> bool:
        """Said so by its owner, or counted down to nothing."""
        return self.state == Offer.State.SOLD_OUT or self.available == 0


#: the columns of a card, in the order `_card` takes them
_COLUMNS = (
    "id",
    "slug",
    "name",
    "name_en",
    "unit",
    "price_krw",
    "net_g",
    "net_ml",
    "origin",
    "storage",
    "tax",
    "state",
    "stock__is_counted",
    "stock__quantity",
    "stock__reserved",
    "stall_id",
    "stall__slug",
    "stall__name",
    "stall__name_en",
    "picture",
    "arrived_on",
    "today_only_on",
    "is_weighed",
    "stall__closed_on",
    "stall__closed_weekdays",
    # last: a query that asks for it again gets it once, here
    "category__slug",
)


def per_100(price_krw: int, net_g: int | None, net_ml: int | None) -> tuple[int, str] | None:
    """Won for 100 g or 100 ml and which of the two, halves rounded up; None without a net amount."""
    amount, unit = (net_g, "g") if net_g else (net_ml, "ml")
    if not amount or amount < 0:
        return None
    return (price_krw * 200 + amount) // (2 * amount), unit


def cards(offers: QuerySet[Offer], day: date) -> list[OfferCard]:
    """The offers as cards, in their order, in one query. ``day`` is the Korean day it is shown on."""
    return to_cards(offers.values_list(*_COLUMNS), day)


def to_cards(rows: Iterable[tuple[Any, ...]], day: date) -> list[OfferCard]:
    """Rows of `_COLUMNS` as cards; further columns are ignored."""
    return [_card(*row[: len(_COLUMNS)], day=day) for row in rows]


def columns(*more: str) -> tuple[str, ...]:
    """What to give to ``values_list`` for `to_cards`, and any further columns after them."""
    return _COLUMNS + more


def _card(
    id_: int,
    slug: str,
    name: str,
    name_en: str,
    unit: str,
    price_krw: int,
    net_g: int | None,
    net_ml: int | None,
    origin: str,
    storage: str,
    tax: str,
    state: str,
    is_counted: bool | None,
    quantity: int,
    reserved: int,
    stall_id: int,
    stall_slug: str,
    stall_name: str,
    stall_name_en: str,
    picture: str,
    arrived_on: date | None,
    today_only_on: date | None,
    is_weighed: bool,
    closed_on: date | None,
    closed_weekdays: list[int],
    category_slug: str | None,
    *,
    day: date,
) -> OfferCard:
    hundred = per_100(price_krw, net_g, net_ml)
    return OfferCard(
        id=id_,
        slug=slug,
        name=name,
        name_en=name_en,
        unit=unit,
        price_krw=price_krw,
        per_100_krw=hundred[0] if hundred else None,
        per_100_unit=hundred[1] if hundred else "",
        origin=origin,
        storage=storage,
        tax=tax,
        state=state,
        available=max(0, quantity - reserved) if is_counted else None,
        stall_id=stall_id,
        stall_slug=stall_slug,
        stall_name=stall_name,
        stall_name_en=stall_name_en,
        picture=picture,
        arrived_today=arrived_on == day,
        today_only=today_only_on == day,
        is_weighed=is_weighed,
        category_slug=category_slug or "",
        is_resting=closed_on == day or day.weekday() in closed_weekdays,
    )
