from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jangteo.engines.pairing import (
    BadPairs,
    Matcher,
    Pair,
    Settings,
    UnreadableMatcher,
    Verdict,
    fit,
    load,
    save,
    with_band,
)
from jangteo.engines.pairing.evaluate import scores
from tests.engines.pairing.lines import labelled, line

#: not one of these names was learned from
NEW_LINES = [
    ("쪽파 1단", "쪽파 한단", True),
    ("순창고추장 3kg", "순창고추장 3 킬로그램", True),
    ("순창고추장 3kg", "순창고추장 1kg", False),
    ("동태 두 마리", "동태 2마리", True),
    ("동태 2마리", "임연수 2마리", False),
    ("미나리 1단", "미나리 2단", False),
]


@pytest.mark.parametrize(("one", "other", "same"), NEW_LINES)
def test_stall_lines_it_never_saw_are_told_apart_by_goods_and_amount(
    stall_matcher: Matcher, one: str, other: str, same: bool
) -> None:
    (chance,) = stall_matcher.predict_proba([(line(one), line(other))])
    assert (chance >= stall_matcher.threshold) is np.bool_(same)


def test_the_same_line_is_likelier_than_any_other_amount_of_it(stall_matcher: Matcher) -> None:
    asked = line("대파 1단")
    chances = stall_matcher.predict_proba(
        [(asked, line(text)) for text in ("대파 한단", "대파 두 단", "대파 3kg", "쪽파 2단")]
    )
    assert chances[0] > max(chances[1:])


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.text(max_size=60), st.text(max_size=60)), min_size=1, max_size=3))
def test_any_two_texts_get_a_probability_and_sides_do_not_matter(
    stall_matcher: Matcher, texts: list[tuple[str, str]]
) -> None:
    pairs = [(line(a), line(b)) for a, b in texts]
    there = stall_matcher.predict_proba(pairs)
    back = stall_matcher.predict_proba([(b, a) for a, b in pairs])
    assert ((there >= 0) & (there <= 1)).all()
    assert np.allclose(there, back, atol=1e-12)


@pytest.mark.parametrize(
    "text", ["", " ", "\x00\x1f", "가" * 10_000, "1" * 10_000, "a b " * 2500, "🍎"]
)
def test_strange_text_is_answered_and_not_called_the_same_as_leeks(
    stall_matcher: Matcher, text: str
) -> None:
    (chance,) = stall_matcher.predict_proba([(line(text), line("대파 1단"))])
    assert 0 <= chance < stall_matcher.threshold


def test_records_without_the_attribute_and_with_others_are_read(stall_matcher: Matcher) -> None:
    (chance,) = stall_matcher.predict_proba([({}, {"colour": "red"})])
    assert 0 <= chance <= 1
    assert stall_matcher.predict_proba([]).tolist() == []
    assert stall_matcher.decide([]) == []


def test_the_band_leaves_open_what_lies_inside(stall_matcher: Matcher) -> None:
    narrowed = with_band(stall_matcher, 0.2, 0.8)
    assert [narrowed.verdict(p) for p in (0.0, 0.1999, 0.2, 0.7999, 0.8, 1.0)] == [
        Verdict.DIFFERENT, Verdict.DIFFERENT, Verdict.UNSURE, Verdict.UNSURE, Verdict.SAME, Verdict.SAME,
    ]  # fmt: skip
    with pytest.raises(ValueError, match="low"):
        with_band(stall_matcher, 0.8, 0.2)


def test_a_saved_matcher_answers_exactly_as_before(stall_matcher: Matcher, tmp_path: Path) -> None:
    pairs = [(line(a), line(b)) for a, b, _ in NEW_LINES]
    save(stall_matcher, tmp_path / "kept")
    again = load(tmp_path / "kept")
    assert again.predict_proba(pairs).tolist() == stall_matcher.predict_proba(pairs).tolist()
    assert (again.low, again.high, again.threshold) == (
        stall_matcher.low, stall_matcher.high, stall_matcher.threshold,
    )  # fmt: skip
    assert again.settings == stall_matcher.settings
    assert not [
        p for p in (tmp_path / "kept").iterdir() if p.suffix not in (".json", ".npz", ".txt")
    ]


