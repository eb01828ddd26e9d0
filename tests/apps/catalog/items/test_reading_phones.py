"""Telephone numbers behind goods are kept nowhere that others read, however they are written; barcodes and prices stay."""

from __future__ import annotations

import pytest

from jangteo.apps.catalog.items.reading import without_phones


@pytest.mark.parametrize(
    "phone",
    [
        "010-1234-5678", "010 - 1234 - 5678", "010–1234–5678", "０１０-１２３４-５６７８", "010.1234.5678",
        "(02)123-4567", "02) 123-4567", "+82 10-1234-5678", "+82-(0)10-1234-5678", "01012345678", "1588-1234",
    ],
)  # fmt: skip
def test_a_number_goes(phone: str) -> None:
    kept = without_phones(f"햇사과 5kg {phone} 순이네")
    assert not any(char.isdecimal() for char in kept.replace("5kg", ""))


@pytest.mark.parametrize("line", ["8801234567893", "사과 5kg 12,000원", "2026-11-22", "1200-1500원", "012345678905"])  # fmt: skip
def test_other_numbers_stay(line: str) -> None:
    assert without_phones(line) == line
