"""An idempotency key stands for one order, with everything that was asked for in it."""

from __future__ import annotations

from typing import Any

import pytest

from jangteo.apps.orders.actions.place_order import Wanted
from jangteo.apps.orders.errors import KeyUsedBefore
from jangteo.apps.orders.models import Order
from jangteo.platform.tenancy import every_market
from tests.world import World, four_stalls, shopper

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return four_stalls()


def test_the_same_request_again_is_the_same_order(world: World) -> None:
    buyer = shopper()
    leek, tofu = (Wanted(offer_id=world.offers[n].pk, quantity=1) for n in ("대파", "두부"))
    first = world.place(buyer, leek, tofu, idempotency_key="key-one-1")
    again = world.place(buyer, tofu, leek, idempotency_key="key-one-1", request_note=" ")
    assert (again.order_id, again.repeated) == (first.order_id, True)


@pytest.mark.parametrize(
    ("quantity", "fields"),
    [(2, {}), (1, {"request_note": "문 앞에"}), (1, {"way": Order.Way.DELIVERY})],
)
def test_the_same_key_for_something_else_is_refused_not_answered_with_the_old_order(
    world: World, quantity: int, fields: dict[str, Any]
) -> None:
    buyer = shopper()
    leek = world.offers["대파"].pk
    world.place(buyer, Wanted(offer_id=leek, quantity=1), idempotency_key="key-one-1")
    if fields.get("way"):
        fields = fields | {"area": "달빛동", "address": "1동 2호", "seen_total_krw": 5500}
    with pytest.raises(KeyUsedBefore):
        world.place(
            buyer, Wanted(offer_id=leek, quantity=quantity), idempotency_key="key-one-1", **fields
        )
    with every_market():
        assert Order.objects.count() == 1
