"""`make bench-web`: tables, and as the very last line one JSON object.

    python -m benchmarks.web                 everything, about ten minutes
    python -m benchmarks.web --quick         a made market, no peer, no browser: is the benchmark itself in order?
    python -m benchmarks.web --no-peer       everything but the peer
    python -m benchmarks.web --write-docs    also write the tables into docs/benchmarks.md

What is absent (Chromium, the browser files, the way to the peer's packages) is said, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from typing import Any

from benchmarks.web import compare, growth, report, seed, shops
from benchmarks.web.stage import HOST, CannotMeasure, Stage, say, stage
from jangteo.platform.config import PROJECT_ROOT

SAMPLE = "sample"
FIRST_START_SECONDS = 300.0


def _set_up() -> None:
    """What is measured is a start with everything installed, so install it before; does nothing a second time."""
    done = subprocess.run(
        ["make", "-s", "setup-test"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise CannotMeasure(f"make setup-test failed:\n{done.stdout[-500:]}{done.stderr[-2000:]}")


def _first_pages(made: Stage) -> tuple[float, float, dict[str, Any]]:
    """Seconds from `make up` to the first page, in an empty data folder and again; and what a phone sees."""
    _set_up()
    say("make up in an empty data folder ...")
    server = made.market_open(make=True, seconds=FIRST_START_SECONDS)
    fresh_s = server.opened_in_s
    say("pages on a slow phone ...")
    pages = _pages(made, server.port)
    made.end(server)
    say("make up again ...")
    server = made.market_open(make=True)
    made.end(server)
    return fresh_s, server.opened_in_s, pages


def _pages(made: Stage, port: int) -> dict[str, Any]:
    with made.connect("jangteo") as connection:
        seed.see_every_market(connection)
        row = connection.execute(
            "select c.slug from catalog_offer o join catalog_category c on c.id = o.category_id"
            " where o.state <> 'hidden' group by c.slug order by count(*) desc, c.slug limit 1"
        ).fetchone()
        offer = connection.execute(
            "select id from catalog_offer where picture <> '' and state <> 'hidden' order by id limit 1"
        ).fetchone()
    if row is None or offer is None:
        raise CannotMeasure("the sample market has no goods with pictures")
    paths = {
        "home page": f"/m/{SAMPLE}/",
        "list page": f"/m/{SAMPLE}/c/{row[0]}",
        "product page": f"/m/{SAMPLE}/p/{offer[0]}",
    }
    urls = {name: f"http://{HOST}:{port}{path}" for name, path in paths.items()}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.web.browser", *urls.values()],
        cwd=PROJECT_ROOT,
        env=made.env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CannotMeasure(done.stderr.strip()[-2000:])
    said = json.loads(done.stdout)
    return {name: said[url] for name, url in urls.items()}


def full(args: argparse.Namespace) -> report.Result:
    """Everything, on the sample market."""
    if not args.no_peer:
        shops.Peer.install()
    with stage("web") as made:
        fresh_s, again_s, pages = _first_pages(made)
        made.open_database()
        shop = shops.Jangteo.prepare(made, "jangteo", SAMPLE)
        peer = None
        if not args.no_peer:
            peer = shops.Peer(made=made)
            say("the peer's shop ...")
            peer.fill(shop.goods())
        figures, steady, _ = compare.measure(
            made, shop, peer, processes=(1, 2), seconds=3.0, rounds=2, whole=True
        )
        sizes = growth.measure(made, (10, 100, 1000), seconds=2.0, rounds=3)
        return report.Result(
            figures=figures,
            steady=steady,
            sizes=sizes,
            pages=pages,
            fresh_s=fresh_s,
            again_s=again_s,
            list_cards=shop.category_offers,
            offers=len(shop.offers),
        )


def quick() -> report.Result:
    """A made market, a second for each operation: too short to be quoted."""
    with stage(f"quick-{os.getpid()}") as made:
        made.open_database()
        shops.migrate(made, "bench_quick")
        with made.connect("bench_quick") as connection:
            seed.make_markets(connection, 1, growth.OFFERS)
        shop = shops.Jangteo.prepare(made, "bench_quick", "bench-1")
        figures, steady, opened_s = compare.measure(
            made, shop, None, processes=(1,), seconds=0.4, rounds=1, whole=False
        )
        return report.Result(
            figures=figures,
            steady=steady,
            sizes=[],
            pages={},
            fresh_s=opened_s,
            again_s=None,
            list_cards=shop.category_offers,
            offers=len(shop.offers),
        )


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="make bench-web", description="Pages and orders per second."
    )
    parser.add_argument("--quick", action="store_true", help="a short run to see that it works")
    parser.add_argument("--no-peer", action="store_true", help="without django-oscar")
    parser.add_argument("--write-docs", action="store_true", help="write docs/benchmarks.md")
    args = parser.parse_args()
    try:
        place = report.place()
        result = quick() if args.quick else full(args)
    except CannotMeasure as problem:
        print(f"bench-web cannot measure: {problem}", file=sys.stderr)
        return 1
    text = report.tables(result, place)
    print(text)
    if args.write_docs and not args.quick:
        report.write_docs(text)
    print(json.dumps(report.summary(result), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
