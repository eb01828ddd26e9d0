"""Kept pictures that are only needed for a while: a part of one to look at, and all of one deleted."""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import suppress

from PIL import Image

from jangteo.platform.config import config
from jangteo.platform.files import SIZES, picture_bytes, picture_exists

#: of the box's own height, shown around it
_AROUND = 0.35
_QUALITY = 75
#: pixels of the longer side
_MOST_PX = 900


def picture_part(stem: str, at: Sequence[float]) -> bytes:
    """WebP of the part [left, top, right, bottom] (shares of the sides, 0 to 1) of a kept picture, with some margin.

    Raises `FileNotFoundError` for a stem that is not kept, `ValueError` for a part that is none.
    """
    left, top, right, bottom = (min(1.0, max(0.0, float(share))) for share in at)
    if right <= left or bottom <= top:
        raise ValueError("a part of a picture has a width and a height")
    with Image.open(io.BytesIO(picture_bytes(stem))) as image:
        width, height = image.size
        margin = (bottom - top) * height * _AROUND
        box = (
            max(0, round(left * width - margin)),
            max(0, round(top * height - margin)),
            min(width, round(right * width + margin) + 1),
            min(height, round(bottom * height + margin) + 1),
        )
        part = image.crop(box).convert("RGB")
    part.thumbnail((_MOST_PX, _MOST_PX), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    part.save(out, "WEBP", quality=_QUALITY)
    return out.getvalue()


def forget_picture(stem: str) -> bool:
    """Delete all sizes of a kept picture; False when there was none. Nothing else may show it any more."""
    if not picture_exists(stem):
        return False
    for size in SIZES:
        with suppress(FileNotFoundError):
            (config().media_dir / f"{stem}-{size}.webp").unlink()
    return True
