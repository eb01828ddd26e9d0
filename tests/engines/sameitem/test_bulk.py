"""Many lines against many items: the same answers block by block, from files into files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmarks.catalogue import scale_work
from benchmarks.catalogue.scale import run
from benchmarks.catalogue.scale_world import item, line, world
from jangteo.engines.sameitem import Goods, Verdict, as_goods, bulk, load
from jangteo.platform.compute import Way


def _decided(lines: list[Goods], items: list[Goods], round_: int = 0) -> list[bulk.Answer]:
    found, _ = bulk.decide(list(enumerate(lines)), list(enumerate(items, 100)), round_, load())
    return found


def test_goods_come_back_from_a_file_as_they_went(tmp_path: Path) -> None:
    goods = [
        as_goods("국산 깐마늘 1kg 특"), as_goods("신라면 5입"),
        Goods(name="사과", approximate=True, variable_measure=True, gtin="08801234567893"),
    ]  # fmt: skip
    bulk.write_goods(tmp_path / "goods.parquet", list(enumerate(goods)))
    assert bulk.read_goods(tmp_path / "goods.parquet") == list(enumerate(goods))


def test_equal_goods_are_found_without_the_model() -> None:
    goods = as_goods("국산 깐마늘 1kg 특")
    (found,) = _decided([goods], [goods, as_goods("국산 깐마늘 500g 특")])
    assert (found.item, found.verdict, found.by) == (100, Verdict.SAME, "exact")


def test_two_equal_items_are_no_certain_answer() -> None:
    goods = as_goods("국산 깐마늘 1kg 특")
    (found,) = _decided([goods], [goods, goods])
    assert found.verdict is Verdict.UNSURE


def test_an_equal_barcode_decides() -> None:
    coded = replace(as_goods("초코파이 39g 12개"), gtin="08801234567893")
    (found,) = _decided([replace(coded, name="파이", core="파이")], [coded])
    assert (found.item, found.by) == (100, "gtin")
    other = replace(coded, gtin="08801043014809")
    assert _decided([other], [coded])[0].verdict is Verdict.DIFFERENT


def test_a_contradiction_is_never_a_match() -> None:
    (found,) = _decided([as_goods("국산 깐마늘 1kg")], [as_goods("중국산 깐마늘 1kg")])
    assert (found.item, found.verdict) == (-1, Verdict.DIFFERENT)


def test_a_line_whose_amount_is_not_said_is_offered_its_item_in_the_second_round() -> None:
    line_, item_ = as_goods("청정원 순창 고추장"), as_goods("청정원 순창 고추장 3kg")
    assert _decided([line_], [item_])[0].verdict is Verdict.DIFFERENT
    (found,) = _decided([line_], [item_], 1)
    assert (found.item, found.verdict) == (100, Verdict.UNSURE)


def test_what_could_be_the_same_lands_in_one_part(tmp_path: Path) -> None:
    goods = [as_goods("국산 깐마늘 1kg"), as_goods("깐마늘 1키로 국내산"), as_goods("대파 1단")]
    bulk.write_goods(tmp_path / "lines.parquet", list(enumerate(goods)))
    assert bulk.scatter(tmp_path / "lines.parquet", tmp_path / "cut", 50, 0, item=False) == 3
    parts = [
        sorted(id_ for id_, _ in bulk.read_goods(path))
        for path in sorted((tmp_path / "cut").rglob("*.parquet"))
    ]
    assert sorted(parts) == [[0, 1], [2]]
    assert bulk.scatter(
        tmp_path / "lines.parquet", tmp_path / "one", 50, 0, item=False, only=frozenset({2})
    ) == 1  # fmt: skip


def test_the_worlds_truth_is_true() -> None:
    known = world(500)
    for number in range(500):
        kind, choices = known.identity(number)
        assert known.number_of(kind, choices) == number
    assert len({(g.name, g.variety, g.brand, g.net_g, g.pack_count, g.origin, g.grade, g.category) for g in (item(known, n) for n in range(500))}) == 500  # fmt: skip
    truths = [line(known, number)[1] for number in range(500)]
    assert 0.6 < sum(truth >= 0 for truth in truths) / 500 < 0.8
    assert line(known, 7) == line(known, 7)


def test_every_way_of_computing_gives_the_same_right_answers(tmp_path: Path) -> None:
    scale_work.make(str(tmp_path), 1500, 0)
    here = run(tmp_path, 1500, Way.HERE, 1)
    apart = run(tmp_path, 1500, Way.PROCESSES, 2)
    right = ("lines", "there", "precision", "recall", "unsure", "offered", "new_right", "exact_0", "pairs_0")  # fmt: skip
    assert {name: here[name] for name in right} == {name: apart[name] for name in right}
    assert here["precision"] > 0.95
    assert here["offered"] > 0.95
