"""Heading words."""

from __future__ import annotations

import pytest

from jangteo.engines.pricelist.headers import Heading, Rank, Role, heading_of


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("품  명", Role.NAME), ("상품명(국내산)", Role.NAME), ("Item", Role.NAME), ("규격/단위", Role.UNIT), ("원산지", Role.ORIGIN),
        ("No.", Role.SKIP), ("비 고", Role.NOTE), ("할인율", Role.SKIP), ("전일가", Role.SKIP), ("수량", Role.QUANTITY),
    ],
)  # fmt: skip
def test_roles(text: str, role: Role) -> None:
    heading = heading_of(text)
    assert heading is not None
    assert heading.role is role


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("판매가", Heading(Role.PRICE, Rank.SELL)),
        ("판매\n가격(원)", Heading(Role.PRICE, Rank.SELL)),
        ("단가(천원)", Heading(Role.PRICE, Rank.PLAIN, scale=1000)),
        ("가격(도매)", Heading(Role.PRICE, Rank.COST)),
        ("가격(1kg)", Heading(Role.PRICE, Rank.PLAIN, "1kg")),
        ("kg당 가격", Heading(Role.PRICE, Rank.PLAIN, "1kg")),
        ("가격(대)", Heading(Role.PRICE, Rank.PLAIN, "대")),
        ("할인가", Heading(Role.PRICE, Rank.SALE)),
        ("정상가", Heading(Role.PRICE, Rank.LIST)),
        ("매입단가", Heading(Role.PRICE, Rank.COST)),
        ("금액", Heading(Role.PRICE, Rank.PLAIN, total_like=True)),
        ("5월가격", Heading(Role.PRICE, Rank.PLAIN)),
        ("대", Heading(Role.SIZE, label="대")),
        ("5kg", Heading(Role.SIZE, label="5kg")),
    ],
)
def test_what_a_price_heading_says(text: str, expected: Heading) -> None:
    assert heading_of(text) == expected


@pytest.mark.parametrize(
    "text", ["대파", "국내산 콩나물", "가격은 변동될 수 있습니다", "2,500", "", "행복상회"]
)
def test_no_heading(text: str) -> None:
    assert heading_of(text) is None
