"""A first visit to a list page stays under 150 KB, pictures aside; and runs under the strict policy."""

from __future__ import annotations

import gzip
import mimetypes
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import translation
from playwright.sync_api import Browser, Page, sync_playwright

from jangteo.channels.ui import assets, jinja, samples

pytestmark = pytest.mark.e2e
ROOT = assets.BUILT.parents[5]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LIVE_PAGE = """{% extends "ui/base.html" %}{% block main %}<h1>x</h1>
<div data-live="/STREAM" data-live-events="order" data-live-poll="/poll"></div>
<p id="now" data-hx-get="/now" data-hx-trigger="live:order from:body">아직</p>{% endblock %}"""
ASKED: list[str | None] = []
POSTED: list[tuple[str, str]] = []


class Handler(BaseHTTPRequestHandler):
    """The style guide's pages, the built files as WhiteNoise would send them, and one endpoint to post to."""

    def log_message(self, *_args: object) -> None:
        return

    def answer(self, body: bytes, kind: str, **headers: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path.startswith("/page/"):
            with translation.override("ko"):
                html = (
                    jinja.environment()
                    .get_template(f"ui/{path[6:]}.html")
                    .render(samples.context())
                )
            self.answer(
                gzip.compress(html.encode()), "text/html; charset=utf-8", Content_Encoding="gzip"
            )
        elif path.startswith("/static/"):
            file = assets.BUILT.parent / path.removeprefix("/static/")
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            packed = file.with_name(file.name + ".br")
            if packed.is_file():
                self.answer(packed.read_bytes(), kind, Content_Encoding="br")
            else:
                self.answer(file.read_bytes(), kind)
        elif path.startswith("/live/"):
            source = LIVE_PAGE.replace("STREAM", path.removeprefix("/live/"))
            with translation.override("ko"):
                html = jinja.environment().from_string(source).render()
            self.answer(html.encode(), "text/html; charset=utf-8")
        elif path == "/stream-good":
            self.answer(b'retry: 60000\nevent: order\ndata: {"id": 7}\n\n', "text/event-stream")
        elif path == "/stream-bad":
            self.send_error(503)
        elif path == "/poll":
            ASKED.append(self.headers.get("If-None-Match"))
            if ASKED[-1] == '"1"':
                self.send_response(304)
                self.end_headers()
            else:
                self.answer(b'{"events": [{"name": "order"}]}', "application/json", ETag='"1"')
        elif path == "/now":
            self.answer("새 주문".encode(), "text/html; charset=utf-8")
        elif path == "/favicon.ico":
            self.answer(b"", "image/x-icon")
        else:
            self.answer(
                (samples.PICTURES / f"{path.rsplit('/', 1)[-1]}.webp").read_bytes(), "image/webp"
            )

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
        POSTED.append((self.headers.get("HX-Request", ""), body))
        said = '{"toast": {"text": "\\ub2f4\\uc558\\uc5b4\\uc694", "undo": "/undo"}}'
        self.answer(b"", "text/html; charset=utf-8", HX_Trigger=said)


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as p:
        chromium = p.chromium.launch(executable_path="/usr/bin/chromium", args=ARGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    tab = context.new_page()
    said: list[str] = []
    tab.on("console", lambda m: said.append(m.text) if m.type in {"error", "warning"} else None)
    tab.on("pageerror", lambda e: said.append(str(e)))
    yield tab
    context.close()
    assert said == []


def wait_until(page: Page, expression: str) -> None:
    """Playwright's own wait evaluates in the page, which the policy forbids."""
    for _ in range(50):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(expression)


def test_rare_letters_come_with_the_second_page(site: str, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1]))
    page.goto(f"{site}/page/styleguide_list", wait_until="networkidle")
    assert not any(name.startswith("fonts-") for name in asked)
    page.goto(f"{site}/page/styleguide_list", wait_until="networkidle")
    assert any(name.startswith("fonts-") for name in asked)
    assert any("-more" in name for name in asked)


def test_first_visit_is_small(site: str, page: Page) -> None:
    sizes: dict[str, int] = {}

    def measure(response: object) -> None:
        kind = response.request.resource_type
        if kind != "image":
            size = response.request.sizes()
            sizes[kind] = sizes.get(kind, 0) + size["responseBodySize"]

    page.on("requestfinished", lambda request: measure(request.response()))
    page.goto(f"{site}/page/styleguide_list", wait_until="networkidle")
    assert sizes["font"] > 50_000, "the fonts were fetched"
    assert sum(sizes.values()) < 150_000, sizes
    print(sizes)
    assert page.evaluate("document.fonts.check('700 18px Pretendard', '오늘은 장날 12,000원')")


