"""What must be true before a pilot starts, who may do it, and what nobody can change afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from examples.vendor.vendor import Vendor
from jangteo.apps.decisions.actions.choose_provider import choose_provider
from jangteo.apps.decisions.actions.edit_experiment import edit_experiment
from jangteo.apps.decisions.actions.suspend_provider import resume_provider
from jangteo.apps.decisions.errors import DesignLocked, KeyInUse
from jangteo.apps.decisions.experiments import design_of
from jangteo.apps.decisions.models import Provider
from jangteo.apps.programme import checklist as checklists
from jangteo.apps.programme.actions.answer_checklist import answer_checklist
from jangteo.apps.programme.actions.change_terms import change_terms
from jangteo.apps.programme.actions.check_vendor import check_vendor
from jangteo.apps.programme.actions.enter_approval import ApprovalDraft, enter_approval
from jangteo.apps.programme.actions.publish_pilot import ImpactNotes, publish_pilot
from jangteo.apps.programme.actions.renew_vendor_key import renew_vendor_key
from jangteo.apps.programme.actions.start_pilot import start_pilot
from jangteo.apps.programme.actions.stop_pilot import stop_pilot
from jangteo.apps.programme.errors import (
    PilotNotReady,
    ResultMissing,
    WrongPilotState,
)
from jangteo.apps.programme.models import Pilot
from jangteo.apps.programme.pilot_queries import offers_by, pilot_of, published_pilots
from jangteo.apps.programme.sweeps import close_ended_vendors, stop_expired_pilots
from jangteo.platform.errors import InvalidInput, NotAllowed, NotFound
from jangteo.platform.tenancy import market_scope
from tests.pilots import NUMBERS, PLAIN_FIELDS, Alliance, alliance, draw_alike
from tests.vendor_service import serving
from tests.world import make_world

pytestmark = pytest.mark.django_db
URL = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def _alike(monkeypatch: pytest.MonkeyPatch) -> None:
    draw_alike(monkeypatch)


@pytest.fixture
def made() -> Alliance:
    return alliance()


@pytest.fixture
def service() -> Iterator[tuple[str, Vendor]]:
    with serving() as running:
        yield running


def _ready(made: Alliance, service: tuple[str, Vendor], **changes: object) -> Alliance:
    made.signed(service[0], **changes)
    assert made.connect(service[1]).passed
    made.tick_all()
    return made


# --- gates


def test_nothing_starts_before_both_signed(made: Alliance) -> None:
    made.accepted(URL)
    with pytest.raises(WrongPilotState):
        made.start()


def test_it_does_not_start_without_the_contract_check(made: Alliance) -> None:
    made.signed(URL)
    made.tick_all()
    with pytest.raises(PilotNotReady, match="contract check"):
        made.start()


def test_a_service_with_another_key_does_not_pass_the_check(
    made: Alliance, service: tuple[str, Vendor]
) -> None:
    made.signed(service[0])
    report = made.call(check_vendor, made.vendor, side="vendor")
    assert not report.passed
    assert made.connect(service[1]).passed


def test_every_item_that_a_person_answers_is_needed(
    made: Alliance, service: tuple[str, Vendor]
) -> None:
    _ready(made, service)
    for item in checklists.ITEMS:
        if item.check is not None:
            continue
        made.call(answer_checklist, made.office, item=item.key, is_met=False)
        with pytest.raises(PilotNotReady) as refused:
            made.start()
        assert item.ko in refused.value.message("ko")
        made.call(answer_checklist, made.office, item=item.key, is_met=True, note="적어 둠")
    made.start()
    assert made.it.state == Pilot.State.RUNNING


def test_a_tick_without_the_asked_sentence_does_not_count(made: Alliance) -> None:
    made.signed(URL)
    with pytest.raises(InvalidInput) as refused:
        made.call(answer_checklist, made.office, item="job-impact", is_met=True)
    assert refused.value.field == "note-job-impact"


def test_nobody_ticks_what_the_machine_looks_up(made: Alliance) -> None:
    made.signed(URL)
    with pytest.raises(InvalidInput):
        made.call(answer_checklist, made.office, item="contract-check", is_met=True)


def test_it_does_not_start_when_nobody_can_refuse(
    made: Alliance, service: tuple[str, Vendor], monkeypatch: pytest.MonkeyPatch
) -> None:
    _ready(made, service)
    monkeypatch.setattr(checklists, "OPT_OUT_PATH", "/nowhere-at-all")
    with pytest.raises(PilotNotReady, match="switched off"):
        made.start()


def test_a_rule_that_cannot_stand_in_keeps_it_from_starting_and_is_in_the_log(
    made: Alliance, service: tuple[str, Vendor], monkeypatch: pytest.MonkeyPatch
) -> None:
    _ready(made, service)
    broken = replace(checklists.pilot_capability("shelf-order"), baseline=lambda request: 1 // 0)
    monkeypatch.setattr(checklists, "pilot_capability", lambda key: broken)
    with capture_logs() as logs, pytest.raises(PilotNotReady):
        made.start()
    assert {
        "event": "baseline fails its own examples",
        "log_level": "error",
        "capability": "shelf-order",
        "exc_info": True,
    } in logs


def test_it_does_not_start_when_the_design_was_edited_after_the_signatures(
    made: Alliance, service: tuple[str, Vendor]
) -> None:
    _ready(made, service)
    experiment = made.it.experiment
    assert experiment is not None
    design = design_of(experiment)
    edited = type(design)(
        **{name: getattr(design, name) for name in design.__dataclass_fields__}
        | {"primary_metric": "orders"}
    )
    edit_experiment(
        actor=made.office,
        market_id=made.market_id,
        experiment_id=experiment.pk,
        design=edited,
        now=made.now,
    )
    with pytest.raises(PilotNotReady, match="design is exactly what was signed"):
        made.start()


def test_it_does_not_start_when_more_data_is_open_than_was_signed(
    made: Alliance, service: tuple[str, Vendor]
) -> None:
    _ready(made, service)
    with market_scope(made.market_id):
        Provider.objects.update(data_scope=[*PLAIN_FIELDS, "liked"])
    with pytest.raises(PilotNotReady, match="exactly the signed scope"):
        made.start()


def test_the_plan_must_have_been_seen(made: Alliance, service: tuple[str, Vendor]) -> None:
    _ready(made, service)
    with pytest.raises(PilotNotReady, match="plan was seen"):
        made.call(start_pilot, made.office, plan_seen=False)


def test_a_running_design_cannot_be_changed(made: Alliance, service: tuple[str, Vendor]) -> None:
    _ready(made, service).start()
    experiment = made.it.experiment
    assert experiment is not None
    with pytest.raises(DesignLocked):
        edit_experiment(
            actor=made.office,
            market_id=made.market_id,
            experiment_id=experiment.pk,
            design=design_of(experiment),
            now=made.now,
        )


def test_a_key_in_use_is_not_renewed(made: Alliance, service: tuple[str, Vendor]) -> None:
    _ready(made, service)
    with market_scope(made.market_id):
        Provider.objects.update(state=Provider.State.LIVE)
    with pytest.raises(KeyInUse):
        made.call(renew_vendor_key, made.vendor)
    with pytest.raises(NotFound):
        made.call(renew_vendor_key, made.office)


# --- permissions of a regulator


def _approval(days: int, made: Alliance) -> ApprovalDraft:
    granted = date(2026, 11, 1)
    return ApprovalDraft(
        authority="산업통상자원부",
        number="2026-실증-12",
        granted_on=granted,
        last_day=made.now.date() + timedelta(days=days),
    )


def test_a_needed_permission_must_be_in_force_and_ends_the_pilot_by_itself(
    made: Alliance, service: tuple[str, Vendor]
) -> None:
    _ready(made, service, needs_approval=True)
    with pytest.raises(PilotNotReady, match="permission is in force"):
        made.start()
    made.call(enter_approval, made.office, draft=_approval(-1, made))
    with pytest.raises(PilotNotReady, match="permission is in force"):
        made.start()
    ends = made.call(enter_approval, made.office, draft=_approval(3, made))
    made.start()
    assert stop_expired_pilots(ends - timedelta(seconds=1)) == 0
    assert stop_expired_pilots(ends) == 1
    pilot = made.it
    assert (pilot.state, pilot.ended_at) == (Pilot.State.STOPPED, ends)
    assert pilot.experiment is not None
    assert pilot.experiment.stopped_why == "expired"
    assert stop_expired_pilots(ends + timedelta(days=1)) == 0


def test_a_prolonged_permission_keeps_the_pilot_going(
    made: Alliance, service: tuple[str, Vendor]
) -> None:
    _ready(made, service, needs_approval=True)
    ends = made.call(enter_approval, made.office, draft=_approval(2, made))
    made.start()
    made.call(enter_approval, made.office, draft=_approval(20, made))
    assert stop_expired_pilots(ends) == 0
    assert made.it.state == Pilot.State.RUNNING


def test_a_vendors_access_closes_with_the_pilot_unless_the_market_keeps_it(
    made: Alliance, service: tuple[str, Vendor]
) -> None:
    _ready(made, service).start()
    assert close_ended_vendors(made.now) == 0
    made.end()
    provider = made.it.provider
    assert provider is not None
    keep: dict[str, Any] = {
        "actor": made.office,
        "market_id": made.market_id,
        "capability": "shelf-order",
        "now": made.now,
    }
    choose_provider(provider_slug=provider.slug, **keep)
    assert close_ended_vendors(made.now) == 0
    choose_provider(provider_slug="", **keep)
    assert close_ended_vendors(made.now) == 1
    assert made.it.provider.state == Provider.State.SUSPENDED
    resume_provider(
        actor=made.office, market_id=made.market_id, provider_id=provider.pk, now=made.now
    )
    assert close_ended_vendors(made.now) == 0
    assert made.it.provider.state == Provider.State.LIVE


def test_a_permission_that_ends_before_it_began_is_refused(made: Alliance) -> None:
    made.accepted(URL)
    draft = ApprovalDraft(
        authority="부처", number="1", granted_on=date(2026, 11, 20), last_day=date(2026, 11, 19)
    )
    with pytest.raises(InvalidInput):
        made.call(enter_approval, made.office, draft=draft)


# --- stopping and publishing


@pytest.mark.parametrize("side", ["retailer", "vendor"])
def test_either_side_may_stop(made: Alliance, service: tuple[str, Vendor], side: str) -> None:
    _ready(made, service).start()
    actor = made.office if side == "retailer" else made.vendor
    made.call(stop_pilot, actor, side=side)
    assert made.it.state == Pilot.State.STOPPED
    with pytest.raises(WrongPilotState):
        made.call(stop_pilot, actor, side=side)


def test_nothing_is_published_before_the_end_or_without_impact_notes(
    made: Alliance, service: tuple[str, Vendor]
) -> None:
    _ready(made, service).start()
    with pytest.raises(WrongPilotState):
        made.publish()
    made.end()
    for notes, field in (
        (ImpactNotes(job_impact=" ", social_impact="x"), "job_impact"),
        (ImpactNotes(job_impact="x", social_impact=""), "social_impact"),
    ):
        with pytest.raises(InvalidInput) as refused:
            made.call(publish_pilot, made.office, notes=notes)
        assert refused.value.field == field
    assert published_pilots() == []
    made.publish()
    assert [pilot.pk for pilot in published_pilots()] == [made.it.pk]
    with pytest.raises(WrongPilotState):
        made.publish()


def test_a_pilot_that_never_started_has_nothing_to_publish(made: Alliance) -> None:
    made.signed(URL)
    made.call(stop_pilot, made.office, side="retailer")
    with pytest.raises(ResultMissing):
        made.publish()


# --- whose it is


def test_another_company_and_another_market_see_nothing(made: Alliance) -> None:
    made.signed(URL)
    theirs = alliance(NUMBERS[1], make_world())
    for action, more in (
        (renew_vendor_key, {}),
        (check_vendor, {"side": "vendor"}),
        (stop_pilot, {"side": "vendor"}),
        (change_terms, {"side": "vendor", "changes": {"horizon_days": 60}}),
    ):
        with pytest.raises(NotFound):
            made.call(action, theirs.vendor, **more)
    with pytest.raises(NotAllowed):
        made.call(stop_pilot, theirs.office, side="retailer")
    with market_scope(theirs.market_id), pytest.raises(NotFound):
        pilot_of(theirs.market_id, made.it.slug)
    with market_scope(theirs.market_id):
        assert Pilot.objects.count() == 0
    company = made.it.offer.company
    assert [offer.pk for offer in offers_by([company])] == [made.it.offer_id]
    assert offers_by([]) == []
