"""What this app holds about people: carts and orders, and apart from them what a law keeps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from jangteo.apps.orders.contacts import move_contacts
from jangteo.apps.orders.models import Cart, Order, OrderEvent, OrderLine, StallOrder
from jangteo.apps.orders.progress import CLOSED, OPEN_PARTS
from jangteo.platform.personal_data import Erased, Held, Kept, Section, Whose, register

ORDERS = Held(
    what_ko="주문",
    what_en="Orders",
    why_ko="주문을 준비하고 전하고 취소하고 환불하려고 가지고 있어요(계약 이행, 제15조 ① 4호).",
    why_en="To prepare, hand over, cancel and refund an order (performance of a contract, Art. 15 (1) 4).",
    kept_ko="끝난 날부터 5년(전자상거래법 시행령 제6조). 계정을 지우면 이름과 연락처는 따로 옮겨 둬요",
    kept_en="five years from its end (E-commerce Act Decree Art. 6); after a deletion the contact is kept apart",
)
CART = Held(
    what_ko="장바구니",
    what_en="Cart",
    why_ko="담은 것을 다시 보여 드리려고 가지고 있어요(계약 전 요청).",
    why_en="To show again what you put in (steps before a contract).",
    kept_ko="지울 때까지",
    kept_en="until you delete it",
)
KEPT = Held(
    what_ko="따로 보관하는 주문 연락처",
    what_en="Contacts of orders, kept apart",
    why_ko="법이 정한 기간 동안만 따로 보관하고 어떤 화면에도 나오지 않아요(제21조 ③).",
    why_en="Kept apart for the time the law names and shown by no page (Art. 21 (3)).",
    kept_ko="주문이 끝난 날부터 5년, 그 뒤 밤마다 도는 작업이 없앱니다",
    kept_en="five years from the order's end, then destroyed by a nightly job",
)


class OrdersHolder:
    """See `jangteo.platform.personal_data.Holder`."""

    name = "orders"
    columns: Mapping[str, Held] = {
        **{
            f"orders.Order.{field}": ORDERS
            for field in (
                "person",
                "guest_key",
                "access_token",
                "contact_name",
                "contact_phone",
                "area",
                "address",
                "request_note",
                "pickup_code",
                "request_digest",
            )
        },
        "orders.StallOrder.answered_by": ORDERS,
        "orders.OrderEvent.by": ORDERS,
        "orders.OrderEvent.data": ORDERS,
        "orders.Cart.person": CART,
        "orders.Cart.guest_key": CART,
        **{f"orders.KeptContact.{field}": KEPT for field in ("name", "phone", "address")},
    }

    def guest_keys(self) -> set[str]:
        """Browser keys of orders and carts."""
        orders = Order.objects.filter(person=None).exclude(guest_key="")
        carts = Cart.objects.filter(person=None).exclude(guest_key="")
        return set(orders.values_list("guest_key", flat=True).distinct()) | set(
            carts.values_list("guest_key", flat=True)
        )

    def download(self, whose: Whose) -> list[Section]:
        """Every order with its goods and what happened to it, and the cart."""
        lines = OrderLine.objects.order_by("id")
        parts = StallOrder.objects.select_related("stall").prefetch_related(
            Prefetch("lines", lines)
        )
        events = OrderEvent.objects.order_by("id")
        orders = (
            _orders(whose)
            .select_related("market")
            .prefetch_related(Prefetch("parts", parts), Prefetch("events", events))
            .order_by("-id")
        )
        carts = Cart.objects.filter(_carts(whose)).select_related("market")
        return [
            ORDERS.section(
                key="orders",
                rows=[_order_row(order) for order in orders.iterator(chunk_size=500)],
            ),
            CART.section(
                key="cart",
                rows=[
                    {
                        "market": cart.market.name,
                        "name": line.offer.name,
                        "quantity": line.quantity,
                        "unit": line.offer.unit,
                    }
                    for cart in carts
                    for line in cart.lines.select_related("offer").order_by("id")
                ],
            ),
        ]

    def waits_for(self, whose: Whose) -> list[str]:
        """Open orders of hers, and orders her stall still has to prepare when she owns it alone."""
        open_orders = _orders(whose).exclude(state__in=CLOSED).order_by("id")
        reasons = [
            f"주문 {number}번이 아직 끝나지 않았어요. / Order {number} is still under way."
            for number in open_orders.values_list("number", flat=True)
        ]
        parts = StallOrder.objects.filter(stall_id__in=whose.stall_ids, state__in=OPEN_PARTS)
        to_do = parts.exclude(order__state__in=CLOSED).count()
        if to_do:
            reasons.append(
                f"내 가게에 준비할 주문이 {to_do}건 있어요. / Your stall still has orders to prepare: {to_do}."
            )
        return reasons

    def erase(self, whose: Whose, now: datetime) -> list[Erased]:
        """Carts go; orders lose name, number, address, request, link and browser, which go apart or for good."""
        carts = Cart.objects.filter(_carts(whose)).delete()[1].get("orders.Cart", 0)
        orders = list(_orders(whose).select_for_update(of=("self",)).order_by("pk"))
        had = sum(1 for order in orders if order.contact_phone or order.contact_name)
        moved = move_contacts(orders, now)
        kept: tuple[Kept, ...] = ()
        if moved:
            kept = (
                Kept(
                    what_ko="주문한 사람의 이름, 전화번호, 주소",
                    what_en="name, number and address of your orders",
                    law_ko="전자상거래법 시행령 제6조(계약·대금결제 기록 5년)",
                    law_en="E-commerce Act Decree Art. 6 (contract and payment records, 5 years)",
                    until=max(one.until for one in moved),
                    count=len(moved),
                ),
            )
        return [
            Erased(went_ko="장바구니", went_en="carts", count=carts),
            Erased(
                went_ko="주문에 적힌 이름, 연락처, 주소, 부탁 말씀",
                went_en="name, number, address and requests written on orders",
                count=had,
                kept=kept,
            ),
        ]


def _order_row(order: Order) -> dict[str, object]:
    return {
        "market": order.market.name,
        "number": order.number,
        "state": order.state,
        "placed_at": order.placed_at.isoformat(),
        "paid_at": order.paid_at.isoformat() if order.paid_at else None,
        "closed_at": order.closed_at.isoformat() if order.closed_at else None,
        "way": order.way,
        "name": order.contact_name,
        "phone": order.contact_phone,
        "address": f"{order.area} {order.address}".strip(),
        "request": order.request_note,
        "total_krw": order.total_krw,
        "refunded_krw": order.refunded_krw,
        "goods": [
            {
                "stall": part.stall.name,
                "name": line.name,
                "unit": line.unit,
                "quantity": line.quantity,
                "given": line.remaining,
                "unit_price_krw": line.unit_price_krw,
                "if_sold_out": line.substitution,
            }
            for part in order.parts.all()
            for line in part.lines.all()
        ],
        "happened": [
            {"kind": event.kind, "at": event.at.isoformat()} for event in order.events.all()
        ],
    }


def _orders(whose: Whose) -> QuerySet[Order]:
    """Her own, her browser's, and those sent to her number by somebody who had not signed in."""
    mine = Q(person=None, guest_key__in=whose.guest_keys - {""})
    if whose.person_id:
        mine |= Q(person_id=whose.person_id)
    if whose.phone:
        mine |= Q(person=None, contact_phone=whose.phone)
    return Order.objects.filter(mine)


def _carts(whose: Whose) -> Q:
    mine = Q(person=None, guest_key__in=whose.guest_keys - {""})
    return mine | Q(person_id=whose.person_id) if whose.person_id else mine


register(OrdersHolder())
