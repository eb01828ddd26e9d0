"""The office has a stuck refund tried again."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.payments.jobs import refund_later
from jangteo.apps.payments.models import Refund
from jangteo.platform.errors import NotFound
from jangteo.platform.permissions import Actor, Role, action


@action("payments.retry_refund", allow={Role.OFFICE}, within="market", token_scope="office:write")
def retry_refund(*, actor: Actor, market_id: int, refund_id: int, now: datetime) -> str:
    """Put a stuck refund back in line with a new idempotency key; returns its state. Others stay as they are.

    The job first reads the provider's own record, so money that did go back is never given twice.
    Raises `NotFound`.
    """
    rows = Refund.objects.select_for_update().filter(market_id=market_id, pk=refund_id)
    refund = rows.first()
    if refund is None:
        raise NotFound
    if refund.state == Refund.State.STUCK:
        refund.state = Refund.State.DUE
        # under the old key the provider would only repeat its refusal
        refund.key_round += 1
        refund.save(update_fields=["state", "key_round"])
        refund_later(refund)
    return refund.state
