"""Nothing scrolls sideways on a phone, in Korean or in English, whose words are longer.

A browser walks the pages as each kind of person, from link to link, one page of every kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from jangteo.apps.accounts.models import Person
from jangteo.apps.decisions.actions.refresh_rollups import refresh_rollups
from jangteo.apps.discovery.actions.pick_for_home import pick_for_home
from jangteo.apps.orders.models import Order
from jangteo.apps.payments.actions.settle import settle_market
from jangteo.platform.clock import seoul_day, utc_now
from jangteo.platform.permissions import Actor, Role
from jangteo.platform.tenancy import every_market
from tests.channels.office.busy import Busy, busy_day
from tests.e2e.conftest import LiveSite
from tests.pilots import Alliance, alliance
from tests.vendor_service import serving
from tests.world import grant, person, shopper

pytestmark = pytest.mark.e2e
WIDTH = 390
#: links of a page after every fold of it is open, and how wide it is
LOOK = """() => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  return [
    document.documentElement.scrollWidth,
    [...document.querySelectorAll("a[href]:not([download])")].map((a) => a.getAttribute("href")),
  ];
}"""
FILES = (".csv", ".json", ".pdf", ".zip", ".xlsx", ".png", ".svg", ".txt", ".xml")


@dataclass
class Walk:
    """Who walks, from where, and below which paths."""

    who: Person | None
    starts: tuple[str, ...]
    below: tuple[str, ...]
    #: kinds of pages that must have been met
    meets: tuple[str, ...]
    strong: bool = False
    met: dict[str, str] = field(default_factory=dict)
    wide: list[str] = field(default_factory=list)

    def go(self, site: LiveSite, page: Page) -> None:
        """One page of every kind, in both languages; a question in the address makes a kind of its own."""
        page.context.clear_cookies()
        if self.who is not None:
            site.sign_in(page, self.who, strong=self.strong)
        for language in ("ko", "en"):
            self.met.clear()
            page.context.add_cookies(
                [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": site.url}]
            )
            self._in_one_language(site, page)
            assert page.locator("html").get_attribute("lang") == language

    def _in_one_language(self, site: LiveSite, page: Page) -> None:
        queue, known = list(self.starts), set(self.starts)
        while queue:
            path = queue.pop(0)
            kind = _kind(path)
            if not kind or kind in self.met:
                continue
            answer = page.goto(site.url + path, wait_until="domcontentloaded")
            assert answer is not None
            assert answer.status == 200, f"{path}: {answer.status}"
            self.met[kind] = path
            width, links = page.evaluate(LOOK)
            if width > WIDTH:
                self.wide.append(f"{path}: {width} px wide")
            for link in links:
                parts = urlsplit(urljoin(site.url + path, link))
                to = parts.path + (f"?{parts.query}" if parts.query else "")
                if f"{parts.scheme}://{parts.netloc}" == site.url and to not in known:
                    known.add(to)
                    if to.startswith(self.below) and not parts.path.endswith(FILES):
                        queue.append(to)


def _kind(path: str) -> str:
    parts = urlsplit(path)
    try:
        return resolve(parts.path).view_name + ("?" if parts.query else "")
    except Resolver404:
        return ""


@pytest.fixture
def busy(live_site: LiveSite) -> Busy:
    """A market day with everything under way, settled, its people known."""
    live_site.expect_console(r"ERR_CONNECTION_REFUSED|/live\?token=")
    busy = busy_day(utc_now())
    grant(person(name="김말순"), Role.STALL_OWNER, busy.world, "green")
    grant(person(name="김지영"), Role.PROXY, busy.world, "green")
    settle_market(
        actor=busy.actor, market_id=busy.world.market.pk, until=seoul_day(busy.now), now=busy.now
    )
    return busy


@pytest.fixture
def pilots(busy: Busy) -> Iterator[Alliance]:
    """A pilot of that market that is over and published, and one under way."""
    made = alliance(world=busy.world)
    made.now = utc_now() - timedelta(days=9)
    with serving() as (url, vendor):
        made.running(url, vendor)
        for number in range(6):
            pick_for_home(
                actor=shopper(),
                market_id=made.market_id,
                day=seoul_day(made.now),
                now=made.now + timedelta(minutes=number),
            )
        made.end()
        made.publish()
        made.now = utc_now()
        made.accepted(url, title="비 오는 날에는 무엇을 둘까요")
        refresh_rollups(actor=Actor.system(), now=made.now)
        yield made


def _walks(busy: Busy, made: Alliance) -> list[Walk]:
    shop, office, desk = (f"/{first}/{busy.slug}/" for first in ("m", "office", "desk"))
    with every_market():
        buyer = Order.objects.select_related("person").get(pk=busy.orders["collect"]).person
    owner, agency = person(name="최말순"), person(name="서은경")
    grant(owner, Role.STALL_OWNER, busy.world, "sea")
    grant(agency, Role.AGENCY, busy.world)
    offer = busy.world.offers["고등어"].pk
    return [
        Walk(
            None,
            ("/", shop, "/pilots/", "/verify", "/in", "/in/staff", "/evidence/"),
            ("/",),
            ("shop:home", "shop:offer", "shop:ai", "web:privacy", "evidence:pilot"),
        ),
        Walk(
            buyer,
            (f"{shop}orders", f"{shop}cart", f"{shop}checkout", "/me"),
            (f"{shop}orders", "/me"),
            ("shop:order", "web:me", "web:my-data", "web:delete-me"),
        ),
        Walk(
            owner,
            (f"{desk}sea/", f"{desk}sea/goods/{offer}/edit"),
            (desk,),
            ("stall:now", "stall:order", "stall:offer", "stall:settlement", "stall:lists"),
        ),
        Walk(
            busy.office,
            (office, f"{office}pilots/", "/in/factors"),
            (office,),
            ("office:board", "office:ai", "office:objections", "office:pilot", "office:stall"),
            strong=True,
        ),
        Walk(
            made.vendor_person,
            ("/vendor/",),
            ("/vendor/",),
            ("vendor:pilot", "vendor:problem", "vendor:company"),
        ),
        Walk(
            agency,
            ("/evidence/", "/evidence/indicators/", "/pilots/", "/office/"),
            ("/evidence/", "/pilots/", "/office/"),
            ("evidence:market?", "evidence:rows?", "evidence:indicator", "office:reports"),
            strong=True,
        ),
    ]


def test_no_page_scrolls_sideways(
    live_site: LiveSite, phone_page: Page, busy: Busy, pilots: Alliance
) -> None:
    wide = []
    for walk in _walks(busy, pilots):
        walk.go(live_site, phone_page)
        assert set(walk.meets) <= set(walk.met), sorted(walk.met)
        wide += walk.wide
    assert wide == []
