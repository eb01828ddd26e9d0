"""The same questions to both shops, in turn: A, B, A, B."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.web.shops import PEER_DATABASE, Jangteo, Peer
from benchmarks.web.stage import CannotMeasure, Load, Server, Stage, load, say

CONNECTIONS = 8
OPEN_LOOP_PER_S = 50
ORDER = "place order"
COMMON = ("product page", "list page", "search page", ORDER)
PEER_ORDERS_PER_S = 60


@dataclass(kw_only=True)
class Figure:
    """Several rounds of one operation of one shop at one number of processes."""

    loads: list[Load] = field(default_factory=list)

    @property
    def per_s(self) -> float:
        return statistics.mean(one.per_s for one in self.loads)

    @property
    def p50_ms(self) -> float:
        return statistics.median(one.p50_ms for one in self.loads)

    @property
    def p99_ms(self) -> float:
        """The worst round's."""
        return max(one.p99_ms for one in self.loads)

    @property
    def cpu_ms(self) -> float:
        return statistics.median(one.cpu_ms for one in self.loads)


#: (shop, processes, operation) -> figure; the shops are "jangteo" and "peer"
Figures = dict[tuple[str, int, str], Figure]


def _rows(made: Stage, database: str, table: str) -> int:
    with made.connect(database) as connection:
        connection.execute("select set_config('jangteo.every_market', 'on', false)")
        row = connection.execute(f"select count(*) from {table}").fetchone()  # type: ignore[arg-type]  # a constant of this module, no input
        return int(row[0]) if row else 0


def measure(
    made: Stage,
    shop: Jangteo,
    peer: Peer | None,
    *,
    processes: Sequence[int],
    seconds: float,
    rounds: int,
    whole: bool,
) -> tuple[Figures, Load, float]:
    """All figures, the open loop on one process, seconds the last server took to open. ``whole``: the whole of `jangteo up`, else its web part."""
    figures: Figures = {}
    steady: Load | None = None
    for count in processes:
        say(f"{count} process{'es' if count > 1 else ''}: pages, searches, orders ...")
        ours = (
            made.market_open(processes=count)
            if whole
            else made.web(shop.database, processes=count, ready_path=f"/m/{shop.market}/")
        )
        shop.restock()
        theirs = peer.serve(count) if peer else None
        if count == 1:
            steady = _open_loop(made, shop, ours, seconds * 5, min(2.0, seconds))
        for _ in range(rounds):
            _reads(made, shop, ours, peer, theirs, figures, count, seconds)
            _orders(made, shop, ours, peer, theirs, figures, count, seconds)
        made.end(ours)
        if theirs is not None:
            made.end(theirs)
    if steady is None:
        raise CannotMeasure("one process must be among the numbers of processes")
    return figures, steady, ours.opened_in_s


def _open_loop(made: Stage, shop: Jangteo, server: Server, seconds: float, warmup_s: float) -> Load:
    return load(
        made,
        server,
        shop.requests(server.port)["product page"],
        seconds=seconds,
        rate=OPEN_LOOP_PER_S,
        connections=16,
        warmup_s=warmup_s,
    )


def _busy(made: Stage, server: Server, requests: list[bytes], seconds: float) -> Load:
    warmup_s = min(1.0, seconds / 2)
    return load(made, server, requests, seconds=seconds, connections=CONNECTIONS, warmup_s=warmup_s)


def _reads(
    made: Stage,
    shop: Jangteo,
    ours: Server,
    peer: Peer | None,
    theirs: Server | None,
    figures: Figures,
    count: int,
    seconds: float,
) -> None:
    asked = peer.requests(theirs.port) if peer and theirs else {}
    for name, requests in shop.requests(ours.port).items():
        result = _busy(made, ours, requests, seconds)
        figures.setdefault(("jangteo", count, name), Figure()).loads.append(result)
        if name in asked and theirs is not None:
            result = _busy(made, theirs, asked[name], seconds)
            figures.setdefault(("peer", count, name), Figure()).loads.append(result)


def _orders(
    made: Stage,
    shop: Jangteo,
    ours: Server,
    peer: Peer | None,
    theirs: Server | None,
    figures: Figures,
    count: int,
    seconds: float,
) -> None:
    """Every answer must have become an order in the database."""
    before = _rows(made, shop.database, "orders_order")
    result = load(
        made,
        ours,
        shop.orders(ours.port, int(500 * count * seconds)),
        seconds=seconds,
        connections=CONNECTIONS,
        once=True,
        warmup_s=0.0,
    )
    _check(result, _rows(made, shop.database, "orders_order") - before)
    figures.setdefault(("jangteo", count, ORDER), Figure()).loads.append(result)
    if peer is None or theirs is None:
        return
    before = _rows(made, PEER_DATABASE, "order_order")
    result = load(
        made,
        theirs,
        peer.orders(theirs.port, int(PEER_ORDERS_PER_S * count * seconds)),
        seconds=seconds,
        connections=CONNECTIONS,
        once=True,
        warmup_s=0.0,
        good=(302,),
    )
    _check(result, _rows(made, PEER_DATABASE, "order_order") - before)
    figures.setdefault(("peer", count, ORDER), Figure()).loads.append(result)


def _check(result: Load, orders: int) -> None:
    if orders != result.answers:
        raise CannotMeasure(f"{result.answers} answers but {orders} orders in the database")
