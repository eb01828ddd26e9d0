"""Which of her goods a spoken name means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from jangteo.engines.pricelist.units import unit_of
from jangteo.engines.saidprices.records import Doubt, KnownGoods

_INITIALS, _VOWELS, _FINALS = 19, 21, 28
#: share of letters (jamo) that may differ for a name to be "heard like" another
_HEARD_SHARE = 0.23
_CONTENT = r"\d[\d,.]*\s?(?:kg|g|ml|l|리터|키로|킬로|그램)"
_PIECES = r"\d+\s?(?:개|마리|미|입|알|과|장|쪽|조각|송이|뿌리)"
_LOOSE = r"(?:들이|입|짜리|내외|정도|쯤|이상|안팎)?"
#: a unit, then how much that is: 한 단 약 1kg, 1팩 20개 400g, 1kg 약 5마리. A second weight or pack multiplies, so it is none
_WITH_CONTENT = re.compile(
    rf"((?:\d+|[가-힣]{{1,3}})\s?(?!k?g|m?l|키로|킬로|그램|리터)[가-힣]+)(?:\s|(?=[(\[]))\s*"
    rf"(?:[(\[]?\s*(?:약\s?)?(?:{_CONTENT}|{_PIECES})\s?{_LOOSE}\s*[)\]]?\s*){{1,2}}"
    rf"|(\d[\d.]*\s?(?:k?g|키로|킬로|그램))\s*[(\[]?\s*(?:약\s?)?{_PIECES}\s?{_LOOSE}\s*[)\]]?",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Meant:
    """Goods that may be meant, and why that is in doubt."""

    goods: tuple[KnownGoods, ...]
    doubts: tuple[Doubt, ...]
    confidence: float


def squeezed(name: str) -> str:
    """A name as it sounds: no spaces, no signs, small letters."""
    return re.sub(r"[^0-9a-z가-힣]", "", name.lower())


def same_unit(said: str, own: str) -> bool:
    """한 단 and 1단; 1상자 and 1박스 are one."""
    return _unit(said) == _unit(own)


def begins_with_unit(own: str, said: str) -> bool:
    """한 단 of 한 단 약 1kg, 1상자 of 1상자(5kg): what follows only says how much that is. Not 1kg of 1kg 5팩."""
    found = _WITH_CONTENT.fullmatch(unicodedata.normalize("NFKC", own).strip())
    return found is not None and same_unit(said, found[1] or found[2])


def _unit(text: str) -> str:
    made = unit_of(text).replace(" ", "").lower()
    made = re.sub(r"(?:킬로그램|킬로|키로|㎏)", "kg", made)
    made = re.sub(r"(?:그램|그람)", "g", made)
    made = re.sub(r"박스$", "상자", re.sub(r"봉$", "봉지", made))
    return "1kg" if made == "1000g" else made


def meant(name: str, unit: str, goods: Sequence[KnownGoods]) -> Meant:
    """The goods of this name, nearest first; ``unit`` parts goods of one name and may contradict the only one."""
    wanted = squeezed(name)
    exact = [one for one in goods if squeezed(one.name) == wanted]
    if exact:
        return _by_unit(exact, unit, (), 1.0)
    if len(wanted) >= 2:
        part = [one for one in goods if _is_part(name, one.name) or _is_named_in(one.name, name)]
        if part:
            return _by_unit(part, unit, (Doubt.NAME_PART,), 0.6)
        like = [one for one in goods if _sounds_like(wanted, squeezed(one.name))]
        if like:
            return _by_unit(like, unit, (Doubt.HEARD_LIKE,), 0.6)
    return Meant((), (Doubt.NEW_GOODS,), 0.5)


def _by_unit(
    found: list[KnownGoods], unit: str, doubts: tuple[Doubt, ...], confidence: float
) -> Meant:
    if unit:
        fitting = [one for one in found if same_unit(unit, one.unit)] or [
            one for one in found if begins_with_unit(one.unit, unit)
        ]
        if not fitting:
            return Meant(tuple(found), (*doubts, Doubt.UNIT), min(confidence, 0.5))
        found = fitting
    if len(found) > 1:
        return Meant(tuple(found), (*doubts, Doubt.WHICH), min(confidence, 0.5))
    return Meant(tuple(found), doubts, confidence)


def _is_part(shorter: str, longer: str) -> bool:
    """국거리 of 한우 국거리, 고추 of 오이고추: whole words at either end, and at least two letters."""
    a, b = squeezed(shorter), squeezed(longer)
    if len(a) < 2 or len(a) >= len(b):
        return False
    words = [squeezed(word) for word in longer.split()]
    return a in words or (len(words) == 1 and (b.endswith(a) or b.startswith(a)))


def _is_named_in(own: str, said: str) -> bool:
    """마늘 in 깐 마늘, at the end or as a word: what is said may be more exact. 대파 does not name 대파김치."""
    a, b = squeezed(own), squeezed(said)
    words = [squeezed(word) for word in said.split()]
    return len(a) >= 2 and a != b and (b.endswith(a) or a in words)


def _sounds_like(a: str, b: str) -> bool:
    left, right = _letters(a), _letters(b)
    most = max(len(left), len(right))
    if len(a) != len(b) or most < 4:
        return False
    return _distance(left, right) <= max(1, int(most * _HEARD_SHARE))


def _letters(text: str) -> list[str]:
    """Hangul syllables as initial, vowel, final; a missing final counts as a letter so that lengths agree."""
    made: list[str] = []
    for char in text:
        code = ord(char) - 0xAC00
        if not 0 <= code < 11172:
            made.append(char)
            continue
        made += [
            f"i{code // (_VOWELS * _FINALS)}",
            f"v{code // _FINALS % _VOWELS}",
            f"f{code % _FINALS}",
        ]
    return made


def _distance(left: Sequence[str], right: Sequence[str]) -> int:
    """Levenshtein's."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]
