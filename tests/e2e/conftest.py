"""A real browser against the real site: Chromium, the WSGI application in threads, its own database.

    def test_something(live_site: LiveSite, phone_page: Page) -> None:
        live_site.sign_in(phone_page, person)          # or strong=True for staff
        phone_page.goto(live_site.url + "/me")

After each test the pages must have had no console error, no script error and no violation of the security policy;
a test that provokes one names it: ``live_site.expect_console(r"status of 422")``.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from jangteo.apps.accounts.actions.remember_device import remember_device
from jangteo.apps.accounts.models import Person
from jangteo.apps.accounts.queries import actor_of
from jangteo.channels.web.people import BACKEND
from jangteo.platform.clock import utc_now
from jangteo.platform.config import PROJECT_ROOT

CHROMIUM = "/usr/bin/chromium"
AXE = PROJECT_ROOT / "node_modules" / "axe-core" / "axe.min.js"
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        return


@dataclass
class LiveSite:
    """The running site of one test."""

    url: str
    problems: list[str] = field(default_factory=list)
    expected: list[re.Pattern[str]] = field(default_factory=list)

    def expect_console(self, pattern: str) -> None:
        """This test provokes console messages that match ``pattern``."""
        self.expected.append(re.compile(pattern))

    def watch(self, page: Page) -> None:
        """Collect what goes wrong on a page."""
        page.on(
            "console",
            lambda message: (
                self.problems.append(f"{message.text} ({message.location.get('url', '')})")
                if message.type == "error"
                else None
            ),
        )
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def sign_in(self, page: Page, person: Person, *, strong: bool = False) -> str:
        """Give the page's browser a session of ``person``; ``strong`` opens staff roles. Returns its key."""
        sessions: ModuleType = import_module(settings.SESSION_ENGINE)
        session = sessions.SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = BACKEND
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session["strong"] = strong
        session.save()
        remember_device(
            actor=actor_of(person),
            session_key=session.session_key,
            label="Test",
            is_trusted=True,
            is_strong=strong,
            now=utc_now(),
        )
        page.context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": session.session_key,
                    "url": self.url,
                    "httpOnly": True,
                    "sameSite": "Lax",
                }
            ]
        )
        return str(session.session_key)

    def audit(self, page: Page) -> list[str]:
        """What axe (WCAG 2.2 A and AA) finds wrong on the page as it stands, one line each."""
        page.evaluate(AXE.read_text(encoding="utf-8"))
        rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        found = page.evaluate(
            "tags => axe.run(document, {runOnly: tags}).then(result => result.violations)", rules
        )
        return [
            f"{violation['id']}: {node['html'][:160]}"
            for violation in found
            for node in violation["nodes"]
        ]

    def unexpected(self) -> list[str]:
        """What went wrong and was not named by the test."""
        return [
            problem
            for problem in self.problems
            if not any(pattern.search(problem) for pattern in self.expected)
        ]


@pytest.fixture(scope="session", autouse=True)
def _browser_loop() -> None:
    """Playwright's loop runs in this thread; Django would take every query for one inside async code."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture
def live_site(transactional_db: None) -> Iterator[LiveSite]:
    """The site on a free port of localhost, with the test's database."""
    wsgi = import_module("jangteo.channels.web.wsgi")
    server = ThreadedWSGIServer(("localhost", 0), _QuietHandler)
    server.daemon_threads = True
    server.set_app(wsgi.application)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    site = LiveSite(url=f"http://localhost:{server.server_address[1]}")
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        connections.close_all()
    assert site.unexpected() == []


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a file: Playwright allows one at a time in a process."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield chromium
        chromium.close()


def _page(
    browser: Browser, site: LiveSite, width: int, height: int, *, touch: bool = False
) -> tuple[BrowserContext, Page]:
    context = browser.new_context(
        viewport={"width": width, "height": height},
        has_touch=touch,
        locale="ko-KR",
        timezone_id="Asia/Seoul",
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    site.watch(page)
    return context, page


@pytest.fixture
def phone_page(browser: Browser, live_site: LiveSite) -> Iterator[Page]:
    """A phone: 390 x 844 with touch, nobody signed in."""
    context, page = _page(browser, live_site, 390, 844, touch=True)
    yield page
    context.close()


@pytest.fixture
def desk_page(browser: Browser, live_site: LiveSite) -> Iterator[Page]:
    """A desk: 1280 x 800, nobody signed in."""
    context, page = _page(browser, live_site, 1280, 800)
    yield page
    context.close()
