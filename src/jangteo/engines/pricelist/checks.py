"""What only the rows together show: prices out of line with their column, and the same product twice."""

from __future__ import annotations

from collections import defaultdict
from statistics import median

from jangteo.engines.pricelist.fold import compact
from jangteo.engines.pricelist.grid import Row
from jangteo.engines.pricelist.outcomes import ask_again, ignore, proposals_for
from jangteo.engines.pricelist.pricetext import Offer
from jangteo.engines.pricelist.records import Accepted, Ignored, Outcome

_ENOUGH = 5
_Key = tuple[str, str, str]


def check_together(outcomes: list[Outcome]) -> list[Outcome]:
    """``outcomes`` of a whole file after both checks; length and order stay."""
    return _in_line(_without_duplicates(outcomes))


def _in_line(outcomes: list[Outcome]) -> list[Outcome]:
    prices: dict[str, list[int]] = defaultdict(list)
    for outcome in outcomes:
        if isinstance(outcome, Accepted):
            prices[outcome.sheet].append(outcome.price_krw)
    middles = {s: median(known) for s, known in prices.items() if len(known) >= _ENOUGH}
    return [_questioned(outcome, middles) for outcome in outcomes]


def _questioned(outcome: Outcome, middles: dict[str, float]) -> Outcome:
    if not isinstance(outcome, Accepted) or outcome.sheet not in middles:
        return outcome
    middle, price = middles[outcome.sheet], outcome.price_krw
    offers = [Offer(price)]
    small = price < 1000 <= middle and price * 20 < middle and price % 50 != 0
    large = price >= 1_000_000 and price > middle * 100
    if not (small or large):
        return outcome
    if small:
        offers.insert(0, Offer(price * 1000))
    proposals = proposals_for("price_out_of_line", outcome.name, outcome.unit, offers)
    return ask_again(outcome, "price_out_of_line", proposals)


def _key(accepted: Accepted) -> _Key:
    return (
        compact(accepted.name),
        compact(accepted.unit),
        compact(accepted.origin or ""),
    )


def _without_duplicates(outcomes: list[Outcome]) -> list[Outcome]:
    """The same product again at the same price is ignored; at another price all are asked."""
    prices: dict[_Key, list[int]] = defaultdict(list)
    for outcome in outcomes:
        if isinstance(outcome, Accepted):
            prices[_key(outcome)].append(outcome.price_krw)
    seen: set[tuple[_Key, int]] = set()
    checked: list[Outcome] = []
    for outcome in outcomes:
        if not isinstance(outcome, Accepted) or len(prices[_key(outcome)]) == 1:
            checked.append(outcome)
            continue
        key = _key(outcome)
        repeated = (key, outcome.price_krw) in seen
        seen.add((key, outcome.price_krw))
        checked.append(_repeated(outcome) if repeated else _settled(outcome, prices[key]))
    return checked


def _repeated(accepted: Accepted) -> Ignored:
    row = Row(accepted.row, [])
    made = ignore(accepted.sheet, row, "duplicate")
    return Ignored(
        sheet=made.sheet,
        row=made.row,
        cells=accepted.cells,
        reason_code=made.reason_code,
        reason_ko=made.reason_ko,
        reason_en=made.reason_en,
    )


def _settled(accepted: Accepted, prices: list[int]) -> Outcome:
    different = list(dict.fromkeys(prices))
    if len(different) == 1:
        return accepted
    offers = [Offer(price) for price in different]
    proposals = proposals_for("duplicate_other_price", accepted.name, accepted.unit, offers)
    return ask_again(accepted, "duplicate_other_price", proposals)
