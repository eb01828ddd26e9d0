"""One line from two readings: what both see is sure, what one sees is asked, what neither saw shows by the ink."""

from __future__ import annotations

import numpy as np
import pytest

from jangteo.engines.boards.joining import Ink, join, room_of
from jangteo.engines.boards.sight import Sign

EM = 40.0


def line(text: str, *, sure: float = 0.99) -> list[Sign]:
    """The signs of a text as wide as letters are."""
    signs, at = [], 0.0
    for c in text:
        wide = room_of(c) * EM
        if c != " ":
            signs.append(Sign(c, sure, at + 2, at + wide - 2))
        at += wide
    return signs


def ink(text: str) -> Ink:
    columns = np.zeros(int(room_of(text) * EM) + 4, np.bool_)
    for sign in line(text):
        columns[int(sign.left) : int(sign.right)] = True
    return Ink(columns, EM)


def never(left: float, right: float) -> tuple[list[str], list[str]]:
    raise AssertionError("both readings agree: nothing to look at again")


def test_letters_come_from_one_reader_and_agreed_digits_are_sure() -> None:
    text = "대파 1단 2,500원"
    latin = [s for s in line(text) if s.text.isascii()]
    joined = join(line(text), latin, ink(text), never)
    assert (joined.text, joined.doubtful) == (text, ())
    assert joined.sure == pytest.approx(0.99)


def test_a_unit_tesseract_takes_for_digits_is_the_other_readers() -> None:
    # 2kg as 219: as wide, another text
    hangul = [Sign(c, 0.95, n * 24 + 2, n * 24 + 22) for n, c in enumerate("219")]
    latin = [Sign(c, 0.99, n * 24 + 2, n * 24 + 22) for n, c in enumerate("2kg")]
    joined = join(hangul, latin, ink("2kg"), never)
    assert (joined.text, joined.doubtful) == ("2kg", ())


def test_a_units_number_that_only_one_reader_saw_is_doubtful() -> None:
    hangul = [Sign(c, 0.95, n * 24 + 2, n * 24 + 22) for n, c in enumerate("319")]
    latin = [Sign(c, 0.99, n * 24 + 2, n * 24 + 22) for n, c in enumerate("2kg")]
    joined = join(hangul, latin, ink("2kg"), never)
    assert (joined.text, joined.doubtful) == ("2kg", (0,))


@pytest.mark.parametrize(
    ("again", "text", "doubtful"),
    [
        ((["8500", "8500"], ["8500"]), "8,500", ()),
        ((["3500", "3500"], ["3500", "3500"]), "3,500", ()),
        ((["8500"], []), "8,500", (0, 2, 3, 4)),
        ((["3500", "8500"], ["8500", "3500"]), "8,500", (0, 2, 3, 4)),
        (([], []), "8,500", (0, 2, 3, 4)),
    ],
    ids=["the first was right", "the second was right", "one family", "both ways", "unreadable"],
)
def test_digits_two_readers_differ_on_need_a_second_look_both_agree_on(
    again: tuple[list[str], list[str]], text: str, doubtful: tuple[int, ...]
) -> None:
    joined = join(line("8,500"), line("3,500"), ink("8,500"), lambda left, right: again)
    assert (joined.text, joined.doubtful) == (text, doubtful)


def test_digits_seen_in_hangul_beside_a_number_are_not_its_own() -> None:
    # PP-OCR takes 개 for 7H
    hangul = line("3개")
    latin = [hangul[0], Sign("7", 0.99, 26, 40), Sign("H", 0.99, 42, 56)]
    joined = join(hangul, latin, ink("3개"), never)
    assert (joined.text, joined.doubtful) == ("3개", ())


@pytest.mark.parametrize("text", ["29,00", "1,2345", "1,23"])
def test_a_comma_in_a_wrong_place_makes_a_number_doubtful(text: str) -> None:
    joined = join(line(text), line(text), ink(text), never)
    assert len(joined.doubtful) == sum(c.isdecimal() for c in text)


def test_a_full_stop_before_three_digits_is_a_comma() -> None:
    joined = join(line("35.000"), line("35,000"), ink("35.000"), never)
    assert (joined.text, joined.doubtful) == ("35,000", ())


def test_ink_for_more_letters_than_were_read_makes_a_line_unsure() -> None:
    joined = join(line("깨"), [], ink("3개월"), never)
    assert joined.sure == 0.3
    assert join(line("깨"), [], ink("깨"), never).sure == pytest.approx(0.99)


def test_more_letters_than_there_is_ink_for_make_a_line_unsure() -> None:
    assert join(line("10마리수"), line("10"), ink("1"), never).sure == 0.3


def test_a_lone_digit_taken_for_a_syllable_is_read_but_asked_unless_seen_again() -> None:
    joined = join(line("세"), line("4"), ink("4"), lambda left, right: (["4"], ["4"]))
    assert (joined.text, joined.doubtful) == ("4", ())
    joined = join(line("세"), line("4"), ink("4"), lambda left, right: ([], ["4"]))
    assert (joined.text, joined.doubtful) == ("4", (0,))
