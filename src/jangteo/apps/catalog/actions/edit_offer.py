"""A stall changes what it says of its goods; not their price."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.catalog.drafts import OfferDraft
from jangteo.apps.catalog.models import Offer
from jangteo.apps.catalog.publishing.labelling import gate, refuse
from jangteo.apps.catalog.rows import lock_offer, tell
from jangteo.platform.permissions import Actor, Role, action


@action(
    "catalog.edit_offer",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def edit_offer(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    offer_id: int,
    draft: OfferDraft,
    now: datetime,
) -> None:
    """Set all of `OfferDraft`; the web address stays. Orders keep what they were placed with.

    A field that the label of goods on sale needs cannot be emptied. Raises `InvalidInput`, `CategoryNotFound`,
    `OfferNotFound`, `LabelIncomplete`.
    """
    values = draft.cleaned()
    offer = lock_offer(market_id, stall_id, offer_id)
    before = {one.field for one in gate(offer)}
    for name, value in values.items():
        setattr(offer, name, value)
    if offer.state in (Offer.State.ON_SALE, Offer.State.SOLD_OUT):
        refuse(offer, [one for one in gate(offer) if one.field not in before])
    offer.save(update_fields=[*values, "updated_at"])
    tell(offer, now)
