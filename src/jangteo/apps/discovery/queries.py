"""Reads for shelves. All need the market's scope and filter by market as well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import (
    Case,
    Count,
    F,
    Q,
    QuerySet,
    When,
    Window,
)
from django.db.models.functions import RowNumber

from jangteo.apps.catalog.cards import OfferCard, columns, to_cards
from jangteo.apps.catalog.models import Offer
from jangteo.apps.catalog.queries import SOLD_OUT, offers_by_ids, shown_offers
from jangteo.apps.decisions.capability import Reason
from jangteo.apps.decisions.queries import DecisionView
from jangteo.apps.discovery.capabilities.shelf_order import Candidate, Liked, reason_of
from jangteo.apps.orders.models import Order, OrderLine
from jangteo.engines.recommendation.popularity import NEVER_SOLD, decayed_units
from jangteo.platform.clock import at_seoul, seoul_day
from jangteo.platform.permissions import Actor

#: goods of the first page to choose from; of each stall the best come first, so that large stalls crowd out nobody
HOME_POOL = 120
#: "this week": today and the six days before
WEEK_DAYS = 7
#: a stall is new for so long, and not before the market itself has been here as long
NEW_DAYS = 28
#: her purchases of so many days count
LIKED_DAYS = 180
MOST_LIKED = 100
_PAID_STATES = (Order.State.PAID, Order.State.READY, Order.State.OUT, Order.State.DONE)
_DAY_SECONDS = 86_400


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One offer as a page shows it and as a decision sees it."""

    card: OfferCard
    candidate: Candidate


def home_candidates(market_id: int, now: datetime) -> list[Shown]:
    """What may be put in front on the first page, stall by stall in the stalls' own order. Two queries, a third
    once a day.

    Everything on sale of a market with at most `HOME_POOL` goods; of a larger one the best of each stall: what came in
    or must go today, then what sold best, then the stall's own order.
    """
    day = seoul_day(now)
    special = Case(When(Q(arrived_on=day) | Q(today_only_on=day), then=0), default=1)
    best = Window(
        RowNumber(),
        partition_by=F("stall_id"),
        order_by=[special, F("popularity__rank").desc(nulls_last=True), F("position"), F("id")],
    )
    rows = (
        shown_offers(market_id)
        .exclude(SOLD_OUT)
        .exclude(stall__closed_on=day)
        .exclude(stall__closed_weekdays__contains=[day.weekday()])
        .alias(best=best)
        .order_by("best", "stall__position", "stall_id")
    )
    found = _shown(market_id, rows, now, "stall__position", "position", limit=HOME_POOL)
    return [shown for _place, shown in sorted(found, key=lambda row: row[0])]


def stall_candidates(market_id: int, stall_id: int, now: datetime) -> list[Shown]:
    """All a stall shows, in its own order, what is sold out last. Queries as in `home_candidates`."""
    out_last = Case(When(SOLD_OUT, then=1), default=0)
    rows = shown_offers(market_id).filter(stall_id=stall_id)
    found = _shown(market_id, rows.order_by(out_last, "position", "name", "id"), now)
    return [shown for _place, shown in found]


def _shown(
    market_id: int,
    offers: QuerySet[Offer],
    now: datetime,
    *places: str,
    limit: int | None = None,
) -> list[tuple[tuple[int, ...], Shown]]:
    day = seoul_day(now)
    rows = list(offers.values_list(*columns("popularity__rank", *places))[:limit])
    cards = to_cards(rows, day)
    width = len(columns())
    sales = sales_of_week([card.id for card in cards], now)
    new = new_stalls(market_id, day)
    return [
        (
            (*row[width + 1 :], card.stall_id, card.id),
            Shown(
                card=card,
                candidate=_candidate(card, row[width], card.stall_id in new, sales, now),
            ),
        )
        for card, row in zip(cards, rows, strict=True)
    ]


def _candidate(
    card: OfferCard,
    rank: float | None,
    is_new_stall: bool,
    sales: Mapping[int, tuple[int, int]],
    now: datetime,
) -> Candidate:
    units_week, orders_week = sales.get(card.id, (0, 0))
    days = now.timestamp() / _DAY_SECONDS
    return Candidate(
        id=card.id,
        stall_id=card.stall_id,
        name=card.name,
        name_en=card.name_en,
        category=card.category_slug,
        price_krw=card.price_krw,
        arrived_today=card.arrived_today,
        today_only=card.today_only,
        is_sold_out=card.is_sold_out,
        is_resting=card.is_resting,
        is_new_stall=is_new_stall,
        available=card.available,
        popularity=round(decayed_units(NEVER_SOLD if rank is None else rank, days), 3),
        units_week=units_week,
        orders_week=orders_week,
    )


