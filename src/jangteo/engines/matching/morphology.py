"""Names the tables do not hold: typos found by the letters' strokes, new nouns by Kiwi's morphology.

Kiwi (https://github.com/bab2min/Kiwi) is loaded once per process, at the first line that needs it.
"""

from __future__ import annotations

import threading
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

from kiwipiepy import Kiwi
from rapidfuzz.distance import Levenshtein

from jangteo.engines.matching.lexicon import Word, lexicon

_LOCK = threading.Lock()
_NOUNS = frozenset(["NNG", "NNP", "SL", "XPN", "XSN", "XR"])
_MIN_LETTERS = 2
_MAX_LETTERS = 10


@lru_cache(maxsize=1)
def _kiwi() -> Kiwi:
    return Kiwi(num_workers=1)


def nouns_of(texts: Sequence[str]) -> list[list[str]]:
    """The runs of nouns in each text, longest first; one batch for all texts."""
    if not texts:
        return []
    with _LOCK:
        analysed = list(_kiwi().analyze(list(texts), top_n=1))
    found: list[list[str]] = []
    for text, result in zip(texts, analysed, strict=True):
        runs: list[tuple[int, int]] = []
        for token in result[0][0]:
            if token.tag not in _NOUNS:
                continue
            if runs and runs[-1][1] == token.start:
                runs[-1] = (runs[-1][0], token.start + token.len)
            else:
                runs.append((token.start, token.start + token.len))
        pieces = [text[a:b] for a, b in runs if b - a >= _MIN_LETTERS]
        found.append(sorted(pieces, key=len, reverse=True))
    return found


def strokes(text: str) -> str:
    """``text`` with Hangul syllables taken apart into their letters."""
    return unicodedata.normalize("NFD", text)


@lru_cache(maxsize=1)
def _by_length() -> dict[int, list[tuple[str, str, Word]]]:
    table: dict[int, list[tuple[str, str, Word]]] = defaultdict(list)
    for surface, words in lexicon().words.items():
        item = next((w for w in words if w.kind == "item"), None)
        if item is not None and 3 <= len(surface) <= _MAX_LETTERS and not surface.isascii():
            apart = strokes(surface)
            table[len(apart)].append((apart, surface, item))
    return dict(table)


@lru_cache(maxsize=4096)
def misspelt(word: str) -> tuple[Word, float] | None:
    """The one known name that ``word`` is one stroke (long words: two) away from, and how sure that is."""
    if not 3 <= len(word) <= _MAX_LETTERS:
        return None
    apart = strokes(word)
    allowed = 2 if len(word) >= 5 else 1
    best: dict[str, tuple[int, Word]] = {}
    for size in range(len(apart) - allowed, len(apart) + allowed + 1):
        for known, _, item in _by_length().get(size, ()):
            distance = Levenshtein.distance(apart, known, score_cutoff=allowed)
            held = best.get(item.value)
            if distance <= allowed and (held is None or distance < held[0]):
                best[item.value] = (distance, item)
    if not best:
        return None
    least = min(distance for distance, _ in best.values())
    nearest = [item for distance, item in best.values() if distance == least]
    if len(nearest) != 1:
        return None
    return nearest[0], 0.9 if least == 1 else 0.8
