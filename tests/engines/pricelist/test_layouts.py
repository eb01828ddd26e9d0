"""Where name and price stand: headings, content, and what the heading's words decide."""

from __future__ import annotations

from jangteo.engines.pricelist import PriceListReading, read_price_list


def read(text: str) -> PriceListReading:
    return read_price_list(text.encode(), "목록.csv")


def accepted(text: str) -> list[tuple[int, str, str, int]]:
    return [(a.row, a.name, a.unit, a.price_krw) for a in read(text).accepted]


def asked(text: str) -> list[tuple[int, str, list[int]]]:
    return [(a.row, a.reason_code, [p.price_krw for p in a.proposals]) for a in read(text).asked]


def test_row_numbers_and_small_quantities_are_never_prices() -> None:
    text = "1,대파,10,2500\n2,양파,20,4500\n3,감자,5,3000\n4,무,12,1200\n"
    assert accepted(text) == [
        (1, "대파", "", 2500),
        (2, "양파", "", 4500),
        (3, "감자", "", 3000),
        (4, "무", "", 1200),
    ]


def test_two_columns_that_may_be_the_price_are_asked() -> None:
    text = "대파,100,2500\n양파,200,4500\n감자,500,3000\n당근,120,2800\n"
    assert accepted(text) == []
    assert asked(text)[0] == (1, "several_prices", [100, 2500])


def test_a_category_is_not_the_name() -> None:
    text = "채소,대파,1단,2500\n채소,양파,1망,4500\n과일,사과,5개,10000\n과일,배,3개,12000\n"
    assert [name for _, name, _, _ in accepted(text)] == ["대파", "양파", "사과", "배"]
    with_heading = "품목,상품명,가격\n과일,사과,3000\n과일,배,4000\n채소,무,1000\n"
    assert [name for _, name, _, _ in accepted(with_heading)] == ["사과", "배", "무"]


def test_side_by_side_tables_without_a_heading() -> None:
    text = "대파,2500,사과,10000\n양파,4500,배,12000\n감자,3000,,\n"
    assert asked(text) == [(1, "two_products", [2500, 10000]), (2, "two_products", [4500, 12000])]
    assert accepted(text) == [(3, "감자", "", 3000)]


def test_the_heading_decides_between_prices() -> None:
    assert accepted("품명,도매가,소매가\n대파,2000,2500\n") == [(2, "대파", "", 2500)]
    assert accepted("품명,정상가,할인가\n대파,3000,2500\n") == [(2, "대파", "", 2500)]
    assert accepted("품목,전일가,금일가\n대파,2400,2500\n") == [(2, "대파", "", 2500)]
    assert accepted("품명,바코드,가격\n새우깡,8801043014830,1500\n") == [(2, "새우깡", "", 1500)]


def test_the_heading_leaves_doubt() -> None:
    assert asked("상품,판매가,할인가\n대파,3000,2500\n") == [(2, "several_prices", [2500, 3000])]
    assert asked("품명,4월가격,5월가격\n대파,2400,2500\n") == [(2, "several_prices", [2400, 2500])]
    assert asked("품명,공급가\n대파,1500\n") == [(2, "cost_price_only", [1500])]
    assert asked("품명,수량,금액\n두부,3,4500\n") == [(2, "total_not_unit", [4500, 1500])]


def test_a_repeated_heading_changes_the_columns() -> None:
    text = "품명,가격\n대파,2500\n가격,품명\n4500,양파\n"
    assert accepted(text) == [(2, "대파", "", 2500), (4, "양파", "", 4500)]


def test_a_price_written_in_the_name_must_agree() -> None:
    text = "품명,단위,가격\n대파 2500원,단,2500\n양파 3000원,망,3500\n"
    assert accepted(text) == [(2, "대파", "1단", 2500)]
    assert asked(text) == [(3, "several_prices", [3000, 3500])]


def test_a_comma_in_the_price_never_gives_its_last_three_digits() -> None:
    for text in ("대파,1단,2,500\n양파,1망,4,500\n", "품명,가격\n대파,2,500\n양파,4,500\n"):
        assert accepted(text) == []
        assert [prices for _, _, prices in asked(text)] == [[2500], [4500]]
    assert asked("대파 1단 2,500, 특가\n감자 3,000\n")[-1] == (2, "price_split_by_comma", [3000])


def test_nameless_rows() -> None:
    text = "품명,규격,가격\n고등어,대,8000\n,중,6000\n,,3000\n"
    reading = read(text)
    assert [(p.name, p.price_krw) for a in reading.asked for p in a.proposals] == [
        ("고등어 중", 6000)
    ]
    assert [(r.row, r.reason_code) for r in reading.refused] == [(4, "no_name")]


def test_footers_inside_columns_are_ignored() -> None:
    text = "품명,규격,가격\n대파,단,2500\n문의,010-1234-5678,\n*,가격은 변동될 수 있습니다,\n합계,,2500\n"
    assert [(i.row, i.reason_code) for i in read(text).ignored] == [
        (1, "header"),
        (3, "contact"),
        (4, "note"),
        (5, "total"),
    ]


def test_lines_around_the_products() -> None:
    text = "2024. 05. 01. 현재\n◎ 나물\n● 숙주\n취나물 100g 2,000\n=== 과일 ===\n배달은 3만원부터\n총 4품목\n"
    reading = read(text)
    assert accepted(text) == [(4, "취나물", "100g", 2000)]
    assert asked(text) == [(3, "price_blank", [])]
    assert [(i.row, i.reason_code) for i in reading.ignored] == [
        (1, "note"),
        (2, "section"),
        (5, "section"),
        (6, "note"),
        (7, "total"),
    ]
