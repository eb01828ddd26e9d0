"""Numbers of another market's goods, texts, lists and runs are nobody's in this one: every page says "not found"."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from jangteo.apps.catalog.actions.answer_list import answer_gone
from jangteo.apps.catalog.actions.draft_all_texts import draft_all_texts
from jangteo.apps.catalog.actions.draft_text import draft_text
from jangteo.apps.catalog.actions.read_price_list import read_price_list
from jangteo.apps.catalog.actions.say_prices import SaidChange, confirm_said
from jangteo.apps.catalog.errors import ImportNotFound, OfferNotFound
from jangteo.apps.catalog.models import Offer, PriceImportRow, TextRun, WrittenText
from jangteo.platform.tenancy import every_market
from tests.desk import Market
from tests.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def other() -> World:
    world = make_world("other-market")
    world.stall("other", name="남의 가게")
    world.offer("남의 대파", 1234, stall="other", picture="ab" * 16, description="")
    world.offer("남의 초안", 777, stall="other", state="draft")
    return world


def theirs(other: World) -> dict[str, int]:
    """Ids of another market, one of each kind."""
    keys: dict[str, Any] = {
        "actor": other.owner("other"), "market_id": other.market.pk,
        "stall_id": other.stalls["other"].pk, "now": NOON,
    }  # fmt: skip
    read = read_price_list(**keys, data="품명,가격\n남의 무,2000\n".encode(), file_name="a.csv")
    with every_market():
        row = PriceImportRow.objects.filter(price_import_id=read.import_id).first()
    assert row is not None
    run = draft_all_texts(**keys).run_id
    text = draft_text(**keys, kind="stall").text_id
    assert run
    assert text
    offer = other.offers["남의 대파"].pk
    return {"offer": offer, "list": read.import_id, "row": row.pk, "run": run, "text": text}


PAGES = (
    ("GET", "goods/{offer}/touch-up"), ("POST", "goods/{offer}/touch-up"), ("POST", "goods/{offer}/touch-up/undo"),
    ("GET", "goods/{offer}/label"), ("POST", "goods/{offer}/label"),
    ("GET", "texts/{text}"), ("GET", "texts/{text}/edit"), ("POST", "texts/{text}/edit"),
    ("POST", "texts/{text}/publish"), ("POST", "texts/{text}/withdraw"), ("POST", "texts/{text}/restore"),
    ("GET", "texts/run/{run}"), ("POST", "texts/run/{run}/stop"),
    ("GET", "list/{list}"), ("POST", "list/{list}/row/{row}"), ("POST", "list/{list}/row/{row}/item"),
    ("GET", "list/{list}/crop/{row}"), ("POST", "list/{list}/origin"), ("POST", "list/{list}/gone"),
    ("POST", "list/{list}/tax"), ("POST", "list/{list}/publish"), ("POST", "list/{list}/undo"),
)  # fmt: skip


def test_no_page_of_a_stall_takes_another_markets_number(
    market: Market, owner: Client, other: World
) -> None:
    ids = theirs(other)
    with every_market():
        before = [list(model.objects.values().order_by("pk")) for model in KEPT]
    for method, path in PAGES:
        where = market.path(rest=path.format(**ids))
        form = {"text": "내 글", "sure": "yes", "answer": "korean", "asked": str(ids["row"]), "all": "on",
                "origin": "국산", "name": "x", "price": "1000", "leave_out": ""}  # fmt: skip
        answer = owner.get(where) if method == "GET" else owner.post(where, form)
        told = answer.content.decode()
        if answer.status_code == 302:
            # sent back to a page of her own
            assert other.stalls["other"].slug not in answer.headers["Location"], path
            follow = owner.get(answer.headers["Location"])
            told = follow.content.decode()
            assert follow.status_code in (200, 404), path
        else:
            assert answer.status_code in (404, 422, 409), (path, answer.status_code)
        assert "남의" not in told, path
    with every_market():
        assert [list(model.objects.values().order_by("pk")) for model in KEPT] == before


KEPT = (Offer, WrittenText, TextRun, PriceImportRow)


def test_agreed_prices_and_gone_goods_are_the_stalls_own(market: Market, other: World) -> None:
    ids = theirs(other)
    keys: dict[str, Any] = {
        "actor": other.owner("other"), "market_id": other.market.pk, "stall_id": other.stalls["other"].pk, "now": NOON,
    }  # fmt: skip
    with every_market():
        mine = Offer.objects.exclude(market=other.market).first()
    assert mine is not None
    change = SaidChange(kind="price", offer_id=mine.pk, price_krw=2600)
    with pytest.raises(OfferNotFound):
        confirm_said(**keys, changes=[change], key="k")
    from_list = {**keys, "import_id": ids["list"]}
    with pytest.raises(ImportNotFound):
        answer_gone(**from_list, choices={mine.pk: "hide"})
