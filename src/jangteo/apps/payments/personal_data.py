"""What this app holds about people: payments and refunds of orders. No card number, no account number ever."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q, QuerySet

from jangteo.apps.orders.models import Order
from jangteo.apps.payments.models import Payment, Refund, Settlement
from jangteo.platform.personal_data import Erased, Held, Section, Whose, register

PAYMENTS = Held(
    what_ko="결제와 환불",
    what_en="Payments and refunds",
    why_ko="대금을 받고 돌려 드리고 가게에 나누려고 가지고 있어요(계약 이행). 카드 번호는 결제회사만 알아요.",
    why_en="To take, give back and pass on money (contract). Only the payment service knows a card number.",
    kept_ko="5년(전자상거래법 시행령 제6조). 계정을 지우면 누구의 것인지는 남지 않아요",
    kept_en="five years (E-commerce Act Decree Art. 6); after a deletion they name nobody",
)


class PaymentsHolder:
    """See `jangteo.platform.personal_data.Holder`."""

    name = "payments"
    columns: Mapping[str, Held] = {
        **{
            f"payments.Payment.{field}": PAYMENTS
            for field in ("provider_key", "receipt_url", "method", "failure_code")
        },
        "payments.Refund.reason": PAYMENTS,
        "payments.Refund.failure_code": PAYMENTS,
        "payments.SandboxCharge.record": PAYMENTS,
        "payments.SandboxCharge.payment_key": PAYMENTS,
    }

    def download(self, whose: Whose) -> list[Section]:
        """Each payment with what went back."""
        payments = (
            Payment.objects.filter(order__in=_orders(whose))
            .select_related("order")
            .prefetch_related("refunds")
            .order_by("-id")
        )
        return [
            PAYMENTS.section(
                key="payments",
                rows=[
                    {
                        "order": payment.order.number,
                        "provider": payment.provider,
                        "method": payment.method,
                        "amount_krw": payment.amount_krw,
                        "state": payment.state,
                        "started_at": payment.started_at.isoformat(),
                        "approved_at": (
                            payment.approved_at.isoformat() if payment.approved_at else None
                        ),
                        "receipt": payment.receipt_url,
                        "refunds": [
                            {
                                "amount_krw": refund.amount_krw,
                                "why": refund.reason,
                                "state": refund.state,
                                "decided_at": refund.decided_at.isoformat(),
                            }
                            for refund in payment.refunds.all()
                        ],
                    }
                    for payment in payments.iterator(chunk_size=500)
                ],
            )
        ]

    def waits_for(self, whose: Whose) -> list[str]:
        """Money on its way: to her, or to a stall that she owns alone."""
        mine = Payment.objects.filter(order__in=_orders(whose))
        reasons = []
        if mine.filter(state=Payment.State.CONFIRMING).exists():
            reasons.append(
                "결제 결과를 기다리고 있어요. / The result of a payment is being waited for."
            )
        due = Refund.objects.filter(payment__in=mine).exclude(state=Refund.State.DONE)
        numbers = due.order_by("payment__order_id").values_list("payment__order__number", flat=True)
        reasons += [
            f"주문 {number}번의 환불이 아직 끝나지 않았어요. / The refund of order {number} is not finished."
            for number in dict.fromkeys(numbers)
        ]
        owed = Settlement.objects.filter(
            stall_id__in=whose.stall_ids, state=Settlement.State.PLANNED
        ).count()
        if owed:
            reasons.append(
                f"내 가게가 받을 정산이 {owed}건 남아 있어요. / Your stall is still to be paid: {owed} settlements."
            )
        return reasons

    def erase(self, whose: Whose, now: datetime) -> list[Erased]:
        """The record of money stays, as the law says, and names nobody; what the office wrote loses her name."""
        for refund in Refund.objects.filter(payment__order__in=_orders(whose)).exclude(reason=""):
            clean = whose.scrub(refund.reason)
            if clean != refund.reason:
                Refund.objects.filter(pk=refund.pk).update(reason=clean)
        links = (
            Payment.objects.filter(order__in=_orders(whose))
            .exclude(receipt_url="")
            .update(receipt_url="")
        )
        return [Erased(went_ko="카드 전표 주소", went_en="links to card receipts", count=links)]


def _orders(whose: Whose) -> QuerySet[Order]:
    mine = Q(person=None, guest_key__in=whose.guest_keys - {""})
    if whose.person_id:
        mine |= Q(person_id=whose.person_id)
    if whose.phone:
        mine |= Q(person=None, contact_phone=whose.phone)
    return Order.objects.filter(mine)


register(PaymentsHolder())
