"""The words of a line: the cheapest cover of its letters by known words, unknown letters being dear."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jangteo.engines.matching.lexicon import Lexicon, Word

_RUN = re.compile(r"[a-z가-힣0-9&~+·. -]+", re.I)
_WORD_COST = 1.0
_UNKNOWN_START, _UNKNOWN_CHAR = 0.9, 0.75
_CROSSING = 0.35
#: a known word with unknown letters glued behind it is seldom that word
_GLUED_BEHIND = 0.7
_GLUED_BEFORE = 0.15
_PARTICLES = frozenset(
    [
        "은",
        "는",
        "이",
        "가",
        "을",
        "를",
        "도",
        "만",
        "의",
        "에",
        "로",
        "와",
        "과",
        "랑",
        "용",
        "산",
        "님",
        "들",
        "요",
        "종",
    ]
)


@dataclass(frozen=True, slots=True)
class Segment:
    """Letters ``text[start:end]`` of the folded line; ``words`` empty when unknown."""

    start: int
    end: int
    surface: str
    words: tuple[Word, ...]
    #: no space or sign before, behind
    glued_before: bool
    glued_behind: bool
    run: int

    def word(self, *kinds: str) -> Word | None:
        """The first reading of one of these kinds."""
        return next((w for kind in kinds for w in self.words if w.kind == kind), None)


@dataclass(frozen=True, slots=True)
class _Step:
    cost: float
    back: int
    state: int
    known: bool
    previous: int


def segment(masked: str, lexicon: Lexicon) -> list[Segment]:
    """The segments of a folded and masked line, in order."""
    found: list[Segment] = []
    for number, run in enumerate(_RUN.finditer(masked)):
        found += _cover(masked, run.start(), run.end(), number, lexicon)
    return found


def _cover(text: str, start: int, end: int, number: int, lexicon: Lexicon) -> Iterator[Segment]:
    places = [i for i in range(start, end) if text[i].isalnum() or text[i] in "&~"]
    if not places:
        return
    letters = "".join(text[i] for i in places)
    size = len(letters)
    #: a gap before letter i
    gap = [i == 0 or places[i] - places[i - 1] > 1 for i in range(size)] + [True]
    spaces = [0] * (size + 1)
    for i in range(size):
        spaces[i + 1] = spaces[i] + (1 if i and gap[i] else 0)
    best: list[dict[int, _Step]] = [{} for _ in range(size + 1)]
    best[0][0] = _Step(0.0, 0, 0, True, 0)
    for i in range(size):
        for state, step in list(best[i].items()):
            _unknown(best, i, state, step, gap)
            if letters[i] in lexicon.starts:
                _known(best, i, state, step, letters, gap, spaces, lexicon)
    yield from _path(best, size, letters, places, gap, number, lexicon)


def _put(best: list[dict[int, _Step]], at: int, state: int, step: _Step) -> None:
    held = best[at].get(state)
    if held is None or step.cost < held.cost - 1e-9:
        best[at][state] = step


def _unknown(
    best: list[dict[int, _Step]], i: int, state: int, step: _Step, gap: list[bool]
) -> None:
    """State 1: the letter before is unknown; 2: it ends a word of one letter, which must end there."""
    if state == 2 and not gap[i]:
        return
    fresh = state != 1 or gap[i]
    cost = step.cost + _UNKNOWN_CHAR + (_UNKNOWN_START if fresh else 0)
    if state == 0 and i and not gap[i]:
        cost += _GLUED_BEHIND
    _put(best, i + 1, 1, _Step(cost, i, state, False, state))


def _known(
    best: list[dict[int, _Step]],
    i: int,
    state: int,
    step: _Step,
    letters: str,
    gap: list[bool],
    spaces: list[int],
    lexicon: Lexicon,
) -> None:
    for j in range(i + 1, min(len(letters), i + lexicon.longest) + 1):
        surface = letters[i:j]
        words = lexicon.words.get(surface)
        if words is None:
            continue
        single = j == i + 1
        glued_unknown = state == 1 and not gap[i]
        if single and glued_unknown:
            continue
        crossed = spaces[j] - spaces[i + 1]
        if crossed and (j - i < 3 or crossed > 2):
            continue
        if surface.isascii() and not _latin_alone(letters, i, j, gap):
            continue
        cost = (
            step.cost + _WORD_COST + _CROSSING * crossed + (_GLUED_BEFORE if glued_unknown else 0)
        )
        if single and not (gap[i] and gap[j]):
            cost += 0.2
        _put(best, j, 2 if single else 0, _Step(cost, i, state, True, state))


def _latin_alone(letters: str, i: int, j: int, gap: list[bool]) -> bool:
    before = i > 0 and not gap[i] and letters[i - 1].isascii() and letters[i - 1].isalnum()
    behind = j < len(letters) and not gap[j] and letters[j].isascii() and letters[j].isalnum()
    return not before and not behind


def _path(
    best: list[dict[int, _Step]],
    size: int,
    letters: str,
    places: list[int],
    gap: list[bool],
    number: int,
    lexicon: Lexicon,
) -> Iterator[Segment]:
    state = min(best[size], key=lambda s: best[size][s].cost)
    cuts: list[tuple[int, int, bool]] = []
    at = size
    while at > 0:
        step = best[at][state]
        cuts.append((step.back, at, step.known))
        at, state = step.back, step.previous
    cuts.reverse()
    merged: list[tuple[int, int, bool]] = []
    for start, end, known in cuts:
        if merged and not known and not merged[-1][2] and not gap[start]:
            merged[-1] = (merged[-1][0], end, False)
        else:
            merged.append((start, end, known))
    for start, end, known in merged:
        surface = letters[start:end]
        words = lexicon.words[surface] if known else ()
        if not known and surface in _PARTICLES and start and not gap[start]:
            continue
        yield Segment(
            places[start],
            places[end - 1] + 1,
            surface,
            words,
            not gap[start],
            end < size and not gap[end],
            number,
        )
