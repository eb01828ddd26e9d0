"""Have a vendor erase a subject, and keep its receipt."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from jangteo.apps.decisions.adapters import vendor_client
from jangteo.apps.decisions.models import VendorErasure
from jangteo.apps.decisions.ports import VendorFailed
from jangteo.apps.decisions.sealing import unseal
from jangteo.apps.decisions.vendors import ask_late_ones, note
from jangteo.platform.permissions import Actor, action


@action("decisions.forget_at_vendor", allow=set(), within="market", atomic=False)
def forget_at_vendor(*, actor: Actor, market_id: int, erasure_id: int, now: datetime) -> bool:
    """One call. True: there is a receipt, and what was needed to call is emptied. False: it is tried again later.

    An erasure of nobody looks for calls that were under way at the removal and asks for those; no call is made.
    """
    row = VendorErasure.objects.filter(market_id=market_id, pk=erasure_id).first()
    if row is None or row.confirmed_at is not None:
        return True
    if not row.vendor_subject:
        with transaction.atomic():
            row = VendorErasure.objects.select_for_update().get(market_id=market_id, pk=erasure_id)
            if row.confirmed_at is None:
                ask_late_ones(row, now)
        return False
    receipt, failure = "", ""
    try:
        receipt = vendor_client().forget(
            base_url=row.base_url,
            secret=unseal(row.secret_sealed),
            vendor_subject=row.vendor_subject,
        )
    except VendorFailed as failed:
        failure = failed.reason
    with transaction.atomic():
        row = VendorErasure.objects.select_for_update().get(market_id=market_id, pk=erasure_id)
        if row.confirmed_at is not None:
            return True
        row.tries += 1
        row.last_failure = failure
        if receipt:
            row.receipt = receipt
            row.confirmed_at = now
            row.base_url = row.secret_sealed = row.vendor_subject = ""
            note(
                row.provider,
                "erasure-confirmed",
                by_id=None,
                now=now,
                erasure_id=row.pk,
                receipt=receipt,
            )
        row.save()
    return bool(receipt)
