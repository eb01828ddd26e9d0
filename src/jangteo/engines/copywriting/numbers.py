"""Numbers a text says, in digits or in words, and the numbers the facts hold.

A number is what it counts and how many: 1.8L and 1800ml are one, 500g and 500kg are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation

from jangteo.engines.copywriting.records import Facts, Kind
from jangteo.engines.copywriting.seen import fold
from jangteo.engines.matching.quantities import BUNDLES
from jangteo.engines.pricelist.numerals import parse_korean_number

_MEASURES: dict[str, dict[str, int | Decimal]] = {
    "g": {"kg": 1000, "g": 1, "mg": Decimal("0.001"), "킬로그램": 1000, "킬로그람": 1000, "킬로": 1000, "키로": 1000, "그램": 1, "그람": 1, "톤": 1_000_000},
    "ml": {"ml": 1, "l": 1000, "cc": 1, "리터": 1000, "밀리리터": 1, "밀리": 1, "㎖": 1},
    "won": {"원": 1, "won": 1, "krw": 1},
    "percent": {"%": 1, "퍼센트": 1, "프로": 1, "퍼": 1, "할": 10},
    "minutes": {"분": 1, "시간": 60},
    "days": {"주일": 7, "주간": 7, "주": 7, "개월": 30, "달": 30},
    "year": {"년도": 1, "년생": 1},
}  # fmt: skip
#: counters that mean the same, the first one standing for all
_COUNTERS = (
    ("개", "개입", "입", "과", "알", "구", "개들이", "입들이", "덩이", "덩어리", "톨"),
    ("마리", "미", "수"), ("장", "매"), ("봉", "봉지", "봉다리"), ("팩",), ("박스", "상자", "box"),
    ("병",), ("캔",), ("통",), ("망",), ("단", "묶음", "다발"), ("포기",), ("송이",), ("모",), ("판",), ("손",), ("축",),
    ("톳",), ("쾌",), ("두름",), ("접",), ("채",), ("줄",), ("포대", "포"), ("세트", "셋트"), ("자루",), ("컵",), ("쪽",),
    ("조각", "토막"), ("뿌리",), ("근",), ("관",), ("되",), ("말",), ("켤레",), ("벌",), ("권",), ("롤",), ("바구니",),
    ("무더기",), ("소쿠리",), ("꼬치",), ("그루",), ("화분",), ("가마", "가마니"), ("인분",), ("그릇",), ("접시",), ("캡슐",),
    ("정",), ("티백",), ("스틱",), ("잔",), ("뭉치",), ("필",), ("자",), ("타",), ("다스",),
)  # fmt: skip
_PIECES = frozenset(["개", "마리", "장", "송이", "포기", "통", "쪽", "조각", "뿌리", "꼬치", "모", "줄", "롤", "캡슐", "정", "티백", "스틱", "그루"])  # fmt: skip
_OTHER = "개월째|년째|대째|년|월|일|시|초|살|세|세대|대|배|명|분|사람|식구|가족|가지|종류|종|번째|번|회|차례|위|등급|등|호|점|미터|브릭스|brix|칼로리|kcal|도|℃|°c|cm|mm|센티|미터|m|평|층|킬로미터|km|호점|곳|군데|집|끼|호실|인|년산|도산|여"
_CANON = {word: group[0] for group in _COUNTERS for word in group}
_UNITS: dict[str, tuple[str, Decimal]] = {
    **{word: ("count:" + canon, Decimal(1)) for word, canon in _CANON.items()},
    **{w: ("other:" + w, Decimal(1)) for w in _OTHER.split("|")},
    **{w: (kind, Decimal(n)) for kind, words in _MEASURES.items() for w, n in words.items()},
}
_UNIT = "|".join(map(re.escape, sorted(_UNITS, key=len, reverse=True)))
#: what may stand behind a unit, so that 한 모금 is no 모
_AFTER = r"(?=$|[^가-힣a-z]|들이|짜리|정도|가량|안팎|내외|남짓|이상|이하|미만|쯤|씩|당|만|이나|으로|로|에|을|를|이|가|은|는|과|와|도|의|부터|까지|넘게|기준|째|입니|예요|이에|이고|이며|이라|입|밖|대|동안|뒤|후|만에|전|마다|하고|보다|뿐|면|값|어치|용|분량|포장|담|한)"
_DIGITS = r"(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:\s?[십백천만억](?![가-힣])|\s?[천만억](?=\s?원|\s?\d|\s?[이삼사오육칠팔구]?[천백십]))*"
_MIXED = r"(?:\d[\d,]*(?:\.\d+)?\s?[십백천만억]\s?)+(?:\d[\d,]*|[일이삼사오육칠팔구][천백십](?:\s?[일이삼사오육칠팔구]?[백십])*)?"
_SINO = r"[영일이삼사오육륙칠팔구십백천만억]"
_NATIVE_ONES = {"한": 1, "하나": 1, "두": 2, "둘": 2, "세": 3, "셋": 3, "석": 3, "서": 3, "네": 4, "넷": 4, "넉": 4, "너": 4,
                "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9}  # fmt: skip
_NATIVE_TENS = {"열": 10, "스물": 20, "스무": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70, "여든": 80, "아흔": 90}  # fmt: skip
_ABOUT = "한두|두세|두서너|서너|너댓|네댓|네다섯|대여섯|예닐곱|일고여덟|여남은|여러|몇|몇몇|수십|수백|수천|수만|몇십|몇백|몇천|몇만|수십만|수백만|백여|천여|십여"
_DAYS = {"일주일": 7, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "엿새": 6, "이레": 7, "여드레": 8, "아흐레": 9, "열흘": 10, "보름": 15}  # fmt: skip
_SELLING = "|".join(sorted((w for w in _CANON if w not in ("자", "정", "수", "과", "구", "미", "타", "필", "채", "잔", "그릇", "접시", "입")), key=len, reverse=True))  # fmt: skip

_DATE = re.compile(
    r"(?<!\d)(?:(\d{4}|\d{2})\s?(?:년|[./-])\s?)(\d{1,2})\s?(?:월|[./-])\s?(\d{1,2})(?:\s?일)?(?!\d)|(?<![\d,.])(\d{1,2})\s?월\s?(\d{1,2})\s?일|(?<![\d,./])(\d{1,2})/(\d{1,2})(?![\d/])"
)
_CLOCK = re.compile(
    r"(?:(오전|오후|아침|새벽|낮|저녁|밤|정오|점심)\s?)?(?:(?<![\d.])(\d{1,2}):(\d{2})(?!\d)|(?<![\d.,])(\d{1,2})\s?시(?!간|즌|장|식|리|작|원)(?:\s?(\d{1,2})\s?분|\s?(반))?|(?<![가-힣])(열한|열두|한|두|세|네|다섯|여섯|일곱|여덟|아홉|열)\s?시(?:\s?(반)|(?=$|[^가-힣]|에|부터|까지|쯤|경|정각)))"
)
_DIGIT_MENTION = re.compile(
    rf"(?<![\d.])(?P<number>{_MIXED}|{_DIGITS})\s?(?:(?P<unit>{_UNIT}){_AFTER})?"
)
_SINO_MENTION = re.compile(
    rf"(?P<number>{_SINO}{{1,20}}(?:\s{_SINO}{{1,20}}){{0,4}})\s?(?P<unit>원|그램|킬로그램|킬로|키로|리터|밀리리터|퍼센트|프로|년|개월|인분|월|박스|상자|팩|병|장|미|근|등급|도|배|가지|명|개|마리|봉지|봉|할|분|시간|일|위|호점|대째|대|브릭스|미터|센티|칼로리|층|점|그루|포기|할|명|주|일|톤|평){_AFTER}"
)
_NATIVE = "|".join(sorted([*_NATIVE_ONES, *_NATIVE_TENS], key=len, reverse=True))
_NATIVE_MENTION = re.compile(
    rf"(?<![가-힣])(?P<number>(?:{'|'.join(_NATIVE_TENS)})?(?:{'|'.join(sorted(_NATIVE_ONES, key=len, reverse=True))})|{'|'.join(_NATIVE_TENS)})\s?"
    rf"(?P<unit>{_SELLING}|식구|사람|명|가지|종류|배|시간|달|해|살|주|끼|곳|인분|그릇|접시|잔|번째|번|차례|겹|채){_AFTER}"
)
_ABOUT_MENTION = re.compile(
    rf"(?<![가-힣])(?P<number>{_ABOUT})\s?(?P<unit>{_UNIT}|해|배){_AFTER}|반의\s?반|반값|반\s가격|절반\s?(?:가격|값|도)|열에\s?(?:아홉|여덟|일곱)|(?:몇|갑|곱)절|갑절|(?<![가-힣])배로|(?<![가-힣])(?P<half>반)\s?(?:{_SELLING})(?=$|[^가-힣]|씩|만|에|을|를|이|가|은|는|의|도|값)"
)
_SPAN_MENTION = re.compile("(?<![가-힣])(" + "|".join(_DAYS) + ")(?![식만화불])")
#: one of these is a way of eating, not an amount: 김 한 장 올려
_LOOSE = frozenset(["장", "쪽", "조각", "알", "톨", "컵", "토막"])
_AM, _PM = frozenset(["오전", "아침", "새벽"]), frozenset(["오후", "저녁", "밤"])


@dataclass(frozen=True, slots=True)
class Mention:
    """``what`` ("g", "won", "count:개", "date" ...) and ``value`` (None when it is no exact number)."""

    what: str
    value: Decimal | tuple[int, ...] | None
    start: int
    end: int


def mentions(text: str) -> Iterator[Mention]:
    """Every number in folded ``text`` (covered words read as nothing), in no special order, none twice."""
    taken = [False] * len(text)
    for found in _dates(text):
        yield _take(found, taken)
    for found in _clocks(text):
        if not any(taken[found.start : found.end]):
            yield _take(found, taken)
    for reader in (_digits, _sino, _native, _about):
        for found in reader(text):
            if not any(taken[found.start : found.end]):
                yield _take(found, taken)


def _take(found: Mention, taken: list[bool]) -> Mention:
    taken[found.start : found.end] = [True] * (found.end - found.start)
    return found


def _dates(text: str) -> Iterator[Mention]:
    for m in _DATE.finditer(text):
        year, month, day = m[1], m[2] or m[4] or m[6], m[3] or m[5] or m[7]
        if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
            continue
        value: tuple[int, ...] = (int(month), int(day))
        if year:
            value = (int(year) + (2000 if len(year) == 2 else 0), *value)
        yield Mention("date", value, m.start(), m.end())


def _clocks(text: str) -> Iterator[Mention]:
    for m in _CLOCK.finditer(text):
        hour = int(m[2] or m[4] or 0) or _NATIVE_TENS.get(m[7] or "", 0) or _NATIVE_ONES.get((m[7] or "").removeprefix("열"), 0) + 10 * (m[7] or "").startswith("열")  # fmt: skip
        minute = int(m[3] or m[5] or 0) + 30 * bool(m[6] or m[8])
        if hour > 24 or minute > 59:
            continue
        moment = hour * 60 + minute
        half = 1 if m[1] in _AM else 2 if m[1] in _PM else 0
        yield Mention("clock", (moment, half), m.start(), m.end())


def _digits(text: str) -> Iterator[Mention]:
    for m in _DIGIT_MENTION.finditer(text):
        start, end = m.start(), m.end()
        if m["unit"] is None:
            end = m.start() + len(m[0].rstrip())
            behind = re.match(r"[가-힣a-z]{1,6}", text[end:])
            if behind and not _particle(behind[0]):
                yield Mention("other:" + behind[0], _number(m["number"]), start, end + behind.end())
                continue
        yield _mention(m["number"], m["unit"], start, end, text)


def _particle(behind: str) -> bool:
    return re.match(r"(?:으로|로|에|을|를|이|가|은|는|과|와|도|의|부터|까지|만|씩|입니다|이에요|예요|이고)", behind) is not None  # fmt: skip


def _sino(text: str) -> Iterator[Mention]:
    for m in _SINO_MENTION.finditer(text):
        number = m["number"].replace(" ", "")
        glued = m.start() > 0 and "가" <= text[m.start() - 1] <= "힣"
        placed = re.search("[십백천만억]", number) is not None
        sure = m["unit"] in ("원", "그램", "킬로그램", "킬로", "키로", "퍼센트", "프로", "리터", "인분", "개월", "등급", "년", "대째", "호점", "브릭스", "미터", "할", "센티", "톤")  # fmt: skip
        if glued and not (placed and len(number) >= 2 and sure):
            continue
        if not placed and not sure:
            continue
        if (
            len(number) == 1
            and not sure
            and not (number in "백천" and m["unit"] in _CANON and not glued)
        ):
            continue
        if (number, m["unit"]) in (("일", "원"), ("이", "년"), ("만", "개")):
            continue
        yield _mention(number, m["unit"], m.start(), m.end(), text)


def _native(text: str) -> Iterator[Mention]:
    for m in _NATIVE_MENTION.finditer(text):
        number, unit = m["number"], m["unit"]
        ones = number
        value = 0
        for ten, worth in _NATIVE_TENS.items():
            if number.startswith(ten):
                value, ones = worth, number[len(ten) :]
                break
        value += _NATIVE_ONES.get(ones, 0)
        said = text[m.start() : m.end()]
        if (value == 1 and unit in _LOOSE) or (value <= 2 and unit in ("번", "차례", "겹")):
            continue
        if value == 1 and (
            unit not in _CANON
            or _distributed(text, m, said)
            or unit in ("인분", "그릇", "접시", "잔")
        ):
            continue
        if unit == "손" and re.match(r"\s?(?:으로|에 쏙|에 들|모아|가득|걷|에\b)", text[m.end() :]):
            continue
        half = Decimal("0.5") if _and_a_half(text, m.end()) else Decimal(0)
        yield _mention_value(value + half, unit, m.start(), m.end())


def _distributed(text: str, m: re.Match[str], said: str) -> bool:
    """한 알 한 알, 한 마리씩: no amount."""
    around = text[max(0, m.start() - len(said) - 2) : m.end() + len(said) + 2]
    return around.count(said) > 1 or text[m.end() :].startswith(("씩", " 한 "))


def _about(text: str) -> Iterator[Mention]:
    for m in _ABOUT_MENTION.finditer(text):
        if m["number"] in ("여러", "몇", "한두", "몇몇") and m["unit"] not in ("배", "년", "해", "원", "대째", "박스", "근", "g", "kg"):  # fmt: skip
            continue
        unit = _CANON.get(m[0][1:].strip()) if m["half"] else None
        yield Mention(
            f"count:{unit}" if unit else "vague",
            Decimal("0.5") if unit else None,
            m.start(),
            m.end(),
        )
    for m in _SPAN_MENTION.finditer(text):
        yield Mention("days", Decimal(_DAYS[m[1]]), m.start(), m.end())


def _number(text: str) -> Decimal | None:
    plain = re.sub(r"\s", "", text)
    try:
        if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
            return Decimal(plain.replace(",", ""))
        if re.fullmatch(r"\d+(?:\.\d+)?|\.\d+", plain):
            return Decimal(plain)
    except InvalidOperation:  # pragma: no cover - the patterns above are numbers
        return None
    parsed = parse_korean_number(plain)
    return None if parsed is None else Decimal(parsed.value)


def _mention(number: str, unit: str | None, start: int, end: int, text: str) -> Mention:
    value = _number(number.rstrip(","))
    if unit is None:
        return Mention("bare", value, start, end)
    if value is not None and unit is not None and _and_a_half(text, end):
        value += Decimal("0.5")
    if unit == "원" and value is not None and text[end : end + 1] == "대":
        return Mention("won-about", value, start, end + 1)
    return _mention_value(value, unit, start, end)


def _and_a_half(text: str, end: int) -> bool:
    """일 킬로 반, 두 근 반."""
    return (
        re.match(r"\s?반(?=$|[^가-힣]|에|을|이|은|의|짜리|씩|으로|정도|쯤)", text[end:]) is not None
    )


def _mention_value(value: Decimal | None, unit: str, start: int, end: int) -> Mention:
    what, times = _UNITS.get(unit, ("other:" + unit, Decimal(1)))
    return Mention(what, None if value is None else value * times, start, end)


@dataclass(frozen=True, slots=True)
class Known:
    """The numbers of the facts."""

    held: frozenset[tuple[str, Decimal | tuple[int, ...]]]
    dates: frozenset[tuple[int, ...]]
    clocks: frozenset[int]
    pieces: Decimal | None
    since: int | None
    age: int | None
    price: int | None

    def allows(self, said: Mention, text: str) -> bool:
        """Whether the facts hold ``said``, in the same unit."""
        value = said.value
        if value is None:
            return False
        if isinstance(value, tuple):
            return value in self.dates if said.what == "date" else self._clock(value)
        if (said.what, value) in self.held:
            return True
        if said.what == "bare":
            return any(held == value for what, held in self.held if not isinstance(held, tuple))
        if said.what == "won-about":
            return self.price is not None and value <= self.price < value + _place(value)
        if said.what.startswith("count:"):
            counted = said.what[6:] in _PIECES and self.pieces == value and self.pieces is not None
            return counted
        return self._calendar(said, value, text)

    def _clock(self, value: tuple[int, ...]) -> bool:
        moment, half = value
        options = {moment} if half == 1 else {moment + 720 if moment < 720 else moment} if half == 2 else {moment, moment + 720}  # fmt: skip
        return bool(options & self.clocks)

    def _calendar(self, said: Mention, value: Decimal, text: str) -> bool:
        unit = said.what.removeprefix("other:")
        number = int(value)
        if unit in ("년", "년도", "year") and number == self.since:
            return True
        if unit in ("년째", "년") and self.age is not None:
            about = re.match(r"\s?(?:넘게|이상|여|남짓)", text[said.end :])
            return number == self.age or (about is not None and 0 < self.age - number < 10)
        if unit == "년":
            return any(number in (d[0], d[0] % 100) for d in self.dates if len(d) == 3)
        if unit == "월":
            return any(number == d[-2] for d in self.dates)
        if unit == "일":
            return ("days", value) in self.held or any(number == d[-1] for d in self.dates)
        return False


def _place(value: Decimal) -> Decimal:
    """The place of the last digit that is not zero: 3000 → 1000."""
    number, place = int(value), 1
    while number and number % 10 == 0:
        number //= 10
        place *= 10
    return Decimal(place)


def known(facts: Facts, kind: Kind) -> Known:
    """The numbers that a text of ``kind`` about ``facts`` may say, those that follow from them included."""
    held: set[tuple[str, Decimal | tuple[int, ...]]] = set()
    dates: set[tuple[int, ...]] = set()
    clocks: set[int] = set()
    for text in _strings(facts):
        for one in mentions(fold(text).text):
            if one.what == "date" and isinstance(one.value, tuple):
                dates |= {one.value, one.value[-2:]}
            elif one.what == "clock" and isinstance(one.value, tuple):
                clocks.add(one.value[0])
            elif one.value is not None:
                held.add((one.what, one.value))
        held |= {
            ("count:" + _CANON.get(m[0], m[0]), Decimal(1))
            for m in re.finditer(rf"^(?:{_SELLING})$", text)
        }
    for moment in (facts.use_by, facts.harvested_on, facts.back_on):
        if moment is not None:
            dates |= {(moment.year, moment.month, moment.day), (moment.month, moment.day)}
    _amounts(facts, held)
    _money(facts, held)
    if facts.use_by_days is not None:
        held.add(("days", Decimal(facts.use_by_days)))
    if facts.since_year is not None:
        held.add(("year", Decimal(facts.since_year)))
    if facts.delivery_minutes is not None:
        held.add(("minutes", Decimal(facts.delivery_minutes)))
    if kind is Kind.REVIEW_REPLY and facts.review_rating is not None:
        rating = Decimal(facts.review_rating)
        held |= {("other:점", rating), ("count:개", rating)}
    age = None
    if facts.since_year is not None and facts.as_of is not None:
        age = facts.as_of.year - facts.since_year
    pieces = Decimal(facts.count) if facts.count is not None else None
    if facts.count_unit and pieces is not None:
        pieces = None
    return Known(
        frozenset(held),
        frozenset(dates),
        frozenset(clocks),
        pieces,
        facts.since_year,
        age,
        facts.price_krw,
    )


def _strings(facts: Facts) -> Iterator[str]:
    for field in fields(facts):
        if field.name == "review_text":
            continue
        value = getattr(facts, field.name)
        if isinstance(value, str) and value:
            yield value
        elif isinstance(value, tuple):
            yield from value


def _amounts(facts: Facts, held: set[tuple[str, Decimal | tuple[int, ...]]]) -> None:
    packs = facts.pack_count
    for what, each, total in (
        ("g", facts.net_g, facts.total_g),
        ("ml", facts.net_ml, facts.total_ml),
    ):
        if each is not None:
            held.add((what, Decimal(str(each))))
            if packs is not None:
                held.add((what, Decimal(str(each)) * packs))
        if total is not None:
            held.add((what, Decimal(str(total))))
    if facts.count is not None and facts.count_unit:
        held.add(("count:" + _CANON.get(facts.count_unit, facts.count_unit), Decimal(facts.count)))
    if packs is not None:
        word = _CANON.get(facts.pack_unit, facts.pack_unit)
        words = (
            [word]
            if word
            else ["팩", "봉", "병", "캔", "통", "박스", "개", "세트", "포대", "망", "컵"]
        )
        held |= {("count:" + w, Decimal(packs)) for w in words}
        if packs > 1:
            held |= {("count:" + w, Decimal(1)) for w in words}
    if not (facts.unit or facts.pack_unit or packs):
        # one pack of goods sold by weight: 식혜 1L 한 병
        words = ["병", "캔", "통", "팩"] if facts.net_ml is not None else []
        words += ["봉", "팩", "박스", "통", "망", "포대"] if facts.net_g is not None else []
        held |= {("count:" + w, Decimal(1)) for w in words}
    for unit, size in BUNDLES.items():
        if ("count:" + unit, Decimal(1)) in held and facts.count is None:
            held |= {("count:" + piece, Decimal(size)) for piece in ("마리", "장", "개")}
    if facts.name.endswith(("달걀", "계란", "란")) and ("count:판", Decimal(1)) in held:
        held.add(("count:개", Decimal(facts.count or 30)))


def _money(facts: Facts, held: set[tuple[str, Decimal | tuple[int, ...]]]) -> None:
    for won in (
        facts.price_krw,
        facts.was_krw,
        facts.delivery_fee_krw,
        facts.free_delivery_from_krw,
    ):
        if won is not None:
            held.add(("won", Decimal(won)))
    if facts.price_krw and facts.was_krw and facts.was_krw > facts.price_krw:
        off = facts.was_krw - facts.price_krw
        held.add(("won", Decimal(off)))
        if off * 100 % facts.was_krw == 0:
            held.add(("percent", Decimal(off * 100 // facts.was_krw)))
