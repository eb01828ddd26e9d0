"""Hangul by its letters, both keyboards, and romanisation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jangteo.engines.retrieval.hangul import (
    compose,
    from_latin_keys,
    has_letter,
    initials,
    is_initials,
    letters,
    roman_likeness,
    romanised,
    sound,
    to_latin_keys,
)

SYLLABLES = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=12)


@pytest.mark.parametrize(
    ("word", "apart"),
    [
        ("삼겹살", "ㅅㅏㅁㄱㅕㅂㅅㅏㄹ"),
        ("닭", "ㄷㅏㄹㄱ"),
        ("과", "ㄱㅗㅏ"),
        ("삼ㄱ", "ㅅㅏㅁㄱ"),
        ("a1", "a1"),
    ],
)
def test_letters_come_in_the_order_of_typing(word: str, apart: str) -> None:
    assert letters(word) == apart


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        ("tkaruqtkf", "삼겹살"),
        ("rhemddj", "고등어"),
        ("ekfrrkdwjd", "닭강정"),
        ("EjrqhRdl", "떡볶이"),
        ("dovmfakdrh", "애플망고"),
        ("an", "무"),
        ("qo", "배"),
        ("rP", "계"),
        ("123", "123"),
    ],
)
def test_keys_of_one_language_write_the_other(keys: str, word: str) -> None:
    assert from_latin_keys(keys) == word
    assert to_latin_keys(word) == keys


def test_latin_typed_on_a_hangul_keyboard_comes_back() -> None:
    assert to_latin_keys("처") == "cj"
    assert to_latin_keys("네므") == "spam"


@given(SYLLABLES)
def test_every_syllable_survives_typing(text: str) -> None:
    assert compose(letters(text)) == text
    assert from_latin_keys(to_latin_keys(text)) == text


@given(st.text(max_size=40))
def test_any_text_is_read(text: str) -> None:
    for function in (letters, initials, compose, from_latin_keys, to_latin_keys, romanised, sound):
        assert isinstance(function(text), str)
    assert isinstance(is_initials(text), bool)
    assert isinstance(has_letter(text), bool)


def test_first_consonants() -> None:
    assert initials("삼겹살") == "ㅅㄱㅅ"
    assert is_initials("ㅅㄱㅅ")
    assert not is_initials("ㅅㄱ살")
    assert not is_initials("ㅏㅣ")
    assert not is_initials("")


@pytest.mark.parametrize(
    ("word", "latin"),
    [("삼겹살", "samgyeopsal"), ("김치", "gimchi"), ("콩나물", "kongnamul"), ("국물", "gungmul")],
)
def test_revised_romanisation(word: str, latin: str) -> None:
    assert romanised(word) == latin


@pytest.mark.parametrize(
    ("latin", "word"),
    [
        ("samgyupsal", "삼겹살"),
        ("samgyopsal", "삼겹살"),
        ("daepa", "대파"),
        ("taepa", "대파"),
        ("kaktugi", "깍두기"),
        ("soondae", "순대"),
        ("dwenjang", "된장"),
        ("ddukbokki", "떡볶이"),
        ("mandoo", "만두"),
        ("kochujang", "고추장"),
    ],
)
def test_habits_of_romanisation_sound_alike(latin: str, word: str) -> None:
    assert sound(latin) == sound(romanised(word))
    assert roman_likeness(latin, word) >= 0.9


def test_other_words_do_not_sound_alike() -> None:
    assert roman_likeness("samgyupsal", "고등어") < 0.5
    assert roman_likeness("", "고등어") == 0.0