_WEEK = """
select offer_id, sum(units), sum(orders) from discovery_offersalesday
 where offer_id = any(%s) and day > %s and day <= %s group by offer_id
"""


def sales_of_week(offer_ids: Iterable[int], now: datetime) -> dict[int, tuple[int, int]]:
    """(units, orders) paid today and on the six days before, of those that sold. One query, none for no ids."""
    ids = list(offer_ids)
    if not ids:
        return {}
    today = seoul_day(now)
    with connection.cursor() as cursor:
        cursor.execute(_WEEK, [ids, today - timedelta(days=WEEK_DAYS), today])
        return {offer_id: (units, orders) for offer_id, units, orders in cursor.fetchall()}


_NEW_STALLS = """
select stall_id from catalog_offer
 where market_id = %(market)s
   and exists (select 1 from markets_market where id = %(market)s and opened_at < %(market_since)s)
 group by stall_id having min(created_at) >= %(since)s
"""
#: market -> (Korean day, its new stalls)
_new_stalls: dict[int, tuple[date, frozenset[int]]] = {}


def new_stalls(market_id: int, day: date) -> frozenset[int]:
    """Stalls whose first goods came in less than `NEW_DAYS` before ``day``; none while the market itself is new.

    Read once a day by each process.
    """
    kept = _new_stalls.get(market_id)
    if kept is None or kept[0] != day:
        since = at_seoul(day - timedelta(days=NEW_DAYS), time())
        values: dict[str, Any] = {
            "market": market_id,
            "since": since,
            "market_since": since - timedelta(days=NEW_DAYS),
        }
        with connection.cursor() as cursor:
            cursor.execute(_NEW_STALLS, values)
            kept = day, frozenset(row[0] for row in cursor.fetchall())
        _new_stalls[market_id] = kept
    return kept[1]


def forget_new_stalls() -> None:
    """Empty this process's memory."""
    _new_stalls.clear()


def orders_before(market_id: int, offer_ids: Iterable[int], at: datetime) -> dict[int, int]:
    """How many orders of the seven days up to ``at`` held an offer: what `sales_of_week` said then. One query."""
    since = seoul_day(at) - timedelta(days=WEEK_DAYS - 1)
    rows = (
        OrderLine.objects.filter(
            market_id=market_id,
            offer_id__in=list(offer_ids),
            replaces=None,
            part__order__paid_at__lte=at,
        )
        .filter(part__order__paid_at__gte=at_seoul(since, time()))
        .values("offer_id")
        .annotate(n=Count("part__order", distinct=True))
        .values_list("offer_id", "n")
    )
    return dict(rows)


def liked_by(actor: Actor, market_id: int, now: datetime) -> list[Liked]:
    """What the actor bought here in the last half year, most often first. One query; nothing for a visitor unknown."""
    if actor.person_id is not None:
        whose = Q(part__order__person_id=actor.person_id)
    elif actor.guest_key:
        whose = Q(part__order__person=None, part__order__guest_key=actor.guest_key)
    else:
        return []
    rows = (
        OrderLine.objects.filter(
            whose,
            market_id=market_id,
            replaces=None,
            part__order__state__in=_PAID_STATES,
            part__order__paid_at__gt=now - timedelta(days=LIKED_DAYS),
        )
        .values("offer_id", "offer__category__slug")
        .annotate(times=Count("part__order", distinct=True))
        .order_by("-times", "offer_id")
        .values_list("offer_id", "offer__category__slug", "times")
    )
    return [
        Liked(offer_id=offer_id, category=category or "", times=times)
        for offer_id, category, times in rows[:MOST_LIKED]
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A product of a decision and why it stood there; the reason is None where nothing was claimed."""

    card: OfferCard
    reason: Reason | None


def told_then(market_id: int, decision: DecisionView) -> list[Told]:
    """The products of a decision that proposed any, with the reasons as they were then. At most two queries.

    Goods that are no longer shown to shoppers are left out.
    """
    ids = [id_ for id_ in decision.proposal.get("ids", ()) if isinstance(id_, int)]
    cards = offers_by_ids(market_id, ids, seoul_day(decision.at))
    codes: Mapping[str, str] = decision.proposal.get("reasons", {})
    sold = orders_before(market_id, cards, decision.at) if "popular" in codes.values() else {}
    return [
        Told(card=cards[id_], reason=_reason(cards[id_], codes.get(str(id_), ""), sold.get(id_, 0)))
        for id_ in ids
        if id_ in cards
    ]


def _reason(card: OfferCard, code: str, orders: int) -> Reason | None:
    if not code or (code == "popular" and not orders):
        return None
    candidate = Candidate(
        id=card.id,
        stall_id=card.stall_id,
        name=card.name,
        name_en=card.name_en,
        price_krw=card.price_krw,
        orders_week=orders,
    )
    reason = reason_of(code, candidate)
    return reason if reason.ko else None
