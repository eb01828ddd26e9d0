"""Keeps a few processes running: starts them, restarts the crashed ones with backoff, stops all within a time.

Every child is the leader of a session of its own, so that Ctrl-C reaches only the supervisor (which stops the
children in order) and so that what a dead child left behind can be killed as a group. On Linux the kernel tells
the children to end when the supervisor is killed.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from jangteo.platform.say import Exit, say

#: SIGTERM to SIGKILL; the embedded database still has to stop within the promised ten seconds
STOP_SECONDS = 6.0
#: a child that ran this long starts again at once and without a grudge
STEADY_SECONDS = 60.0
BACKOFF_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
POLL_SECONDS = 0.2
PR_SET_PDEATHSIG = 1

Report = Callable[[str], None]


@dataclass(kw_only=True, slots=True)
class Child:
    """One process to keep."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    #: end everything when this one cannot even start once
    essential: bool = False
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    started_at: float = 0.0
    crashes: int = 0
    restart_at: float = 0.0

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None


def _die_with_parent(libc: Any, parent: int) -> Callable[[], None] | None:
    if libc is None:
        return None

    def prepare() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # the parent died before we asked
            os._exit(1)

    return prepare


def _libc() -> Any:
    return ctypes.CDLL(None) if sys.platform == "linux" else None


class Supervisor:
    """``report`` is told what a person at the terminal should know."""

    def __init__(self, children: Sequence[Child], report: Report) -> None:
        self.children = list(children)
        self.report = report
        self._stop = threading.Event()
        self._libc = _libc()
        self._steady = False

    def request_stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """A signal handler: end the loop. A second one kills what is left at once."""
        if self._stop.is_set():
            self._kill_all()
        self._stop.set()

    def listen_to_signals(self) -> None:
        signal.signal(signal.SIGINT, self.request_stop)
        signal.signal(signal.SIGTERM, self.request_stop)

    def start(self) -> None:
        for child in self.children:
            self._start(child)

    def _start(self, child: Child) -> None:
        child.process = subprocess.Popen(  # noqa: S603 - commands are our own
            list(child.command),
            env=dict(child.env),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent(self._libc, os.getpid()),
        )
        child.started_at = time.monotonic()

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> int | None:
        """Wait for ``ready``; None when it is, an exit code when an essential child ended or time ran out."""
        end = time.monotonic() + seconds
        while not self._stop.is_set():
            if ready():
                self._steady = True
                return None
            ended = next((c for c in self.children if c.essential and not c.alive()), None)
            if ended is not None:
                return self._could_not_start(ended)
            if time.monotonic() > end:
                self.report(
                    say(
                        f"{seconds:.0f}초 안에 열리지 않았어요. `jangteo doctor`로 확인해 주세요.",
                        f"Not open after {seconds:.0f} seconds. Run `jangteo doctor` to see why.",
                    )
                )
                return Exit.NOT_READY
            self._stop.wait(0.05)
        return Exit.OK

    def _could_not_start(self, child: Child) -> int:
        code = child.process.returncode if child.process else -1
        self.report(
            say(
                f"{child.name} 프로세스가 시작하지 못했어요(종료 {code}). 위의 오류를 보거나 `jangteo doctor`를 해 보세요.",
                f"{child.name} could not start (exit {code}). See the error above, or run `jangteo doctor`.",
            )
        )
        return Exit.NOT_READY

    def run(self) -> int:
        """Keep the children until a signal comes; then 0."""
        while not self._stop.is_set():
            for child in self.children:
                self._keep(child)
            self._stop.wait(POLL_SECONDS)
        return Exit.OK

    def _keep(self, child: Child) -> None:
        if child.alive():
            return
        now = time.monotonic()
        if child.restart_at == 0.0:
            self._note_crash(child, now)
        elif now >= child.restart_at:
            child.restart_at = 0.0
            self._start(child)

    def _note_crash(self, child: Child, now: float) -> None:
        self._kill_group(child)
        if now - child.started_at > STEADY_SECONDS:
            child.crashes = 0
        wait = BACKOFF_SECONDS[min(child.crashes, len(BACKOFF_SECONDS) - 1)]
        child.crashes += 1
        child.restart_at = now + wait
        code = child.process.returncode if child.process else -1
        self.report(
            say(
                f"{child.name} 프로세스가 멈춰서(종료 {code}) {wait:g}초 뒤에 다시 시작해요.",
                f"{child.name} ended (exit {code}); starting it again in {wait:g} s.",
            )
        )

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """SIGTERM to all, SIGKILL to the groups of those that are left after ``seconds``."""
        self._stop.set()
        for child in self.children:
            if child.process is not None and child.alive():
                child.process.terminate()
        end = time.monotonic() + seconds
        while any(child.alive() for child in self.children) and time.monotonic() < end:
            time.sleep(0.02)
        self._kill_all()

    def _kill_all(self) -> None:
        for child in self.children:
            self._kill_group(child)
            if child.process is not None:
                child.process.wait()

    def _kill_group(self, child: Child) -> None:
        """A dead leader's group may still hold its workers, and with them the port."""
        if child.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.process.pid, signal.SIGKILL)
