"""Write the generated parts of docs/: the settings in docs/operate.md, what is held about people in docs/privacy.md.

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
from jangteo.platform.boot import django_ready
from jangteo.platform.config import Config
from jangteo.platform.personal_data import privacy_table

ROOT = Path(__file__).resolve().parents[1]
OPERATE = ROOT / "docs" / "operate.md"
BEGIN = "<!-- settings: written by `make docs` -->"
END = "<!-- end of settings -->"
PRIVACY = ROOT / "docs" / "privacy.md"
PRIVACY_BEGIN = "<!-- held: written by `make docs` -->"
PRIVACY_END = "<!-- end of held -->"
#: defaults that depend on the machine are said in words
IN_WORDS = {
    "var_dir": "`/var/lib/jangteo/...` as root, else `var/` in the checkout",
    "paper_fonts_dir": "`node_modules/pretendard/dist/public/static/alternative` in the checkout",
    "korean_letters_dir": "`engines/boards/built` in the package",
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


def privacy_written(text: str) -> str:
    """The page of personal data with its table renewed. Needs Django to be ready."""
    before, _, rest = text.partition(PRIVACY_BEGIN)
    _, _, after = rest.partition(PRIVACY_END)
    return f"{before}{PRIVACY_BEGIN}\n\n{privacy_table()}\n{PRIVACY_END}{after}"


def main() -> int:
    django_ready()
    is_old = 0
    for path, renew in ((OPERATE, written), (PRIVACY, privacy_written)):
        old = path.read_text(encoding="utf-8")
        new = renew(old)
        if old == new:
            continue
        if "--check" in sys.argv:
            print(f"docs/{path.name} is old: run `make docs`")
            is_old = 1
        else:
            path.write_text(new, encoding="utf-8")
    return is_old


if __name__ == "__main__":
    sys.exit(main())
