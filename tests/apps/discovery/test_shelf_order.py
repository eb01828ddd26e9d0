"""The capability by itself: what it proposes, what it refuses, and that every sentence it says is true."""

from __future__ import annotations

import pytest

from jangteo.apps.decisions.capability import ProposalRefused
from jangteo.apps.discovery.capabilities.shelf_order import (
    SHELF_ORDER,
    Candidate,
    Liked,
    ShelfProposal,
    ShelfRequest,
    baseline,
    built_in,
    check,
    code_of,
    explain,
    reason_of,
)


def _goods(**changes: dict[str, object]) -> list[Candidate]:
    rows: list[dict[str, object]] = [
        {"id": 1, "stall_id": 1, "name": "대파", "price_krw": 2500, "category": "vegetable"},
        {"id": 2, "stall_id": 1, "name": "무", "price_krw": 2000, "category": "vegetable"},
        {"id": 3, "stall_id": 2, "name": "두부", "price_krw": 1800, "category": "tofu"},
        {"id": 4, "stall_id": 3, "name": "김", "price_krw": 3000, "category": "dry"},
    ]
    return [Candidate.model_validate(row | changes.get(f"g{row['id']}", {})) for row in rows]


def _home(candidates: list[Candidate], **more: object) -> ShelfRequest:
    return ShelfRequest.model_validate(
        {"place": "home", "candidates": candidates, "limit": 3} | more
    )


def test_the_baseline_takes_one_of_each_stall_in_turn() -> None:
    assert baseline(_home(_goods())).ids == [1, 3, 4]
    assert baseline(_home(_goods(g3={"is_sold_out": True}))).ids == [1, 4, 2]


def test_what_is_wanted_fresh_or_hers_comes_first_and_says_why() -> None:
    goods = _goods(
        g2={"popularity": 40.0, "orders_week": 32}, g3={"arrived_today": True}, g4={"today_only": True}
    )  # fmt: skip
    made = built_in(_home(goods, limit=4))
    assert made.ids == [2, 4, 3, 1]
    assert made.reasons == {"2": "popular", "4": "today", "3": "fresh", "1": "turn"}
    said = [reason_of(made.reasons[str(id_)], goods[id_ - 1]).ko for id_ in made.ids]
    assert said == [
        "이번 주에 32번 팔렸어요", "오늘까지 파는 거예요", "오늘 아침에 들어왔어요",
        "오늘 앞자리 차례인 가게예요",
    ]  # fmt: skip


def test_what_she_bought_comes_first_and_names_it_with_the_right_particle() -> None:
    liked = [Liked(offer_id=3, category="tofu", times=4)]
    goods = _goods()
    made = built_in(_home(goods, liked=liked))
    assert (made.ids[0], made.reasons["3"]) == (3, "bought")
    assert reason_of("bought", goods[2]).ko == "지난번에 사신 두부예요"
    assert reason_of("bought", goods[3]).ko == "지난번에 사신 김이에요"


def test_a_stall_page_keeps_the_stalls_order_where_nothing_speaks_against_it() -> None:
    goods = _goods()[:2]
    request = ShelfRequest(place="stall", candidates=goods, limit=10)
    assert built_in(request).ids == [1, 2]
    assert explain(request, built_in(request)).ko == "가게가 정한 차례예요."


@pytest.mark.parametrize(
    ("ids", "reasons", "why"),
    [
        ([1, 3, 3], {}, "doubled-id"),
        ([1, 3, 99], {}, "unknown-id"),
        ([1, 2, 4], {}, "not-on-sale"),
        ([1, 3], {}, "too-few"),
        ([1, 3, 5, 6], {}, "too-many"),
        ([1, 3, 5], {"6": "spread"}, "reason-of-unknown-id"),
        ([1, 3, 5], {"1": "fresh"}, "untrue-reason"),
        ([1, 3, 5], {"1": "bought"}, "untrue-reason"),
        ([1, 3, 5], {"1": "popular"}, "untrue-reason"),
    ],
)
def test_a_proposal_that_cannot_be_used_is_refused(
    ids: list[int], reasons: dict[str, str], why: str
) -> None:
    goods = _goods(g2={"available": 0}, g4={"is_resting": True})
    goods += [
        Candidate(id=5, stall_id=4, price_krw=1), Candidate(id=6, stall_id=4, price_krw=1)
    ]  # fmt: skip
    with pytest.raises(ProposalRefused, match=f"^{why}$"):
        check(_home(goods), ShelfProposal.model_validate({"ids": ids, "reasons": reasons}))


def test_fewer_goods_than_places_fill_as_many_places_as_there_are_goods() -> None:
    goods = _goods()[:1]
    check(_home(goods), ShelfProposal(ids=[1]))
    assert built_in(_home(goods)).ids == [1]
    assert built_in(_home([])).ids == []
    assert explain(_home([]), built_in(_home([]))).ko == "지금 앞에 놓을 물건이 없어요."


def test_the_sentence_counts_this_very_shelf() -> None:
    goods = _goods(g2={"orders_week": 9, "popularity": 20.0}, g3={"arrived_today": True})
    request = _home(goods, limit=4)
    made = built_in(request)
    assert explain(request, made).ko == (
        "오늘 들어온 것 1가지, 이번 주에 많이 나간 것 1가지를 넣어 가게 3곳의 물건을 골고루 놓았어요."
    )
    assert explain(request, made).en == (
        "An even choice from 3 stalls, with 1 that came in today, 1 that sold well this week."
    )


def test_every_made_up_request_is_answered_by_both_and_every_reason_is_true() -> None:
    for request in SHELF_ORDER.examples():
        for proposal in (baseline(request), built_in(request)):
            check(request, proposal)
        known = {str(c.id): c for c in request.candidates}
        made = built_in(request)
        assert all(code_of(request, known[key]) == code for key, code in made.reasons.items())
