"""Places and origins a text names, and those the facts confirm.

The places are those of ``engines/matching``; here stand only the names that mean something else as well (영양 is a county
and nourishment) and regions that product lines do not name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from jangteo.engines.copywriting.records import Facts
from jangteo.engines.copywriting.seen import COVER, View, fold, words
from jangteo.engines.matching.lexicon import lexicon

#: names of places that are ordinary words too: only where goods, 산 or the like follow
_DOUBTFUL = frozenset(
    words(
        "가나 기니 수단 장수 대구 고성 고양 공주 구리 사천 양산 이천 인제 장성 정선 진주 영양 예산 보은 부여 양주 고령 오산 임계 장단 진부 "
        "강구 금일 위도 교동 명지 득량 여자만 죽도 증도 마량 노화 회진 약산 미조 손불 대천 대저 안덕 조천 수입 국내 우리나라 상주 영광 음성 "
        "인도 오만 기장 경기 강화 청주 자국산 한경 비금 여주 거창 완주 독도 조선 외국 영서 홍도 동강"
    )
)
#: regions that product lines do not name, and English names
_REGIONS = words(
    "칭다오 산둥 북해도 홋카이도 지중해 안데스 유럽 북유럽 남미 북미 중남미 동남아 동남아시아 아프리카 시칠리아 프로방스 호남 영남 남도 영서 "
    "영동지방 다도해 한려수도 나주평야 김제평야 호남평야 철원평야 해운대 가락동 노량진 자갈치 오대산 한라산 소백산 태백산 독도 홍도 외국 국외 해외 "
    "아메리카 오세아니아 알프스 히말라야 한국 조선 북녘 휴전선 dmz 민통선 강원특별자치도 전북특별자치도 제주특별자치도 서남해 남서해 임진강 섬진강 "
    "낙동강 한강 금강 영산강 남한강 북한강 소양강 충주호 동강 korean korea jeju china chinese japan japanese usa american norway "
    "norwegian russia russian vietnam vietnamese thailand thai australian australia chile chilean spain spanish imported domestic"
)
_SOIL = re.compile(
    r"신토불이|우리\s?(?:것|재료|원료|참깨|들깨|고춧가루|땅|바다|산하|들녘|농산물|농민|농부|어민|콩|밀|쌀|한우|해역|산천)|토종|고랭지|산골|두메|심심산골|청정\s?(?:지역|해역|바다|자연|지대|산골|수역|환경|들판|산지)|청정해|"
    r"(?:해풍|바닷바람)|갯벌|남도|(?<![가-힣])(?:산지|현지)(?!직)(?:에서|의)|"
    r"[가-힣]{0,12}(?:마을|농장|농원|목장|과수원|양식장|어장|앞바다|해역|들녘|들판|평야|포구|어촌|농촌|산자락|고원|자락|해안|연안|근해|심해|먼바다|비닐하우스|텃밭|황토밭)(?:에서|의|산|으로부터|에)"
)
_STRICT_AFTER = r"(?:특별자치도|광역시|특별시|[시군도구읍면리](?=\s|에서|의|산))?(?:산(?![업지책물촌])|에서\s?(?:온|난|나는|나온|나고|자란|자라|잡|키|기른|올라|건진|캔|딴|재배|수확|생산|거둔|길러|만든|직송|직접|갓|막|보내|담근|농사|짓|바로|들여|건너|공수)|\s?(?:앞바다|바다|갯벌|들녘|들판|산지|농가|농장|농원|과수원|마을|지역|지방|해역|평야|해안|연안|근해|고원|특산|명물|직송|현지|본고장|출신|토박이)|의\s)"
_GROWN = re.compile(
    r"(?:특별자치도|광역시|특별시|[시군도])?(?:산(?![업지책물촌악])|에서\s?(?:온|난|나는|나온|나고|자란|자라|잡|키|기른|올라|건진|캔|딴|재배|수확|생산|거둔|길러|공수|들여|건너|직송))"
)
_STYLE = re.compile(r"(?:식|풍|요리|음식|집)(?=$|[^가-힣]|으로|의|을|이|과|와)")
_ALIKE = (
    ("강원", "강원도", "강원특별자치도"), ("경기", "경기도"), ("충북", "충청북도"), ("충남", "충청남도"),
    ("전북", "전라북도", "전북특별자치도"), ("전남", "전라남도"), ("경북", "경상북도"), ("경남", "경상남도"),
    ("제주", "제주도"), ("울릉", "울릉도"), ("강화", "강화도"), ("연평", "연평도"), ("흑산", "흑산도"), ("이탈리아", "이태리"),
    ("터키", "튀르키예"), ("인도네시아", "인니"), ("모리타니", "모리타니아"), ("욕지", "욕지도"), ("노화", "노화도"), ("남아공", "남아프리카공화국"),
    ("norwegian", "norway", "노르웨이"), ("chinese", "china", "중국"), ("japanese", "japan", "일본"), ("russian", "russia", "러시아"),
    ("american", "usa", "미국"), ("vietnamese", "vietnam", "베트남"), ("chilean", "chile", "칠레"), ("spain", "스페인"),
    ("thailand", "태국"), ("australian", "australia", "호주"), ("jeju", "제주", "제주도"),
)  # fmt: skip
_ALIASES = {word: frozenset(group) for group in _ALIKE for word in group}
_HOME = frozenset(
    words(
        "국산 국내산 국내 우리나라 한국산 한국 국산100% 국내산100% 자국산 korea korean domestic 연근해 연근해산"
    )
)
_ABROAD = frozenset(words("수입 수입산 외국산 외국 해외 국외 imported"))


_NOT_PLACES = ("호주머니", "안성맞춤")
#: names of goods that do tell an origin
_TELLING = frozenset(
    words(
        "광천김 속초닭강정 중국당면 제주술 일본된장 의성마늘햄 경주빵 베트남고추 히말라야핑크솔트 안동소주"
    )
)
_NO_FOOD = frozenset(["생활용품", "의류·잡화"])


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Places that goods may come from, and places that may only be named."""

    origins: frozenset[str]
    named: frozenset[str]
    words: str


