"""Is what was read a name of goods? A word nobody knows, one stroke from a known one, was probably misread."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from jangteo.engines.matching.lexicon import lexicon

_FIRST, _MIDDLE, _LAST = 19, 21, 28


#: no word of the catalogue is longer
_MOST_SYLLABLES = 24


@dataclass(frozen=True, slots=True)
class NameCheck:
    """``is_known``: some word of the name is one of goods. ``meant``: known names one stroke away, at most three."""

    is_known: bool
    meant: tuple[str, ...]


def check_name(name: str) -> NameCheck:
    """Hold a name against the words the catalogue knows."""
    bare = "".join(name.split()).lower()
    words = _words()
    if bare in words:
        return NameCheck(True, ())
    meant = _near(bare)
    parts = name.lower().split()
    is_known = any(part in words for part in parts) or any(
        bare[i:j] in words
        for i in range(len(bare))
        for j in range(i + 2, min(len(bare), i + 8) + 1)
    )
    return NameCheck(is_known and not meant, meant)


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    return frozenset(
        surface
        for surface, words in lexicon().words.items()
        if any(word.kind in ("item", "variety") for word in words)
    )


@lru_cache(maxsize=1)
def _by_gap() -> dict[tuple[str, ...], set[str]]:
    """Words by their letters with one taken out: two words one letter apart share such a form."""
    found: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for word in _words():
        for form in _forms(word):
            found[form].add(word)
    return found


def _near(bare: str) -> tuple[str, ...]:
    if len(bare) > _MOST_SYLLABLES:
        return ()
    found: set[str] = set()
    for form in _forms(bare):
        found |= _by_gap().get(form, set())
    near = [word for word in found if len(word) == len(bare) and word != bare]
    return tuple(sorted(near)[:3])


def _forms(text: str) -> Iterable[tuple[str, ...]]:
    letters = [letter for syllable in text for letter in _letters(syllable)]
    for place in range(len(letters)):
        yield (*letters[:place], "_", *letters[place + 1 :])


def _letters(syllable: str) -> tuple[str, str, str] | tuple[str]:
    """First consonant, vowel, last consonant ("0" for none) of a syllable; any other sign as it is."""
    code = ord(syllable) - 0xAC00
    if not 0 <= code < _FIRST * _MIDDLE * _LAST:
        return (syllable,)
    first, rest = divmod(code, _MIDDLE * _LAST)
    middle, last = divmod(rest, _LAST)
    return (f"f{first}", f"m{middle}", f"l{last}")
