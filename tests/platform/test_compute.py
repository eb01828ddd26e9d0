"""Partitions in this process, in worker processes and on a Dask cluster keep the same promises."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from jangteo.platform import compute
from jangteo.platform.compute import Done, OtherWork, PartitionFailed, Step, Way, map_partitions
from tests.platform import partitions

WAYS = list(Way)
APART = [Way.PROCESSES, Way.DASK]


def _children() -> set[int]:
    # Python's own tracker of semaphores stays until this process ends
    return {
        p.pid
        for p in psutil.Process().children(recursive=True)
        if p.is_running() and "resource_tracker" not in " ".join(p.cmdline())
    }


@pytest.fixture(autouse=True)
def nothing_is_left_running() -> Iterator[None]:
    before = _children()
    yield
    until = time.monotonic() + 10
    while (left := _children() - before) and time.monotonic() < until:
        time.sleep(0.05)
    assert not left


def _runs(folder: Path) -> dict[int, int]:
    return {int(p.stem): len(p.read_text().split()) for p in folder.glob("*.runs")}


@pytest.mark.parametrize("way", WAYS)
def test_results_come_in_the_order_of_the_keys(way: Way, tmp_path: Path) -> None:
    fn = functools.partial(partitions.square, str(tmp_path))
    found = list(map_partitions(fn, range(8), way=way, workers=2))
    assert found == [(key, key * key) for key in range(8)]
    assert _runs(tmp_path) == dict.fromkeys(range(8), 1)


@pytest.mark.parametrize("way", WAYS)
def test_results_as_they_come_are_all_there(way: Way, tmp_path: Path) -> None:
    fn = functools.partial(partitions.square, str(tmp_path))
    found = list(map_partitions(fn, [0, 7, 8, 9], way=way, workers=2, ordered=False))
    assert sorted(found) == [(0, 0), (7, 49), (8, 64), (9, 81)]
    if way is not Way.HERE:
        # the first key is the slowest by far
        assert found[0] != (0, 0)


@pytest.mark.parametrize("way", WAYS)
def test_progress_counts_every_partition_once(way: Way, tmp_path: Path) -> None:
    fn = functools.partial(partitions.square, str(tmp_path))
    seen: list[Step] = []
    list(map_partitions(fn, [5, 6, 7], way=way, workers=2, progress=seen.append))
    assert [step.done for step in seen] == [1, 2, 3]
    assert {step.key for step in seen} == {5, 6, 7}
    assert all(step.total == 3 and not step.kept for step in seen)


@pytest.mark.parametrize("way", WAYS)
def test_a_partition_that_failed_once_is_tried_again(way: Way, tmp_path: Path) -> None:
    fn = functools.partial(partitions.fails_once, str(tmp_path))
    found = list(map_partitions(fn, range(6), way=way, workers=2))
    assert found == [(key, key) for key in range(6)]
    assert _runs(tmp_path) == {0: 1, 1: 1, 2: 1, 3: 2, 4: 1, 5: 1}


@pytest.mark.parametrize("way", WAYS)
def test_a_partition_that_always_fails_is_named(way: Way, tmp_path: Path) -> None:
    fn = functools.partial(partitions.always_fails, str(tmp_path))
    with pytest.raises(PartitionFailed) as caught:
        list(map_partitions(fn, range(4), way=way, workers=2, attempts=2))
    assert caught.value.details["key"] == 2
    assert caught.value.details["why"] == "ValueError: two is wrong"
    assert "‘2’ 부분이 2번 실패했어요" in caught.value.message("ko")
    assert _runs(tmp_path)[2] == 2


@pytest.mark.parametrize("way", APART)
def test_a_killed_worker_repeats_its_one_partition(way: Way, tmp_path: Path) -> None:
    fn = functools.partial(partitions.is_killed_once, str(tmp_path))
    found = list(map_partitions(fn, range(10), way=way, workers=2))
    assert found == [(key, key) for key in range(10)]
    assert _runs(tmp_path) == dict.fromkeys(range(10), 1) | {4: 2}


@pytest.mark.parametrize("way", APART)
def test_a_partition_that_kills_its_workers_is_named(way: Way, tmp_path: Path) -> None:
    fn = functools.partial(partitions.is_always_killed, str(tmp_path))
    with pytest.raises(PartitionFailed) as caught:
        list(map_partitions(fn, range(3), way=way, workers=2, attempts=2))
    assert caught.value.details["key"] == 1
    assert _runs(tmp_path)[1] == 2


@pytest.mark.parametrize("way", WAYS)
def test_a_second_run_does_only_what_is_missing(way: Way, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    done = Done(folder=tmp_path / "done", work="squares")
    failing = functools.partial(partitions.always_fails, str(notes))
    with pytest.raises(PartitionFailed):
        list(map_partitions(failing, range(4), way=way, workers=1, attempts=1, done=done))
    assert _runs(notes) == {0: 1, 1: 1, 2: 1}
    fn = functools.partial(partitions.fails_once, str(notes))
    seen: list[Step] = []
    found = list(map_partitions(fn, range(4), way=way, workers=2, done=done, progress=seen.append))
    assert found == [(key, key) for key in range(4)]
    assert [step.key for step in seen if step.kept] == [0, 1]
    assert _runs(notes) == {0: 1, 1: 1, 2: 2, 3: 2}


def test_results_of_other_work_are_refused(tmp_path: Path) -> None:
    fn = functools.partial(partitions.square, str(tmp_path))
    list(map_partitions(fn, [9], way=Way.HERE, done=Done(folder=tmp_path / "done", work="a")))
    with pytest.raises(OtherWork):
        map_partitions(fn, [9], way=Way.HERE, done=Done(folder=tmp_path / "done", work="b"))


def test_half_a_result_is_no_result(tmp_path: Path) -> None:
    done = Done(folder=tmp_path / "done", work="a")
    done.open()
    (done.folder / "0.123.part").write_text('{"key": 9, "res')
    fn = functools.partial(partitions.square, str(tmp_path))
    assert list(map_partitions(fn, [9], way=Way.HERE, done=done)) == [(9, 81)]


@pytest.mark.parametrize("way", APART)
def test_workers_keep_to_one_thread(way: Way, tmp_path: Path) -> None:
    fn = functools.partial(partitions.threads, str(tmp_path))
    assert dict(map_partitions(fn, [1], way=way, workers=1)) == {1: ["1", "passive"]}


@pytest.mark.parametrize("way", APART)
def test_workers_listen_on_this_machine_only(way: Way, tmp_path: Path) -> None:
    me = psutil.Process()
    before = {c.laddr for c in me.net_connections("inet") if c.status == "LISTEN"}
    fn = functools.partial(partitions.sleeps, str(tmp_path))
    run = map_partitions(fn, range(4), way=way, workers=2)
    _, pid = next(run)
    assert pid != os.getpid()
    listening = {
        c.laddr
        for p in (me, *me.children(recursive=True))
        for c in p.net_connections("inet")
        if c.status == "LISTEN"
    } - before
    assert {address.ip for address in listening} <= {"127.0.0.1"}
    assert 8787 not in {address.port for address in listening}
    if way is Way.PROCESSES:
        assert not listening
    list(run)


@pytest.mark.parametrize("way", APART)
def test_closing_early_ends_the_workers(way: Way, tmp_path: Path) -> None:
    run = map_partitions(functools.partial(partitions.sleeps, str(tmp_path)), range(20), way=way, workers=2)  # fmt: skip
    next(run)
    run.close()  # type: ignore[attr-defined]
    assert len(_runs(tmp_path)) < 10


def test_the_setting_chooses_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = compute.config().model_copy(update={"compute": "processes", "compute_workers": 1})
    monkeypatch.setattr(compute, "config", lambda: settings)
    ((_, pid),) = map_partitions(functools.partial(partitions.sleeps, str(tmp_path)), [1])
    assert pid != os.getpid()


def test_doubled_keys_and_no_attempts_are_refused(tmp_path: Path) -> None:
    fn = functools.partial(partitions.square, str(tmp_path))
    with pytest.raises(ValueError, match="every key once"):
        map_partitions(fn, [1, 1])
    with pytest.raises(ValueError, match="attempts"):
        map_partitions(fn, [1], attempts=0)


def test_no_keys_are_no_work(tmp_path: Path) -> None:
    fn = functools.partial(partitions.square, str(tmp_path))
    assert list(map_partitions(fn, [], way=Way.PROCESSES)) == []
