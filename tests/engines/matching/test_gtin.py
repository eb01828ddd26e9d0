"""GTIN check digits."""

from __future__ import annotations

import pytest

from jangteo.engines.matching import is_gtin, understand


@pytest.mark.parametrize(
    "digits",
    [
        "8801234567893",
        "08801234567893",
        "8801043015653",
        "96385074",
        "036000291452",
        "4006381333931",
    ],
)
def test_a_number_with_its_check_digit_is_a_gtin(digits: str) -> None:
    assert is_gtin(digits)


@pytest.mark.parametrize(
    "digits",
    [
        "8801234567894",
        "88012345678",
        "0000000000000",
        "",
        "88o1234567893",
        "８８０１２３４５６７８９３",
    ],
)
def test_any_other_number_is_none(digits: str) -> None:
    assert not is_gtin(digits)


def test_a_wrong_barcode_is_asked_and_not_given() -> None:
    read = understand("새우깡 90g 8801234567894 1,500원")
    assert read.value("gtin") is None
    assert "gtin" in {a.field for a in read.asks}
    assert read.value("price_krw") == 1500


def test_a_telephone_number_is_neither_barcode_nor_price() -> None:
    read = understand("해남배추 3포기 12,000원 문의 010-1234-5678")
    assert read.value("gtin") is None
    assert read.value("price_krw") == 12000
