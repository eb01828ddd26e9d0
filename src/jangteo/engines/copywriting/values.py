"""The values that sentences are filled with, made of the facts, and which facts each one says."""

from __future__ import annotations

import random
import re

from jangteo.engines.copywriting import korean
from jangteo.engines.copywriting.records import Facts

FIELDS_OF: dict[str, tuple[str, ...]] = {
    "thing": ("name", "variety", "brand"),
    "plain": ("name", "variety"),
    "season_thing": ("season", "name", "variety"),
    "origin_label": ("origin",),
    "place": ("origin",),
    "price": ("price_krw",),
    "was": ("was_krw",),
    "grade_label": ("grade",),
    "use": ("uses",),
    "uses": ("uses",),
    "claim": ("claims",),
    "keeps": ("use_by_days",),
    "harvested": ("harvested_on",),
    "note": ("notes",),
    "arrived": ("arrived_today",),
    "way": ("pickup", "delivery"),
    "chilled": ("state",),
    "stall": ("stall_name",),
    "market": ("market_name",),
    "known_for": ("stall_known_for",),
    "place_of_market": ("market_place",),
    "since": ("since_year",),
    "age": ("since_year", "as_of"),
    "goods": ("stall_goods",),
    "minutes": ("delivery_minutes",),
    "fee": ("delivery_fee_krw",),
    "free": ("free_delivery_from_krw",),
    "areas": ("delivery_areas",),
}  # fmt: skip
_HOME = re.compile(r"^(?:국내산|국산|한국산|국내)\s*[(:,·/]?\s*(.*?)\)?$")
#: one of something, without a measure: 한 단, 한 봉지
_SINGLE = re.compile(r"한 [가-힣]{1,4}")
#: season words that stand glued before the goods
_GLUED = frozenset(["햇", "풋", "올"])


def values_of(facts: Facts, rng: random.Random) -> dict[str, str]:
    """Every value the facts allow; a hole that is missing here keeps its sentences away."""
    made: dict[str, str] = {}
    _goods(facts, made, rng)
    _origin(facts, made)
    _terms(facts, made, rng)
    _stall(facts, made, rng)
    return {name: value for name, value in made.items() if value or name == "arrived"}


def _goods(facts: Facts, made: dict[str, str], rng: random.Random) -> None:
    name, variety = facts.name.strip(), facts.variety.strip()
    plain = f"{variety} {name}" if variety and variety not in name and name not in variety else name
    brand = facts.brand.strip()
    thing = f"{brand} {plain}" if brand and brand not in plain else plain
    made["plain"] = plain
    if thing:
        made["thing"] = thing
    if brand and brand not in plain:
        made["brand"] = brand
    if facts.claims and not facts.claims[0].isascii():
        made["claim"] = facts.claims[0]
    made["claims"] = ", ".join(facts.claims)
    if facts.season and plain:
        word = facts.season[0]
        if word in _GLUED:
            made["season_thing"] = plain if plain.startswith(word) else word + name
        else:
            made["season_thing"] = f"{word} {plain}"
    made["amount"], _ = amount(facts)
    made["uses"] = korean.listed(facts.uses, "이나/나")
    if facts.uses:
        made["use"] = rng.choice(facts.uses)
    made["ingredients"] = ", ".join(facts.ingredients)
    made["allergens"] = ", ".join(facts.allergens)
    made["variety"] = variety
    if facts.grade:
        named = facts.grade.endswith(("등급", "급", "품"))
        made["grade"] = facts.grade
        made["grade_label"] = facts.grade if named else f"{facts.grade} 등급"
    if facts.state == "chilled":
        made["chilled"] = "냉장"


def amount(facts: Facts) -> tuple[str, tuple[str, ...]]:
    """What one price buys and the fields that say it: the stall's own unit first, with the weight where it says none."""
    if facts.unit.strip():
        unit = korean.unit_words(facts.unit)
        if facts.net_g is not None and _SINGLE.fullmatch(unit):
            return f"{korean.grams(facts.net_g)} {unit}", ("unit", "net_g")
        return unit, ("unit",)
    net, names = "", ("net_g",)
    if facts.net_g is not None:
        net = korean.grams(facts.net_g)
    elif facts.net_ml is not None:
        net, names = korean.millilitres(facts.net_ml), ("net_ml",)
    packs = facts.pack_count
    if net and packs is not None and packs > 1:
        packed = korean.counted(packs, facts.pack_unit or "개")
        return f"{net}씩 {packed}", (*names, "pack_count", "pack_unit")
    if net:
        return net, names
    if facts.total_g is not None:
        return korean.grams(facts.total_g), ("total_g",)
    if facts.total_ml is not None:
        return korean.millilitres(facts.total_ml), ("total_ml",)
    if facts.count is not None and (packs is None or packs == 1):
        return korean.counted(facts.count, facts.count_unit or "개"), ("count", "count_unit")
    return "", ()


def _origin(facts: Facts, made: dict[str, str]) -> None:
    origin = " ".join(facts.origin.split())
    if not origin:
        return
    made["origin"] = origin
    home = _HOME.match(origin)
    place = home[1] if home else origin
    ends = place.endswith("산") and len(place) > 2
    made["origin_label"] = origin if (home and not home[1]) or ends else f"{place}산" if not home else f"국내산({place})"  # fmt: skip
    bare = place[:-1] if ends else place
    if bare and "수입" not in bare and "원양" not in bare and "외국" not in bare:
        made["place"] = bare


def _terms(facts: Facts, made: dict[str, str], rng: random.Random) -> None:
    words = rng.random() < 0.3
    if facts.price_krw is not None:
        made["price"] = korean.won(facts.price_krw, words=words)
    if facts.was_krw is not None:
        made["was"] = korean.won(facts.was_krw, words=words)
    if facts.use_by is not None:
        made["use_by"] = korean.day(facts.use_by, year=rng.random() < 0.5)
    if facts.use_by_days is not None:
        made["keeps"] = f"{facts.use_by_days}일"
    if facts.harvested_on is not None:
        made["harvested"] = korean.day(facts.harvested_on, year=False)
    if facts.arrived_today:
        made["arrived"] = ""
    if facts.notes:
        made["note"] = rng.choice(facts.notes).strip(' "“”')
    if facts.back_on is not None:
        made["back_on"] = korean.day(facts.back_on, year=False)
    made["back_words"] = facts.back_words
    made["instead"] = korean.listed(facts.instead)


def _stall(facts: Facts, made: dict[str, str], rng: random.Random) -> None:
    made["stall"] = facts.stall_name.strip()
    made["market"] = facts.market_name.strip()
    made["known_for"] = facts.stall_known_for.strip().rstrip(".")
    if facts.market_place and facts.market_place not in facts.market_name:
        made["place_of_market"] = facts.market_place
    if facts.since_year is not None:
        made["since"] = f"{facts.since_year}년"
        if facts.as_of is not None and facts.as_of.year > facts.since_year:
            made["age"] = str(facts.as_of.year - facts.since_year)
    goods = list(facts.stall_goods)
    rng.shuffle(goods)
    made["goods"] = korean.listed(tuple(goods[:5]))
    made["hours"] = facts.hours
    made["closed"] = facts.closed
    if facts.delivery_minutes is not None:
        made["minutes"] = str(facts.delivery_minutes)
    if facts.delivery_fee_krw:
        made["fee"] = korean.won(facts.delivery_fee_krw)
    if facts.free_delivery_from_krw:
        made["free"] = korean.won(facts.free_delivery_from_krw)
    made["areas"] = ", ".join(facts.delivery_areas)
