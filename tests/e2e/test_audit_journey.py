"""An auditor recomputes a KPI from records, follows a number to its rows, and sees who changed what."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from jangteo.apps.accounts.models import Person, RoleGrant
from jangteo.apps.decisions.actions.refresh_rollups import refresh_rollups
from jangteo.apps.decisions.actions.seal_days import seal_days
from jangteo.apps.decisions.models import DaySeal
from jangteo.apps.decisions.seals import verify_market
from jangteo.apps.programme.actions.change_definition import change_definition
from jangteo.apps.programme.actions.compute_indicator import compute_indicator
from jangteo.platform import lake
from jangteo.platform.clock import seoul_day, utc_now
from jangteo.platform.permissions import Actor, Grant, Role
from jangteo.platform.tenancy import market_scope
from tests.apps.decisions.logs import RandomLog
from tests.e2e.conftest import LiveSite
from tests.world import World, make_world, person

pytestmark = pytest.mark.e2e
SYSTEM = Actor.system()


@pytest.fixture
def now() -> datetime:
    return utc_now()


@pytest.fixture
def world(
    live_site: LiveSite, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> World:
    """A month: six stalls, two of them at work with AI on enough days; a definition; its result; sealed days."""
    monkeypatch.setattr(lake, "folder", lambda: tmp_path / "lake")
    world = make_world("amsa", name="암사시장")
    for n in range(6):
        world.stall(f"s{n}", name=f"가게 {n}", owner_age="60s" if n < 5 else "")
        world.offer(f"물건 {n}", 1000, stall=f"s{n}")
    log = RandomLog(3)
    ids = [stall.pk for stall in world.stalls.values()]
    for back in range(1, 9):
        for n in range(2):
            entry = log.decide(
                world.market.pk,
                now - timedelta(days=back),
                capability="substitute",
                provider="built-in",
                mode="proposed",
                fallback="",
                stall_id=ids[n],
                shown_stalls=ids,
            )
            log.answer(entry, "edited" if back == 1 else "accepted", now - timedelta(days=back))
    log.decide(
        world.market.pk,
        now - timedelta(days=2),
        capability="substitute",
        provider="baseline",
        mode="observed",
        fallback="deadline",
        stall_id=None,
    )
    refresh_rollups(actor=SYSTEM, now=now)
    seal_days(actor=SYSTEM, now=now)
    _compute(now)
    return world


def _compute(now: datetime) -> Any:
    return compute_indicator(
        actor=SYSTEM,
        key="ai-utilisation",
        market_id=None,
        first_day=seoul_day(now) - timedelta(days=27),
        last_day=seoul_day(now),
        now=now,
    )


@pytest.fixture
def auditor(live_site: LiveSite, world: World) -> Person:
    who = person(name="오미경")
    RoleGrant.objects.create(person=who, role=Role.AGENCY.value)
    return who


def _recomputed(file: Path, folder: Path) -> list[bytes]:
    with zipfile.ZipFile(file) as archive:
        archive.extractall(folder)
    own = subprocess.run(
        [sys.executable, "-I", "-S", "recompute.py", "."],
        cwd=folder,
        capture_output=True,
        check=True,
    )
    ours = subprocess.run(
        [str(Path(sys.executable).parent / "jangteo"), "kpi", "verify", str(file)],
        capture_output=True,
        check=True,
    )
    return [own.stdout, ours.stdout]


def test_an_auditor_reproduces_the_kpi_bit_for_bit(
    live_site: LiveSite, desk_page: Page, auditor: Person, now: datetime, tmp_path: Path
) -> None:
    live_site.sign_in(desk_page, auditor, strong=True)
    desk_page.goto(live_site.url + "/evidence/indicators/")
    desk_page.get_by_role("link", name="AI 활용률").click()
    expect(desk_page.get_by_role("heading", level=1)).to_have_text("AI 활용률")
    main = desk_page.locator("main")
    expect(main).to_contain_text("33.3 %")
    expect(main).to_contain_text("분모 6 가운데 분자 2")
    expect(main).to_contain_text("설치했거나 켜 둔 것은 세지 않아요")
    targets = desk_page.locator(".table-wrap[aria-labelledby=target-title]")
    expect(targets).to_contain_text("15 %")
    expect(targets).to_contain_text("30 %")
    expect(targets).to_contain_text("aipick.kr")
    expect(targets).to_contain_text("산업통상자원부")
    assert live_site.audit(desk_page) == []

    with desk_page.expect_download() as told:
        desk_page.get_by_role("link", name="원자료").first.click()
    file = tmp_path / told.value.suggested_filename
    told.value.save_as(file)
    expect(main).to_contain_text(lake.file_digest(file))
    own, ours = _recomputed(file, tmp_path / "unpacked")
    assert own == ours
    result = json.loads(own)
    assert (result["fraction"], result["value"]) == ("2/6", "0.333333")
    assert "0.333333" in main.inner_text()

    # the definition moves: the auditor sees who and when, and the old result stands
    operator = person(name="정운영")
    change_definition(
        actor=Actor(person_id=operator.pk, grants=frozenset({Grant(role=Role.SYSTEM)})),
        key="ai-utilisation",
        text="28일에 열흘 이상 쓴 가게의 비율.",
        text_en="Share of stalls that used it on ten days in 28.",
        formula="share_of_sellers_using_ai",
        parameters={"min_days": 10, "per_days": 28},
        because="감사 지적에 따라 기준을 높임",
        now=now,
    )
    _compute(now)
    desk_page.reload()
    history = desk_page.locator(
        "section", has=desk_page.get_by_role("heading", name="정의를 바꾼 기록")
    )
    expect(history).to_contain_text("정운영")
    expect(history).to_contain_text("감사 지적에 따라 기준을 높임")
    rows = desk_page.locator(".table-wrap[aria-labelledby=results-title] tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("0.000000")
    expect(rows.nth(1)).to_contain_text("0.333333")
    assert _recomputed(file, tmp_path / "again") == [own, own]


@pytest.mark.parametrize("device", ["phone", "desk"])
def test_a_number_leads_to_its_rows_and_the_seals_hold(
    live_site: LiveSite,
    request: pytest.FixtureRequest,
    auditor: Person,
    world: World,
    now: datetime,
    device: str,
) -> None:
    page: Page = request.getfixturevalue(f"{device}_page")
    live_site.sign_in(page, auditor, strong=True)
    period = f"?from={seoul_day(now) - timedelta(days=27)}&to={seoul_day(now)}"
    page.goto(f"{live_site.url}/evidence/{period}")
    expect(page.locator("main")).to_contain_text("94 %를 AI가 했고, 그중 13 %를 사람이 고쳤어요")
    assert live_site.audit(page) == []
    page.get_by_role("link", name="암사시장").first.click()
    expect(page.locator("main")).to_contain_text("이 기간 일의 94 %를 AI가 했고")
    assert live_site.audit(page) == []
    with market_scope(world.market.pk):
        head = DaySeal.objects.latest("day").chain
        assert verify_market(world.market.pk, now).broken is None
    expect(page.locator("main")).to_contain_text(head)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    caps = page.locator(".table-wrap[aria-labelledby=cap-title]")
    caps.get_by_role("link", name="2", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("main")).to_contain_text("고쳐서 씀")
    assert live_site.audit(page) == []
    page.go_back()
    page.get_by_role("link", name="1번").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("제때 답하지 못함")


def test_nobody_without_a_role_sees_the_figures(
    live_site: LiveSite, desk_page: Page, world: World
) -> None:
    live_site.expect_console(r"status of 403")
    live_site.sign_in(desk_page, person(name="손님"))
    for path in ("/evidence/", "/evidence/amsa/", "/evidence/amsa/rows", "/evidence/indicators/"):
        answer = desk_page.goto(live_site.url + path)
        assert answer is not None
        assert answer.status == 403
