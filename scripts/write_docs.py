"""Write the generated parts of docs/: the table of settings in docs/operate.md.

python scripts/write_docs.py            write
python scripts/write_docs.py --check    fail when a generated part is old
"""

from __future__ import annotations

import ast
import inspect
import sys
from pathlib import Path
from typing import Any

from jangteo.platform import config as config_module
from jangteo.platform.config import Config

ROOT = Path(__file__).resolve().parents[1]
OPERATE = ROOT / "docs" / "operate.md"
BEGIN = "<!-- settings: written by `make docs` -->"
END = "<!-- end of settings -->"
#: defaults that depend on the machine are said in words
IN_WORDS = {
    "var_dir": "`/var/lib/jangteo/...` as root, else `var/` in the checkout",
    "data_dir": "`../shared/data`",
    "secret_key": "made once, kept in the data folder",
}


def reasons() -> dict[str, str]:
    """The ``#:`` comment above each field of `Config`."""
    lines = inspect.getsource(config_module).splitlines()
    body = next(
        node
        for node in ast.parse("\n".join(lines)).body
        if isinstance(node, ast.ClassDef) and node.name == "Config"
    ).body
    found = {}
    for node in body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = _comment_above(lines, node.lineno - 1)
    return found


def _comment_above(lines: list[str], index: int) -> str:
    comment: list[str] = []
    while index > 0 and lines[index - 1].strip().startswith("#:"):
        index -= 1
        comment.insert(0, lines[index].strip().removeprefix("#:").strip())
    return " ".join(comment)


def variable(name: str, field: Any) -> str:
    alias = field.validation_alias
    return alias if isinstance(alias, str) else f"JANGTEO_{name.upper()}"


def default(name: str, field: Any) -> str:
    if name in IN_WORDS:
        return IN_WORDS[name]
    value = field.default
    if value in ("", None):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, list):
        return "`[" + ", ".join(f'"{entry}"' for entry in value) + "]`"
    return f"`{value}`"


def settings_table() -> str:
    """All settings as a Markdown table."""
    why = reasons()
    rows = ["| variable | default | what it is for |", "| --- | --- | --- |"]
    for name, field in Config.model_fields.items():
        rows.append(f"| `{variable(name, field)}` | {default(name, field)} | {why[name]} |")
    return "\n".join(rows)


def written(text: str) -> str:
    """The page with its generated part renewed."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{settings_table()}\n\n{END}{after}"


def main() -> int:
    old = OPERATE.read_text(encoding="utf-8")
    new = written(old)
    if "--check" in sys.argv:
        if old != new:
            print("docs/operate.md is old: run `make docs`")
            return 1
        return 0
    OPERATE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
