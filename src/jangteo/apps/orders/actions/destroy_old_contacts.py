from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from jangteo.apps.orders.contacts import KEPT_YEARS, move_contacts
from jangteo.apps.orders.models import KeptContact, Order
from jangteo.apps.orders.progress import CLOSED
from jangteo.platform.clock import seoul_day
from jangteo.platform.permissions import Actor, action

#: orders a night, so that one night's work stays short
AT_MOST = 5000


@action("orders.destroy_old_contacts", allow=set(), within="anywhere")
def destroy_old_contacts(*, actor: Actor, now: datetime) -> int:
    """Destroy what no law keeps any more: contacts kept apart past their day, and those of live orders as old.

    Also moves away the contact of an order that was placed while its shopper was being deleted. Returns how many rows
    changed (개인정보 보호법 제21조: without delay).
    """
    gone, _ = KeptContact.objects.filter(until__lt=seoul_day(now)).delete()
    try:
        before = now.replace(year=now.year - KEPT_YEARS)
    except ValueError:  # 29 February
        before = now.replace(year=now.year - KEPT_YEARS, day=28)
    old = Q(closed_at__lt=before) | Q(person__is_active=False, person__phone=None)
    orders = (
        Order.objects.select_for_update(of=("self",))
        .filter(old, state__in=CLOSED)
        .exclude(contact_phone="")
        .order_by("pk")[:AT_MOST]
    )
    found = list(orders)
    move_contacts(found, now)
    return gone + len(found)
