"""Drawing tools for the sample market's pictures: a pen in percent units, colour, light and heaps.

A sprite is a square RGBA image; the pen's coordinates run from 0 to 100 over it, left to
right and top to bottom. Everything that looks random comes from a ``random.Random`` seeded by the caller.
"""

from __future__ import annotations

import colorsys
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from random import Random

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter

#: pixels of a sprite drawn now; see sprite_side
_SIDE: ContextVar[int] = ContextVar("sprite_side", default=600)
Point = tuple[float, float]
Rgba = tuple[int, int, int, int]


def rgba(colour: str, alpha: int = 255) -> Rgba:
    """``#rrggbb`` as a tuple of four bytes."""
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return red, green, blue, alpha


def shade(colour: str, amount: float) -> str:
    """The colour made lighter (amount above 0) or darker and slightly warmer (below 0); amount in -1..1."""
    red, green, blue, _ = rgba(colour)
    goal = (255, 250, 240) if amount > 0 else (40, 18, 10)
    part = abs(amount)
    mixed = (round(a + (b - a) * part) for a, b in zip((red, green, blue), goal, strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def jitter(colour: str, rng: Random, amount: float = 0.05) -> str:
    """The colour moved a little in hue and lightness."""
    red, green, blue, _ = rgba(colour)
    hue, light, sat = colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)
    hue = (hue + rng.uniform(-amount, amount) * 0.15) % 1
    light = min(1.0, max(0.0, light + rng.uniform(-amount, amount)))
    back = colorsys.hls_to_rgb(hue, light, sat)
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in back)


@contextmanager
def sprite_side(px: int) -> Iterator[None]:
    """Draw the sprites inside at ``px`` by ``px``: large for a thing shown alone, small for one of many."""
    token = _SIDE.set(px)
    try:
        yield
    finally:
        _SIDE.reset(token)


class Pen:
    """Draws on one transparent sprite in percent units."""

    def __init__(self, side: int | None = None) -> None:
        side = side or _SIDE.get()
        self.image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
        self.scale = side / 100
        self.draw = ImageDraw.Draw(self.image)

    def _px(self, points: Sequence[Point]) -> list[Point]:
        return [(x * self.scale, y * self.scale) for x, y in points]

    def oval(self, x: float, y: float, rx: float, ry: float, fill: str, turn: float = 0) -> None:
        """A filled ellipse round its centre, turned clockwise by degrees."""
        if not turn:
            box = self._px([(x - rx, y - ry), (x + rx, y + ry)])
            self.draw.ellipse([box[0], box[1]], fill=fill)
            return
        cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        ring = [math.tau * step / 28 for step in range(28)]
        self.poly(
            [
                (
                    x + rx * math.cos(a) * cos - ry * math.sin(a) * sin,
                    y + rx * math.cos(a) * sin + ry * math.sin(a) * cos,
                )
                for a in ring
            ],
            fill,
        )

    def poly(self, points: Sequence[Point], fill: str) -> None:
        """A filled polygon."""
        self.draw.polygon(self._px(points), fill=fill)

    def box(self, x0: float, y0: float, x1: float, y1: float, r: float, fill: str) -> None:
        """A filled rectangle with rounded corners."""
        (a, b) = self._px([(x0, y0), (x1, y1)])
        self.draw.rounded_rectangle([a, b], radius=r * self.scale, fill=fill)

    def stroke(self, points: Sequence[Point], width: float, fill: str) -> None:
        """A smooth line through the points with round ends."""
        path = smooth(points)
        px = self._px(path)
        wide = max(1, round(width * self.scale))
        self.draw.line(px, fill=fill, width=wide, joint="curve")
        radius = wide / 2
        for x, y in (px[0], px[-1]):
            self.draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=fill)

    def glaze(self, other: Image.Image) -> None:
        """Lay another sprite of the same side over this one."""
        self.image.alpha_composite(other)
        self.draw = ImageDraw.Draw(self.image)


def smooth(points: Sequence[Point], steps: int = 8) -> list[Point]:
    """Points on a Catmull-Rom curve through the given ones (ends kept)."""
    if len(points) < 3:
        return list(points)
    padded = [points[0], *points, points[-1]]
    out: list[Point] = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for step in range(steps):
            t = step / steps
            out.append(
                (
                    _catmull(a[0], b[0], c[0], d[0], t),
                    _catmull(a[1], b[1], c[1], d[1], t),
                )
            )
    out.append(points[-1])
    return out


