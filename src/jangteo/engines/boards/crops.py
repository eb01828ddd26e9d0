"""Cutting lines out of a picture and cleaning them: straight, dark on light, even ground, without a table's rules."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from jangteo.engines.boards.sight import Picture, Quad

#: a line is read with a little of what is around it; half a letter at its ends, or the first digit may be cut off
_PAD_ENDS = 0.18
_PAD_SIDES = 0.02


def length(way: NDArray[np.float32]) -> float:
    """Pixels from one corner to another."""
    return float(np.hypot(way[0], way[1]))


def cut(picture: Picture, quad: Quad) -> Picture:
    """The line within ``quad``, level."""
    width = max(length(quad[1] - quad[0]), length(quad[2] - quad[3]))
    height = max(length(quad[3] - quad[0]), length(quad[2] - quad[1]))
    along = (quad[1] - quad[0] + quad[2] - quad[3]) / (2 * max(width, 1))
    down = (quad[3] - quad[0] + quad[2] - quad[1]) / (2 * max(height, 1))
    ends, sides = along * height * _PAD_ENDS, down * height * _PAD_SIDES
    corners = quad + np.stack([-ends - sides, ends - sides, ends + sides, -ends + sides])
    wide = max(8, round(float(width + 2 * _PAD_ENDS * height)))
    high = max(8, round(float(height * (1 + 2 * _PAD_SIDES))))
    target = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    return np.asarray(
        cv2.warpPerspective(
            picture, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        ),
        np.uint8,
    )


def cleaned(crop: Picture) -> Picture:
    """The crop in grey, dark letters on even light ground, rules of a table painted over."""
    grey = np.asarray(cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY), np.float32)
    ground = float(np.median(grey))
    low, high = np.percentile(grey, (2, 98))
    if ground - low < high - ground:  # chalk on slate
        grey = 255.0 - grey
    reach = max(15, (grey.shape[0] // 2) * 2 + 1)
    paper = cv2.dilate(grey.astype(np.uint8), np.ones((reach, reach), np.uint8))
    paper = cv2.GaussianBlur(paper, (0, 0), reach / 2).astype(np.float32)
    flat = np.clip(grey / np.maximum(paper, 1) * 255, 0, 255)
    dark, light = np.percentile(flat, (1, 90))
    spread = np.clip((flat - dark) / max(light - dark, 24) * 255, 0, 255).astype(np.uint8)
    return _without_rules(spread)


def _without_rules(grey: Picture) -> Picture:
    """Paint over what runs to the crop's rim and is no letter: borders of cells, and pieces of what stands beside."""
    height, width = grey.shape
    ink = (grey < 150).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    done = grey.copy()
    pad = height * _PAD_ENDS
    for label in range(1, count):
        left, top, wide, high, area = (int(v) for v in stats[label])
        right, bottom = left + wide, top + high
        on_side = left <= 0 or right >= width
        on_rim = top <= 0 or bottom >= height
        if not (on_side or on_rim):
            continue
        is_upright = high >= 0.8 * height and wide <= 0.2 * height
        is_flat = high <= 0.2 * height and (wide >= 0.8 * height or on_rim)
        is_frame = wide >= 0.9 * width and area <= 0.2 * wide * high
        is_stub = on_side and (right <= pad or left >= width - pad)
        is_sliver = on_rim and not on_side and high <= 0.12 * height
        if is_upright or is_flat or is_frame or is_stub or is_sliver:
            done[labels == label] = 255
    return cv2.GaussianBlur(done, (0, 0), 0.6) if count > 1 else done


def sharpness(grey: Picture) -> float:
    """Variance of the Laplacian of letters brought to one size; below about 60 they are blurred."""
    return float(cv2.Laplacian(grey, cv2.CV_64F).var())
