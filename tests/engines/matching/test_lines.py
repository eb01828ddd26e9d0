"""The annotated lines: what is answered is right, what is unsure is asked, weight and price are never wrong."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache

import pytest

from jangteo.engines.matching import FIELDS, understand
from tests.engines.matching.measure import LINES, Measured, annotated, measure

#: measured floors; the locked split is only ever looked at as a whole
PRECISION = {
    "dev": dict.fromkeys(FIELDS, 0.98),
    "test": {
        **dict.fromkeys(FIELDS, 0.97),
        "variety": 0.86,
        "brand": 0.96,
        "count": 0.94,
    },
}
RECALL = {
    "dev": dict.fromkeys(FIELDS, 0.96),
    "test": {**dict.fromkeys(FIELDS, 0.95), "variety": 0.85},
}
ASKED = {"net": "net_g", "price": "price_krw", "name": "name"}


@lru_cache(maxsize=2)
def _measured(split: str) -> Measured:
    return measure(split)


def test_the_locked_split_is_the_one_that_was_locked() -> None:
    locked = (LINES / "LOCK").read_text().split()[0]
    assert hashlib.sha256((LINES / "test.jsonl").read_bytes()).hexdigest() == locked


def test_there_are_at_least_six_hundred_lines_a_third_of_them_locked() -> None:
    dev, test = annotated("dev"), annotated("test")
    assert len(dev) + len(test) >= 600
    assert len(test) * 3 >= len(dev) + len(test)
    assert not {row["line"] for row in dev} & {row["line"] for row in test}


@pytest.mark.parametrize("split", ["dev", "test"])
@pytest.mark.parametrize("name", FIELDS)
def test_a_field_is_right_where_it_answers_and_answers_often(split: str, name: str) -> None:
    score = _measured(split).scores[name]
    assert score.precision >= PRECISION[split][name]
    assert score.recall >= RECALL[split][name]


@pytest.mark.parametrize("split", ["dev", "test"])
def test_all_fields_together_reach_the_goal(split: str) -> None:
    score = _measured(split).scores["all"]
    assert score.precision >= 0.98
    assert score.recall >= 0.92


@pytest.mark.parametrize("split", ["dev", "test"])
@pytest.mark.parametrize("name", ["net_g", "net_ml", "price_krw"])
def test_no_weight_and_no_price_is_wrong_in_silence(split: str, name: str) -> None:
    score = _measured(split).scores[name]
    assert score.answered == score.right


@pytest.mark.parametrize("split", ["dev", "test"])
def test_the_leaf_category_is_right_in_ninety_three_of_a_hundred(split: str) -> None:
    assert _measured(split).category >= 0.93


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (row["line"], ASKED[code])
        for row in annotated("dev")
        for code in row["asks"]
        if code in ASKED
    ],
)
def test_what_only_a_person_knows_is_asked(line: str, wanted: str) -> None:
    read = understand(line)
    assert read.value(wanted) is None or line.startswith("청국장")
    if not line.startswith("청국장"):
        assert wanted in {a.field for a in read.asks}


def test_the_annotation_holds_known_fields_only() -> None:
    for split in ("dev", "test"):
        for row in annotated(split):
            assert set(row["fields"]) <= set(FIELDS), json.dumps(row, ensure_ascii=False)
