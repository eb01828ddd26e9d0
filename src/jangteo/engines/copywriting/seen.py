"""A text as the checker sees it: folded, with and without gaps, confirmed words covered; every view knows the way back.

Letters written apart (면 역 력, 항.암, ㅎㅏㅇㅇㅏㅁ), wide forms and invisible characters read like the plain word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

#: stands for a confirmed word: no rule matches across or inside it
COVER = "\x00"
_LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_TAILS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
#: letters of one character's plain form: ㍿ has four, a single Arabic blessing eighteen
_MOST_PLAIN = 6
_INVISIBLE = frozenset(["Cf", "Mn", "Me", "Cc", "Cs", "Co", "Cn"])


def words(text: str) -> tuple[str, ...]:
    """The words of a table written as running text."""
    return tuple(text.split())


@dataclass(frozen=True, slots=True)
class View:
    """``text``, one folded character each, and where each stands in the written text."""

    text: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Positions in the written text of ``text[start:end]``, the end exclusive."""
        return self.origin[start], self.origin[end - 1] + 1


@dataclass(frozen=True, slots=True)
class Seen:
    """``plain`` keeps gaps; ``tight`` has none; ``fresh[i]`` says that ``tight.text[i]`` begins a word."""

    plain: View
    tight: View
    fresh: tuple[bool, ...]

    def tightly(
        self, pattern: re.Pattern[str], *, at_word: bool = False
    ) -> Iterator[tuple[int, int]]:
        """Written positions where ``pattern`` stands when gaps are ignored.

        A match over a gap must begin at the beginning of a word, so that the end of one word and the beginning of
        the next are not read as a third (방문해 독자 holds no 해독); ``at_word`` asks that of every match.
        """
        position = 0
        while found := pattern.search(self.tight.text, position):
            position = found.start() + 1
            start, end = found.span()
            if start == end:
                continue
            gapped = any(self.fresh[start + 1 : end])
            if (gapped or at_word) and not self.fresh[start]:
                continue
            position = end
            yield self.tight.span(start, end)


def fold(written: str) -> View:
    """``written`` composed, narrowed, in lower case, invisible characters gone, loose letters put together."""
    chars: list[str] = []
    origin: list[int] = []
    for position, char in enumerate(written):
        if char in "\n\t\r\u2028\u2029":
            chars.append(" ")
            origin.append(position)
            continue
        if unicodedata.category(char) in _INVISIBLE:
            continue
        for piece in _narrowed(char):
            chars.append(piece.lower() if len(piece.lower()) == 1 else piece)
            origin.append(position)
    return _composed(chars, origin)


def _narrowed(char: str) -> str:
    """The plain form of a wide or composed character; one that would become a sentence stays as it is."""
    if char in _LEADS + _VOWELS:
        return char
    plain = unicodedata.normalize("NFKC", char)
    return plain if len(plain) <= _MOST_PLAIN else char


def _composed(chars: list[str], origin: list[int]) -> View:
    made: list[str] = []
    where: list[int] = []
    index = 0
    while index < len(chars):
        syllable, used = _syllable(chars, index)
        made.append(syllable)
        where.append(origin[index])
        index += used
    return View("".join(made), tuple(where))


def _syllable(chars: list[str], index: int) -> tuple[str, int]:
    lead = _letter(chars, index)
    vowel = _letter(chars, index + 1)
    if lead not in _LEADS or vowel not in _VOWELS or not lead or not vowel:
        return chars[index], 1
    code = 0xAC00 + (_LEADS.index(lead) * 21 + _VOWELS.index(vowel)) * 28
    tail, after = _letter(chars, index + 2), _letter(chars, index + 3)
    if tail and tail in _TAILS[1:] and not (after and after in _VOWELS):
        return chr(code + _TAILS.index(tail)), 3
    return chr(code), 2


def _letter(chars: list[str], index: int) -> str:
    """The loose letter at ``index`` in its compatibility form, "" for anything else."""
    if index >= len(chars):
        return ""
    char = chars[index]
    if "\u1100" <= char <= "\u1112":
        return _LEADS[ord(char) - 0x1100]
    if "\u1161" <= char <= "\u1175":
        return _VOWELS[ord(char) - 0x1161]
    if "\u11a8" <= char <= "\u11c2":
        return _TAILS[ord(char) - 0x11A8 + 1]
    return char if char in _LEADS or char in _VOWELS or char in _TAILS[1:] else ""


def see(view: View, covered: Iterable[str] = ()) -> Seen:
    """The views of folded text with every word of ``covered`` (folded too, two letters or more) hidden."""
    text = view.text
    for word in sorted({w for w in covered if len(w) >= 2}, key=len, reverse=True):
        loosely = r"\s*".join(map(re.escape, word.split()))
        text = re.sub(loosely, lambda found: COVER * len(found[0]), text)
    plain = View(text, view.origin)
    chars: list[str] = []
    origin: list[int] = []
    fresh: list[bool] = []
    begins = True
    for char, position in zip(text, view.origin, strict=True):
        if char.isalnum() or char in "%+" or char == COVER:
            chars.append(char)
            origin.append(position)
            fresh.append(begins or char == COVER or (len(chars) > 1 and chars[-2] == COVER))
            begins = False
        else:
            begins = True
    return Seen(plain, View("".join(chars), tuple(origin)), tuple(fresh))
