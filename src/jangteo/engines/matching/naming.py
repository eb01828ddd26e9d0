"""Which of a line's words is its name, and which are variety, brand, origin, grade and the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from jangteo.engines.matching.lexicon import Lexicon, Word
from jangteo.engines.matching.named import Named, Piece
from jangteo.engines.matching.origins import find_origin
from jangteo.engines.matching.roles import roles
from jangteo.engines.matching.segments import Segment

#: names of whole kinds of goods: beside a narrower name they say nothing
_GENERIC = frozenset(
    [
        "소고기",
        "돼지고기",
        "닭",
        "오리",
        "생선",
        "버섯",
        "과일",
        "쌈채소",
        "조개",
        "콩",
        "쌀",
        "떡",
        "빵",
        "과자",
        "음료수",
        "나물",
        "반찬",
        "김치",
        "젓갈",
        "만두",
        "국수",
        "채소",
        "두부",
        "식용유",
        "소스",
        "양념",
        "라면",
        "우유",
        "주스",
        "사탕",
        "그릇",
        "양말",
        "속옷",
        "바지",
        "가방",
        "모자",
        "장갑",
        "꽃",
        "화분",
        "홍삼",
        "비타민",
        "환",
        "효소",
        "호박",
        "새우",
        "게",
        "고추",
        "조미료",
        "생수",
        "알",
        "생닭",
        "명태",
        "옛날과자",
        "과자세트",
        "봉지과자",
        "김",
        "멸치",
        "도시락",
        "부럼",
        "파",
        "감",
    ]
)
#: names that are a use when a cut stands beside them
_USE_LIKE = frozenset(
    [
        "국거리",
        "불고기감",
        "다짐육",
        "수육",
        "보쌈",
        "샤브샤브",
        "스테이크",
        "구이",
        "찜",
        "탕",
        "회",
        "국",
    ]
)
_MEAT = frozenset(["돼지고기", "소고기", "닭·오리", "생선", "조개·오징어·새우"])
_COOKED = frozenset(
    [
        "반찬",
        "김치",
        "젓갈",
        "떡",
        "만두·분식",
        "조리음식",
        "면·즉석식품",
        "햄·유제품",
        "과자·빵",
        "음료·차·술",
        "양념·소스",
        "장류",
        "기름·깨",
    ]
)
_BEEF_LEAF = {
    "등심": "beef-sirloin",
    "안심": "beef-sirloin",
    "다짐육": "beef-ground",
    "사태": "beef-soup",
}
_PORK_LEAF = {
    "등심": "pork-loin",
    "안심": "pork-loin",
    "다짐육": "pork-stew",
    "갈비": "pork-rib",
    "막창": "pork-offal",
    "곱창": "pork-offal",
    "사태": "pork-shoulder",
}
_BEEF_WORDS = frozenset(["한우", "육우", "소", "와규", "흑우", "칡소", "젖소"])
_PORK_WORDS = frozenset(["한돈", "돼지", "흑돼지"])
_BRACKETS = re.compile(r"\s?[(\[]([가-힣]{1,5})[)\]]")
_BEASTS = frozenset(["닭", "명태"])
_WAYS = frozenset(["볶음", "조림", "무침", "구이", "찜", "튀김"])
_SIZES = frozenset(["특", "상", "중", "하", "대", "소", "왕"])
_CANNERS = frozenset(["동원", "사조", "오뚜기", "사조해표"])
_SPECIES_VARIETY = frozenset(["한우", "육우", "한돈", "흑돼지", "와규", "흑우", "칡소"])
_SPECIES_NAME = {
    "소": "소고기",
    "돼지": "돼지고기",
    "한우": "소고기",
    "육우": "소고기",
    "한돈": "돼지고기",
    "흑돼지": "돼지고기",
    "와규": "소고기",
}
#: leaf of seasoned meat by second-level category
_SEASONED_LEAF = {
    "돼지고기": "pork-seasoned",
    "소고기": "beef-seasoned",
    "닭·오리": "chicken-seasoned",
}


def name_words(
    segments: Sequence[Segment], text: str, first_amount: int, lexicon: Lexicon
) -> Named:
    """The roles of ``segments``; ``first_amount`` is where the first quantity or price begins."""
    made = Named()
    chosen = roles(segments)
    _plain_roles(segments, chosen, made)
    items = [(s, w) for s, w in zip(segments, chosen, strict=True) if w and w.kind == "item"]
    _choose_item(items, text, first_amount, made, lexicon)
    _species(segments, chosen, made, lexicon)
    _variety(segments, chosen, made, lexicon)
    _brand(segments, chosen, made, lexicon)
    find_origin(segments, chosen, made, text)
    return made


def _plain_roles(segments: Sequence[Segment], chosen: Sequence[Word | None], made: Named) -> None:
    for one, word in zip(segments, chosen, strict=True):
        if word is None:
            if not one.words:
                made.unknown.append(one)
            continue
        piece = Piece(word.value, 0.97, one.start, one.end)
        if word.kind == "grade" and made.grade is None and _is_grade(one):
            made.grade = piece
        elif word.kind in ("size", "grade"):
            made.size = made.size or piece
        elif word.kind == "state":
            made.states.append(piece)
        elif word.kind == "use":
            made.use = made.use or piece
        elif word.kind == "certified":
            made.marks.append(word.value)


def _is_grade(one: Segment) -> bool:
    """A letter glued between others is no grade; 상 or 특 of its own, or at the end of a word, is."""
    return len(one.surface) > 1 or not one.glued_behind


def _choose_item(
    items: list[tuple[Segment, Word]],
    text: str,
    first_amount: int,
    made: Named,
    lexicon: Lexicon,
) -> None:
    items = _without_ways(_without_wares(items, lexicon))
    if not items:
        return
    group = _first_group(items, text, first_amount, made)
    head_segment, head = group[-1]
    confidence = 0.98
    if len({w.value for _, w in group}) > 1:
        narrow = [(s, w) for s, w in group if w.value not in _GENERIC and w.value not in _USE_LIKE]
        cuts = [(s, w) for s, w in group if w.value not in _USE_LIKE]
        uses = [(s, w) for s, w in group if w.value in _USE_LIKE]
        if uses and cuts and _level2(cuts[-1][1], lexicon) in _MEAT:
            if made.use is None:
                made.use = Piece(uses[0][1].value, 0.95, uses[0][0].start, uses[0][0].end)
            plain = [c for c in cuts if c[1].value not in _GENERIC]
            minced = [u for u in uses if u[1].value == "다짐육"]
            head_segment, head = (plain or minced or cuts)[-1]
        elif len({w.value for _, w in narrow}) == 1:
            head_segment, head = narrow[0]
        elif _flavoured(group, lexicon):
            head_segment, head = group[0]
            flavour, taste = group[1]
            made.variety = Piece(taste.value, 0.85, flavour.start, flavour.end)
        elif _flowers(group, lexicon):
            flower, name = group[0]
            made.variety = Piece(name.value, 0.9, flower.start, flower.end)
        elif _joined(group, text, lexicon):
            first = group[0][0]
            joined = "".join(s.surface for s, _ in group)
            made.name = Piece(joined, 0.9, first.start, head_segment.end)
            made.item, made.category = head, head.category
            return
        elif _inside(group):
            head_segment, head = max(group, key=lambda one: len(one[1].value))
        else:
            confidence = 0.6 if _same_kind(narrow or group, lexicon) else 0.5
            made.several = True
    made.name = Piece(head.value, confidence, head_segment.start, head_segment.end)
    made.item, made.category = head, head.category
    for one, word in group:
        if word.value == head.value and word.variety and made.variety is None:
            made.variety = Piece(word.variety, 0.95, one.start, one.end)
    if _bracketed(head_segment, head, text, made, lexicon):
        return
    if head_segment.glued_before:
        _prefixed(head_segment, made)
    _suffixed(head_segment, head, made)


def _without_wares(
    items: list[tuple[Segment, Word]], lexicon: Lexicon
) -> list[tuple[Segment, Word]]:
    """파김치 반찬통: beside food, a container is packing."""
    food = [i for i in items if _level1(i[1], lexicon) not in ("생활용품", "의류·잡화")]
    return food or items


def _bracketed(head: Segment, word: Word, text: str, made: Named, lexicon: Lexicon) -> bool:
    """호박(애) is 애호박 and 닭(다리) 닭다리; 콩(서리태) is 서리태, as wholesale lists write it."""
    found = _BRACKETS.match(text, head.end)
    if found is None or word.variety or made.name is None:
        return False
    inside = found[1]
    joined = [inside + head.surface] if inside not in _SIZES or head.surface == "파" else []
    joined += [head.surface + inside] if head.surface in _BEASTS else []
    joined += [inside] if word.value in _GENERIC or inside.endswith(head.surface) else []
    for surface in joined:
        item = next((w for w in lexicon.words.get(surface, ()) if w.kind == "item"), None)
        if item is not None and (item.value, item.category) != (word.value, word.category):
            made.item, made.category = item, item.category
            made.name = Piece(item.value, 0.92, head.start, found.end())
            if item.variety:
                made.variety = Piece(item.variety, 0.9, found.start(1), found.end(1))
            return True
    return False


def _flavoured(group: Sequence[tuple[Segment, Word]], lexicon: Lexicon) -> bool:
    """불가리스 사과, 포카칩 양파: behind packaged goods, produce is a taste."""
    first, *rest = (_level1(w, lexicon) for _, w in group)
    return first == "가공식품" and all(one in ("과일·견과", "채소") for one in rest)


def _without_ways(items: list[tuple[Segment, Word]]) -> list[tuple[Segment, Word]]:
    """볶음 아몬드: a way of cooking in front of goods is no dish."""
    if len(items) > 1 and items[0][0].surface in _WAYS:
        return items[1:]
    return items


def _flowers(group: Sequence[tuple[Segment, Word]], lexicon: Lexicon) -> bool:
    return len(group) == 2 and all(_level2(w, lexicon) == "꽃·화분" for _, w in group)


def _inside(group: Sequence[tuple[Segment, Word]]) -> bool:
    """김 and 재래김: the longer name is the narrower one."""
    names = sorted({w.value for _, w in group}, key=len)
    return all(names[-1].endswith(one) for one in names[:-1])


def _prefixed(head: Segment, made: Named) -> None:
    """Unknown letters glued before the name: 우렁된장 may be a name of its own."""
    before = next((u for u in made.unknown if u.end == head.start), None)
    if before is not None and made.name is not None and len(before.surface) <= 4:
        made.name = Piece(made.name.value, 0.82, made.name.start, made.name.end)


def _suffixed(head: Segment, word: Word, made: Named) -> None:
    """Unknown letters behind the name: 생태탕거리 is no 생태탕, 서울우유 커피포리 no plain milk, 소불고기 양념 perhaps meat."""
    if made.name is None:
        return
    glued = any(u.start == head.end for u in made.unknown)
    spaced = word.category == "sauce" and head.end - head.start > len(head.surface)
    maker = bool(word.brand) and word.brand == head.surface
    if glued or spaced or (maker and any(len(u.surface) > 1 for u in made.unknown)):
        made.name = replace(made.name, confidence=min(made.name.confidence, 0.7))


def _level1(word: Word, lexicon: Lexicon) -> str:
    category = lexicon.categories.get(word.category)
    return category.path[0] if category else ""


def _level2(word: Word, lexicon: Lexicon) -> str:
    category = lexicon.categories.get(word.category)
    return category.path[1] if category else ""


def _same_kind(group: Sequence[tuple[Segment, Word]], lexicon: Lexicon) -> bool:
    return len({_level2(w, lexicon) for _, w in group}) == 1


def _joined(group: Sequence[tuple[Segment, Word]], text: str, lexicon: Lexicon) -> bool:
    """참치 김밥: goods in front of a dish belong to the dish's name."""
    if _level2(group[-1][1], lexicon) not in _COOKED:
        return False
    gaps = [text[a.end : b.start] for (a, _), (b, _) in pairwise(group)]
    return not "".join(gaps).strip() and sum(bool(gap) for gap in gaps) < 2


