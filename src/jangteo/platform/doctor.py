"""`jangteo doctor`: look at everything the market stands on and say what to do about what is wrong."""

from __future__ import annotations

import fcntl
import json
import platform
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from jangteo.platform import checks
from jangteo.platform.config import PACKAGE_ROOT, Config
from jangteo.platform.errors import JangteoError
from jangteo.platform.postgres import MINIMUM_VERSION, embedded_needed
from jangteo.platform.say import language, say

OLDEST_NODE = 20
#: the worker beats every five seconds
WORKER_SILENT_SECONDS = 30


class State(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    state: State
    detail: str
    remedy: str = ""


def examine(settings: Config) -> Iterator[Finding]:
    """Everything, in the order in which it would have to be mended."""
    yield _python()
    yield _node()
    yield from _environment(settings)
    yield _translations()
    yield _payment(settings)
    yield _public(settings)
    yield from _database(settings)


def _python() -> Finding:
    return Finding(name="Python", state=State.OK, detail=platform.python_version())


def _node() -> Finding:
    remedy = say(
        f"Node.js {OLDEST_NODE} 이상을 설치하세요. 브라우저 파일을 만들 때만 쓰여요.",
        f"Install Node.js {OLDEST_NODE} or newer; only building the browser files needs it.",
    )
    node = shutil.which("node")
    if node is None:
        return Finding(
            name="Node.js", state=State.WARN, detail=say("없음", "missing"), remedy=remedy
        )
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 - found on the PATH, fixed arguments
    found = re.match(r"v(\d+)", said)
    fine = found is not None and int(found.group(1)) >= OLDEST_NODE
    return Finding(
        name="Node.js",
        state=State.OK if fine else State.WARN,
        detail=said.strip(),
        remedy="" if fine else remedy,
    )


def _environment(settings: Config) -> Iterator[Finding]:
    yield _tried(
        say("데이터 폴더", "data folder"),
        lambda: checks.check_data_folder(settings),
        str(settings.var_dir),
    )
    yield _tried(
        say("디스크", "disk"),
        lambda: checks.check_disk(settings),
        say(
            f"{checks.MINIMUM_FREE_MB} MB 이상 남음", f"more than {checks.MINIMUM_FREE_MB} MB free"
        ),
    )
    yield _tried(
        say("브라우저 파일", "browser files"),
        checks.check_browser_files,
        say("만들어져 있음", "built"),
    )
    for name, port in (("web", settings.port), ("live", settings.effective_live_port)):
        yield _port(settings, name, port)


def _tried(name: str, check: Callable[[], object], detail: str) -> Finding:
    try:
        check()
    except JangteoError as problem:
        return Finding(
            name=name,
            state=State.FAIL,
            detail=say("준비되지 않음", "not ready"),
            remedy=problem.message(language()),
        )
    return Finding(name=name, state=State.OK, detail=detail)


def is_open(settings: Config) -> bool:
    """Does a `jangteo up` hold this data folder?"""
    path = settings.var_dir / "up.lock"
    if not path.exists():
        return False
    with path.open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _open_port(settings: Config) -> int | None:
    """The web port of the open market."""
    try:
        return int(json.loads((settings.var_dir / "up.lock").read_text())["port"])
    except (OSError, ValueError, KeyError):
        return None


def _port(settings: Config, name: str, port: int) -> Finding:
    label = say(f"포트 {port} ({name})", f"port {port} ({name})")
    if is_open(settings) and _open_port(settings) == settings.port:
        return Finding(name=label, state=State.OK, detail=say("장터가 쓰는 중", "this market"))
    return _tried(label, lambda: checks.check_port(settings.host, port), say("비어 있음", "free"))


def _translations() -> Finding:
    name = say("번역", "translations")
    sources = sorted((PACKAGE_ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
    missing = [path.parts[-3] for path in sources if not path.with_suffix(".mo").exists()]
    if missing or not sources:
        return Finding(
            name=name,
            state=State.WARN,
            detail=say("한국어만 나와요", "Korean only"),
            remedy=say("`make up`을 하면 만들어요.", "`make up` compiles them."),
        )
    return Finding(name=name, state=State.OK, detail=", ".join(p.parts[-3] for p in sources))


def _payment(settings: Config) -> Finding:
    name = say("결제", "payment")
    if settings.payment_provider == "sandbox":
        return Finding(
            name=name,
            state=State.WARN if settings.public_url else State.OK,
            detail=say("모의 결제(돈이 오가지 않음)", "sandbox (no money moves)"),
            remedy=say(
                "진짜로 팔려면 JANGTEO_PAYMENT_PROVIDER=toss와 키를 정하세요.",
                "To sell for real set JANGTEO_PAYMENT_PROVIDER=toss and its keys.",
            )
            if settings.public_url
            else "",
        )
    missing = [
        variable
        for variable, value in (
            ("JANGTEO_TOSS_CLIENT_KEY", settings.toss_client_key),
            ("JANGTEO_TOSS_SECRET_KEY", settings.toss_secret_key),
        )
        if not value
    ]
    if missing:
        return Finding(
            name=name,
            state=State.FAIL,
            detail=settings.payment_provider,
            remedy=say(f"정해 주세요: {', '.join(missing)}", f"Set {', '.join(missing)}."),
        )
    return Finding(name=name, state=State.OK, detail=settings.payment_provider)


def _public(settings: Config) -> Finding:
    name = say("공개 주소", "public address")
    detail = settings.effective_public_url()
    if settings.public_url and settings.debug:
        return Finding(
            name=name,
            state=State.FAIL,
            detail=detail,
            remedy=say(
                "공개된 곳에서는 JANGTEO_DEBUG를 끄세요.", "Turn JANGTEO_DEBUG off in public."
            ),
        )
    if settings.public_url.startswith("https") and not settings.https:
        return Finding(
            name=name,
            state=State.WARN,
            detail=detail,
            remedy=say(
                "JANGTEO_HTTPS=1로 쿠키를 지키세요.", "Set JANGTEO_HTTPS=1 to protect the cookies."
            ),
        )
    return Finding(name=name, state=State.OK, detail=detail)


def _database(settings: Config) -> Iterator[Finding]:
    name = say("데이터베이스", "database")
    kind = say("내장", "embedded") if embedded_needed(settings) else "DATABASE_URL"
    try:
        from jangteo.platform.boot import django_ready  # noqa: PLC0415 - the database may be missing

        django_ready()
        from jangteo.platform import doctor_database, migrating  # noqa: PLC0415

        version = migrating.server_version()
    except Exception as problem:
        reason = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
        yield Finding(
            name=name,
            state=State.FAIL,
            detail=kind,
            remedy=problem.message(language()) if isinstance(problem, JangteoError) else reason,
        )
        return
    fine = version >= MINIMUM_VERSION
    yield Finding(
        name=name,
        state=State.OK if fine else State.FAIL,
        detail=f"{kind}, PostgreSQL {version // 10000}.{version % 10000}",
        remedy=""
        if fine
        else say("PostgreSQL 16 이상이 필요해요.", "PostgreSQL 16 or newer is needed."),
    )
    yield from doctor_database.examine(is_open(settings))


def as_text(findings: list[Finding]) -> str:
    """One line each; the remedy below it."""
    signs = {State.OK: "✓", State.WARN: "!", State.FAIL: "✗"}
    width = max(_columns(finding.name) for finding in findings)
    lines = []
    for finding in findings:
        pad = " " * (width - _columns(finding.name))
        lines.append(f" {signs[finding.state]} {finding.name}{pad}  {finding.detail}")
        if finding.remedy:
            lines.append(f"   {' ' * width}  → {finding.remedy}")
    return "\n".join(lines)


def _columns(text: str) -> int:
    """Columns on a terminal: Hangul takes two."""
    return sum(2 if "\u1100" <= char <= "\uffdc" else 1 for char in text)
