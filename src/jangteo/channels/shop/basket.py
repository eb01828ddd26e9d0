"""A cart as its page shows it: every line in words, one fee and one promised time for the way that was chosen."""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing
from django.http import HttpResponse
from django.utils.translation import gettext as _

from jangteo.apps.markets.models import Zone
from jangteo.apps.markets.queries import (
    Quote,
    delivery_quote,
    pickup_quote,
    service_starts_at,
    zones_of_market,
)
from jangteo.apps.orders.actions.change_cart import MAX_QUANTITY
from jangteo.apps.orders.actions.place_order import Wanted
from jangteo.apps.orders.models import Order, Substitution
from jangteo.apps.orders.queries import cart_view, last_order
from jangteo.apps.orders.views import CartGroup, CartLineView, CartView
from jangteo.channels.shop.page import Shop, pick
from jangteo.channels.shop.times import promise, told
from jangteo.channels.ui.filters import minutes, weight, won
from jangteo.platform.errors import JangteoError
from jangteo.platform.files import picture_url
from jangteo.platform.percent import percent

WAY_COOKIE = "jt_way"
WAY_SALT = "jangteo.way"
DEFAULT_RISE_PCT = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """How the shopper wants to receive: chosen in the cart, kept in a signed cookie of this market's pages."""

    way: Order.Way
    area: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of the cart page."""

    offer_id: int
    href: str
    name: str
    picture: str
    unit: str
    price_krw: int
    amount_krw: int
    quantity: int
    is_weighed: bool
    most: int
    rule: str
    #: what changed since it was put in; empty when nothing did
    price_note: str
    #: "", "sold-out", "too-few", "closed"
    problem: str
    problem_text: str
    available: int | None

    @property
    def grams(self) -> int:
        return self.quantity * 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """One stall's lines."""

    name: str
    href: str
    lines: tuple[Line, ...]
    goods_krw: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Sum:
    """What it costs and when it is there; the same on the cart and before payment."""

    way: str
    area: str
    goods_krw: int
    #: None until the neighbourhood is known
    fee_krw: int | None
    fee_label: str
    total_krw: int
    #: "오늘 오후 5:20까지"; empty when nothing can be promised
    promise: str
    where: str
    #: "5,000원 더 담으면 배달비가 없어요."
    free_hint: str
    #: why there is no quote
    problem: str

    @property
    def is_known(self) -> bool:
        return self.fee_krw is not None and not self.problem


@dataclass(frozen=True, kw_only=True, slots=True)
class Area:
    """A neighbourhood that can be chosen."""

    name: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Basket:
    """The whole cart page."""

    view: CartView
    groups: tuple[Group, ...]
    sum: Sum
    choice: Choice
    areas: tuple[Area, ...]
    can_pickup: bool
    lines: int

    @property
    def is_orderable(self) -> bool:
        return self.view.is_orderable

    def wanted(self) -> list[Wanted]:
        """What is ordered."""
        return [
            Wanted(
                offer_id=line.offer_id,
                quantity=line.quantity,
                substitution=Substitution(line.substitution),
                max_rise_pct=line.max_rise_pct,
            )
            for line in self.view.lines
        ]


def rule_code(substitution: str, max_rise_pct: int) -> str:
    """ "none", "call", "similar-10"."""
    return f"similar-{max_rise_pct}" if substitution == Substitution.SIMILAR else substitution


def read_rule(code: str) -> tuple[Substitution, int] | None:
    """The rule and the rise in percent of a code; None for anything else."""
    name, _dash, rise = code.partition("-")
    if name not in Substitution.values:
        return None
    return Substitution(name), int(rise) if rise.isdecimal() else DEFAULT_RISE_PCT


def rules(current: str = "none") -> list[tuple[str, str]]:
    """The rules to choose from, in words; an unusual current one is kept."""
    found = [
        ("none", _("품절이면 빼고 환불")),
        (
            f"similar-{DEFAULT_RISE_PCT}",
            _("품절이면 비슷한 것, %(pct)s까지") % {"pct": percent(DEFAULT_RISE_PCT)},
        ),
        ("call", _("품절이면 물어보기")),
    ]
    parsed = read_rule(current)
    if parsed and current not in dict(found):
        found.append((current, _("품절이면 비슷한 것, %(pct)s까지") % {"pct": percent(parsed[1])}))
    return found


def amount_text(quantity: int, unit: str, *, is_weighed: bool) -> str:
    """ "300g", "2개", "한 단 × 2"."""
    if is_weighed:
        return weight(quantity * 100)
    if not unit:
        return str(quantity)
    return unit if quantity == 1 else f"{unit} × {quantity}"


def read_choice(shop: Shop) -> Choice:
    """The choice in the cookie, else as last time, else collection where there is one."""
    kept = shop.request.COOKIES.get(WAY_COOKIE, "")
    if kept:
        try:
            data = signing.loads(kept, salt=WAY_SALT)
            return Choice(way=Order.Way(data["w"]), area=str(data["a"]))
        except (signing.BadSignature, ValueError, KeyError, TypeError):
            pass
    before = (
        last_order(shop.actor, shop.market.id)
        if shop.actor.guest_key or shop.actor.person_id
        else None
    )
    if before is not None and (before.way == Order.Way.DELIVERY or shop.market.pickup_enabled):
        return Choice(way=Order.Way(before.way), area=before.area)
    way = Order.Way.PICKUP if shop.market.pickup_enabled else Order.Way.DELIVERY
    return Choice(way=way, area="")


