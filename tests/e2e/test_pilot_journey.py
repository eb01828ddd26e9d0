"""A start-up's recommender is tried in a real market: from the problem on the wall to the certificate in the hand.

Two browsers, the office's desk and the vendor's phone; the example vendor runs as a process of its own. The clock of
the pages is set, so that seven days pass while the test runs.
"""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from jangteo.apps.accounts.models import RoleGrant
from jangteo.apps.decisions.models import Decision
from jangteo.apps.programme.models import Pilot, Problem
from jangteo.apps.programme.pilot_queries import pilot_of
from jangteo.platform.clock import at_seoul, seoul_day, utc_now
from jangteo.platform.config import PROJECT_ROOT
from jangteo.platform.permissions import Role
from jangteo.platform.tenancy import market_scope
from tests.e2e.conftest import LiveSite
from tests.pilots import DEAR, NUMBERS, Alliance, alliance, draw_alike
from tests.vendor_service import serving
from tests.world import make_world, person

SHOTS = os.environ.get("JANGTEO_SHOTS", "")
CLOCKS = (
    "jangteo.channels.office.access",
    "jangteo.channels.vendor.views.company",
    "jangteo.channels.vendor.views.offers",
    "jangteo.channels.vendor.views.pilots",
    "jangteo.channels.evidence.views.pilots",
)


