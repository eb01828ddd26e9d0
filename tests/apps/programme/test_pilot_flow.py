"""From the problem to the published result, with a real vendor's service and real orders."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from jangteo.apps.decisions.actions.remove_provider import remove_provider
from jangteo.apps.decisions.export import experiment_export
from jangteo.apps.decisions.models import Decision, Experiment, Provider
from jangteo.apps.programme.models import Certificate, Pilot
from jangteo.apps.programme.pilot_queries import health_of, shown_result
from jangteo.platform.tenancy import market_scope
from tests.pilots import Alliance, alliance, draw_alike
from tests.vendor_service import serving

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _alike(monkeypatch: pytest.MonkeyPatch) -> None:
    draw_alike(monkeypatch)


def _finding(made: Alliance) -> object:
    with market_scope(made.market_id):
        return shown_result(made.it)


def test_a_planted_effect_is_found_published_and_recomputed(tmp_path: Path) -> None:
    made = alliance()
    with serving(boost="price_krw") as (base_url, vendor):
        made.running(base_url, vendor)
        made.shop(80, cares=True)
        with market_scope(made.market_id):
            arms, _why = health_of(made.it)
        assert [(arm.arm, arm.fallbacks) for arm in arms] == [("control", 0), ("vendor", 0)]
        shown = _finding(made)
        assert shown.finding is None
        assert shown.from_ == made.it.experiment.ends_at
        made.end()
    assert made.it.state == Pilot.State.ENDED
    code = made.publish()
    finding = _finding(made).finding
    assert finding.verdict == "effect up"
    assert finding.sentence.startswith("이 AI는 매출을 ")
    assert finding.sentence.endswith("% 늘렸어요.")
    with market_scope(made.market_id):
        facts = Certificate.objects.get(code=code).facts
        pilot = made.it
        archive = experiment_export(made.market_id, pilot.experiment_id or 0, made.now)
    assert facts["sentence_ko"] == finding.sentence
    assert facts["units"] == 80
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        files.extractall(tmp_path)
    done = subprocess.run(
        [sys.executable, "recompute.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert "effect up" in json.dumps(result)


def test_a_vendor_that_changes_nothing_is_published_as_no_effect() -> None:
    made = alliance()
    with serving() as (base_url, vendor):
        made.running(base_url, vendor)
        made.shop(80, cares=False)
        made.end()
    made.publish()
    finding = _finding(made).finding
    assert finding.sentence.startswith("효과를 찾지 못했어요.")
    assert finding.sentence_formal.startswith("효과를 찾지 못했습니다.")
    assert finding.tone == "none"
    assert made.it.state == Pilot.State.PUBLISHED


def test_a_vendor_that_falls_silent_changes_nothing_for_shoppers() -> None:
    made = alliance()
    with serving() as (base_url, vendor):
        made.running(base_url, vendor)
    seen = made.shop(12, cares=False)
    assert all(len(picked.cards) == 4 for picked in seen)
    with market_scope(made.market_id):
        arms, why = health_of(made.it)
        vendor_arm = next(arm for arm in arms if arm.arm == "vendor")
        assert vendor_arm.fallbacks == vendor_arm.decisions > 0
        assert {reason for reason, _count in why} <= {"unreachable", "broken", "deadline"}
        assert Decision.objects.filter(arm="vendor").exclude(provider="baseline").count() == 0


def test_removing_the_vendor_is_one_action_that_stops_the_pilot() -> None:
    made = alliance()
    with serving() as (base_url, vendor):
        made.running(base_url, vendor)
        made.shop(6, cares=False)
        remove_provider(
            actor=made.office,
            market_id=made.market_id,
            provider_id=made.it.provider_id or 0,
            why="약속이 끝남",
            now=made.now,
        )
        asked = len(vendor.received)
        made.shop(6, cares=False)
        assert len(vendor.received) == asked
    pilot = made.it
    assert pilot.state == Pilot.State.STOPPED
    assert pilot.provider is not None
    assert pilot.experiment is not None
    assert pilot.experiment.stopped_why == "vendor-removed"
    assert pilot.experiment.state == Experiment.State.STOPPED
    closed = (pilot.provider.state, pilot.provider.secret_sealed, pilot.provider.data_scope)
    assert closed == (Provider.State.REMOVED, "", [])