def asked_choice(shop: Shop, given: Choice) -> Choice:
    """The choice of a form's ``way`` and ``area``; what is missing or unknown stays as given."""
    data = shop.request.POST if shop.request.method == "POST" else shop.request.GET
    way = data.get("way", given.way)
    area = data.get("area", given.area)[:60]
    return Choice(way=Order.Way(way) if way in Order.Way.values else given.way, area=area)


def keep_choice(shop: Shop, response: HttpResponse, choice: Choice) -> None:
    """Remember it in this browser until it is closed."""
    response.set_cookie(
        WAY_COOKIE,
        signing.dumps({"w": choice.way.value, "a": choice.area}, salt=WAY_SALT),
        path=shop.href.home,
        httponly=True,
        samesite="Lax",
        secure=shop.request.is_secure(),
    )


def load_basket(shop: Shop, choice: Choice) -> Basket:
    """The cart with today's prices, and what it costs to receive. Three queries."""
    zones = zones_of_market(shop.market.id)
    areas = tuple(
        Area(name=name, text=_area_text(zone, name)) for zone in zones for name in zone.areas
    )
    quote, problem = _quote(shop, choice, 0)
    try:
        serve_at = quote.starts_at if quote else service_starts_at(shop.market, shop.now)
    except JangteoError:
        serve_at = shop.now
    view = cart_view(shop.actor, shop.market, serve_at)
    if quote is not None and choice.way == Order.Way.DELIVERY:
        quote, problem = _quote(shop, choice, view.goods_krw)
    return Basket(
        view=view,
        groups=tuple(_group(shop, group) for group in view.groups),
        sum=_sum(shop, choice, view.goods_krw, quote, problem),
        choice=choice,
        areas=areas,
        can_pickup=shop.market.pickup_enabled,
        lines=len(view.lines),
    )


def _quote(shop: Shop, choice: Choice, goods_krw: int) -> tuple[Quote | None, str]:
    if choice.way == Order.Way.DELIVERY and not choice.area:
        return None, ""
    try:
        if choice.way == Order.Way.DELIVERY:
            return delivery_quote(shop.market.id, choice.area, goods_krw, shop.now), ""
        return pickup_quote(shop.market.id, shop.now), ""
    except JangteoError as problem:
        return None, told(problem)


def _sum(shop: Shop, choice: Choice, goods_krw: int, quote: Quote | None, problem: str) -> Sum:
    is_delivery = choice.way == Order.Way.DELIVERY
    hint = ""
    if quote is not None and quote.missing_krw:
        hint = _("%(won)s 더 담으면 배달비가 없어요.") % {"won": won(quote.missing_krw)}
    return Sum(
        way=choice.way.value,
        area=choice.area,
        goods_krw=goods_krw,
        fee_krw=quote.fee_krw if quote else None,
        fee_label=_("배달비 (%(area)s)") % {"area": choice.area}
        if is_delivery and choice.area
        else (_("배달비") if is_delivery else _("찾아가기")),
        total_krw=goods_krw + (quote.fee_krw if quote else 0),
        promise=promise(quote.promised_at, shop.now) if quote else "",
        where=choice.area if is_delivery else shop.market.hub_name,
        free_hint=hint,
        problem=problem,
    )


def _area_text(zone: Zone, name: str) -> str:
    values = {"area": name, "fee": won(zone.fee_krw), "time": minutes(zone.delivery_minutes)}
    return _("%(area)s · %(fee)s · %(time)s") % values


def _group(shop: Shop, group: CartGroup) -> Group:
    return Group(
        name=pick(group.stall_name, group.stall_name_en),
        href=shop.href.stall(group.stall_slug),
        lines=tuple(_line(shop, line) for line in group.lines),
        goods_krw=group.goods_krw,
    )


def _line(shop: Shop, line: CartLineView) -> Line:
    note = ""
    if line.seen_price_krw != line.price_krw:
        values = {"before": won(line.seen_price_krw), "now": won(line.price_krw)}
        note = _("담을 때 %(before)s이었는데 지금은 %(now)s이에요.") % values
    return Line(
        offer_id=line.offer_id,
        href=shop.href.offer(line.offer_id),
        name=pick(line.name, line.name_en),
        picture=picture_url(line.picture, 320),
        unit=line.unit,
        price_krw=line.price_krw,
        amount_krw=line.amount_krw,
        quantity=line.quantity,
        is_weighed=line.is_weighed,
        most=max(min(line.available or MAX_QUANTITY, MAX_QUANTITY), line.quantity),
        rule=rule_code(line.substitution, line.max_rise_pct),
        price_note=note,
        problem=line.problem,
        problem_text=_problem(line),
        available=line.available,
    )


def _problem(line: CartLineView) -> str:
    if line.problem == "sold-out":
        return _("다 팔렸어요. 빼면 주문할 수 있어요.")
    if line.problem == "closed":
        return _("가게가 쉬어요. 빼거나 가게가 열 때 주문해 주세요.")
    if line.problem == "too-few":
        left = amount_text(line.available or 0, "", is_weighed=line.is_weighed)
        return _("%(left)s만 남았어요.") % {"left": left}
    return ""
