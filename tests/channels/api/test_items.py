"""Standard products for machines: found by words and barcode, with their versions, without a trace of a stall."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from jangteo.apps.catalog.actions.merge_items import merge_items
from jangteo.apps.catalog.models import Item, ItemVersion
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


def test_who_grew_loose_goods_and_what_one_stall_said_is_nobodys_business() -> None:
    fields = {
        "name": "꿀", "maker": "김아무개", "maker_address": "전남 어딘가 12-3", "trace_no": "000000000001",
        "use_by_text": "2027.1.1",
    }  # fmt: skip
    loose = product("JT000000901", fields)
    packed = product("JT000000902", {**fields, "gtin": "08801234567893"}, gtin="08801234567893")
    told = Client().get(f"/api/v1/items/{loose.code}").json()
    assert told["fields"] == {"name": "꿀"}
    assert list(told["sources"]) == ["name"]
    assert [row["fields"] for row in told["versions"]] == [{"name": "꿀"}]
    told = Client().get(f"/api/v1/items/{packed.code}").json()
    assert set(told["fields"]) == {"name", "maker", "maker_address", "gtin"}


def product(code: str, fields: dict[str, Any], gtin: str | None = None) -> Item:
    """A standard product as a person typed it."""
    provenance = {key: {"source": "person", "confidence": 1.0, "text": ""} for key in fields}
    made = Item.objects.create(
        code=code, name=fields["name"], gtin=gtin, fields=fields, provenance=provenance,
        created_at=NOON, updated_at=NOON,
    )  # fmt: skip
    ItemVersion.objects.create(
        item=made, version=1, what="create", name=made.name, fields=fields, provenance=provenance, at=NOON,
    )  # fmt: skip
    return made
