"""When somebody says no, or is deleted: vendors forget her, and the log's key becomes nobody's."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from jangteo.apps.decisions.erasures import ask_vendors_to_forget
from jangteo.apps.decisions.models import Provider, VendorErasure
from jangteo.apps.decisions.pseudonyms import vendor_subject
from jangteo.apps.decisions.sealing import unseal


def have_forgotten(market_id: int, subject_key: uuid.UUID, now: datetime) -> Sequence[int]:
    """Ids of the requests to vendors to forget this subject: those still open, or new ones. Needs a scope."""
    known: list[int] = []
    for provider in Provider.objects.filter(market_id=market_id).exclude(secret_sealed=""):
        secret = unseal(provider.secret_sealed)
        if not secret:
            continue
        named = vendor_subject(secret, provider.pk, subject_key)
        asked = VendorErasure.objects.filter(
            provider=provider, vendor_subject=named, confirmed_at=None
        )
        known += asked.values_list("pk", flat=True)
    return known or list(ask_vendors_to_forget(market_id, subject_key, now))
