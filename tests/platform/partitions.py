"""Functions that the tests of `platform.compute` send to workers; each notes its runs in a folder."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


def note(folder: str, key: int) -> None:
    """One line for each time a key was begun, with the process that did."""
    with (Path(folder) / f"{key}.runs").open("a") as file:
        file.write(f"{os.getpid()}\n")


def square(folder: str, key: int) -> int:
    """The square of the key; higher keys are faster, so that they come in another order than they were given."""
    note(folder, key)
    time.sleep(max(0.0, 0.2 - key * 0.02))
    return key * key


def fails_once(folder: str, key: int) -> int:
    """Key 3 fails the first time."""
    note(folder, key)
    if key == 3 and len((Path(folder) / "3.runs").read_text().split()) == 1:
        raise RuntimeError("the first time")
    return key


def always_fails(folder: str, key: int) -> int:
    """Key 2 never works."""
    note(folder, key)
    if key == 2:
        raise ValueError("two is wrong")
    return key


def is_killed_once(folder: str, key: int) -> int:
    """The worker of key 4 is killed by the kernel's hardest signal, the first time."""
    note(folder, key)
    time.sleep(0.05)
    if key == 4 and len((Path(folder) / "4.runs").read_text().split()) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return key


def is_always_killed(folder: str, key: int) -> int:
    """The worker of key 1 always dies."""
    note(folder, key)
    if key == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return key


def threads(folder: str, key: int) -> list[str]:
    """What a worker's surroundings say of threads."""
    return [os.environ.get("OMP_NUM_THREADS", ""), os.environ.get("OMP_WAIT_POLICY", "")]


def sleeps(folder: str, key: int) -> int:
    """Long enough to look at the workers' sockets."""
    note(folder, key)
    time.sleep(0.5)
    return os.getpid()
