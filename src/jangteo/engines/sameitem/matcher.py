"""Is a line one of these items: barcode, then rules, then the learned matcher, then what the whole list says.

The learned matcher is trained on writings of Korean goods (`training`, `learned`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from jangteo.engines.matching import Understood, understand
from jangteo.engines.pairing import Verdict
from jangteo.engines.sameitem.compare import alike
from jangteo.engines.sameitem.goods import Goods, goods_from, goods_of
from jangteo.engines.sameitem.learned import Learned
from jangteo.engines.sameitem.learned import read as read_file
from jangteo.engines.sameitem.learned import save as write
from jangteo.engines.sameitem.rules import Reason, contradictions, in_korean, same_barcode, unsaid

#: a line, its understood form, its fields, or goods ready made
Side = str | Understood | Mapping[str, object] | Goods

#: what rules say for certain is never said with odds of nothing
CERTAIN, IMPOSSIBLE = 0.999, 0.001
SHIPPED = Path(__file__).parent / "data" / "matcher.json"
_SEVERAL = Reason(
    field="several",
    ko="맞는 상품이 여럿이라 사람이 골라야 해요.",
    en="Several items fit; a person must choose.",
)
_FIELDS = (
    ("name", "이름", "name"), ("variety", "품종·맛", "variety"), ("brand", "상표", "brand"),
    ("origin", "원산지", "origin"), ("grade", "등급", "grade"), ("state", "상태", "state"),
    ("size", "크기", "size"),
)  # fmt: skip


class Judgement(NamedTuple):
    """What is said of a line and the item at ``index`` of the list.

    ``probability`` 0 to 1 of being the same item (calibrated where the model spoke), the verdict, and the reasons, the
    weightiest first. ``by``: "gtin", "rule" or "model".
    """

    index: int  # type: ignore[assignment]
    probability: float
    verdict: Verdict
    reasons: tuple[Reason, ...]
    by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Matcher:
    """A trained matcher of goods; `load` reads the one that ships, `training.train` makes another."""

    learned: Learned

    def judge(self, line: Side, items: Sequence[Side]) -> list[Judgement]:
        """One judgement an item, in the items' order. When more than one item fits, all that fit become unsure."""
        one = as_goods(line)
        others = [as_goods(item) for item in items]
        made: list[Judgement | None] = [self._certain(one, o, i) for i, o in enumerate(others)]
        open_places = [place for place, found in enumerate(made) if found is None]
        chances = self.probabilities([(one, others[place]) for place in open_places])
        for place, chance in zip(open_places, chances, strict=True):
            made[place] = self._learned(one, others[place], place, chance)
        judged = [found for found in made if found is not None]
        fitting = [j for j in judged if j.verdict is Verdict.SAME]
        if len(fitting) < 2 or any(j.by == "gtin" for j in fitting):
            return judged
        return [
            j._replace(verdict=Verdict.UNSURE, reasons=(_SEVERAL, *j.reasons))
            if j in fitting
            else j
            for j in judged
        ]

    def probabilities(self, pairs: Sequence[tuple[Goods, Goods]]) -> list[float]:
        """What the learned matcher alone says of pairs, 0 to 1."""
        return [float(chance) for chance in self.learned.chances(pairs)]

    def verdict_of(self, a: Goods, b: Goods, probability: float) -> Verdict:
        """The band's word for a pair that no rule decides; unsure at best where an amount is not said."""
        said = self.learned.verdict(probability)
        return Verdict.UNSURE if said is Verdict.SAME and unsaid(a, b) else said

    def _certain(self, a: Goods, b: Goods, index: int) -> Judgement | None:
        barcode = same_barcode(a, b)
        if barcode is not None:
            reason = _barcode(barcode)
            verdict = Verdict.SAME if barcode else Verdict.DIFFERENT
            chance = CERTAIN if barcode else IMPOSSIBLE
            return Judgement(index, chance, verdict, (reason,), "gtin")
        against = contradictions(a, b)
        if against:
            return Judgement(index, IMPOSSIBLE, Verdict.DIFFERENT, tuple(against), "rule")
        if alike(a, b) and not unsaid(a, b):
            return Judgement(index, CERTAIN, Verdict.SAME, tuple(_compared(a, b)), "rule")
        return None

    def _learned(self, a: Goods, b: Goods, index: int, chance: float) -> Judgement:
        reasons = (*unsaid(a, b), *_compared(a, b))
        return Judgement(index, chance, self.verdict_of(a, b, chance), reasons, "model")


def as_goods(side: Side) -> Goods:
    """Any form of a side as goods; a line of text is understood first."""
    if isinstance(side, Goods):
        return side
    if isinstance(side, str):
        side = understand(side)
    return goods_of(side) if isinstance(side, Understood) else goods_from(side)


@lru_cache(maxsize=1)
def load() -> Matcher:
    """The matcher that ships with the product; read once per process."""
    return Matcher(learned=read_file(SHIPPED))


def save(matcher: Matcher, folder: Path) -> None:
    """Write a trained matcher into ``folder``, which is made. `OSError` as usual."""
    write(matcher.learned, folder / SHIPPED.name)


def read(folder: Path) -> Matcher:
    """What `save` wrote. `UnreadableMatcher` when it is missing, not whole or of another version."""
    return Matcher(learned=read_file(folder / SHIPPED.name))


def judge(line: Side, items: Sequence[Side], matcher: Matcher | None = None) -> list[Judgement]:
    """`Matcher.judge` of ``matcher``, by default of the one that ships."""
    return (matcher or load()).judge(line, items)


def _barcode(same: bool) -> Reason:
    return Reason(
        field="gtin",
        ko="바코드가 같아요." if same else "바코드가 달라요.",
        en="The barcodes are equal." if same else "The barcodes differ.",
    )


def _compared(a: Goods, b: Goods) -> list[Reason]:
    """Differences first, then what only one side says, then what is equal: what a person would look at."""
    differ, one_sided, equal = list[Reason](), list[Reason](), list[Reason]()
    for field, ko, en in _FIELDS:
        x, y = getattr(a, field), getattr(b, field)
        shown = [in_korean(field, value) for value in (x, y)]
        if x and y and x != y:
            text = f"다르게 적힌 것: {ko} ({shown[0]} · {shown[1]})"
            differ.append(Reason(field=field, ko=text, en=f"Written otherwise: {en} ({x}, {y})"))
        elif x and y:
            text = f"같은 것: {ko} ({shown[0]})"
            equal.append(Reason(field=field, ko=text, en=f"Equal: {en} ({x})"))
        elif x or y:
            text = f"한쪽에만 있는 것: {ko} ({shown[0] or shown[1]})"
            one_sided.append(
                Reason(field=field, ko=text, en=f"Said by one side only: {en} ({x or y})")
            )
    return [*differ, *one_sided, *equal]
