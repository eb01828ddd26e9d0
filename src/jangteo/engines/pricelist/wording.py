"""Lines that are no product: titles, sections, notes, contact lines, totals, separators."""

from __future__ import annotations

import re

from jangteo.engines.pricelist.fold import fold, has_letters
from jangteo.engines.pricelist.headers import Role, heading_of
from jangteo.engines.pricelist.oddities import has_phone

_SEPARATOR = re.compile(r"[-=_*~·.─━═—#+|\s]{2,}")
_TOTAL = re.compile(
    r"(?:총\s?)?(?:합\s?계|소\s?계|총\s?계|계|총액|총\s?금액|total|sub\s?total|sum)\s?[:：]?", re.I
)
_TOTAL_LINE = re.compile(
    r"^(?:총\s?합계|합\s?계|소\s?계|총\s?계|총액|총\s?금액|total)(?![가-힣A-Za-z])", re.I
)
_COUNT_LINE = re.compile(r"^총\s?\d+\s?(?:품목|개|건|종|가지)")
_NOTE_MARK = re.compile(r"^\s*(?:[※☞☎✔★☆◆◇▶▷■□*]|주의|참고|안내|공지|알림|ps\b|p\.s)", re.I)
_SENTENCE = re.compile(
    r"습니다|입니다|합니다|됩니다|십시오|하세요|드려요|드립니다|바랍니다|가능|해요|예요|에요|이에요|돼요|있어요|없어요|부탁|"
    r"배달은|배송은|택배는|주문은|변동될|변동 ?가능|무료\s?배송|무료\s?배달|이상\s?(?:구매|구입|주문)|영업\s?시간|휴무|휴일|정기휴|주차|현금\s?영수증|카드\s?결제|"
    r"부가세|기준일|작성일|출력일|인쇄일|조회|적용일|유효|부터\s?적용|년.*월.*일|기준$|기준\)|택배\s?(?:가능|발송)|감사|환영|교환|환불|"
    r"단위\s?[:：]|수정일|업데이트|페이지|page \d|이하\s?여백|^-?\s?끝\.?$"
)
_CONTACT = re.compile(
    r"전화|연락처|핸드폰|휴대폰|팩스|fax|^tel|tel[.:)]|계좌|예금주|입금|(?:은행|농협|신협|금고|우체국)\s?[:：]?\s?\d[\d-]{5,}|주소|사업자|대표자?\s?[:：]|상호\s?[:：]|"
    r"문의처|카톡|카카오톡|인스타|이메일|e-?mail|@[a-z]+\.|https?:|www\.|홈페이지|위치\s?[:：]|담당자?\s?[:：]|작성자",
    re.I,
)
_TITLE = re.compile(
    r"가격\s?표|단가\s?표|메뉴\s?판|메뉴\s?표|시세\s?표|품목\s?표|상품\s?목록|상품\s?리스트|품목\s?리스트|가격\s?리스트|price\s?list|가격\s?안내|"
    r"판매\s?목록|가격\s?목록|재고\s?표|물가\s?표|목록$|리스트$|현황$|견적서|거래\s?명세|내역서?$|[가-힣○]상회$|상점$|시장$|[가-힣○]청과$|[가-힣○]수산$|마트$|^메뉴$|"
    r"차림표|오늘의\s?(?:시세|가격)",
    re.I,
)
_SECTION_WORDS = frozenset(
    [
        "채소",
        "야채",
        "과일",
        "과채",
        "수산",
        "수산물",
        "생선",
        "해산물",
        "건어물",
        "건어",
        "정육",
        "축산",
        "축산물",
        "고기",
        "반찬",
        "곡물",
        "잡곡",
        "쌀잡곡",
        "음료",
        "주류",
        "가공식품",
        "식품",
        "공산품",
        "냉동",
        "냉동식품",
        "냉장",
        "유제품",
        "견과",
        "견과류",
        "나물류",
        "젓갈",
        "양념",
        "조미료",
        "분식",
        "식사",
        "안주",
        "사이드",
        "세트메뉴",
        "기타",
        "추천",
        "인기",
        "신상품",
        "행사상품",
        "특가상품",
        "제철",
        "선물세트",
        "농산물",
        "농산",
        "임산물",
        "신선식품",
        "생필품",
        "생활용품",
        "잡화",
        "의류",
        "침구",
        "수입과일",
        "국산과일",
        "엽채",
        "근채",
        "활어",
        "패류",
        "선어",
        "소고기",
        "돼지고기",
        "닭고기",
        "식사메뉴",
        "식사류",
        "면류",
        "탕류",
        "찌개류",
        "주방용품",
        "미분류",
    ]
)
_DATE_LINE = re.compile(
    r"(?:19|20)\d{2}\s?[-./년]\s?\d{1,2}\s?[-./월](?:\s?\d{1,2}\s?[일.]?)?\s?[^\d,]{0,12}$"
)
_BRACKETED = re.compile(
    r"^(?:\[[^\]]{1,20}\]|【[^】]{1,20}】|<[^>]{1,20}>|《[^》]{1,20}》|〈[^〉]{1,20}〉|\([^)]{1,20}\)"
    r"|[■□◆◇▣◈◎▶▷#♣♠]+\s*[^\d]{1,20}|[■□◆◇▣◈◎▶▷●○★☆#=\-*~]+\s*[^\d]{1,20}\s*[■□◆◇▣◈◎◀●○★☆#=\-*~]+)$"
)
_FEE = re.compile(r"배송비|배달비|배달료|택배비|보증금|포장비|봉투값|수수료|운임|퀵비")
_SCALE = re.compile(r"단위\s?[:：]?\s?(천\s?원|만\s?원)")


