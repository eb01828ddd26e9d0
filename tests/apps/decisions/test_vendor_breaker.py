"""The breaker and the quota as all processes share them: real commits, two clients as two processes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest
from django.db import connection, transaction

from jangteo.apps.decisions.adapters.http import HttpVendorClient
from jangteo.apps.decisions.models import MarketSetup, Provider, ProviderEvent
from jangteo.apps.decisions.ports import Ask, VendorFailed
from jangteo.apps.decisions.setup import vendor_of
from jangteo.platform.models import RateCount
from jangteo.platform.tenancy import market_scope
from tests.machine import slowness, timed
from tests.vendor_service import ROW, hire, row, serving
from tests.world import World, make_world

pytestmark = pytest.mark.django_db(transaction=True)

START = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


class Process:
    """A client with its own memory, and a clock that is set by hand."""

    def __init__(self, most_at_once: int | None = None) -> None:
        self.now = START
        self.client = HttpVendorClient(clock=lambda: self.now, most_at_once=most_at_once)

    def close(self) -> None:
        self.client.close()

    def ask(self, provider: Provider, within_ms: int = 300) -> str:
        """The failure's reason, empty for an answer. Reads the provider as `setup_of` would after a change."""
        asked = Ask(
            decision_id="d",
            capability=ROW.key,
            capability_version=1,
            subject=None,
            request=row().model_dump(mode="json"),
            is_sandbox=True,
        )
        fresh = vendor_of(Provider.objects.get(pk=provider.pk))
        try:
            self.client.ask(fresh, asked, market_id=provider.market_id, within_ms=within_ms)
        except VendorFailed as failed:
            return failed.reason
        return ""


@pytest.fixture
def world() -> Iterator[World]:
    made = make_world()
    with market_scope(made.market.pk):
        yield made


def events(provider: Provider) -> list[str]:
    return list(
        ProviderEvent.objects.filter(provider=provider)
        .exclude(kind="live")
        .order_by("id")
        .values_list("kind", flat=True)
    )


def setup_version(world: World) -> int:
    return MarketSetup.objects.get(market=world.market).version


def test_what_one_process_finds_broken_no_other_calls_until_it_is_mended(world: World) -> None:
    with serving("error") as (url, vendor), closing(Process()) as one, closing(Process()) as two:
        provider = hire(world, url)
        version = setup_version(world)
        assert [one.ask(provider) for _ in range(6)] == ["status-500"] * 5 + ["broken"]
        provider.refresh_from_db()
        assert provider.broken_until == START + timedelta(seconds=30)
        assert events(provider) == ["broken"]
        assert setup_version(world) == version + 1
        assert two.ask(provider) == "broken"
        assert len(vendor.received) == 5

        # after half a minute one of them tries; the other one does not at the same time
        vendor.fault, vendor.delay_ms = "", 150
        one.now = two.now = START + timedelta(seconds=30)
        answers: list[str] = []

        def call(process: Process) -> Callable[[], None]:
            def run() -> None:
                try:
                    with market_scope(world.market.pk):
                        answers.append(process.ask(provider))
                finally:
                    connection.close()

            return run

        threads = [threading.Thread(target=call(process)) for process in (one, two)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == ["", "broken"]
        assert len(vendor.received) == 6
        provider.refresh_from_db()
        assert provider.broken_until is None
        assert events(provider) == ["broken", "mended"]
        assert (one.ask(provider), two.ask(provider)) == ("", "")


def test_a_failed_trial_doubles_the_wait_whoever_makes_it(world: World) -> None:
    with serving("error") as (url, _), closing(Process()) as one, closing(Process()) as two:
        provider = hire(world, url)
        for _ in range(5):
            one.ask(provider)
        two.now = START + timedelta(seconds=30)
        assert two.ask(provider) == "status-500"
        provider.refresh_from_db()
        assert provider.broken_until == START + timedelta(seconds=30 + 60)
        assert events(provider) == ["broken"]


def test_a_locked_row_does_not_hold_the_shopper(world: World) -> None:
    locked, release = threading.Event(), threading.Event()
    with serving("error") as (url, _), closing(Process()) as process:
        provider = hire(world, url)

        def hold() -> None:
            try:
                with market_scope(world.market.pk), transaction.atomic():
                    Provider.objects.select_for_update().get(pk=provider.pk)
                    locked.set()
                    release.wait(10)
            finally:
                connection.close()

        holder = threading.Thread(target=hold)
        holder.start()
        locked.wait(10)
        for _ in range(4):
            process.ask(provider)
        with timed() as took:
            assert process.ask(provider) == "status-500"
        assert took.within(0, 0.3), took
        # not written, known all the same
        assert process.ask(provider) == "broken"
        release.set()
        holder.join()
        provider.refresh_from_db()
        assert provider.broken_until is None


def test_inside_a_transaction_nothing_is_written(world: World) -> None:
    with serving("error") as (url, _), closing(Process()) as process:
        provider = hire(world, url)
        with transaction.atomic():
            assert [process.ask(provider) for _ in range(6)][-1] == "broken"
        provider.refresh_from_db()
        assert (provider.broken_until, events(provider)) == (None, [])


def test_all_processes_together_stay_within_the_quota_with_few_writes(world: World) -> None:
    with serving() as (url, vendor), closing(Process()) as one, closing(Process()) as two:
        provider = hire(world, url, quota_per_minute=40)
        answers = [process.ask(provider) for _ in range(30) for process in (one, two)]
        assert len(vendor.received) == 40
        assert sorted(set(answers)) == ["", "quota"]
        assert answers.count("") == 40
        # forty calls were drawn two at a time, and each process was refused once
        counted = RateCount.objects.get(key=f"vendor:{provider.pk}")
        assert counted.used == 40 + 2 * 2
        one.now = two.now = START + timedelta(minutes=1)
        assert (one.ask(provider), two.ask(provider)) == ("", "")


def test_a_stuck_vendor_does_not_slow_another(world: World) -> None:
    with serving("hang") as (stuck_url, _), serving() as (good_url, _):
        stuck = hire(world, stuck_url, slug="stuck")
        good = hire(world, good_url, slug="good")
        reasons: list[str] = []
        with closing(Process(most_at_once=2)) as process:

            def call() -> None:
                try:
                    with market_scope(world.market.pk):
                        reasons.append(process.ask(stuck, within_ms=400))
                finally:
                    connection.close()

            threads = [threading.Thread(target=call) for _ in range(8)]
            for thread in threads:
                thread.start()
            before, times = slowness(), []
            for _ in range(10):
                started = perf_counter()
                assert process.ask(good) == ""
                times.append(perf_counter() - started)
            slow = max(before, slowness())
            for thread in threads:
                thread.join()
    assert sorted(reasons) == ["busy"] * 6 + ["deadline"] * 2
    assert sorted(times)[-2] < 0.1 * slow
