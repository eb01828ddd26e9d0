"""Does a request cost the same when the platform has a thousand markets? One database for each size, one server
process each, asked in turn so that a busy minute of the machine meets every size."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from benchmarks.web import seed, shops
from benchmarks.web.stage import CannotMeasure, Load, Server, Stage, load, raw, say

OFFERS = 300
#: pages and orders go over all markets evenly, so most find their market's record not in the process's memory
LIST_REQUESTS = 4000


@dataclass(kw_only=True)
class Size:
    """A platform of so many markets."""

    markets: int
    shop: shops.Jangteo
    server: Server
    database_mb: float
    loads: dict[str, list[Load]]


def prepare(made: Stage, markets: int) -> Size:
    """A database with that many markets under row-level security, and a server on it."""
    database = f"bench_growth_{markets}"
    shops.migrate(made, database)
    with made.connect(database) as connection:
        seed.make_markets(connection, markets, OFFERS)
        _check_guards(connection, markets)
        row = connection.execute("select pg_database_size(current_database())").fetchone()
    shop = shops.Jangteo.prepare(made, database)
    return Size(
        markets=markets,
        shop=shop,
        server=made.web(database),
        database_mb=int(row[0]) / 1e6 if row else 0.0,
        loads={},
    )


def _check_guards(connection: seed.Connection, markets: int) -> None:
    """Row-level security must be on for the role that is measured."""
    connection.execute(
        "select set_config('jangteo.every_market', 'off', false), set_config('jangteo.market_id', '0', false)"
    )
    seen = connection.execute("select count(*) from catalog_offer").fetchone()
    seed.see_every_market(connection)
    there = connection.execute("select count(*) from catalog_offer").fetchone()
    if seen != (0,) or there != (markets * OFFERS,):
        raise CannotMeasure(
            f"row-level security is not on: {seen} of {there} offers seen without a scope"
        )


def _requests(size: Size, count: int) -> dict[str, list[bytes]]:
    pages, api = [], []
    for cart in size.shop.carts[:LIST_REQUESTS]:
        number = cart.offer_ids[0] % seed.CATEGORIES + 1
        kind = quote(f"kind-{number}")
        pages.append(raw("GET", f"/m/{cart.market}/c/{kind}", size.server.port))
        api.append(
            raw("GET", f"/api/v1/markets/{cart.market}/offers?category={kind}", size.server.port)
        )
    return {
        "list page": pages,
        "list API": api,
        "place order": size.shop.orders(size.server.port, count),
    }


def measure(made: Stage, markets: Sequence[int], seconds: float, rounds: int) -> list[Size]:
    """One request at a time: the time of a request, not of a queue."""
    sizes = []
    for count in markets:
        say(f"{count} markets of {OFFERS} offers ...")
        sizes.append(prepare(made, count))
    for size in sizes:
        _visit_all(made, size)
    for turn in range(rounds + 1):
        for size in sizes:
            for name, requests in _requests(size, 600).items():
                result = load(
                    made,
                    size.server,
                    requests[turn * 500 % len(requests) :] if name != "place order" else requests,
                    # the first turn is thrown away
                    seconds=seconds if turn else 1.0,
                    connections=1,
                    once=name == "place order",
                    warmup_s=0.2,
                )
                if turn:
                    size.loads.setdefault(name, []).append(result)
    for size in sizes:
        made.end(size.server)
    return sizes


def _visit_all(made: Stage, size: Size) -> None:
    """Every market once: what is compared is a database that has been running, not one that has just started."""
    slugs = sorted({cart.market for cart in size.shop.carts})
    paths = [f"/m/{slug}/c/kind-{number}" for slug in slugs for number in (1, 2)]
    requests = [raw("GET", path, size.server.port) for path in paths]
    load(made, size.server, requests, seconds=60, connections=4, once=True, warmup_s=0.0)


def median_ms(size: Size, name: str) -> float:
    """The median over the rounds of each round's median."""
    return statistics.median(one.p50_ms for one in size.loads[name])


def cpu_ms(size: Size, name: str) -> float:
    """CPU of server and database per request."""
    return statistics.median(one.cpu_ms for one in size.loads[name])


def ratio(sizes: Sequence[Size], name: str) -> float:
    """Time at the largest size over time at the smallest."""
    return median_ms(sizes[-1], name) / median_ms(sizes[0], name)
