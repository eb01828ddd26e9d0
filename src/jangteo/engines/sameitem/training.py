"""Training the matcher: from the groups that ship and a market's own answers.

`scripts/train_sameitem.py` writes the file that ships (``data/matcher.json``) again; the same groups give the same file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jangteo.engines.sameitem import learned
from jangteo.engines.sameitem.compare import alike
from jangteo.engines.sameitem.groups import LEARN, Example, examples, read_groups, strangers
from jangteo.engines.sameitem.matcher import Matcher, Side, as_goods
from jangteo.engines.sameitem.rules import contradictions, same_barcode

#: a person's answer weighs as much as so many pairs that ship: it is about this market's goods
ANSWER_WEIGHT = 3.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a person said of a line and an item: ``same`` or not."""

    line: Side
    item: Side
    same: bool


def train(answers: Iterable[Answer] = ()) -> Matcher:
    """The base groups and ``answers`` learned together; the same input gives the same matcher.

    Pairs that rules decide are left out: the model never sees them at work. Half a minute of one core.
    """
    base = base_examples()
    asked = []
    for answer in answers:
        line, item = as_goods(answer.line), as_goods(answer.item)
        # answers about one kind of goods hang together: they are held out together
        family = f"answers {item.category} {item.name}"
        asked.append(Example(left=line, right=item, same=answer.same, family=family))
    return learn(base, asked)


def learn(base: Iterable[Example], answers: Iterable[Example] = ()) -> Matcher:
    """A matcher of labelled pairs. `BadPairs` when they are of one label or of fewer than five families."""
    every = [(e, 1.0) for e in base] + [(e, ANSWER_WEIGHT) for e in answers]
    undecided = [(e, weight) for e, weight in every if _undecided(e)]
    kept = [(e, weight) for e, weight in undecided if not alike(e.left, e.right)]
    found = learned.fit(
        [(e.left, e.right) for e, _ in kept],
        [int(e.same) for e, _ in kept],
        [e.family for e, _ in kept],
        [weight for _, weight in kept],
        [int(e.same) for e, _ in undecided if alike(e.left, e.right)],
    )
    return Matcher(learned=found)


def base_examples() -> list[Example]:
    """Pairs within the families that ship, and of each writing its likest strangers."""
    groups = read_groups(LEARN)
    return [*examples(groups), *strangers(groups)]


def _undecided(example: Example) -> bool:
    a, b = example.left, example.right
    return same_barcode(a, b) is None and not contradictions(a, b)
