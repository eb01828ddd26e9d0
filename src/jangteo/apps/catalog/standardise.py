"""A market's offers that hang on no standard product yet are read, matched and linked, a few hundred at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet

from jangteo.apps.catalog.actions.create_item import make_items
from jangteo.apps.catalog.items.matching import Matched, match_lines
from jangteo.apps.catalog.items.rows import By
from jangteo.apps.catalog.items.settings import market_units
from jangteo.apps.catalog.models import Item, MatchQuestion, Offer
from jangteo.apps.catalog.publishing.keeping import is_on_sale, would_lose
from jangteo.engines.matching import Found, MarketUnits, Understood, understand_many
from jangteo.platform.permissions import Actor
from jangteo.platform.text import fold

#: offers of one transaction
AT_ONCE = 200
#: goods behind an origin that is read by itself
_ANY_GOODS = "사과 1kg"


@dataclass(frozen=True, kw_only=True, slots=True)
class Went:
    """What became of some offers; ``last_id``: the last one looked at."""

    last_id: int
    seen: int = 0
    linked: int = 0
    made: int = 0
    asked: int = 0
    unread: int = 0


def line_of(offer: Offer) -> str:
    """The offer as one line: what the stall says of its goods, without the price."""
    origin = offer.origin if offer.origin and offer.origin not in offer.name else ""
    return " ".join(part for part in (_goods(offer), origin) if part)[:300]


def _goods(offer: Offer) -> str:
    unit = "" if offer.is_weighed or offer.unit in offer.name else offer.unit
    return f"{offer.name} {unit}".strip()


def understand_offers(offers: Sequence[Offer], units: MarketUnits) -> list[Understood]:
    """What the goods are by name and unit, and where from by their own field.

    The two are read apart: 국내산 메밀 before 메밀묵 is the ingredient's origin, not another name. An origin that says more
    than a country or a place is left out.
    """
    goods = list(understand_many([_goods(one) for one in offers], market=units))
    origins = list(understand_many([f"{one.origin} {_ANY_GOODS}" for one in offers]))
    made = []
    for offer, line, origin in zip(offers, goods, origins, strict=True):
        found = origin.fields.get("origin")
        plain = found is not None and fold(str(found.value)) == fold(offer.origin)
        whole = line_of(offer)
        at = whole.rfind(offer.origin) if offer.origin else -1
        if "origin" in line.fields or found is None or not plain or at < 0:
            made.append(line)
            continue
        said = Found(found.value, found.confidence, at, at + len(offer.origin))
        made.append(
            replace(
                line,
                line=whole,
                fields={**line.fields, "origin": said},
                asks=tuple(ask for ask in line.asks if ask.field != "origin"),
                origin_country=origin.origin_country,
            )
        )
    return made


def waiting_offers(market_id: int) -> int:
    """How many offers hang on no item, are not asked about and are not hidden. Needs the market's scope."""
    return _waiting(market_id, 0).count()


def standardise_some(market_id: int, after_id: int, now: datetime) -> Went | None:
    """Link the next offers behind ``after_id``; None when there is none left. Needs the scope and a transaction.

    Goods of one name are taken one after the other, so that the second of two stalls that sell the same finds the
    product which the first one brought in.
    """
    offers = list(
        _waiting(market_id, after_id).select_for_update(of=("self",)).order_by("pk")[:AT_ONCE]
    )
    if not offers:
        return None
    units = market_units(market_id)
    lines = understand_offers(offers, units)
    done = {"linked": 0, "made": 0, "asked": 0, "unread": 0}
    left = list(zip(offers, lines, strict=True))
    while left:
        now_turn, left = _one_of_each_name(left)
        for key, count in _link(market_id, now_turn, now).items():
            done[key] += count
    return Went(last_id=offers[-1].pk, seen=len(offers), **done)


_Pair = tuple[Offer, Understood]


def _waiting(market_id: int, after_id: int) -> QuerySet[Offer]:
    rows = Offer.objects.filter(market_id=market_id, item=None, pk__gt=after_id, question=None)
    return rows.exclude(state=Offer.State.HIDDEN)


def _one_of_each_name(pairs: Sequence[_Pair]) -> tuple[list[_Pair], list[_Pair]]:
    seen: set[str] = set()
    first: list[_Pair] = []
    rest: list[_Pair] = []
    for offer, line in pairs:
        name = fold(str(line.value("name") or offer.name))
        (rest if name in seen else first).append((offer, line))
        seen.add(name)
    return first, rest


def _link(market_id: int, pairs: Sequence[_Pair], now: datetime) -> dict[str, int]:
    matched = match_lines(
        market_id,
        None,
        [line for _, line in pairs],
        Actor.system(),
        now,
        weighed=[offer.is_weighed for offer, _ in pairs],
        abouts=[f"offer:{offer.pk}" for offer, _ in pairs],
    )
    new = [(offer, one) for (offer, _), one in zip(pairs, matched, strict=True) if _is_new(one)]
    made = make_items(
        [one.draft for _, one in new], By(market_id=market_id, person_id=None, now=now), "system"
    )
    items = Item.objects.in_bulk([one.item_id for one in made])
    linked: list[tuple[Offer, Item]] = [
        (offer, items[one.item_id]) for (offer, _), one in zip(new, made, strict=True)
    ]
    questions: list[MatchQuestion] = []
    unread = 0
    for (offer, _), one in zip(pairs, matched, strict=True):
        if one.verdict == "same" and one.item is not None:
            linked.append((offer, one.item))
        elif one.decision_id is None:
            unread += 1
        elif one.verdict == "unsure":
            questions.append(question_of(offer, one, now))
    by_offer = {offer.pk: one for (offer, _), one in zip(pairs, matched, strict=True)}
    lost = {offer.pk for offer, item in linked if is_on_sale(offer) and would_lose(offer, item)}
    # nobody looks at this run: goods on sale keep their label, and a person is asked
    questions += [
        question_of(offer, by_offer[offer.pk], now) for offer, _ in linked if offer.pk in lost
    ]
    linked = [pair for pair in linked if pair[0].pk not in lost]
    for offer, item in linked:
        offer.item = item
        # files of goods look at it
        offer.updated_at = now
    # one statement: the offers are locked and whole
    Offer.objects.bulk_update(
        [offer for offer, _ in linked], ["item", "updated_at"], batch_size=AT_ONCE
    )
    MatchQuestion.objects.bulk_create(questions)
    return {
        "linked": len(linked),
        "made": sum(one.is_new for one in made),
        "asked": len(questions),
        "unread": unread,
    }


def _is_new(matched: Matched) -> bool:
    return matched.verdict == "new" and matched.decision_id is not None


def question_of(offer: Offer, matched: Matched, now: datetime) -> MatchQuestion:
    """The question to the office which product the offer is; not saved."""
    return MatchQuestion(
        market_id=offer.market_id,
        offer=offer,
        line=line_of(offer),
        line_fields={"fields": matched.draft.fields, "provenance": matched.draft.provenance},
        category_slug=matched.draft.category_slug,
        item=matched.item,
        probability=matched.probability,
        decision=matched.decision_id,
        asked_at=now,
    )
