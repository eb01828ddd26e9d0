"""A percentage is written one way everywhere."""

from __future__ import annotations

import re

import pytest

from jangteo.platform.config import PROJECT_ROOT
from jangteo.platform.percent import percent

#: a figure with the sign glued behind it, in what people read
GLUED = re.compile(r"\}\}%[^}]|%\(\w+\)[sd]%%|\}%[\"' ]")


@pytest.mark.parametrize(
    ("figure", "text"),
    [(31, "31\u00a0%"), (12.5, "12.5\u00a0%"), (100.0, "100\u00a0%"), ("4.20", "4.20\u00a0%")],
)
def test_a_figure_and_its_sign_stay_on_one_line(figure: str | float, text: str) -> None:
    assert percent(figure) == text


def test_no_page_glues_the_sign_to_a_figure() -> None:
    found = [
        f"{path.relative_to(PROJECT_ROOT)}: {match[0]}"
        for path in sorted((PROJECT_ROOT / "src/jangteo/channels").rglob("*.html"))
        for match in GLUED.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []
