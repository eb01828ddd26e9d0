"""Korean numerals against a writer of them that shares nothing with the reader."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jangteo.engines.pricelist import KoreanNumber, parse_korean_number

WORDS = ["", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"]


def four(number: int, *, full: bool) -> str:
    """A number below 10,000 in Hangul; ``full`` writes 일천 rather than 천."""
    text = ""
    for digit, place in zip(f"{number:04d}", ["천", "백", "십", ""], strict=True):
        n = int(digit)
        if n:
            text += ("" if n == 1 and place and not full else WORDS[n]) + place
    return text


def hangul(number: int, *, full: bool = False) -> str:
    """12345 → 만이천삼백사십오."""
    eok, rest = divmod(number, 10**8)
    man, units = divmod(rest, 10**4)
    text = (four(eok, full=full) + "억") if eok else ""
    if man:
        bare = man == 1 and not eok and not full
        text += ("" if bare else four(man, full=full)) + "만"
    return text + four(units, full=full)


def mixed(number: int) -> str:
    """12500 → 1만2천5백."""
    text, rest = "", number
    for place, word in ((10**4, "만"), (1000, "천"), (100, "백"), (10, "십")):
        count, rest = divmod(rest, place)
        text += f"{count}{word}" if count else ""
    return text + (str(rest) if rest else "")


@given(st.integers(1, 999_999_999), st.booleans())
def test_hangul_reads_back(number: int, full: bool) -> None:
    parsed = parse_korean_number(hangul(number, full=full))
    assert parsed is not None
    assert parsed.value == number


@given(st.integers(1, 99_999_999))
def test_digits_with_places_read_back(number: int) -> None:
    parsed = parse_korean_number(mixed(number))
    assert parsed is not None
    assert parsed.value == number


@given(st.integers(1, 9999), st.integers(1000, 9999))
def test_man_before_plain_digits(man: int, rest: int) -> None:
    assert parse_korean_number(f"{man}만{rest}") == KoreanNumber(man * 10_000 + rest)
    assert parse_korean_number(f"{man}만 {rest:,}") == KoreanNumber(man * 10_000 + rest)


@pytest.mark.parametrize(
    ("text", "value", "loose"),
    [
        ("만오", 10_005, 15_000),
        ("1만2", 10_002, 12_000),
        ("2천5", 2_005, 2_500),
        ("이백오", 205, 250),
        ("1만25", 10_025, 12_500),
        ("1만500", 10_500, None),
        ("사십오", 45, None),
        ("1.2만", 12_000, None),
        ("0.5만", 5_000, None),
        ("12천", 12_000, None),
        ("만", 10_000, None),
    ],
)
def test_values_and_what_a_speaker_may_mean(text: str, value: int, loose: int | None) -> None:
    assert parse_korean_number(text) == KoreanNumber(value, loose)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "원",
        "천만백천",
        "백천",
        "만만",
        "이이",
        "1.23456만",
        "5.5",
        "만1.5천",
        "0천",
        "20백",
        "오이",
        "12,34천",
    ],
)
def test_what_is_no_number(text: str) -> None:
    assert parse_korean_number(text) is None