def _first_group(
    items: list[tuple[Segment, Word]], text: str, first_amount: int, made: Named
) -> list[tuple[Segment, Word]]:
    """The names that stand together at the beginning; goods named behind an amount are a note."""
    group = [items[0]]
    for one in items[1:]:
        between = text[group[-1][0].end : one[0].start]
        if "(" in between and ")" not in between:
            continue
        if one[0].start > first_amount > group[-1][0].start:
            if len(group) == 1 and one[1].value.endswith(group[0][1].value):
                return [one]
            if (
                re.search(r"\d", between)
                and re.search(r"\d", text[one[0].end :])
                and not _note(between)
            ):
                made.apart = _own_price(text, one[0].end, first_amount)
                made.several = made.several or made.apart
            break
        if re.search(r"[,/+&]", between) and one[1].value not in {w.value for _, w in group}:
            if all(w.category for _, w in (*group, one)):
                made.several = True
            break
        group.append(one)
    return group


def _note(between: str) -> bool:
    return between.rstrip().endswith(("(", "국산"))


def _own_price(text: str, end: int, first_amount: int) -> bool:
    """Whether a second name has an amount and the first has a price of its own: two products in a line."""
    tail, head = text[end:], text[first_amount:end]
    return bool(re.search(r"\d[\d,]{2,}|[천만]\s?원?", tail)) and bool(
        re.search(r"\d,\d{3}|원|\+", head)
    )


