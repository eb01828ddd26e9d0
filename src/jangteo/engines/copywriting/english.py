"""Simple English for product and stall texts. Names and places stay as they are written in the facts."""

from __future__ import annotations

import random

from jangteo.engines.copywriting import korean
from jangteo.engines.copywriting.records import Facts, Kind

_STATES = {"fresh": "Sold fresh.", "chilled": "Sold chilled.", "frozen": "Sold frozen.", "dried": "Sold dried."}  # fmt: skip
_STORAGE = {"room": "Keep at room temperature.", "chilled": "Keep in the refrigerator.", "frozen": "Keep in the freezer."}  # fmt: skip


def write(kind: Kind, facts: Facts, rng: random.Random) -> tuple[str, tuple[str, ...]]:
    """The text and the names of the fields it says."""
    said: list[tuple[str, tuple[str, ...]]] = []
    if kind is Kind.PRODUCT:
        _product(facts, rng, said)
    else:
        _stall(facts, rng, said)
    used = {name for _, names in said for name in names}
    return " ".join(s for s, _ in said), tuple(n for n in facts.filled() if n in used)


def _product(facts: Facts, rng: random.Random, said: list[tuple[str, tuple[str, ...]]]) -> None:
    thing = " ".join(dict.fromkeys(w for w in (facts.brand, facts.variety, facts.name) if w))
    names = ("brand", "variety", "name")
    first = ["{}.", "On offer: {}.", "This is {}.", "We have {}."]
    said.append((rng.choice(first).format(thing), names))
    middle: list[tuple[str, tuple[str, ...]]] = []
    if facts.origin:
        middle.append((f"It comes from {facts.origin}.", ("origin",)))
    if facts.grade:
        middle.append((f"Grade {facts.grade}.", ("grade",)))
    size = _size(facts)
    if facts.price_krw is not None:
        price = f"{facts.price_krw:,} won"
        line = rng.choice(["{} for {}.", "You get {} for {}."]).format(size[0], price) if size[0] else f"It costs {price}."  # fmt: skip
        middle.append((line, (*size[1], "price_krw")))
    elif size[0]:
        middle.append((f"You get {size[0]}.", size[1]))
    if facts.state in _STATES:
        middle.append((_STATES[facts.state], ("state",)))
    if facts.storage in _STORAGE:
        middle.append((_STORAGE[facts.storage], ("storage",)))
    if facts.use_by:
        middle.append((f"Use by {facts.use_by.isoformat()}.", ("use_by",)))
    rng.shuffle(middle)
    said += middle
    if facts.allergens:
        said.append((f"Allergens: {', '.join(facts.allergens)}.", ("allergens",)))


def _size(facts: Facts) -> tuple[str, tuple[str, ...]]:
    if facts.unit:
        return facts.unit, ("unit",)
    net = korean.grams(facts.net_g) if facts.net_g is not None else ""
    name = "net_g"
    if not net and facts.net_ml is not None:
        net, name = korean.millilitres(facts.net_ml), "net_ml"
    if net and facts.pack_count is not None and facts.pack_count > 1:
        return f"{facts.pack_count} x {net}", (name, "pack_count")
    return net, (name,)


def _stall(facts: Facts, rng: random.Random, said: list[tuple[str, tuple[str, ...]]]) -> None:
    where = f" at {facts.market_name}" if facts.market_name else ""
    first = ["{}{}.", "Welcome to {}{}.", "You find {}{}."]
    said.append((rng.choice(first).format(facts.stall_name, where), ("stall_name", "market_name")))
    if facts.stall_known_for:
        said.append((f"Known for {facts.stall_known_for}.", ("stall_known_for",)))
    if facts.since_year is not None:
        said.append((f"Open since {facts.since_year}.", ("since_year",)))
    if facts.stall_goods:
        said.append((f"We sell {', '.join(facts.stall_goods)}.", ("stall_goods",)))
    if facts.hours:
        said.append((f"Hours: {facts.hours}.", ("hours",)))
    if facts.pickup:
        said.append(("You can order ahead and pick up.", ("pickup",)))
