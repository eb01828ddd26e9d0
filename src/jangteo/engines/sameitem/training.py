"""Training the matcher: from the groups that ship and a market's own answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jangteo.engines import pairing
from jangteo.engines.pairing import Settings
from jangteo.engines.sameitem.goods import SCHEMA, Goods, record_of
from jangteo.engines.sameitem.groups import LEARN, examples, labelled, read_groups
from jangteo.engines.sameitem.matcher import Matcher, Side, as_goods
from jangteo.engines.sameitem.rules import contradictions, same_barcode

SETTINGS = Settings(symmetric=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a person said of a line and an item: ``same`` or not."""

    line: Side
    item: Side
    same: bool


def train(answers: Iterable[Answer] = (), *, settings: Settings = SETTINGS) -> Matcher:
    """The base groups and ``answers`` learned together; the same input gives the same matcher.

    Pairs that rules decide are left out: the model never sees them at work. Takes about a minute of one core.
    """
    pairs, labels = labelled(examples(read_groups(LEARN)))
    for answer in answers:
        pairs.append((as_goods(answer.line), as_goods(answer.item)))
        labels.append(int(answer.same))
    return learn(pairs, labels, settings=settings)


def learn(
    pairs: Sequence[tuple[Goods, Goods]], labels: Sequence[int], *, settings: Settings = SETTINGS
) -> Matcher:
    """A matcher of pairs of goods with labels (1 the same item, 0 another). `BadPairs` when they are too few."""
    kept = [
        (place, (record_of(a), record_of(b)))
        for place, (a, b) in enumerate(pairs)
        if same_barcode(a, b) is None and not contradictions(a, b)
    ]
    learned = pairing.fit(
        [pair for _, pair in kept],
        [labels[place] for place, _ in kept],
        schema=SCHEMA,
        settings=settings,
    )
    return Matcher(learned=learned)
