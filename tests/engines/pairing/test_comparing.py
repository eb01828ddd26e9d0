from __future__ import annotations

import math

import numpy as np
import pytest

from jangteo.engines.pairing import BadPairs, Pair, Schema, schema_of
from jangteo.engines.pairing.context import standing
from jangteo.engines.pairing.cues import cues_of
from jangteo.engines.pairing.features import Batch, features
from jangteo.engines.pairing.space import Space

SCHEMA = Schema(title="name", price="price", texts=("brand",))
CAMERA = {"name": "sony dsc-w120 camera 7.2 mp", "brand": "sony", "price": "199.0"}
SAME_CAMERA = {"name": "Sony Cyber-shot DSCW120 7.2MP", "brand": "", "price": "189"}
OTHER_CAMERA = {"name": "sony dsc-w130 camera 8.1 mp", "brand": "sony", "price": ""}
EMPTY = {"name": "", "brand": "", "price": ""}


def compare(*pairs: Pair) -> list[dict[str, float]]:
    space = Space.of([CAMERA, SAME_CAMERA, OTHER_CAMERA], SCHEMA)
    table, names = features(Batch.of(pairs, space), space)
    assert len(set(names)) == len(names)
    return [dict(zip(names, map(float, row), strict=True)) for row in table]


def test_a_record_beside_itself_is_alike_in_everything() -> None:
    (found,) = compare((CAMERA, CAMERA))
    for name in (
        "words.tfidf",
        "words.jaccard",
        "grams.idf2",
        "text_codes.jaccard",
        "soft.in_right",
    ):
        assert found[name] == pytest.approx(1.0, abs=1e-6)
    assert found["words.rarity_only_left"] == 0
    assert found["price.log_ratio"] == 0


def test_codes_written_differently_are_found_and_others_conflict() -> None:
    same, other = compare((CAMERA, SAME_CAMERA), (CAMERA, OTHER_CAMERA))
    assert same["code.best"] == 1.0
    assert same["title_codes.shared"] == 1
    assert other["title_codes.shared"] == 0
    assert other["title_codes.conflict"] == 1
    assert same["title_amounts.agree"] == 1
    assert other["title_amounts.differ"] == 1
    assert same["price.log_ratio"] == pytest.approx(math.log(199 / 189))
    assert math.isnan(other["price.log_ratio"])


def test_colours_contradict_each_other() -> None:
    pink, also_pink, red = ({"name": f"phone case {colour}"} for colour in ("pink", "분홍", "red"))
    same, other = compare((pink, also_pink), (pink, red))
    assert (same["text_colours.conflict"], other["text_colours.conflict"]) == (0, 1)


def test_nothing_can_be_said_of_empty_records_and_nothing_breaks() -> None:
    (found,) = compare((EMPTY, EMPTY))
    assert math.isnan(found["words.jaccard"])
    assert math.isnan(found["attribute.brand.same"])
    assert found["words.tfidf"] == 0


def test_no_pairs_give_no_rows_but_all_columns() -> None:
    space = Space.of([CAMERA, OTHER_CAMERA], SCHEMA)
    table, names = features(Batch.of([], space), space)
    assert table.shape == (0, len(names))


def test_words_never_seen_count_as_rare_as_can_be() -> None:
    (found,) = compare((CAMERA, {"name": "quux zyzzy"}))
    space = Space.of([CAMERA, SAME_CAMERA, OTHER_CAMERA], SCHEMA)
    assert found["words.top_only_right"] == pytest.approx(space.views["words"].unknown_idf)


def test_the_schema_is_read_off_the_records() -> None:
    assert schema_of([CAMERA, SAME_CAMERA]) == SCHEMA
    assert schema_of([{"상품명": "대파", "가격": "3,000원", "단위": "1단"}]) == Schema(
        title="상품명", price="가격", texts=("단위",)
    )
    assert Schema.from_json(SCHEMA.to_json()) == SCHEMA
    with pytest.raises(BadPairs):
        schema_of([])


def test_cues_say_who_says_what() -> None:
    space = Space.of([CAMERA], Schema(title="name"))
    a = space.read({"name": "i copy dvds 2 mac"})
    b = space.read({"name": "copydvds 2 upgrade"})
    assert set(cues_of(a, b)) == {
        "<i", "!i", "~copy", "~dvds", "=2", "<mac", "!mac", "~copydvds", ">upgrade", "!upgrade",
    }  # fmt: skip


def test_standing_is_the_lead_over_the_best_competitor() -> None:
    left, right = np.array([0, 0, 0, 1]), np.array([5, 6, 7, 5])
    table = np.array([[0.9], [0.4], [0.4], [0.7]], dtype=np.float32)
    columns, names = standing(left, right, table, ["words.tfidf"])
    found = dict(zip(names, columns.T, strict=True))
    assert found["standing.left.count"].tolist() == [3, 3, 3, 1]
    assert found["standing.left.words.tfidf.margin"][:3] == pytest.approx([0.5, -0.5, -0.5])
    assert math.isnan(found["standing.left.words.tfidf.margin"][3])
    assert found["standing.left.words.tfidf.rank"].tolist() == [0, 1, 1, 0]
    assert found["standing.right.words.tfidf.margin"][[0, 3]] == pytest.approx([0.2, -0.2])


def test_standing_counts_a_repeated_pair_once_and_knows_no_order() -> None:
    left, right = np.array([0, 0, 0]), np.array([5, 5, 6])
    table = np.array([[0.9], [0.9], [np.nan]], dtype=np.float32)
    columns, names = standing(left, right, table, ["words.tfidf"])
    found = dict(zip(names, columns.T, strict=True))
    assert found["standing.left.count"].tolist() == [2, 2, 2]
    assert np.isnan(found["standing.left.words.tfidf.margin"]).all()
    again, _ = standing(left[::-1], right[::-1], table[::-1], ["words.tfidf"])
    assert np.array_equal(again[::-1], columns, equal_nan=True)


def test_the_nearest_price_leads() -> None:
    table = np.array([[0.0], [0.7]], dtype=np.float32)
    columns, names = standing(np.array([0, 0]), np.array([1, 2]), table, ["price.apart"])
    place = names.index("standing.left.price.apart.margin")
    assert columns[:, place] == pytest.approx([0.7, -0.7])
