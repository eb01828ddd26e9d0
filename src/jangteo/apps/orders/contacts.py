"""The personal part of an order leaves the live row: to `KeptContact` where a law keeps it, else for good."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from jangteo.apps.messaging.models import Message
from jangteo.apps.orders.models import KeptContact, Order
from jangteo.platform.clock import seoul_day

_NUMBER = re.compile(r"\d{6}-\d{4,}")
#: 전자상거래법 시행령 제6조 ① 2호, 3호
KEPT_YEARS = 5


def kept_until(order: Order) -> date:
    """The last day the law keeps who a paid order was for."""
    last = seoul_day(order.closed_at or order.placed_at)
    try:
        return last.replace(year=last.year + KEPT_YEARS)
    except ValueError:  # 29 February
        return last.replace(year=last.year + KEPT_YEARS, day=28)


def move_contacts(orders: Iterable[Order], now: datetime) -> list[KeptContact]:
    """Empty the personal part of these orders, and the messages about them; returns what the law keeps apart.

    Needs the rows locked and the scope of their markets. An order without a contact any more is left alone.
    """
    kept: list[KeptContact] = []
    today = seoul_day(now)
    ids: list[int] = []
    told: dict[str, set[str]] = defaultdict(set)
    for order in orders:
        if not order.contact_phone and not order.contact_name:
            continue
        ids.append(order.pk)
        told[order.contact_phone].add(order.number)
        until = kept_until(order)
        if order.paid_at is not None and until >= today:
            kept.append(
                KeptContact(
                    market_id=order.market_id,
                    order=order,
                    name=order.contact_name,
                    phone=order.contact_phone,
                    address=f"{order.area} {order.address}".strip(),
                    until=until,
                    moved_at=now,
                )
            )
    _forget_messages(told)
    KeptContact.objects.bulk_create(kept, batch_size=500, ignore_conflicts=True)
    Order.objects.filter(pk__in=ids).update(
        contact_name="",
        contact_phone="",
        area="",
        address="",
        request_note="",
        pickup_code="",
        access_token="",
        guest_key="",
        request_digest="",
    )
    return kept


def _forget_messages(told: Mapping[str, set[str]]) -> None:
    """Delete the messages about these orders (number -> order numbers): their text names the order and opens its page."""
    for phone, numbers in told.items():
        messages = Message.objects.filter(to_phone=phone).values_list("pk", "body")
        about = [pk for pk, body in messages if numbers & set(_NUMBER.findall(body))]
        Message.objects.filter(pk__in=about).delete()
