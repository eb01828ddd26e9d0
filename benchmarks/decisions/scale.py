"""The log at 10 million rows: inserts, counting, sealing, archiving, and the evidence pages through their real views.

    python -m benchmarks.decisions.scale --rows 10000000

A database of its own; rows over twelve months, 40 markets of 60 stalls, are made in SQL.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psutil
import psycopg

from benchmarks.web.stage import Stage, say, stage
from jangteo.platform import postgres

ROWS = 10_000_000
MARKETS = 40
STALLS = 60
MONTHS = 12
#: answers of people, one in so many decisions
ANSWER_EVERY = 50
#: rows of one round of inserts, and rounds; the best round counts, for others work on the machine too
INSERTS = 600
ROUNDS = 8
REQUESTS = 60
#: connections that fill the log
FILLERS = 2

#: rows of one statement
STEP = 250_000

#: one step of the calendar after the other, so that the indexes grow at their ends as they do in a real year
_FILL = """
insert into decisions_decision (id, at, market_id, capability, capability_version, provider, provider_version, subject,
    stall_id, about, experiment_id, arm, is_personal, mode, fallback, asked, left_fields, saw, request_digest, proposal,
    reason_ko, reason_en, shown_stalls, latency_us, cost_mkrw)
select encode(substring(int8send(ms) from 3) || substring(uuid_send(gen_random_uuid()) from 7), 'hex')::uuid,
       to_timestamp(ms / 1000.0), (%(markets)s::bigint[])[1 + (r * r * %(n)s)::int],
       case when n %% 5 = 0 then 'substitute' else 'shelf-order' end, 1,
       case when n %% 20 = 0 then 'baseline' else 'built-in' end, '1.0', gen_random_uuid(),
       case when n %% 5 = 0 then 1 + (n / 5) %% %(stalls)s end, 'home', null, '', n %% 3 = 0,
       case when n %% 20 = 0 then 'observed' when n %% 5 = 0 then 'proposed' else 'auto' end,
       case when n %% 40 = 0 then 'deadline' else '' end, 'built-in', '[]', '["offers", "hour"]', repeat('0', 64),
       '{"order": [1, 2, 3, 4, 5, 6]}', '아침에 많이 찾는 것부터 놓았어요.', 'What many look for in the morning comes first.',
       case when n %% 5 = 0 then '[]' else jsonb_build_array(1 + n %% 60, 1 + (n / 7) %% 60, 1 + (n / 11) %% 60,
            1 + (n / 13) %% 60, 1 + (n / 17) %% 60, 1 + (n / 19) %% 60) end, (300 + 5000 * random())::int, 0
  from (select n, random() as r,
               (%(start)s + %(span)s * ((n - %(first)s + random()) / (%(last)s - %(first)s + 1)))::bigint as ms
          from generate_series(%(begin)s::bigint, %(end)s::bigint) n offset 0) made
"""
_ANSWER = """
insert into decisions_decisionevent (id, market_id, decision_id, decided_at, kind, data, by_id, at)
select encode(substring(int8send((extract(epoch from at) * 1000)::bigint + 60000) from 3)
              || substring(uuid_send(gen_random_uuid()) from 7), 'hex')::uuid,
       market_id, id, at, (array['accepted', 'edited', 'rejected'])[1 + (random() * 2)::int], '{}', null,
       at + interval '1 minute'
  from decisions_decision where mode = 'proposed' and random() < 5.0 / %s
