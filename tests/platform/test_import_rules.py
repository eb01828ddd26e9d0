"""The import rules hold in the product, and each of them can fail."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = ROOT / "pyproject.toml"


def _lint(config: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [
        str(Path(sys.executable).with_name("lint-imports")),
        "--no-cache",
        "--config",
        str(config),
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def _sample(folder: Path) -> None:
    """A package with every module that the contracts name, without any import."""
    rules = tomllib.loads(PYPROJECT.read_text())["tool"]["importlinter"]
    named: set[str] = set()
    for contract in rules["contracts"]:
        for key in ("layers", "source_modules", "forbidden_modules"):
            for entry in contract.get(key, []):
                named.update(part.strip() for part in entry.replace(":", "|").split("|"))
    for name in named:
        if not name.startswith("jangteo"):
            continue
        package = folder
        for part in name.split("."):
            package = package / part
            package.mkdir(exist_ok=True)
            (package / "__init__.py").touch()
    start = PYPROJECT.read_text().index("[tool.importlinter]")
    text = PYPROJECT.read_text()[start:]
    end = text.find("\n[tool.", 1)
    while end != -1 and text[end:].startswith("\n[tool.importlinter"):
        end = text.find("\n[tool.", end + 1)
    (folder / "pyproject.toml").write_text(text if end == -1 else text[:end])


def test_the_product_keeps_every_rule() -> None:
    done = _lint(PYPROJECT, ROOT)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_a_sample_without_imports_passes(tmp_path: Path) -> None:
    _sample(tmp_path)
    done = _lint(tmp_path / "pyproject.toml", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("apps.orders", "jangteo.channels.shop"),
        ("engines", "jangteo.apps.orders"),
        ("platform", "jangteo.apps.markets"),
        ("platform", "jangteo.channels.live"),
        ("platform", "jangteo.engines"),
        ("apps.markets", "jangteo.apps.accounts"),
        ("apps.orders", "jangteo.apps.payments"),
        ("apps.payments", "jangteo.apps.fulfilment"),
        ("channels.shop", "jangteo.channels.stall"),
        ("channels.api", "jangteo.channels.office"),
        ("channels.ui", "jangteo.channels.web"),
        ("channels.live", "jangteo.channels.shop"),
        ("engines", "django"),
        ("engines", "httpx"),
    ],
)
def test_each_rule_can_fail(tmp_path: Path, module: str, imported: str) -> None:
    _sample(tmp_path)
    bad = tmp_path / "jangteo" / Path(*module.split(".")) / "bad.py"
    bad.write_text(f"import {imported}\n")
    done = _lint(tmp_path / "pyproject.toml", tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 broken" in done.stdout