def _species(
    segments: Sequence[Segment], chosen: Sequence[Word | None], made: Named, lexicon: Lexicon
) -> None:
    """한우, 돼지 and the like choose the kind of a cut; 한우 and 한돈 are the variety of the meat."""
    found = [(s, w) for s, w in zip(segments, chosen, strict=True) if w and w.kind == "species"]
    others = {w.value for w in chosen if w and w.kind == "item"}
    beef = any(w.value in _BEEF_WORDS for _, w in found) or "소고기" in others
    pork = any(w.value in _PORK_WORDS for _, w in found) or "돼지고기" in others
    if made.name is None and found:
        one, word = found[-1]
        name = _SPECIES_NAME.get(word.value)
        if name is not None:
            made.name = Piece(name, 0.85, one.start, one.end)
            made.item = lexicon.items.get(name)
            made.category = made.item.category if made.item else ""
    if made.name is not None and (beef or pork):
        leaf = (_BEEF_LEAF if beef else _PORK_LEAF).get(made.name.value)
        made.category = leaf or made.category
    _by_use(made, beef)
    _canned(made, segments, chosen)
    if any(p.value == "seasoned" for p in made.states) and made.name is not None:
        leaf = _SEASONED_LEAF.get(_level2(made.item, lexicon) if made.item else "")
        prepared = made.item is not None and made.item.state == "processed"
        if leaf and leaf != made.category and not prepared:
            plain = made.name.value.removeprefix("LA식")
            name = plain if "불고기" in plain else f"양념{plain}"
            made.name, made.category = replace(made.name, value=name), leaf
    for one, word in found:
        if word.value in _SPECIES_VARIETY and made.variety is None:
            made.variety = Piece(word.value, 0.96, one.start, one.end)


