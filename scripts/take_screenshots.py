"""Take the pictures of README from a running sample market, by using it as its people would.

    .venv/bin/jangteo up          # in another terminal, with the sample market in it
    .venv/bin/python scripts/take_screenshots.py http://localhost:8000

A guest buys from stalls that are open, asks why goods stand in front, their owner's phone rings, the market office
looks at its board. Everything it needs to know is on the sandbox's page of messages. Pictures go to docs/screenshots/.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from jangteo.platform.config import config
from jangteo.platform.sample_keys import read_sample_keys

OUT = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 860}
OWNER = "010-0000-1101"
OFFICE = "010-0000-3001"


def keep(page: Page, name: str) -> None:
    """The page as it is now, as a WebP file."""
    page.wait_for_timeout(700)
    with Image.open(io.BytesIO(page.screenshot())) as image:
        image.convert("RGB").save(OUT / f"{name}-{image.width}.webp", "WEBP", quality=82)


def buy(browser: Browser, base: str, *words: str) -> None:
    """A guest finds goods, pays at the sandbox and looks at the order."""
    page = browser.new_page(viewport=PHONE)
    page.goto(f"{base}/m/sample/")
    keep(page, "home")
    page.locator("a[href*='/why/']").first.click()
    page.wait_for_url("**/why/**")
    keep(page, "why")
    for word in words:
        page.goto(f"{base}/m/sample/search?q={word}")
        page.locator(".offer-add button").first.click()
        page.wait_for_timeout(400)
    page.goto(f"{base}/m/sample/p/1")
    keep(page, "product")
    page.goto(f"{base}/m/sample/cart")
    keep(page, "cart")
    page.goto(f"{base}/m/sample/checkout")
    page.locator("[name=contact_name]").fill("김하늘")
    page.locator("[name=contact_phone]").fill("010-0000-5001")
    page.get_by_role("button", name=re.compile("결제하기")).click()
    page.locator("button[value=approve]").click()
    page.wait_for_url("**/orders/**")
    keep(page, "order")
    page.close()


def code_of(browser: Browser, base: str, phone: str) -> str:
    """The newest sign-in code sent to a phone."""
    page = browser.new_page()
    page.goto(f"{base}/sandbox/messages")
    code = page.locator("li.card", has_text=phone).locator(".message-code").first.inner_text()
    page.close()
    return code


def ring(browser: Browser, base: str) -> None:
    """The stall owner signs in with a code and finds the order ringing."""
    page = browser.new_page(viewport=PHONE)
    page.goto(f"{base}/in?next=/desk/")
    page.locator("[name=phone]").fill(OWNER)
    page.locator("main form button[type=submit], main form button").first.click()
    page.wait_for_url("**/in/code**")
    page.locator("[name=code]").fill(code_of(browser, base, OWNER))
    page.locator("main form button").first.click()
    page.wait_for_url("**/desk/**")
    keep(page, "ring")
    for _ in range(2):
        page.locator("button", has_text="됩니다").first.click()
        page.wait_for_timeout(900)
    page.close()


def board(browser: Browser, base: str) -> None:
    """The office signs in with password and second factor and opens its board."""
    page = browser.new_page(viewport=DESK)
    key = next(key for phone, key in read_sample_keys().items() if phone.endswith(OFFICE[-4:]))
    page.goto(f"{base}/in/staff?next=/office/sample/")
    inbox = browser.new_page()
    inbox.goto(f"{base}/sandbox/messages")
    factor = inbox.locator(".row-between", has_text=OFFICE).locator(".message-code").inner_text()
    page.locator("[name=phone]").fill(OFFICE)
    page.locator("[name=password]").fill(key["password"])
    page.locator("[name=totp_code], [name=code]").first.fill(factor)
    page.locator("main form button").first.click()
    page.wait_for_url("**/office/**")
    keep(page, "board")
    page.close()


def main(base: str) -> None:
    """Take them all."""
    OUT.mkdir(parents=True, exist_ok=True)
    if not read_sample_keys():
        sys.exit(f"no sample market under {config().var_dir}: start `jangteo up` first")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        buy(browser, base, "시금치", "고등어", "가래떡")
        buy(browser, base, "상추", "삼겹살")
        ring(browser, base)
        board(browser, base)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://localhost:8000")
