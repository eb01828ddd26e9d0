"""Lines of a price list find their standard product, are asked about, or are new; every decision is in the log."""

from __future__ import annotations

import pytest

from jangteo.apps.catalog.actions.set_catalog_settings import set_catalog_settings
from jangteo.apps.catalog.capabilities.match_item import (
    MATCH_ITEM,
    CandidateFields,
    GoodsFields,
    MatchItemProposal,
    MatchItemRequest,
    Ranked,
    built_in_many,
)
from jangteo.apps.catalog.items import Matched, match_lines
from jangteo.apps.decisions.capability import ProposalRefused
from jangteo.apps.decisions.models import Decision
from jangteo.engines.matching import understand_many
from jangteo.platform.tenancy import market_scope
from tests.apps.catalog.items.goods import item
from tests.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def matched(world: World, *lines: str) -> list[Matched]:
    with market_scope(world.market.pk):
        return match_lines(
            world.market.pk, None, list(understand_many(lines)), world.office(), NOON,
            abouts=[f"row:{n}" for n in range(len(lines))],
        )  # fmt: skip


def threshold(world: World, bp: int) -> None:
    set_catalog_settings(
        actor=world.office(), market_id=world.market.pk, match_auto_bp=bp, units={},
        shares_items=True, now=NOON,
    )  # fmt: skip


def test_the_same_goods_written_otherwise_are_the_same_product(world: World) -> None:
    apple = item(None, "국산 사과(부사) 특 5kg")
    [found] = matched(world, "부사 사과 특 5키로 국내산 ★")
    assert found.item is not None
    assert (found.verdict, found.item.pk) == ("same", apple.pk)
    assert found.probability >= 0.97
    assert "품명·품종" in found.reason.ko
    with market_scope(world.market.pk):
        row = Decision.objects.get(pk=found.decision_id)
    assert (row.capability, row.mode, row.provider, row.about) == (
        "match-item", "auto", "built-in", "row:0",
    )  # fmt: skip


def test_another_amount_is_another_product(world: World) -> None:
    item(None, "국산 사과(부사) 특 5kg")
    [found] = matched(world, "국산 사과(부사) 특 10kg")
    assert (found.verdict, found.item) == ("new", None)


def test_nothing_like_it_is_new(world: World) -> None:
    [found] = matched(world, "고무장갑 1켤레")
    assert (found.verdict, found.item, found.candidates) == ("new", None, ())
    assert found.reason.ko == "비슷한 상품이 아직 없어요."


def test_an_amount_that_one_side_does_not_say_is_asked(world: World) -> None:
    item(None, "국산 사과(부사) 특 5kg")
    [found] = matched(world, "국산 사과(부사) 특")
    assert found.verdict == "unsure"
    assert [one.item.name for one in found.candidates] == ["사과"]
    assert "안 적혀 있어요" in found.reason.ko


def test_the_offices_threshold_decides_what_is_asked(world: World) -> None:
    item(None, "국산 사과(부사) 특 5kg")
    threshold(world, 10_001)
    [found] = matched(world, "국산 부사 사과 특 5kg")
    assert found.verdict == "unsure"
    with market_scope(world.market.pk):
        assert Decision.objects.get(pk=found.decision_id).mode == "proposed"
    threshold(world, 5000)
    assert matched(world, "국산 부사 사과 특 5kg")[0].verdict == "same"


def test_an_equal_barcode_is_the_same_whatever_the_words(world: World) -> None:
    paste = item(None, "순창고추장 3kg 8801234567893")
    [found] = matched(world, "고추장 8801234567893")
    assert found.item is not None
    assert (found.verdict, found.item.pk, found.reason.ko) == (
        "same", paste.pk, "바코드가 같아요.",
    )  # fmt: skip


def test_a_line_without_goods_is_asked_and_not_decided(world: World) -> None:
    [found] = matched(world, "★★★")
    assert (found.verdict, found.decision_id, found.item) == ("unsure", None, None)


def test_lines_that_say_the_same_share_a_decision(world: World) -> None:
    found = matched(world, "대파 1단 2,500원", "대파 1단 2,800원", "쪽파 1단")
    assert found[0].decision_id == found[1].decision_id != found[2].decision_id
    with market_scope(world.market.pk):
        assert Decision.objects.count() == 2


def request(**line: object) -> MatchItemRequest:
    apple = {"name": "사과", "variety": "부사", "net_g": 5000.0, "key": "k", **line}
    return MatchItemRequest(
        line=GoodsFields.model_validate(apple),
        candidates=[
            CandidateFields(id=1, name="사과", variety="부사", net_g=5000, key="k"),
            CandidateFields(id=2, name="사과", variety="부사", net_g=10_000, key="other"),
        ],
        auto_above_bp=9700,
    )


def test_the_simple_rule_links_equal_keys_and_asks_about_the_rest() -> None:
    assert MATCH_ITEM.baseline(request()).verdict == "same"
    assert MATCH_ITEM.baseline(request(key="")).verdict == "unsure"
    empty = request().model_copy(update={"candidates": []})
    assert MATCH_ITEM.baseline(empty) == MatchItemProposal(probability=0, verdict="new")


@pytest.mark.parametrize(
    ("proposal", "why"),
    [
        (MatchItemProposal(item_id=9, probability=1, verdict="same"), "unknown-id"),
        (MatchItemProposal(item_id=None, probability=1, verdict="same"), "no-item"),
        (MatchItemProposal(item_id=1, probability=0, verdict="new"), "item-with-new"),
        (MatchItemProposal(item_id=2, probability=1, verdict="same"), "contradicts"),
        (
            MatchItemProposal(
                item_id=1, probability=1, verdict="same",
                ranked=[Ranked(id=1, probability=1), Ranked(id=1, probability=1)],
            ),
            "doubled-id",
        ),
    ],
)  # fmt: skip
def test_a_proposal_that_cannot_be_is_refused(proposal: MatchItemProposal, why: str) -> None:
    with pytest.raises(ProposalRefused, match=why):
        MATCH_ITEM.check(request(), proposal)


def test_a_vendors_word_below_the_threshold_is_not_used_at_once() -> None:
    said = MatchItemProposal(item_id=1, probability=0.9, verdict="same")
    MATCH_ITEM.check(request(), said)
    assert not MATCH_ITEM.is_sure(request(), said)
    assert MATCH_ITEM.is_sure(request(), said.model_copy(update={"probability": 0.97}))


def test_no_field_of_a_request_says_whose_line_it_is() -> None:
    assert set(MatchItemRequest.model_fields) == {"line", "candidates", "auto_above_bp"}
    assert not {"stall", "stall_id", "market", "offer"} & set(GoodsFields.model_fields)


def test_many_at_once_say_what_one_at_a_time_says() -> None:
    requests = [request(), request(net_g=10_000.0), request(variety=None)]
    assert built_in_many(requests) == [MATCH_ITEM.built_in(one) for one in requests]
