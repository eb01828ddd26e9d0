"""Where the goods are in a photograph, and whether that is certain enough to take the rest away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

#: red, green, blue, 0 to 255
Picture = NDArray[Any]
#: 0 where the ground is, 1 where the goods are
Mask = NDArray[np.float32]

#: pixels of the longer side at which goods are looked for
_LOOK_PX = 480
#: share of each side that is taken for ground before looking
_RIM = 0.03
_ROUNDS = 4
_LEAST_SHARE, _MOST_SHARE = 0.04, 0.80
#: share of a side's pixels that may belong to the goods
_MOST_ON_SIDE = 0.30
_MOST_SIDES = 1
#: share of the mask that its largest pieces must hold
_LEAST_WHOLE = 0.85
#: how much the goods' colours must differ from the ground's: distance of the middles over spread, in CIELAB
_LEAST_APART = 1.0
#: on calm ground what is this far from the rim's colours, 0 to 1, is goods
_SURE_UNLIKE = 0.5
#: a part of the goods was taken for ground: how far its hue is from the rim's (CIELAB a and b), and its share of the goods
_OTHER_HUE, _MOST_TORN = 14.0, 0.03
#: of calm ground: share of edge pixels, and spread of lightness, 0 to 255
_MOST_EDGES, _MOST_SPREAD = 0.05, 30.0


@dataclass(frozen=True, slots=True)
class Found:
    """``mask`` is as large as the picture; ``box`` left, top, right, bottom in pixels.

    ``doubt`` is "" or why the mask is not to be trusted: "nothing", "small", "whole", "edges", "scattered", "alike", "torn", "busy".
    """

    mask: Mask
    box: tuple[int, int, int, int]
    doubt: str

    @property
    def is_sure(self) -> bool:
        return not self.doubt


def find_goods(picture: Picture) -> Found:
    """Part goods from ground with GrabCut (Rother et al., SIGGRAPH 2004), the picture's rim taken for ground."""
    height, width = picture.shape[:2]
    scale = min(1.0, _LOOK_PX / max(height, width))
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    if min(small.shape[:2]) < 16 or float(small.std()) < 2:
        return _nothing(picture)
    goods = _grabbed(small)
    if not goods.any():
        return _nothing(picture)
    goods, whole = _pieces(goods)
    doubt = _doubt(goods, whole, small)
    soft = cv2.GaussianBlur(goods.astype(np.float32), (0, 0), 0.9)
    mask = np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    rows, columns = np.flatnonzero(goods.any(axis=1)), np.flatnonzero(goods.any(axis=0))
    box = (
        int(columns[0] / scale),
        int(rows[0] / scale),
        min(width, int((columns[-1] + 1) / scale)),
        min(height, int((rows[-1] + 1) / scale)),
    )
    return Found(np.clip(mask, 0, 1), box, doubt)


def _nothing(picture: Picture) -> Found:
    height, width = picture.shape[:2]
    return Found(np.zeros((height, width), np.float32), (0, 0, width, height), "nothing")


def _grabbed(small: Picture) -> NDArray[np.bool_]:
    height, width = small.shape[:2]
    cv2.setNumThreads(1)
    cv2.setRNGSeed(1)  # the colour models begin from random centres
    rim = max(2, round(_RIM * min(height, width)))
    marks = np.full((height, width), cv2.GC_PR_FGD, np.uint8)
    apart = _unlike_rim(small, rim)
    marks[apart < 0.35] = cv2.GC_PR_BGD
    if _is_calm(small, np.asarray(apart < 0.35)):
        marks[apart > _SURE_UNLIKE] = cv2.GC_FGD
    marks[:rim], marks[-rim:], marks[:, :rim], marks[:, -rim:] = (cv2.GC_BGD,) * 4
    if not np.isin(marks, (cv2.GC_FGD, cv2.GC_PR_FGD)).any():
        return np.zeros((height, width), np.bool_)
    ground, goods = np.zeros((1, 65)), np.zeros((1, 65))
    smooth = cv2.bilateralFilter(small, 5, 30, 5)
    cv2.grabCut(smooth, marks, (0, 0, 1, 1), ground, goods, _ROUNDS, cv2.GC_INIT_WITH_MASK)
    return np.asarray((marks == cv2.GC_FGD) | (marks == cv2.GC_PR_FGD))


