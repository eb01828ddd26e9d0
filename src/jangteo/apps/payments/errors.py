"""What can go wrong with money. Every message says whether the shopper was charged, because that is the question.

Three questions decide what a caller does, so the classes answer exactly those:

* surely not charged or not refunded: ``PaymentDeclined``, ``RefundRefused``, ``PaymentMisconfigured``,
  ``PaymentNotFound``. Tell the person and stop.
* nobody knows yet: ``PaymentUnknown`` and its kinds. Look the order up at the provider before saying anything else.
* the message itself is worthless: ``BadWebhook``, ``BadReturn``. Change nothing.
"""

from __future__ import annotations

from typing import Any

from jangteo.platform.errors import JangteoError

_LONGEST_VENDOR_TEXT = 200


class PaymentError(JangteoError):
    """The payment could not be handled. Check the order page before paying again."""

    ko = "결제를 처리하지 못했어요. 다시 결제하기 전에 주문 내역을 확인해 주세요."
    status = 400

    def __init__(self, *, vendor_code: str = "", vendor_message: str = "", **details: Any) -> None:
        """Keep the provider's own ``code`` and sentence for the office; the sentence ends as ``{reason}``."""
        #: the provider's own error code, e.g. ``REJECT_CARD_PAYMENT``; empty when it did not answer
        self.vendor_code = vendor_code
        #: the provider's own sentence, usually Korean, cut to 200 characters
        self.vendor_message = vendor_message[:_LONGEST_VENDOR_TEXT]
        reason = f"{self.vendor_message} " if self.vendor_message else ""
        super().__init__(
            vendor_code=vendor_code, vendor_message=self.vendor_message, reason=reason, **details
        )


class PaymentDeclined(PaymentError):
    """You were not charged. Please try another card or another way to pay."""

    ko = "결제는 되지 않았어요. {reason}다른 카드나 다른 결제 수단으로 다시 해 주세요."
    status = 402


class PaymentExpired(PaymentDeclined):
    """You were not charged, because more than 10 minutes passed. Your cart is safe; please pay again."""

    ko = "10분이 지나서 결제는 되지 않았어요. 장바구니는 그대로이니 다시 결제해 주세요."


class AmountMismatch(PaymentDeclined):
    """You were not charged, because the amount differs from the order. Go back to the cart and pay again."""

    ko = "금액이 주문과 달라서 결제는 되지 않았어요. 장바구니로 돌아가 다시 결제해 주세요."
    status = 409


class PaymentUnknown(PaymentError):
    """We are still checking whether the payment went through. Please do not pay again; we will tell you soon."""

    ko = "결제가 되었는지 확인하고 있어요. 다시 결제하지 말고 잠시 기다려 주세요. 곧 알려 드릴게요."
    status = 503

    def __init__(self, *, retry_same_key: bool = True, **details: Any) -> None:
        """``retry_same_key``: whether the very same idempotency key may be sent again.

        True after silence, 5xx and 409. False after an answer which the provider will only repeat for that key:
        look the payment up, and only when it shows nothing happened send again with a new key.
        """
        self.retry_same_key = retry_same_key
        super().__init__(**details)


class RefundUnknown(PaymentUnknown):
    """We are still checking whether the refund went through. Please do not refund again; we will tell you soon."""

    ko = "환불이 되었는지 확인하고 있어요. 다시 환불하지 말고 잠시 기다려 주세요. 곧 알려 드릴게요."


class UntrustedAnswer(PaymentUnknown):
    """The payment company's answer does not fit the order, so we are checking it. Please do not pay again."""

    ko = "결제사의 답이 주문과 맞지 않아 확인하고 있어요. 다시 결제하지 말고 잠시 기다려 주세요."
    status = 502


class PaymentMisconfigured(PaymentError):
    """No money moved: this market's payment keys are not set up. The office must check the payment settings."""

    ko = "오간 돈은 없어요. 시장의 결제 설정이 잘못되었으니 상인회에서 결제 키를 확인해 주세요."
    status = 503


class RefundRefused(PaymentError):
    """Nothing was refunded. {reason}Check the amount that is left on the payment and try again."""

    ko = "환불은 되지 않았어요. {reason}결제에 남은 금액을 확인하고 다시 해 주세요."
    status = 409


class AlreadyRefunded(RefundRefused):
    """This payment was already refunded in full, so nothing more was refunded. Reload the order to see it."""

    ko = "이미 모두 환불된 결제라서 더 환불하지 않았어요. 주문을 새로 열어 확인해 주세요."


class PaymentNotFound(PaymentError):
    """We could not find this payment, and this request moved no money. Open the order again to see how it stands."""

    ko = "결제를 찾을 수 없어요. 이 요청으로 오간 돈은 없으니 주문을 다시 열어 확인해 주세요."
    status = 404


class BadReturn(PaymentError):
    """The payment page sent back something we cannot read. You were not charged; please pay again."""

    ko = "결제 화면에서 온 내용을 읽을 수 없어요. 결제는 되지 않았으니 다시 해 주세요."
    status = 400


class BadWebhook(PaymentError):
    """This is not a payment notice we can read. Nothing was changed; send the documented form."""

    ko = "읽을 수 없는 결제 알림이에요. 바뀐 것은 없어요. 정해진 형식으로 보내 주세요."
    status = 400