"""


def run(rows: int = ROWS) -> dict[str, Any]:
    """Every figure, by name. Milliseconds, seconds, rows per second as the names say."""
    with stage("scale") as made:
        made.open_database()
        made.new_database("scale")
        return _measure(made, rows)


def _measure(made: Stage, rows: int) -> dict[str, Any]:
    os.environ.update(
        {
            "JANGTEO_VAR_DIR": str(made.var_dir),
            "DATABASE_URL": made.url("scale"),
            "DJANGO_SETTINGS_MODULE": "jangteo.platform.settings",
            "JANGTEO_LOG_LEVEL": "ERROR",
        }
    )
    import django
    from django.core.management import call_command

    from jangteo.platform.config import config

    config.cache_clear()
    django.setup()
    call_command("migrate", verbosity=0)
    return _World(made.url("scale").replace(postgres.ROLE, "postgres", 1)).measure(rows)


def rows(found: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The lines of the table."""
    page, ratio = found["evidence_page_ms_10m"], found["insert_ratio_full_to_empty"]
    sizes = " / ".join(f"{int(size):,}" for size in found["inserts_per_s"])
    speeds = " / ".join(f"{speed:,.0f}" for speed in found["inserts_per_s"].values())
    return [
        (f"evidence pages at {found['rows']:,} rows, this month, p95", f"{page} ms", "< 500 ms", page < 500),
        ("the biggest market / all markets, p95", f"{found['evidence_page_ms']} / {found['evidence_all_markets_ms']} ms"),
        ("the first answer of a new process", f"{found['evidence_first_answer_ms']} ms"),
        ("a page of the rows behind a number, p95", f"{found['rows_page_ms']} ms"),
        ("twelve months: the biggest market / all markets, p95", f"{found['evidence_page_year_ms']} / {found['evidence_all_markets_year_ms']} ms"),
        (f"inserts a second at {sizes} rows", speeds),
        (
            f"CPU of an insert at {sizes} rows",
            " / ".join(f"{us:.0f}" for us in found["insert_cpu_us"].values()) + " µs",
        ),
        ("CPU of an insert, full against empty", found["insert_cpu_ratio_full_to_empty"]),
        ("inserts, full against empty", ratio, "> 0.8", ratio > 0.8),
        ("counting days, a million rows", f"{found['rollup_s_per_million']} s"),
        ("counting what five minutes brought", f"{found['rollup_step_s']} s"),
        ("filling the log, not a goal", f"{found['fill_s']} s"),
        ("sealing, a million rows", f"{found['seal_s_per_million']} s"),
        (f"archiving a month of {found['archived_rows']:,} rows", f"{found['archive_s']} s"),
        ("a page of rows of the archived month", f"{found['archived_rows_page_ms']} ms"),
    ]  # fmt: skip


