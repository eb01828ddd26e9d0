"""Product files and barcodes over HTTP: open to all, cached, and only what may be shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from jangteo.apps.catalog.models import Item, Offer
from jangteo.channels.shop.views.feeds import MOST_CHANGES
from jangteo.platform.config import config
from jangteo.platform.tenancy import every_market
from tests.apps.catalog.publishing.shelf import GTIN, NASTY, small_market
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(config(), "var_dir", tmp_path)


@pytest.fixture
def world() -> World:
    return small_market()


def body(answer: Any) -> str:
    return b"".join(answer).decode()


def test_files_are_streamed_with_a_tag_and_not_sent_twice(world: World, client: Client) -> None:
    for name, media in (("naver.tsv", "text/tab-separated-values"), ("google.xml", "application/xml"),
                        ("naver-changes.tsv", "text/tab-separated-values")):  # fmt: skip
        path = f"/m/{world.market.slug}/feeds/{name}"
        first = client.get(path)
        assert first["Content-Type"] == f"{media}; charset=utf-8"
        assert first["Cache-Control"] == "public, max-age=300"
        assert "대파" in body(first)
        again = client.get(path, headers={"If-None-Match": f'W/"x", {first["ETag"]}'})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        with every_market():
            Offer.objects.get(name="대파").save()
        assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200
        assert client.head(path).status_code == 200
        assert client.post(path).status_code == 405


@pytest.mark.parametrize(
    "since", ["yesterday", "2020-01-01T00:00:00Z", "2026-11-22", "2026-13-45T00:00:00Z"]
)
def test_a_moment_that_is_none_is_refused(world: World, client: Client, since: str) -> None:
    answer = client.get(f"/m/{world.market.slug}/feeds/naver-changes.tsv", {"since": since})
    assert answer.status_code == 422


def test_changes_are_looked_up_so_often_and_no_more(world: World, client: Client) -> None:
    path = f"/m/{world.market.slug}/feeds/naver-changes.tsv"
    for _ in range(MOST_CHANGES):
        assert client.get(path).status_code == 200
    answer = client.get(path)
    assert answer.status_code == 429
    assert client.get(f"/m/{world.market.slug}/feeds/naver.tsv").status_code == 200


def test_no_such_market(client: Client) -> None:
    assert client.get("/m/nowhere/feeds/naver.tsv").status_code == 404


def test_a_barcode_leads_to_its_goods(world: World, client: Client) -> None:
    page = f"/m/{world.market.slug}/p/{world.offers['순창 고추장 500g'].pk}"
    for path in (f"/01/{GTIN}", f"/01/{GTIN[1:]}", f"/01/{GTIN}/10/L2611?17=261231"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (307, page)
    told = json.loads(client.get(f"/01/{GTIN}?linkType=all").content)
    (entry,) = told["linkset"]
    assert entry["anchor"].endswith(f"/01/{GTIN}")
    assert [link["href"].endswith(page) for link in entry["https://gs1.org/voc/pip"]] == [True]


def test_goods_of_two_markets_are_a_choice_and_hidden_ones_are_not(
    world: World, client: Client
) -> None:
    other = make_world()
    other.stall("x")
    other.offer("고추장", 7500, stall="x", item=Item.objects.get(gtin=GTIN))
    other.offer("내린 고추장", 100, stall="x", item=Item.objects.get(gtin=GTIN), state="hidden")
    page = client.get(f"/01/{GTIN}").content.decode()
    assert page.index("7,500") < page.index("8,000")
    assert "내린 고추장" not in page


@pytest.mark.parametrize("number", ["8801234567894", "abc", "08801234567909", "1" * 40])
def test_a_number_nobody_sells_is_not_found(world: World, client: Client, number: str) -> None:
    assert client.get(f"/01/{number}").status_code == 404


@pytest.mark.parametrize("name", NASTY)
def test_page_data_stands_on_every_product_page(world: World, client: Client, name: str) -> None:
    offer = world.offer(name, 1000, stall="veg", category="leafy")
    page = client.get(f"/m/{world.market.slug}/p/{offer.pk}").content.decode()
    assert page.count('<script type="application/ld+json">') == 1
    data = page.split('<script type="application/ld+json">')[1].split("</script>")[0]
    assert json.loads(data)["sku"] == str(offer.pk)
    assert "<script>alert" not in page


def test_the_product_page_shows_the_label_and_who_sells_it(world: World, client: Client) -> None:
    offer = world.offers["순창 고추장 500g"]
    page = client.get(f"/m/{world.market.slug}/p/{offer.pk}").content.decode()
    for words in ("식품의 유형", "제조원", "가나식품, 전북 순창군 1", "판매자 정보", "최말순"):
        assert words in page
    client.cookies["jt_language"] = "en"
    english = client.get(f"/m/{world.market.slug}/p/{offer.pk}").content.decode()
    assert "<dt>Ingredients</dt>" in english
