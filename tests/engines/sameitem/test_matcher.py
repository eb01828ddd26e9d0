"""The matcher that ships: what it says of lines, how it is kept, and how answers change it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from jangteo.engines.pairing import BadPairs
from jangteo.engines.sameitem import (
    Answer,
    Index,
    UnreadableMatcher,
    Verdict,
    as_goods,
    candidates,
    judge,
    load,
    read,
    save,
    train,
)
from jangteo.engines.sameitem.groups import LEARN, examples, read_groups
from jangteo.engines.sameitem.matcher import SHIPPED
from jangteo.engines.sameitem.training import learn

LOCKED = Path(__file__).parent / "groups" / "locked.jsonl"


def test_the_locked_groups_are_the_locked_ones() -> None:
    digest, name = (LOCKED.parent / "LOCK").read_text().split()
    assert name == LOCKED.name
    assert hashlib.sha256(LOCKED.read_bytes()).hexdigest() == digest


def test_nothing_is_learned_from_locked_groups() -> None:
    def letters(path: Path) -> set[str]:
        lines = (line for group in read_groups(path) for line in group.lines)
        return {"".join(c for c in line if c.isalnum()) for line in lines}

    assert not letters(LEARN) & letters(LOCKED)
    assert not {g.family for g in read_groups(LEARN)} & {g.family for g in read_groups(LOCKED)}
    own = Path(__file__).parents[1] / "matching" / "lines" / "test.jsonl"
    annotated = {
        "".join(c for c in json.loads(row)["line"] if c.isalnum())
        for row in own.read_text().splitlines()
    }
    assert not letters(LEARN) & annotated


def test_the_file_that_ships_was_made_from_the_groups_that_ship() -> None:
    made = json.loads(SHIPPED.read_text())
    assert made["source"] == hashlib.sha256(LEARN.read_bytes()).hexdigest()
    assert SHIPPED.stat().st_size < 2_000_000


def test_the_locked_groups_are_told_apart() -> None:
    found = examples(read_groups(LOCKED))
    judged = [load().judge(e.left, [e.right])[0] for e in found]
    truth = np.array([e.same for e in found])
    same = np.array([j.verdict is Verdict.SAME for j in judged])
    different = np.array([j.verdict is Verdict.DIFFERENT for j in judged])
    chances = np.array([j.probability for j in judged])
    assert truth[same].mean() >= 0.98
    assert (~truth)[different].mean() >= 0.99
    assert (~same & ~different).mean() <= 0.12
    assert ((chances - truth) ** 2).mean() <= 0.025


def test_a_line_finds_its_item_and_says_why() -> None:
    items = ["해찬들 고추장 3kg 4개", "청정원 순창 고추장 3kg", "청정원 순창 고추장 3kg 4개"]
    found = judge("청정원 순창고추장3KG*4EA 특가", items)
    assert [j.index for j in found] == [0, 1, 2]
    assert [j.verdict for j in found] == [Verdict.DIFFERENT, Verdict.DIFFERENT, Verdict.SAME]
    assert [j.by for j in found[:2]] == ["rule", "rule"]
    assert found[1].reasons[0].ko == "묶음 수가 달라요 (4 · 1)."
    assert found[2].probability > 0.9


def test_two_items_that_fit_are_left_to_a_person() -> None:
    found = judge("국산 깐마늘 1kg", ["국산 깐마늘 1kg", "깐마늘 국내산 1키로"])
    assert [j.verdict for j in found] == [Verdict.UNSURE, Verdict.UNSURE]
    assert {j.reasons[0].field for j in found} == {"several"}


def test_an_equal_barcode_beats_what_the_words_say() -> None:
    line = {"name": "초코파이", "net_g": 390, "gtin": "8801234567893"}
    item = {"name": "파이", "net_g": 420, "gtin": "08801234567893"}
    (found,) = judge(line, [item])
    assert (found.verdict, found.by) == (Verdict.SAME, "gtin")
    (found,) = judge(line, [{**line, "gtin": "8801043014809"}])
    assert (found.verdict, found.by) == (Verdict.DIFFERENT, "gtin")


def test_an_amount_that_is_not_said_is_never_called_the_same() -> None:
    (found,) = judge("청정원 순창 고추장", ["청정원 순창 고추장 3kg"])
    assert found.verdict is not Verdict.SAME
    assert found.reasons[0].field == "net"


def test_the_order_of_the_two_sides_does_not_matter() -> None:
    pairs = [("농심 신라면 120g 5입", "신라면 5봉"), ("대추방울토마토 2kg", "방울토마토 2kg")]
    for a, b in pairs:
        assert judge(a, [b])[0].probability == pytest.approx(judge(b, [a])[0].probability, abs=1e-9)


def test_nothing_to_compare_with_is_no_judgement() -> None:
    assert judge("사과 5kg", []) == []
    assert judge("", [""])[0].verdict is not Verdict.SAME


def test_the_likest_items_come_first() -> None:
    base = ["대파 1단", "깐마늘 500g", "통마늘 1kg", "국산깐마늘1키로", "양파 3kg"]
    found = candidates("깐마늘 1kg", base, 2)
    assert [c.right for c in found] == [3, 1]
    assert 0 < found[1].likeness <= found[0].likeness <= 1
    with pytest.raises(ValueError, match="at least 1"):
        candidates("깐마늘", base, 0)
    assert Index.of([]).nearest("깐마늘") == []


def test_an_item_with_the_lines_barcode_is_always_a_candidate() -> None:
    base = [as_goods({"name": "사과"}), as_goods({"name": "배", "gtin": "8801234567893"})]
    found = Index.of(base).nearest({"name": "사과", "gtin": "8801234567893"}, 1)
    assert [c.right for c in found] == [1]


def test_a_kept_matcher_answers_as_before(tmp_path: Path) -> None:
    save(load(), tmp_path)
    again = read(tmp_path)
    line, items = "방울토마토 2kg", ["대추방울토마토 2kg", "방울 토마토 2키로 9,900"]
    assert again.judge(line, items) == load().judge(line, items)
    (tmp_path / "matcher.json").write_text("{}")
    with pytest.raises(UnreadableMatcher):
        read(tmp_path)
    with pytest.raises(UnreadableMatcher):
        read(tmp_path / "nowhere")


@pytest.mark.slow
def test_answers_move_the_odds_and_training_repeats_itself() -> None:
    line, item = "촌두부 1모", "손두부 1모"
    before = judge(line, [item])[0].probability
    answers = [Answer(line=f"촌두부 1모 {n}00원", item=item, same=True) for n in range(5, 25)]
    one, two = train(answers), train(answers)
    assert one.judge(line, [item])[0].probability > before
    assert one.learned.data == two.learned.data
    assert one.judge(line, [item]) == two.judge(line, [item])


def test_too_few_answers_alone_teach_nothing() -> None:
    with pytest.raises(BadPairs):
        learn(examples(read_groups(LEARN)[:4]))
