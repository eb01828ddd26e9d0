"""Names on boards held against known words, also ones that are no names."""

from __future__ import annotations

import time

import pytest

from jangteo.engines.boards.names import check_name


@pytest.mark.parametrize("part", ["일이삼", "가장", "대파", "1"])
def test_a_long_name_is_looked_at_in_time_that_grows_with_its_length(part: str) -> None:
    check_name("대파")
    started = time.process_time()
    assert check_name((part * 5000)[:5000]).meant == ()
    assert time.process_time() - started < 1