def test_a_damaged_folder_is_refused(stall_matcher: Matcher, tmp_path: Path) -> None:
    with pytest.raises(UnreadableMatcher):
        load(tmp_path)
    save(stall_matcher, tmp_path)
    with pytest.raises(UnreadableMatcher):
        load(tmp_path, normaliser=str.strip)
    trees = tmp_path / "trees-00.txt"
    whole = trees.read_text()
    trees.write_text(whole[: len(whole) // 2])
    with pytest.raises(UnreadableMatcher):
        load(tmp_path)
    trees.write_text(whole)
    head = json.loads((tmp_path / "matcher.json").read_text())
    for changed in (
        head | {"format": 99},
        head | {"files": []},
        head | {"files": head["files"] | {"../matcher.json": "0"}},
        {key: value for key, value in head.items() if key != "cues"},
        [],
    ):
        (tmp_path / "matcher.json").write_text(json.dumps(changed))
        with pytest.raises(UnreadableMatcher):
            load(tmp_path)


def test_what_cannot_be_learned_from_is_refused() -> None:
    pairs, labels = labelled()
    with pytest.raises(BadPairs):
        fit(pairs, labels[:-1])
    with pytest.raises(BadPairs):
        fit(pairs, [0] * len(pairs))
    with pytest.raises(BadPairs):
        fit(pairs, [2 * label for label in labels])
    with pytest.raises(BadPairs):
        fit([], [])


_FRUIT = [
    "apple",
    "pear",
    "plum",
    "peach",
    "melon",
    "grape",
    "cherry",
    "lemon",
    "mango",
    "fig",
    "date",
    "kiwi",
    "lime",
    "quince",
    "olive",
    "guava",
]
_TOOLS = [
    "hammer",
    "saw",
    "drill",
    "chisel",
    "plane",
    "file",
    "rasp",
    "vice",
    "clamp",
    "level",
    "square",
    "wrench",
    "pliers",
    "spade",
    "hoe",
    "rake",
]


def _rivals(count: int, seed: int) -> tuple[list[Pair], list[int]]:
    """Of each thing two candidates: the one that shares more words is it, be it 3 of 5 against 2, or 4 against 3."""
    draw = random.Random(seed)
    pairs: list[Pair] = []
    labels: list[int] = []
    for _ in range(count):
        words = draw.sample(_FRUIT, 5)
        more = draw.choice((3, 4))
        for shared, label in ((more, 1), (more - 1, 0)):
            other = draw.sample(words, shared) + draw.sample(_TOOLS, 5 - shared)
            pairs.append((line(" ".join(words)), line(" ".join(other))))
            labels.append(label)
    return pairs, labels


def test_three_shared_words_are_a_match_only_where_no_rival_shares_four() -> None:
    pairs, labels = _rivals(150, 1)
    asked, truth = _rivals(40, 2)
    alone = fit(pairs, labels, among=asked)
    matcher = fit(pairs, labels, among=asked, settings=Settings(context=True, seed=3))
    again = fit(pairs, labels, among=asked, settings=Settings(context=True, seed=3))
    chances = matcher.predict_proba(asked, among=pairs)
    assert chances.tolist() == again.predict_proba(asked, among=pairs).tolist()
    assert scores(truth, chances >= matcher.threshold).f1 > 0.95
    assert scores(truth, alone.predict_proba(asked) >= alone.threshold).f1 < 0.85


def test_the_hook_is_used_in_learning_and_in_asking(tmp_path: Path) -> None:
    pairs, labels = labelled()

    def hook(text: str) -> str:
        return text.replace("실파", "쪽파")

    matcher = fit(pairs[:150], labels[:150], normaliser=hook)
    one, other = matcher.predict_proba(
        [(line("실파 1단"), line("쪽파 1단")), (line("쪽파 1단"), line("쪽파 1단"))]
    )
    assert one == other
    save(matcher, tmp_path)
    assert load(tmp_path, normaliser=hook).predict_proba(pairs[:3]).tolist() == (
        matcher.predict_proba(pairs[:3]).tolist()
    )


def test_a_likely_match_is_never_called_different_nor_an_unlikely_one_the_same(
    stall_matcher: Matcher,
) -> None:
    assert stall_matcher.low <= min(0.5, stall_matcher.threshold)
    assert stall_matcher.high >= max(0.5, stall_matcher.threshold)
    pairs, labels = labelled()
    careless = fit(pairs, labels, settings=Settings(precision_same=0.1, precision_different=0.1))
    assert careless.low <= 0.5 <= careless.high


def test_pairs_of_one_group_are_held_out_together() -> None:
    """A group that is learned and held out at once would make its own words look surer than they are."""
    pairs, truth = labelled()
    groups = [str(sorted({record["name"].split()[0] for record in pair})) for pair in pairs]
    apart = fit(pairs, truth, groups=groups)
    assert apart.offset != fit(pairs, truth).offset
    with pytest.raises(BadPairs):
        fit(pairs, truth, groups=groups[:-1])
    with pytest.raises(BadPairs):
        fit(pairs, truth, groups=["all"] * len(pairs))
