"""Business details: the check digit, the forms people write them in, and what erasing leaves."""

from __future__ import annotations

import pytest

from jangteo.apps.catalog.actions.draft_text import draft_text
from jangteo.apps.catalog.actions.edit_text import edit_text
from jangteo.apps.catalog.actions.set_business import set_business
from jangteo.apps.catalog.business import business_number, business_of, is_business_number
from jangteo.apps.catalog.models import TextRun, WrittenText
from jangteo.apps.catalog.personal_data import CatalogHolder
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor
from jangteo.platform.personal_data import Whose
from jangteo.platform.tenancy import every_market, market_scope
from tests.world import NOON, make_world, person

PUBLISHED = ("220-81-62517", "124-81-00998", "120-81-47521")


@pytest.mark.parametrize("number", PUBLISHED)
def test_published_numbers_of_large_companies_are_right(number: str) -> None:
    assert business_number(number.replace("-", "")) == number
    assert business_number(f" {number[:3]} {number[4:]} ") == number


@pytest.mark.parametrize("number", PUBLISHED)
def test_every_single_wrong_last_digit_is_found(number: str) -> None:
    digits = number.replace("-", "")
    wrong = [digits[:9] + c for c in "0123456789" if c != digits[9]]
    assert not any(is_business_number(one) for one in wrong)


@pytest.mark.parametrize("text", ["1", "12345678901", "22O-81-62517", "２２０-81-62517", "가나다"])
def test_what_is_no_number_says_how_it_looks(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        business_number(text)
    assert refused.value.field == "business_number"


@pytest.mark.django_db
def test_erasing_an_owner_takes_details_names_and_waiting_reviews() -> None:
    world = make_world()
    stall = world.stall("vegetable")
    who = person(name="박순자", phone="+821055556666")
    place = {"market_id": world.market.pk, "stall_id": stall.pk, "now": NOON}
    system = Actor.system()
    set_business(actor=system, **place, fields={"representative": "박순자"})
    drafted = draft_text(actor=system, **place, kind="stall")
    edited = edit_text(
        actor=system, **place, text_id=drafted.text_id or 0, text="박순자가 여는 가게예요."
    )
    with every_market():
        WrittenText.objects.filter(pk=edited.text_id).update(by_id=who.pk)
        run = TextRun.objects.create(
            market=world.market,
            stall=stall,
            kind="review",
            key="k",
            left=[{"review": "sealed"}],
            total=1,
            by_id=who.pk,
            at=NOON,
        )
        whose = Whose(
            person_id=who.pk,
            phone="+821055556666",
            name="박순자",
            stall_ids=frozenset({stall.pk}),
        )
        CatalogHolder().erase(whose, NOON)
        run.refresh_from_db()
        assert run.left == []
        assert "박순자" not in WrittenText.objects.get(pk=edited.text_id).text
    with market_scope(world.market.pk):
        assert business_of(world.market.pk, stall.pk) == {}
