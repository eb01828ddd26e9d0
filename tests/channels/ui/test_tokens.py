"""Every declared pair of colours keeps its contrast, in both themes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import jangteo.channels.ui as ui

CSS = Path(ui.__file__).parent / "css"
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")
PAIRS = re.findall(r"pair: (--[\w-]+) on (--[\w-]+) ([\d.]+)", TOKENS)


def theme(block: str) -> dict[str, str]:
    return dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6})\b", block))


LIGHT_BLOCK, DARK_BLOCK = TOKENS.split("@media (prefers-color-scheme: dark)")
LIGHT = theme(LIGHT_BLOCK)
DARK = LIGHT | theme(DARK_BLOCK)


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` by WCAG 2.2."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_pairs_are_declared() -> None:
    assert len(PAIRS) >= 35
    assert {float(least) for _, _, least in PAIRS} == {3, 4.5, 7}


@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_pair(front: str, ground: str, least: str, colours: dict[str, str]) -> None:
    ratio = contrast(colours[front], colours[ground])
    assert ratio >= float(least), f"{front} on {ground} is {ratio:.2f}"


def test_a_pair_that_only_marks_large_things_is_not_used_for_text() -> None:
    """3:1 is for borders, focus rings and fills; no ``color`` may use those tokens."""
    marks = {front for front, _, least in PAIRS if float(least) == 3} - {
        front for front, _, least in PAIRS if float(least) >= 4.5
    }
    text = "".join(p.read_text(encoding="utf-8") for p in CSS.rglob("*.css"))
    used = set(re.findall(r"(?<![\w-])color: var\((--[\w-]+)\)", text))
    assert not used & marks


def test_components_use_tokens_only() -> None:
    for part in sorted((CSS / "parts").glob("*.css")):
        raw = [
            line
            for line in part.read_text(encoding="utf-8").splitlines()
            if re.search(r"#[0-9a-f]{3,6}\b", line) and not line.startswith(".price-card")
        ]
        assert raw == [], part.name
