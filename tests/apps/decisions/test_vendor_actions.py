"""A vendor comes in, is checked, works, and leaves without a trace of anybody."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest

from jangteo.apps.accounts.actions.erase_me import erase_me
from jangteo.apps.accounts.actions.set_consent import set_consent
from jangteo.apps.accounts.models import Consent, Purpose
from jangteo.apps.decisions import jobs
from jangteo.apps.decisions.actions.add_provider import AddedProvider, add_provider
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
from jangteo.apps.decisions.adapters.http import HttpVendorClient
from jangteo.apps.decisions.decide import decide
from jangteo.apps.decisions.drafts import ProviderDraft
from jangteo.apps.decisions.erasures import ask_vendors_to_forget, call_vendors, due_at
from jangteo.apps.decisions.errors import (
    CapabilityUnknown,
    ProviderNotChecked,
    ProviderNotLive,
    ProviderRemoved,
    ScopeOnlyNarrows,
    VendorAddressRefused,
)
from jangteo.apps.decisions.models import (
    CapabilitySetting,
    Decision,
    Experiment,
    Provider,
    ProviderEvent,
    VendorErasure,
)
from jangteo.apps.decisions.sealing import unseal
from jangteo.apps.decisions.setup import touch_setup
from jangteo.apps.decisions.vendor_figures import figures_of
from jangteo.apps.markets.models import Market
from jangteo.platform.clock import seoul_day
from jangteo.platform.config import config
from jangteo.platform.errors import InvalidInput, NotFound
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import market_scope
from tests.vendor_service import KEY, ROW, SECRET, Row, hire, row, serving
from tests.world import NOON, World, make_world, shopper

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def office(world: World) -> dict[str, Any]:
    return {"actor": world.office(), "market_id": world.market.pk, "now": NOON}


def draft(url: str, **fields: Any) -> ProviderDraft:
    return ProviderDraft(
        name=fields.pop("name", "새벽 AI"),
        capability=fields.pop("capability", KEY),
        base_url=url,
        data_scope=fields.pop("data_scope", ("things", "note")),
        **fields,
    )


def provider_of(market: Market, provider_id: int) -> Provider:
    with market_scope(market.pk):
        return Provider.objects.get(pk=provider_id)


def kinds(world: World, provider_id: int) -> list[str]:
    with market_scope(world.market.pk):
        return list(
            ProviderEvent.objects.filter(provider_id=provider_id)
            .order_by("id")
            .values_list("kind", flat=True)
        )


def decided(world: World, subject: Actor | None = None, **more: Any) -> Decision:
    with market_scope(world.market.pk):
        made = decide(
            ROW,
            more.pop("request", row()),
            subject=subject,
            market_id=world.market.pk,
            now=NOON,
            **more,
        )
        return Decision.objects.get(pk=made.id)


def saying_yes() -> Actor:
    who = shopper()
    for purpose in ("personal", "vendors"):
        Consent.objects.create(person_id=who.person_id, purpose=purpose, is_given=True, at=NOON)
    return who


def added(office: dict[str, Any], url: str, vendor: Any, **fields: Any) -> AddedProvider:
    made = add_provider(**office, draft=draft(url, **fields))
    vendor.secret = made.secret
    return made


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


# ---- leaving ----


def _like(request: Row) -> Row:
    return request.model_copy(update={"liked": [2]})


def test_removal_leaves_nothing_and_the_vendor_forgets(
    world: World, office: dict[str, Any]
) -> None:
    yes, fell_back, no = saying_yes(), saying_yes(), shopper()
    with serving() as (url, vendor):
        made = hire(world, url)
        for who in (yes, yes, no):
            decided(world, who, personalise=_like)
        vendor.fault = "foreign"
        # her data left although the answer was of no use
        assert decided(world, fell_back, personalise=_like).fallback == "unknown-id"
        vendor.fault = ""
        known = {
            json.loads(body)["subject"]
            for _, body in vendor.received
            if json.loads(body)["subject"]
        }
        assert set(vendor.subjects) <= known
        assert len(known) == 2
        asked_before = len(vendor.received)

        gone = remove_provider(**office, provider_id=made.pk, why="시범이 끝났어요")

        assert (gone.subjects, gone.experiments_stopped) == (2, 0)
        after = decided(world, yes, personalise=_like)
        assert after.provider == "built-in"
        assert len(vendor.received) == asked_before
        assert call_vendors(NOON) == 2
        assert vendor.subjects == {}
        forgotten = {
            json.loads(body)["subject"]
            for path, body in vendor.received
            if path == "/v1/subjects/forget"
        }
        assert forgotten == known
        # decisions of the last two minutes are looked through once more: a call may have been under way
        assert call_vendors(NOON + timedelta(minutes=2)) == 0
        assert call_vendors(NOON + timedelta(minutes=3)) == 2
        assert call_vendors(NOON + timedelta(days=1)) == 0
    kept = provider_of(world.market, made.pk)
    assert (kept.state, kept.base_url, kept.secret_sealed, kept.data_scope) == (
        "removed",
        "",
        "",
        [],
    )
    assert kept.removed_at == NOON
    with market_scope(world.market.pk):
        assert not CapabilitySetting.objects.filter(provider_slug=made.slug).exists()
        every = list(VendorErasure.objects.filter(provider=made))
        receipts = [erasure for erasure in every if erasure.receipt]
        everything = list(
            ProviderEvent.objects.filter(provider=made).values_list("data", flat=True)
        )
    assert (len(every), len(receipts)) == (5, 4)
    for erasure in every:
        assert erasure.confirmed_at is not None
        assert (erasure.base_url, erasure.secret_sealed, erasure.vendor_subject) == ("", "", "")
    assert all(erasure.receipt.startswith("forgot-") for erasure in receipts)
    assert kinds(world, made.pk) == [
        "live",
        "erasure-asked",
        "removed",
        "erasure-confirmed",
        "erasure-confirmed",
        "erasure-asked",
        "erasure-confirmed",
        "erasure-confirmed",
    ]
    assert not any(subject in json.dumps(everything) for subject in known)
    for action in (check_provider, make_provider_live, suspend_provider, resume_provider):
        with pytest.raises(ProviderRemoved):
            action(**office, provider_id=made.pk)
    again = remove_provider(**office, provider_id=made.pk, why="again")
    assert (again.subjects, again.experiments_stopped) == (0, 0)


@pytest.mark.parametrize("how", ["no to vendors", "no to personal", "deleted"])
def test_a_no_while_the_vendor_is_being_asked_makes_it_forget(
    world: World, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    who, other = saying_yes(), saying_yes()
    ask = HttpVendorClient.ask

    def meanwhile(client: HttpVendorClient, *given: Any, **named: Any) -> Any:
        answer = ask(client, *given, **named)
        if how == "deleted":
            erase_me(actor=who, now=NOON)
        else:
            purpose = Purpose.VENDORS if "vendors" in how else Purpose.PERSONAL
            set_consent(
                actor=who, purpose=purpose, is_given=False, wording="1", channel="me", now=NOON
            )
        return answer

    with serving() as (url, vendor):
        made = hire(world, url)
        decided(world, other, personalise=_like)
        kept = set(vendor.subjects)
        with monkeypatch.context() as patch:
            patch.setattr(HttpVendorClient, "ask", meanwhile)
            decided(world, who, personalise=_like)
        assert len(vendor.subjects) == 2
        assert call_vendors(NOON) == 1
        assert set(vendor.subjects) == kept
    assert kinds(world, made.pk) == ["live", "erasure-asked", "erasure-confirmed"]


def test_removal_stops_its_experiments(world: World, office: dict[str, Any]) -> None:
    made = hire(world, "http://127.0.0.1:9", is_chosen=False)
    with market_scope(world.market.pk):
        running = Experiment.objects.create(
            market=world.market,
            slug="try",
            title="시험",
            capability=KEY,
            unit="shopper",
            arms=[
                {"name": "control", "provider": "built-in", "share_bp": 5000},
                {"name": "vendor", "provider": made.slug, "share_bp": 5000},
            ],
            primary_metric="sales",
            guardrails=[],
            starts_at=NOON - timedelta(days=1),
            ends_at=NOON + timedelta(days=13),
            salt="s" * 32,
            state="running",
            locked_at=NOON - timedelta(days=1),
        )
        touch_setup(world.market.pk)
    gone = remove_provider(**office, provider_id=made.pk, why="그만")
    assert gone.experiments_stopped == 1
    with market_scope(world.market.pk):
        running.refresh_from_db()
    assert (running.state, running.stopped_why) == ("stopped", "vendor-removed")
    assert decided(world, shopper()).experiment_id is None


def test_a_reason_is_needed_to_remove(world: World, office: dict[str, Any]) -> None:
    made = hire(world, "http://127.0.0.1:9")
    with pytest.raises(InvalidInput):
        remove_provider(**office, provider_id=made.pk, why="  ")
    assert provider_of(world.market, made.pk).state == "live"


def test_a_vendor_without_a_receipt_is_called_until_it_gives_one(
    world: World, office: dict[str, Any]
) -> None:
    with serving() as (url, vendor):
        made = hire(world, url)
        decided(world, saying_yes(), personalise=_like)
        remove_provider(**office, provider_id=made.pk, why="끝")
        vendor.fault = "keeper"
        assert call_vendors(NOON) == 0
        with market_scope(world.market.pk):
            waiting = VendorErasure.objects.exclude(vendor_subject="").get()
        assert (waiting.tries, waiting.last_failure) == (1, "status-503")
        assert waiting.secret_sealed
        assert due_at(waiting) == NOON + timedelta(minutes=1)
        vendor.fault = ""
        assert call_vendors(NOON + timedelta(seconds=59)) == 0
        assert call_vendors(NOON + timedelta(minutes=1)) == 1
    with market_scope(world.market.pk):
        assert VendorErasure.objects.exclude(receipt="").get().tries == 2


def test_a_call_under_way_at_the_removal_is_found_afterwards(
    world: World, office: dict[str, Any]
) -> None:
    with serving() as (url, vendor):
        made = hire(world, url)
        remove_provider(**office, provider_id=made.pk, why="끝")
        # as a process does that read the setup before the removal was there
        with market_scope(world.market.pk):
            Provider.objects.filter(pk=made.pk).update(
                state="live", base_url=url, secret_sealed=made.secret_sealed, data_scope=["things"]
            )
            CapabilitySetting.objects.update(provider_slug=made.slug)
            touch_setup(world.market.pk)
        decided(world, saying_yes())
        with market_scope(world.market.pk):
            Provider.objects.filter(pk=made.pk).update(
                state="removed", base_url="", secret_sealed="", data_scope=[]
            )
        assert len(vendor.subjects) == 1
        assert call_vendors(NOON + timedelta(minutes=1)) == 0
        call_vendors(NOON + timedelta(minutes=2))
        assert call_vendors(NOON + timedelta(minutes=3)) == 1
        assert vendor.subjects == {}


def test_the_jobs_do_their_work(
    world: World, office: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "utc_now", lambda: NOON + timedelta(days=1))
    with serving() as (url, vendor):
        made = hire(world, url)
        decided(world, saying_yes(), personalise=_like)
        remove_provider(**office, provider_id=made.pk, why="끝")
        assert jobs.forget_at_vendors(0) == 1
        assert vendor.subjects == {}
    assert jobs.what_left_yesterday(0) == 1
    assert jobs.what_left_yesterday(0) == 0


def test_one_person_is_forgotten_by_every_vendor_that_saw_her(world: World) -> None:
    who, other = saying_yes(), saying_yes()
    with serving() as (first_url, first), serving() as (second_url, second):
        hire(world, first_url, slug="first")
        key = decided(world, who, personalise=_like).subject
        decided(world, other, personalise=_like)
        hire(world, second_url, slug="second", secret=SECRET)
        hire(world, "http://127.0.0.1:9", slug="never", is_chosen=False)
        decided(world, who, personalise=_like)
        assert (len(first.subjects), len(second.subjects)) == (2, 1)
        assert key is not None
        with market_scope(world.market.pk):
            asked = ask_vendors_to_forget(world.market.pk, key, NOON)
            assert ask_vendors_to_forget(world.market.pk, uuid.uuid4(), NOON) == []
        assert len(asked) == 2
        assert call_vendors(NOON) == 2
        assert (len(first.subjects), len(second.subjects)) == (1, 0)


def test_who_never_said_yes_was_never_seen(world: World) -> None:
    with serving() as (url, _):
        hire(world, url)
        key = decided(world, shopper()).subject
    assert key is not None
    with market_scope(world.market.pk):
        assert ask_vendors_to_forget(world.market.pk, key, NOON) == []


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
