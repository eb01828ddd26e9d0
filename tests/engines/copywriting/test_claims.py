"""Planted false facts and banned claims are refused, clean texts are not; the locked third is looked at as a whole."""

from __future__ import annotations

import hashlib
from functools import lru_cache

import pytest

from jangteo.engines.copywriting import Facts, Kind, Wrong, check
from tests.engines.copywriting.measure import CLAIMS, FALSE_FACTS, Measured, measure, rows


@lru_cache(maxsize=3)
def _measured(*splits: str) -> Measured:
    return measure(*splits)


def test_the_locked_third_is_the_one_that_was_locked() -> None:
    locked = (CLAIMS / "LOCK").read_text().split()[0]
    assert hashlib.sha256((CLAIMS / "locked.jsonl").read_bytes()).hexdigest() == locked


def test_there_are_three_hundred_texts_a_third_of_them_locked_and_none_twice() -> None:
    dev, locked = rows("dev"), rows("locked")
    assert len(dev) + len(locked) >= 300
    assert len(locked) * 3 >= 300
    texts = [row["text"] for row in dev + locked]
    assert len(set(texts)) == len(texts)
    assert sum(bool(row["planted"]) for row in dev + locked) >= 175
    assert sum(not row["planted"] for row in dev + locked) >= 120


def test_every_row_has_facts_a_kind_and_planted_words_that_stand_in_its_text() -> None:
    for row in rows("dev") + rows("locked"):
        Facts.from_json(row["facts"])
        Kind(row["kind"])
        for planted in row["planted"]:
            Wrong(planted["kind"])
            assert planted["said"] in row["text"]


@pytest.mark.parametrize("split", ["dev", "locked"])
def test_every_planted_number_and_origin_is_caught(split: str) -> None:
    assert _measured(split).share(*FALSE_FACTS) == 1.0


@pytest.mark.parametrize("split", ["dev", "locked"])
def test_banned_claims_are_caught(split: str) -> None:
    assert _measured(split).share(*FALSE_FACTS, but=True) >= 0.98


@pytest.mark.parametrize("split", ["dev", "locked"])
def test_clean_texts_pass(split: str) -> None:
    assert _measured(split).false_alarms < 0.02


def test_without_the_facts_the_clean_texts_are_refused_so_the_facts_are_what_lets_them_pass() -> (
    None
):
    clean = [row for row in rows("locked") if not row["planted"] and row["kind"] == "product"]
    name_only = [Facts(name=row["facts"]["name"]) for row in clean]
    refused = [
        not check(row["text"], row["kind"], facts).ok
        for row, facts in zip(clean, name_only, strict=True)
    ]
    assert all(refused)
