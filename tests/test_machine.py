"""A limit on time gives room to a busy machine and none to slow work."""

from __future__ import annotations

import time

from tests.machine import Took, slowness, timed


def test_a_wait_gets_no_room_and_work_gets_as_much_as_the_machine_is_slow() -> None:
    assert Took(seconds=0.34, slowness=1).within(0.3, 0.05)
    assert not Took(seconds=0.36, slowness=1).within(0.3, 0.05)
    assert Took(seconds=0.39, slowness=2).within(0.3, 0.05)
    assert not Took(seconds=0.41, slowness=2).within(0.3, 0.05)


def test_sleeping_longer_than_allowed_is_found_however_busy_the_machine_is() -> None:
    with timed() as took:
        time.sleep(1.0)
    assert took.seconds >= 1.0
    assert took.slowness >= 1.0
    assert not took.within(0.2, 0.01)


def test_an_undisturbed_burst_takes_its_own_time() -> None:
    # the best of many: somebody else may work beside any one of them
    assert min(slowness() for _ in range(20)) < 3
