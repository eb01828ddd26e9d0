"""Candidates for a query and their signals: of each label the aim it answers best, of each document its own facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from jangteo.engines.retrieval.english import stem
from jangteo.engines.retrieval.hangul import letters, sound
from jangteo.engines.retrieval.matchers import (
    TEXT_SIGNALS,
    Read,
    amount_signal,
    asked_words,
    english_signal,
    guess,
    half_signal,
    initials_signal,
    origin_signal,
    read_aim,
    sound_signal,
    stall_signal,
    text_signals,
)
from jangteo.engines.retrieval.records import Aim, Document, Filters, Meaning
from jangteo.engines.retrieval.store import Store, sounds_like
from jangteo.engines.retrieval.words import divide

#: labels that go on to be ranked
_MOST_LABELS = 400
#: a label less likely than this is left out
_LEAST = 0.07
_NEAR = 30
#: letters in progress: so many kinds of goods are thought of, each at least so likely
_COMPLETED, _LIKELY = 3, 0.85
_NO_TEXT = (0.0,) * len(TEXT_SIGNALS)
_HOLDS = TEXT_SIGNALS.index("holds")
_DESCRIBED = TEXT_SIGNALS.index("described")
#: a likeness of meaning counts from here
_MEANING_FROM = 0.35
#: alone it is never a match, only what is shown when nothing else is
_MEANING = 0.21
#: an aim this sure finds goods of the neighbouring leaves too
_COUSINS = 0.5
#: and only while there are fewer candidates than this
_FEW = 80
#: goods of another origin or stall than was asked for
_ELSEWHERE = 0.45


@dataclass(frozen=True, slots=True)
class Found:
    """A document that may answer, and why. ``signals`` in the order of `SIGNALS`."""

    id: int
    guess: float
    signals: tuple[float, ...]
    aim: str
    way: str
    why: str


@dataclass(slots=True)
class _Best:
    guess: float
    text: tuple[float, ...]
    aim: Aim | None
    initials: float = 0.0
    half: float = 0.0
    sound: float = 0.0
    english: float = 0.0
    meaning: float = 0.0


class Candidates:
    """The labels that may answer ``meaning``; ``near`` is the likeness of meaning by label, empty without an encoder."""

    def __init__(self, store: Store, meaning: Meaning, near: Mapping[int, float]) -> None:
        self._store, self._meaning = store, meaning
        self._near = near
        self._best: dict[int, _Best] = {}
        for aim in meaning.aims:
            self._answer(read_aim(aim))
        self._letters()
        self._sounds()
        self._meanings()

    def _held(self, number: int) -> _Best:
        held = self._best.get(number)
        if held is None:
            held = self._best[number] = _Best(0.0, _NO_TEXT, None)
        return held

    def _answer(self, read: Read) -> None:
        store = self._store
        asked = asked_words(read.aim, store.weight)
        for number in self._numbers(read):
            signals = text_signals(read, store.labels[number], asked)
            worth = guess(signals)
            if worth < _LEAST:
                continue
            held = self._held(number)
            if worth > held.guess:
                held.guess, held.text, held.aim = worth, tuple(signals), read.aim

    def _numbers(self, read: Read) -> set[int]:
        store, aim = self._store, read.aim
        found = store.with_words({aim.text, *aim.words, *read.names})
        if aim.is_category:
            found = found | store.words.get(f"@{aim.text}", set())
        if aim.way in ("dish", "need"):
            # an ingredient is asked for by its name; what is merely like it is none
            return found
        for path in read.paths:
            found = found | store.siblings(path)
        if len(aim.text) > 1:
            found = (
                found
                | {n for _, n in store.beginning(store.starts, read.letters)}
                | store.alike(read.grams)
            )
        if aim.weight >= _COUSINS and len(found) < _FEW:
            for path in read.paths:
                found = found | store.cousins(path)
        return found

    def _letters(self) -> None:
        asked, store = self._meaning.initials, self._store
        if asked:
            numbers = {n for _, n in store.beginning(store.initials, asked, 2000)}
            if len(asked) > 1:
                numbers |= {n for n, label in store.labels.items() if asked in label.initials[0]}
            for number in numbers:
                held = self._held(number)
                held.initials = initials_signal(asked, store.labels[number])
                held.guess = max(held.guess, held.initials)
        half = letters(self._meaning.half)
        if half:
            for _, number in store.beginning(store.starts, half, 2000):
                held = self._held(number)
                held.half = half_signal(half, store.labels[number])
                held.guess = max(held.guess, held.half)
        if asked or half:
            self._complete()

    def _complete(self) -> None:
        """What was begun with letters is taken for the goods it most likely becomes, and their kin found too."""
        store = self._store
        offers: Counter[str] = Counter()
        likely: dict[str, float] = {}
        for number, held in self._best.items():
            worth = max(held.initials, held.half)
            for goods in store.labels[number].goods[:1]:
                if worth >= _LIKELY:
                    offers[goods.name] += len(store.bearers[number])
                    likely[goods.name] = max(likely.get(goods.name, 0.0), worth)
        # the whole name before its beginning, then what most stalls sell
        best = sorted(likely, key=lambda name: (likely[name] < 1.0, -offers[name], name))[
            :_COMPLETED
        ]
        for name in best:
            pieces, unknown = divide(name)
            words = pieces if not unknown else (name,)
            share = 0.7 + 0.3 * offers[name] / max(offers[n] for n in best)
            weight = 0.6 * likely[name] * share
            self._answer(read_aim(Aim(text=name, words=words, weight=weight, way="completed")))

    def _sounds(self) -> None:
        latin, store = self._meaning.latin, self._store
        if not latin:
            return
        joined = "".join(latin)
        numbers = {n for _, n in store.beginning(store.sounds, sound(joined))}
        for word in latin:
            numbers |= store.with_words({f"e:{stem(word)}"})
        for surface, _ in sounds_like(store, joined):
            numbers |= store.with_words({surface})
        for number in numbers | set(self._best):
            label = store.labels[number]
            heard = sound_signal(joined, label)
            english = english_signal(latin, label)
            if heard or english:
                held = self._held(number)
                held.sound, held.english = heard, english
                held.guess = max(held.guess, 0.85 * heard, 0.7 * english)

    def _meanings(self) -> None:
        if not self._near:
            return
        nearest = sorted(self._near.items(), key=lambda pair: -pair[1])[:_NEAR]
        for number in {n for n, likeness in nearest if likeness >= _MEANING_FROM} | set(self._best):
            held = self._held(number)
            held.meaning = max(0.0, self._near.get(number, 0.0))
            held.guess = max(held.guess, _MEANING * held.meaning)

    def found(self, documents: Mapping[int, Document], filters: Filters) -> list[Found]:
        """The documents of the best labels that hold the filters and the query's limits, with every signal."""
        meaning, store = self._meaning, self._store
        best = sorted(
            ((n, b) for n, b in self._best.items() if b.guess >= _LEAST),
            key=lambda pair: (-pair[1].guess, pair[0]),
        )
        rows = []
        plain = not (meaning.origins or meaning.stalls or meaning.amount)
        for number, held in best[:_MOST_LABELS]:
            shared = _signals(held, held.text, 0.5, 0.5, 0.5, held.guess) if plain else None
            for id_ in sorted(store.bearers[number]):
                document = documents[id_]
                if filters.holds(document) and _within(meaning, document):
                    rows.append(_found(document, held, meaning, shared))
        return rows