@lru_cache(maxsize=1)
def _kinds() -> dict[str, str]:
    """Every place by its name without 산, with its kind."""
    made: dict[str, str] = {}
    for surface, found in lexicon().words.items():
        for word in found:
            if word.kind == "place":
                made[_stem(surface)] = word.names[0]
    for region in _REGIONS:
        made.setdefault(region, "region")
    return made


def _stem(word: str) -> str:
    if (
        word in ("국산", "국내산", "한국산", "외국산", "수입산", "원양산", "연근해산")
        or len(word) <= 2
    ):
        return word
    return (
        word[:-1]
        if word.endswith("산")
        and not word.endswith(("백산", "리산", "악산", "유산", "갑산", "라산", "대산"))
        else word
    )


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    names = sorted(_kinds(), key=len, reverse=True)
    sure = "|".join(re.escape(n) for n in names if n not in _DOUBTFUL and not n.isascii())
    doubtful = "|".join(re.escape(n) for n in names if n in _DOUBTFUL)
    latin = "|".join(n for n in names if n.isascii() and len(n) > 2)
    begin = r"(?:(?<![가-힣\x00])|(?<=햇)|(?<=[은이] ))"
    return re.compile(
        rf"{begin}(?P<sure>{sure})|{begin}(?P<doubtful>{doubtful})|\b(?P<latin>{latin})\b"
    )


@lru_cache(maxsize=1)
def _goods() -> tuple[frozenset[str], int]:
    """Names of what grows or is caught; 진주 목걸이 and 구리 냄비 name no place."""
    table = lexicon().categories
    foods = {
        surface
        for surface, found in lexicon().words.items()
        for word in found
        if word.kind == "item" and table[word.category].path[0] not in _NO_FOOD
    }
    return frozenset(foods), max(map(len, foods))


def confirmed(facts: Facts) -> Confirmed:
    """The places of the facts; those of the market and of delivery may be named, but nothing comes from there."""
    text = " ".join(
        [facts.origin, facts.stall_known_for, *facts.notes, *facts.claims, *facts.ingredients]
    )
    origins = _found(text)
    kinds = _kinds()
    inside = [w for w in _found(facts.origin) if kinds.get(w) in ("province", "place", "home")]
    if inside:
        origins |= _HOME
    if any(kinds.get(w) == "country" for w in _found(facts.origin)):
        origins |= _ABROAD
    about = " ".join(
        [
            facts.market_name,
            facts.market_place,
            facts.pickup_place,
            facts.stall_name,
            *facts.delivery_areas,
        ]
    )
    return Confirmed(
        frozenset(origins),
        frozenset(_found(about)),
        text + " " + " ".join([facts.name, *facts.season]),
    )


