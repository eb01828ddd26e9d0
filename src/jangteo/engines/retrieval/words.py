"""Known words: goods and what they are called, dishes and what they take, words that only accompany.

Goods, varieties, brands and places come from the lexicon of `engines.matching`; dishes, misspellings and further names
from the tables in ``data/``, written for this engine.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jangteo.engines.matching.lexicon import Word, lexicon
from jangteo.engines.retrieval.text import compact

_DATA = Path(__file__).parent / "data"
_MODIFIERS = frozenset(
    ["variety", "brand", "place", "use", "state", "species", "grade", "size", "certified", "note"]
)
#: words that ask politely, praise or count and name no goods
STOP = frozenset(
    [
        "있어요",
        "있나요",
        "있습니까",
        "주세요",
        "주문",
        "추천",
        "추천해줘",
        "찾아줘",
        "보여줘",
        "사고싶어",
        "살래요",
        "오늘",
        "들어온",
        "맛있는",
        "맛난",
        "싱싱한",
        "신선한",
        "좋은",
        "제일",
        "가장",
        "싼",
        "저렴한",
        "싸고",
        "쓸",
        "쓰는",
        "때",
        "먹을",
        "먹게",
        "먹기",
        "구워",
        "구워먹을",
        "끓일",
        "넣을",
        "만든",
        "만들",
        "해먹을",
        "해",
        "집에서",
        "담근",
        "안",
        "매운",
        "달콤한",
        "빨간",
        "하얀",
        "노란",
        "파는",
        "파는곳",
        "곳",
        "것",
        "거",
        "좀",
        "요",
        "낼",
        "용",
        "그",
        "저",
        "이",
        "및",
        "또는",
        "그리고",
        "하나",
        "같은",
        "정도",
        "구입",
        "가격",
        "얼마",
        "판매",
        "상품",
        "where",
        "buy",
        "fresh",
        "cheap",
        "the",
        "a",
        "of",
        "for",
        "please",
        "some",
    ]
)
#: for whom or when: they belong to the name of a need
FOR_WHOM = frozenset(["아이", "어린이", "아기", "추석", "설", "명절", "생일"])
#: particles behind goods, longest first
PARTICLES = (
    "이랑",
    "하고",
    "에서",
    "으로",
    "에게",
    "부터",
    "까지",
    "이나",
    "과",
    "와",
    "랑",
    "을",
    "를",
    "은",
    "는",
    "이",
    "가",
    "에",
    "로",
    "도",
    "만",
    "의",
)
#: particles behind what the goods are for: 된장찌개에 넣을 두부
PLACING = ("에", "에서")
#: particles that join two goods
JOINING = ("이랑", "하고", "과", "와", "랑")
#: words of use that mean one thing
USES = {
    "육수용": "다시용",
    "육수": "다시용",
    "국물용": "다시용",
    "국": "다시용",
    "국물": "다시용",
    "국물내기": "다시용",
    "다시": "다시용",
    "볶음": "볶음용",
    "구이": "구이용",
    "선물": "선물용",
    "찌개": "찌개용",
    "수육": "수육용",
}
CHEAP = frozenset(["싼", "저렴한", "싸고", "최저가", "저렴", "cheap"])
#: a dish asked for by its ingredients
INGREDIENTS = (
    "끓일재료", "만들재료", "해먹을재료", "할재료", "에넣을재료", "음식재료", "재료", "거리", "꺼리", "준비물", "만들기",
)  # fmt: skip
_WIDE_ORIGIN = {
    "국산": "국내", "국내": "국내", "국내산": "국내", "우리나라": "국내", "수입": "수입", "수입산": "수입",
    "외국산": "수입",
}  # fmt: skip
_PROVINCE = {
    "강원도": "강원", "제주도": "제주", "경상북도": "경북", "경상남도": "경남", "전라남도": "전남", "전라북도": "전북",
    "충청남도": "충남", "충청북도": "충북", "경기도": "경기",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Goods:
    """A known kind of goods: canonical ``name``, its ``variety`` and place in the category tree."""

    name: str
    variety: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dish:
    """What a dish or an occasion asks for; a word with @ is a category."""

    name: str
    is_need: bool
    main: tuple[str, ...]
    more: tuple[str, ...]
    some: tuple[str, ...]


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def dishes() -> dict[str, Dish]:
    """Every name of a dish or need, without spaces."""
    found = {}
    for row in _rows("dishes.csv"):
        names = row["names"].split("|")
        parts = (tuple(row[k].split()) for k in ("main", "more", "some"))
        dish = Dish(names[0], row["kind"] == "need", *parts)
        found.update(dict.fromkeys(names, dish))
    return found


@lru_cache(maxsize=1)
def spellings() -> tuple[tuple[str, str], ...]:
    """Common misspellings and the right word, longest first."""
    own = [(row["written"], row["standard"]) for row in _rows("spellings.csv")]
    return tuple(sorted(dict(own).items(), key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=1)
def other_names() -> dict[str, tuple[str, ...]]:
    """Other names of goods, English ones too."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in _rows("names.csv"):
        found[row["written"]].append(row["meant"])
    return {written: tuple(meant) for written, meant in found.items()}