class _World:
    """The markets, and what is done to them."""

    def __init__(self, superuser: str) -> None:
        from jangteo.apps.decisions.partitions import ensure_month, month_of
        from jangteo.apps.markets.models import Market, Stall
        from jangteo.platform.tenancy import every_market

        #: only fills the log
        self.superuser = superuser
        self.now = datetime.now(UTC)
        self.start = self.now - timedelta(days=30 * MONTHS)
        self.every = every_market
        with every_market():
            moment = self.start
            while moment <= self.now + timedelta(days=31):
                ensure_month(month_of(moment))
                moment += timedelta(days=27)
            self.markets = [
                Market.objects.create(
                    slug=f"m{n}",
                    name=f"시장 {n}",
                    address="서울",
                    opens_at="08:00",
                    closes_at="20:00",
                ).pk
                for n in range(MARKETS)
            ]
            for market in self.markets:
                Stall.objects.bulk_create(
                    Stall(market_id=market, slug=f"s{n}", name=f"가게 {n}", kind="채소") for n in range(STALLS)
                )  # fmt: skip

    def measure(self, rows: int) -> dict[str, Any]:
        speeds: dict[str, float] = {}
        cpu_us: dict[str, float] = {}
        self.inserts()
        speeds["0"], cpu_us["0"] = self.inserts()
        fill_s, count = 0.0, 0
        for part in (rows // 10, rows // 2, rows):
            began = time.perf_counter()
            self.fill(count + 1, part)
            fill_s += time.perf_counter() - began
            count = part
            speeds[str(part)], cpu_us[str(part)] = self.inserts()
            say(f"{part:,} rows, inserts {speeds[str(part)]:.0f}/s, {cpu_us[str(part)]:.0f} us CPU")
        found: dict[str, Any] = {
            "rows": rows,
            "inserts_per_s": speeds,
            "insert_cpu_us": cpu_us,
            "insert_ratio_full_to_empty": round(speeds[str(rows)] / speeds["0"], 2),
            "insert_cpu_ratio_full_to_empty": round(cpu_us[str(rows)] / cpu_us["0"], 2),
        }
        found["fill_s"] = round(fill_s, 1)
        self.sql(_ANSWER, [ANSWER_EVERY])
        self.sql("analyze")
        found |= self.counting(rows)
        found |= self.pages()
        found |= self.archiving()
        found["failed"] = (
            found["evidence_page_ms_10m"] >= 500 or found["insert_ratio_full_to_empty"] <= 0.8
        )
        return found

    def sql(self, statement: str, values: Any = None) -> None:
        from django.db import connection

        with self.every(), connection.cursor() as cursor:
            cursor.execute(statement, values)

    def fill(self, first: int, last: int) -> None:
        """Rows ``first`` to ``last``, spread evenly over the year. The table's triggers rest: nothing is checked twice."""
        values = {
            "markets": self.markets,
            "n": MARKETS - 1,
            "stalls": STALLS,
            "start": int(self.start.timestamp() * 1000),
            "span": int((self.now - self.start).total_seconds() * 1000) - 3_600_000,
            "first": first,
            "last": last,
        }
        share = -(-(last - first + 1) // FILLERS)
        with ThreadPoolExecutor(FILLERS) as pool:
            for done in [
                pool.submit(self._fill, values, begin, min(begin + share - 1, last))
                for begin in range(first, last + 1, share)
            ]:
                done.result()

    def _fill(self, values: Mapping[str, Any], first: int, last: int) -> None:
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            connection.execute("set session_replication_role = replica")
            connection.execute("set synchronous_commit = off")
            for begin in range(first, last + 1, STEP):
                end = min(begin + STEP - 1, last)
                connection.execute(_FILL, {**values, "begin": begin, "end": end})

    def inserts(self) -> tuple[float, float]:
        """Rows a second, one transaction each, through the log's own function, the best of `ROUNDS`; and of all rounds
        the CPU microseconds for a row of this process and its database process, which a busy machine hardly changes.
        """
        from jangteo.apps.decisions.ids import new_id
        from jangteo.apps.decisions.log import Entry, write
        from jangteo.platform.tenancy import market_scope

        # what filled the log is on the disk, so that no row waits for it
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            connection.execute("checkpoint")
        best, cpu = 0.0, self.cpu_seconds()
        for _ in range(ROUNDS):
            began = time.perf_counter()
            with market_scope(self.markets[0]):
                for _ in range(INSERTS):
                    write(
                        Entry(
                            id=new_id(datetime.now(UTC)), market_id=self.markets[0], capability="shelf-order",
                            capability_version=1, provider="built-in", provider_version="1.0", subject=None,
                            stall_id=None, about="home", experiment_id=None, arm="", unit="", is_personal=False,
                            mode="auto", fallback="", asked="built-in", left_fields=[], saw=["offers"], request_digest="0" * 64,
                            proposal={"order": [1, 2, 3]}, reason_ko="아침에 많이 찾아요.", reason_en="Morning.",
                            shown_stalls=[1, 2, 3, 4, 5, 6], latency_us=900, cost_mkrw=0, is_durable=False,
                        )
                    )  # fmt: skip
            best = max(best, INSERTS / (time.perf_counter() - began))
        cpu = self.cpu_seconds() - cpu
        return round(best, 1), round(cpu / (INSERTS * ROUNDS) * 1e6, 1)

    def cpu_seconds(self) -> float:
        """Of this process and the database process that works for it."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("select pg_backend_pid()")
            pids = (os.getpid(), cursor.fetchone()[0])
        times = [psutil.Process(pid).cpu_times() for pid in pids]
        return float(sum(one.user + one.system for one in times))

    def counting(self, rows: int) -> dict[str, Any]:
        from jangteo.apps.decisions.actions.refresh_rollups import refresh_rollups
        from jangteo.apps.decisions.actions.seal_days import seal_days
        from jangteo.platform.permissions import Actor

        began = time.perf_counter()
        refresh_rollups(actor=Actor.system(), now=self.now)
        whole = time.perf_counter() - began
        self.sql("analyze decisions_decisionday, decisions_stallday, decisions_latencyday")
        say(f"counted in {whole:.0f} s")
        self.inserts()
        began = time.perf_counter()
        refresh_rollups(actor=Actor.system(), now=datetime.now(UTC))
        step = time.perf_counter() - began
        began = time.perf_counter()
        seals = seal_days(actor=Actor.system(), now=self.now)
        sealing = time.perf_counter() - began
        say(f"sealed in {sealing:.0f} s")
        return {
            "rollup_s_per_million": round(whole / rows * 1e6, 2),
            "rollup_step_s": round(step, 2),
            "seal_s_per_million": round(sealing / rows * 1e6, 2),
            "seals": seals,
        }

    def pages(self) -> dict[str, Any]:
        from django.conf import settings
        from django.test import Client

        from jangteo.apps.accounts.models import Person, RoleGrant
        from jangteo.channels.web.people import BACKEND

        settings.ALLOWED_HOSTS = ["testserver"]
        settings.SECURE_SSL_REDIRECT = False
        person = Person.objects.create(phone="+821000000001", name="감사")
        RoleGrant.objects.create(person=person, role="agency")
        client = Client()
        client.force_login(person, backend=BACKEND)
        session = client.session
        session["strong"] = True
        session.save()
        began = time.perf_counter()
        # the first answer of a process also reads every module and template
        client.get("/evidence/m0/")
        first = time.perf_counter() - began
        year = f"?from={(self.now - timedelta(days=364)).date()}&to={self.now.date()}"
        found = {
            "evidence_first_answer_ms": round(first * 1000, 1),
            "evidence_page_ms": self.timed(client, "/evidence/m0/"),
            "evidence_all_markets_ms": self.timed(client, "/evidence/"),
            "evidence_page_year_ms": self.timed(client, f"/evidence/m0/{year}"),
            "evidence_all_markets_year_ms": self.timed(client, f"/evidence/{year}"),
            "rows_page_ms": self.timed(client, "/evidence/m0/rows?mode=edited"),
        }
        found["evidence_page_ms_10m"] = max(
            found["evidence_page_ms"], found["evidence_all_markets_ms"]
        )
        return found

    def timed(self, client: Any, path: str) -> float:
        """95th percentile of `REQUESTS` answers, milliseconds."""
        times = []
        for _ in range(REQUESTS):
            began = time.perf_counter()
            answer = client.get(path)
            times.append((time.perf_counter() - began) * 1000)
            if answer.status_code != 200:
                raise RuntimeError(f"{path} answered {answer.status_code}")
        p95 = sorted(times)[math.ceil(0.95 * len(times)) - 1]
        say(f"{path}: p95 {p95:.0f} ms")
        return round(p95, 1)

    def archiving(self) -> dict[str, Any]:
        from jangteo.apps.decisions.actions.archive_months import archive_one_month
        from jangteo.apps.decisions.partitions import month_of
        from jangteo.apps.decisions.rows import raw_decisions
        from jangteo.platform.clock import seoul_day
        from jangteo.platform.permissions import Actor

        month = month_of(self.start + timedelta(days=40))
        day = seoul_day(datetime(month.year, month.month, 15, tzinfo=UTC))
        before = list(raw_decisions(self.markets[0], day, day))
        began = time.perf_counter()
        moved = archive_one_month(actor=Actor.system(), month=month, now=self.now)
        archiving = time.perf_counter() - began
        began = time.perf_counter()
        after = list(raw_decisions(self.markets[0], day, day, most=50))
        reading = time.perf_counter() - began
        if list(raw_decisions(self.markets[0], day, day)) != before or after != before[:50]:
            raise RuntimeError("the archive gives other rows than the table did")
        return {
            "archived_rows": moved.decisions + moved.events,
            "archive_s": round(archiving, 1),
            "archived_rows_page_ms": round(reading * 1000, 1),
        }


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    print(json.dumps(run(parser.parse_args(arguments).rows), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
