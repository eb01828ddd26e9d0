"""One line from two readings of it: Hangul from the one, units and digits from the other, and no digit from one alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jangteo.engines.boards.sight import Sign

_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_UNIT = re.compile(r"(\d+(?:\.\d+)?)(kg|g|ml|l)", re.I)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
#: how sure a reader must be of a letter that only it can read
_SURE_UNIT = 0.9
_SURE_HANGUL = 0.55
#: a gap of this many letter heights without ink parts words
_WORD_GAP = 0.28
#: a line this many times longer than its letters need holds letters that nobody read
_MOST_ROOM = 1.4
_LEAST_ROOM = 0.65
#: marks that mean something on a price board; other strays are dirt, shadows and rules
_MARKS = set("()/~%+&")

#: reads a stretch of the line again, by several readers: digits per reading, first Tesseract's, then PP-OCR's
LookAgain = Callable[[float, float], tuple[list[str], list[str]]]


class Ink:
    """Which columns of a crop hold ink."""

    def __init__(self, columns: NDArray[np.bool_], em: float) -> None:
        """``em`` is the height of a letter in pixels."""
        self._columns = columns
        self.em = em

    def gap(self, left: float, right: float) -> float:
        """The longest stretch without ink between two places, in letter heights."""
        low, high = max(0, int(left)), min(len(self._columns), int(right) + 1)
        best = run = 0
        for is_inked in self._columns[low:high]:
            run = 0 if is_inked else run + 1
            best = max(best, run)
        return best / self.em

    def length(self) -> float:
        """From the first to the last ink, in letter heights, without gaps longer than a space."""
        inked = np.flatnonzero(self._columns)
        if not len(inked):
            return 0.0
        gaps = np.diff(inked)
        return float(
            (inked[-1] - inked[0] - (gaps[gaps > 0.5 * self.em] - 0.3 * self.em).sum()) / self.em
        )


@dataclass(frozen=True, slots=True)
class Joined:
    """What stands on a line, places of doubtful digits in it, and how sure its least sure letter is."""

    text: str
    sure: float
    doubtful: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of the line: its letters, place, and whether its digits are settled."""

    text: str
    left: float
    right: float
    sure: float
    is_doubtful: bool = False


def join(hangul: Sequence[Sign], latin: Sequence[Sign], ink: Ink, look_again: LookAgain) -> Joined:
    """Both readings of one crop as one. ``look_again`` is asked only about numbers they differ on."""
    kept = [s for s in hangul if s.text.isalnum() or s.text in _MARKS or s.text in ",.-:"]
    parts = _parts(kept, ink)
    if _only_digits(latin) and not any(_is_number(p) for p in parts):
        # a lone 4 that Tesseract takes for a syllable
        parts = []
    parts = _with_units(parts, latin)
    parts = [_settled(part, parts, latin, look_again) for part in parts]
    return _together(_with_missed(parts, latin, look_again), ink)


def digits_of(text: str) -> str:
    """The digits alone."""
    return "".join(c for c in text if c.isdecimal())


def _parts(signs: Sequence[Sign], ink: Ink) -> list[_Part]:
    """Runs of digits (with commas within), and other letters one by one."""
    parts: list[_Part] = []
    for sign in signs:
        is_digit = sign.text.isdecimal()
        joins = (
            parts
            and ink.gap(parts[-1].right - 1, sign.middle) < _WORD_GAP * 1.5
            and (is_digit or sign.text in ",.")
            and parts[-1].text[:1].isdecimal()
        )
        if joins:
            last = parts[-1]
            parts[-1] = replace(
                last,
                text=last.text + sign.text,
                right=sign.right,
                sure=min(last.sure, sign.sure) if is_digit else last.sure,
            )
        else:
            parts.append(_Part(sign.text, sign.left, sign.right, sign.sure))
    return parts


def _is_number(part: _Part) -> bool:
    return part.text[:1].isdecimal()


def _letter_width(part: _Part) -> float:
    return (part.right - part.left) / max(1, len(part.text))


def _with_units(parts: list[_Part], latin: Sequence[Sign]) -> list[_Part]:
    """500g, 2kg: Tesseract's Korean model reads such units as digits, PP-OCR reads them well."""
    text = "".join(sign.text if len(sign.text) == 1 else "?" for sign in latin)
    done = list(parts)
    for found in _UNIT.finditer(text):
        signs = latin[found.start() : found.end()]
        if min(sign.sure for sign in signs) < _SURE_UNIT:
            continue
        left, right = signs[0].left, signs[-1].right
        slack = (right - left) / len(signs) * 0.6
        under = [p for p in done if p.left < right - slack / 2 and p.right > left + slack / 2]
        read = digits_of("".join(p.text for p in under))
        new = _Part(
            found[0].lower().replace("ML", "ml"),
            min([left, *(p.left for p in under)]),
            max([right, *(p.right for p in under)]),
            min(sign.sure for sign in signs),
            # the number itself must be seen by both
            is_doubtful=not read.startswith(digits_of(found[1])),
        )
        place = done.index(under[0]) if under else sum(p.left < left for p in done)
        done = [p for p in done if p not in under]
        done.insert(place, new)
    return done


