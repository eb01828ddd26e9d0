"""One order that cannot be swept does not hold up the others."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from jangteo.apps.orders.actions import sweep as module
from jangteo.apps.orders.actions.place_order import Wanted
from jangteo.apps.orders.models import Order
from jangteo.platform.tenancy import every_market
from tests.world import NOON, four_stalls, shopper

pytestmark = pytest.mark.django_db


def test_a_failing_order_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    world = four_stalls()
    placed = [
        world.place(shopper(), Wanted(offer_id=world.offers["대파"].pk, quantity=1))
        for _ in range(3)
    ]
    real = module.expire_order

    def expire(*, order_id: int, now: datetime, **rest: Any) -> bool:
        if order_id == placed[1].order_id:
            raise RuntimeError("broken")
        return real(order_id=order_id, now=now, **rest)

    monkeypatch.setattr(module, "expire_order", expire)
    assert module.sweep(NOON + timedelta(minutes=11))["expired"] == 2
    with every_market():
        states = dict(Order.objects.values_list("pk", "state"))
    assert [states[p.order_id] for p in placed] == ["expired", "placed", "expired"]
    assert world.level("대파").reserved == 1
