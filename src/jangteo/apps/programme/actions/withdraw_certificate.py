"""Take a certificate back; its code says so from then on."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.programme.errors import WrongPilotState
from jangteo.apps.programme.models import Certificate
from jangteo.platform.errors import NotFound
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import clean_line


@action("programme.withdraw_certificate", allow={Role.OFFICE}, within="market")
def withdraw_certificate(
    *, actor: Actor, market_id: int, pilot_id: int, why: str, now: datetime
) -> None:
    """Withdraw it with a public reason. The published result stays. Raises `NotFound`, `WrongPilotState`, `InvalidInput`."""
    certificate = (
        Certificate.objects.select_for_update()
        .filter(market_id=market_id, pilot_id=pilot_id)
        .first()
    )
    if certificate is None:
        raise NotFound
    if certificate.withdrawn_at is not None:
        raise WrongPilotState
    certificate.withdrawn_why = clean_line(why, field="why", at_most=200, required=True)
    certificate.withdrawn_at = now
    certificate.save(update_fields=["withdrawn_at", "withdrawn_why"])