def is_separator(text: str) -> bool:
    """A drawn line: ------."""
    return bool(_SEPARATOR.fullmatch(text))


def is_total(text: str) -> bool:
    """합계, 소계, total."""
    return bool(_TOTAL.fullmatch(fold(text).strip("[]() ")))


def is_contact(text: str) -> bool:
    """The shop's phone, account, address or name line."""
    folded = fold(text)
    return bool(_CONTACT.search(folded)) or has_phone(folded)


def is_date_line(text: str) -> bool:
    """2024. 05. 01. 현재: a short line that begins with a date."""
    return bool(_DATE_LINE.match(fold(text)))


def is_note(text: str) -> bool:
    """A sentence to customers."""
    folded = fold(text)
    return bool(_SENTENCE.search(folded)) or len(folded) > 60


def has_note_mark(text: str) -> bool:
    """Begins with a sign that notes begin with."""
    return bool(_NOTE_MARK.match(text))


def is_section(text: str) -> bool:
    """[채소], 과일류, ■ 수산."""
    folded = fold(text)
    bare = folded.strip("[]【】<>《》〈〉()■□◆◇▣◈◎▶▷♣♠●○★☆#=-*~:· ")
    if not bare or not has_letters(bare):
        return False
    marked = bool(_BRACKETED.match(folded))
    known = bare.replace(" ", "") in _SECTION_WORDS or bool(re.search(r"(?:류|코너|부류)$", bare))
    known = known or bool(
        re.fullmatch(r"[가-힣]+\s?[/·,&]\s?[가-힣]+(?:류)?", bare) and _all_known(bare)
    )
    return marked or (known and len(bare) <= 15)


def _all_known(text: str) -> bool:
    return all(part.strip() in _SECTION_WORDS for part in re.split(r"[/·,&]", text))


def is_title(text: str) -> bool:
    """○○상회 가격표."""
    return bool(_TITLE.search(fold(text).strip("[]【】<>()■□◆★☆*=-~ ")))


def is_fee(text: str) -> bool:
    """A delivery or deposit line: an amount, but no product."""
    return bool(_FEE.search(text))


def scale_of(text: str) -> int:
    """1000 or 10000 for a line that says (단위: 천원) or (단위: 만원), else 1."""
    found = _SCALE.search(fold(text))
    return 1 if not found else 1000 if found[1].startswith("천") else 10_000


def names_column(text: str) -> bool:
    """Whether ``text`` heads the column of names: 품명, 상품."""
    heading = heading_of(text)
    return heading is not None and heading.role is Role.NAME


def is_heading_text(text: str) -> bool:
    """A whole line of heading words: 품명 / 단위 / 가격."""
    parts = [part for part in re.split(r"[\s/|,·\-]+", fold(text)) if part]
    return bool(parts) and (
        all(heading_of(part) is not None for part in parts) or _all_headings("".join(parts))
    )


def _all_headings(letters: str) -> bool:
    """품 명 가 격, letters spread over the line: 품명가격 is two heading words."""
    if not letters or len(letters) > 16:
        return not letters
    return any(
        heading_of(letters[:end]) is not None and _all_headings(letters[end:])
        for end in range(2, min(6, len(letters)) + 1)
    )


def line_code(text: str) -> str:
    """Why a lone line without a price is no product; "" when it may be one."""
    folded = fold(text)
    if is_separator(folded):
        return "separator"
    if _TOTAL_LINE.match(folded) or is_total(folded) or _COUNT_LINE.match(folded):
        return "total"
    if is_contact(folded):
        return "contact"
    if has_note_mark(folded) and not is_section(folded) and not is_title(folded):
        return "note"
    if is_note(folded):
        return "note"
    if is_section(folded) and not _TITLE.search(folded):
        return "section"
    return "title" if is_title(folded) else _last_codes(folded)


def _last_codes(folded: str) -> str:
    if is_heading_text(folded):
        return "header"
    if re.fullmatch(
        r"(?:19|20)\d{2}[-./년]\s?\d{1,2}[-./월]?\s?(?:\d{1,2}\s?일?)?\.?.{0,6}", folded
    ):
        return "note"
    return "note" if re.fullmatch(r"[-\s]*\d{1,3}\s?(?:/\s?\d{1,3})?[-\s]*", folded) else ""