def _found(text: str) -> set[str]:
    folded = fold(text).text
    made: set[str] = set()
    names = _kinds()
    for start in range(len(folded)):
        for size in range(min(9, len(folded) - start), 1, -1):
            word = folded[start : start + size]
            if word in names:
                made |= _ALIASES.get(word, frozenset([word]))
                break
    return made


def unconfirmed(
    view: View, facts: Facts, may: Confirmed | None = None
) -> Iterator[tuple[int, int]]:
    """Where ``view`` names a place or a soil that the facts do not; positions in the view."""
    may = may or confirmed(facts)
    text = view.text
    for found in _pattern().finditer(text):
        word = found[0]
        behind = text[found.end() :]
        grown = _GROWN.match(behind) is not None or _before_goods(behind)
        if found["doubtful"] and not (re.match(_STRICT_AFTER, behind) or _before_goods(behind)):
            continue
        if (word + behind).startswith(_NOT_PLACES) or _name_of_goods(word, text[found.start() :]):
            continue
        if found["sure"] and _style_or_word(word, behind):
            continue
        if not _ALIASES.get(word, frozenset([word])).isdisjoint(may.origins):
            continue
        if word in may.named and not grown:
            continue
        extra = re.match(r"산(?![업지책물촌악])", behind)
        yield found.start(), found.end() + (1 if extra else 0)
    for found in _SPELT.finditer(text):
        joined = "".join(c for c in found[1] if "가" <= c <= "힣")
        stem = joined.removesuffix("산") if joined not in _kinds() else joined
        known = stem in _kinds() and (stem not in _DOUBTFUL or stem != joined)
        if known and _ALIASES.get(stem, frozenset([stem])).isdisjoint(may.origins | may.named):
            yield found.span(1)
    for found in _SOIL.finditer(text):
        if "".join(found[0].split())[:3] not in "".join(may.words.split()):
            yield found.span()
    for found in _GENERIC.finditer(text):
        if (
            found[1] not in _NO_PLACE
            and found[1] + "산" not in may.words
            and _stem(found[1] + "산") not in _kinds()
        ):
            yield found.span()


#: letters written apart: 제 주 산
_SPELT = re.compile(r"(?<![가-힣])([가-힣](?:[ .·*_~/-]{1,2}[가-힣]){1,4})(?![가-힣])")
_GENERIC = re.compile(
    r"(?<![가-힣\x00])([가-힣]{2,4})산(?=\s[가-힣]|이에요|입니다|이라|이고|으로|만\s)"
)
_NO_PLACE = frozenset(
    words(
        "자연 천연 양식 노지 수입 국내 외국 원양 유 생 수 농 축 특 임 해 출 등 계 재 부 대량 국민 시내 다량 자체 직접 지역 전통 대표 주요 공동 "
        "문화 무형 유형 우리강 금강 삼천리강 구연 젖 유기 지방 아미노 스테아르 뒷동 앞동"
    )
)


def _before_goods(behind: str) -> bool:
    """Goods right behind the place (영양 고추, 기장미역)."""
    goods, longest = _goods()
    if re.match(rf"\s?{COVER}", behind):
        return True
    skipped = 1 if behind.startswith(" ") else 0
    for size in range(min(longest, len(behind) - skipped), 0, -1):
        if behind[skipped : skipped + size] in goods:
            after = behind[skipped + size : skipped + size + 1]
            if size >= 2 or not ("가" <= after <= "힣"):
                return True
    return False


def _name_of_goods(place: str, text: str) -> bool:
    """청양고추 and 안동찜닭 are kinds of goods wherever they come from; 광천김 tells where."""
    goods, longest = _goods()
    for size in range(min(longest, len(text)), len(place), -1):
        if text[:size] in goods:
            name = next(w.value for w in lexicon().words[text[:size]] if w.kind == "item")
            return name.startswith(place) and name not in _TELLING
    return False


def _style_or_word(word: str, behind: str) -> bool:
    if word in ("국산", "국내산"):
        return False
    return _STYLE.match(behind) is not None
