"""One reading for each known word of a line, where a surface has several."""

from __future__ import annotations

from collections.abc import Sequence

from jangteo.engines.matching.lexicon import Word
from jangteo.engines.matching.segments import Segment

_FIXED = ("grade", "size", "state", "species", "use", "certified", "note")
_FRUIT = frozenset(
    [
        "apple",
        "peach",
        "strawberry",
        "grape",
        "orange",
        "mandarin",
        "mangam",
        "banana",
        "mango",
        "kiwi",
        "berry",
        "lemon",
        "pear",
        "plum",
        "melon",
    ]
)
_CHILLI = ("고추", "고춧가루", "고추가루")


def roles(segments: Sequence[Segment]) -> list[Word | None]:
    """The chosen reading of every segment, None for unknown ones."""
    return [_reading(one, index, segments) for index, one in enumerate(segments)]


def _reading(one: Segment, index: int, segments: Sequence[Segment]) -> Word | None:
    if not one.words:
        return None
    if len({w.kind for w in one.words}) == 1 and not one.words[0].doubtful:
        return one.words[0]
    item, variety, brand = one.word("item"), one.word("variety"), one.word("brand")
    fixed, place = one.word(*_FIXED), one.word("place")
    others = _other_items(one, item, segments)
    if place is not None:
        return _place(one, index, segments, place, others)
    if item is not None and variety is not None:
        if set(variety.names) & {w.value for w in others}:
            return variety
        variety = None
    if item is not None and brand is not None and fixed is None and _tastes(others):
        return item
    if item is not None and (fixed is not None or brand is not None):
        if fixed is not None and fixed.kind == "use" and not _named_before(segments[:index]):
            return item
        return (fixed or brand) if others else item
    if variety is not None and fixed is not None:
        return variety if set(variety.names) & {w.value for w in others} else fixed
    if brand is not None and fixed is not None:
        return fixed if len(one.surface) < 3 else brand
    return item or variety or brand or fixed


def _tastes(others: Sequence[Word]) -> bool:
    """Whether all goods named beside are fruit, which beside packaged goods are a taste."""
    return bool(others) and all(w.category in _FRUIT for w in others)


def _named_before(before: Sequence[Segment]) -> bool:
    """보쌈 in front is what is sold, behind 앞다리살 what it is for."""
    return any(s.word("item", "species") is not None for s in before)


def _other_items(one: Segment, item: Word | None, segments: Sequence[Segment]) -> list[Word]:
    """Goods named elsewhere; a word that can be a variety of this one is none."""
    found: list[Word] = []
    for other in segments:
        word = other.word("item")
        if other is one or word is None:
            continue
        variety = other.word("variety")
        if item is not None and variety is not None and item.value in variety.names:
            continue
        found.append(word)
    return found


def _place(
    one: Segment, index: int, segments: Sequence[Segment], place: Word, others: Sequence[Word]
) -> Word | None:
    """영양고추 is from 영양, 영양찰떡 is not; 대구 beside other goods is the city, alone the fish."""
    following = segments[index + 1] if index + 1 < len(segments) else None
    item, fixed, brand = one.word("item"), one.word(*_FIXED), one.word("brand")
    if one.surface == "영양":
        chilli = any(w.value.endswith(_CHILLI) for w in others)
        return place if chilli else fixed
    if one.surface == "장수":
        return brand if following is not None and "막걸리" in following.surface else place
    if item is not None:
        kind = {w.category for w in others}
        return place if kind - {item.category} and not kind & {item.category} else item
    if one.glued_behind and following is not None and not following.words:
        return None
    return place
