"""Where lines stand to each other: how the board is turned, which lines are one row, which columns it has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jangteo.engines.boards.sight import Quad

_AMOUNT = re.compile(
    r"\d{1,3}(?:,\d{3})+|\d{3,}(?!\d|\s*(?:k?g|m?l)\b)|\d\s*(?:천|만|백)|[천만]\s*원", re.I
)
_HANGUL = re.compile(r"[가-힣]")
_MEASURE = re.compile(
    r"^[\d.,\s]*(?:원|kg|g|ml|l|개|단|근|손|봉|팩|마리|모|망|판|박스|포기|묶음|되|말|병|줄)?$", re.I
)
#: share of its height by which a found line is longer than its letters, at each end
_TRIM = 0.2


@dataclass(frozen=True, slots=True)
class Placed:
    """One line on the straightened board: pixels, y downwards."""

    index: int
    left: float
    right: float
    middle: float
    height: float


@dataclass(frozen=True, slots=True)
class Spot:
    """Row and column of a line; ``is_unsure`` when its row could be another."""

    index: int
    row: int
    column: int
    is_unsure: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    """Lines of one row from the left; of a tag, its name and the price below."""

    lines: list[Placed]
    is_stacked: bool = False
    is_unsure: bool = False


def angle_of(quads: Sequence[Quad]) -> float:
    """Degrees by which the letters lean, clockwise, from long lines."""
    along = np.array([(q[1] - q[0] + q[2] - q[3]) / 2 for q in quads])
    weight = np.linalg.norm(along, axis=1)
    degrees = np.degrees(np.arctan2(along[:, 1], along[:, 0]))
    order = np.argsort(degrees)
    half = np.cumsum(weight[order]) >= weight.sum() / 2
    return float(degrees[order][int(np.argmax(half))])


def stands_on_end(quads: Sequence[Quad]) -> bool:
    """Are most lines taller than wide: is the picture a quarter turn off?"""
    wide = np.array([np.linalg.norm(q[1] - q[0]) for q in quads])
    tall = np.array([np.linalg.norm(q[3] - q[0]) for q in quads])
    is_tall, is_wide = tall > 1.4 * wide, wide > 1.4 * tall
    return bool(tall[is_tall].sum() > wide[is_wide].sum())


def straighten(quads: Sequence[Quad], degrees: float) -> list[Placed]:
    """Lines where they would stand without turn and perspective.

    The slope that is left after turning back is fitted as a plane over the picture (weights: lengths of lines), and each
    line is moved along it: lines of one row come to one height also where rows fan out.
    """
    turn = np.radians(degrees)
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    turned = [q @ spin.T for q in quads]
    centres = np.array([q.mean(axis=0) for q in turned])
    slope_at = _slopes(turned, centres)
    middle_x = float(np.median(centres[:, 0]))
    placed = []
    for index, quad in enumerate(turned):
        x, y = centres[index]
        shift = slope_at((x + middle_x) / 2, y) * (x - middle_x)
        height = (np.linalg.norm(quad[3] - quad[0]) + np.linalg.norm(quad[2] - quad[1])) / 2
        ends = (quad[0, 0] + quad[3, 0]) / 2, (quad[1, 0] + quad[2, 0]) / 2
        # the finder's boxes reach beyond the letters
        trim = min(_TRIM * height, (ends[1] - ends[0]) / 4)
        placed.append(
            Placed(
                index,
                float(ends[0] + trim),
                float(ends[1] - trim),
                float(y - shift),
                float(height),
            )
        )
    return placed


class _Plane:
    def __init__(self, weights: NDArray[np.float64]) -> None:
        self._weights = weights

    def __call__(self, x: float, y: float) -> float:
        return float(np.clip(self._weights @ (1.0, x, y), -0.35, 0.35))


def _slopes(turned: Sequence[NDArray[np.float32]], centres: NDArray[np.float32]) -> _Plane:
    along = np.array([(q[1] - q[0] + q[2] - q[3]) / 2 for q in turned])
    width = np.maximum(along[:, 0], 1e-3)
    slope = along[:, 1] / width
    use = np.abs(slope) < 0.4
    if use.sum() < 4:
        return _Plane(np.zeros(3))
    ground = np.column_stack([np.ones(len(slope)), centres])[use]
    weight = np.minimum(width, np.percentile(width, 90))[use]
    size = np.ptp(ground[:, 1:], axis=0).max() + 1
    # short lines lean by chance: a little ridge keeps the plane flat unless many agree
    ridge = np.diag([0.0, 1.0, 1.0]) * weight.sum() * (size * 0.05) ** 2 / 12
    left = ground.T @ (ground * weight[:, None]) + ridge
    return _Plane(np.linalg.solve(left, ground.T @ (weight * slope[use])))


def arrange(placed: Sequence[Placed], texts: Sequence[str]) -> list[Spot]:
    """Row and column of each line, in reading order: side by side lists one after the other, prices beside names."""
    rows = _rows(placed)
    spots: list[Spot] = []
    for block in _blocks(rows, texts):
        joined = _stacked(block, texts)
        columns = _columns([row.lines for row in joined if not row.is_stacked])
        for row in joined:
            number = max((spot.row for spot in spots), default=-1) + 1
            for place, one in enumerate(row.lines):
                column = int(np.searchsorted(columns, (one.left + one.right) / 2))
                spots.append(
                    Spot(one.index, number, place if row.is_stacked else column, row.is_unsure)
                )
    return spots


def _rows(placed: Sequence[Placed]) -> list[list[Placed]]:
    rows: list[list[Placed]] = []
    for one in sorted(placed, key=lambda p: p.middle):
        best, near = None, 0.5
        for row in rows[-3:]:
            middle = float(np.mean([p.middle for p in row]))
            height = min(one.height, float(np.median([p.height for p in row])))
            away = abs(one.middle - middle) / max(height, 1)
            if away < near and not any(_overlap(one, p) > 0.5 for p in row):
                best, near = row, away
        if best is None:
            rows.append([one])
        else:
            best.append(one)
    return sorted(
        (sorted(row, key=lambda p: p.left) for row in rows),
        key=lambda row: float(np.mean([p.middle for p in row])),
    )


def _overlap(a: Placed, b: Placed) -> float:
    shared = min(a.right, b.right) - max(a.left, b.left)
    return shared / max(1.0, min(a.right - a.left, b.right - b.left))


def is_amount(text: str) -> bool:
    """Could this be a price?"""
    return bool(_AMOUNT.search(text))


def is_name(text: str) -> bool:
    """Does this say more than an amount or a unit?"""
    return bool(_HANGUL.search(text)) and not _MEASURE.match(text.replace(" ", ""))


def _blocks(rows: list[list[Placed]], texts: Sequence[str]) -> list[list[list[Placed]]]:
    """Lists that stand side by side, each with names and prices of its own, one after the other."""
    gutter = _gutter(rows, texts)
    if gutter is None:
        return [rows]
    left = [[p for p in row if p.right <= gutter] for row in rows]
    right = [[p for p in row if p.left >= gutter] for row in rows]
    return [
        *_blocks([row for row in left if row], texts),
        *_blocks([row for row in right if row], texts),
    ]


def _gutter(rows: list[list[Placed]], texts: Sequence[str]) -> float | None:
    lines = [p for row in rows for p in row]
    edges = sorted({p.left for p in lines})
    for edge in edges[1:]:
        if any(p.left < edge < p.right for p in lines):
            continue
        before = [[p for p in row if p.right <= edge] for row in rows]
        after = [[p for p in row if p.left >= edge] for row in rows]
        if _is_list(before, texts) and _is_list(after, texts):
            return edge
    return None


def _is_list(rows: Sequence[Sequence[Placed]], texts: Sequence[str]) -> bool:
    """Do most rows hold a name and an amount, at least two of them?"""
    used = [row for row in rows if row]
    whole = [
        row
        for row in used
        if any(is_name(texts[p.index]) for p in row) and any(is_amount(texts[p.index]) for p in row)
    ]
    return len(whole) >= 2 and len(whole) >= 0.6 * len(used)


def _stacked(rows: list[list[Placed]], texts: Sequence[str]) -> list[_Row]:
    """Tags with the price below the name: both as one row, one row for each tag beside another."""
    done: list[_Row] = []
    number = 0
    while number < len(rows):
        row = rows[number]
        below = rows[number + 1] if number + 1 < len(rows) else []
        pairs = _pairs(row, below, texts)
        if not pairs:
            done.append(_Row(row))
            number += 1
            continue
        above = rows[number - 1] if number else []
        is_unsure = (
            bool(above)
            and _prices_only(above, texts)
            and (_gap(row, below) > 0.8 * _gap(above, row))
        )
        done += [_Row([name, price], True, is_unsure) for name, price in pairs]
        number += 2
    return done


def _pairs(
    names: list[Placed], prices: list[Placed], texts: Sequence[str]
) -> list[tuple[Placed, Placed]]:
    if not names or len(names) != len(prices) or not _prices_only(prices, texts):
        return []
    if any(is_amount(texts[p.index]) or not is_name(texts[p.index]) for p in names):
        return []
    pairs = list(zip(names, prices, strict=True))
    if any(_overlap(name, price) < 0.3 for name, price in pairs):
        return []
    return pairs if _gap(names, prices) < 3.5 * max(p.height for p in prices) else []


def _prices_only(row: Sequence[Placed], texts: Sequence[str]) -> bool:
    return all(is_amount(texts[p.index]) and not is_name(texts[p.index]) for p in row)


def _gap(above: Sequence[Placed], below: Sequence[Placed]) -> float:
    return float(np.mean([p.middle for p in below]) - np.mean([p.middle for p in above]))


def _columns(rows: Sequence[Sequence[Placed]]) -> list[float]:
    """Places between columns: where almost no row has letters, and rows have letters on both sides."""
    rows = [row for row in rows if len(row) > 1]  # a title runs across all columns
    lines = [p for row in rows for p in row]
    if len(rows) < 2:
        return _own_gaps(rows[0]) if rows else []
    cuts: list[float] = []
    # one row in five may reach over: a heading's box, a long name
    allowed = len(rows) // 5
    edges = sorted(p.left for p in lines)
    for edge in edges[1:]:
        at = edge - 1.0
        if cuts and not any(cuts[-1] < (p.left + p.right) / 2 < at for p in lines):
            continue
        over = sum(p.left < at < p.right for p in lines)
        before = any((p.left + p.right) / 2 < at for p in lines)
        if before and over <= allowed:
            cuts.append(at)
    return cuts


def _own_gaps(row: Sequence[Placed]) -> list[float]:
    return [b.left - 1.0 for b in sorted(row, key=lambda p: p.left)[1:]]
