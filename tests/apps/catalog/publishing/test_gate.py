"""Nothing goes on sale without what the law asks, and nothing that was typed is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jangteo.apps.catalog.actions.add_offer import add_offer
from jangteo.apps.catalog.actions.answer_origin import answer_origin, take_back_origin
from jangteo.apps.catalog.actions.complete_label import complete_label
from jangteo.apps.catalog.actions.edit_offer import edit_offer
from jangteo.apps.catalog.actions.mark_on_sale import mark_on_sale
from jangteo.apps.catalog.actions.mark_sold_out import mark_sold_out
from jangteo.apps.catalog.actions.set_business import set_business
from jangteo.apps.catalog.drafts import OfferDraft, offer_draft
from jangteo.apps.catalog.errors import CategoryNotFound, LabelIncomplete, OfferNotFound
from jangteo.apps.catalog.models import Offer, StallDesk
from jangteo.apps.orders.actions.place_order import Wanted
from jangteo.platform.errors import InvalidInput, JangteoError
from jangteo.platform.tenancy import every_market
from tests.world import NOON, World, make_world, shopper

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = make_world()
    world.stall("a")
    world.stall("b")
    return world


def place(world: World, stall: str = "a") -> dict[str, Any]:
    return {
        "actor": world.owner(stall),
        "market_id": world.market.pk,
        "stall_id": world.stalls[stall].pk,
        "now": NOON,
    }


def saved(offer_id: int) -> Offer:
    with every_market():
        return Offer.objects.select_related("category").get(pk=offer_id)


def add(world: World, **fields: Any) -> int:
    draft = OfferDraft(tax=fields.pop("tax", "exempt"), **fields)
    return add_offer(**place(world), draft=draft, price_krw=3000).offer_id


def test_goods_without_an_origin_are_kept_as_a_draft_and_say_what_is_missing(world: World) -> None:
    added = add_offer(
        **place(world), draft=OfferDraft(name="대파", tax="exempt", unit="1단"), price_krw=3000
    )
    assert [one.field for one in added.missing] == ["origin"]
    offer = saved(added.offer_id)
    assert (offer.state, offer.name, offer.price_krw) == ("draft", "대파", 3000)
    with pytest.raises(LabelIncomplete) as caught:
        mark_on_sale(**place(world), offer_id=offer.pk)
    assert caught.value.message("ko") == (
        "대파는 아직 팔 수 없어요. 표시할 것이 남았어요: 원산지. 답하면 바로 팔 수 있어요."
    )
    assert saved(offer.pk).state == "draft"


def test_the_last_answer_puts_it_on_sale_when_the_owner_asked(world: World) -> None:
    offer_id = add(world, name="멸치볶음", tax="taxed", origin="국내산")
    done = complete_label(
        **place(world), offer_id=offer_id, fields={"allergens": "없음"}, sell=True
    )
    assert ([one.field for one in done.missing], done.state) == (["use_by_days"], "draft")
    waiting = complete_label(**place(world), offer_id=offer_id, fields={"use_by_days": "3"})
    assert (waiting.missing, waiting.state, waiting.is_now_on_sale) == ((), "draft", False)
    done = complete_label(**place(world), offer_id=offer_id, fields={}, sell=True)
    assert done.is_now_on_sale
    offer = saved(offer_id)
    assert (offer.state, offer.allergens, offer.use_by_days, offer.label) == (
        "on_sale",
        "없음",
        3,
        {},
    )


def test_a_category_is_an_answer_too(world: World) -> None:
    offer_id = add(world, name="뭉게뭉게 특선", origin="국내산")
    world.offer("대파", 1, stall="a", category="leafy")
    with pytest.raises(CategoryNotFound):
        complete_label(**place(world), offer_id=offer_id, fields={}, category_slug="nope")
    done = complete_label(
        **place(world), offer_id=offer_id, fields={}, category_slug="leafy", sell=True
    )
    assert done.is_now_on_sale


def test_numbers_are_cleaned_and_checked(world: World) -> None:
    offer_id = add(world, name="삼겹살", unit="1근 600g", net_g=600, origin="국내산")
    with pytest.raises(InvalidInput) as caught:
        complete_label(**place(world), offer_id=offer_id, fields={"trace_no": "1234"})
    assert caught.value.field == "trace_no"
    done = complete_label(
        **place(world), offer_id=offer_id, fields={"trace_no": "1234-5678 9012"}, sell=True
    )
    assert done.is_now_on_sale
    assert saved(offer_id).label == {"trace_no": "123456789012"}


@pytest.mark.parametrize("field", ["price_krw", "name", "stall", "tax_exempt", "variety"])
def test_only_fields_of_the_label_can_be_set(world: World, field: str) -> None:
    offer_id = add(world, name="대파")
    with pytest.raises(InvalidInput):
        complete_label(**place(world), offer_id=offer_id, fields={field: "1"})


def test_goods_on_sale_do_not_lose_what_they_need(world: World) -> None:
    offer_id = add(world, name="대파", origin="국내산")
    with pytest.raises(LabelIncomplete):
        complete_label(**place(world), offer_id=offer_id, fields={"origin": ""})
    with pytest.raises(LabelIncomplete):
        edit_offer(
            **place(world),
            offer_id=offer_id,
            draft=replace(offer_draft(saved(offer_id)), origin=""),
        )
    assert saved(offer_id).origin == "국내산"


def test_what_was_lacking_before_does_not_stop_other_changes(world: World) -> None:
    old = world.offer("쪽파", 2000, stall="a", origin="")
    edit_offer(
        **place(world), offer_id=old.pk, draft=replace(offer_draft(saved(old.pk)), name="햇쪽파")
    )
    assert (saved(old.pk).name, saved(old.pk).state) == ("햇쪽파", "on_sale")


def test_a_draft_is_not_sold_and_not_sold_out(world: World) -> None:
    offer_id = add(world, name="대파")
    mark_sold_out(**place(world), offer_id=offer_id)
    assert saved(offer_id).state == "draft"
    with pytest.raises(JangteoError):
        world.place(shopper(), Wanted(offer_id=offer_id, quantity=1), seen_total_krw=3000)


def test_one_answer_for_many_and_back(world: World) -> None:
    first, second = add(world, name="대파"), add(world, name="무")
    pork = add(world, name="삼겹살")
    told = add(world, name="바나나", origin="필리핀산")
    foreign = world.offer("배추", 1, stall="b", origin="")
    ids = [first, second, pork, told, foreign.pk]
    answered = answer_origin(**place(world), offer_ids=ids, origin=" 국산 ", sell=True)
    assert answered.changed == (first, second, pork)
    assert answered.put_on_sale == (first, second)
    assert [saved(i).origin for i in ids] == ["국산", "국산", "국산", "필리핀산", ""]
    assert [saved(i).state for i in ids[:3]] == ["on_sale", "on_sale", "draft"]
    edit_offer(
        **place(world), offer_id=second, draft=replace(offer_draft(saved(second)), origin="제주산")
    )
    assert take_back_origin(**place(world), answered=answered, origin="국산") == 2
    assert [saved(i).origin for i in ids] == ["", "제주산", "", "필리핀산", ""]
    assert [saved(i).state for i in ids[:3]] == ["draft", "on_sale", "draft"]
    with pytest.raises(InvalidInput):
        answer_origin(**place(world), offer_ids=[first], origin="  ")


def test_another_stalls_goods_are_not_found(world: World) -> None:
    offer_id = add(world, name="대파")
    with pytest.raises(OfferNotFound):
        complete_label(**place(world, "b"), offer_id=offer_id, fields={"origin": "국산"})


class TestBusiness:
    def test_details_are_kept_and_cleared(self, world: World) -> None:
        told = set_business(
            **place(world), fields={"trade_name": "푸른들 상회", "business_number": "2208162517"}
        )
        assert told == {"trade_name": "푸른들 상회", "business_number": "220-81-62517"}
        assert set_business(**place(world), fields={"trade_name": ""}) == {
            "business_number": "220-81-62517"
        }
        with every_market():
            assert StallDesk.objects.get().business == {"business_number": "220-81-62517"}

    @pytest.mark.parametrize("number", ["124-81-00998", "120-81-47521"])
    def test_published_numbers_pass(self, world: World, number: str) -> None:
        assert set_business(**place(world), fields={"business_number": number}) == {
            "business_number": number
        }

    @pytest.mark.parametrize(
        "number", ["220-81-62518", "123", "２２０８１６２５１７", "abcdefghij"]
    )
    def test_wrong_numbers_do_not(self, world: World, number: str) -> None:
        with pytest.raises(InvalidInput):
            set_business(**place(world), fields={"business_number": number})
