"""Every address of the office, tried by everybody who must stay out."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from jangteo.apps.catalog.models import Item
from jangteo.apps.decisions.models import Provider
from jangteo.apps.markets.models import Zone
from jangteo.apps.payments.models import Refund
from jangteo.apps.programme.models import Pilot
from jangteo.apps.programme.pilot_queries import pilot_of
from jangteo.channels.office.urls import urlpatterns
from jangteo.channels.office.views.pilots import _STEPS
from jangteo.platform.clock import utc_now
from jangteo.platform.permissions import Role
from jangteo.platform.tenancy import every_market, market_scope
from tests.apps.catalog.items.goods import item
from tests.channels.office.busy import Busy, busy_day, come_in
from tests.pilots import alliance
from tests.world import grant, make_world, person

pytestmark = pytest.mark.django_db

READERS_MAY = {"reports", "reports-csv"}
NAMES = sorted(
    pattern.name for pattern in urlpatterns if isinstance(pattern, URLPattern) and pattern.name
)
WRITES = {
    "find", "answer", "arrive", "undo-arrive", "to-rider", "delivered", "to-shopper", "refund-retry",
    "stall-close", "stall-reopen", "invite", "recover", "delegate", "revoke", "set-day", "zone-remove",
    "plan", "pay", "deposit", "objection-answer", "ai-switch", "ai-choose", "ai-check", "ai-change",
    "pilot-problem-close", "pilot-offer", "pilot-do", "items-standardise", "item-answer", "item-answer-undo",
    "item-edit", "item-split", "item-retire", "item-undo",
}  # fmt: skip
#: their slug is a problem's, not a pilot's
OF_A_PROBLEM = {"pilot-problem", "pilot-problem-close", "pilot-offer"}


@pytest.fixture
def busy() -> Busy:
    return busy_day(utc_now())


def company(busy: Busy) -> int:
    """A company's service that was only registered."""
    with every_market():
        found, _ = Provider.objects.get_or_create(
            market=busy.world.market,
            slug="dawn",
            defaults={
                "name": "새벽AI",
                "capability": "shelf-order",
                "base_url": "http://127.0.0.1:9",
                "data_scope": ["candidates"],
                "added_at": busy.now,
            },
        )
    return found.pk


def pilot(busy: Busy) -> Pilot:
    """A pilot in its terms, with the problem and the offer it came from."""
    with every_market():
        found = Pilot.objects.filter(market=busy.world.market).first()
    if found is None:
        made = alliance(world=busy.world)
        made.now = busy.now
        found = made.accepted("http://127.0.0.1:9")
    with market_scope(busy.world.market.pk):
        return pilot_of(busy.world.market.pk, found.slug)


def addresses(busy: Busy, name: str) -> list[str]:
    """The page's addresses with things that exist: one, or one for each step of a pilot."""
    if name == "pilot-do":
        return [address(busy, name, step) for step in _STEPS]
    return [address(busy, name)]


def products() -> list[str]:
    """Codes of two standard products."""
    if not Item.objects.exists():
        for line in ("부사 사과 5kg", "홍로 사과 5kg"):
            item(None, line)
    return list(Item.objects.order_by("pk").values_list("code", flat=True))


def address(busy: Busy, name: str, step: str = "") -> str:
    """The address with things that exist."""
    tried = pilot(busy)
    with every_market():
        zone = Zone.objects.get(market=busy.world.market)
        refund = Refund.objects.filter(state="stuck").get()
    values = {
        "market": busy.slug,
        "number": busy.numbers["hub3"],
        "part_id": busy.part("hub3", "bean").pk,
        "stall": "bean",
        "zone_id": zone.pk,
        "refund_id": refund.pk,
        "person_id": 1,
        "grant_id": 1,
        "provider_id": company(busy),
        "objection_id": 1,
        "capability": "shelf-order",
        "slug": tried.offer.problem.slug if name in OF_A_PROBLEM else tried.slug,
        "offer_id": tried.offer.pk,
        "what": step,
        "code": products()[0],
        "into": products()[1],
        "question_id": 1,
        "change_id": 1,
    }
    wanted = next(
        pattern.pattern.converters
        for pattern in urlpatterns
        if isinstance(pattern, URLPattern) and pattern.name == name
    )
    return reverse(f"office:{name}", kwargs={key: values[key] for key in wanted})


def strangers(busy: Busy) -> dict[str, Client]:
    other = make_world()
    owner, next_door, agency, nobody = person(), person(), person(), person()
    grant(owner, Role.STALL_OWNER, busy.world, "bean")
    grant(next_door, Role.OFFICE, other)
    grant(agency, Role.AGENCY, busy.world)
    return {
        "shopper": come_in(nobody),
        "stall owner": come_in(owner),
        "other office": come_in(next_door),
        "agency": come_in(agency),
        "weak session": come_in(busy.office, strong=False),
    }


def test_nobody_else_comes_in_anywhere(busy: Busy) -> None:
    clients = strangers(busy)
    for name in NAMES:
        if name != "home":
            for url in addresses(busy, name):
                _nobody_comes_in(clients, name, url)


def _nobody_comes_in(clients: dict[str, Client], name: str, url: str) -> None:
    for who, client in clients.items():
        reading, writing = client.get(url), client.post(url)
        if who == "agency" and name in READERS_MAY:
            assert reading.status_code == 200
            assert writing.status_code == 405
        elif who == "weak session":
            gets_405 = name in WRITES
            assert reading.status_code == (405 if gets_405 else 302), who
            assert gets_405 or reading.headers["Location"].startswith("/in/staff?next=")
            assert writing.status_code in (403, 405), who
        else:
            assert reading.status_code in (403, 405), (who, url)
            assert writing.status_code in (403, 405), (who, url)
            assert 403 in (reading.status_code, writing.status_code)
    asked = Client().get(url)
    assert asked.status_code in (302, 405)
    assert asked.status_code == 405 or asked.headers["Location"].startswith("/in?next=")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_office_opens_every_page(busy: Busy, language: str) -> None:
    client = come_in(busy.office)
    client.cookies["jt_language"] = language
    assert client.get("/office/").headers["Location"] == f"/office/{busy.slug}/"
    for name in NAMES:
        if name in WRITES or name == "home":
            continue
        response = client.get(address(busy, name))
        assert response.status_code == 200, name
        if response.headers["Content-Type"].startswith("text/html"):
            text = response.content.decode()
            assert "style=" not in text, name
            assert "<script>" not in text, name


def test_an_unknown_market_is_not_found(busy: Busy) -> None:
    assert come_in(busy.office).get("/office/nowhere/").status_code == 404


def test_an_agency_sees_figures_of_its_markets_and_no_person(busy: Busy) -> None:
    agency = person(name="구청")
    grant(agency, Role.AGENCY, busy.world)
    client = come_in(agency)
    home = client.get("/office/").content.decode()
    report = client.get(f"/office/{busy.slug}/reports").content.decode()
    assert busy.world.market.name in home
    for text in (home, report):
        assert 'method="post" action="/office' not in text
        assert not any(name in text for name in ("김하늘", "김말순", "+8210", "이정호"))
