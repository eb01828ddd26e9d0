"""What only the rows together show."""

from __future__ import annotations

from jangteo.engines.pricelist import PriceListReading, read_price_list


def read(*prices: int, name: str = "상품") -> PriceListReading:
    lines = [f"{name}{chr(0xAC00 + i)},{price}" for i, price in enumerate(prices)]
    return read_price_list(("품명,가격\n" + "\n".join(lines) + "\n").encode(), "a.csv")


def test_a_price_far_below_its_column_is_asked() -> None:
    reading = read(3000, 4000, 5000, 4500, 120)
    assert [(a.row, a.reason_code, a.proposals[0].price_krw) for a in reading.asked] == [
        (6, "price_out_of_line", 120_000)
    ]
    assert len(reading.accepted) == 4


def test_cheap_sweets_among_cheap_sweets_are_accepted() -> None:
    assert len(read(150, 300, 120, 500, 900).accepted) == 5


def test_five_prices_are_needed_to_judge_one() -> None:
    assert len(read(3000, 4000, 5000, 120).accepted) == 4


def test_a_price_far_above_its_column_is_asked() -> None:
    reading = read(3000, 4000, 5000, 4500, 1_200_000)
    assert [a.row for a in reading.asked] == [6]


def test_the_same_product_twice() -> None:
    text = "품명,단위,가격\n대파,단,2500\n양파,망,4500\n대 파,단,2500\n양파,망,5000\n양파,개,900\n양파,망,4500\n"
    reading = read_price_list(text.encode(), "a.csv")
    assert [(a.row, a.name) for a in reading.accepted] == [(2, "대파"), (6, "양파")]
    assert [(a.row, [p.price_krw for p in a.proposals]) for a in reading.asked] == [
        (3, [4500, 5000]),
        (5, [4500, 5000]),
    ]
    assert [(i.row, i.reason_code) for i in reading.ignored] == [
        (1, "header"),
        (4, "duplicate"),
        (7, "duplicate"),
    ]
