"""How well the ranking answers the relevance set; the locked part is as it was when it was locked."""

from __future__ import annotations

import hashlib
from collections import Counter

from jangteo.engines.retrieval import Index
from jangteo.engines.retrieval.matchers import SIGNALS
from jangteo.engines.retrieval.ranker import learned
from tests.engines.retrieval.relevance.measure import HERE, by_kind, judged

#: NDCG at 10 below this is a step back
LEAST = {"tuning": 0.93, "locked": 0.92}


def test_what_was_locked_is_unchanged() -> None:
    for line in (HERE / "LOCK").read_text(encoding="utf-8").splitlines():
        digest, name = line.split()
        assert hashlib.sha256((HERE / name).read_bytes()).hexdigest() == digest, name


def test_the_set_is_as_large_as_it_says() -> None:
    tuning, locked = judged("tuning"), judged("locked")
    assert (len(tuning), len(locked)) == (340, 182)
    assert not {(q.kind, q.query) for q in tuning} & {(q.kind, q.query) for q in locked}
    kinds = Counter(q.kind for q in [*tuning, *locked])
    assert all(Counter(q.kind for q in locked)[kind] * 3 >= count for kind, count in kinds.items())


def test_ranking_holds_its_level(market: Index) -> None:
    assert learned()
    for part, least in LEAST.items():
        figures = by_kind(judged(part), lambda q: [r.id for r in market.search(q, 10).results])
        assert figures["all"] >= least, figures


def test_letters_in_progress_are_always_answered(market: Index) -> None:
    for query in [*judged("tuning"), *judged("locked")]:
        if query.kind in ("initial", "half", "keyboard", "keyboard-back"):
            found = [r.id for r in market.search(query.query, 10).results]
            assert any(query.grades.get(id_, 0) >= 2 for id_ in found), query.query


def test_signals_have_one_name_each() -> None:
    assert len(SIGNALS) == len(set(SIGNALS))
