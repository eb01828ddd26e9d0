"""The benchmark of matching reads the published text form and says what is absent."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.catalogue.matching import read_record, read_split

LINE = (
    "COL title VAL red lamp COL brand VAL  COL price VAL 9.5 \t"
    "COL title VAL lamp , red COL brand VAL acme COL price VAL  \t1\n"
)


def test_one_line_is_two_records_and_a_label(tmp_path: Path) -> None:
    path = tmp_path / "test.txt"
    path.write_text(LINE + LINE.replace("\t1\n", "\t0\n"), encoding="utf-8")
    split = read_split(path)
    assert split.labels.tolist() == [1, 0]
    assert split.pairs[0] == (
        {"title": "red lamp", "brand": "", "price": "9.5"},
        {"title": "lamp , red", "brand": "acme", "price": ""},
    )
    assert read_record("") == {}


def test_absent_data_is_named_and_the_exit_code_is_one(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.catalogue.matching"],
        env=os.environ | {"JANGTEO_DATA": str(tmp_path)},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "train.txt cannot be read" in done.stderr
    assert done.stdout == ""
