"""The matchers: how a label answers an aim, each in its own way and each 0..1."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import mul

from rapidfuzz.distance import Levenshtein

from jangteo.engines.retrieval.english import stem
from jangteo.engines.retrieval.hangul import letters, romanised, sound
from jangteo.engines.retrieval.labels import Label, grams_of, plain
from jangteo.engines.retrieval.records import Aim, Amount, Document
from jangteo.engines.retrieval.words import Goods, domestic_places, goods_of, head_of

#: the signals of one label for one aim, in the order of the ranker's columns
TEXT_SIGNALS = (
    "exact",  # the whole name, or brand, variety and name
    "ends",  # the name ends in it: 청양고추 for 고추
    "begins",  # the name begins with it
    "holds",  # it stands anywhere in the name
    "same_goods",  # the tables say it is the same thing: 계란 and 달걀
    "names_goods",  # the thing is named in the name: 사과 in 사과잼
    "same_variety",
    "tree",  # nearness in the category tree
    "covers",  # share of the words asked for that are found
    "explains",  # share of the name that was asked for
    "letters",  # likeness by runs of three letters
    "edit",  # likeness by letters to change
    "shelf",  # its shelf was asked for by name
    "described",  # in the description
    "takes",  # a dish or an occasion takes it
    "weight",  # weight of the aim
)
OTHER_SIGNALS = (
    "initials",
    "half",
    "sound",
    "english",
    "meaning",
    "origin",
    "stall",
    "amount",
    "guess",
)
SIGNALS = TEXT_SIGNALS + OTHER_SIGNALS

#: a first guess at each signal's worth, by which one aim is chosen among several and candidates are cut
_GUESS: Mapping[str, float] = {
    "exact": 0.30, "ends": 0.12, "begins": 0.05, "holds": 0.05, "same_goods": 0.30, "names_goods": 0.05,
    "same_variety": 0.06, "tree": 0.18, "covers": 0.20, "explains": 0.08, "letters": 0.12, "edit": 0.08,
    "shelf": 0.45, "described": 0.03, "takes": 0.6,
}  # fmt: skip
_GUESS_ROW = tuple(_GUESS.get(name, 0.0) for name in TEXT_SIGNALS)

#: words of an aim, how much each tells, the goods it names
Asked = tuple[tuple[str, float, frozenset[str]], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """An aim read for the matchers."""

    aim: Aim
    letters: str
    grams: frozenset[str]
    sorted_words: tuple[str, ...]
    goods: tuple[Goods, ...]
    names: frozenset[str]
    varieties: frozenset[str]
    paths: frozenset[tuple[str, ...]]


@lru_cache(maxsize=4096)
def read_aim(aim: Aim) -> Read:
    """``aim`` with its letters, runs and goods."""
    goods = goods_of(aim.text) or (head_of(aim.text)[1] if len(aim.text) > 2 else ())
    apart = letters(aim.text)
    return Read(
        aim=aim,
        letters=apart,
        grams=grams_of(apart),
        sorted_words=tuple(sorted(aim.words)),
        goods=goods,
        names=frozenset(g.name for g in goods),
        varieties=frozenset(g.variety.replace(" ", "").lower() for g in goods if g.variety),
        paths=frozenset(tuple(plain(p) for p in g.path) for g in goods),
    )


def text_signals(read: Read, label: Label, asked: Asked) -> list[float]:
    """`TEXT_SIGNALS` of ``label`` for an aim; ``asked`` are its words from `asked_words`."""
    text, aim = read.aim.text, read.aim
    whole = text in (label.name, label.full) or read.sorted_words == label.pieces
    single = len(text) == 1
    # a word of one syllable is found as a word, never inside another: 배 is not in 담배
    stands = text in label.words or text == label.head
    ends = stands if single else label.full.endswith(text) or label.name.endswith(text)
    begins = (single and label.shown.split(" ", 1)[0] == text) or (
        not single and (label.name.startswith(text) or label.full.startswith(text))
    )
    holds = stands or (not single and text in label.full)
    same = not read.names.isdisjoint(label.own)
    named = stands or not read.names.isdisjoint(label.named)
    variety = not read.varieties.isdisjoint(label.words) if read.varieties else same
    shared = len(read.grams & label.grams)
    likeness = 2 * shared / (len(read.grams) + len(label.grams)) if shared else 0.0
    edit = 0.0
    if shared:
        edit = Levenshtein.normalized_similarity(read.letters, label.name_letters, score_cutoff=0.4)
        if label.full is not label.name and label.full != label.name:
            other = Levenshtein.normalized_similarity(
                read.letters, label.full_letters, score_cutoff=0.4
            )
            edit = max(edit, other)
    return [
        float(whole),
        float(ends),
        float(begins),
        float(holds),
        float(same),
        float(named),
        float(variety and (same or named)),
        _tree(read, label),
        _covers(asked, label),
        min(1.0, len(text) / max(1, len(label.name))) if holds or same else 0.0,
        likeness,
        edit,
        _shelf(text, label) if aim.is_category else 0.0,
        0.0,
        float(aim.way in ("dish", "need") and (whole or ends or same or (stands and not single))),
        aim.weight,
    ]


def _tree(read: Read, label: Label) -> float:
    best = 0
    for path in read.paths:
        depth = 0
        for ours, theirs in zip(path, label.path, strict=False):
            if ours != theirs:
                break
            depth += 1
        best = max(best, depth)
    if best == 0 and read.paths and len(label.shelf) == 1:
        shelf = set(label.shelf[0].split("·"))
        return (
            0.5
            if any(not shelf.isdisjoint(part.split("·")) for path in read.paths for part in path)
            else 0.0
        )
    return best / 3


def asked_words(aim: Aim, weight: Callable[[str], float]) -> Asked:
    """Every word of an aim with how much it tells and the goods it names."""
    return tuple(
        (word, weight(word), frozenset(g.name for g in goods_of(word))) for word in aim.words
    )


def _covers(asked: Asked, label: Label) -> float:
    total = found = 0.0
    for word, weight, names in asked:
        total += weight
        if word in label.words or (len(word) > 1 and word in label.full):
            found += weight
        elif not names.isdisjoint(label.named):
            found += 0.9 * weight
    return found / total if total else 0.0


def _shelf(text: str, label: Label) -> float:
    if text in label.path[-1:] or text in label.shelf[-1:]:
        return 1.0
    if text in label.shelf or text in label.path:
        return 0.95
    if text not in label.shelf_words:
        return 0.0
    parts = {
        p for part in (*(label.shelf[1:] or label.shelf), *label.path[1:]) for p in part.split("·")
    }
    return 0.9 if text in parts or text.removesuffix("류") in parts else 0.3


def guess(signals: list[float]) -> float:
    """A first score of `TEXT_SIGNALS`, 0..1."""
    total = sum(map(mul, _GUESS_ROW, signals))
    return (1.0 - math.exp(-1.1 * total)) * signals[-1]


def initials_signal(asked: str, label: Label) -> float:
    """Consonants alone: the whole name 1, its beginning 0.85, a later word 0.6, anywhere 0.35."""
    if not asked:
        return 0.0
    first = label.initials[0]
    if first == asked:
        return 1.0
    if first.startswith(asked):
        return 0.85
    later = label.initials[1:]
    if any(word == asked for word in later):
        return 0.7
    if any(word.startswith(asked) for word in later):
        return 0.6
    return 0.35 if len(asked) > 1 and asked in first else 0.0


def half_signal(asked: str, label: Label) -> float:
    """A syllable in progress: letters the name begins with 0.85 to 1 by how much of it is there, a later word 0.7."""
    if not asked:
        return 0.0
    first = label.name_letters
    if first.startswith(asked):
        return 0.85 + 0.15 * len(asked) / len(first)
    return 0.7 if any(word.startswith(asked) for word in label.starts[1:]) else 0.0


@lru_cache(maxsize=8192)
def _sounds(latin: str) -> str:
    return sound(latin)


def sound_signal(latin: str, label: Label) -> float:
    """Romanised Korean: how alike the sounds are, whole or as a beginning."""
    asked = _sounds(latin)
    if len(asked) < 2:
        return 0.0
    best = 0.0
    for at, word in enumerate(label.sounds):
        if word == asked:
            alike = 0.95 + 0.05 * Levenshtein.normalized_similarity(latin, romanised(label.name))
        elif word.startswith(asked):
            alike = 0.6 + 0.3 * len(asked) / len(word)
        elif word.endswith(asked) and len(asked) > 3:
            alike = 0.6 + 0.25 * len(asked) / len(word)
        else:
            alike = 0.8 * Levenshtein.normalized_similarity(asked, word, score_cutoff=0.7)
        best = max(best, alike * (1.0 if at == 0 else 0.92))
    return best


def english_signal(latin: tuple[str, ...], label: Label) -> float:
    """Share of the Latin words that the English name holds."""
    if not latin or not label.english:
        return 0.0
    return sum(stem(word) in label.english for word in latin) / len(latin)


def is_domestic(origin: str) -> bool:
    """Grown or caught in Korea, as far as the text says so."""
    if "국내" in origin or "국산" in origin:
        return True
    return any(word.removesuffix("산") in domestic_places() for word in origin.split())


def origin_signal(asked: tuple[str, ...], document: Document) -> float:
    """1 when an origin that was asked for is the document's or in its name; 0.5 when none was asked for."""
    if not asked:
        return 0.5
    origin = document.origin
    for place in asked:
        if place == "국내":
            if is_domestic(origin):
                return 1.0
        elif place == "수입":
            if "수입" in document.name or (origin and not is_domestic(origin)):
                return 1.0
        elif place in origin or place in document.name:
            return 1.0
    return 0.0


def stall_signal(asked: tuple[str, ...], document: Document) -> float:
    """1 for a stall that was asked for, 0 for another, 0.5 when none was."""
    if not asked:
        return 0.5
    return float(document.stall in asked)


def amount_signal(asked: Amount | None, document: Document) -> float:
    """1 for the amount that was asked for, less the further away, 0.5 when none was asked for or it is not known."""
    if asked is None:
        return 0.5
    for wish, has in (
        (asked.grams, document.net_g),
        (asked.millilitres, document.net_ml),
        (asked.pieces if asked.unit in ("판", "구", "알", "장", "개") else None, document.pieces),
    ):
        if wish and has:
            ratio = min(wish, has) / max(wish, has)
            return 1.0 if ratio > 0.97 else 0.7 * ratio
    if asked.unit:
        return 0.9 if asked.unit in document.unit else 0.4
    return 0.4
