"""Change the terms while nobody is bound by them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jangteo.apps.programme.access import pilot_for
from jangteo.apps.programme.errors import TermsSigned
from jangteo.apps.programme.gates import signatures_that_count
from jangteo.apps.programme.models import Pilot
from jangteo.apps.programme.terms import check_terms, read_terms
from jangteo.platform.permissions import Actor, Role, action

#: who agreed on what kind of thing; another problem is another pilot
FIXED = ("form", "retailer", "vendor", "vendor_business_number", "problem", "capability")


@action("programme.change_terms", allow={Role.SHOPPER}, within="market")
def change_terms(
    *,
    actor: Actor,
    market_id: int,
    pilot_id: int,
    side: str,
    changes: Mapping[str, Any],
    now: datetime,
) -> str:
    """Change named terms as ``side``; a signature of the old terms no longer counts. Returns the new digest.

    Raises `NotFound`, `NotAllowed`, `TermsSigned` once both signed, `InvalidInput`.
    """
    pilot = pilot_for(actor, market_id, pilot_id, side)
    if pilot.state != Pilot.State.TERMS or len(signatures_that_count(pilot)) == 2:
        raise TermsSigned
    before = read_terms(pilot.terms)
    wanted = {key: value for key, value in changes.items() if key not in FIXED}
    terms = read_terms(before.as_json() | wanted)
    check_terms(terms)
    pilot.terms = terms.as_json()
    pilot.terms_digest = terms.digest
    pilot.save(update_fields=["terms", "terms_digest"])
    return terms.digest