def _canned(made: Named, segments: Sequence[Segment], chosen: Sequence[Word | None]) -> None:
    """동원 참치 is the can, 참치 alone the fish."""
    maker = any(w and w.kind == "brand" and w.value in _CANNERS for w in chosen)
    if maker and made.name is not None and made.name.value == "참치":
        made.name, made.category = replace(made.name, value="참치캔"), "canned-tuna"
        made.item = None


def _by_use(made: Named, beef: bool) -> None:
    """소고기 불고기용 is meat for 불고기; 한우 불고기 without seasoning is 불고기감."""
    seasoned = any(p.value == "seasoned" for p in made.states)
    if made.name is not None and made.name.value == "불고기" and beef and not seasoned:
        made.name, made.category = replace(made.name, value="불고기감"), "beef-bulgogi"
        made.item = None
    if made.name is None or made.name.value != "소고기" or made.use is None:
        return
    if made.use.value in ("불고기", "불고기용"):
        made.category = "beef-bulgogi"
        if made.use.value == "불고기" and beef:
            made.name = replace(made.name, value="불고기감")


def _variety(
    segments: Sequence[Segment], chosen: Sequence[Word | None], made: Named, lexicon: Lexicon
) -> None:
    for one, word in zip(segments, chosen, strict=True):
        if word is None or word.kind != "variety":
            continue
        if made.name is not None:
            if made.name.value in word.names and made.variety is None:
                made.variety = Piece(word.value, 0.95, one.start, one.end)
        elif word.implies:
            made.item = lexicon.items[word.implies]
            made.name = Piece(word.implies, 0.93, one.start, one.end)
            made.category = made.item.category
            made.variety = Piece(word.value, 0.95, one.start, one.end)
    if (
        made.variety is None
        and made.item is not None
        and made.item.variety
        and made.name is not None
    ):
        made.variety = Piece(made.item.variety, 0.95, made.name.start, made.name.end)


def _named_by_brand(made: Named, lexicon: Lexicon) -> None:
    """고래사어묵 and 성경김 say in the brand what they are."""
    brand = made.brand
    for size in range(len(brand.value) - 1, 0, -1) if brand else ():
        tail = brand.value[-size:].lower() if brand else ""
        item = next((w for w in lexicon.words.get(tail, ()) if w.kind == "item"), None)
        if item is not None and brand is not None:
            made.name = Piece(item.value, 0.85, brand.start, brand.end)
            made.item, made.category = item, item.category
            return


def _brand(
    segments: Sequence[Segment], chosen: Sequence[Word | None], made: Named, lexicon: Lexicon
) -> None:
    for one, word in zip(segments, chosen, strict=True):
        if word is not None and word.kind == "brand" and made.brand is None:
            made.brand = Piece(word.value, 0.95, one.start, one.end)
    if made.name is None and made.brand is not None:
        _named_by_brand(made, lexicon)
    if made.item is not None and made.item.brand and made.name is not None and made.brand is None:
        made.brand = Piece(made.item.brand, 0.95, made.name.start, made.name.end)
