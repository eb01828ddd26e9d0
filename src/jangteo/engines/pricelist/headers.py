"""Heading words of Korean price lists: what a column holds, and what its price means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import lru_cache

from jangteo.engines.pricelist.fold import fold
from jangteo.engines.pricelist.units import is_size, is_unit, unit_of


class Role(Enum):
    """What a column holds."""

    NAME = "name"
    PRICE = "price"
    #: a heading such as 대 or 1kg, a price column when its cells are amounts
    SIZE = "size"
    UNIT = "unit"
    ORIGIN = "origin"
    NOTE = "note"
    CATEGORY = "category"
    VARIETY = "variety"
    GRADE = "grade"
    QUANTITY = "quantity"
    SKIP = "skip"


class Rank(IntEnum):
    """Whose price it is; the highest that stands alone is what customers pay."""

    COST = 0
    LIST = 1
    PLAIN = 2
    SELL = 3
    SALE = 4


@dataclass(frozen=True, slots=True)
class Heading:
    """A recognised heading cell."""

    role: Role
    rank: Rank = Rank.PLAIN
    #: size or unit that the heading itself names: 가격(1kg), 대
    label: str = ""
    #: won per written 1: 1, 1000 for (천원), 10000 for (만원)
    scale: int = 1
    #: the heading is 금액: with a quantity beside it, perhaps the total
    total_like: bool = False


_WORDS: dict[Role, str] = {
    Role.NAME: "품명 상품명 품목 품목명 상품 제품 제품명 메뉴 메뉴명 이름 물품 물품명 물건 물건명 명칭 상품이름 제품이름 판매상품 "
    "판매품목 취급품목 품명규격 품목규격 name item product productname itemname menu 음식 음식명 어종 품목및규격 상품명규격",
    Role.UNIT: "규격 단위 중량 용량 무게 포장 포장단위 판매단위 규격단위 단위규격 수량단위 unit size 포장규격 기준 기준단위 "
    "판매규격 중량용량 입수 weight 단위중량 내용량",
    Role.ORIGIN: "원산지 산지 생산지 국산 국산수입 출하지 산지원산지 원산지산지 origin 생산국 원산지표시",
    Role.NOTE: "비고 메모 note notes 설명 특징 참고 참고사항 remark remarks 기타 상태 상품설명 특이사항 안내 적요 memo 한마디",
    Role.CATEGORY: "구분 분류 카테고리 종류 부류 대분류 중분류 소분류 코너 매대 category section 품목군 상품군 상품분류",
    Role.VARIETY: "품종 옵션 옵션명 option 세부품목 세부 세부품명 상세 맛 색상",
    Role.GRADE: "등급 크기 사이즈 호수 미수 등급크기 품질 grade",
    Role.QUANTITY: "수량 재고 재고량 입고 입고량 입고수량 qty quantity 개수 갯수 stock 재고수량 판매량 주문량 주문수량 발주량",
    Role.SKIP: "번호 no 순번 연번 순서 # 바코드 barcode 코드 상품코드 품번 품목코드 제품코드 전화 전화번호 연락처 tel phone 연도 년도 "
    "year 날짜 일자 date 입고일 입고일자 유통기한 소비기한 할인율 할인액 할인금액 마진 마진율 이익 배송비 택배비 합계 총액 총금액 "
    "합계금액 세액 부가세 전일 전일가 전일가격 전일대비 전주 전월 전년 작년 지난주 지난달 등락 등락률 증감 평균 평균가 담당 담당자 "
    "거래처 공급처 업체 업체명 점포 점포명 가게 상호 계좌 계좌번호 사진 이미지 url 링크 등록일 수정일 적립금 포인트 보증금 "
    "판매여부 노출 할인 세일 할인률 과세 과세구분 면세 id sku code num 최근수정 작성자",
}
_PRICES: dict[Rank, str] = {
    Rank.SALE: "할인가 할인가격 세일가 세일가격 행사가 행사가격 특가 할인판매가 특별가 이벤트가 saleprice 할인단가 할인후가격 할인후",
    Rank.SELL: "판매가 판매가격 판매단가 판매금액 소매가 소매 소매가격 소매단가 실판매가 최종가 최종가격 현재가 오늘가격 금일가격 "
    "금일가 당일가격 오늘시세 금일시세 sellingprice retailprice 고객가 고객판매가",
    Rank.PLAIN: "가격 단가 금액 값 소비자가 소비자가격 시세 시가 시장가 시장가격 price unitprice 원 가 얼마 가격표 현금가 amount",
    Rank.LIST: "정상가 정가 정상가격 원래가격 기존가 기존가격 권장소비자가 할인전 할인전가격 정상판매가 listprice 권장가",
    Rank.COST: "원가 매입가 매입가격 매입단가 도매가 도매 도매가격 도매단가 공급가 공급가격 공급단가 공급가액 입고가 입고가격 입고단가 "
    "구매가 구입가 낙찰가 경락가 회원가 카드가 조합원가 사입가 경매가 cost",
}
_LOOKUP: dict[str, Heading] = {
    **{word: Heading(role) for role, words in _WORDS.items() for word in words.split()},
    **{
        word: Heading(Role.PRICE, rank, total_like=word in ("금액", "amount"))
        for rank, words in _PRICES.items()
        for word in words.split()
    },
}
_GROUP = re.compile(r"[(\[<]([^)\]>]*)[)\]>]")
_NOISE = re.compile(r"[\s:：*·_.,/※★☆&및\-]+")
_SCALE = {"천원": 1000, "만원": 10_000, "천": 1000, "단위천원": 1000, "단위만원": 10_000}
_PER_UNIT = re.compile(r"^(?:원/)?(.+?)당?$")
_CONTAINS = re.compile(r"^(.{0,6}?)(가격|단가|판매가|소매가|도매가|할인가|정상가)(.{0,4})$")


@lru_cache(maxsize=4096)
def heading_of(text: str) -> Heading | None:
    """What a heading cell says, or ``None`` when it is no heading word."""
    folded = fold(text).casefold()
    if not folded or len(folded) > 30:
        return None
    groups = [_NOISE.sub("", group) for group in _GROUP.findall(folded)]
    bare = _NOISE.sub("", _GROUP.sub("", folded))
    found = _LOOKUP.get(bare) or _LOOKUP.get(bare + "".join(groups)) or _compound(bare)
    if found is None:
        return _size_heading(folded, bare, groups)
    return _qualified(found, groups) if found.role is Role.PRICE else found


def _compound(bare: str) -> Heading | None:
    """kg당가격, 100g당판매가, 소매가격대: a price word with a unit, size or trade word around it."""
    found = _CONTAINS.match(bare)
    if not found:
        return None
    base = _LOOKUP[found[2]]
    around = found[1] + found[3]
    for rank in (Rank.COST, Rank.SALE, Rank.LIST, Rank.SELL):
        if any(word.removesuffix("가") in around for word in _STEMS[rank]):
            return Heading(Role.PRICE, rank)
    if around in _YESTERDAY:
        return Heading(Role.SKIP)
    if is_unit(around) or is_size(around):
        return Heading(Role.PRICE, base.rank, unit_of(around))
    # 5월가격, 포장가격: a price all the same, told apart from another one only by asking
    return base if around in _NEUTRAL or not found[3] else None


_STEMS = {
    Rank.COST: ("도매", "매입", "공급", "입고", "회원", "경락", "카드"),
    Rank.SALE: ("할인", "세일", "행사", "특가"),
    Rank.LIST: ("정상", "정가", "할인전"),
    Rank.SELL: ("소매", "판매", "오늘", "금일", "당일", "현재"),
}
_YESTERDAY = frozenset(["어제", "전일", "전주", "전월", "작년", "지난주", "지난달", "평균", "전년"])
_NEUTRAL = frozenset(
    ["원", "상품", "품목", "기준", "소비자", "시장", "제품", "메뉴", "표", "개당", "(원)", "1개"]
)


def _qualified(found: Heading, groups: list[str]) -> Heading:
    label, scale, rank = found.label, found.scale, found.rank
    for group in groups:
        per = _PER_UNIT.match(group)
        if group in _SCALE:
            scale = _SCALE[group]
        elif "별도" in group or any(stem in group for stem in _STEMS[Rank.COST]):
            rank = Rank.COST
        elif any(stem in group for stem in _STEMS[Rank.SALE]):
            rank = Rank.SALE
        elif any(stem in group for stem in _STEMS[Rank.SELL]):
            rank = Rank.SELL
        elif is_size(group):
            label = group
        elif per and is_unit(per[1]):
            label = unit_of(per[1])
    return Heading(Role.PRICE, rank, label, scale, found.total_like)


def _size_heading(folded: str, bare: str, groups: list[str]) -> Heading | None:
    if bare in (
        "hot",
        "ice",
        "반마리",
        "한마리",
        "곱빼기",
        "보통",
        "소량",
        "대량",
        "레귤러",
        "라지",
    ):
        return Heading(Role.SIZE, label=bare)
    if is_size(bare) and not groups:
        return Heading(Role.SIZE, label=fold(folded).strip())
    if is_unit(folded) and re.match(r"\d|[가-힣]+\s?당|kg|g", folded):
        return Heading(Role.SIZE, label=unit_of(folded))
    return None
