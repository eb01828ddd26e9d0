"""A vendor leaves without a trace of anybody; one person is forgotten by all."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest

from jangteo.apps.accounts.actions.erase_me import erase_me
from jangteo.apps.accounts.actions.set_consent import set_consent
from jangteo.apps.accounts.models import Purpose
from jangteo.apps.decisions import jobs
from jangteo.apps.decisions.actions.check_provider import check_provider
from jangteo.apps.decisions.actions.make_provider_live import make_provider_live
from jangteo.apps.decisions.actions.remove_provider import remove_provider
from jangteo.apps.decisions.actions.suspend_provider import resume_provider, suspend_provider
from jangteo.apps.decisions.adapters.http import HttpVendorClient
from jangteo.apps.decisions.erasures import ask_vendors_to_forget, call_vendors, due_at
from jangteo.apps.decisions.errors import (
    ProviderRemoved,
)
from jangteo.apps.decisions.models import (
    CapabilitySetting,
    Experiment,
    Provider,
    ProviderEvent,
    VendorErasure,
)
from jangteo.apps.decisions.setup import touch_setup
from jangteo.platform.errors import InvalidInput
from jangteo.platform.tenancy import market_scope
from tests.apps.decisions.vendor_steps import decided, kinds, provider_of, saying_yes
from tests.vendor_service import KEY, SECRET, Row, hire, serving
from tests.world import NOON, World, make_world, shopper

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def office(world: World) -> dict[str, Any]:
    return {"actor": world.office(), "market_id": world.market.pk, "now": NOON}


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
