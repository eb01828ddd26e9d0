"""Numbers and carriers of GS1, against the published examples and vectors read by an independent parser."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jangteo.engines.gs1 import (
    GS,
    DigitalLink,
    Element,
    Gs1Error,
    bracketed,
    build_link,
    check_digit,
    element_string,
    is_gtin,
    is_restricted,
    parse_elements,
    parse_link,
    parse_yymmdd,
    restricted_gtin13,
    to_gtin14,
    variable_measure,
    yymmdd,
)

VARIABLE = [
    Element(ai="01", value="98801234567896"),
    Element(ai="3103", value="000525"),
    Element(ai="17", value="261231"),
    Element(ai="3920", value="5250"),
    Element(ai="10", value="L2611"),
]


class TestDigits:
    def test_known_numbers(self) -> None:
        assert is_gtin("8801234567893")
        assert not is_gtin("8801234567894")
        assert to_gtin14("8801234567893") == "08801234567893"
        assert variable_measure("8801234567893") == "98801234567896"
        assert check_digit("201234512800") == 2

    @pytest.mark.parametrize(
        "wrong",
        ["", "0", "00000000", "880123456789", "８８０１２３４５６７８９３", "88a1234567893"],
    )
    def test_what_is_no_gtin(self, wrong: str) -> None:
        assert not is_gtin(wrong)
        with pytest.raises(ValueError, match="no GTIN"):
            to_gtin14(wrong)

    def test_numbers_of_one_shop(self) -> None:
        assert is_restricted("2012345128002")
        assert is_restricted("0212345678909")
        assert not is_restricted("8801234567893")
        made = restricted_gtin13(12345, 105_000)
        assert made[:12] == "212345105000"
        assert is_gtin(made)
        assert is_restricted(made)
        with pytest.raises(ValueError, match="6"):
            restricted_gtin13(1, 1_000_000)
        with pytest.raises(ValueError, match="shop"):
            variable_measure(made)

    @given(st.integers(0, 10**13 - 1), st.integers(0, 12), st.integers(1, 9))
    def test_one_changed_digit_is_always_noticed(self, number: int, place: int, by: int) -> None:
        body = f"{number:013d}"
        whole = f"{body}{check_digit(body)}"
        changed = whole[:place] + str((int(whole[place]) + by) % 10) + whole[place + 1 :]
        assert not is_gtin(changed)


class TestElements:
    def test_the_variable_measure_vector(self) -> None:
        data = element_string(VARIABLE)
        assert data == "0198801234567896310300052517261231" + f"39205250{GS}10L2611"
        assert bracketed(VARIABLE) == "(01)98801234567896(3103)000525(17)261231(3920)5250(10)L2611"
        found = parse_elements("]C1" + data)
        assert list(found) == VARIABLE
        assert found[1].amount() == Decimal("0.525")
        assert found[3].amount() == Decimal(5250)
        assert parse_yymmdd(found[2].value, today=date(2026, 11, 22)) == date(2026, 12, 31)

    @pytest.mark.parametrize(
        "wrong",
        [
            Element(ai="01", value="98801234567897"),
            Element(ai="10", value="로트"),
            Element(ai="10", value="x" * 21),
            Element(ai="10", value=f"a{GS}b"),
            Element(ai="17", value="261331"),
            Element(ai="3103", value="525"),
            Element(ai="9999", value="1"),
        ],
    )
    def test_what_an_identifier_cannot_hold(self, wrong: Element) -> None:
        with pytest.raises(Gs1Error):
            element_string([wrong])

    @pytest.mark.parametrize("wrong", ["", "]C1", "01", "0112345", "xx", "3103"])
    def test_what_cannot_be_read(self, wrong: str) -> None:
        with pytest.raises(Gs1Error):
            parse_elements(wrong)

    def test_dates(self) -> None:
        today = date(2026, 11, 22)
        assert yymmdd(date(2026, 12, 31)) == "261231"
        assert parse_yymmdd("280200", today=today) == date(2028, 2, 29)
        assert parse_yymmdd("760101", today=today) == date(2076, 1, 1)
        assert parse_yymmdd("770101", today=today) == date(1977, 1, 1)


class TestLink:
    def test_the_published_form(self) -> None:
        made = build_link(
            "https://id.gs1.org", "8801234567893", lot="L2611", attributes={"17": "261231"}
        )
        assert made == "https://id.gs1.org/01/08801234567893/10/L2611?17=261231"
        assert parse_link(made) == DigitalLink(
            gtin="08801234567893", lot="L2611", attributes={"17": "261231"}
        )

    def test_qualifiers_keep_their_order_and_are_escaped(self) -> None:
        made = build_link("https://a.kr/", "8801234567893", variant="2", lot="A/B", serial="7")
        assert made == "https://a.kr/01/08801234567893/22/2/10/A%2FB/21/7"
        assert parse_link(made).lot == "A/B"

    @pytest.mark.parametrize(
        "wrong",
        [
            "https://a.kr/p/1",
            "https://a.kr/01/8801234567894",
            "https://a.kr/01/8801234567893/21/7/10/L",
            "https://a.kr/01/8801234567893/10",
            "https://a.kr/01/8801234567893?17=269999",
        ],
    )
    def test_addresses_that_are_none(self, wrong: str) -> None:
        with pytest.raises(Gs1Error):
            parse_link(wrong)

    def test_other_parameters_are_not_ours(self) -> None:
        found = parse_link("https://a.kr/shop/01/8801234567893?linkType=all&utm=x")
        assert found.gtin == "08801234567893"
        assert dict(found.attributes) == {}
