"""The index: what is in it, what comes out, and that nothing typed breaks it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from jangteo.engines.retrieval import (
    Document,
    Filters,
    Index,
    Sort,
    document_keys,
    explain,
    query_keys,
    rank_documents,
    understand_query,
)
from jangteo.engines.retrieval.hangul import letters

BELLY = Document(id=1, name="삼겹살", unit="100g", price_krw=2900, per_100_krw=2900, origin="국내산 강원", stall="둥근달", stall_id=7, category=("돼지고기",), storage="chilled")  # fmt: skip
NECK = Document(
    id=2, name="목살", price_krw=2700, category=("돼지고기",), stall="둥근달", stall_id=7
)
APPLE = Document(id=3, name="사과", price_krw=9900, category=("과일",), takes_voucher=True)
RADISH = Document(id=4, name="무", price_krw=2200, category=("뿌리채소",))
FIG = Document(id=5, name="무화과", price_krw=12000, category=("과일",), available=False)
ALL = (BELLY, NECK, APPLE, RADISH, FIG)

NASTY = [
    "",
    "   ",
    "\x00\x01\x02",
    "a" * 10_000,
    "가" * 10_000,
    "ㄱ" * 10_000,
    "삼겹살 " * 2_000,
    "'; DROP TABLE offers; --",
    "<script>alert(1)</script>",
    "%' OR 1=1 --",
    "🥬🍎🐟",
    "삼겹살\u200b\u202e",
    "ＳＡＭ겹ㅅal 三겹살",
    "ㅏㅏㅏ",
    "\ud83d",
    "(((((",
    "99999999999999999999만원 이하",
    "0원 이하 0kg",
    "십만원~원",
    "ᄉ삼ᇀ",
    "\n\t\r",
]


def ids(index: Index, query: str) -> list[int]:
    """What matches, without what is merely related and shown behind it."""
    found = index.search(query)
    return [result.id for result in found.results[: found.total]]


class Vowels:
    """An encoder that counts vowels: two names with the same ones mean the same to it."""

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        rows = np.array([[letters(t).count(v) + 0.01 for v in "ㅏㅓㅗㅜㅣ"] for t in texts])
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def test_meaning_helps_where_nothing_matches_and_never_makes_a_match() -> None:
    plain, meant = Index.build(ALL), Index.build(ALL, encoder=Vowels())
    assert plain.search("빠나").nearest == ()
    found = meant.search("빠나")
    assert found.total == 0
    assert found.nearest
    assert all(r.signals["meaning"] > 0 for r in found.nearest)
    meant.update([Document(id=9, name="파파야", category=("과일",))])
    assert meant.learn_meanings() == 1
    assert 9 in [r.id for r in meant.search("빠나").nearest]
    meant.remove([9])
    assert 9 not in [r.id for r in meant.search("빠나").nearest]
    assert ids(meant, "삼겹살") == ids(plain, "삼겹살")


@pytest.mark.parametrize("query", NASTY)
def test_nasty_text_is_answered(query: str) -> None:
    index = Index.build(ALL)
    found = index.search(query)
    assert {r.id for r in found.results} <= {d.id for d in ALL}
    index.suggest(query)
    query_keys(found.meaning)
    understand_query(query)


def test_a_long_query_is_cut_and_says_so() -> None:
    found = Index.build(ALL).search("삼겹살 " * 2_500)
    assert found.meaning.notes == (
        (
            "검색어가 길어서 앞 120자만 읽었어요.",
            "The query is long: the first 120 characters were read.",
        ),
    )


def test_decomposed_and_wide_letters_are_folded() -> None:
    index = Index.build(ALL)
    assert ids(index, "\u1109\u1161\u11b7\u1100\u1167\u11b8\u1109\u1161\u11af")[0] == 1
    assert ids(index, "삼\u200b겹살\x00")[0] == 1


def test_a_fig_is_no_radish() -> None:
    assert ids(Index.build(ALL), "무") == [4]
    assert ids(Index.build(ALL), "무화과") == [5]


def test_an_update_is_seen_at_once() -> None:
    index = Index.build(ALL)
    index.update([Document(id=3, name="배", price_krw=8000, category=("과일",))])
    assert ids(index, "사과") == []
    assert ids(index, "배") == [3]
    assert len(index) == len(ALL)


def test_a_new_price_is_seen_at_once() -> None:
    index = Index.build(ALL)
    assert ids(index, "3000원 이하 삼겹살")[0] == 1
    index.update([Document(id=1, name="삼겹살", price_krw=3100, category=("돼지고기",))])
    assert 1 not in ids(index, "3000원 이하 삼겹살")


def test_removing_removes() -> None:
    index = Index.build(ALL)
    index.remove([1, 1, 99])
    assert 1 not in index
    assert 1 not in ids(index, "삼겹살")
    assert "삼겹살" not in [s.text for s in index.suggest("삼")]
    index.remove(d.id for d in ALL)
    assert len(index) == 0
    assert ids(index, "사과") == []
    assert not index._store.words
    assert not index._store.starts
    assert not index._store.surfaces


def test_the_last_of_two_with_one_id_stays() -> None:
    index = Index.build([BELLY, Document(id=1, name="고등어")])
    assert len(index) == 1
    assert ids(index, "고등어") == [1]


def test_filters_all_hold() -> None:
    index = Index.build(ALL)
    assert [
        r.id for r in index.search("목살", filters=Filters(stall_ids=frozenset([8]))).results
    ] == []
    held = Filters(origins=frozenset(["강원"]), storages=frozenset(["chilled"]), max_krw=3000)
    assert [r.id for r in index.search("삼겹살", filters=held).results] == [1]
    assert index.search("사과", filters=Filters(takes_voucher=False)).total == 0
    assert index.search("무화과", filters=Filters(available=True)).total == 0


def test_what_cannot_be_ordered_comes_last() -> None:
    sold_out = Document(id=6, name="삼겹살", category=("돼지고기",), available=False)
    index = Index.build([sold_out, Document(id=7, name="대패삼겹살", category=("돼지고기",))])
    assert ids(index, "삼겹살") == [7, 6]


def test_an_unknown_price_is_in_no_range_and_last_by_price() -> None:
    free = Document(id=8, name="삼겹살", category=("돼지고기",))
    index = Index.build([free, BELLY])
    assert 8 not in ids(index, "삼겹살 5만원 이하")
    by_price = index.search("삼겹살", sort=Sort.PRICE).results
    assert [r.id for r in by_price] == [1, 8]


def test_facets_count_matches() -> None:
    found = Index.build(ALL).search("삼겹살")
    facets = {facet.name: dict(facet.values) for facet in found.facets}
    assert facets["price"]["0-5000"] == found.total
    assert facets["stall"]["둥근달"] == found.total


def test_pages_do_not_overlap(market: Index) -> None:
    first = [r.id for r in market.search("사과", 5).results]
    second = [r.id for r in market.search("사과", 5, offset=5).results]
    assert len({*first, *second}) == 10
    assert [r.id for r in market.search("사과", 10).results] == first + second


def test_the_same_query_gives_the_same_answer(
    documents: dict[int, Document], market: Index
) -> None:
    again = Index.build(documents.values())
    for query in ("삼겹살", "과일선물", "ㄱㄷㅇ", "samgyupsal", "국산 콩나물"):
        assert again.search(query).results == market.search(query).results


def test_keys_of_query_and_document_meet(documents: dict[int, Document]) -> None:
    pairs = [
        ("삼겹살", "삼겹살"),
        ("계란", "달걀"),
        ("ㅅㄱㅅ", "삼겹살"),
        ("삼ㄱ", "삼겹살"),
        ("과일", "사과"),
    ]
    index = Index.build(documents.values())
    for query, name in pairs:
        asked = query_keys(index.understand(query))
        document = next(d for d in documents.values() if d.name == name)
        held = document_keys(document)
        begins = [
            any(word.startswith(start) for word in words)
            for starts, words in (
                (asked.starts, held.starts),
                (asked.initials, held.initials),
                (asked.sounds, held.sounds),
            )
            for start in starts
        ]
        assert set(asked.words) & set(held.words) or any(begins), query


def test_candidates_of_a_database_are_ranked_alike(documents: dict[int, Document]) -> None:
    found = rank_documents("삼겹살", [d for d in documents.values() if "살" in d.name], 3)
    assert [documents[r.id].name for r in found.results] == ["삼겹살"] * 3


TEXT = st.one_of(
    st.text(max_size=30),
    st.text("ㄱㄴㄷㅅㅏㅓ삼겹살고등어 12만원이하kgABab🍎", max_size=20),
    st.sampled_from(["삼겹살", "사과 무", "목살 ㅅ"]),
)


@settings(max_examples=150, deadline=None)
@given(TEXT)
def test_search_never_raises_and_finds_only_what_is_there(query: str) -> None:
    index = _shared()
    found = index.search(query)
    for result in (*found.results, *found.nearest):
        assert result.id in index
        assert 0.0 <= result.score <= 1.0
        assert all(0.0 <= value <= 1.0 for value in result.signals.values())
        assert explain(result, index.document(result.id), found.meaning)
    assert len({r.id for r in found.results}) == len(found.results)
    assert all(s.text for s in index.suggest(query))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from(["삼겹살", "사과", "무", "고등어 1kg", "🍎"])),
        max_size=12,
    )
)
def test_any_sequence_of_updates_ends_as_a_fresh_build(steps: list[tuple[int, str]]) -> None:
    index = Index.build([], morphology=False)
    kept: dict[int, Document] = {}
    for id_, name in steps:
        if kept.get(id_) is not None and kept[id_].name == name:
            index.remove([id_])
            del kept[id_]
        else:
            kept[id_] = Document(id=id_, name=name, category=("과일",))
            index.update([kept[id_]])
    fresh = Index.build(kept.values(), morphology=False)
    for query in ("삼겹살", "사과", "ㅅㄱ", "무"):
        assert index.search(query).results == fresh.search(query).results


def _shared(held: list[Index] = []) -> Index:  # noqa: B006 - built once for every example
    if not held:
        held.append(Index.build(ALL))
    return held[0]
