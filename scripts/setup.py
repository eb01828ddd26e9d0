#!/usr/bin/env python3
"""Set the product up in this checkout: Python packages, browser files, translations, test browser.

    python3 scripts/setup.py run     what `make up` needs
    python3 scripts/setup.py test    the same, and what the tests need

Standard library only, and readable by an old Python so that it can say which one is needed. Each step leaves a
stamp with the digest of what it was made from; a step whose stamp still fits is skipped, so a second run takes
a fraction of a second.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
BUILT = ROOT / "src/jangteo/channels/ui/static/built/manifest.json"
LETTERS = ROOT / "src/jangteo/engines/boards/built/kor.traineddata"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20

#: Debian's names of what the browser tests need, each with a sign that it is there
BROWSER_PACKAGES = {
    "chromium": lambda: shutil.which("chromium") is not None,
    "fonts-noto-cjk": lambda: has_font("Noto Sans CJK KR"),
    "fonts-noto-color-emoji": lambda: has_font("Noto Color Emoji"),
    "fontconfig": lambda: shutil.which("fc-list") is not None,
}


class SetupError(Exception):
    """One line for the person at the terminal, with the remedy."""


def say(text: str) -> None:
    print("· " + text, file=sys.stderr, flush=True)


def environment() -> dict[str, str]:
    """Ours, but byte code is written: without it every start takes five times as long."""
    env = dict(os.environ)
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    env.pop("PYTHONPATH", None)
    env["VIRTUAL_ENV"] = str(VENV)
    return env


def run(*command: str) -> None:
    """Run quietly; show everything it said only when it fails."""
    done = subprocess.run(
        command, cwd=str(ROOT), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode != 0:
        sys.stderr.write(done.stdout.decode(errors="replace"))
        raise SetupError("failed: " + " ".join(command))


def digest(*paths: Path) -> str:
    """Digest of some files' contents and of the Python that is used."""
    whole = hashlib.sha256(sys.version.encode())
    for path in paths:
        whole.update(path.read_bytes() if path.exists() else b"-")
    return whole.hexdigest()


def is_fresh(stamp: str, value: str) -> bool:
    path = STAMPS / stamp
    return path.exists() and path.read_text() == value


def put_stamp(stamp: str, value: str) -> None:
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / stamp).write_text(value)


def check_python() -> None:
    if sys.version_info < OLDEST_PYTHON:
        raise SetupError(
            "Python %d.%d or newer is needed, this is %d.%d. Install it and run again with"
            " `make PYTHON=python3.11 ...`." % (*OLDEST_PYTHON, *sys.version_info[:2])
        )


def check_node() -> None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise SetupError(
            "Node.js %d or newer with npm is needed to build the browser files. Install it"
            " (Debian: apt-get install nodejs npm) and run again." % OLDEST_NODE
        )
    version = subprocess.run([node, "--version"], stdout=subprocess.PIPE).stdout.decode().strip()
    if int(version.lstrip("v").split(".")[0]) < OLDEST_NODE:
        raise SetupError(
            "Node.js %d or newer is needed, this is %s. Install a newer one and run again."
            % (OLDEST_NODE, version)
        )


def lock_digest(kind: str) -> str:
    """The stamp of an installation: its locks, the project's own file, the Python."""
    names = (kind + ".txt", "tools.txt")
    locks = [ROOT / "requirements" / name for name in names]
    return kind + digest(*locks, ROOT / "pyproject.toml")


