"""A file from anywhere: whatever it holds, checking it ends with words, touches no disk and prints no control characters."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from jangteo.engines.indicators import CannotCompute, check, formulas, open_export
from jangteo.platform.cli import main

MANIFEST: Mapping[str, Any] = {
    "format": "jangteo-indicator/1",
    "indicator": "pilots",
    "measure": "count",
    "version": 1,
    "formula": "pilots_published",
    "parameters": {},
    "market": None,
    "first_day": "2026-10-01",
    "last_day": "2026-10-31",
    "files": {},
    "result": {},
}
PILOTS = "market,pilot,company,founded,started,published\n"


def _zip(path: Path, manifest: object = MANIFEST, **files: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        text = manifest if isinstance(manifest, str) else json.dumps(manifest)
        made.writestr("manifest.json", text)
        for name, content in ({"rows/pilots.csv": PILOTS} | files).items():
            made.writestr(name, content)
    return path


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = _zip(tmp_path / "bomb.zip", **{"rows/pilots.csv": PILOTS + "0" * 10_000_000})
    assert bomb.stat().st_size < 20_000
    monkeypatch.setattr(formulas, "MOST_BYTES", 1_000_000)
    with pytest.raises(CannotCompute, match="more than 1000000 bytes"):
        open_export(str(bomb))
    assert main(["kpi", "verify", str(bomb)]) == 4


@pytest.mark.parametrize(
    "manifest",
    [
        "[" * 100_000,
        "7",
        json.dumps(MANIFEST) + " " * 1_100_000,
        {**MANIFEST, "files": 7},
        {**MANIFEST, "result": [1]},
        {**MANIFEST, "format": "\x1b[2J"},
        {**MANIFEST, "formula": ["x"]},
    ],
)
def test_a_manifest_that_is_none_is_refused_with_words(
    tmp_path: Path, manifest: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["kpi", "verify", str(_zip(tmp_path / "x.zip", manifest))]) == 4
    told = capsys.readouterr().err
    assert "Traceback" not in told
    assert "\x1b" not in told
    assert len(told) < 1000


def test_rows_that_cannot_be_read_are_refused_with_words(tmp_path: Path) -> None:
    huge = _zip(tmp_path / "huge.zip", **{"rows/pilots.csv": PILOTS + '"' + "x" * 200_000 + '"\n'})
    assert main(["kpi", "verify", str(huge)]) == 4
    locked = _zip(tmp_path / "locked.zip")
    raw = bytearray(locked.read_bytes())
    # the flag of encryption, in each entry and in the list of entries
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.find(mark)
        while at >= 0:
            raw[at + place] |= 1
            at = raw.find(mark, at + 1)
    locked.write_bytes(raw)
    assert main(["kpi", "verify", str(locked)]) == 4


def test_names_reach_neither_the_disk_nor_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _zip(tmp_path / "x.zip", **{"../../evil.py": "1", "a\x1b]0;evil\x07": "2"})
    before = {path.name for path in tmp_path.parent.rglob("evil.py")}
    assert main(["kpi", "verify", str(file)]) == 1
    told = capsys.readouterr().err
    assert "not in the manifest: ../../evil.py" in told
    assert "not in the manifest: a?]0;evil?" in told
    assert {path.name for path in tmp_path.parent.rglob("evil.py")} == before
    assert check(open_export(str(file)))[0]["value"] == "0"
