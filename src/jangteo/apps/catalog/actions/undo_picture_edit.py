"""Show goods' photograph as it was taken."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.catalog.errors import PictureNotEdited
from jangteo.apps.catalog.rows import lock_offer, tell
from jangteo.platform.permissions import Actor, Role, action


@action(
    "catalog.undo_picture_edit",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def undo_picture_edit(
    *, actor: Actor, market_id: int, stall_id: int, offer_id: int, now: datetime
) -> str:
    """Back to the picture before all edits; returns its stem. Raises `OfferNotFound`, `PictureNotEdited`."""
    offer = lock_offer(market_id, stall_id, offer_id)
    if not offer.picture_before:
        raise PictureNotEdited
    offer.picture, offer.picture_before, offer.picture_edits = offer.picture_before, "", []
    offer.save(update_fields=["picture", "picture_before", "picture_edits", "updated_at"])
    tell(offer, now)
    return offer.picture
