"""Standard products for machines: found by words and barcode, with their versions, without a trace of a stall."""

from __future__ import annotations

import pytest
from django.test import Client

from jangteo.apps.catalog.actions.merge_items import merge_items
from jangteo.platform.permissions import Actor
from tests.apps.catalog.items.goods import item
from tests.world import NOON

pytestmark = pytest.mark.django_db


def test_products_are_found_by_words_and_barcode() -> None:
    paste = item(None, "순창고추장 3kg 8801234567893")
    item(None, "국산 부사 사과 5kg")
    client = Client()
    by_words = client.get("/api/v1/items?q=고추장 3키로").json()
    assert [one["code"] for one in by_words] == [paste.code]
    by_code = client.get("/api/v1/items?gtin=8801234567893").json()
    assert (by_code[0]["code"], by_code[0]["gtin"]) == (paste.code, "08801234567893")
    assert by_code[0]["fields"]["net_g"] == 3000
    assert client.get("/api/v1/items").json() == []
    assert client.get("/api/v1/items?gtin=123").status_code == 422


def test_a_product_tells_its_fields_sources_and_versions() -> None:
    one = item(None, "국산 햇사과(부사)특 5kg 순이네 010-1234-5678")
    found = Client().get(f"/api/v1/items/{one.code}").json()
    assert (found["name"], found["version"], found["state"]) == ("사과", 1, "active")
    assert found["sources"]["variety"]["source"] == "line"
    assert [row["what"] for row in found["versions"]] == ["create"]
    text = str(found)
    assert "순이네" not in text
    assert "1234" not in text


def test_a_merged_product_names_what_it_became() -> None:
    one, two = item(None, "국산 부사 사과 5kg"), item(None, "국산 홍로 사과 5kg")
    merge_items(actor=Actor.system(), market_id=None, item_id=one.pk, into_id=two.pk, now=NOON)
    found = Client().get(f"/api/v1/items/{one.code}").json()
    assert (found["state"], found["current_code"]) == ("merged", two.code)


def test_an_unknown_code_is_not_found_in_words() -> None:
    answer = Client().get("/api/v1/items/JT999999999", headers={"Accept-Language": "ko"})
    assert answer.status_code == 404
    assert "그런 표준 상품이 없어요" in answer.json()["detail"]
