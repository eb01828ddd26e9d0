"""Labels and the addresses of product files, for machines."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.apps.catalog.publishing.shelf import GTIN, small_market
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return small_market()


def test_a_label_in_both_languages(world: World, client: Client) -> None:
    offer = world.offers["순창 고추장 500g"]
    told = client.get(f"/api/v1/markets/{world.market.slug}/offers/{offer.pk}/label").json()
    assert told["kind"] == "packed"
    assert told["missing"] == []
    assert told["gtin"] == GTIN
    assert told["digital_link"].endswith(f"/01/{GTIN}")
    assert {
        "heading_ko": "제조원", "heading_en": "Maker",
        "text_ko": "가나식품, 전북 순창군 1", "text_en": "가나식품, 전북 순창군 1",
    } in told["label"]  # fmt: skip
    assert told["seller"][0]["text_ko"] == "푸른들"


def test_what_is_missing_is_told_and_drafts_are_not_shown(world: World, client: Client) -> None:
    base = f"/api/v1/markets/{world.market.slug}"
    bare = world.offer("당근", 1000, stall="veg", category="roots", origin="")
    told = client.get(f"{base}/offers/{bare.pk}/label").json()
    assert [one["field"] for one in told["missing"]] == ["origin"]
    draft = world.offer("생강", 1000, stall="veg", state="draft")
    assert client.get(f"{base}/offers/{draft.pk}/label").status_code == 404
    assert client.get(f"{base}/feeds").json()["naver"].endswith("/feeds/naver.tsv")
    assert client.get("/api/v1/markets/nowhere/feeds").status_code == 404