def _unlike_rim(small: Picture, rim: int) -> NDArray[np.float64]:
    """0 to 1: how far each pixel's colour is from the nearest colours of the rim."""
    lab = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2LAB), np.float32)
    edge = np.concatenate(
        [
            lab[: rim * 2].reshape(-1, 3),
            lab[-rim * 2 :].reshape(-1, 3),
            lab[:, : rim * 2].reshape(-1, 3),
            lab[:, -rim * 2 :].reshape(-1, 3),
        ]
    )
    away = np.min([np.linalg.norm(lab - one, axis=2) for one in _main_colours(edge)], axis=0)
    return np.asarray(away / max(float(np.percentile(away, 98)), 12.0), np.float64)


def _main_colours(edge: NDArray[np.float32]) -> NDArray[Any]:
    ends = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 1.0)
    count = min(6, len(edge))
    _, _, centres = cv2.kmeans(
        edge, count, np.empty((0, 1), np.int32), ends, 1, cv2.KMEANS_PP_CENTERS
    )
    return np.asarray(centres)


def torn(small: Picture, goods: NDArray[np.bool_]) -> float:
    """What was left on the ground though no ground is of its hue, as a share of the goods: a stem cut from its leaves.

    Shadows have the ground's hue, so they do not count.
    """
    hue = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2LAB), np.float32)[..., 1:]
    rim = 2 * max(2, round(_RIM * min(small.shape[:2])))
    inner = np.zeros(goods.shape, np.bool_)
    inner[rim:-rim, rim:-rim] = True
    away = np.min([np.linalg.norm(hue - one, axis=2) for one in _main_colours(hue[~inner])], axis=0)
    around = cv2.dilate(goods.astype(np.uint8), np.ones((9, 9), np.uint8)) == 0
    left = (around & (away > _OTHER_HUE)).astype(np.uint8)
    crumbs_gone = cv2.morphologyEx(left, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    return float(crumbs_gone.sum() / max(1, goods.sum()))


def _pieces(goods: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], float]:
    """The large pieces without holes and crumbs, and which share of the mask they are."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    closed = cv2.morphologyEx(goods.astype(np.uint8), cv2.MORPH_OPEN, disc)
    closed = cv2.morphologyEx(closed, cv2.MORPH_CLOSE, disc)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(closed)
    if count < 2:
        return goods, 0.0
    areas = stats[1:, cv2.CC_STAT_AREA]
    large = 1 + np.flatnonzero(areas >= 0.12 * areas.max())
    kept = np.isin(labels, large)
    outlines, _ = cv2.findContours(kept.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros(kept.shape, np.uint8)
    cv2.drawContours(filled, outlines, -1, 1, cv2.FILLED)
    return filled.astype(np.bool_), float(kept.sum() / max(1, goods.sum()))


def _doubt(goods: NDArray[np.bool_], whole: float, small: Picture) -> str:
    share = float(goods.mean())
    if share < _LEAST_SHARE:
        return "small"
    if share > _MOST_SHARE:
        return "whole"
    inset = max(3, round(_RIM * min(goods.shape)) + 2)
    sides = (goods[inset], goods[-inset - 1], goods[:, inset], goods[:, -inset - 1])
    if sum(float(side.mean()) > _MOST_ON_SIDE for side in sides) > _MOST_SIDES:
        return "edges"
    if whole < _LEAST_WHOLE:
        return "scattered"
    lab = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2LAB), np.float64)
    inside, outside = lab[goods], lab[~goods]
    spread = float(np.mean(np.sqrt((inside.var(axis=0) + outside.var(axis=0)) / 2))) + 4
    apart = float(np.linalg.norm(inside.mean(axis=0) - outside.mean(axis=0))) / spread
    if apart < _LEAST_APART:
        return "alike"
    around = cv2.dilate(goods.astype(np.uint8), np.ones((9, 9), np.uint8)) == 0
    if not _is_calm(small, around):
        return "busy"
    return "torn" if torn(small, goods) > _MOST_TORN else ""


def _is_calm(small: Picture, ground: NDArray[np.bool_]) -> bool:
    """A table or a sheet: few edges, one lightness. A full shelf is not calm."""
    if ground.sum() < 50:
        return False
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), (0, 0), 1.0)
    edges = cv2.Canny(np.asarray(grey, np.uint8), 40, 90)[ground]
    low, high = np.percentile(np.asarray(grey)[ground], (5, 95))
    return bool((edges > 0).mean() < _MOST_EDGES and (high - low) / 2 < _MOST_SPREAD)
