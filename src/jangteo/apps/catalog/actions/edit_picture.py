"""Touch up goods' photograph; the picture as it was taken stays beside it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from PIL import Image

from jangteo.apps.catalog.errors import NoPicture, NothingToEdit
from jangteo.apps.catalog.rows import find_offer, lock_offer, tell
from jangteo.platform.files import open_picture, picture_bytes, save_picture
from jangteo.platform.permissions import Actor, Role, action

Ground = Literal["", "white", "paper"]
#: "paper" is the ground of the shop's own pages
GROUNDS: dict[str, tuple[int, int, int]] = {"white": (255, 255, 255), "paper": (250, 245, 236)}


@dataclass(frozen=True, kw_only=True, slots=True)
class EditedPicture:
    """The new stem, what was done ("light", "background", "crop", "square"), and what could not be done safely."""

    picture: str
    done: tuple[str, ...]
    left_out: tuple[str, ...]


@action(
    "catalog.edit_picture",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def edit_picture(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    offer_id: int,
    light: bool = False,
    crop: bool = False,
    ground: Ground = "",
    square: bool = False,
    now: datetime,
) -> EditedPicture:
    """Always from the picture as it was taken, so that a second edit replaces the first. Same wishes, same picture.

    What cannot be done safely is left out and told; when nothing is left the picture stays as it is. Raises
    `OfferNotFound`, `NoPicture`, `NothingToEdit`.
    """
    if not (light or crop or ground or square) or ground not in ("", *GROUNDS):
        raise NothingToEdit
    seen = find_offer(market_id, stall_id, offer_id)
    source = seen.picture_before or seen.picture
    if not source:
        raise NoPicture
    # OpenCV: 30 MB that only whoever touches up a picture pays for
    from jangteo.engines.photos import Wishes, edit  # noqa: PLC0415 - heavy, see above

    try:
        pixels = np.asarray(open_picture(picture_bytes(source)))
    except FileNotFoundError as problem:
        raise NoPicture from problem
    wishes = Wishes(light=light, crop=crop, square=square, ground=GROUNDS.get(ground))
    edited = edit(pixels, wishes)
    changed = bool(edited.done) and not np.array_equal(edited.picture, pixels)
    stem = save_picture(_png(edited.picture)) if changed else source
    offer = lock_offer(market_id, stall_id, offer_id)
    if (offer.picture_before or offer.picture) != source:
        # another photograph came in meanwhile: it is not touched
        raise NoPicture
    before, edits = (source, list(edited.done)) if changed else ("", [])
    if (offer.picture, offer.picture_before, offer.picture_edits) != (stem, before, edits):
        offer.picture, offer.picture_before, offer.picture_edits = stem, before, edits
        offer.save(update_fields=["picture", "picture_before", "picture_edits", "updated_at"])
        tell(offer, now)
    return EditedPicture(picture=stem, done=tuple(edits), left_out=edited.left_out)


def _png(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", compress_level=1)
    return out.getvalue()