@pytest.mark.parametrize("template", ["styleguide", "styleguide_list", "styleguide_stall"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(site: str, page: Page, template: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{site}/page/{template}", wait_until="networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.evaluate((ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8") + "; 0")
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [(v["id"], [n["html"][:160] for n in v["nodes"][:3]]) for v in found] == []


def test_targets_are_large_enough(site: str, page: Page) -> None:
    for template, least in (("styleguide_list", 48), ("styleguide_stall", 48)):
        page.goto(f"{site}/page/{template}", wait_until="networkidle")
        small = page.evaluate(
            """least => [...document.querySelectorAll('button, .btn, .chip, .top-link, .bar a, nav a, input:not([type=hidden])')]
              .filter(e => e.checkVisibility()).map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
              .filter(([, r]) => r.height && (r.height < least - 0.5 || r.width < least - 0.5)).map(([h, r]) => h + r.height)""",
            least,
        )
        assert small == []
    heights = page.eval_on_selector_all(
        ".decide .btn", "all => all.map(e => e.getBoundingClientRect().height)"
    )
    assert len(heights) == 3
    assert min(heights) >= 88


def test_basket_button_posts_once_and_offers_undo(site: str, page: Page) -> None:
    POSTED.clear()
    page.goto(f"{site}/page/styleguide_list", wait_until="networkidle")
    page.get_by_role("button", name="알배기배추 담기").click()
    toast = page.locator("#toasts .toast")
    toast.wait_for()
    assert toast.locator(".toast-text").inner_text() == "담았어요"
    assert toast.locator("form").get_attribute("action") == "/undo"
    assert POSTED == [("true", "offer=1&quantity=1")]
    toast.get_by_role("button", name="닫기").click()
    assert toast.count() == 0


def test_stepper_steps_and_stops_at_its_edges(site: str, page: Page) -> None:
    page.goto(f"{site}/page/styleguide", wait_until="networkidle")
    weight = page.locator("input[name=weight]")
    less = page.get_by_role("button", name="무게 줄이기")
    page.evaluate(
        "window.changes = []; addEventListener('change', e => changes.push(e.target.value))"
    )
    page.get_by_role("button", name="무게 늘리기").click()
    assert weight.input_value() == "700"
    for _ in range(6):
        less.click()
    assert weight.input_value() == "100"
    assert less.is_disabled()
    page.wait_for_timeout(600)
    assert page.evaluate("changes") == ["100"], "the server hears once, when the hand rests"


def test_pages_work_without_scripts(site: str, browser: Browser) -> None:
    POSTED.clear()
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    tab = context.new_page()
    tab.goto(f"{site}/page/styleguide_list")
    assert tab.locator(".js-only:visible").count() == 0
    with tab.expect_request(lambda r: r.method == "POST"):
        tab.get_by_role("button", name="흙당근 담기").click()
    tab.wait_for_timeout(200)
    context.close()
    assert POSTED == [("", "offer=2&quantity=1")]


def test_ring_needs_a_hand_then_rings_until_answered(site: str, page: Page) -> None:
    page.goto(f"{site}/page/styleguide_stall", wait_until="networkidle")
    state = "document.documentElement.dataset.ringState"
    assert page.evaluate(state) == "off"
    page.get_by_role("button", name="소리 켜기").click()
    wait_until(page, f"{state} === 'ringing'")
    assert not page.get_by_role("button", name="소리 켜기").is_visible()
    page.evaluate("document.querySelector('[data-ring]').remove()")
    wait_until(page, f"{state} === 'ready'")


def test_an_event_refreshes_what_subscribed_to_it(site: str, page: Page) -> None:
    page.goto(f"{site}/live/stream-good")
    wait_until(page, "document.getElementById('now').textContent === '새 주문'")
    assert page.locator("#now").inner_text() == "새 주문"


@pytest.mark.slow
def test_without_a_stream_the_page_asks_by_itself(site: str, browser: Browser) -> None:
    ASKED.clear()
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(f"{site}/live/stream-bad")
    wait_until(tab, "document.getElementById('now').textContent === '새 주문'")
    assert tab.locator("[data-live]").get_attribute("data-live-state") == "poll"
    tab.wait_for_timeout(10_500)
    context.close()
    assert ASKED[:2] == [None, '"1"'], "the second question tells what is known already"
