"""Every page of the office: no serious accessibility fault, nothing wider than a phone, printable."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from jangteo.apps.orders.models import OrderLine
from jangteo.apps.payments.actions.settle import settle_market
from jangteo.platform.clock import seoul_day, utc_now
from jangteo.platform.permissions import Role
from jangteo.platform.tenancy import every_market
from tests.channels.office.busy import Busy, busy_day
from tests.e2e.conftest import LiveSite
from tests.world import grant, person

pytestmark = pytest.mark.e2e
AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .filter((v) => ["serious", "critical"].includes(v.impact))
  .map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).slice(0, 3).join(" | ")}`)"""


def full_day() -> Busy:
    busy = busy_day(utc_now())
    grant(person(name="김말순"), Role.STALL_OWNER, busy.world, "green")
    grant(person(name="김지영"), Role.PROXY, busy.world, "green")
    settle_market(
        actor=busy.actor, market_id=busy.world.market.pk, until=seoul_day(busy.now), now=busy.now
    )
    return busy


def paths(busy: Busy) -> list[str]:
    number = busy.numbers
    with every_market():
        line = OrderLine.objects.filter(part__order_id=busy.orders["hub3"]).first()
    assert line is not None
    return [
        "",
        *(f"orders/{number[name]}/" for name in ("silent", "collect", "ended2", "riding")),
        f"orders/{number['hub-late']}/cancel",
        f"orders/{number['hub3']}/refund?left-{line.pk}=1",
        "picking",
        f"orders/{number['to-rider']}/label",
        f"orders/{number['ended2']}/receipt",
        "stalls",
        "stalls/green/",
        "stalls/new",
        "delegations",
        "settings",
        "settings/zones/new",
        "money",
        "money/books",
        "reports",
    ]


def faults(site: LiveSite, page: Page, busy: Busy) -> list[str]:
    site.expect_console(r"ERR_CONNECTION_REFUSED")
    site.sign_in(page, busy.office, strong=True)
    found = []
    for path in paths(busy):
        page.goto(f"{site.url}/office/{busy.slug}/{path}")
        for summary in page.locator("main summary").all():
            summary.click()
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            found.append(f"{path}: {wide} px too wide")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found += [f"{path}: {fault}" for fault in page.evaluate(RUN)]
    return found


def test_no_page_has_a_serious_fault_on_a_phone(live_site: LiveSite, phone_page: Page) -> None:
    assert faults(live_site, phone_page, full_day()) == []


def test_no_page_has_a_serious_fault_on_a_desk(live_site: LiveSite, desk_page: Page) -> None:
    assert faults(live_site, desk_page, full_day()) == []


def test_no_page_has_a_serious_fault_in_the_dark(live_site: LiveSite, desk_page: Page) -> None:
    desk_page.emulate_media(color_scheme="dark")
    assert faults(live_site, desk_page, full_day()) == []


def test_labels_and_receipts_fit_one_strip_of_80_mm(live_site: LiveSite, desk_page: Page) -> None:
    busy = busy_day(utc_now())
    live_site.sign_in(desk_page, busy.office, strong=True)
    for paper in ("label", "receipt"):
        number = busy.numbers["to-rider"]
        desk_page.goto(f"{live_site.url}/office/{busy.slug}/orders/{number}/{paper}")
        sheet = desk_page.pdf(prefer_css_page_size=True)
        assert sheet.count(b"/Type /Page\n") == 1, paper
        width = re.search(rb"/MediaBox \[\s*0 0 ([\d.]+)", sheet)
        assert width is not None
        # 80 mm in points
        assert float(width[1]) == pytest.approx(80 / 25.4 * 72, abs=1), paper
