"""What a phone sees: bytes of a first visit and the first contentful paint, in headless Chromium over a slow line.

    python -m benchmarks.web.browser URL...      prints one JSON object: URL -> figures

A process of its own: Playwright keeps an event loop, and Chromium's memory should end with it.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
from typing import Any

from playwright.sync_api import Browser, Error, sync_playwright

#: 3G of the good kind: 1.6 Mbit/s, 150 ms there and back, a CPU four times slower than this one
THROTTLED = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
CPU_SLOWER = 4
VISITS = 5
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def visit(browser: Browser, url: str) -> dict[str, Any]:
    """One first visit with an empty cache: bytes by kind, requests, paint in milliseconds."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale="ko-KR",
    )
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    sizes: dict[str, float] = {}
    devtools.on("Network.responseReceived", lambda e: kinds.update({e["requestId"]: e["type"]}))
    devtools.on(
        "Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]})
    )
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", THROTTLED)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWER})
    answer = page.goto(url, wait_until="networkidle", timeout=90_000)
    if answer is None or not answer.ok:
        raise SystemExit(f"{url} answers {answer.status if answer else 'nothing'}")
    paint = page.evaluate(
        "performance.getEntriesByName('first-contentful-paint').map(e => e.startTime)[0] ?? null"
    )
    devtools.send(
        "Network.emulateNetworkConditions",
        {**THROTTLED, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1},
    )
    by_kind: dict[str, float] = {}
    for request, size in sizes.items():
        kind = kinds.get(request, "Other")
        by_kind[kind] = by_kind.get(kind, 0.0) + size
    context.close()
    return {"fcp_ms": paint, "bytes": by_kind, "requests": len(sizes)}


def look(url: str, browser: Browser) -> dict[str, Any]:
    """The median of the visits."""
    visits = [visit(browser, url) for _ in range(VISITS)]
    paints = [one["fcp_ms"] for one in visits if one["fcp_ms"] is not None]
    if len(paints) < VISITS:
        raise SystemExit(f"{url}: Chromium reported no first paint")
    pictures = statistics.median(one["bytes"].get("Image", 0.0) for one in visits)
    whole = statistics.median(sum(one["bytes"].values()) for one in visits)
    return {
        "fcp_ms": statistics.median(paints),
        "fcp_worst_ms": max(paints),
        "document_kb": statistics.median(one["bytes"].get("Document", 0.0) for one in visits)
        / 1000,
        "script_kb": statistics.median(one["bytes"].get("Script", 0.0) for one in visits) / 1000,
        "style_kb": statistics.median(one["bytes"].get("Stylesheet", 0.0) for one in visits) / 1000,
        "font_kb": statistics.median(one["bytes"].get("Font", 0.0) for one in visits) / 1000,
        "without_pictures_kb": (whole - pictures) / 1000,
        "with_pictures_kb": whole / 1000,
        "requests": statistics.median(one["requests"] for one in visits),
    }


def main(urls: list[str]) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("Chromium is absent; on Debian: apt-get install chromium")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGS)
            print(json.dumps({url: look(url, browser) for url in urls}))
            browser.close()
    except Error as problem:
        raise SystemExit(f"Chromium failed: {problem}") from problem


if __name__ == "__main__":
    main(sys.argv[1:])