def _signals(
    held: _Best, text: tuple[float, ...], origin: float, stall: float, amount: float, sure: float
) -> tuple[float, ...]:
    letters_and_sounds = (held.initials, held.half, held.sound, held.english, held.meaning)
    return (*text, *letters_and_sounds, origin, stall, amount, sure)


def _found(
    document: Document, held: _Best, meaning: Meaning, shared: tuple[float, ...] | None
) -> Found:
    text, aim = held.text, held.aim
    described = (
        aim is not None
        and bool(document.description)
        and not text[_HOLDS]
        and len(aim.text) > 1
        and aim.text in document.description.replace(" ", "")
    )
    signals, sure = shared, held.guess
    if signals is None or described:
        if described:
            text = (*text[:_DESCRIBED], 1.0, *text[_DESCRIBED + 1 :])
        origin, stall = (
            origin_signal(meaning.origins, document),
            stall_signal(meaning.stalls, document),
        )
        sure *= (1.0 if origin else _ELSEWHERE) * (1.0 if stall else _ELSEWHERE)
        signals = _signals(held, text, origin, stall, amount_signal(meaning.amount, document), sure)
    way = aim.way if aim else "initials" if held.initials else "half" if held.half else "sound"
    return Found(document.id, sure, signals, aim.text if aim else "", way, aim.why if aim else "")


def _within(meaning: Meaning, document: Document) -> bool:
    if meaning.min_krw is None and meaning.max_krw is None:
        return True
    price = document.price_krw
    return (
        price is not None
        and (meaning.min_krw is None or price >= meaning.min_krw)
        and (meaning.max_krw is None or price <= meaning.max_krw)
    )
