"""Labels in memory and every way to find them; the vocabulary that queries are understood by."""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from jangteo.engines.retrieval.english import stem
from jangteo.engines.retrieval.hangul import initials, letters, roman_likeness, romanised, sound
from jangteo.engines.retrieval.labels import Label
from jangteo.engines.retrieval.text import has_hangul

#: a word in more labels than this finds no candidates alone
_COMMON = 400
_MOST_PREFIXED = 250
_MOST_SIBLINGS = 150
_MOST_ALIKE = 40
_LAST = "\U0010ffff"
_SOUND_LIKE = 0.76

Sorted = list[tuple[str, int]]


class Store:
    """Labels by number, counted by the documents that bear them."""

    def __init__(self) -> None:
        self.labels: dict[int, Label] = {}
        self.numbers: dict[tuple[object, ...], int] = {}
        self.bearers: dict[int, set[int]] = {}
        self.words: dict[str, set[int]] = defaultdict(set)
        self.grams: dict[str, set[int]] = defaultdict(set)
        self.starts: Sorted = []
        self.initials: Sorted = []
        self.sounds: Sorted = []
        #: words of names by how many labels have them, and how they are typed and sound
        self.surfaces: Counter[str] = Counter()
        self.typed: dict[str, str] = {}
        self.sounding: dict[str, str] = {}
        self._next = 0
        self._loose = False

    def load(self) -> None:
        """Many labels follow: sorted lists are put in order by `settle`."""
        self._loose = True

    def settle(self) -> None:
        """Ends `load`."""
        for listed in (self.starts, self.initials, self.sounds):
            listed.sort()
        self._loose = False

    def number_of(self, label_key: tuple[object, ...]) -> int | None:
        """The number of a label that is here."""
        return self.numbers.get(label_key)

    def add(self, key: tuple[object, ...], label: Label, document_id: int) -> int:
        """Adds a document to its label, the label too when it is new."""
        number = self.numbers.get(key)
        if number is None:
            number = self.numbers[key] = self._next
            self._next += 1
            self.labels[number] = label
            self.bearers[number] = set()
            self._enter(number, label)
        self.bearers[number].add(document_id)
        return number

    def drop(self, key: tuple[object, ...], number: int, document_id: int) -> None:
        """Takes a document off its label, the label too when nobody bears it."""
        self.bearers[number].discard(document_id)
        if not self.bearers[number]:
            label = self.labels.pop(number)
            del self.numbers[key], self.bearers[number]
            self._leave(number, label)

    def weight(self, word: str) -> float:
        """How much a word tells: the rarer, the more."""
        return math.log(1.5 + len(self.labels) / (1 + len(self.words.get(word, ()))))

    def _enter(self, number: int, label: Label) -> None:
        for key in _postings(label):
            self.words[key].add(number)
        for gram in label.grams:
            self.grams[gram].add(number)
        for listed, values in self._sorted(label):
            for value in values:
                if self._loose:
                    listed.append((value, number))
                else:
                    insort(listed, (value, number))
        for surface in _surfaces(label):
            self.surfaces[surface] += 1
            if surface not in self.typed:
                self.typed[surface] = letters(surface)
                self.sounding[surface] = sound(romanised(surface))

    def _leave(self, number: int, label: Label) -> None:
        for postings, keys in ((self.words, _postings(label)), (self.grams, label.grams)):
            for key in keys:
                postings[key].discard(number)
                if not postings[key]:
                    del postings[key]
        for listed, values in self._sorted(label):
            for value in values:
                at = bisect_left(listed, (value, number))
                if at < len(listed) and listed[at] == (value, number):
                    del listed[at]
        for surface in _surfaces(label):
            self.surfaces[surface] -= 1
            if not self.surfaces[surface]:
                del self.surfaces[surface], self.typed[surface], self.sounding[surface]

    def _sorted(self, label: Label) -> tuple[tuple[Sorted, tuple[str, ...]], ...]:
        return (
            (self.starts, tuple(dict.fromkeys(label.starts))),
            (self.initials, label.initials),
            (self.sounds, label.sounds),
        )

    # how candidates are found

    def beginning(
        self, listed: Sorted, prefix: str, most: int = _MOST_PREFIXED
    ) -> Iterator[tuple[str, int]]:
        """Entries of a sorted list that begin with ``prefix``, in order."""
        at = bisect_left(listed, (prefix, -1))
        end = bisect_left(listed, (prefix + _LAST, -1), lo=at)
        return iter(listed[at : min(end, at + most)])

    def with_words(self, words: set[str]) -> set[int]:
        """Labels with any of the words that is not too common."""
        found: set[int] = set()
        for word in words:
            held = self.words.get(word)
            if held and len(held) <= _COMMON:
                found |= held
        return found

    def siblings(self, path: tuple[str, ...]) -> set[int]:
        """Labels of the path's leaf."""
        return self._some(f"~{path[-1]}")

    def cousins(self, path: tuple[str, ...]) -> set[int]:
        """Labels of the branch that the path's leaf grows on."""
        return self._some(f"^{path[1]}") if len(path) > 2 else set()

    def _some(self, key: str) -> set[int]:
        held = self.words.get(key, set())
        return held if len(held) <= _MOST_SIBLINGS else set(islice(sorted(held), _MOST_SIBLINGS))

    def alike(self, grams: frozenset[str]) -> set[int]:
        """Labels that share the most runs of three letters."""
        counts: Counter[int] = Counter()
        for gram in grams:
            counts.update(self.grams.get(gram, ()))
        least = max(2, len(grams) * 0.34)
        return {number for number, shared in counts.most_common(_MOST_ALIKE) if shared >= least}


