"""What every page of the shop begins with: the market, who looks, when, and the frame around the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware

from jangteo.apps.markets.info import MarketInfo, inside_market
from jangteo.apps.orders.queries import cart_sum
from jangteo.channels.shop.hrefs import Hrefs
from jangteo.channels.ui.filters import is_english
from jangteo.channels.ui.render import render
from jangteo.channels.web.people import GUEST_COOKIE, request_actor
from jangteo.platform.clock import seoul_day, utc_now
from jangteo.platform.permissions import Actor

P = ParamSpec("P")

#: pages shrink to an eighth; pictures and the built files are compressed already and pass elsewhere
_GZIP = GZipMiddleware(lambda request: HttpResponse())

#: who says of himself that he is no shopper: search engines, previews of links. A Cubot is a phone
_MACHINES = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|\byeti\b|daumoa|-scrap|externalhit|embedly|lighthouse",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """The market as header and footer show it (전자상거래법 제10조, 제13조)."""

    name: str
    association: str
    representative: str
    business_number: str
    mail_order_number: str
    address: str
    phone: str
    email: str
    hosting: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Shop:
    """One request in one market's shop."""

    request: HttpRequest
    market: MarketInfo
    #: a visitor who has put nothing in a cart yet has no key and no cookie
    actor: Actor
    now: datetime
    day: date
    href: Hrefs

    @property
    def name(self) -> str:
        return pick(self.market.name, self.market.name_en)

    @property
    def is_htmx(self) -> bool:
        """Asked by htmx for a part of the page."""
        return self.request.headers.get("HX-Request") == "true"

    @property
    def is_visit(self) -> bool:
        """Somebody looks at this page: no bare HEAD, nothing fetched ahead, no machine that says it is one.

        Nothing is decided for the others: the log would count them as shoppers.
        """
        headers = self.request.headers
        purpose = f"{headers.get('Sec-Purpose', '')} {headers.get('Purpose', '')} {headers.get('X-Moz', '')}"
        return (
            self.request.method != "HEAD"
            and "prefetch" not in purpose.lower()
            and not _MACHINES.search(headers.get("User-Agent", ""))
        )

    def cart(self) -> tuple[int, int]:
        """(lines, won) of the actor's cart; no query for a visitor without a key."""
        if self.actor.person_id is None and not self.actor.guest_key:
            return 0, 0
        return cart_sum(self.actor, self.market.id)

    def page(
        self,
        template: str,
        context: Mapping[str, Any] | None = None,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> HttpResponse:
        """Render a page with everything its frame needs. A page that shows the cart gives ``cart_sum`` itself."""
        given = dict(context or {})
        lines, goods_krw = given.pop("cart_sum", None) or self.cart()
        frame = {
            "shop": self,
            "href": self.href,
            "market": frame_of(self.market),
            "home_url": self.href.home,
            "search_url": self.href.search,
            "basket_url": self.href.cart,
            "orders_url": self.href.orders,
            "basket_count": lines,
            "basket_krw": goods_krw,
        }
        return render(self.request, template, frame | given, status=status, headers=headers)


def pick(korean: str, english: str) -> str:
    """The English text where the page is English and there is one."""
    return english if english and is_english() else korean


def frame_of(market: MarketInfo) -> Frame:
    """The names the operator's set-up uses are those of `Frame`; what is not set is not shown."""
    told = {key: str(value) for key, value in market.operator.items()}
    return Frame(
        name=pick(market.name, market.name_en),
        association=told.get("association", ""),
        representative=told.get("representative", ""),
        business_number=told.get("business_number", ""),
        mail_order_number=told.get("mail_order_number", ""),
        address=told.get("address", "") or market.address,
        phone=told.get("phone", "") or market.phone,
        email=told.get("email", ""),
        hosting=told.get("hosting", ""),
    )


def looker(request: HttpRequest) -> Actor:
    """Who looks at a page. Looking alone makes no key and sets no cookie."""
    cookies = request.COOKIES
    if GUEST_COOKIE in cookies or settings.SESSION_COOKIE_NAME in cookies:
        return request_actor(request)
    return Actor()


def shop_view(
    view: Callable[Concatenate[Shop, P], HttpResponse], *, buys: bool = False
) -> Callable[..., HttpResponse]:
    """Make a function of a `Shop` into a view of ``/m/<market>/...`` that sees this market's rows only.

    ``buys``: the visitor is about to keep something, so a guest gets a key. Raises `MarketNotFound`.
    """

    @wraps(view)
    def run(request: HttpRequest, market: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        with inside_market(market) as info:
            now = utc_now()
            actor = request_actor(request) if buys else looker(request)
            shop = Shop(
                request=request,
                market=info,
                actor=actor,
                now=now,
                day=seoul_day(now),
                href=Hrefs(slug=info.slug),
            )
            response = view(shop, *args, **kwargs)
        return cast(HttpResponse, _GZIP.process_response(request, response))

    return run


def buyer_view(view: Callable[Concatenate[Shop, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """`shop_view` for what a guest needs a key for."""
    return shop_view(view, buys=True)
