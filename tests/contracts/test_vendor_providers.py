"""The provider contract over real HTTP: the example vendor keeps it, and what breaks it never reaches a shopper."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jangteo.apps.decisions.adapters.addresses import Resolver, check_url
from jangteo.apps.decisions.adapters.http import HttpVendorClient
from jangteo.apps.decisions.adapters.signing import sign, verify
from jangteo.apps.decisions.adapters.wire import Wire
from jangteo.apps.decisions.contract_check import check_vendor
from jangteo.apps.decisions.decide import Decided, decide
from jangteo.apps.decisions.errors import VendorAddressRefused
from jangteo.apps.decisions.models import Decision
from jangteo.apps.decisions.ports import Ask, VendorFailed
from jangteo.apps.decisions.setup import VendorProvider, vendor_of
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import market_scope
from tests.machine import timed
from tests.vendor_service import (
    BASELINE_IDS,
    ROW,
    SECRET,
    VENDOR_IDS,
    Placed,
    hire,
    row,
    serving,
)
from tests.world import NOON, World, make_world

pytestmark = pytest.mark.django_db

#: beyond the capability's own deadline: the log's row, a busy machine
#: work beside the wait for a vendor, on an idle machine
SLACK_S = 0.05


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def client() -> Iterator[HttpVendorClient]:
    made = HttpVendorClient()
    yield made
    made.close()


def decided(
    world: World, subject: Actor | None = None, **more: Any
) -> tuple[Decided[Placed], Decision]:
    with market_scope(world.market.pk):
        made = decide(
            ROW,
            more.pop("request", row()),
            subject=subject,
            market_id=world.market.pk,
            now=NOON,
            **more,
        )
        return made, Decision.objects.get(pk=made.id)


def ask() -> Ask:
    return Ask(
        decision_id=str(uuid.uuid4()),
        capability=ROW.key,
        capability_version=1,
        subject=None,
        request=row().model_dump(mode="json"),
        is_sandbox=True,
    )


def provider_at(world: World, base_url: str, **fields: Any) -> VendorProvider:
    return vendor_of(hire(world, base_url, **fields))


# ---- the example vendor and the check ----


def test_the_example_vendor_keeps_the_contract() -> None:
    with serving() as (url, _):
        report = check_vendor(url, SECRET, [ROW], may_be_local=True)
    assert [step.key for step in report.steps if not step.passed] == []
    assert {step.key for step in report.steps} == {
        "health",
        "proposals:test-row",
        "repeat:test-row",
        "deadline:test-row",
        "unknown-field:test-row",
        "unsigned",
        "wrong-signature",
        "changed-body",
        "old-signature",
        "huge-request",
        "broken-request",
        "forget",
        "forget-again",
    }
    assert report.p95_ms is not None
    assert 0 < report.p95_ms < 300


@pytest.mark.parametrize(
    ("fault", "failed"),
    [
        ("nonsense", "proposals:test-row"),
        ("html", "proposals:test-row"),
        ("array", "proposals:test-row"),
        ("empty", "proposals:test-row"),
        ("sold-out", "proposals:test-row"),
        ("foreign", "proposals:test-row"),
        ("duplicated", "proposals:test-row"),
        ("error", "proposals:test-row"),
        ("redirect", "proposals:test-row"),
        ("huge", "proposals:test-row"),
        ("hang-up", "proposals:test-row"),
        ("other-decision", "proposals:test-row"),
        ("nul", "proposals:test-row"),
        ("forgetful", "repeat:test-row"),
        ("strict", "unknown-field:test-row"),
        ("unsigned", "unsigned"),
        ("unsigned", "old-signature"),
        ("keeper", "forget"),
    ],
)
def test_the_check_finds_each_mistake(fault: str, failed: str) -> None:
    with serving(fault) as (url, _):
        report = check_vendor(url, SECRET, [ROW], may_be_local=True)
    assert not report.passed
    assert failed in report.failed
    if fault in ("forgetful", "strict", "keeper", "unsigned"):
        # nothing else is blamed
        assert "proposals:test-row" not in report.failed


def test_the_check_finds_a_service_that_is_too_slow() -> None:
    with serving(delay_ms=60) as (url, _):
        report = check_vendor(url, SECRET, [ROW], may_be_local=True, deadline_ms=40)
    assert report.failed == ["deadline:test-row"]
    assert report.p95_ms is not None
    assert report.p95_ms > 60


def test_the_check_of_nobody_ends_at_the_first_step() -> None:
    report = check_vendor("http://127.0.0.1:9", SECRET, [ROW], may_be_local=True)
    assert report.failed == ["health"]
    assert len(report.steps) == 1


def test_the_check_says_which_capability_is_missing() -> None:
    with serving() as (url, _):
        report = check_vendor(url, SECRET, [replace(ROW, key="test-other")], may_be_local=True)
    assert report.failed == ["health"]
    assert "test-other" in report.steps[0].found_ko


def test_a_signature_is_of_its_body_its_secret_and_its_moment() -> None:
    header = sign("s", b"{}", 1_000_000)
    # echo -n "1000000.{}" | openssl dgst -sha256 -hmac s
    assert header == (
        "t=1000000,v1=787db9cb447fa266d61ffb95511e5c5f4b8d57e2205ed6c97a2d8714fea6e8c0"
    )
    assert verify("s", b"{}", header, 1_000_300)
    assert not verify("s", b"{}", header, 1_000_301)
    assert not verify("s", b"{}", header, 999_699)
    assert not verify("s", b"{} ", header, 1_000_000)
    assert not verify("t", b"{}", header, 1_000_000)
    assert not verify("s", b"{}", header.replace("t=1000000", "t=1000001"), 1_000_000)
    assert not verify("s", b"{}", "", 1_000_000)


# ---- what reaches the shopper ----


def test_a_good_vendor_decides_and_the_log_says_so(world: World) -> None:
    with serving() as (url, _):
        hire(world, url, cost_mkrw=1500)
        made, logged = decided(world)
    assert made.proposal.ids == VENDOR_IDS
    assert (logged.provider, logged.provider_version) == ("vendor-one", "example-1.0")
    assert (logged.fallback, logged.mode, logged.cost_mkrw) == ("", "auto", 1500)
    assert logged.reason_ko == "오늘 들어왔거나 많이 찾는 것을 앞에 두었어요."
    assert logged.saw == ["things"]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("slow", "deadline"),
        ("drip", "deadline"),
        ("hang", "deadline"),
        ("huge", "too-large"),
        ("nonsense", "nonsense"),
        ("html", "nonsense"),
        ("array", "nonsense"),
        ("empty", "nonsense"),
        ("nul", "nonsense"),
        ("other-decision", "nonsense"),
        ("sold-out", "not-on-sale"),
        ("foreign", "unknown-id"),
        ("duplicated", "doubled-id"),
        ("error", "status-500"),
        ("redirect", "status-302"),
        ("hang-up", "unreachable"),
    ],
)
def test_each_fault_is_the_baseline_within_the_deadline(
    world: World, fault: str, reason: str
) -> None:
    with serving(fault) as (url, _):
        hire(world, url)
        decided(world)  # connections, statements and setup are warm
        with timed() as took:
            made, logged = decided(world)
    assert made.proposal.ids == BASELINE_IDS
    assert (logged.provider, logged.fallback, logged.mode) == ("baseline", reason, "observed")
    assert logged.cost_mkrw == 0
    assert took.within(ROW.deadline_ms / 1000, SLACK_S), took
    assert logged.latency_us / 1e6 < ROW.deadline_ms / 1000 + SLACK_S * took.slowness


def test_a_wrong_secret_is_the_baseline(world: World) -> None:
    with serving() as (url, vendor):
        vendor.secret = "another"
        hire(world, url)
        _, logged = decided(world)
    assert (logged.provider, logged.fallback) == ("baseline", "status-401")


def test_a_vendor_that_is_not_there_is_the_baseline(world: World) -> None:
    hire(world, "http://127.0.0.1:9")
    _, logged = decided(world)
    assert (logged.provider, logged.fallback) == ("baseline", "unreachable")


@pytest.mark.parametrize("state", ["sandbox", "suspended"])
def test_a_vendor_that_is_not_live_gets_nothing(world: World, state: str) -> None:
    with serving() as (url, vendor):
        hire(world, url, state=state)
        _, logged = decided(world)
        assert vendor.received == []
    assert (logged.provider, logged.fallback) == ("baseline", "vendor-not-live")


def test_a_shorter_deadline_of_the_provider_counts(world: World) -> None:
    with serving("hang") as (url, _):
        hire(world, url, deadline_ms=50)
        decided(world)
        with timed() as took:
            _, logged = decided(world)
    assert logged.fallback == "deadline"
    assert took.within(0.05, SLACK_S), took
    assert logged.latency_us / 1e6 < 0.05 + SLACK_S * took.slowness


def test_a_name_service_that_hangs_is_the_baseline_in_time(world: World) -> None:
    stop = threading.Event()

    def lookup(host: str, port: int) -> tuple[str, ...]:
        stop.wait(20)
        return ()

    client = HttpVendorClient(wire=Wire(Resolver(lookup)))
    provider = provider_at(world, "http://vendor.example")
    before = threading.active_count()
    try:
        with market_scope(world.market.pk):
            for _ in range(3):
                with timed() as took, pytest.raises(VendorFailed, match="deadline"):
                    client.ask(provider, ask(), market_id=world.market.pk, within_ms=100)
                assert took.within(0.1, SLACK_S), took
        # all of them wait for the one question
        assert threading.active_count() == before + 1
    finally:
        stop.set()


def test_connections_are_kept_and_a_closed_one_is_replaced(
    world: World, client: HttpVendorClient
) -> None:
    with market_scope(world.market.pk), serving() as (url, _):
        provider = provider_at(world, url)
        for _ in range(20):
            client.ask(provider, ask(), market_id=world.market.pk, within_ms=300)
        kept = [connection for row in client._wire._idle.values() for connection in row]
        assert len(kept) == 1
        kept[0].sock.shutdown(2)
        answer = client.ask(provider, ask(), market_id=world.market.pk, within_ms=300)
        assert answer.proposal == {"ids": VENDOR_IDS}
        client.close()


def test_a_proxy_of_the_environment_is_not_used(
    world: World, client: HttpVendorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    with market_scope(world.market.pk), serving() as (url, _):
        answer = client.ask(
            provider_at(world, url), ask(), market_id=world.market.pk, within_ms=300
        )
        client.close()
    assert answer.proposal == {"ids": VENDOR_IDS}


def test_a_request_that_is_too_large_does_not_leave(world: World) -> None:
    with serving() as (url, vendor):
        hire(world, url)
        _, logged = decided(world, request=row(note="가" * 100_000))
        assert vendor.received == []
    assert (logged.provider, logged.fallback) == ("baseline", "request-too-large")


def test_five_failures_and_it_is_left_alone_then_tried_once(world: World) -> None:
    moment = [datetime(2026, 11, 21, 2, 0, tzinfo=UTC)]
    client = HttpVendorClient(clock=lambda: moment[0])
    with market_scope(world.market.pk), serving("error") as (url, vendor):
        provider = provider_at(world, url)

        def reason() -> str:
            try:
                client.ask(provider, ask(), market_id=world.market.pk, within_ms=300)
            except VendorFailed as failed:
                return failed.reason
            return ""

        assert [reason() for _ in range(7)] == ["status-500"] * 5 + ["broken"] * 2
        assert len(vendor.received) == 5
        moment[0] += timedelta(seconds=29)
        assert reason() == "broken"
        moment[0] += timedelta(seconds=1)
        # one trial; it fails, so the wait doubles
        assert [reason(), reason()] == ["status-500", "broken"]
        moment[0] += timedelta(seconds=59)
        assert reason() == "broken"
        moment[0] += timedelta(seconds=1)
        vendor.fault = ""
        assert [reason(), reason()] == ["", ""]
        vendor.fault = "error"
        assert reason() == "status-500"
        client.close()


def test_the_wait_ends_at_ten_minutes(world: World) -> None:
    moment = [datetime(2026, 11, 21, 2, 0, tzinfo=UTC)]
    client = HttpVendorClient(clock=lambda: moment[0])
    waits = []
    with market_scope(world.market.pk):
        provider = provider_at(world, "http://127.0.0.1:9")
        for _ in range(4):
            with pytest.raises(VendorFailed, match="unreachable"):
                client.ask(provider, ask(), market_id=world.market.pk, within_ms=300)
        for _ in range(7):
            with pytest.raises(VendorFailed, match="unreachable"):
                client.ask(provider, ask(), market_id=world.market.pk, within_ms=300)
            until = client._breaker._states[provider.id].until
            assert until is not None
            waits.append((until - moment[0]).total_seconds())
            moment[0] = until
    assert waits == [30, 60, 120, 240, 480, 600, 600]


def test_the_quota_of_a_minute_is_kept(world: World) -> None:
    moment = [datetime(2026, 11, 21, 2, 0, 50, tzinfo=UTC)]
    client = HttpVendorClient(clock=lambda: moment[0])
    with market_scope(world.market.pk), serving() as (url, vendor):
        provider = provider_at(world, url, quota_per_minute=3)

        def reason() -> str:
            try:
                client.ask(provider, ask(), market_id=world.market.pk, within_ms=300)
            except VendorFailed as failed:
                return failed.reason
            return ""

        assert [reason() for _ in range(5)] == ["", "", "", "quota", "quota"]
        assert len(vendor.received) == 3
        moment[0] += timedelta(seconds=10)
        assert reason() == ""
        client.close()


# ---- addresses ----


@pytest.mark.parametrize(
    ("address", "resolved"),
    [
        ("http://vendor.example", "93.184.216.34"),
        ("ftp://vendor.example", "93.184.216.34"),
        ("https://", "93.184.216.34"),
        ("https://user:pass@vendor.example", "93.184.216.34"),
        ("https://user@vendor.example", "93.184.216.34"),
        ("https://vendor.example?x=1", "93.184.216.34"),
        ("https://vendor.example#x", "93.184.216.34"),
        ("https://vendor.example/a b", "93.184.216.34"),
        ("https://vendor.example\\@inside", "93.184.216.34"),
        ("https://vendor.example:99999", "93.184.216.34"),
        ("https://vendor.example", ""),
        ("https://vendor.example", "127.0.0.1"),
        ("https://vendor.example", "10.0.0.5"),
        ("https://vendor.example", "172.16.1.1"),
        ("https://vendor.example", "192.168.0.1"),
        ("https://vendor.example", "169.254.169.254"),
        ("https://vendor.example", "100.100.100.200"),
        ("https://vendor.example", "0.0.0.0"),
        ("https://vendor.example", "224.0.0.1"),
        ("https://vendor.example", "255.255.255.255"),
        ("https://vendor.example", "::1"),
        ("https://vendor.example", "::"),
        ("https://vendor.example", "fe80::1"),
        ("https://vendor.example", "fd00::1"),
        ("https://vendor.example", "fec0::1"),
        ("https://vendor.example", "ff02::1"),
        ("https://vendor.example", "::ffff:10.0.0.5"),
        ("https://vendor.example", "64:ff9b::a00:5"),
        ("https://vendor.example", "2002:a00:5::1"),
        ("https://vendor.example", "93.184.216.34 10.0.0.5"),
    ],
)
def test_addresses_inside_are_refused(address: str, resolved: str) -> None:
    resolver = Resolver(lambda host, port: resolved.split())
    with pytest.raises(VendorAddressRefused):
        check_url(address, may_be_local=False, resolver=resolver)


@pytest.mark.parametrize(
    ("address", "resolved", "authority"),
    [
        ("https://vendor.example/api/", "93.184.216.34", "vendor.example"),
        ("https://vendor.example:8443", "2606:4700::1111", "vendor.example:8443"),
        ("https://한글.example", "93.184.216.34", "xn--bj0bj06e.example"),
    ],
)
def test_public_addresses_are_taken(address: str, resolved: str, authority: str) -> None:
    resolver = Resolver(lambda host, port: resolved.split())
    assert check_url(address, may_be_local=False, resolver=resolver).authority == authority


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "127.1", "localhost"])
def test_however_this_machine_is_written_it_is_refused(host: str) -> None:
    with pytest.raises(VendorAddressRefused):
        check_url(f"https://{host}", may_be_local=False)


def test_a_name_that_moves_inside_is_not_connected_to(world: World) -> None:
    with market_scope(world.market.pk), serving() as (url, vendor):
        port = url.rpartition(":")[2]
        client = HttpVendorClient(wire=Wire(Resolver(lambda host, p: ["10.0.0.5", "127.0.0.1"])))
        provider = provider_at(world, f"http://moved.example:{port}")
        with pytest.raises(VendorFailed, match="unreachable"):
            client.ask(provider, ask(), market_id=world.market.pk, within_ms=300)
        assert vendor.received == []
