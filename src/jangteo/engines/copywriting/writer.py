"""The offline writer: picks sentences of ``phrases`` whose fields are all confirmed, in an order drawn from the seed."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jangteo.engines.copywriting import english, phrases, reply
from jangteo.engines.copywriting.checker import SOCIAL_LETTERS
from jangteo.engines.copywriting.korean import fill, holes
from jangteo.engines.copywriting.records import (
    LENGTHS,
    TONES,
    Facts,
    Kind,
    Language,
    Length,
    NothingToSay,
    Text,
    Tone,
)
from jangteo.engines.copywriting.values import FIELDS_OF, amount, values_of

PROVIDER = "grammar"
_DETAILS = {"short": 0, "normal": 3, "long": 12}
_FIRST = ("origin", "amount")


class Draft:
    """Sentences chosen so far and the fields they say."""

    def __init__(self, facts: Facts, kind: Kind, seed: str, tone: Tone) -> None:
        self.rng = random.Random(f"{seed}|{kind}")  # noqa: S311 - variety, not secrecy
        self.values = values_of(facts, self.rng)
        self.tone = tone
        self.parts: list[str] = []
        self.said: set[str] = set()

    def fits(self, options: Iterable[str]) -> list[str]:
        """The templates whose every field is there."""
        return [t for t in options if holes(t) <= self.values.keys()]

    def say(self, options: Iterable[str]) -> bool:
        """One of ``options`` that fits, if any."""
        fitting = self.fits(options)
        if not fitting:
            return False
        self.add(self.rng.choice(fitting))
        return True

    def add(self, template: str, extra: Mapping[str, str] | None = None) -> None:
        """``template`` filled in, with ``extra`` values."""
        sentence = fill(template, {**self.values, **(extra or {})}, self.tone)
        if sentence.strip():
            self.parts.append(sentence.strip())
        self.said |= holes(template)

    def text(self, facts: Facts) -> Text:
        """The finished text."""
        there = {name for name in facts.filled() if getattr(facts, name) is not False}
        text = " ".join(self.parts)
        says = {**FIELDS_OF, "amount": amount(facts)[1]}
        used = {f for hole in self.said for f in says.get(hole, (hole,))} & there
        used -= {f for f in ("variety", "brand") if f in used and getattr(facts, f) not in text}
        return Text(
            text=text,
            used=tuple(name for name in facts.filled() if name in used),
            provider=PROVIDER,
        )


def write(
    kind: Kind | str,
    facts: Facts,
    *,
    seed: str,
    tone: Tone = "해요",
    length: Length = "normal",
    language: Language = "ko",
) -> Text:
    """A text of ``kind`` that says nothing beyond ``facts``; the same arguments give the same text.

    ``tone`` is the politeness (해요 or 합쇼), ``length`` short (the least a buyer needs), normal or long (every field).
    English (``language="en"``) is written for product and stall. Raises ``NothingToSay`` without the name of what it is
    about, ``ValueError`` for an unknown tone, length or language.
    """
    kind = Kind(kind)
    if tone not in TONES or length not in LENGTHS or language not in ("ko", "en"):
        raise ValueError(f"tone is one of {TONES}, length of {LENGTHS}, language ko or en.")
    if kind is Kind.STALL and not facts.stall_name.strip():
        raise NothingToSay
    if kind in (Kind.PRODUCT, Kind.SOLD_OUT, Kind.SOCIAL) and not facts.name.strip():
        raise NothingToSay
    if language == "en":
        if kind not in (Kind.PRODUCT, Kind.STALL):
            raise ValueError("English is written for product and stall texts only.")
        said, names = english.write(kind, facts, random.Random(f"{seed}|{kind}|en"))  # noqa: S311
        return Text(text=said, used=names, provider=PROVIDER)
    draft = Draft(facts, kind, seed, tone)
    _WRITERS[kind](draft, facts, length)
    return draft.text(facts)


def _product(draft: Draft, facts: Facts, length: Length) -> None:
    opening = draft.rng.choice(draft.fits(phrases.OPENINGS))
    draft.add(opening)
    # where it is from and how much it is are what shoppers look for first; which sentence says it stays open
    details = sorted(_details(draft, facts), key=lambda one: one[2] not in _FIRST)
    chosen = details[: _DETAILS[length]]
    draft.rng.shuffle(chosen)
    must = [d for d in details if d[1] and d not in chosen]
    ordered = [*chosen, *must]
    if facts.price_krw is not None:
        lowered = facts.was_krw is not None and facts.was_krw > facts.price_krw
        options: Sequence[str] = phrases.REDUCED if lowered else _price_options(draft)
        price = (options, True, "price")
        ordered.insert(draft.rng.randint(0, len(ordered)), price)
    for options, _, about in ordered:
        fresh = [t for t in draft.fits(options) if not _repeats(t, draft.said)]
        if fresh and draft.say(fresh):
            draft.said.add(about)
    if length != "short":
        draft.say(phrases.CLOSINGS)


def _price_options(draft: Draft) -> list[str]:
    """Price sentences that name the amount unless it was said."""
    said = "amount" in draft.said or "amount" not in draft.values
    return [t for t in phrases.PRICES if said is not ("{amount" in t)]


#: holes that say one thing; a sentence that only repeats is left out
_SAME = {
    "origin": "origin",
    "origin_label": "origin",
    "place": "origin",
    "amount": "amount",
    "use": "use",
    "uses": "use",
    "grade": "grade",
    "grade_label": "grade",
    "claim": "claim",
    "claims": "claim",
    "variety": "thing",
    "stall": "stall",
    "market": "stall",
    "chilled": "state",
    "frozen": "state",
}


def _repeats(template: str, said: set[str]) -> bool:
    needs = {_SAME.get(h, h) for h in holes(template)}
    known = {_SAME.get(h, h) for h in said}
    return bool(needs) and needs <= known


def _details(draft: Draft, facts: Facts) -> list[tuple[Sequence[str], bool, str]]:
    """Groups of sentences about what the opening left out; True for what a buyer must be told."""
    said = {_SAME.get(h, h) for h in draft.said}
    groups: list[tuple[Sequence[str], bool, str]] = [
        (phrases.ORIGINS, False, "origin"),
        (phrases.AMOUNTS, False, "amount"),
        (phrases.GRADES, False, "grade"),
        (phrases.USES, False, "use"),
        (phrases.INGREDIENTS, False, "ingredients"),
        (phrases.CLAIMS, False, "claim"),
        (phrases.HARVESTED, False, "harvested"),
        (phrases.SELLERS, False, "stall"),
        (phrases.NOTES, False, "note"),
        (phrases.STATES.get(facts.state, ()), False, "state"),
        (phrases.STORAGE.get(facts.storage, ()), False, "storage"),
        (phrases.USE_BY if facts.use_by else phrases.KEEPS, False, "use_by"),
        (phrases.WAYS.get(_way(facts), ()), False, "way"),
        (phrases.ALLERGENS, True, "allergens"),
    ]
    if facts.state == "frozen" and facts.storage == "frozen":
        groups = [g for g in groups if g[2] != "state"]
    usable = [g for g in groups if g[2] not in said and draft.fits(g[0])]
    draft.rng.shuffle(usable)
    return usable


def _way(facts: Facts) -> str:
    if facts.pickup and facts.delivery:
        return "both"
    return "pickup" if facts.pickup else "delivery" if facts.delivery else ""


def _stall(draft: Draft, facts: Facts, length: Length) -> None:
    draft.say(phrases.STALL_OPENINGS)
    details = [(name, options) for name, options in phrases.STALL_DETAILS if name not in draft.said]
    draft.rng.shuffle(details)
    most = {"short": 1, "normal": 3, "long": 9}[length]
    told = 0
    for name, options in details:
        if told < most and name not in draft.said and draft.say(options):
            told += 1
    if length != "short":
        if draft.say(phrases.WAYS.get(_way(facts), ())):
            draft.said.add("way")
        if length == "long" and facts.delivery:
            for option in draft.fits(phrases.DELIVERY):
                draft.add(option)
        draft.say(phrases.STALL_CLOSINGS)


def _sold_out(draft: Draft, facts: Facts, length: Length) -> None:
    draft.say(phrases.SOLD_OUT)
    if length != "short":
        draft.say(phrases.SOLD_OUT_THANKS)
    if not (draft.say(phrases.BACK_ON) or draft.say(phrases.BACK_WORDS)):
        draft.say(phrases.BACK_UNKNOWN)
    draft.say(phrases.INSTEAD)


def _social(draft: Draft, facts: Facts, length: Length) -> None:
    draft.say(phrases.SOCIAL)
    if facts.price_krw is not None and "price" not in draft.said:
        draft.say(_price_options(draft))
    details = [] if length == "short" else _details(draft, facts)[: 1 if length == "normal" else 3]
    for options, _, about in details:
        draft.say(options)
        draft.said.add(about)
    tags, holes_of_tags = _tags(facts, draft)
    line = " ".join(tags)
    while len(draft.parts) > 1 and len(" ".join(draft.parts)) + len(line) + 1 > SOCIAL_LETTERS:
        draft.parts.pop()
    if len(" ".join([*draft.parts, line])) > SOCIAL_LETTERS:
        draft.parts = [draft.values["plain"]]
    draft.parts.append(line)
    draft.said |= holes_of_tags


def _tags(facts: Facts, draft: Draft) -> tuple[list[str], set[str]]:
    """Two to four hashtags of fields; a name too long for one is left out."""
    fields: list[tuple[str, str]] = [
        ("name", facts.name),
        ("variety", facts.variety),
        ("place", draft.values.get("place", "").split(" ")[-1]),
        ("market", facts.market_name),
        ("stall", facts.stall_name),
    ]
    made: dict[str, str] = {}
    for hole, value in fields:
        tag = "".join(c for c in value if c.isalnum())
        if 2 <= len(tag) <= 20 or (hole == "name" and 1 <= len(tag) <= 20):
            made.setdefault("#" + tag, hole)
    tags = list(made)[:4]
    if len(tags) < 2:
        tags.append("#장보기")
    if len(tags) < 2:
        tags.append("#장바구니")
    return tags, {made[t] for t in tags if t in made}


def _reply(draft: Draft, facts: Facts, length: Length) -> None:
    for options in reply.plan(facts, draft.rng, length):
        draft.say(options)
    draft.said |= {"review_text", "review_rating"}


_WRITERS: dict[Kind, Any] = {
    Kind.PRODUCT: _product,
    Kind.STALL: _stall,
    Kind.SOLD_OUT: _sold_out,
    Kind.SOCIAL: _social,
    Kind.REVIEW_REPLY: _reply,
}
