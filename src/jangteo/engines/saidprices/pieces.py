"""A sentence cut into names, units, amounts, percents, and words of what happened, from left to right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jangteo.engines.pricelist.amounts import MAX_KRW, MIN_KRW, read_amount
from jangteo.engines.pricelist.numerals import parse_korean_number
from jangteo.engines.pricelist.units import unit_of
from jangteo.engines.saidprices.goods import squeezed
from jangteo.engines.saidprices.records import KnownGoods

_HANGUL = "일이삼사오육륙칠팔구영공십백천만억"
_END = r"(?=\s|$|[,.!?~])"
#: what may follow an amount, a unit or a word of what happened, glued
_TAIL = (
    r"(?:으로|로|에서|에|씩|짜리|당|이고요|이고|인데요|인데|이구요|이구|이랑|이야|이요|이에요|예요|에요|입니다|이다|이지|"
    r"였는데|이었는데|였고|이었고|할게요|할게|하고|해줘|해|요|은|는|만|도|의|고|이|가|을|를|랑)?"
)
_COUNTERS = (
    "킬로그램|킬로|키로|kg|그램|그람|g|리터|l|ml|마리|포기|상자|봉지|묶음|세트|두름|송이|접시|다발|소쿠리|바구니|무더기|"
    "조각|토막|자루|단|근|개|봉|팩|망|모|통|병|캔|줄|판|손|톳|접|쾌|축|장|알|관|말|되"
)
_NATIVE = "한|두|세|네|서|석|너|넉|다섯|여섯|일곱|여덟|아홉|열|스무|반"
_SINO_ONE = {c: n for n, c in enumerate("영일이삼사오육칠팔구")}
_UNIT = re.compile(
    rf"(?P<count>\d+(?:\.\d+)?|{_NATIVE})\s?(?P<word>{_COUNTERS}){_TAIL}(?=\s|$|[,.!?]|(?P<more>[\d{_HANGUL}]))"
    rf"|(?P<sino>(?:[일이삼사오육칠팔구]?[십백천])+[일이삼사오육칠팔구]?|[일이삼사오육칠팔구])\s?"
    rf"(?P<measure>킬로그램|킬로|키로|kg|그램|그람|g|리터|l|ml){_TAIL}{_END}"
    rf"|(?P<per>(?:개|마리|단|봉지|팩|포기|근|통|모|판|망|상자|그램|그람|킬로|키로|kg))당{_END}"
    rf"|(?P<bare>킬로|키로|kg)에?{_END}"
    rf"|(?P<one>하나|한나){_TAIL}{_END}",
    re.I,
)
_NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?|[{_HANGUL}])(?:\d[\d,]*|[{_HANGUL}]|(?<=[십백천만])\s(?=[\d{_HANGUL}]))*"
_AMOUNT = re.compile(
    rf"(?P<number>{_NUMBER})(?P<won>\s?원(?:정)?)?(?P<tail>{_TAIL})(?:{_END}|(?<=원)(?=[가-힣]))"
)
_FORMER = frozenset(["에서", "짜리", "인데", "인데요", "였는데", "이었는데", "였고", "이었고"])
_SPLIT_AMOUNT = re.compile(rf"(\d{{1,3}}000|\d{{1,2}}0000) (\d{{3}})\s?원?{_TAIL}{_END}")
_PERCENT = re.compile(
    rf"(?P<number>\d{{1,2}}|[일이삼사오육칠팔구십]{{1,3}})\s?(?:%|프로|퍼센트){_TAIL}{_END}"
)
#: (what, pattern), tried in turn
_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (what, re.compile(rf"(?:{words}){_END}"))
    for what, words in (
        # said of something else, or that it is not to be done
        (
            "never",
            (
                r"(?:말고|아니고|빼고|대신|그대로[가-힣]*(?:\s?(?:두고|둬[가-힣]*|놔[가-힣]*))?)"
                r"|(?:안|못|거의|아직|조금|곧)(?:\s[가-힣]+)?|[가-힣]*지\s?(?:마[가-힣]*|않[가-힣]*|말[가-힣]*)"
                r"|남았[가-힣]*|물어[가-힣]*|[가-힣]*냐고|(?:품절|매진)[가-힣]*\s?(?:안|않)(?:\s[가-힣]+)?"
            ),
        ),
        (
            "back",
            r"(?:품절|매진)(?:이|은)?\s?아니[가-힣]*|다시\s?(?:팔|판|있)[가-힣]*|품절\s?(?:풀|해제)[가-힣]*",
        ),
        (
            "sold",
            (
                r"(?:다\s|싹\s|전부\s|오늘\s)?(?:품절|매진|완판|소진)[가-힣]*|(?:다|싹|전부)\s?(?:팔|나갔|나가)[가-힣]*"
                r"|떨어[졌져][가-힣]*|동[났나][가-힣]*|없[어네다습음][가-힣]*|(?:다\s)?끝났[가-힣]*"
            ),
        ),
        (
            "arrived",
            r"(?:새로\s?)?(?:들어\s?[왔와옴][가-힣]*|입고[가-힣]*|왔[어네습다][가-힣]*|도착[가-힣]*)",
        ),
        ("question", r"얼마[가-힣]*|몇\s?원[가-힣]*|어때[가-힣]*"),
        ("not", r"아니[야에요라]*"),
        ("half", r"반값[가-힣]*|반\s?가격[가-힣]*|두\s?배[가-힣]*"),
        (
            "up",
            r"(?:더\s)?(?:올려|올리|올랐|올라|인상|비싸)[가-힣]*(?:\s?(?:줘|주세요|줄래|주라))?|더\s?(?:받)[가-힣]*",
        ),
        (
            "down",
            r"(?:더\s)?(?:내려|내리|내렸|깎|빼(?!고)|인하|할인|싸게|낮춰|낮추|디씨)[가-힣]*(?:\s?(?:줘|주세요|줄래|주라))?",
        ),
        ("about", r"쯤|정도|약|한\s?번쯤|가량"),
        (
            "later",
            r"내일(?:부터)?|모레(?:부터)?|다음\s?주(?:부터)?|이따가?|나중에|저녁(?:부터|에)?",
        ),
        ("past", r"어제|아까|지난\s?주|그제"),
        ("join", r"그리고|하고|랑|이랑|및|또"),
    )
)
_FILLER = re.compile(
    rf"(?:원래|세일|행사|할인가|판매가|오늘|지금|이제|우리|저기요?|저|음+|어+|그|아+|자|뭐냐|그게|여기|요즘|가격|값|단가|다|전부|모두|둘|더|좀|그냥|일단|각각|부터"
    rf"|해\s?줘요?|해\s?주세요|해|해라|할게요?|바꿔|바꾸어|변경|줘요?|주세요|주라|한대|됐어요?|입력|으로|로|이야|이요|요|네|예){_TAIL}{_END}"
)
_NAME_PARTICLE = re.compile(r"(?:이랑|하고|에서|까지|부터|은|는|이|가|을|를|도|만|랑|과|와|의)$")
_WORD = re.compile(r"[0-9A-Za-z가-힣()%&+/·-]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """``kind``: name, unit, amount, percent, or a word of `_WORDS`; ``text`` of a name or unit in one spelling."""

    kind: str
    text: str
    start: int
    end: int
    values: tuple[int, ...] = ()
    is_doubtful: bool = False
    #: 삼천원에서, 삼천원이었는데: what it was, not what it shall be
    is_former: bool = False
    #: glued or spoken with a particle that joins it to the next
    joins: bool = False
    #: one of her goods by its whole name
    is_known: bool = False


def pieces_of(text: str, goods: Sequence[KnownGoods]) -> list[Piece]:
    """The pieces of a heard sentence, in order."""
    names = sorted({one.name for one in goods}, key=lambda name: -len(squeezed(name)))
    patterns = [_name_pattern(name) for name in names if squeezed(name)]
    return list(_pieces(text, patterns))


def _name_pattern(name: str) -> re.Pattern[str]:
    """The name with or without its spaces, at the start of a word, ended by a particle or by what is no name."""
    letters = r"\s?".join(re.escape(char) for char in squeezed(name))
    glued = rf"(?:{_NATIVE}|\d+)\s?(?:{_COUNTERS})|[\d{_HANGUL}\s]{{2,12}}원"
    return re.compile(
        rf"({letters})(?:(?P<particle>이랑|하고|은|는|이|가|을|를|도|만|랑|과|와|의)?{_END}|(?={glued}))",
        re.I,
    )


def _pieces(text: str, names: Sequence[re.Pattern[str]]) -> Iterator[Piece]:
    at = 0
    while at < len(text):
        if text[at] in " ,.!?~":
            if text[at] == ",":
                yield Piece("comma", ",", at, at + 1)
            at += 1
            continue
        piece = _at(text, at, names)
        if piece.kind != "filler":
            yield piece
        at = max(piece.end, at + 1)


def _at(text: str, at: int, names: Sequence[re.Pattern[str]]) -> Piece:
    for pattern in names:
        if found := pattern.match(text, at):
            particle = found["particle"] or ""
            joins = particle in ("이랑", "하고", "랑", "과", "와", "도")
            return Piece("name", found[1], at, found.end(), joins=joins, is_known=True)
    for what, pattern in _WORDS:
        if found := pattern.match(text, at):
            return Piece(what, found[0], at, found.end())
    if found := _PERCENT.match(text, at):
        number = found["number"]
        value = int(number) if number.isdigit() else _small(number)
        return Piece("percent", found[0], at, found.end(), (value,) if value else ())
    if found := _UNIT.match(text, at):
        unit = _unit_text(found)
        if unit:
            end = found.start("more") if found["more"] else found.end()
            return Piece("unit", unit, at, end)
    if found := _SPLIT_AMOUNT.match(text, at):
        whole = int(found[1]) + int(found[2])
        return Piece("amount", found[0], at, found.end(), (whole, int(found[1])), is_doubtful=True)
    if found := _AMOUNT.match(text, at):
        piece = _amount(found, at)
        if piece is not None:
            return piece
    if found := _FILLER.match(text, at):
        return Piece("filler", found[0], at, found.end())
    found = _WORD.match(text, at)
    if found is None:
        return Piece("filler", text[at], at, at + 1)
    word = found[0]
    bare = _NAME_PARTICLE.sub("", word) if len(word) > 2 else word
    joins = word[len(bare) :] in ("이랑", "하고", "랑", "과", "와")
    return Piece("name", bare, at, found.end(), joins=joins)


def _small(text: str) -> int | None:
    number = parse_korean_number(text)
    return number.value if number and 0 < number.value < 100 else None


def _unit_text(found: re.Match[str]) -> str:
    if found["one"]:
        return "1개"
    if found["bare"]:
        return "1kg"
    if found["per"]:
        return unit_of(f"1{found['per']}")
    if found["sino"]:
        number = parse_korean_number(found["sino"])
        return f"{number.value}{_measure(found['measure'])}" if number else ""
    return unit_of(f"{found['count']}{_measure(found['word'])}")


def _measure(word: str) -> str:
    return {"그램": "g", "그람": "g", "킬로": "kg", "키로": "kg", "킬로그램": "kg"}.get(word, word)


def _amount(found: re.Match[str], at: int) -> Piece | None:
    """An amount that is one; bare numerals need a place (천, 만) or three digits, so that 이 and 사 stay words."""
    number = found["number"].strip()
    is_hangul = not re.search(r"\d", number)
    if not found["won"] and (
        (is_hangul and not re.search(r"[천만]|[일이삼사오육칠팔구]백", number))
        or (not is_hangul and re.fullmatch(r"\d{1,2}", number))
    ):
        return None
    if number == "만" and not found["won"]:
        return None
    end = found.end()
    read = read_amount(number)
    if read is None:
        # 이삼천 원: a number was said, but not one number
        return Piece("unreadable", found[0], at, end)
    values = tuple(v for v in read.values if MIN_KRW <= v <= MAX_KRW)
    if not values:
        return Piece("unreadable", found[0], at, end)
    return Piece(
        "amount",
        found[0],
        at,
        end,
        values,
        is_doubtful=bool(read.code),
        is_former=found["tail"] in _FORMER,
    )
