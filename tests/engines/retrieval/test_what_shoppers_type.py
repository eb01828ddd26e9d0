"""What shoppers type, as they type it, and what they get."""

from __future__ import annotations

import pytest

from jangteo.engines.retrieval import Document, Index, Sort, explain

Documents = dict[int, Document]


def names(market: Index, documents: Documents, query: str, limit: int = 5) -> list[str]:
    return [documents[r.id].name for r in market.search(query, limit).results]


@pytest.mark.parametrize(
    "query", ["삼겹살", "ㅅㄱㅅ", "samgyupsal", "samgyeopsal", "tkaruqtkf", "삼 겹 살", "삽겹살"]
)
def test_every_way_of_typing_pork_belly(market: Index, documents: Documents, query: str) -> None:
    assert names(market, documents, query) == ["삼겹살"] * 5


@pytest.mark.parametrize("query", ["삼ㄱ", "삼겨", "삼겹ㅅ"])
def test_a_syllable_in_progress_leads_to_pork_belly(
    market: Index, documents: Documents, query: str
) -> None:
    assert "삼겹살" in names(market, documents, query)


@pytest.mark.parametrize("query", ["고등어자반", "자반 고등어"])
def test_words_in_either_order_are_one(market: Index, documents: Documents, query: str) -> None:
    assert names(market, documents, query) == [
        "자반고등어",
        "자반고등어",
        "자반고등어",
        "순살 자반고등어",
        "간고등어",
    ]


def test_an_apple_mango_is_no_apple(market: Index, documents: Documents) -> None:
    found = [documents[r.id] for r in market.search("애플망고", 8).results]
    assert found[0].name == "애플망고"
    assert not [d.name for d in found if "사과" in d.name]
    apples = names(market, documents, "사과", 15)
    assert all("사과" in name for name in apples)
    assert not [name for name in apples if "망고" in name]


def test_a_bunch_of_leeks(market: Index, documents: Documents) -> None:
    found = market.search("대파1단", 3)
    assert found.meaning.amount is not None
    assert (found.meaning.amount.pieces, found.meaning.amount.unit) == (1.0, "단")
    assert all(
        "대파" in documents[r.id].name and "단" in documents[r.id].unit for r in found.results
    )


def test_fruit_gifts_within_a_price(market: Index, documents: Documents) -> None:
    found = market.search("3만원 이하 과일선물", 30)
    assert found.meaning.max_krw == 30_000
    prices = [documents[r.id].price_krw for r in found.results]
    assert all(price is not None and price <= 30_000 for price in prices)
    assert names(market, documents, "3만원 이하 과일선물", 3) == [
        "과일세트",
        "제철 과일 바구니",
        "과일 꾸러미",
    ]


@pytest.mark.parametrize(
    "query", ["김치찌개 거리", "김치찌게 거리", "rlaclWlro rjfl", "김치찌개 재료"]
)
def test_what_a_stew_takes(market: Index, documents: Documents, query: str) -> None:
    found = names(market, documents, query, 30)
    assert {"묵은지", "포기김치", "찌개용 돼지고기", "찌개두부"} <= set(found)


@pytest.mark.parametrize(
    ("query", "mended", "first"),
    [
        ("꽃개", "꽃게", "꽃게"),
        ("육게장", "육개장", "육개장"),
        ("표고버선", "표고버섯", "표고버섯"),
        ("콩나믈", "콩나물", "콩나물"),
        ("tkaruqtkf", "삼겹살", "삼겹살"),
        ("샤인머스켓", "샤인머스캣", "샤인머스캣"),
    ],
)
def test_did_you_mean(
    market: Index, documents: Documents, query: str, mended: str, first: str
) -> None:
    found = market.search(query, 1)
    assert found.did_you_mean == mended
    assert documents[found.results[0].id].name == first


def test_what_is_spelt_right_is_not_mended(market: Index) -> None:
    for query in ("삼겹살", "에어팟", "한우 국거리", "tofu", "kimchi", "3만원 이하 과일선물"):
        assert market.search(query, 1).did_you_mean == ""


def test_no_word_is_cut_down_to_a_part_of_it(market: Index, documents: Documents) -> None:
    assert names(market, documents, "에어팟") == ["에어팟 케이스"]
    assert names(market, documents, "팟") == []
    assert names(market, documents, "담배") == []
    for single, others in (
        ("배", ("배추", "담배", "양배추")),
        ("무", ("무화과", "나무젓가락", "열무")),
    ):
        found = names(market, documents, single, 5)
        assert not set(found) & set(others)
        assert all(single in name for name in found)


def test_a_place_and_a_consonant_are_no_other_place(market: Index, documents: Documents) -> None:
    assert all("성북" not in name for name in names(market, documents, "서울특별시 ㄱ"))


def test_other_names_are_one(market: Index, documents: Documents) -> None:
    assert "달걀" in names(market, documents, "계란")
    assert "계란 한판" in names(market, documents, "달걀", 20)
    assert names(market, documents, "tofu", 1) == ["두부"]


def test_an_origin_comes_first(market: Index, documents: Documents) -> None:
    found = [documents[r.id] for r in market.search("노르웨이 고등어", 2).results]
    assert "노르웨이" in found[0].name + found[0].origin
    assert market.search("제주 감귤", 1).meaning.origins == ("제주",)


def test_a_stall_comes_first(market: Index, documents: Documents) -> None:
    found = market.search("새벽과수 사과", 3)
    assert found.meaning.stalls == ("새벽과수",)
    assert [documents[r.id].stall for r in found.results] == ["새벽과수"] * 3


def test_the_cheapest_by_100_g_comes_first(market: Index, documents: Documents) -> None:
    found = market.search("대파", 5, sort=Sort.PER_100).results
    prices = [documents[r.id].per_100_krw or 10**9 for r in found]
    assert prices == sorted(prices)
    assert market.understand("제일 싼 대파").sort is Sort.PER_100


@pytest.mark.parametrize(
    ("query", "ko", "en"),
    [
        ("삼겹살", "이름이 '삼겹살'이에요", "The name is '삼겹살'"),
        ("ㅅㄱㅅ", "초성 ㅅㄱㅅ이 맞아요", "Its first consonants are ㅅㄱㅅ"),
        ("에어팟", "이름에 '에어팟'이 들어 있어요", "The name holds '에어팟'"),
    ],
)
def test_reasons_are_said_in_both_languages(
    market: Index, documents: Documents, query: str, ko: str, en: str
) -> None:
    found = market.search(query, 1)
    first = found.results[0]
    said = explain(first, documents[first.id], found.meaning)
    assert (said[0].ko, said[0].en) == (ko, en)
    assert all(reason.value > 0 for reason in said)


def test_suggestions_while_typing(market: Index) -> None:
    assert market.suggest("ㅅㄱ", 2)[0].text == "사과"
    assert [s.text for s in market.suggest("삼ㄱ", 2)] == ["삼겹살", "삼계탕"]
    assert market.suggest("tka", 1)[0].text == "삼겹살"
    assert market.suggest("sam", 1)[0].text == "삼겹살"
    assert market.suggest("", 5) == market.suggest("삼", 0) == []
