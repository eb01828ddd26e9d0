"""Random logs for tests, and an honest slow count of them."""

from __future__ import annotations

import math
import random
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from jangteo.apps.decisions.ids import made_between, new_id
from jangteo.apps.decisions.log import Entry, write, write_event
from jangteo.apps.decisions.partitions import ensure_month, month_of
from jangteo.platform.clock import seoul_day
from jangteo.platform.tenancy import every_market


@dataclass
class RandomLog:
    """Decisions and answers written through the log's own functions, remembered as they were written."""

    seed: int
    decisions: list[Entry] = field(default_factory=list)
    #: decision -> [(written at, kind)]
    answers: dict[uuid.UUID, list[tuple[datetime, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def decide(self, market_id: int, at: datetime, **fields: Any) -> Entry:
        choose = self.random.choice
        values: dict[str, Any] = {
            "id": new_id(at),
            "market_id": market_id,
            "capability": choose(["shelf-order", "substitute"]),
            "capability_version": 1,
            "provider": choose(["built-in", "baseline", "acme"]),
            "provider_version": "1.0",
            "subject": choose([None, uuid.UUID(int=self.random.getrandbits(128))]),
            "stall_id": choose([None, 1, 2, 3]),
            "about": choose(["home", "줄:33", 'a "quoted", line\nbreak']),
            "experiment_id": choose([None, 9]),
            "arm": choose(["", "control"]),
            "unit": "",
            "is_personal": choose([True, False]),
            "mode": choose(["auto", "proposed", "observed"]),
            "fallback": choose(["", "", "deadline", "status-500"]),
            "asked": choose(["built-in", "acme"]),
            "left_fields": choose([[], ["offers"]]),
            "saw": ["offers"],
            "request_digest": "0" * 64,
            "proposal": {"ids": [self.random.randrange(9)], "글": "값\t", "n": 1.50},
            "reason_ko": choose(["", "싱싱해서요."]),
            "reason_en": "",
            "shown_stalls": [self.random.randrange(1, 6) for _ in range(self.random.randrange(5))],
            "latency_us": self.random.randrange(50, 900_000),
            "cost_mkrw": self.random.randrange(3),
            "is_durable": False,
        }
        entry = Entry(**(values | fields))
        with every_market():
            ensure_month(month_of(at))
            write(entry)
        self.decisions.append(entry)
        return entry

    def answer(self, entry: Entry, kind: str, at: datetime) -> None:
        with every_market():
            write_event(
                market_id=entry.market_id,
                decision_id=entry.id,
                kind=kind,
                data={"note": "그대로"},
                by_id=None,
                now=at,
            )
        self.answers.setdefault(entry.id, []).append((at, kind))

    def fill(self, markets: Sequence[int], since: datetime, days: int, rows: int) -> None:
        """Random decisions over ``days``, half of them answered up to three times within four days."""
        for _ in range(rows):
            at = since + timedelta(seconds=self.random.randrange(days * 86_400))
            entry = self.decide(self.random.choice(markets), at)
            if self.random.random() < 0.5:
                for _ in range(self.random.randrange(4)):
                    kind = self.random.choice(["accepted", "edited", "rejected", "outcome"])
                    self.answer(entry, kind, at + timedelta(seconds=self.random.randrange(345_600)))

    def last_word(self, entry: Entry) -> str:
        said = [a for a in self.answers.get(entry.id, []) if a[1] != "outcome"]
        return max(said, key=lambda one: one[0])[1] if said else entry.mode


def day_of(entry: Entry) -> date:
    return seoul_day(made_between(entry.id)[0])


def slow_days(log: RandomLog) -> Mapping[tuple[Any, ...], tuple[int, ...]]:
    """(market, day, capability, provider, mode, fallback, asked) -> decisions, personal, cost, latency sum, latency max."""
    found: dict[tuple[Any, ...], tuple[int, ...]] = {}
    for one in log.decisions:
        key = (
            one.market_id, day_of(one), one.capability, one.provider, log.last_word(one), one.fallback,
            one.asked,
        )  # fmt: skip
        n, personal, cost, total, most = found.get(key, (0, 0, 0, 0, 0))
        found[key] = (
            n + 1,
            personal + one.is_personal,
            cost + one.cost_mkrw,
            total + one.latency_us,
            max(most, one.latency_us),
        )
    return found


def slow_stalls(log: RandomLog) -> Mapping[tuple[Any, ...], tuple[int, ...]]:
    """(market, day, stall, capability) -> automated, answered, observed, shown, attention."""
    found: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    for one in log.decisions:
        if one.stall_id is not None:
            mode = log.last_word(one)
            what = (
                "automated"
                if mode == "auto"
                else "answered"
                if mode in ("accepted", "edited")
                else "observed"
            )
            found[one.market_id, day_of(one), one.stall_id, one.capability][what] += 1
        for place, stall in enumerate(one.shown_stalls, start=1):
            counts = found[one.market_id, day_of(one), stall, one.capability]
            counts["shown"] += 1
            counts["attention"] += round(1_000_000 / math.log2(1 + place))
    names = ("automated", "answered", "observed", "shown", "attention")
    return {key: tuple(counts[name] for name in names) for key, counts in found.items()}
