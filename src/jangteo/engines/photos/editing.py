"""Light, ground and frame of a photograph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from jangteo.engines.photos.finding import Found, Mask, Picture, find_goods

WHITE = (255, 255, 255)
#: margin around the goods, share of their longer side
_MARGIN = 0.10
#: colours are moved by no more than this: a tomato must stay the red it is
_MOST_TINT = 1.18
_MOST_BRIGHTER = 1.45
#: weights of red, green and blue in lightness (Rec. 709)
_LIGHTNESS = np.array([0.2126, 0.7152, 0.0722])


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """What to do. ``ground`` is a colour to put behind the goods, None to leave what is there."""

    light: bool = False
    crop: bool = False
    square: bool = False
    ground: tuple[int, int, int] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Edited:
    """``done``: of "light", "background", "crop", "square". ``left_out``: what was wished and not done."""

    picture: Picture
    done: tuple[str, ...]
    left_out: tuple[str, ...]
    #: why the goods could not be parted from the ground; see `Found`
    doubt: str


def edit(picture: Picture, wishes: Wishes) -> Edited:
    """Do what is wished and safe. Crop and ground need sure goods; light and square always work."""
    done: list[str] = []
    left_out: list[str] = []
    found = find_goods(picture) if wishes.crop or wishes.ground is not None else None
    doubt = found.doubt if found is not None else ""
    image = picture
    if wishes.light:
        image = lit(image)
        done.append("light")
    if wishes.ground is not None and found is not None:
        if found.is_sure:
            image = on_ground(image, found.mask, wishes.ground)
            done.append("background")
        else:
            left_out.append("background")
    window = (0, 0, picture.shape[1], picture.shape[0])
    if wishes.crop and found is not None:
        if found.doubt in ("", "scattered", "alike"):
            window = _around(found, picture.shape[:2])
            done.append("crop")
        else:
            left_out.append("crop")
    ground = wishes.ground if "background" in done else None
    if wishes.square:
        image = _square(image, window, ground)
        done.append("square")
    else:
        left, top, right, bottom = window
        image = image[top:bottom, left:right]
    return Edited(
        picture=np.ascontiguousarray(image),
        done=tuple(done),
        left_out=tuple(left_out),
        doubt=doubt if left_out else "",
    )


def lit(picture: Picture) -> Picture:
    """Even out the lamp's colour and bring the picture to a good brightness, both within narrow bounds.

    White balance is shades-of-grey with p = 6 (Finlayson and Trezzi, CIC 2004); brightness a gamma towards a middle of
    0.5, then the darkest and lightest per cent are stretched a little.
    """
    linear = picture.astype(np.float64) / 255
    light = np.power(np.mean(linear**6, axis=(0, 1)), 1 / 6) + 1e-6
    gain = np.clip(light.mean() / light, 1 / _MOST_TINT, _MOST_TINT)
    balanced = np.clip(linear * gain, 0, 1)
    grey = balanced @ _LIGHTNESS
    middle = float(np.clip(np.median(grey), 0.02, 0.98))
    gamma = float(np.clip(np.log(0.5) / np.log(middle), 1 / _MOST_BRIGHTER, 1.1))
    raised = grey**gamma
    low, high = np.percentile(raised, (1, 99))
    low, high = min(float(low), 0.04), max(float(high), 0.85)
    wanted = np.clip((raised - low) / (high - low), 0, 1)
    # one factor for all three colours: brighter, not gaudier
    factor = np.clip(wanted / np.maximum(grey, 0.02), 0.85, 2.0)[..., None]
    return np.asarray(np.round(np.clip(balanced * factor, 0, 1) * 255), np.uint8)


def on_ground(picture: Picture, mask: Mask, ground: tuple[int, int, int]) -> Picture:
    """The goods on one colour, with an edge as soft as a pixel or two."""
    radius = max(1, round(max(picture.shape[:2]) / 400))
    inner = cv2.erode(mask, np.ones((2 * radius + 1, 2 * radius + 1), np.uint8))
    soft = np.clip(cv2.GaussianBlur(inner, (0, 0), radius), 0, 1)[..., None]
    mixed = picture * soft + np.array(ground, np.float64) * (1 - soft)
    return np.asarray(np.round(mixed), np.uint8)


def _around(found: Found, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    left, top, right, bottom = found.box
    margin = round(_MARGIN * max(right - left, bottom - top))
    return (
        max(0, left - margin),
        max(0, top - margin),
        min(shape[1], right + margin),
        min(shape[0], bottom + margin),
    )


def _square(
    image: Picture, window: tuple[int, int, int, int], ground: tuple[int, int, int] | None
) -> Picture:
    """A square that holds the window; where the picture ends, its plain ground goes on, or the square is smaller."""
    height, width = image.shape[:2]
    left, top, right, bottom = window
    side = max(right - left, bottom - top)
    if ground is None:
        side = min(side, height, width)
        x = _placed((left + right) // 2 - side // 2, side, width)
        y = _placed((top + bottom) // 2 - side // 2, side, height)
        return image[y : y + side, x : x + side]
    part = image[top:bottom, left:right]
    done: Any = np.empty((side, side, 3), np.uint8)
    done[:] = ground
    x, y = (side - part.shape[1]) // 2, (side - part.shape[0]) // 2
    done[y : y + part.shape[0], x : x + part.shape[1]] = part
    return np.asarray(done)


def _placed(start: int, side: int, most: int) -> int:
    return max(0, min(start, most - side))
