"""What can go wrong with stock."""

from __future__ import annotations

from jangteo.platform.errors import JangteoError


class NotEnoughStock(JangteoError):
    """Only {available} of {name} are left. Change the quantity or choose something else; nothing was charged."""

    ko = "{name:은/는} {available}개만 남았어요. 수량을 바꾸거나 다른 상품을 골라 주세요. 결제는 되지 않았어요."
    status = 409


class BelowReserved(JangteoError):
    """{reserved} are promised to orders being paid, so the count cannot be lower. Mark it sold out instead."""

    ko = "결제 중인 주문에 {reserved}개가 잡혀 있어 그보다 적게 적을 수 없어요. 다 팔렸으면 품절로 표시해 주세요."
    status = 409


class NotCounted(JangteoError):
    """{name} is not counted yet. Say first how many are there, then add what comes in."""

    ko = "{name:은/는} 아직 수량을 세지 않아요. 먼저 지금 몇 개 있는지 적고, 들어온 만큼 더해 주세요."
    status = 409
