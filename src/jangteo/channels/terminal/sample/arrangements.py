"""How copies of a sprite are laid out in a picture, and the boards, plates and baskets they lie on."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from random import Random

from PIL import Image

from jangteo.channels.terminal.sample.drawing import Pen, lit, shade

#: x, y, size, turn; the first three in parts of the picture's side
Place = tuple[float, float, float, float]


def _one(count: int, rng: Random) -> list[Place]:
    return [(0.5, 0.5, 0.92, 0)]


def _left(count: int, rng: Random) -> list[Place]:
    return [(0.3, 0.4, 0.5, -6)]


def _mid(count: int, rng: Random) -> list[Place]:
    return [(0.5, 0.62, 0.5, 0)]


def _right(count: int, rng: Random) -> list[Place]:
    return [(0.7, 0.4, 0.5, 6)]


def _pair(count: int, rng: Random) -> list[Place]:
    return [(0.41, 0.41, 0.66, -8), (0.58, 0.6, 0.66, -2)]


def _pile(count: int, rng: Random) -> list[Place]:
    """Rows that narrow towards the top; the widest row lies at the bottom."""
    width = next(w for w in range(1, count + 1) if w * (w + 1) // 2 >= count)
    rows: list[int] = []
    left = count
    while left > 0:
        rows.insert(0, min(width, left))
        left -= width
        width -= 1
    size = min(0.46, 0.98 / (max(rows) * 0.72 + 0.35))
    tall = size + (len(rows) - 1) * size * 0.62
    places = []
    for index, many in enumerate(rows):
        y = 0.5 - tall / 2 + size / 2 + index * size * 0.62
        for k in range(many):
            x = 0.5 + (k - (many - 1) / 2) * size * 0.74
            places.append((x + rng.uniform(-0.012, 0.012), y, size, rng.uniform(-14, 14)))
    return places


def _row(count: int, rng: Random) -> list[Place]:
    size = min(0.56, 0.92 / (1 + (count - 1) * 0.56))
    step = size * 0.56
    return [
        (0.5 + (k - (count - 1) / 2) * step, 0.5 + (k % 2) * 0.02, size, rng.uniform(-5, 5))
        for k in range(count)
    ]


def _lay(count: int, rng: Random) -> list[Place]:
    """Long things lying side by side, one below the other, a little aslant."""
    step = min(0.24, 0.6 / max(1, count))
    size = 0.8 if count < 3 else 0.7
    return [
        (
            0.5 + (k - (count - 1) / 2) * 0.035,
            0.5 + (k - (count - 1) / 2) * step,
            size,
            -10 + rng.uniform(-2, 2),
        )
        for k in range(count)
    ]


def _fan(count: int, rng: Random) -> list[Place]:
    places = []
    for k in range(count):
        part = 0 if count == 1 else -1 + 2 * k / (count - 1)
        places.append((0.5 + part * 0.2, 0.46 + abs(part) * 0.07, 0.56, part * 26))
    return sorted(places, key=lambda place: -abs(place[0] - 0.5))


def _grid(count: int, rng: Random) -> list[Place]:
    columns = next(
        c for c in range(math.isqrt(count), count + 1) if c * c >= count and count % c == 0
    )
    rows = count // columns
    size = 0.8 / columns
    return [
        (
            0.5 + (k % columns - (columns - 1) / 2) * size,
            0.505 + (k // columns - (rows - 1) / 2) * min(size * 0.86, 0.6 / rows),
            size * 1.14,
            rng.uniform(-6, 6),
        )
        for k in range(count)
    ]


def _scatter(count: int, rng: Random) -> list[Place]:
    size = min(0.42, 0.95 / math.sqrt(count + 1.5))
    places = []
    for k in range(count):
        far = math.sqrt((k + 0.5) / count) * 0.31
        angle = k * 2.39996 + rng.uniform(-0.2, 0.2)
        places.append(
            (
                0.5 + far * math.cos(angle) * 1.08,
                0.5 + far * math.sin(angle) * 0.86,
                size,
                rng.uniform(-40, 40),
            )
        )
    return sorted(places, key=lambda place: place[1])


ARRANGEMENTS: Mapping[str, Callable[[int, Random], list[Place]]] = {
    "one": _one,
    "left": _left,
    "mid": _mid,
    "right": _right,
    "pair": _pair,
    "pile": _pile,
    "row": _row,
    "lay": _lay,
    "fan": _fan,
    "grid": _grid,
    "scatter": _scatter,
}


def _plate_back(colour: str) -> Image.Image:
    pen = Pen()
    pen.oval(50, 64, 48, 28, colour or "#f7f3ec")
    image = lit(pen.image, 4)
    inner = Pen()
    inner.oval(50, 63, 38, 21, shade(colour or "#f7f3ec", -0.05))
    image.alpha_composite(inner.image)
    return image


def _board_back(colour: str) -> Image.Image:
    pen = Pen()
    wood = colour or "#d9ab72"
    pen.box(3, 24, 97, 92, 9, wood)
    for k in range(6):
        pen.stroke(
            [(8, 33 + k * 10), (50, 35 + k * 10 + (k % 2) * 2), (92, 32 + k * 10)],
            0.6,
            shade(wood, -0.13),
        )
    return lit(pen.image, 4)


def _basket_back(colour: str) -> Image.Image:
    pen = Pen()
    pen.oval(50, 60, 48, 22, colour or "#c68d4f")
    inner = Pen()
    inner.oval(50, 60, 43, 18, shade(colour or "#c68d4f", -0.4))
    image = lit(pen.image, 4)
    image.alpha_composite(inner.image)
    return image


def _basket_front(colour: str) -> Image.Image:
    base = colour or "#c68d4f"
    pen = Pen()
    pen.poly(
        [(2, 60), (10, 88), (18, 95), (82, 95), (90, 88), (98, 60), (88, 72), (50, 80), (12, 72)],
        base,
    )
    for row in range(4):
        for k in range(17):
            x = 7 + k * 5.4
            y = 72 + row * 6.4 - abs(x - 50) * 0.16 + 4
            if 8 + row * 1.6 < x < 92 - row * 1.6:
                pen.oval(x, y, 2.5, 2.5, shade(base, 0.16 if (k + row) % 2 else -0.2))
    return lit(pen.image, 5)


def _crate_back(colour: str) -> Image.Image:
    wood = colour or "#d3a367"
    pen = Pen()
    pen.box(3, 14, 97, 92, 4, wood)
    image = lit(pen.image, 3)
    inner = Pen()
    inner.box(8, 19, 92, 84, 3, shade(wood, -0.35))
    image.alpha_composite(inner.image)
    return image


def _crate_front(colour: str) -> Image.Image:
    wood = colour or "#d3a367"
    pen = Pen()
    pen.box(2, 78, 98, 95, 3, wood)
    pen.box(4, 86, 96, 87, 0, shade(wood, -0.3))
    return lit(pen.image, 3)


def _carton_back(colour: str) -> Image.Image:
    return _crate_back(colour or "#c9975f")


def _wrap_front(colour: str) -> Image.Image:
    paper = colour or "#e9d9c3"
    pen = Pen()
    pen.poly([(22, 50), (50, 62), (78, 50), (58, 98), (42, 98)], paper)
    image = lit(pen.image, 5)
    fold = Pen()
    fold.poly([(78, 50), (50, 62), (56, 98), (58, 98)], shade(paper, -0.12))
    fold.box(40, 78, 60, 82, 2, "#c8503f")
    image.alpha_composite(fold.image)
    return image


def _nothing(colour: str) -> Image.Image | None:
    return None


Side = Callable[[str], Image.Image | None]
#: back, front, and how far up (in parts of the side) the goods rest
VESSELS: Mapping[str, tuple[Side, Side, float, float]] = {
    "plate": (_plate_back, _nothing, 0.05, 0.82),
    "board": (_board_back, _nothing, -0.04, 0.84),
    "basket": (_basket_back, _basket_front, 0.07, 0.84),
    "crate": (_crate_back, _crate_front, 0.02, 0.92),
    "carton": (_carton_back, _crate_front, 0.02, 0.92),
    "wrap": (_nothing, _wrap_front, 0.1, 0.92),
}
