"""Indicators kept in the database: versions, targets, results, exports that compute to the same bytes."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from jangteo.apps.programme.actions.add_target import add_target
from jangteo.apps.programme.actions.change_definition import change_definition
from jangteo.apps.programme.actions.compute_indicator import Computed, compute_indicator
from jangteo.apps.programme.errors import IndicatorNotFound, IndicatorNotMeasured
from jangteo.apps.programme.indicators.export import export_path
from jangteo.apps.programme.indicators.monthly import compute_last_month
from jangteo.apps.programme.indicators.queries import indicator_view
from jangteo.apps.programme.indicators.seeds import SEEDS, ensure_indicators
from jangteo.apps.programme.models import (
    Indicator,
    IndicatorDefinition,
    IndicatorResult,
    IndicatorTarget,
)
from jangteo.channels.terminal import kpi
from jangteo.engines.indicators import canonical
from jangteo.platform import lake
from jangteo.platform.errors import InvalidInput, NotAllowed
from jangteo.platform.permissions import Actor, Grant, Role
from tests.apps.decisions.logs import RandomLog
from tests.world import World, make_world, person, shopper

pytestmark = pytest.mark.django_db
START = datetime(2026, 10, 5, 3, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 28)
SYSTEM = Actor.system()


@pytest.fixture(autouse=True)
def _lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lake, "folder", lambda: tmp_path / "lake")


@pytest.fixture
def world() -> World:
    """Five active stalls; one works with AI on four days, one on three, one in another mode."""
    world = make_world()
    for slug in ("four", "three", "refuses", "silent", "new"):
        world.stall(slug, owner_name="박순자", phone="010-1234-5678")
    log = RandomLog(5)
    fields: dict[str, Any] = {"shown_stalls": [], "subject": None, "mode": "auto"}
    for day in range(4):
        at = START + timedelta(days=day)
        log.decide(world.market.pk, at, **fields | {"stall_id": world.stalls["four"].pk})
        if day < 3:
            log.decide(world.market.pk, at, **fields | {"stall_id": world.stalls["three"].pk})
        entry = log.decide(world.market.pk, at, **fields | {"stall_id": world.stalls["refuses"].pk})
        log.answer(entry, "rejected", at + timedelta(hours=1))
    return world


def _compute(world: World, key: str = "ai-utilisation", now: datetime = NOW) -> Computed:
    return compute_indicator(
        actor=SYSTEM, key=key, market_id=world.market.pk, first_day=FIRST, last_day=LAST, now=now
    )


def _change(**fields: Any) -> int:
    given: dict[str, Any] = {
        "actor": SYSTEM,
        "key": "ai-utilisation",
        "text": "사흘이면 충분해요.",
        "text_en": "Three days are enough.",
        "formula": "share_of_sellers_using_ai",
        "parameters": {"min_days": 3, "per_days": 28},
        "because": "시범 기간이 짧아서",
        "now": NOW,
    }
    return change_definition(**(given | fields))


def test_every_installation_begins_with_the_same_indicators_once() -> None:
    assert ensure_indicators(NOW) == 0
    assert Indicator.objects.count() == len(SEEDS)
    targets = IndicatorTarget.objects.filter(indicator__key="ai-utilisation")
    assert [(t.value, "aipick" in t.source) for t in targets.order_by("pk")] == [("0.15", True), ("0.30", False)]  # fmt: skip


def test_one_stall_of_five_uses_ai(world: World) -> None:
    made = _compute(world)
    assert (made.numerator, made.denominator, made.value) == (1, 5, "0.200000")


def test_a_changed_definition_counts_from_now_on_and_rewrites_nothing(world: World) -> None:
    before = _compute(world)
    kept = IndicatorResult.objects.filter(pk=before.result_id).values().get()
    who = person(name="운영자")
    operator = Actor(person_id=who.pk, grants=frozenset({Grant(role=Role.SYSTEM)}))
    assert _change(actor=operator) == 2
    after = _compute(world)
    assert (after.version, after.numerator, after.denominator) == (2, 2, 5)
    assert IndicatorResult.objects.filter(pk=before.result_id).values().get() == kept
    view = indicator_view("ai-utilisation", None)
    assert [(d.version, d.by_id, d.because) for d in view.definitions] == [
        (2, who.pk, "시범 기간이 짧아서"),
        (1, None, ""),
    ]
    assert [(r.definition.version, r.numerator) for r in view.results] == [(2, 2), (1, 1)]


@pytest.mark.parametrize("model", [IndicatorDefinition, IndicatorTarget, IndicatorResult])
def test_history_cannot_be_edited(world: World, model: type[Any]) -> None:
    _compute(world)
    for change in (lambda: model.objects.update(at=NOW), lambda: model.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    "fields",
    [
        {"because": "  "},
        {"text_en": ""},
        {"formula": "installs"},
        {"parameters": {"min_days": 0, "per_days": 28}},
    ],
)
def test_a_change_needs_a_reason_both_texts_and_a_formula_that_computes(
    fields: dict[str, Any],
) -> None:
    with pytest.raises(InvalidInput):
        _change(**fields)
    assert IndicatorDefinition.objects.filter(indicator__key="ai-utilisation").count() == 1


def test_only_the_operator_changes_definitions_and_targets(world: World) -> None:
    for who in (shopper(), world.office()):
        with pytest.raises(NotAllowed):
            _change(actor=who)
        with pytest.raises(NotAllowed):
            add_target(actor=who, key="ai-utilisation", value="0.2", source="x", now=NOW)


def test_targets_stand_side_by_side_with_their_source() -> None:
    add_target(actor=SYSTEM, key="ai-utilisation", value="0.2", source="시청 계획 2026", now=NOW)
    assert [t.value for t in indicator_view("ai-utilisation", None).targets] == ["0.15", "0.30", "0.2"]  # fmt: skip
    for wrong in ("a lot", "-1", "NaN", ""):
        with pytest.raises(InvalidInput):
            add_target(actor=SYSTEM, key="ai-utilisation", value=wrong, source="x", now=NOW)


def test_what_cannot_be_measured_says_so(world: World) -> None:
    with pytest.raises(IndicatorNotMeasured):
        _compute(world, "jobs-created")
    with pytest.raises(IndicatorNotFound):
        _compute(world, "no-such")
    with pytest.raises(InvalidInput):
        compute_indicator(
            actor=SYSTEM, key="ai-utilisation", market_id=None, first_day=LAST, last_day=FIRST, now=NOW
        )  # fmt: skip


def test_the_same_rows_give_the_same_file_byte_for_byte(world: World) -> None:
    first = _compute(world)
    data = export_path(first.export_digest).read_bytes()
    second = _compute(world, now=NOW + timedelta(hours=5))
    assert second.export_digest == first.export_digest
    assert export_path(second.export_digest).read_bytes() == data


def test_an_export_names_nobody(world: World) -> None:
    made = _compute(world)
    with zipfile.ZipFile(export_path(made.export_digest)) as archive:
        text = "".join(
            archive.read(name).decode() for name in archive.namelist() if "rows/" in name
        )
    for secret in ("박순자", "010-1234-5678", "four", str(world.stalls["four"].name)):
        assert secret not in text
    all_markets = compute_indicator(
        actor=SYSTEM, key="ai-utilisation", market_id=None, first_day=FIRST, last_day=LAST, now=NOW
    )
    with zipfile.ZipFile(export_path(all_markets.export_digest)) as archive:
        other = archive.read("rows/stalls.csv").decode()
    keys = {line.split(",")[1] for line in text.splitlines() if line.startswith(world.market.slug)}
    assert not any(key in other for key in keys if len(key) == 16)


def _verify(path: Path) -> tuple[int, bytes]:
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from jangteo.channels.terminal.kpi import app; sys.exit(app(standalone_mode=False) or 0)", "verify", str(path)],
        capture_output=True, check=False, env={"PATH": "", "DATABASE_URL": "postgresql://nowhere:1/none"},
    )  # fmt: skip
    return done.returncode, done.stdout


@pytest.mark.parametrize("key", [seed.key for seed in SEEDS if seed.formula])
def test_recompute_and_kpi_verify_give_the_same_bytes_as_the_manifest(
    world: World, tmp_path: Path, key: str
) -> None:
    made = _compute(world, key)
    path = export_path(made.export_digest)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "unpacked")
        expected = canonical(json.loads(archive.read("manifest.json"))["result"]) + b"\n"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "recompute.py", "."],
        cwd=tmp_path / "unpacked",
        capture_output=True,
        check=True,
    )
    assert done.stdout == expected
    assert _verify(path) == (0, expected)


@pytest.mark.parametrize("file", ["rows/decisions.csv", "rows/stalls.csv", "manifest.json", "recompute.py"])  # fmt: skip
def test_any_edited_file_is_found(world: World, tmp_path: Path, file: str) -> None:
    path, edited = export_path(_compute(world).export_digest), tmp_path / "edited.zip"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(edited, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == file:
                data = data.replace(b'"numerator":1', b'"numerator":4').replace(b",1\n", b",0\n", 1).replace(b"auto", b"observed", 1) + b" \n"  # fmt: skip
            target.writestr(name, data)
    assert _verify(edited)[0] == 1


def test_a_file_that_is_no_export_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK nonsense")
    assert _verify(tmp_path / "x.zip")[0] == 4
    assert kpi.verify(tmp_path / "none.zip") == 4


def test_last_month_is_computed_once_and_again_under_a_new_definition(world: World) -> None:
    measured = sum(bool(seed.formula) for seed in SEEDS)
    assert compute_last_month(NOW) == measured * 2
    assert compute_last_month(NOW) == 0
    _change()
    assert compute_last_month(NOW) == 2
