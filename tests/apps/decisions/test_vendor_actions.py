"""A vendor comes in, is checked and works; its figures."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from jangteo.apps.decisions.actions.add_provider import add_provider
from jangteo.apps.decisions.actions.check_provider import check_provider
from jangteo.apps.decisions.actions.choose_provider import choose_provider
from jangteo.apps.decisions.actions.make_provider_live import make_provider_live
from jangteo.apps.decisions.actions.note_what_left import note_what_left
from jangteo.apps.decisions.actions.remove_provider import remove_provider
from jangteo.apps.decisions.actions.set_data_scope import set_data_scope
from jangteo.apps.decisions.actions.suspend_capability import (
    resume_capability,
    suspend_capability,
)
from jangteo.apps.decisions.actions.suspend_provider import resume_provider, suspend_provider
from jangteo.apps.decisions.errors import (
    CapabilityUnknown,
    ProviderNotChecked,
    ProviderNotLive,
    ScopeOnlyNarrows,
    VendorAddressRefused,
)
from jangteo.apps.decisions.models import (
    Provider,
    ProviderEvent,
)
from jangteo.apps.decisions.sealing import unseal
from jangteo.apps.decisions.vendor_figures import figures_of
from jangteo.platform.clock import seoul_day
from jangteo.platform.config import config
from jangteo.platform.errors import InvalidInput, NotFound
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import market_scope
from tests.apps.decisions.vendor_steps import added, decided, draft, kinds, provider_of
from tests.vendor_service import KEY, hire, row, serving
from tests.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def office(world: World) -> dict[str, Any]:
    return {"actor": world.office(), "market_id": world.market.pk, "now": NOON}


# ---- coming in ----


def test_a_vendor_is_added_checked_and_works(world: World, office: dict[str, Any]) -> None:
    with serving() as (url, vendor):
        made = added(office, url, vendor)
        kept = provider_of(world.market, made.provider_id)
        assert (made.slug, kept.state) == ("saebyeok-ai", "sandbox")
        assert made.secret not in kept.secret_sealed
        assert unseal(kept.secret_sealed) == made.secret
        with pytest.raises(ProviderNotChecked):
            make_provider_live(**office, provider_id=made.provider_id)
        with pytest.raises(ProviderNotLive):
            choose_provider(**office, capability=KEY, provider_slug=made.slug)
        report = check_provider(**office, provider_id=made.provider_id)
        assert report.passed
        make_provider_live(**office, provider_id=made.provider_id)
        choose_provider(**office, capability=KEY, provider_slug=made.slug)
        assert decided(world).provider == made.slug
        choose_provider(**office, capability=KEY, provider_slug="")
        assert decided(world).provider == "built-in"
    assert kinds(world, made.provider_id) == ["added", "checked", "live", "chosen", "unchosen"]
    with market_scope(world.market.pk):
        first = ProviderEvent.objects.get(provider_id=made.provider_id, kind="added")
    assert first.data == {"capability": KEY, "fields": ["note", "things"]}
    assert first.by_id == office["actor"].person_id


def test_a_check_that_fails_keeps_it_out(world: World, office: dict[str, Any]) -> None:
    with serving("foreign") as (url, vendor):
        made = added(office, url, vendor)
        report = check_provider(**office, provider_id=made.provider_id)
        assert report.failed == [f"proposals:{KEY}"]
        with pytest.raises(ProviderNotChecked):
            make_provider_live(**office, provider_id=made.provider_id)
    kept = provider_of(world.market, made.provider_id).last_check
    assert (kept["passed"], kept["failed"]) == (False, [f"proposals:{KEY}"])


def test_the_check_sends_made_up_data_within_the_scope(
    world: World, office: dict[str, Any]
) -> None:
    with serving() as (url, vendor):
        made = added(office, url, vendor, data_scope=("things",))
        check_provider(**office, provider_id=made.provider_id)
        calls = [
            json.loads(body)
            for path, body in vendor.received
            if path == "/v1/decide" and body != b"{" and b"x_unknown" not in body
        ]
    assert len(calls) > 50
    assert all(call["sandbox"] is True for call in calls)
    assert {field for call in calls for field in call["request"]} == {"things"}


def test_a_check_of_an_older_version_of_the_capability_counts_no_more(
    world: World, office: dict[str, Any]
) -> None:
    made = hire(world, "http://127.0.0.1:9", state="sandbox")
    with market_scope(world.market.pk):
        Provider.objects.filter(pk=made.pk).update(
            last_check={"passed": True, "capability_version": 0}
        )
    with pytest.raises(ProviderNotChecked):
        make_provider_live(**office, provider_id=made.pk)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": " "}, "name"),
        ({"slug": "baseline"}, "slug"),
        ({"slug": "Big One"}, "slug"),
        ({"data_scope": ()}, "data_scope"),
        ({"data_scope": ("things", "phone")}, "data_scope"),
        ({"deadline_ms": 10}, "deadline_ms"),
        ({"quota_per_minute": 0}, "quota_per_minute"),
        ({"cost_mkrw": -1}, "cost_mkrw"),
    ],
)
def test_a_wrong_form_names_its_field(
    office: dict[str, Any], fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as problem:
        add_provider(**office, draft=draft("http://127.0.0.1:9", **fields))
    assert problem.value.field == field


def test_an_unknown_capability_an_inner_address_and_a_taken_name_are_refused(
    world: World, office: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CapabilityUnknown):
        add_provider(**office, draft=draft("http://127.0.0.1:9", capability="mind-reading"))
    with pytest.raises(VendorAddressRefused):
        add_provider(**office, draft=draft("https://10.0.0.5"))
    add_provider(**office, draft=draft("http://127.0.0.1:9"))
    with pytest.raises(InvalidInput, match="under this name"):
        add_provider(**office, draft=draft("http://127.0.0.1:9"))
    # a market that is open to the world calls nothing on its own machine
    monkeypatch.setattr(config(), "sandbox", False)
    with pytest.raises(VendorAddressRefused):
        add_provider(**office, draft=draft("http://127.0.0.1:9", slug="other"))
    with market_scope(world.market.pk):
        assert Provider.objects.count() == 1


def test_an_address_that_is_no_longer_allowed_is_not_called(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as (url, vendor):
        hire(world, url)
        monkeypatch.setattr(config(), "sandbox", False)
        assert decided(world).fallback == "unreachable"
        assert vendor.received == []


# ---- while it works ----


def test_a_scope_only_narrows_while_it_is_live(world: World, office: dict[str, Any]) -> None:
    with serving() as (url, vendor):
        made = hire(world, url, scope=("things", "note"))
        ids = office | {"provider_id": made.pk}
        decided(world, request=row(note="a"))
        set_data_scope(**ids, data_scope=["things"])
        decided(world, request=row(note="a"))
        sent = [set(json.loads(body)["request"]) for _, body in vendor.received]
        assert sent == [{"things", "note"}, {"things"}]
        with pytest.raises(ScopeOnlyNarrows):
            set_data_scope(**ids, data_scope=["things", "note"])
        suspend_provider(**ids)
        set_data_scope(**ids, data_scope=["things", "note"])
        with pytest.raises(ProviderNotChecked):
            resume_provider(**ids)
        check_provider(**ids)
        resume_provider(**ids)
        assert decided(world).provider == made.slug
    assert kinds(world, made.pk) == ["live", "scope", "suspended", "scope", "checked", "live"]


def test_a_suspended_vendor_gets_nothing_and_resumes(world: World, office: dict[str, Any]) -> None:
    with serving() as (url, vendor):
        made = hire(world, url)
        for _ in range(2):
            suspend_provider(**office, provider_id=made.pk)
        assert decided(world).fallback == "vendor-not-live"
        assert vendor.received == []
        resume_provider(**office, provider_id=made.pk)
        assert decided(world).provider == made.slug
    assert kinds(world, made.pk) == ["live", "suspended", "live"]


def test_what_is_in_the_sandbox_can_neither_pause_nor_resume(
    world: World, office: dict[str, Any]
) -> None:
    made = hire(world, "http://127.0.0.1:9", state="sandbox", is_chosen=False)
    for action in (suspend_provider, resume_provider):
        with pytest.raises(ProviderNotLive):
            action(**office, provider_id=made.pk)


def test_a_capability_is_switched_off_for_everybody_at_once(
    world: World, office: dict[str, Any]
) -> None:
    with serving() as (url, vendor):
        made = hire(world, url)
        for _ in range(2):
            suspend_capability(**office, capability=KEY)
        off = decided(world)
        assert (off.provider, off.fallback) == ("baseline", "suspended")
        assert vendor.received == []
        resume_capability(**office, capability=KEY)
        assert decided(world).provider == made.slug
    assert kinds(world, made.pk) == ["live", "capability-off", "capability-on"]


def test_nobody_is_chosen_for_what_it_does_not_do(world: World, office: dict[str, Any]) -> None:
    made = hire(world, "http://127.0.0.1:9", is_chosen=False)
    with pytest.raises(NotFound):
        choose_provider(**office, capability="shelf-order", provider_slug=made.slug)
    with pytest.raises(NotFound):
        choose_provider(**office, capability=KEY, provider_slug="nobody")
    with pytest.raises(CapabilityUnknown):
        suspend_capability(**office, capability="mind-reading")


def test_another_markets_provider_is_not_found(world: World) -> None:
    made = hire(world, "http://127.0.0.1:9")
    other = make_world()
    ids = {"actor": other.office(), "market_id": other.market.pk, "now": NOON}
    for action in (check_provider, make_provider_live, suspend_provider):
        with pytest.raises(NotFound):
            action(**ids, provider_id=made.pk)
    with pytest.raises(NotFound):
        remove_provider(**ids, provider_id=made.pk, why="x")


# ---- figures ----


def test_the_figures_and_the_daily_proof(world: World, office: dict[str, Any]) -> None:
    with serving() as (url, vendor):
        made = hire(world, url, cost_mkrw=700)
        for _ in range(3):
            decided(world)
        vendor.fault = "error"
        decided(world)
        vendor.fault = "foreign"
        for _ in range(2):
            decided(world)
    suspend_provider(**office, provider_id=made.pk)
    decided(world)
    with market_scope(world.market.pk):
        found = figures_of(made, NOON, NOON + timedelta(hours=1))
    assert (found.turns, found.answered, found.calls) == (7, 3, 6)
    assert found.fallbacks == {"unknown-id": 2, "status-500": 1, "vendor-not-live": 1}
    assert (found.cost_mkrw, found.cost_krw) == (2100, 3)
    assert found.fields == {"things": 6}
    assert found.p95_ms is not None
    assert 0 < found.p95_ms < 350
    ids = {"actor": Actor.system(), "market_id": world.market.pk, "now": NOON + timedelta(days=1)}
    assert note_what_left(**ids, day=seoul_day(NOON)) == 1
    assert note_what_left(**ids, day=seoul_day(NOON)) == 0
    with market_scope(world.market.pk):
        left = ProviderEvent.objects.get(provider=made, kind="left")
    assert left.data == {
        "day": "2026-11-21",
        "calls": 6,
        "answered": 3,
        "fields": {"things": 6},
    }