class Clock:
    """What the pages take for now."""

    def __init__(self) -> None:
        self.now: datetime = at_seoul(seoul_day(utc_now()) - timedelta(days=9), time(11))

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    it = Clock()
    for module in CLOCKS:
        monkeypatch.setattr(f"{module}.utc_now", it)
    draw_alike(monkeypatch)
    return it


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def run_vendor(port: int) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Start the example vendor, as its own people would, with the key from their page."""
    started: list[subprocess.Popen[str]] = []

    def run(secret: str) -> subprocess.Popen[str]:
        program = str(PROJECT_ROOT / "examples" / "vendor" / "vendor.py")
        command = [sys.executable, program, "--port", str(port), "--secret", secret]
        command += ["--boost", "price_krw"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        assert "answering at" in process.stdout.readline()
        return process

    yield run
    for process in started:
        process.terminate()
        process.wait(timeout=10)
        if process.stdout is not None:
            process.stdout.close()


def _shot(page: Page, name: str) -> None:
    """With JANGTEO_SHOTS set to a folder: pictures of the page, narrow and wide, to look at."""
    if not SHOTS:
        return
    before = page.viewport_size
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844 if width == 390 else 800})
        page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
    if before is not None:
        page.set_viewport_size(before)


def _audit(site: LiveSite, page: Page) -> None:
    assert site.audit(page) == []


def _world() -> Alliance:
    world = make_world("pilot-market", name="달빛시장", name_en="Moonlight Market")
    for position, slug in enumerate(("tofu", "fish", "vegetable")):
        world.stall(slug, position=position)
    world.offer("두부", 2000, stall="tofu", category="tofu")
    world.offer("홍어", DEAR, stall="fish", category="fish")
    world.offer("무", 2500, stall="vegetable")
    world.offer("대파", 3000, stall="vegetable")
    return alliance(NUMBERS[0], world)


def test_a_pilot_from_the_problem_to_the_certificate(
    live_site: LiveSite,
    desk_page: Page,
    phone_page: Page,
    clock: Clock,
    port: int,
    run_vendor: Callable[[str], subprocess.Popen[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = _world()
    market = f"{live_site.url}/office/pilot-market/pilots"
    founder = person(name="한별")
    live_site.sign_in(desk_page, made.office_person, strong=True)
    live_site.sign_in(phone_page, founder)

    # the market posts its problem
    desk_page.goto(f"{market}/")
    _shot(desk_page, "office-empty")
    desk_page.get_by_role("link", name="문제 올리기").first.click()
    desk_page.get_by_label("한 줄로", exact=True).fill("첫 화면에 무엇을 먼저 보일까요")
    desk_page.get_by_label("무엇이 문제이고").fill("잘 팔리는 것만 앞에 있어서 생선이 안 보여요.")
    desk_page.locator("input[name=capability][value=shelf-order]").check()
    _shot(desk_page, "office-problem-new")
    _audit(live_site, desk_page)
    desk_page.get_by_role("button", name="올리기").click()
    expect(desk_page.get_by_role("heading", level=1)).to_have_text("첫 화면에 무엇을 먼저 보일까요")

    # a start-up finds it, registers and answers
    phone_page.goto(f"{live_site.url}/vendor/")
    _shot(phone_page, "vendor-home")
    _audit(live_site, phone_page)
    phone_page.get_by_role("link", name="첫 화면에 무엇을 먼저 보일까요").click()
    phone_page.get_by_role("link", name="회사 등록하기").click()
    phone_page.get_by_label("회사 이름").fill("한별랩")
    phone_page.get_by_label("사업자등록번호").fill("124-81-00990")
    phone_page.get_by_label("대표").fill("한별")
    live_site.expect_console("status of 422")
    phone_page.get_by_role("button", name="등록하기").click()
    expect(phone_page.get_by_text("없는 사업자등록번호예요")).to_be_visible()
    _shot(phone_page, "vendor-company-error")
    phone_page.get_by_label("사업자등록번호").fill(NUMBERS[1])
    phone_page.get_by_role("button", name="등록하기").click()
    phone_page.get_by_label("어떻게 풀 건가요").fill("비싼 생선이 먼저 보이게 골라요.")
    for words in phone_page.locator("input[name=wants_fields]").all():
        if words.get_attribute("value") != "liked":
            words.check()
    phone_page.get_by_label("서비스 주소").fill(f"http://127.0.0.1:{port}")
    phone_page.get_by_label("실증 뒤 한 달 값").fill("300,000")
    _shot(phone_page, "vendor-offer")
    _audit(live_site, phone_page)
    phone_page.get_by_role("button", name="제안 보내기").click()
    expect(phone_page.get_by_text("답을 기다려요")).to_be_visible()

    # the market accepts; both agree on seven days and sign the same terms
    desk_page.reload()
    _shot(desk_page, "office-problem")
    desk_page.get_by_role("button", name="한별랩 제안 받아들이기").click()
    _shot(desk_page, "office-terms-step")
    _audit(live_site, desk_page)
    desk_page.get_by_role("link", name="약속 고치기").click()
    desk_page.get_by_label("기간", exact=True).fill("7")
    desk_page.get_by_label("아무 AI도 만나지 않는 몫").fill("0")
    desk_page.get_by_label("찾으려는 가장 작은 변화").fill("10")
    _shot(desk_page, "office-terms-form")
    _audit(live_site, desk_page)
    desk_page.get_by_role("button", name="이 약속으로 고치기").click()
    desk_page.get_by_role("button", name="시장이 서명하기").click()
    expect(desk_page.get_by_text("달빛시장 서명함")).to_be_visible()
    with market_scope(made.market_id):
        slug = Pilot.objects.get().slug
    phone_page.goto(f"{live_site.url}/vendor/pilots/pilot-market/{slug}/")
    _shot(phone_page, "vendor-terms-step")
    phone_page.get_by_role("button", name="업체가 서명하기").click()

    # the vendor takes its key, starts its service and passes the check
    phone_page.get_by_role("button", name="새 열쇠 받기").click()
    key = phone_page.locator("[data-key]").inner_text()
    assert key.startswith("jtv_")
    _shot(phone_page, "vendor-key")
    _audit(live_site, phone_page)
    phone_page.goto(f"{live_site.url}/vendor/pilots/pilot-market/{slug}/")
    assert key not in phone_page.content()
    process = run_vendor(key)
    phone_page.get_by_role("button", name="계약 검사 돌리기").click(timeout=60_000)
    expect(phone_page.get_by_text("계약 검사를 통과했어요")).to_be_visible()

    # the gate: nothing starts before the checklist is filled
    desk_page.goto(f"{market}/{slug}/")
    assert key not in desk_page.content()
    _shot(desk_page, "office-gates")
    _audit(live_site, desk_page)
    live_site.expect_console("status of 409")
    desk_page.get_by_label("걸릴 날을 보았어요").check()
    desk_page.get_by_role("button", name="실증 시작하기").click()
    expect(desk_page.get_by_text("실증을 아직 시작할 수 없어요")).to_be_visible()
    for item in desk_page.locator("ul.pilot-check > li:has(form)").all():
        key_of = item.get_attribute("id") or ""
        here = desk_page.locator(f"#{key_of}")
        here.locator("input.input").fill("적어 두었어요.")
        with desk_page.expect_navigation(url="**saved=checklist**", wait_until="domcontentloaded"):
            here.get_by_role("button", name="그래요").click()
    desk_page.get_by_label("걸릴 날을 보았어요").check()
    desk_page.get_by_role("button", name="실증 시작하기").click()
    expect(desk_page.get_by_text("지금부터 설계는 아무도 바꿀 수 없어요")).to_be_visible()

    # shoppers come for five days; nobody sees the result before the horizon
    made.now = clock.now + timedelta(minutes=5)
    made.shop(24, cares=True)
    clock.now += timedelta(days=5)
    day = seoul_day(clock.now + timedelta(days=2))
    for page, address in (
        (desk_page, f"{market}/{slug}/"),
        (phone_page, f"{live_site.url}/vendor/pilots/pilot-market/{slug}/"),
    ):
        page.goto(address)
        expect(page.get_by_text(f"결과는 {day.year}년 {day.month}월 {day.day}일")).to_be_visible()
        assert "늘렸어요" not in page.content()
    _shot(desk_page, "office-running")
    _shot(phone_page, "vendor-running")
    _audit(live_site, desk_page)
    assert phone_page.goto(f"{live_site.url}/pilots/pilot-market/{slug}/").status == 404
    live_site.expect_console("status of 404")

    # the vendor's machine goes down: shoppers see their market all the same
    process.terminate()
    process.wait(timeout=10)
    made.now = clock.now
    assert all(len(picked.cards) == 4 for picked in made.shop(2, cares=False))

    # the horizon, the last look, the publication
    made.now = clock.now
    made.end()
    clock.now = made.now
    desk_page.goto(f"{market}/{slug}/")
    expect(desk_page.locator(".pilot-say")).to_contain_text("이 AI는 매출을")
    _shot(desk_page, "office-ended")
    desk_page.get_by_label("사람의 일이 어떻게 달라졌나요").fill(
        "진열을 고르던 하루 20분이 줄었어요."
    )
    desk_page.get_by_label("작은 가게, 어르신, 이웃에게는").fill("생선 가게가 더 많이 보였어요.")
    desk_page.get_by_role("button", name="그대로 공개하기").click()
    _shot(desk_page, "office-published")
    _audit(live_site, desk_page)

    # the vendor leaves in one action
    desk_page.get_by_role("button", name="업체 빼기").click()
    expect(desk_page.get_by_text("업체를 뺐어요. 이제")).to_be_visible()

    # a vendor that changes nothing is published just the same; what is drawn does not hang on the first pilot
    draw_alike(monkeypatch, seed=11)
    other = Alliance(
        world=made.world,
        office_person=made.office_person,
        vendor_person=made.vendor_person,
        company_id=made.company_id,
        number=made.number,
        now=clock.now,
    )
    with serving() as (base_url, vendor):
        other.running(base_url, vendor)
        other.shop(24, cares=False)
        other.end()
    other.publish()
    clock.now = other.now

    # everybody reads both, computes the result again and checks the paper
    phone_page.goto(f"{live_site.url}/pilots/")
    _shot(phone_page, "public-list")
    _audit(live_site, phone_page)
    expect(phone_page.get_by_text("효과를 찾지 못했어요")).to_be_visible()
    phone_page.get_by_role("link", name="첫 화면에 무엇을 먼저 보일까요 · 한별랩").click()
    expect(phone_page.locator(".pilot-say")).to_contain_text("늘렸어요")
    _shot(phone_page, "public-pilot")
    _audit(live_site, phone_page)
    with phone_page.expect_download() as archive:
        phone_page.get_by_role("link", name="자료 내려받기").click()
    with zipfile.ZipFile(archive.value.path()) as files:
        files.extractall(tmp_path)
    again = subprocess.run(
        [sys.executable, "recompute.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert again.returncode == 0, again.stdout + again.stderr
    with phone_page.expect_download() as paper:
        phone_page.get_by_role("link", name="확인서 (PDF)").click()
    text = PdfReader(io.BytesIO(Path(paper.value.path()).read_bytes())).pages[0].extract_text()
    assert "실증 결과 확인서" in text
    assert "늘렸습니다" in text
    code = paper.value.suggested_filename.removesuffix(".pdf")
    phone_page.goto(f"{live_site.url}/verify")
    phone_page.get_by_label("확인서 번호").fill(code.replace("-", "").lower())
    phone_page.get_by_role("button", name="맞춰 보기").click()
    expect(phone_page.get_by_text("맞는 확인서예요")).to_be_visible()
    _shot(phone_page, "public-verify")
    _audit(live_site, phone_page)

    with market_scope(made.market_id):
        pilot = pilot_of(made.market_id, slug)
        assert pilot.provider is not None
        assert pilot.provider.secret_sealed == ""
        assert Problem.objects.filter(state=Problem.State.OPEN).count() == 0
        assert Decision.objects.filter(experiment_id=pilot.experiment_id).exists()
    assert RoleGrant.objects.filter(person=founder, role=Role.OFFICE.value).count() == 0