@lru_cache(maxsize=16384)
def goods_of(surface: str) -> tuple[Goods, ...]:
    """The goods that ``surface`` names as a whole; empty when it names none."""
    known = lexicon()
    found: list[Goods] = []
    for word in known.words.get(surface, ()):
        if word.kind == "item":
            found.append(_goods(word.value, word.variety, word.category))
        elif word.kind == "variety" and word.implies:
            item = known.items[word.implies]
            found.append(_goods(word.implies, word.value, item.category))
    return tuple(dict.fromkeys(found))


def _goods(name: str, variety: str, category: str) -> Goods:
    leaf = lexicon().categories.get(category)
    return Goods(name, variety, leaf.path if leaf else ())


def kinds_of(surface: str) -> frozenset[str]:
    """The kinds of known word that ``surface`` is."""
    return frozenset(word.kind for word in lexicon().words.get(surface, ()))


def is_known(surface: str) -> bool:
    """Does any table hold ``surface``?"""
    return surface in lexicon().words or surface in dishes() or surface in other_names()


def origin_of(surface: str) -> str:
    """The place a word asks for, as origins write it ("제주", "국내"); "" when it is no place."""
    if surface in _WIDE_ORIGIN:
        return _WIDE_ORIGIN[surface]
    plain = _PROVINCE.get(surface, surface)
    bare = plain.removesuffix("산")
    for word in (plain, bare):
        listed: tuple[Word, ...] = lexicon().words.get(word, ())
        if any(w.kind == "place" and not w.doubtful for w in listed) and len(word) >= 2:
            return bare if len(bare) >= 2 else plain
    return ""


@lru_cache(maxsize=1)
def domestic_places() -> frozenset[str]:
    """Places of Korea."""
    return frozenset(
        surface.removesuffix("산")
        for surface, words in lexicon().words.items()
        if any(w.kind == "place" and w.iso == "KR" for w in words)
    )


def divide(text: str, known: Set[str] = frozenset()) -> tuple[tuple[str, ...], int]:
    """``text`` without spaces as known words with least unknown rest, and how many characters are unknown.

    ``known`` holds further words. A word of one syllable stands alone or last behind a modifier only: 무화과 is not 무.
    """
    size = len(text)
    if size > 40:
        return (text,), size
    listed = lexicon().words
    # (unknown characters, pieces) and where the last piece begins
    best: list[tuple[int, int]] = [(0, 0)] + [(size + 1, size + 1)] * size
    begins = [0] * (size + 1)
    sure = [True] * (size + 1)
    for end in range(1, size + 1):
        for start in range(max(0, end - 14), end):
            piece, length = text[start:end], end - start
            is_word = (piece in listed or piece in known) and (
                length > 1
                or length == size
                or (end == size and sure[start] and _modifies(text, begins, start))
            )
            cost = 0 if is_word else length
            score = (best[start][0] + cost, best[start][1] + 1)
            if score < best[end]:
                best[end], begins[end], sure[end] = score, start, is_word
    pieces: list[str] = []
    end = size
    while end:
        pieces.append(text[begins[end] : end])
        end = begins[end]
    return tuple(reversed(pieces)), best[size][0]


def _modifies(text: str, begins: list[int], end: int) -> bool:
    """Is the word that ends at ``end`` one that stands before goods?"""
    kinds = kinds_of(text[begins[end] : end])
    return bool(kinds & _MODIFIERS)


@lru_cache(maxsize=32768)
def head_of(name: str) -> tuple[str, tuple[Goods, ...]]:
    """The goods a product name ends in, behind it only notes and uses: ("고등어", ...) of 노르웨이 고등어 순살.

    Korean names end in what the thing is. Out: the surface and the goods it names; ("", ()) when none is known.
    """
    words = name.split()
    while words:
        whole = compact("".join(words))
        for start in range(len(whole)):
            surface = whole[start:]
            if len(surface) == 1 and start and words[-1] != surface and not _stands(whole[:start]):
                continue
            found = goods_of(surface)
            if found:
                return surface, found
        words.pop()
    return "", ()


def _stands(before: str) -> bool:
    return bool(kinds_of(before) & _MODIFIERS)
