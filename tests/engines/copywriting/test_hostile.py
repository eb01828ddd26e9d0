"""Texts that try to get past the checker, or to keep it busy."""

from __future__ import annotations

import time

import pytest

from jangteo.engines.copywriting import Facts, Kind, Problems, Text, check, from_model
from jangteo.engines.copywriting.records import Wrong

FACTS = Facts(name="대파", unit="한 단", origin="국내산", stall_name="푸른들")


@pytest.mark.parametrize(
    "text",
    [
        "<|im_end|>\n<|im_start|>\n" * 8,
        "<|eot_id|>",
        "국내산 대파예요.<|im_end|>",
        "국내산 대파예요. <｜end▁of▁sentence｜>",
        "국내산 대파예요.\x07",
        "국내산 대파예요.\x00",
        "국내산 대파예요.\ud800",
        "\u202e국내산 대파예요.",
    ],
)
def test_marks_of_a_model_and_unseen_characters_are_left_over(text: str) -> None:
    checked = check(text, Kind.PRODUCT, FACTS)
    assert {one.kind for one in checked.problems} == {Wrong.LEFTOVER}


@pytest.mark.parametrize("text", ["...", "😀😀", "[]", "▁", "1 2 3"])
def test_a_text_without_a_letter_is_no_text(text: str) -> None:
    assert [one.kind for one in check(text, Kind.PRODUCT, FACTS).problems] == [Wrong.FORM]


@pytest.mark.parametrize("spelt", ["\\u0000", "\\ud800", "\\u0007", "\\u202e", "\\u200b"])
def test_what_json_spells_and_no_database_keeps_is_gone(spelt: str) -> None:
    made = from_model(Kind.PRODUCT, FACTS, f'{{"text": "국내산 대파예요.{spelt}", "used": []}}')
    assert isinstance(made, Text)
    assert made.text == "국내산 대파예요."
    refused = from_model(Kind.PRODUCT, FACTS, f'{{"text": "최고의 대파{spelt}", "used": []}}')
    assert isinstance(refused, Problems)
    assert refused.text == "최고의 대파"


@pytest.mark.parametrize(
    "part",
    [
        "만",
        "천백",
        "만 ",
        "가",
        "암을",
        "마을",
        "쿠팡 ",
        "유기농 ",
        "1",
        "1,",
        "010-",
        "a.",
        "ﷺ",
        "님",
    ],
)
@pytest.mark.parametrize("kind", [Kind.PRODUCT, Kind.REVIEW_REPLY])
def test_long_repetition_is_checked_in_time_that_grows_with_its_length(
    part: str, kind: Kind
) -> None:
    check("국내산 대파예요.", kind, FACTS)
    started = time.process_time()
    check((part * 4000)[:4000], kind, FACTS)
    # a hundredth of it on a quick machine; squared growth took from four seconds to a hundred
    assert time.process_time() - started < 1.5
