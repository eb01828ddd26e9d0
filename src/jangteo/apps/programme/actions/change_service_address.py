"""The vendor's service stands at another address than the offer said."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.programme.access import VENDOR, pilot_for
from jangteo.apps.programme.companies import web_address
from jangteo.apps.programme.errors import TermsSigned
from jangteo.apps.programme.models import Pilot
from jangteo.platform.permissions import Actor, Role, action


@action("programme.change_service_address", allow={Role.SHOPPER}, within="market")
def change_service_address(
    *, actor: Actor, market_id: int, pilot_id: int, base_url: str, now: datetime
) -> None:
    """Possible until both signed; then the address is part of what the market opened. Raises `NotFound`, `TermsSigned`."""
    pilot = pilot_for(actor, market_id, pilot_id, VENDOR)
    if pilot.state != Pilot.State.TERMS:
        raise TermsSigned
    offer = pilot.offer
    offer.base_url = web_address(base_url, field="base_url", required=True)
    offer.save(update_fields=["base_url"])
