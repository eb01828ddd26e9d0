"""Give goods a photograph."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.catalog.rows import lock_offer, tell
from jangteo.platform.files import save_picture
from jangteo.platform.permissions import Actor, Role, action


@action(
    "catalog.set_picture",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def set_picture(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    offer_id: int,
    data: bytes,
    square: bool = True,
    now: datetime,
) -> str:
    """Keep the uploaded photograph and show it; empty ``data`` takes it away. Returns the stem, "" for none.

    Raises `OfferNotFound` and the `PictureRefused` family of `platform.files`.
    """
    stem = save_picture(data, square=square) if data else ""
    offer = lock_offer(market_id, stall_id, offer_id)
    if offer.picture != stem:
        offer.picture, offer.picture_before, offer.picture_edits = stem, "", []
        offer.save(update_fields=["picture", "picture_before", "picture_edits", "updated_at"])
        tell(offer, now)
    return stem
