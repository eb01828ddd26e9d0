"""Cleaning, comparing and addressing what people type."""

from __future__ import annotations

import pytest

from jangteo.platform.errors import InvalidInput
from jangteo.platform.text import (
    ascii_slug,
    clean_block,
    clean_line,
    fold,
    korean_slug,
    romanise,
)


def test_lines_lose_control_characters_and_doubled_spaces() -> None:
    assert clean_line("  햇\x00 감\u200b자 \t\n 1kg ", field="name", at_most=80) == "햇 감자 1kg"
    assert clean_line("\u1100\u1161", field="name", at_most=80) == "가"  # conjoining letters
    assert clean_block("가\r\n나\r다\x07 ", field="story", at_most=80) == "가\n나\n다"


def test_missing_and_long_lines_are_refused_by_name() -> None:
    with pytest.raises(InvalidInput) as caught:
        clean_line(" \n ", field="name", at_most=80, required=True)
    assert caught.value.field == "name"
    with pytest.raises(InvalidInput, match="longer than 3"):
        clean_line("가나다라", field="name", at_most=3)
    assert clean_line("가나다", field="name", at_most=3) == "가나다"


def test_folding_compares_what_people_mean() -> None:
    assert fold("대파 (한 단)") == fold("대파（한단）") == "대파한단"
    assert fold("1 KG") == fold("㎏1"[1] + "㎏") == "1kg"


@pytest.mark.parametrize(
    ("korean", "latin"),
    [
        ("암사종합시장", "amsajonghapsijang"),
        ("부산", "busan"),
        ("값", "gap"),
        ("닭", "dak"),
        ("외국", "oeguk"),
        ("ABC 1", "ABC 1"),
    ],
)
def test_romanising_letter_by_letter(korean: str, latin: str) -> None:
    assert romanise(korean) == latin


def test_web_addresses() -> None:
    assert ascii_slug("초록 채소 (2호)") == "chorok-chaeso-2ho"
    assert ascii_slug("🥬") == ""
    assert ascii_slug("가" * 100, at_most=5) == "gagag"
    assert korean_slug("햇 감자_1kg!") == "햇-감자-1kg"
