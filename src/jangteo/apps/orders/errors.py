"""What can go wrong with carts and orders. Every message says what is safe."""

from __future__ import annotations

import inspect
from typing import Any

from jangteo.apps.orders.words import state_words
from jangteo.platform.errors import JangteoError


class _AboutState(JangteoError):
    """It is {state}."""

    def __init__(self, *, state: str, **details: Any) -> None:
        """``state`` is the code; the message says it in words."""
        self.state = str(state)
        super().__init__(state=self.state, **details)

    def message(self, language: str) -> str:
        words = state_words(self.state, language)
        template = (
            inspect.cleandoc(type(self).__doc__ or "") if language.startswith("en") else self.ko
        )
        return template.format(**(self.details | {"state": words}))


class EmptyCart(JangteoError):
    """Your cart is empty. Put something in it first."""

    ko = "장바구니가 비어 있어요. 먼저 상품을 담아 주세요."
    status = 409


class NotOnSale(JangteoError):
    """{name} is not on sale right now. Take it out of the cart to go on; nothing was charged."""

    ko = "{name:은/는} 지금 팔지 않아요. 장바구니에서 빼면 계속할 수 있어요. 결제는 되지 않았어요."
    status = 409


class StallClosed(JangteoError):
    """{stall} is closed now. Take its goods out of the cart, or order when it opens; nothing was charged."""

    ko = "{stall:은/는} 지금 쉬어요. 그 가게 상품을 빼거나 문을 열 때 주문해 주세요. 결제는 되지 않았어요."
    status = 409


class TotalChanged(JangteoError):
    """The total is now {now_krw} won, not {seen_krw} won, because a price or the fee changed. Check it and go on; nothing was charged."""

    ko = "가격이나 배송비가 바뀌어 합계가 {seen_krw}원에서 {now_krw}원이 되었어요. 확인하고 다시 눌러 주세요. 결제는 되지 않았어요."
    status = 409


class TooMuch(JangteoError):
    """One order holds at most {at_most} different goods and 999 of each. Split it into two orders."""

    ko = "한 번에 {at_most}가지, 각각 999개까지 주문할 수 있어요. 나누어 주문해 주세요."
    status = 422


class OrderNotPayable(_AboutState):
    """This order can no longer be paid: it is {state}. Nothing was charged; order again from the cart."""

    ko = "이 주문은 더 결제할 수 없어요({state}). 결제는 되지 않았으니 장바구니에서 다시 주문해 주세요."
    status = 409


class TooLateToChange(_AboutState):
    """This was already decided: {state}. Nothing was changed. Call the market office if it is wrong."""

    ko = "이미 처리된 일이에요({state}). 바뀐 것은 없어요. 잘못되었으면 상인회에 전화해 주세요."
    status = 409


class CannotCancelNow(JangteoError):
    """A stall has started to prepare your order. Call the market office to cancel; what is not prepared can be refunded."""

    ko = "가게에서 준비를 시작해 바로 취소할 수 없어요. 상인회에 전화하시면 도와드려요."
    status = 409


class QuantityMakesNoSense(JangteoError):
    """The quantity must be between 0 and {at_most}. Nothing was changed."""

    ko = "수량은 0에서 {at_most} 사이여야 해요. 바뀐 것은 없어요."
    status = 422


class QuestionOpen(JangteoError):
    """The shopper is still being asked about {name}. Check this stall off once that is answered, in ten minutes at most, or give the money back for it first."""

    ko = "손님께 {name:을/를} 어떻게 할지 여쭤보고 있어요. 늦어도 10분 안에 정해지면 그때 도착으로 적거나, 먼저 그 상품을 환불해 주세요."
    status = 409


class KeyUsedBefore(JangteoError):
    """This order key was used for a different order before. Open the order page to see that one, or send a new key; nothing new was ordered."""

    ko = "이 주문 번호표로 다른 내용의 주문을 이미 하셨어요. 주문 내역에서 확인하거나 화면을 새로 열어 다시 주문해 주세요. 새로 주문된 것은 없어요."
    status = 422
