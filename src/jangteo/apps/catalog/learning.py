"""What the matcher learns from people's answers: read out, exported, learned, compared with what is in use.

Raw lines stay in the markets' own rows; the export holds fields of goods only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from jangteo.apps.catalog.answers import TAKEN_BACK
from jangteo.apps.catalog.items.keys import goods_of_fields
from jangteo.apps.catalog.models import CatalogSettings, MatchAnswer
from jangteo.engines.sameitem import Goods, Matcher, as_goods, contradictions, same_barcode
from jangteo.engines.sameitem.groups import Example
from jangteo.engines.sameitem.training import base_examples, learn
from jangteo.platform.tenancy import every_market

EXPORT_VERSION = 1
#: answers of persons; what the threshold used at once teaches nothing that the matcher did not know
HUMAN = ("accepted", "rejected", "chosen", "merge", "split")
#: one answer in so many is held out, always the same ones
HELD_OUT = 5
#: fewer teach nothing that could be checked
LEAST_ANSWERS = 50
#: F1 on the pairs that ship may be lower by this much: chance on some hundred pairs
SHIPPED_SLACK = 0.005


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One answer without market, stall, person or raw line. ``digest``: SHA-256 of line, item and answer."""

    digest: str
    line: Mapping[str, Any]
    item: Mapping[str, Any]
    same: bool
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Taught:
    """An answer together with the goods as the matcher compares them."""

    answer: Answer
    line: Goods
    item: Goods

    @property
    def is_held_out(self) -> bool:
        return int(self.answer.digest[:8], 16) % HELD_OUT == 0

    def example(self) -> Example:
        """The form the engine learns from; answers about one kind of goods are one family."""
        family = f"answers {self.item.category} {self.item.name}"
        return Example(left=self.line, right=self.item, same=self.answer.same, family=family)


@dataclass(frozen=True, kw_only=True, slots=True)
class Quality:
    """Figures of one matcher on labelled pairs that no rule decides; 0 to 1. ``unsure``: share it would ask about."""

    pairs: int
    f1: float
    precision: float
    recall: float
    unsure: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Learned:
    """A new matcher beside the one in use. ``worse``: why it must not be used; "" when it may."""

    matcher: Matcher
    answers: int
    answers_sha256: str
    metrics: dict[str, Any]
    worse: str


def taught() -> list[Taught]:
    """Every person's last word on a line and an item, of markets whose office shares, sorted by digest.

    Answers that were taken back are left out, and pairs on which people disagree in equal numbers.
    """
    with every_market():
        closed = set(
            CatalogSettings.objects.filter(shares_items=False).values_list("market_id", flat=True)
        )
        last: dict[tuple[int, int, int], MatchAnswer] = {}
        for row in MatchAnswer.objects.order_by("at", "pk").iterator(chunk_size=2000):
            if row.market_id in closed or row.source not in (*HUMAN, TAKEN_BACK):
                continue
            # a merge or a split is about no offer and stands for itself
            last[(row.market_id, row.offer_id or -row.pk, row.item_id)] = row
    rows = [row for row in last.values() if row.source != TAKEN_BACK]
    return _agreed([_taught(row) for row in rows])


