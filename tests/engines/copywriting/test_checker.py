"""What the checker refuses and lets pass, case by case."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jangteo.engines.copywriting import Facts, Wrong, check

APPLES = Facts(
    name="사과",
    variety="부사",
    origin="국내산 경북 청송",
    net_g=5000,
    count=15,
    count_unit="개",
    price_krw=32000,
)


def kinds(text: str, facts: Facts = APPLES, kind: str = "product") -> list[str]:
    return [str(p.kind) for p in check(text, kind, facts).problems]


@pytest.mark.parametrize(
    "said",
    ["32,000원", "32000원", "3만 2천 원", "3만2천원", "삼만이천 원", "삼만 이천원", "5kg", "5,000g", "5키로", "15개", "열다섯 개", "15과"],
)  # fmt: skip
def test_a_number_of_the_facts_may_be_written_in_any_way(said: str) -> None:
    assert kinds(f"부사 사과 {said}입니다.") == []


@pytest.mark.parametrize(
    "said",
    ["32,500원", "삼만 원", "3만2천5백원", "5g", "50kg", "5L", "15마리", "열여섯 개", "16개", "10%", "반값", "두 배", "1kg", "12브릭스", "3년", "2026년 12월 1일", "３３，０００원", "32,0OO원"],
)  # fmt: skip
def test_another_number_or_another_unit_is_refused(said: str) -> None:
    assert "number" in kinds(f"부사 사과 {said}입니다.")


def test_a_problem_says_where_what_why_and_the_remedy() -> None:
    text = "청송 사과예요. 값은 35,000원입니다."
    checked = check(text, "product", APPLES)
    (problem,) = checked.problems
    assert not checked.ok
    assert text[problem.start : problem.end] == problem.said == "35,000원"
    assert problem.kind is Wrong.NUMBER
    assert (
        problem.ko
        == "‘35,000원’: 확인된 값이 아니에요. 상품 정보에 있는 값으로 고치거나 빼 주세요."
    )
    assert (
        problem.en
        == "'35,000원' is not a confirmed value. Use the one in the facts or leave it out."
    )


def test_a_geun_is_600_g_only_where_the_facts_say_both() -> None:
    pork = Facts(name="삼겹살", unit="1근", price_krw=12000)
    assert kinds("삼겹살 한 근 12,000원입니다.", pork) == []
    assert kinds("삼겹살 한 근(600g) 12,000원입니다.", pork) == ["number"]
    weighed = Facts(name="삼겹살", unit="1근(600g)", price_krw=12000)
    assert kinds("삼겹살 한 근(600g) 12,000원입니다.", weighed) == []


@pytest.mark.parametrize("said", ["12월 5일", "2026년 12월 5일", "2026-12-05", "2026.12.5", "12/5"])
def test_the_use_by_date_may_be_written_in_any_way(said: str) -> None:
    milk = Facts(name="우유", use_by=date(2026, 12, 5))
    assert kinds(f"우유 소비기한은 {said}까지예요.", milk) == []
    late = Facts(name="우유", use_by=date(2026, 12, 6))
    assert "number" in kinds(f"우유 소비기한은 {said}까지예요.", late)


@pytest.mark.parametrize("said", ["제주산 사과", "안동에서 온 사과", "중국 사과", "수입 사과", "신토불이 사과", "제 주 산 사과", "영양 사과", "바닷가 과수원에서 딴 사과"])  # fmt: skip
def test_an_origin_that_is_not_in_the_facts_is_refused(said: str) -> None:
    assert "origin" in kinds(f"{said}입니다.")


@pytest.mark.parametrize("said", ["청송 사과", "경북 청송에서 온 사과", "경상북도 사과", "국산 사과", "국내산 사과", "우리나라 사과"])  # fmt: skip
def test_the_origin_of_the_facts_may_be_said_and_what_follows_from_it(said: str) -> None:
    assert kinds(f"{said}입니다.") == []


@pytest.mark.parametrize("name", ["안동간고등어", "순창고추장", "춘천닭갈비", "전주비빔빵"])
def test_a_place_inside_a_confirmed_name_is_no_origin(name: str) -> None:
    facts = Facts(name=name, price_krw=9000)
    assert kinds(f"{name}, 9,000원에 드려요.", facts) == []
    place = name[:2]
    assert "origin" in kinds(f"{place}에서 만든 {name}입니다.", facts) + kinds(
        f"{place}산입니다.", facts
    )


def test_a_market_s_town_is_no_origin_of_its_goods() -> None:
    facts = Facts(name="오징어", market_name="속초중앙시장", market_place="속초")
    assert kinds("속초중앙시장에서 오징어를 만나 보세요.", facts) == []
    assert "origin" in kinds("속초산 오징어입니다.", facts)


@pytest.mark.parametrize("word", ["영양 만점", "진주 목걸이처럼", "호주머니에", "예산에 맞춰", "정선한", "거창한"])  # fmt: skip
def test_a_word_that_is_also_a_place_is_not_taken_for_one(word: str) -> None:
    assert "origin" not in kinds(f"{word} 이야기를 나눠요.", Facts(name="사과"))


@pytest.mark.parametrize(
    ("said", "claim"),
    [("유기농", "유기농"), ("무농약", "무농약"), ("HACCP 인증", "HACCP"), ("수제", "수제"), ("자연산", "자연산"), ("무항생제", "무항생제"), ("방부제를 넣지 않은", "방부제를 넣지 않은")],
)  # fmt: skip
def test_a_claim_passes_only_when_it_is_confirmed(said: str, claim: str) -> None:
    assert "claim" in kinds(f"{said} 사과입니다.")
    assert kinds(f"{said} 사과입니다.", Facts(name="사과", claims=(claim,))) == []


@pytest.mark.parametrize(
    "said",
    ["항암 효과", "항.암", "항 암", "ㅎㅏㅇㅇㅏㅁ", "면 역 력", "면-역-력", "면\u200b역력", "혈압을 낮추는", "당뇨에 좋은", "피부가 고와지는", "숙취 해소", "다이어트", "몸에 좋은", "암에 좋다는 말은 없지만", "쓰린 속을 달래", "감기 예방", "무릎이 나아지는"],
)  # fmt: skip
def test_healing_is_refused_however_it_is_spelt_and_even_denied(said: str) -> None:
    assert "medical" in kinds(f"{said} 사과입니다.")


@pytest.mark.parametrize(
    "text",
    ["감기 조심하세요.", "통풍이 잘 되는 곳에 두세요.", "건강한 하루 보내세요.", "가래떡과 함께 드세요.", "암꽃게와는 다릅니다.", "방문해 독자와 만났어요.", "찬 바람이 불면 생각나요.", "배를 깨끗이 씻어 드세요.", "눈이 맑은 생선을 고르세요."],
)  # fmt: skip
def test_words_that_only_look_like_healing_pass(text: str) -> None:
    assert "medical" not in kinds(text)


@pytest.mark.parametrize("said", ["최고의", "가장 맛있는", "유일한", "완벽한", "무조건 맛있는", "국내 최초", "마트보다 싼", "다른 가게보다 좋은", "타사보다 나은", "명품"])  # fmt: skip
def test_superlatives_and_comparisons_are_refused(said: str) -> None:
    assert "superlative" in kinds(f"{said} 사과입니다.")


def test_a_superlative_inside_a_confirmed_name_or_grade_passes() -> None:
    assert kinds("최상급 명란입니다.", Facts(name="명란", grade="최상급")) == []
    assert kinds("최고집칼국수입니다.", Facts(stall_name="최고집칼국수"), "stall") == []
    assert kinds("낮 최고기온이 올랐어요.") == []
    assert "superlative" in kinds("제일 맛있는 집입니다.", Facts(stall_name="제일"), "stall")


def test_big_shops_and_the_names_passed_in_are_refused_also_spaced() -> None:
    assert "competitor" in kinds("쿠 팡에 없는 사과입니다.")
    checked = check("옆집 우리 축산과 달라요.", "stall", APPLES, competitors=["우리축산"])
    assert [p.said for p in checked.problems if p.kind is Wrong.COMPETITOR] == ["우리 축산"]


@pytest.mark.parametrize("said", ["010-1234-5678", "010 1234 5678", "https://a.kr/x", "me@shop.kr", "www.shop.com", "+82 10 1234 5678"])  # fmt: skip
def test_contacts_are_refused(said: str) -> None:
    assert "contact" in kinds(f"문의는 {said} 입니다.")


@pytest.mark.parametrize("said", ["<script>alert(1)</script>", "{name}", "As an AI language model,", "```json", "**사과**", "을(를)", "물론이죠!", "国産"])  # fmt: skip
def test_leftovers_of_writing_are_refused(said: str) -> None:
    assert "leftover" in kinds(f"{said} 사과입니다.")


@pytest.mark.parametrize("said", ["전액 환불해 드릴게요.", "저희 과실입니다.", "쿠폰을 드릴게요.", "책임지겠습니다.", "보상해 드리겠습니다."])  # fmt: skip
def test_a_reply_promises_no_money_and_admits_no_fault(said: str) -> None:
    assert "promise" in kinds(f"죄송합니다. {said}", Facts(review_rating=1), "review_reply")


def test_an_empty_and_an_overlong_text_are_refused() -> None:
    assert kinds("  ") == ["form"]
    assert kinds("\u200b") == ["form"]
    assert kinds("사과 " * 101, kind="social") == ["form"]


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(ValueError, match="poem"):
        check("사과", "poem", APPLES)


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_is_answered_with_spans_inside_it(text: str) -> None:
    for problem in check(text, "product", APPLES).problems:
        assert 0 <= problem.start <= problem.end <= len(text)
        assert text[problem.start : problem.end] == problem.said


def test_a_long_text_of_one_letter_takes_no_long_time() -> None:
    check("사과", "product", APPLES)
    for piece in ("한 ", "가", "1,", "만 ", "에서 ", "몸이 ", "가보다 "):
        before = time.perf_counter()
        check(piece * (4000 // len(piece)), "product", APPLES)
        assert time.perf_counter() - before < 3
