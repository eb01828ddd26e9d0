"""Count the paid orders that were not counted when they were paid."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef

from jangteo.apps.discovery.handlers import count_order
from jangteo.apps.discovery.models import CountedOrder
from jangteo.apps.orders.models import Order
from jangteo.platform.permissions import Actor, action

#: older sales say nothing of what is wanted now
MISSED_DAYS = 90
#: of one run; the next one goes on
MOST_AT_ONCE = 1000

log = structlog.get_logger("jangteo.discovery")


@action("discovery.count_missed", allow=set(), within="market", atomic=False)
def count_missed(*, actor: Actor, market_id: int, now: datetime) -> int:
    """Each order in a transaction of its own; one that fails holds up no other. Returns how many were counted."""
    counted = CountedOrder.objects.filter(order_id=OuterRef("pk"))
    missed = (
        Order.objects.filter(
            market_id=market_id, paid_at__gt=now - timedelta(days=MISSED_DAYS), paid_at__lte=now
        )
        .exclude(Exists(counted))
        .order_by("-paid_at")
        .values_list("pk", "paid_at")
    )
    done = 0
    for order_id, paid_at in list(missed[:MOST_AT_ONCE]):
        if paid_at is None:
            continue
        try:
            with transaction.atomic():
                done += count_order(market_id, order_id, paid_at=paid_at, now=now)
        except Exception:
            log.exception("sale not counted", order=order_id)
    return done