class StoreVocabulary:
    """What a store's documents call their goods; see `understanding.Vocabulary`."""

    def __init__(self, store: Store, stalls: Counter[str]) -> None:
        self.store, self._stalls = store, stalls
        self._stall_words: dict[str, str] = {}
        self._stalls_seen = -1

    def knows(self, word: str) -> bool:
        return word in self.store.words

    def is_shelf(self, word: str) -> bool:
        return f"@{word}" in self.store.words

    def speaks(self, latin: str) -> bool:
        return len(latin) > 1 and f"e:{stem(latin)}" in self.store.words

    def begins(self, typed: str) -> bool:
        return next(self.store.beginning(self.store.starts, typed, 1), None) is not None

    def stall_of(self, word: str) -> str:
        if self._stalls_seen != len(self._stalls):
            self._stall_words = _words_of_stalls(self._stalls)
            self._stalls_seen = len(self._stalls)
        return self._stall_words.get(word, "")

    def mend(self, word: str) -> str:
        typed = letters(word)
        allowed = 1 if len(typed) < 8 else 2
        found = process.extract(
            typed, self.store.typed, scorer=Levenshtein.distance, score_cutoff=allowed, limit=12
        )
        near = [(distance, surface) for _, distance, surface in found if len(surface) > 1]
        if not near:
            return ""
        least = min(distance for distance, _ in near)
        first = initials(word)
        return max(
            (surface for distance, surface in near if distance == least),
            key=lambda s: (len(s) == len(word), initials(s) == first, self.store.surfaces[s], s),
        )

    def sounds_like(self, latin: str) -> list[tuple[str, float]]:
        return sounds_like(self.store, latin)


def sounds_like(store: Store, latin: str) -> list[tuple[str, float]]:
    """Words of the store that sound like ``latin``, best first, with how alike (0..1)."""
    asked = sound(latin)
    if len(asked) < 2 or has_hangul(latin):
        return []
    found = process.extract(
        asked,
        store.sounding,
        scorer=Levenshtein.normalized_similarity,
        score_cutoff=_SOUND_LIKE,
        limit=12,
    )
    near = [(surface, roman_likeness(latin, surface)) for _, _, surface in found]
    return sorted(near, key=lambda pair: (-pair[1], -store.surfaces[pair[0]], pair[0]))


def _postings(label: Label) -> set[str]:
    keys = set(label.words) | set(label.named)
    keys |= {f"@{word}" for word in label.shelf_words}
    keys |= {f"e:{word}" for word in label.english}
    keys |= {f"~{part}" for part in label.path[-1:]}
    keys |= {f"^{part}" for part in label.path[1:2]}
    return keys


def _surfaces(label: Label) -> set[str]:
    names = label.words | label.named | label.kinds
    return {word for word in names if has_hangul(word) and len(word) <= 12} | {label.name[:12]}


def _words_of_stalls(stalls: Counter[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for stall in stalls:
        words = stall.split()
        for word in [*words, "".join(words)]:
            if len(word) > 1:
                found[word] = "" if word in found and found[word] != stall else stall
    return {word: stall for word, stall in found.items() if stall}
