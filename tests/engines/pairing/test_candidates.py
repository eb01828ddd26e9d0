from __future__ import annotations

import pytest

from jangteo.engines.pairing import Space, candidates, schema_of
from tests.engines.pairing.lines import line

LEFT = [line("대파 한 단"), line("순창 고추장 3kg"), line("zzz")]
RIGHT = [
    line("순창고추장 3 키로"),
    line("국산 대파 1단"),
    line("쪽파 1단"),
    line("순창고추장 1kg"),
    line(""),
]


def test_the_counterpart_comes_first_also_when_it_is_written_in_one_word() -> None:
    records = [*LEFT, *RIGHT]
    found = candidates(LEFT, RIGHT, Space.of(records, schema_of(records)), k=2)
    first = {c.left: c.right for c in reversed(found)}
    assert first == {0: 1, 1: 0}
    assert all(0 < c.likeness <= 1 for c in found)
    assert sum(c.left == 0 for c in found) == 2


def test_the_same_record_is_wholly_alike() -> None:
    space = Space.of(RIGHT, schema_of(RIGHT))
    found = candidates(RIGHT[:1], RIGHT, space, k=1)
    assert [(c.left, c.right) for c in found] == [(0, 0)]
    assert found[0].likeness == pytest.approx(1.0, abs=1e-5)


def test_nothing_to_look_in_or_for_gives_nothing() -> None:
    space = Space.of(RIGHT, schema_of(RIGHT))
    assert candidates([], RIGHT, space) == []
    assert candidates(LEFT, [], space) == []
    with pytest.raises(ValueError, match="k must"):
        candidates(LEFT, RIGHT, space, k=0)