def _catmull(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )


def lit(sprite: Image.Image, depth: float = 5, strength: float = 1.0) -> Image.Image:
    """Give a flat sprite volume: light from the upper left, shade at the lower right; ``depth`` in percent."""
    side = sprite.width
    step = max(3, side // 150)
    small = sprite.getchannel("A").reduce(step)
    blur = max(1.0, depth * side / (100 * step))
    soft = small.filter(ImageFilter.GaussianBlur(blur))
    move = max(1, round(blur * 0.9))
    bright = ImageChops.subtract(small, ImageChops.offset(soft, move, move))
    dark = ImageChops.subtract(small, ImageChops.offset(soft, -move, -move))
    out = sprite.copy()
    for mask, colour, part in ((bright, (255, 252, 244), 0.55), (dark, (60, 24, 14), 0.42)):
        level = part * strength
        big = mask.point([round(v * level) for v in range(256)]).resize(
            sprite.size, Image.Resampling.BILINEAR
        )
        layer = Image.new("RGBA", sprite.size, (*colour, 0))
        layer.putalpha(ImageChops.multiply(big, sprite.getchannel("A")))
        out.alpha_composite(layer)
    return out


Piece = Callable[[Pen, Random, float, float, float, str], None]


def _grain(pen: Pen, rng: Random, x: float, y: float, s: float, colour: str) -> None:
    turn = rng.uniform(0, 180)
    pen.oval(x, y + s * 0.25, s * 0.95, s * 0.6, shade(colour, -0.38), turn)
    pen.oval(x, y, s * 0.95, s * 0.6, colour, turn)
    pen.oval(x - s * 0.25, y - s * 0.2, s * 0.3, s * 0.15, shade(colour, 0.45), turn)


def _bean(pen: Pen, rng: Random, x: float, y: float, s: float, colour: str) -> None:
    turn = rng.uniform(-60, 60)
    pen.oval(x, y + s * 0.3, s, s * 0.78, shade(colour, -0.4), turn)
    pen.oval(x, y, s, s * 0.78, colour, turn)
    pen.oval(x - s * 0.35, y - s * 0.3, s * 0.3, s * 0.18, shade(colour, 0.55), turn)


def _shred(pen: Pen, rng: Random, x: float, y: float, s: float, colour: str) -> None:
    turn = rng.uniform(0, math.pi)
    dx, dy = math.cos(turn) * s * 2.4, math.sin(turn) * s * 1.3
    bend = rng.uniform(-1, 1) * s * 1.2
    path = [(x - dx, y - dy), (x + bend * 0.4, y - abs(bend) * 0.7), (x + dx, y + dy)]
    pen.stroke([(a, b + s * 0.28) for a, b in path], s * 0.62, shade(colour, -0.4))
    pen.stroke(path, s * 0.56, colour)
    pen.stroke([(a, b - s * 0.1) for a, b in path], s * 0.14, shade(colour, 0.35))


def _cube(pen: Pen, rng: Random, x: float, y: float, s: float, colour: str) -> None:
    turn = rng.uniform(-0.5, 0.5)
    cos, sin = math.cos(turn) * s, math.sin(turn) * s * 0.6
    top = [
        (x - cos, y - sin - s * 0.3),
        (x + sin, y - cos * 0.6 - s * 0.3),
        (x + cos, y + sin - s * 0.3),
        (x - sin, y + cos * 0.6 - s * 0.3),
    ]
    low = [(a, b + s * 0.85) for a, b in top]
    pen.poly([top[0], top[3], low[3], low[0]], shade(colour, -0.14))
    pen.poly([top[3], top[2], low[2], low[3]], shade(colour, -0.3))
    pen.poly(top, shade(colour, 0.12))


def _coin(pen: Pen, rng: Random, x: float, y: float, s: float, colour: str) -> None:
    turn = rng.uniform(-25, 25)
    pen.oval(x, y + s * 0.3, s * 1.1, s * 0.7, shade(colour, -0.38), turn)
    pen.oval(x, y, s * 1.1, s * 0.7, colour, turn)
    pen.oval(x, y - s * 0.05, s * 0.75, s * 0.45, shade(colour, 0.22), turn)


def _leaf(pen: Pen, rng: Random, x: float, y: float, s: float, colour: str) -> None:
    turn = rng.uniform(0, math.tau)
    ring = []
    for step in range(14):
        a = math.tau * step / 14
        r = s * (1.35 + 0.22 * math.sin(step * 2.6 + turn))
        ring.append(
            (x + r * math.cos(a + turn) * 1.25, y + r * math.sin(a + turn) * 0.7),
        )
    pen.poly([(a, b + s * 0.3) for a, b in ring], shade(colour, -0.42))
    pen.poly(ring, colour)
    pen.stroke(
        [ring[0], (x, y - s * 0.15), ring[7]],
        s * 0.16,
        shade(colour, 0.38),
    )


def _chunk(pen: Pen, rng: Random, x: float, y: float, s: float, colour: str) -> None:
    turn = rng.uniform(0, math.tau)
    ring = [
        (
            x + s * rng.uniform(0.95, 1.25) * math.cos(turn + math.tau * k / 8),
            y + s * rng.uniform(0.7, 0.95) * math.sin(turn + math.tau * k / 8),
        )
        for k in range(8)
    ]
    pen.poly(smooth([*ring, ring[0]], 3), shade(colour, -0.12))
    pen.poly(smooth([(a, b - s * 0.22) for a, b in [*ring, ring[0]]], 3), colour)
    pen.oval(x - s * 0.3, y - s * 0.5, s * 0.32, s * 0.14, shade(colour, 0.5), -15)
    pen.stroke([ring[1], ring[2], ring[3]], s * 0.1, shade(colour, -0.35))


def _fishlet(pen: Pen, rng: Random, x: float, y: float, s: float, colour: str) -> None:
    turn = rng.uniform(-0.9, 0.9) + (math.pi if rng.random() < 0.5 else 0)
    cos, sin = math.cos(turn), math.sin(turn)

    def at(u: float, v: float) -> Point:
        return x + (u * cos - v * sin) * s, y + (u * sin + v * cos) * s

    body = [at(-2.2, 0), at(-1.2, -0.42), at(0.6, -0.45), at(1.9, -0.1), at(2.6, -0.5)]
    body += [at(2.6, 0.5), at(1.9, 0.1), at(0.6, 0.42), at(-1.2, 0.4)]
    pen.poly([(a, b + s * 0.3) for a, b in body], shade(colour, -0.45))
    pen.poly(body, colour)
    pen.stroke([at(-1.3, -0.18), at(0.6, -0.22), at(1.9, 0)], s * 0.2, shade(colour, -0.3))
    pen.stroke([at(-1.0, 0.15), at(0.8, 0.15)], s * 0.16, shade(colour, 0.6))
    eye = at(-1.65, -0.08)
    pen.oval(eye[0], eye[1], s * 0.17, s * 0.17, "#2a2320")


def _slice(pen: Pen, rng: Random, x: float, y: float, s: float, colour: str) -> None:
    turn = rng.uniform(-14, 14)
    pen.oval(x, y + s * 0.28, s * 1.5, s * 0.85, shade(colour, -0.42), turn)
    pen.oval(x, y, s * 1.5, s * 0.85, shade(colour, -0.25), turn)
    pen.oval(x + s * 0.05, y - s * 0.06, s * 1.33, s * 0.7, shade(colour, 0.55), turn)
    pen.oval(x + s * 0.1, y + s * 0.06, s * 1.1, s * 0.5, colour, turn)
    pen.stroke([(x - s * 0.6, y), (x, y + s * 0.12), (x + s * 0.7, y)], s * 0.1, shade(colour, 0.4))


PIECES: dict[str, Piece] = {
    "grain": _grain,
    "bean": _bean,
    "shred": _shred,
    "stick": _shred,
    "cube": _cube,
    "coin": _coin,
    "leaf": _leaf,
    "chunk": _chunk,
    "fishlet": _fishlet,
    "slice": _slice,
}
#: how many pieces fill a heap and how large one is, in percent of the sprite
_FILL: dict[str, tuple[int, float]] = {
    "grain": (560, 1.75),
    "bean": (210, 3.1),
    "shred": (150, 3.6),
    "stick": (46, 6.4),
    "cube": (70, 5.2),
    "coin": (60, 6.2),
    "leaf": (46, 6.2),
    "chunk": (52, 6.6),
    "fishlet": (95, 4.6),
    "slice": (22, 10.0),
}


def heap(
    pen: Pen,
    rng: Random,
    style: str,
    colours: Sequence[str],
    oval: tuple[float, float, float, float],
    rise: float = 12,
    size: float = 1.0,
) -> None:
    """Fill an ellipse ``(x, y, rx, ry)`` with pieces mounded up by ``rise``; back pieces are drawn first.

    ``style`` is a key of PIECES, or ``powder`` (a smooth dome) or ``noodle`` (long curls) or ``soup`` (flat).
    """
    x, y, rx, ry = oval
    base = colours[0]
    if style == "soup":
        pen.oval(x, y, rx, ry, shade(base, -0.1))
        pen.oval(x, y + ry * 0.06, rx * 0.96, ry * 0.9, base)
        pen.oval(x - rx * 0.3, y - ry * 0.35, rx * 0.4, ry * 0.16, shade(base, 0.25), -6)
        return
    if style == "powder":
        dome = Pen(pen.image.width)
        dome.oval(x, y, rx, ry, shade(base, -0.12))
        top = [(x - rx, y), (x - rx * 0.45, y - rise * 1.2), (x, y - rise * 1.75)]
        top += [(x + rx * 0.45, y - rise * 1.2), (x + rx, y)]
        dome.poly(smooth(top), base)
        dome.oval(x, y, rx, ry * 0.9, base)
        pen.glaze(lit(dome.image, 9, 0.8))
        for _ in range(500):
            angle, far = rng.uniform(0, math.tau), math.sqrt(rng.random()) * 0.93
            px = x + rx * far * math.cos(angle)
            py = y + ry * far * math.sin(angle) - rise * 1.5 * (1 - far)
            dot = rng.uniform(0.25, 0.55)
            pen.oval(
                px, py, dot, dot, jitter(shade(rng.choice(colours), rng.uniform(-0.2, 0.25)), rng)
            )
        return
    if style == "noodle":
        pen.oval(x, y, rx, ry, shade(base, -0.16))
        for _ in range(170):
            angle = rng.uniform(0, math.tau)
            far = math.sqrt(rng.random()) * 0.76
            cx, cy = (
                x + rx * far * math.cos(angle),
                y + ry * far * math.sin(angle) - rise * (1 - far),
            )
            r = rng.uniform(0.2, 0.36) * rx
            start = rng.uniform(0, math.tau)
            arc = [
                (cx + r * math.cos(start + t * 0.55), cy + r * 0.5 * math.sin(start + t * 0.55))
                for t in range(8)
            ]
            colour = jitter(rng.choice(colours), rng, 0.04)
            pen.stroke([(a, b + 0.8) for a, b in arc], 2.4 * size, shade(colour, -0.22))
            pen.stroke(arc, 2.1 * size, colour)
        return
    count, unit = _FILL[style]
    unit *= size
    count = round(count / size**1.7 * (rx * ry) / (36 * 20) * (1 + 0.8 * rise / ry))
    piece = PIECES[style]
    under = shade(base, -0.26)
    pen.oval(x, y, rx * 0.97, ry * 0.95, under)
    if rise > 5:
        top = [(x - rx * 0.92, y), (x - rx * 0.5, y - rise * 0.72), (x, y - rise * 0.92)]
        pen.poly(smooth([*top, (x + rx * 0.5, y - rise * 0.72), (x + rx * 0.92, y)]), under)
    spots = []
    for _ in range(max(5, count)):
        angle, far = rng.uniform(0, math.tau), math.sqrt(rng.random())
        far *= 1 - min(0.35, unit / rx * 0.75)
        lift = rise * (1 - far**2)
        spots.append((y + ry * far * math.sin(angle), x + rx * far * math.cos(angle), lift))
    for depth, px, lift in sorted(spots):
        colour = jitter(rng.choice(colours), rng)
        piece(pen, rng, px, depth - lift, unit * rng.uniform(0.88, 1.12), colour)
