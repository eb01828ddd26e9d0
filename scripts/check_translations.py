"""Every text people see is Korean in the code and has an English translation with the same placeholders.

    python scripts/check_translations.py            fail and list what is missing
    python scripts/check_translations.py --update   bring the texts of the code into the English file

Texts are read with Babel from Python and from Jinja2 templates below ``src/jangteo``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "jangteo"
ENGLISH = SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po"

METHODS = [("**.py", "python"), ("**/templates/**.*", "jinja2")]
#: the same as `channels/ui/jinja.py`, or the texts would differ in white space
JINJA = {
    "extensions": "jinja2.ext.do,jinja2.ext.loopcontrols",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "newstyle_gettext": "true",
    "encoding": "utf-8",
}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[-+ #0-9.]*[a-z]|%[sd]|\{(\w*)[^{}]*\}")


def texts() -> Catalog:
    """Every text of the code, with the files it stands in."""
    found = Catalog(locale="en", domain="django", charset="utf-8", fuzzy=False)
    for file, line, text, comments, context in extract_from_dir(
        SOURCE,
        method_map=METHODS,
        options_map={"**/templates/**.*": JINJA},
        keywords=KEYWORDS,
        comment_tags=("i18n:",),
    ):
        found.add(
            text, locations=[(f"src/jangteo/{file}", line)], auto_comments=comments, context=context
        )
    return found


def placeholders(text: str) -> set[str]:
    return {match.group(0) for match in PLACEHOLDER.finditer(text.replace("%%", ""))}


def problems_of(message: Message, english: Message | None) -> Iterator[str]:
    """What is wrong with one text's translation."""
    forms = english.string if english is not None else ""
    strings = list(forms) if isinstance(forms, list | tuple) else [forms]
    if english is None or english.fuzzy or not all(string.strip() for string in strings):
        yield "no English text"
        return
    ids = list(message.id) if isinstance(message.id, list | tuple) else [message.id]
    if len(ids) > 1 and len(strings) != 2:
        yield "two English forms are needed"
    wanted = placeholders(ids[-1])
    for number, string in enumerate(strings):
        there = placeholders(string)
        # "one item" need not say its number
        if there != wanted and not (len(strings) > 1 and number == 0 and there <= wanted):
            yield f"placeholders {sorted(there)} instead of {sorted(wanted)}"


def check(source: Catalog, english: Catalog) -> list[str]:
    """One line per problem."""
    lines = []
    for message in source:
        if not message.id:
            continue
        first = message.id[0] if isinstance(message.id, list | tuple) else message.id
        where = message.locations[0][0] if message.locations else ""
        lines += [
            f"{where}: {first!r}: {problem}"
            for problem in problems_of(message, english.get(first, message.context))
        ]
    return lines


def load(path: Path = ENGLISH) -> Catalog:
    if not path.exists():
        return Catalog(locale="en", domain="django", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale="en", domain="django")


def update(source: Catalog, path: Path = ENGLISH) -> int:
    """Write the English file with every text of the code, keeping translations; returns how many lack one."""
    english = load(path)
    english.update(source, no_fuzzy_matching=True, update_header_comment=False)
    english.obsolete.clear()
    english.fuzzy = False
    english.header_comment = (
        "# English texts of Jangteo. Korean is the source; `make translations` adds new ones."
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(
            file, english, width=100, sort_output=True, include_lineno=False, omit_header=False
        )
    _steady_header(path)
    return len(check(source, load(path)))


def _steady_header(path: Path) -> None:
    """Dates and tool versions in the header would change with every run."""
    unsteady = ("POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team",
                "Generated-By", "Report-Msgid-Bugs-To", "Project-Id-Version")  # fmt: skip
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(tuple(f'"{name}' for name in unsteady))]
    path.write_text("".join(kept), encoding="utf-8")


def main() -> int:
    source = texts()
    if "--update" in sys.argv:
        print(f"{ENGLISH.relative_to(ROOT)}: {update(source)} texts lack a good English one")
        return 0
    found = check(source, load())
    for line in found:
        print(line)
    print(f"{len(source)} texts, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