def _own_digits(part: _Part, parts: Sequence[_Part], latin: Sequence[Sign]) -> list[Sign]:
    """PP-OCR's digits where ``part`` stands; not those it sees in Hangul beside it."""
    slack = _letter_width(part) * 0.7
    return [
        sign
        for sign in latin
        if sign.text.isdecimal()
        and part.left - slack <= sign.middle <= part.right + slack
        and min(parts, key=lambda p: _away(p, sign)) is part
    ]


def _away(part: _Part, sign: Sign) -> float:
    """How far a sign stands outside of a part; inside, a little less than nothing the nearer to its middle."""
    outside = max(part.left - sign.middle, sign.middle - part.right)
    return (
        outside if outside > 0 else -0.01 * min(sign.middle - part.left, part.right - sign.middle)
    )


def _settled(
    part: _Part, parts: Sequence[_Part], latin: Sequence[Sign], look_again: LookAgain
) -> _Part:
    if not _is_number(part) or _UNIT.fullmatch(part.text):
        return part
    ours = digits_of(part.text)
    theirs = _own_digits(part, parts, latin)
    if ours == digits_of("".join(sign.text for sign in theirs)):
        sure = max(part.sure, min(sign.sure for sign in theirs))
        return _grouped(replace(part, sure=sure))
    slack = _letter_width(part) * 0.35
    first, second = look_again(part.left - slack, part.right + slack)
    first, second = [ours, *first], ["".join(s.text for s in theirs), *second]
    agreed = [d for d in dict.fromkeys(first) if d and d in second]
    if len(agreed) == 1 and first.count(agreed[0]) + second.count(agreed[0]) >= 3:
        text = part.text if agreed[0] == ours else _with_commas(agreed[0], part.text)
        return _grouped(replace(part, text=text))
    return replace(part, is_doubtful=True)


def _with_commas(digits: str, like: str) -> str:
    return f"{int(digits):,}" if ("," in like or "." in like) and digits[0] != "0" else digits


def _grouped(part: _Part) -> _Part:
    """12.000 is 12,000; a comma anywhere else than before three digits is a digit lost or invented."""
    text = part.text.rstrip(",.")
    as_commas = text.replace(".", ",")
    if _GROUPED.fullmatch(as_commas):
        return replace(part, text=as_commas)
    return replace(part, text=text, is_doubtful=part.is_doubtful or not text.isdecimal())


def _with_missed(parts: list[_Part], latin: Sequence[Sign], look_again: LookAgain) -> list[_Part]:
    """Digits PP-OCR is sure of where Tesseract saw nothing, or something it is not sure of."""
    done = list(parts)
    for run in _runs(latin):
        left, right = run[0].left, run[-1].right
        under = [p for p in done if p.left < right and p.right > left]
        if any(_is_number(p) or p.sure >= _SURE_HANGUL for p in under):
            continue
        digits = "".join(sign.text for sign in run)
        slack = (right - left) / len(run) * 0.35
        first, second = look_again(left - slack, right + slack)
        new = _Part(
            digits,
            left,
            right,
            min(sign.sure for sign in run),
            is_doubtful=not (digits in first and digits in second),
        )
        place = done.index(under[0]) if under else sum(p.left < left for p in done)
        done = [p for p in done if p not in under]
        done.insert(place, new)
    return done


def _only_digits(latin: Sequence[Sign]) -> bool:
    return bool(latin) and all(
        (s.text.isdecimal() or s.text in ",.") and s.sure >= 0.9 for s in latin
    )


def _runs(latin: Sequence[Sign]) -> list[list[Sign]]:
    """Neighbouring digits PP-OCR is sure of."""
    runs: list[list[Sign]] = []
    is_open = False
    for sign in latin:
        if sign.text.isdecimal() and sign.sure >= 0.9:
            if not is_open:
                runs.append([])
            runs[-1].append(sign)
            is_open = True
        elif sign.text not in ",.":
            is_open = False
    return runs


def _together(parts: Sequence[_Part], ink: Ink) -> Joined:
    text = ""
    doubtful: list[int] = []
    told = [p for p in parts if p.text not in ",.-:"]
    for before, part in zip([None, *told], told, strict=False):
        if before is not None and ink.gap(_inside(before), _inside(part)) > _WORD_GAP:
            text += " "
        if part.is_doubtful:
            doubtful += [len(text) + i for i, c in enumerate(part.text) if c.isdecimal()]
        text += part.text
    known = [part.sure for part in told if any(c.isalnum() for c in part.text)]
    sure = min(known, default=0.0)
    if text and (is_crowded(text, ink) or is_thin(text, ink)):
        sure = min(sure, 0.3)  # 깨 as wide as two letters was 3개
    return Joined(text, sure, tuple(doubtful))


def _inside(part: _Part) -> float:
    """A place within the part's letters, near their middle."""
    return (part.left + part.right) / 2


def is_crowded(text: str, ink: Ink) -> bool:
    """Is there ink for more letters than were read?"""
    return ink.length() > _MOST_ROOM * room_of(text) + 0.25


def is_thin(text: str, ink: Ink) -> bool:
    """Were more letters read than there is ink for: 10마리 where 1마리 stands?"""
    return ink.length() < _LEAST_ROOM * room_of(text) - 0.25


def room_of(text: str) -> float:
    """Letter heights a text needs: Hangul is square, digits half as wide."""
    room = 0.0
    for c in text:
        room += 0.88 if "가" <= c <= "힣" else 0.3 if c in " ,.()/:" else 0.6
    return room