def python_packages(kind: str) -> None:
    """The virtual environment holds exactly what the lock names, and this checkout, editable.

    The tests' packages contain the product's, so with them in place nothing is left to do for either.
    """
    if any(is_fresh("python", lock_digest(there)) for there in {kind, "dev"}):
        return
    started = time.monotonic()
    say("Python packages ...")
    locks = [ROOT / "requirements" / name for name in (kind + ".txt", "tools.txt")]
    if not PYTHON.exists():
        run(sys.executable, "-m", "venv", str(VENV))
    tools = digest(locks[1])
    if not is_fresh("tools", tools):
        run(str(PYTHON), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(locks[1]))
        put_stamp("tools", tools)
    uv = [str(PYTHON), "-m", "uv", "pip"]
    run(*uv, "sync", "-q", "--require-hashes", "--compile-bytecode", *map(str, locks))
    run(*uv, "install", "-q", "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    run(str(PYTHON), "-m", "compileall", "-q", str(ROOT / "src"))
    put_stamp("python", lock_digest(kind))
    say("Python packages ready in %.1f s" % (time.monotonic() - started))


def browser_sources() -> list[Path]:
    channels = ROOT / "src/jangteo/channels"
    found = [ROOT / "package-lock.json", *sorted((ROOT / "scripts").glob("*.mjs"))]
    for folder in ("static_src", "css", "templates", "fonts"):
        for channel in sorted(channels.glob("*/" + folder)):
            found.extend(sorted(path for path in channel.rglob("*") if path.is_file()))
    return found + sorted(channels.glob("*/icons.txt"))


def browser_files() -> None:
    """npm's libraries, then the bundles. Neither is needed to be repeated while nothing changed."""
    packages = digest(ROOT / "package.json", ROOT / "package-lock.json")
    built = digest(*browser_sources())
    there = BUILT.exists() and LETTERS.exists()
    if there and is_fresh("npm", packages) and is_fresh("browser", built):
        return
    check_node()
    if not is_fresh("npm", packages) or not (ROOT / "node_modules").is_dir():
        say("browser libraries ...")
        run("npm", "ci", "--no-audit", "--no-fund")
        put_stamp("npm", packages)
    say("browser files ...")
    run("npm", "run", "--silent", "build")
    put_stamp("browser", built)


def translations() -> None:
    """Compile the English texts."""
    sources = sorted((ROOT / "src/jangteo/locale").glob("*/LC_MESSAGES/*.po"))
    value = digest(*sources)
    if not sources or (
        all(path.with_suffix(".mo").exists() for path in sources) and is_fresh("locale", value)
    ):
        return
    say("translations ...")
    for path in sources:
        run(str(PYTHON), "-m", "babel.messages.frontend", "-q", "compile", "-f",
            "-i", str(path), "-o", str(path.with_suffix(".mo")))  # fmt: skip
    put_stamp("locale", value)


def has_font(family: str) -> bool:
    if shutil.which("fc-list") is None:
        return False
    listed = subprocess.run(["fc-list", ":", "family"], stdout=subprocess.PIPE).stdout
    return family.encode() in listed


def test_browser() -> None:
    """Chromium and fonts with Hangul and emoji, from the distribution."""
    if is_fresh("browser-packages", "1") and shutil.which("chromium"):
        return
    missing = [name for name, is_there in BROWSER_PACKAGES.items() if not is_there()]
    if missing:
        install_packages(missing)
    put_stamp("browser-packages", "1")


def install_packages(names: list[str]) -> None:
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *names]
    if shutil.which("apt-get") is None:
        raise SetupError(
            "the browser tests need " + ", ".join(names) + ". Install them and run again."
        )
    prefix = []
    if os.geteuid() != 0:
        if shutil.which("sudo") is None or subprocess.run(["sudo", "-n", "true"]).returncode != 0:
            raise SetupError(
                "the browser tests need %s. Run `sudo apt-get update && sudo %s` and then again."
                % (", ".join(names), " ".join(command))
            )
        prefix = ["sudo", "-n"]
    say("installing " + ", ".join(names) + " ...")
    run(*prefix, "apt-get", "update", "-q")
    run(*prefix, "env", "DEBIAN_FRONTEND=noninteractive", *command)


def main() -> int:
    kind = sys.argv[1] if len(sys.argv) == 2 else ""
    if kind not in ("run", "test"):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        check_python()
        python_packages("dev" if kind == "test" else "run")
        browser_files()
        translations()
        if kind == "test":
            test_browser()
    except SetupError as problem:
        print("jangteo set-up: %s" % problem, file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
