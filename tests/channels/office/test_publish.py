"""The office's page of files for other shops, price cards of the whole market, and SmartStore's numbers."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from pypdf import PdfReader

from jangteo.apps.catalog.models import CatalogSettings, Offer
from jangteo.platform.permissions import Role
from jangteo.platform.tenancy import every_market
from tests.apps.catalog.publishing.shelf import small_market
from tests.channels.office.busy import come_in
from tests.world import World, grant, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = small_market()
    world.stall("bean", name="콩새")
    world.offer("연두부", 1500, stall="bean", category="tofu", tax="taxed")
    world.offer(
        "순두부", 1500, stall="bean", category="tofu", tax="taxed", allergens="", state="draft"
    )
    return world


@pytest.fixture
def office(world: World) -> Client:
    who = person()
    grant(who, Role.OFFICE, world)
    return come_in(who)


def base(world: World) -> str:
    return f"/office/{world.market.slug}/publish"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_addresses_and_goods_that_wait(world: World, office: Client) -> None:
    page = text(office.get(f"{base(world)}/"))
    assert f"/m/{world.market.slug}/feeds/naver.tsv" in page
    assert "보이는 물건 5가지 가운데 4가지" in page
    assert "1가지가 답을 기다려요." in page
    with every_market():
        waiting = Offer.objects.get(name="순두부")
    assert f"/desk/{world.market.slug}/bean/goods/{waiting.pk}/label" in page
    assert "알레르기 유발물질" in page


def test_price_cards_of_the_market_and_of_one_stall(world: World, office: Client) -> None:
    every = office.get(f"{base(world)}/cards", {"size": "sign"})
    assert len(PdfReader(BytesIO(every.content)).pages) == 3
    one = office.get(f"{base(world)}/cards", {"size": "sign", "stall": "bean"})
    assert "연두부" in PdfReader(BytesIO(one.content)).pages[0].extract_text()
    none = office.get(f"{base(world)}/cards", {"size": "sign", "stall": "nobody"})
    assert none.status_code == 422
    assert "찍을 물건을 골라 주세요" in text(none)


def test_numbers_are_kept_and_fill_the_workbook(world: World, office: Client) -> None:
    answer = office.post(f"{base(world)}/", {"n-green-onion": " 50000123 ", "n-tofu": ""})
    assert answer.status_code == 302
    with every_market():
        kept = CatalogSettings.objects.get(market=world.market).channel_categories
    assert kept == {"smartstore": {"green-onion": "50000123"}}
    sheet = office.get(f"{base(world)}/smartstore.xlsx")
    rows = list(load_workbook(BytesIO(sheet.content))["products"].iter_rows(values_only=True))
    assert len(rows) == 6
    place = rows[0].index("leafCategoryId")
    assert [row[place] for row in rows[1:]] == ["50000123", None, None, None, None]


@pytest.mark.parametrize(
    ("field", "said"), [("n-green-onion", "숫자예요"), ("n-moon", "그런 분류가 없어요")]
)
def test_a_wrong_number_is_said_and_nothing_is_kept(
    world: World, office: Client, field: str, said: str
) -> None:
    answer = office.post(f"{base(world)}/", {"n-tofu": "1", field: "5000x"})
    assert answer.status_code == 422
    with every_market():
        assert not CatalogSettings.objects.filter(market=world.market).exists()
    if field == "n-green-onion":
        assert said in text(answer)
        assert 'value="5000x"' in text(answer)


def test_an_empty_market_says_so(office: Client, world: World) -> None:
    with every_market():
        Offer.objects.update(state="hidden")
    page = text(office.get(f"{base(world)}/"))
    assert "보이는 물건 0가지" in page
    assert "모든 물건이 법이 묻는 것을 다 적었어요." in page