def _taught(row: MatchAnswer) -> Taught:
    line, item = _plain(row.line_fields), _plain(row.item_fields)
    body = json.dumps([line, item, row.is_same], ensure_ascii=False, sort_keys=True)
    answer = Answer(
        digest=hashlib.sha256(body.encode()).hexdigest(),
        line=line,
        item=item,
        same=row.is_same,
        source=row.source,
    )
    from_fields = row.source in ("merge", "split")
    return Taught(
        answer=answer,
        line=_goods(row.line_fields) if from_fields else as_goods(row.line),
        item=_goods(row.item_fields),
    )


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields without the words of a line."""
    return {key: fields[key] for key in sorted(fields) if key != "text" and fields[key] != ""}


def _goods(fields: Mapping[str, Any]) -> Goods:
    slug, text = str(fields.get("category_slug") or ""), str(fields.get("text") or "")
    return goods_of_fields(fields, slug, text=text)


def _agreed(found: Iterable[Taught]) -> list[Taught]:
    votes: dict[str, list[Taught]] = {}
    for one in found:
        pair = json.dumps([one.answer.line, one.answer.item], ensure_ascii=False, sort_keys=True)
        votes.setdefault(pair, []).append(one)
    kept = []
    for said in votes.values():
        yes = [one for one in said if one.answer.same]
        no = [one for one in said if not one.answer.same]
        if len(yes) != len(no):
            kept.append((yes if len(yes) > len(no) else no)[0])
    return sorted(kept, key=lambda one: one.answer.digest)


def digest_of_answers(found: Sequence[Taught]) -> str:
    """SHA-256 over the digests of all answers."""
    return hashlib.sha256("\n".join(one.answer.digest for one in found).encode()).hexdigest()


def export_lines(found: Sequence[Taught]) -> Iterable[str]:
    """JSON Lines: a head with version, count and digest, then one answer a line. The same answers give the same bytes."""
    head = {
        "kind": "jangteo-match-answers",
        "version": EXPORT_VERSION,
        "answers": len(found),
        "sha256": digest_of_answers(found),
    }
    yield _json(head)
    for one in found:
        yield _json(asdict(one.answer))


def learn_from(found: Sequence[Taught], in_use: Matcher) -> Learned:
    """Learn, and compare on what was held out: some of the answers, and some families of the pairs that ship.

    On held-out answers the new matcher stands beside ``in_use``; on held-out families that ship, a matcher that learned
    the answers stands beside one that did not. The matcher returned learned all families and the answers not held out.
    Takes some minutes of one core.
    """
    held = [one for one in found if one.is_held_out]
    learned = [one.example() for one in found if not one.is_held_out]
    base = base_examples()
    families = sorted({one.family for one in base})[::HELD_OUT]
    inside = [one for one in base if one.family not in families]
    outside = [one for one in base if one.family in families]
    matcher = learn(base, learned)
    answers_new = quality(matcher, [one.example() for one in held])
    answers_now = quality(in_use, [one.example() for one in held])
    shipped_new = quality(learn(inside, learned), outside)
    shipped_now = quality(learn(inside), outside)
    worse = ""
    if answers_new.f1 < answers_now.f1:
        worse = f"answers: F1 {answers_new.f1:.3f} < {answers_now.f1:.3f}"
    elif shipped_new.f1 < shipped_now.f1 - SHIPPED_SLACK:
        worse = f"shipped pairs: F1 {shipped_new.f1:.3f} < {shipped_now.f1:.3f}"
    return Learned(
        matcher=matcher,
        answers=len(found),
        answers_sha256=digest_of_answers(found),
        metrics={
            "held_out": len(held),
            "answers": {"new": asdict(answers_new), "before": asdict(answers_now)},
            "shipped": {"new": asdict(shipped_new), "before": asdict(shipped_now)},
        },
        worse=worse,
    )


def quality(matcher: Matcher, examples: Sequence[Example]) -> Quality:
    """Figures of ``matcher`` on those examples that no rule decides."""
    asked = [
        one
        for one in examples
        if same_barcode(one.left, one.right) is None and not contradictions(one.left, one.right)
    ]
    chances = matcher.probabilities([(one.left, one.right) for one in asked])
    said = [chance >= matcher.learned.threshold for chance in chances]
    right = sum(yes and one.same for yes, one in zip(said, asked, strict=True))
    positive, true = sum(said), sum(one.same for one in asked)
    unsure = sum(matcher.learned.low <= chance < matcher.learned.high for chance in chances)
    precision = right / positive if positive else float(true == 0)
    recall = right / true if true else 1.0
    total = precision + recall
    return Quality(
        pairs=len(asked),
        f1=2 * precision * recall / total if total else 0.0,
        precision=precision,
        recall=recall,
        unsure=unsure / len(asked) if asked else 0.0,
    )


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
