"""Goods for the tests of publishing: a complete market of a few, and nasty names."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from jangteo.apps.catalog.models import Item, Offer
from jangteo.apps.catalog.publishing.listed import Listed, listed_offers
from jangteo.platform.tenancy import every_market, market_scope
from tests.world import NOON, World, make_world

GTIN = "08801234567893"
PICTURE = "0123456789abcdef0123456789abcdef"
NASTY = [
    "대파\t한 단",
    "대파\n한 단",
    '"대파" ^ | 한 단',
    "<script>alert(1)</script>",
    "대파 🥬 & 쪽파",
    "=1+1",
    "~JA^XA",
    "\u202e거꾸로 대파",
    "대파 " + "아주 " * 24,
]


def item(**fields: Any) -> Item:
    """A standard product as people keep it."""
    return Item.objects.create(
        code=fields.pop("code", "JT000000001"),
        name=fields.pop("name", "고추장"),
        created_at=NOON,
        updated_at=NOON,
        **fields,
    )


def small_market() -> World:
    """Vegetables, meat, a packed paste with a barcode, tofu; all complete and with pictures."""
    world = make_world()
    world.stall("veg", name="푸른들", place="가 1호", phone="02-000-0000", owner_name="최말순")
    world.offer(
        "대파", 3000, stall="veg", unit="1단", net_g=1000, category="aromatics", picture=PICTURE
    )
    world.offer("삼겹살", 2500, stall="veg", unit="100g", net_g=100, is_weighed=True,
                category="pork", picture=PICTURE, label={"trace_no": "000000000001"})  # fmt: skip
    paste = item(
        gtin=GTIN,
        category_slug="gochujang",
        fields={
            "brand": "청정원", "food_type": "고추장", "ingredients": "쌀(국산), 고춧가루(중국산)",
            "maker": "가나식품", "maker_address": "전북 순창군 1", "net_g": 500, "report_no": "1234567890",
        },
    )  # fmt: skip
    world.offer("순창 고추장 500g", 8000, stall="veg", unit="1개", tax="taxed", category="jeotgal",
                item=paste, allergens="대두, 밀", label={"use_by_text": "2027.12.31까지"}, picture=PICTURE)  # fmt: skip
    world.offer("두부", 1800, stall="veg", unit="한 모", net_g=450, category="tofu", tax="taxed",
                allergens="대두", picture=PICTURE)  # fmt: skip
    return world


def listed(world: World, **wanted: Any) -> list[Listed]:
    with market_scope(world.market.pk):
        return listed_offers(world.market.pk, **wanted)


def one(world: World, name: str) -> Listed:
    return next(iter(listed(world, offer_ids=[world.offers[name].pk])))


def age(world: World, **days: int) -> None:
    """Make all offers older."""
    with every_market():
        for offer in Offer.objects.all():
            Offer.objects.filter(pk=offer.pk).update(
                created_at=NOON - timedelta(**days), updated_at=NOON - timedelta(**days)
            )
