"""The hub: check parts off, hand orders to a rider or to the shopper."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.fulfilment.models import HandOver
from jangteo.apps.orders.actions.move_on import (
    left_hub,
    part_arrived,
    part_not_arrived,
    reached_shopper,
)
from jangteo.apps.orders.locks import lock_order
from jangteo.apps.orders.models import Order
from jangteo.platform.errors import InvalidInput, JangteoError
from jangteo.platform.permissions import Actor, Role, action


class WrongPickupCode(JangteoError):
    """The pickup code does not match this order. Ask the shopper to open the order page and read it again."""

    ko = "찾는 번호가 이 주문과 달라요. 손님에게 주문 화면의 번호를 다시 여쭤 주세요."
    status = 409


class WrongWay(JangteoError):
    """This order is handed over the other way: {way}. Nothing was changed."""

    ko = "이 주문은 받는 방법이 달라요({way}). 바뀐 것은 없어요."
    status = 409


@action(
    "fulfilment.check_arrival", allow={Role.OFFICE}, within="market", token_scope="office:write"
)
def check_arrival(
    *, actor: Actor, market_id: int, order_id: int, part_id: int, now: datetime
) -> bool:
    """A stall's goods are at the hub. False when checked off before.

    Raises `TooLateToChange`, `QuestionOpen`, `NotFound`.
    """
    locked = lock_order(market_id, order_id)
    return part_arrived(locked, locked.part(part_id), now=now, by_id=actor.person_id)


@action("fulfilment.undo_arrival", allow={Role.OFFICE}, within="market", token_scope="office:write")
def undo_arrival(
    *, actor: Actor, market_id: int, order_id: int, part_id: int, now: datetime
) -> bool:
    """They were not there after all. Raises `TooLateToChange` once the order has left."""
    locked = lock_order(market_id, order_id)
    return part_not_arrived(locked, locked.part(part_id), now=now, by_id=actor.person_id)


@action(
    "fulfilment.hand_to_rider", allow={Role.OFFICE}, within="market", token_scope="office:write"
)
def hand_to_rider(
    *, actor: Actor, market_id: int, order_id: int, rider_name: str, now: datetime
) -> bool:
    """A rider leaves with a ready delivery. Raises `WrongWay`, `TooLateToChange`, `InvalidInput`."""
    locked = lock_order(market_id, order_id)
    if locked.order.way != Order.Way.DELIVERY:
        raise WrongWay(way=locked.order.way)
    if len(rider_name.strip()) > 40:
        raise InvalidInput(
            field="rider_name",
            ko="배달하는 분 이름은 40자 안으로 적어 주세요.",
            en="The rider's name may have at most 40 characters.",
        )
    moved = left_hub(locked, now=now, by_id=actor.person_id)
    if moved:
        HandOver.objects.create(
            market_id=market_id,
            order=locked.order,
            kind=HandOver.Kind.RIDER,
            rider_name=rider_name.strip(),
            by_id=actor.person_id,
            left_at=now,
        )
    return moved


@action(
    "fulfilment.confirm_delivery", allow={Role.OFFICE}, within="market", token_scope="office:write"
)
def confirm_delivery(*, actor: Actor, market_id: int, order_id: int, now: datetime) -> bool:
    """The delivery reached the shopper. Raises `WrongWay`, `TooLateToChange`."""
    locked = lock_order(market_id, order_id)
    if locked.order.way != Order.Way.DELIVERY:
        raise WrongWay(way=locked.order.way)
    moved = reached_shopper(locked, now=now, by_id=actor.person_id)
    if moved:
        HandOver.objects.update_or_create(
            market_id=market_id,
            order=locked.order,
            defaults={"arrived_at": now},
            create_defaults={
                "kind": HandOver.Kind.RIDER,
                "by_id": actor.person_id,
                "left_at": now,
                "arrived_at": now,
            },
        )
    return moved


@action(
    "fulfilment.hand_to_shopper", allow={Role.OFFICE}, within="market", token_scope="office:write"
)
def hand_to_shopper(
    *, actor: Actor, market_id: int, order_id: int, pickup_code: str, now: datetime
) -> bool:
    """The shopper picks the order up and says its code. Raises `WrongPickupCode`, `WrongWay`, `TooLateToChange`."""
    locked = lock_order(market_id, order_id)
    if locked.order.way != Order.Way.PICKUP:
        raise WrongWay(way=locked.order.way)
    if pickup_code.strip() != locked.order.pickup_code:
        raise WrongPickupCode
    moved = reached_shopper(locked, now=now, by_id=actor.person_id)
    if moved:
        HandOver.objects.create(
            market_id=market_id,
            order=locked.order,
            kind=HandOver.Kind.PICKUP,
            by_id=actor.person_id,
            left_at=now,
            arrived_at=now,
        )
    return moved
