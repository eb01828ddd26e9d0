from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jangteo.engines.pairing import tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("대파 한 단", "대파 1단"),
        ("대파 한단", "대파 1단"),
        ("오징어 두 마리", "오징어 2마리"),
        ("순창고추장 3 키로", "순창고추장 3kg"),
        ("참기름 2리터", "참기름 2L"),
        ("콩나물 세 봉지", "콩나물 3봉"),
        ("ＬＥＤ　등", "led 등"),
    ],
)
def test_two_ways_of_writing_one_thing_are_one_text(one: str, other: str) -> None:
    assert tokens.clean(one) == tokens.clean(other)


def test_a_number_word_inside_a_name_stays_a_name() -> None:
    assert tokens.clean("두부한모 세발나물 열무") == "두부한모 세발나물 열무"


def test_words_have_one_spelling_of_numbers_and_glued_units() -> None:
    assert tokens.words("adobe v7.0 cs3 ( 500 gb ) 1,200 08") == [
        "adobe", "v7", "cs3", "500gb", "1200", "8",
    ]  # fmt: skip


def test_model_codes_lose_their_dashes_and_amounts_are_no_codes() -> None:
    found = tokens.codes(tokens.clean("Panasonic KX-TG9343T 2.4GHz mb769g/a 711719804604 500gb"))
    assert found == {"kxtg9343t", "mb769g", "mb769ga", "711719804604"}


def test_amounts_are_counted_in_one_unit_of_each_dimension() -> None:
    assert tokens.amounts("0.5 tb 500gb 10.2 ' lcd 3kg 1단") == {
        ("bytes", 500_000.0),
        ("length", 25.908),
        ("weight", 3000.0),
        ("단", 1.0),
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,299.00", 1299.0),
        ("3000원", 3000.0),
        ("", None),
        ("시가", None),
        ("0", None),
        ("$ 5", 5.0),
    ],
)
def test_a_price_is_the_positive_number_in_a_text(text: str, value: float | None) -> None:
    assert tokens.price(text) == value


def test_colours_have_one_name_in_both_languages() -> None:
    found = tokens.colours(tokens.words(tokens.clean("Grey case, 분홍 고무장갑 stainless")))
    assert found == {"gray", "pink", "stainless"}


def test_jamo_take_syllables_apart_and_leave_the_rest() -> None:
    assert tokens.jamo("대a") == "\u1103\u1162a"
    assert len(tokens.jamo("값")) == 3


def test_grams_of_a_short_text_are_the_text() -> None:
    assert tokens.grams("ab", 3, 4) == ["ab"]
    assert tokens.grams("", 3, 4) == []
    assert tokens.grams("abcd", 3, 4) == ["abc", "bcd", "abcd"]


def test_control_characters_and_endless_text_are_tamed() -> None:
    assert tokens.clean("a\x00b\u200bc\n d") == "a b c d"
    assert len(tokens.clean("가 " * 5000)) <= tokens.MAX_CHARS


def test_the_hook_rewrites_the_cleaned_text() -> None:
    assert tokens.clean("쪽파  1단", lambda text: text.replace("쪽파", "실파")) == "실파 1단"


@given(st.text(max_size=300))
def test_any_text_can_be_read_and_cleaning_twice_changes_nothing(text: str) -> None:
    cleaned = tokens.clean(text)
    assert tokens.clean(cleaned) == cleaned
    assert all(tokens.words(cleaned))
    for reader in (tokens.codes, tokens.numbers, tokens.amounts):
        assert isinstance(reader(cleaned), frozenset)
    assert tokens.compact(cleaned) == "".join(c for c in cleaned if c.isalnum())
