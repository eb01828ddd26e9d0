"""The spread over stalls: what it promises holds for any goods."""

from __future__ import annotations

from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from jangteo.engines.recommendation.mix import Item, spread, stalls_in_turn


def _items(*rows: tuple[int, int, float]) -> list[Item]:
    return [Item(id=id_, stall_id=stall, score=score) for id_, stall, score in rows]


def test_a_big_stall_does_not_take_the_shelf() -> None:
    big = [(n, 1, 1.0 - n / 100) for n in range(10)]
    small = [(100 + n, 2 + n, 0.3) for n in range(4)]
    assert spread(_items(*big, *small), 6, 0) == [0, 1, 100, 101, 102, 103]


def test_every_fourth_place_is_for_a_stall_whose_turn_it_is() -> None:
    goods = _items((1, 1, 0.9), (2, 2, 0.8), (3, 3, 0.7), (4, 4, 0.6), (5, 5, 0.0), (6, 6, 0.0))
    assert [spread(goods, 4, turn) for turn in (4, 5)] == [[1, 2, 3, 5], [1, 2, 3, 6]]
    assert spread(goods, 4, 0) == [1, 2, 3, 4]


def test_too_few_places_keep_none_and_nothing_gives_nothing() -> None:
    assert stalls_in_turn([1, 2, 3], 3, 7) == []
    assert stalls_in_turn([], 12, 7) == []
    assert spread([], 12, 7) == []


goods = st.lists(
    st.tuples(st.integers(1, 15), st.floats(0, 2, allow_nan=False)), min_size=1, max_size=60
)


@given(goods, st.integers(1, 20), st.integers(0, 40_000))
def test_the_shelf_is_full_has_no_doubles_and_shows_the_stalls_of_the_day(
    rows: list[tuple[int, float]], limit: int, turn: int
) -> None:
    items = _items(*((n, stall, score) for n, (stall, score) in enumerate(rows)))
    made = spread(items, limit, turn)
    assert len(made) == len(set(made)) == min(limit, len(items))
    stalls = {items[id_].stall_id for id_ in made}
    assert set(stalls_in_turn([item.stall_id for item in items], limit, turn)) <= stalls


@given(goods, st.integers(4, 20), st.integers(0, 40_000))
def test_every_stall_is_in_front_within_the_promised_days(
    rows: list[tuple[int, float]], limit: int, turn: int
) -> None:
    items = _items(*((n, stall, score) for n, (stall, score) in enumerate(rows)))
    stalls = {item.stall_id for item in items}
    kept = min(limit // 4, len(stalls))
    days = ceil(len(stalls) / kept)
    seen: set[int] = set()
    for day in range(turn, turn + days):
        seen |= {items[id_].stall_id for id_ in spread(items, limit, day)}
    assert seen == stalls
