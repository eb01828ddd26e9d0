"""Hangul by its letters: taken apart in the order of typing, put together again, typed on the wrong keyboard, spelt in Latin.

The two-set keyboard is KS X 5002. Romanisations are compared by sound classes, not read letter by letter: people write
``samgyupsal``, ``samgyeopsal`` and ``samgyopsal`` for one word.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from jangteo.platform.text import ROMAN_FINAL, ROMAN_INITIAL, ROMAN_VOWEL

_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = ["", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"]
_APART = {
    "ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ", "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ", "ㅟ": "ㅜㅣ", "ㅢ": "ㅡㅣ",
    "ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ", "ㄽ": "ㄹㅅ",
    "ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ",
}  # fmt: skip
_TOGETHER = {pair: one for one, pair in _APART.items()}
_KEYS = dict(
    zip(
        "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ",
        "qwertyuiopasdfghjklzxcvbnm",
        strict=True,
    )
)
_KEYS |= {"ㅃ": "Q", "ㅉ": "W", "ㄸ": "E", "ㄲ": "R", "ㅆ": "T", "ㅒ": "O", "ㅖ": "P"}
_LETTER_OF = {key: letter for letter, key in _KEYS.items()}
_LETTER_OF |= {
    key.upper(): letter for key, letter in _LETTER_OF.items() if key.upper() not in _LETTER_OF
}
_LETTER = "".join(_KEYS)

#: a stopped final before ㄴ and ㅁ is nasal
_NASAL = {"k": "ng", "t": "n", "p": "m"}

#: sounds that habits of writing do not tell apart; longer ones first
_SOUNDS = (
    ("tch", "c"), ("ch", "c"), ("jj", "c"), ("sh", "s"), ("ng", "N"), ("ck", "k"), ("gg", "k"), ("kk", "k"),
    ("dd", "t"), ("tt", "t"), ("bb", "p"), ("pp", "p"), ("ss", "s"), ("ll", "l"), ("rr", "l"),
    ("yeo", "yo"), ("you", "yo"), ("yuh", "yo"), ("yu", "yo"), ("eou", "o"), ("uh", "o"), ("eu", "o"), ("eo", "o"),
    ("oo", "o"), ("wu", "wo"), ("ou", "o"), ("ow", "o"), ("yae", "ye"), ("wae", "we"), ("ae", "e"), ("oe", "we"),
    ("ai", "e"), ("ee", "i"), ("ui", "i"), ("u", "o"),
    ("g", "k"), ("q", "k"), ("c", "c"), ("d", "t"), ("b", "p"), ("v", "p"), ("f", "p"), ("j", "c"), ("z", "c"),
    ("r", "l"), ("x", "ks"),
)  # fmt: skip
_SOUND = re.compile("|".join(sorted((a for a, _ in _SOUNDS), key=len, reverse=True)))
_SOUND_OF = dict(_SOUNDS)
_TWICE = re.compile(r"(.)\1+")


def _place(char: str) -> int:
    place = ord(char) - 0xAC00
    return place if 0 <= place < 11172 else -1


@lru_cache(maxsize=65536)
def letters(text: str) -> str:
    """``text`` as its letters in the order they are typed: 닭 is ㄷㅏㄹㄱ, 과 is ㄱㅗㅏ; other characters stay."""
    found = []
    for char in text:
        place = _place(char)
        if place < 0:
            found.append(_APART.get(char, char))
            continue
        vowel, final = _VOWELS[place % 588 // 28], _FINALS[place % 28]
        found.append(_INITIALS[place // 588] + _APART.get(vowel, vowel) + _APART.get(final, final))
    return "".join(found)


@lru_cache(maxsize=65536)
def initials(text: str) -> str:
    """The first consonant of every syllable; other characters stay: 삼겹살 is ㅅㄱㅅ."""
    return "".join(_INITIALS[p // 588] if (p := _place(c)) >= 0 else c for c in text)


def is_initials(text: str) -> bool:
    """Consonants alone, at least one."""
    return bool(text) and all(
        c in _INITIALS or (c in _TOGETHER.values() and c not in _VOWELS) for c in text
    )


def has_letter(text: str) -> bool:
    """Is there a Hangul letter that is no syllable?"""
    return any("ㄱ" <= c <= "ㅣ" for c in text)


def compose(typed: str) -> str:
    """Letters in the order of typing as an input method puts them together; what makes no syllable stays a letter."""
    typed = "".join(_APART.get(c, c) for c in typed)
    out: list[str] = []
    at = 0
    while at < len(typed):
        if typed[at] not in _INITIALS or at + 1 >= len(typed) or typed[at + 1] not in _VOWELS:
            if typed[at : at + 2] in _TOGETHER and typed[at] in _VOWELS:
                out.append(_TOGETHER[typed[at : at + 2]])
                at += 2
                continue
            out.append(typed[at])
            at += 1
            continue
        first, vowel, at = typed[at], typed[at + 1], at + 2
        if at < len(typed) and vowel + typed[at] in _TOGETHER:
            vowel, at = _TOGETHER[vowel + typed[at]], at + 1
        final = ""
        if at < len(typed) and typed[at] in _FINALS[1:] and not _vowel_at(typed, at + 1):
            final, at = typed[at], at + 1
            pair = final + typed[at : at + 1]
            if len(pair) == 2 and pair in _TOGETHER and not _vowel_at(typed, at + 1):
                final, at = _TOGETHER[pair], at + 1
        out.append(
            chr(
                0xAC00
                + _INITIALS.index(first) * 588
                + _VOWELS.index(vowel) * 28
                + _FINALS.index(final)
            )
        )
    return "".join(out)


def _vowel_at(typed: str, at: int) -> bool:
    return at < len(typed) and typed[at] in _VOWELS


def from_latin_keys(text: str) -> str:
    """What the keys pressed for ``text`` write with Korean switched on: tkaruqtkf is 삼겹살."""
    if not any(c in _LETTER_OF for c in text):
        return text
    return compose("".join(_LETTER_OF.get(c, c) for c in text))


def to_latin_keys(text: str) -> str:
    """What the keys pressed for ``text`` write with Korean switched off: 처 is cj."""
    return "".join(_KEYS.get(c, c) for c in letters(text))


@lru_cache(maxsize=65536)
def romanised(text: str) -> str:
    """Revised Romanization of the syllables, stopped finals nasal before ㄴ and ㅁ; other characters stay."""
    found: list[str] = []
    for char, after in pairwise([*text, " "]):
        place = _place(char)
        if place < 0:
            found.append(char.lower())
            continue
        final = ROMAN_FINAL[place % 28]
        follows = _INITIALS[_place(after) // 588] if _place(after) >= 0 else ""
        if follows and follows in "ㄴㅁ":
            final = _NASAL.get(final, final)
        found.append(ROMAN_INITIAL[place // 588] + ROMAN_VOWEL[place % 588 // 28] + final)
    return "".join(found)


@lru_cache(maxsize=65536)
def sound(latin: str) -> str:
    """The sound classes of a word in Latin letters: samgyupsal and samgyeopsal are one."""
    folded = _SOUND.sub(lambda m: _SOUND_OF[m.group()], latin.lower())
    return _TWICE.sub(r"\1", folded)


def roman_likeness(latin: str, word: str) -> float:
    """0..1: how alike ``latin`` and the Korean ``word`` sound; 1 for equal sound classes."""
    written, meant = sound(latin), sound(romanised(word))
    if not written or not meant:
        return 0.0
    if written == meant:
        return 0.9 + 0.1 * Levenshtein.normalized_similarity(latin.lower(), romanised(word))
    return 0.9 * Levenshtein.normalized_similarity(written, meant)
