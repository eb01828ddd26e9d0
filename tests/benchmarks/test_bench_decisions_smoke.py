"""The benchmark of experiments measures: a short run of it, and data that are not there are said."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.decisions import __main__ as bench
from benchmarks.decisions import real, stats
from benchmarks.decisions.shoppers import draw


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stats, "PILOTS", 20)
    monkeypatch.setattr(stats, "PLANTED_PILOTS", 5)
    monkeypatch.setattr(stats, "HARD_PILOTS", 5)


def test_a_short_run_prints_its_table_and_one_last_line(
    short: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(real, "rows", lambda: ([], False))
    bench.main(["--only", "stats"])
    said = capsys.readouterr().out.splitlines()
    figures = json.loads(said[-1])
    assert tuple(figures) == bench.FIGURES
    assert figures["srm_caught"] == 1.0
    assert figures["overhead_p99_ms"] is None
    assert any("looked at daily by a t-test" in line for line in said)


def test_missing_data_fail_the_part_and_name_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(real, "config", lambda: type("Config", (), {"data_dir": tmp_path}))
    lines, is_missing = real.rows()
    assert is_missing
    assert [(value, is_met) for _, value, _, is_met in lines] == [("missing", False)] * 2
    assert all(str(tmp_path) in what for what, *_ in lines)


def test_the_shoppers_are_skewed_and_their_past_tells_of_their_future() -> None:
    made = draw(np.random.default_rng(1), 4000, 28)
    total = made.spent[:, -1]
    assert 0.3 < (total == 0).mean() < 0.8
    assert total.std() > 1.5 * total.mean()
    assert (np.diff(made.spent, axis=1) >= 0).all()
    before_entry = np.arange(28)[None, :] < made.entry[:, None]
    assert (made.spent[before_entry] == 0).all()
    known = ~np.isnan(made.before)
    assert np.corrcoef(total[known], made.before[known])[0, 1] > 0.3
