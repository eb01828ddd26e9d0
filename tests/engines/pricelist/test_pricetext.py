"""The text of a price cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jangteo.engines.pricelist import read_price_text
from tests.engines.pricelist.test_numerals import hangul, mixed

CERTAIN = [
    ("12,000", 12_000, ""),
    ("12,000원", 12_000, ""),
    ("₩12,000", 12_000, ""),
    ("\\12,000", 12_000, ""),
    ("12000.0", 12_000, ""),
    ("1만2천원", 12_000, ""),
    ("만이천원", 12_000, ""),
    ("만 이천 원", 12_000, ""),
    ("오천원", 5_000, ""),
    ("5천", 5_000, ""),
    ("2만", 20_000, ""),
    ("삼천오백 원", 3_500, ""),
    ("1.2만", 12_000, ""),
    ("１２，０００", 12_000, ""),
    ('="12000"', 12_000, ""),
    ("'12000", 12_000, ""),
    ("12,000원정", 12_000, ""),
    ("5,000 KRW", 5_000, ""),
    ("2마리 5천원", 5_000, "2마리"),
    ("2마리5천원", 5_000, "2마리"),
    ("1근 12,000", 12_000, "1근"),
    ("3개 만원", 10_000, "3개"),
    ("3개만원", 10_000, "3개"),
    ("두 마리 만원", 10_000, "2마리"),
    ("한 단 2,500", 2_500, "1단"),
    ("kg당 8,000", 8_000, "1kg"),
    ("100g 2,900", 2_900, "100g"),
    ("100g당 2,900원", 2_900, "100g"),
    ("1,000원/개", 1_000, "1개"),
    ("2,900원/100g", 2_900, "100g"),
    ("15000/10kg", 15_000, "10kg"),
    ("2,500 (단)", 2_500, "1단"),
    ("단/2,500", 2_500, "1단"),
    ("1박스(10kg) 25,000", 25_000, "1박스(10kg)"),
    ("2개에 5,000원", 5_000, "2개"),
]


@pytest.mark.parametrize(("text", "price", "unit"), CERTAIN)
def test_certain(text: str, price: int, unit: str) -> None:
    reading = read_price_text(text)
    assert (reading.price_krw, reading.unit, reading.code) == (price, unit, "")


ASKED = [
    ("12.000", "price_dot", [12_000]),
    ("1.000.000", "price_dot", [1_000_000]),
    ("3,5", "price_comma", [3_500]),
    ("12,00", "price_comma", [12_000, 1_200]),
    ("1,2000", "price_comma", [12_000]),
    ("12 000", "price_comma", [12_000]),
    ("1e3", "price_exponent", [1_000]),
    ("1E+4", "price_exponent", [10_000]),
    ("5000~6000", "price_range", [5_000, 6_000]),
    ("5~6천", "price_range", [5_000, 6_000]),
    ("12~15", "price_range", [12_000, 15_000]),
    ("1500-2000", "price_range", [1_500, 2_000]),
    ("5,000/7,000", "several_prices", [5_000, 7_000]),
    ("7,000→5,000", "several_prices", [7_000, 5_000]),
    ("5,000원 (할인가 4,000원)", "several_prices", [5_000, 4_000]),
    ("10개 5000 20개 9000", "several_offers", [5_000, 9_000]),
    ("12", "price_tiny", [12_000]),
    ("99", "price_tiny", [99_000]),
    ("10,000,001", "price_huge", [10_000_001]),
    ("만오", "price_colloquial", [15_000, 10_005]),
    ("약 5,000", "price_approximate", [5_000]),
    ("5,000원부터", "price_approximate", [5_000]),
    ("5,000원~", "price_approximate", [5_000]),
    ("(5,000)", "price_unclear", [5_000]),
    ("012000", "price_unclear", [12_000]),
    ("5,00O", "price_unclear", [5_000]),
    ("12,000원(부가세별도)", "price_unclear", [12_000]),
    ("1,000원 할인", "price_unclear", [1_000]),
    ("1000.5", "price_fraction", [1_000, 1_001]),
    ("3.5", "price_fraction", [3_500]),
    ("=A1*2", "formula_without_value", []),
    ("시세", "price_on_request", []),
    ("싯가", "price_on_request", []),
    ("전화문의", "price_on_request", []),
    ("품절", "sold_out", []),
    ("2마리", "unit_without_price", []),
    ("-", "price_blank", []),
    ("", "price_blank", []),
]


@pytest.mark.parametrize(("text", "code", "offers"), ASKED)
def test_asked(text: str, code: str, offers: list[int]) -> None:
    reading = read_price_text(text)
    assert (reading.price_krw, reading.code, reading.refused) == (None, code, False)
    assert sorted(o.price_krw for o in reading.offers) == sorted(offers)


REFUSED = [
    ("010-1234-5678", "phone_number"),
    ("01012345678", "phone_number"),
    ("02-123-4567", "phone_number"),
    ("1588-1234", "phone_number"),
    ("110-123-456789", "account_number"),
    ("8801234567890", "barcode"),
    ("2024-05-01", "date"),
    ("20240501", "date"),
    ("5월 3일", "date"),
    ("30%", "percent"),
    ("10% 할인", "percent"),
    ("-5000", "negative_price"),
    ("▲5,000", "negative_price"),
    ("0", "zero_price"),
    ("0원", "zero_price"),
    ("무료", "zero_price"),
    ("#REF!", "formula_error"),
    ("#N/A", "formula_error"),
    ("$12", "foreign_currency"),
    ("12달러", "foreign_currency"),
    ("싱싱해요", "price_unreadable"),
]


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_refused(text: str, code: str) -> None:
    reading = read_price_text(text)
    assert (reading.price_krw, reading.code, reading.refused) == (None, code, True)


prices = st.integers(10, 1_000_000).map(lambda n: n * 10)


@given(prices, st.sampled_from(["{}", "{}원", "₩{}", "{} 원", " {} ", "{}.0"]))
def test_grouped_digits_read_back(price: int, shape: str) -> None:
    assert read_price_text(shape.format(f"{price:,}")).price_krw == price


@given(prices)
def test_korean_numerals_read_back(price: int) -> None:
    assert read_price_text(hangul(price) + "원").price_krw == price
    assert read_price_text(mixed(price) + "원").price_krw == price


@given(st.text("0123456789,.원만천백십오 ~-/₩개kgE%", max_size=24))
def test_a_price_is_never_out_of_bounds_and_never_beside_a_doubt(text: str) -> None:
    reading = read_price_text(text)
    if reading.price_krw is None:
        assert reading.code
    else:
        assert 100 <= reading.price_krw <= 10_000_000
        assert (reading.code, reading.refused, reading.offers) == ("", False, ())
    assert all(offer.price_krw >= 100 for offer in reading.offers)


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    reading = read_price_text(text)
    assert (reading.price_krw is None) == bool(reading.code)
