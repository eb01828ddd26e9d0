"""What can go wrong with markets, their stalls, zones and hours."""

from __future__ import annotations

from jangteo.platform.errors import JangteoError, NotFound


class MarketNotFound(NotFound):
    """There is no market at this address. Choose one from the list of markets."""

    ko = "이 주소의 시장이 없어요. 시장 목록에서 골라 주세요."


class StallNotFound(NotFound):
    """There is no such stall in this market. It may have closed; look at the list of stalls."""

    ko = "이 시장에 그런 가게가 없어요. 문을 닫았을 수 있으니 가게 목록을 봐 주세요."


class RegisterCodeNotFound(NotFound):
    """The register has no market with code {value}. Find it with `jangteo market list NAME`."""

    ko = "시장 코드 {value}가 전국 시장 자료에 없어요. `jangteo market list 이름`으로 찾아 주세요."


class SlugTaken(JangteoError):
    """The web address {slug} is taken by another market. Choose another one."""

    ko = "주소 {slug}는 다른 시장이 쓰고 있어요. 다른 주소를 정해 주세요."
    status = 409


class OutOfZone(JangteoError):
    """We do not deliver to {area}. We deliver to {areas}; you can also collect your order at the market."""

    ko = "{area}에는 배달하지 않아요. 배달하는 곳은 {areas}이에요. 시장에서 찾아갈 수도 있어요."
    status = 409


class ClosedForNow(JangteoError):
    """The market is closed and has not said when it opens again. Ask the market office; your cart is kept."""

    ko = "시장이 쉬고 있고 다시 여는 날이 정해지지 않았어요. 상인회에 물어봐 주세요. 장바구니는 그대로 있어요."
    status = 409


class NoPickup(JangteoError):
    """This market has no collection point. Choose delivery instead."""

    ko = "이 시장에는 찾아가는 곳이 없어요. 배달을 골라 주세요."
    status = 409
