"""Vessels and packs of the sample market's pictures: bowls, tubs, jars, bottles, trays, with goods in them.

Every drawer takes its arguments (colours as ``#rrggbb``) and a seeded random source and returns a sprite.
"""

from __future__ import annotations

from random import Random

from PIL import Image

from jangteo.channels.terminal.sample.drawing import Pen, heap, jitter, lit, shade

Args = tuple[str, ...]


def _topping(pen: Pen, rng: Random, args: Args, oval: tuple[float, float, float, float]) -> Args:
    """Split ``!name`` toppings off the arguments; the caller draws them with :func:`_sprinkle`."""
    return tuple(arg for arg in args if not arg.startswith("!"))


def _sprinkle(pen: Pen, rng: Random, args: Args, x: float, y: float, rx: float, ry: float) -> None:
    for arg in args:
        if not arg.startswith("!"):
            continue
        name = arg[1:]
        for _ in range(14 if name != "sesame" else 34):
            px, py = x + rng.uniform(-0.7, 0.7) * rx, y + rng.uniform(-0.62, 0.55) * ry
            if name == "sesame":
                pen.oval(px, py, 0.85, 0.55, "#fbeecb", rng.uniform(0, 180))
            elif name == "scallion":
                pen.oval(px, py, 1.9, 1.3, "#3f8f33")
                pen.oval(px, py - 0.2, 1.0, 0.65, "#b5dd83")
            elif name == "chili":
                pen.oval(px, py, 2.0, 1.1, "#cf2a1c", rng.uniform(-40, 40))
                pen.oval(px, py, 0.9, 0.4, "#f08e68")
            elif name == "pepper":
                pen.oval(px, py, 0.6, 0.6, "#b3261a")
            elif name == "carrot":
                pen.stroke([(px - 2.2, py), (px + 2, py - 1)], 1.1, "#ee7f22")
            elif name in ("ball", "radish"):
                wide = 3.6 if name == "ball" else 4.4
                pen.oval(px, py + 0.9, wide, 2.6, "#8d7468" if name == "ball" else "#c9c6b0")
                pen.oval(px, py, wide, 2.6, "#fdf9f0")
                pen.oval(px - 1, py - 0.8, 1.2, 0.6, "#ffffff")
            elif name == "nut":
                pen.oval(px, py + 0.5, 2.5, 1.7, "#8d5a2a", rng.uniform(-40, 40))
                pen.oval(px, py, 2.4, 1.5, "#d49b56", rng.uniform(-40, 40))
            elif name == "jujube":
                pen.oval(px, py, 2.4, 1.8, "#7d2118")
                pen.oval(px, py, 1.1, 0.8, "#c96a48")


def bowl(args: Args, rng: Random) -> Image.Image:
    """``outer colour, style, colours…``: a round bowl with a heap in it."""
    outer, style, *colours = _topping(Pen(8), rng, args, (0, 0, 0, 0))
    body = Pen()
    body.poly(
        [(10, 48), (14, 66), (28, 82), (38, 86), (62, 86), (72, 82), (86, 66), (90, 48)], outer
    )
    body.oval(50, 86, 15, 4, shade(outer, -0.25))
    body.oval(50, 48, 40, 17, outer)
    pen = Pen()
    pen.glaze(lit(body.image, 7))
    pen.oval(50, 48, 40, 17, shade(outer, 0.35))
    pen.oval(50, 49, 37, 14.6, shade(outer, -0.35))
    rise = 3.0 if style == "soup" else 11.0
    heap(pen, rng, style, colours, (50, 49, 36, 14), rise)
    _sprinkle(pen, rng, args, 50, 47 - rise * 0.45, 30, 11)
    return pen.image


def plate(args: Args, rng: Random) -> Image.Image:
    """``rim colour, style, colours…``: a wide plate with a mound on it."""
    rim, style, *colours = _topping(Pen(8), rng, args, (0, 0, 0, 0))
    body = Pen()
    body.oval(50, 66, 47, 24, rim)
    pen = Pen()
    pen.glaze(lit(body.image, 5))
    pen.oval(50, 64.5, 38, 18, shade(rim, -0.08))
    pen.oval(50, 65.5, 37, 17, shade(rim, 0.25))
    heap(pen, rng, style, colours, (50, 62, 33, 15), 15)
    _sprinkle(pen, rng, args, 50, 54, 26, 13)
    return pen.image


def tub(args: Args, rng: Random) -> Image.Image:
    """``style, colours…``: the clear lidless box in which side dishes are sold."""
    style, *colours = _topping(Pen(8), rng, args, (0, 0, 0, 0))
    pen = Pen()
    base = colours[0]
    pen.poly([(6, 46), (13, 82), (18, 87), (82, 87), (87, 82), (94, 46)], shade("#eef3f2", -0.06))
    pen.poly([(8, 48), (15, 81), (20, 85), (80, 85), (85, 81), (92, 48)], shade(base, -0.12))
    for _ in range(46):
        x, y = rng.uniform(16, 84), rng.uniform(58, 82)
        colour = jitter(shade(rng.choice(colours), 0.1), rng, 0.06)
        pen.oval(x, y, rng.uniform(2, 5), rng.uniform(1.4, 3), colour, rng.uniform(-30, 30))
    pen.box(4, 30, 96, 62, 14, "#f7faf9")
    pen.box(7, 33, 93, 60, 12, shade(base, -0.4))
    heap(pen, rng, style, colours, (50, 47, 44, 15), 9)
    _sprinkle(pen, rng, args, 50, 41, 35, 12)
    film = Pen()
    film.poly([(8, 61), (12, 61), (19, 84), (16, 82)], "#ffffff")
    film.box(22, 78, 78, 81, 1.5, "#ffffff")
    film.image.putalpha(film.image.getchannel("A").point([v * 45 // 100 for v in range(256)]))
    pen.glaze(film.image)
    return pen.image


def masu(args: Args, rng: Random) -> Image.Image:
    """``style, colours…``: the square wooden measure (되) heaped with grain."""
    style, *colours = args
    wood = "#d8a566"
    pen = Pen()
    front = Pen()
    front.poly([(8, 52), (50, 66), (50, 95), (12, 80)], wood)
    front.poly([(92, 52), (50, 66), (50, 95), (88, 80)], shade(wood, -0.16))
    pen.poly([(8, 52), (50, 38), (92, 52), (50, 66)], shade(wood, 0.3))
    pen.poly([(14, 52), (50, 41), (86, 52), (50, 63)], shade(colours[0], -0.4))
    pen.glaze(lit(front.image, 3, 0.8))
    for k in range(4):
        pen.stroke([(12, 60 + k * 6), (47, 73 + k * 6)], 0.5, shade(wood, -0.2))
        pen.stroke([(88, 60 + k * 6), (53, 73 + k * 6)], 0.5, shade(wood, -0.32))
    heap(pen, rng, style, colours, (50, 50.5, 34, 11.5), 21)
    return pen.image


def sack(args: Args, rng: Random) -> Image.Image:
    """``cloth colour, style, colours…``: an open cloth sack of grain."""
    cloth, style, *colours = args
    body = Pen()
    body.poly(
        [(16, 42), (9, 62), (10, 86), (22, 94), (78, 94), (90, 86), (91, 62), (84, 42)], cloth
    )
    body.oval(50, 42, 38, 14, shade(cloth, 0.12))
    pen = Pen()
    pen.glaze(lit(body.image, 9))
    for x in (24, 38, 63, 77):
        pen.stroke([(x, 60), (x - 2, 74), (x + 1, 88)], 0.7, shade(cloth, -0.18))
    pen.oval(50, 42, 33, 11, shade(colours[0], -0.4))
    heap(pen, rng, style, colours, (50, 42, 32.5, 11), 18)
    return pen.image


def jar(args: Args, rng: Random) -> Image.Image:
    """``lid colour, style, colours…``: a glass jar, its goods seen through the side."""
    lid, style, *colours = _topping(Pen(8), rng, args, (0, 0, 0, 0))
    pen = Pen()
    glass = Pen()
    glass.box(18, 26, 82, 95, 13, "#e4eeec")
    pen.glaze(lit(glass.image, 5))
    inside = Pen()
    if style == "soup":
        inside.box(22, 36, 78, 92, 9, colours[0])
        inside.box(22, 36, 78, 44, 4, shade(colours[0], 0.16))
    else:
        inside.box(22, 36, 78, 92, 9, shade(colours[0], -0.25))
        fill = Pen()
        heap(fill, rng, style, colours, (50, 64, 34, 36), 0)
        clip = Pen()
        clip.box(22, 36, 78, 92, 9, "#ffffff")
        inside.image.paste(fill.image, (0, 0), _both(fill.image, clip.image))
    pen.glaze(lit(inside.image, 8, 0.7))
    _sprinkle(pen, rng, args, 50, 64, 26, 30)
    shine = Pen()
    shine.box(26, 38, 31, 84, 2.5, "#ffffff")
    shine.box(73, 44, 75, 70, 1, "#ffffff")
    shine.image.putalpha(shine.image.getchannel("A").point([v * 42 // 100 for v in range(256)]))
    pen.glaze(shine.image)
    cap = Pen()
    cap.box(20, 9, 80, 28, 5, lid)
    pen.glaze(lit(cap.image, 4))
    for k in range(12):
        pen.stroke([(24 + k * 4.7, 15), (24 + k * 4.7, 25)], 0.5, shade(lid, -0.2))
    return pen.image


def _both(one: Image.Image, other: Image.Image) -> Image.Image:
    mask = Image.new("L", one.size, 0)
    mask.paste(one.getchannel("A"), (0, 0), other.getchannel("A"))
    return mask


def bottle(args: Args, rng: Random) -> Image.Image:
    """``liquid, cap, label, mark``: a bottle; the mark colour dots the label."""
    liquid, cap, label, mark = args
    body = Pen()
    body.box(42, 12, 58, 36, 3, shade(liquid, 0.05))
    body.poly([(42, 26), (31, 42), (30, 50), (70, 50), (69, 42), (58, 26)], liquid)
    body.box(30, 42, 70, 97, 7, liquid)
    pen = Pen()
    pen.glaze(lit(body.image, 7, 1.2))
    pen.box(34, 44, 38, 90, 2, shade(liquid, 0.35))
    paper = Pen()
    paper.box(30, 55, 70, 84, 1, label)
    pen.glaze(lit(paper.image, 2, 0.6))
    pen.box(30, 57, 70, 58, 0, mark)
    pen.box(30, 81, 70, 82, 0, mark)
    for k in range(9):
        x, y = 50 + rng.uniform(-9, 9), 69.5 + rng.uniform(-6, 6)
        pen.oval(x, y, 2.3, 1.5, jitter(mark, rng, 0.08), k * 37)
    top = Pen()
    top.box(40, 4, 60, 17, 3, cap)
    pen.glaze(lit(top.image, 3))
    return pen.image


def pouch(args: Args, rng: Random) -> Image.Image:
    """``paper colour, style, colours…``: a stand-up paper bag with a window."""
    paper, style, *colours = args
    body = Pen()
    body.poly([(20, 8), (80, 8), (86, 30), (88, 92), (84, 96), (16, 96), (12, 92), (14, 30)], paper)
    pen = Pen()
    pen.glaze(lit(body.image, 5))
    pen.box(20, 14, 80, 15.2, 0.5, shade(paper, -0.22))
    pen.box(20, 18, 80, 19.2, 0.5, shade(paper, -0.22))
    window = Pen()
    window.oval(50, 60, 29, 27, shade(colours[0], -0.08))
    fill = Pen()
    heap(fill, rng, style, colours, (50, 62, 32, 32), 2)
    window.image.paste(fill.image, (0, 0), _both(fill.image, window.image))
    pen.oval(50, 60, 30.5, 28.5, shade(paper, 0.5))
    pen.glaze(lit(window.image, 6))
    return pen.image


def tray(args: Args, rng: Random) -> Image.Image:
    """``tray colour, cut, meat, fat``: a meat tray; cut is slab, fan, roll, cube, mince, rib or steak."""
    pan, cut, meat, fat = args
    body = Pen()
    body.box(3, 26, 97, 90, 11, pan)
    pen = Pen()
    pen.glaze(lit(body.image, 4))
    pen.box(9, 32, 91, 84, 8, shade(pan, -0.13))
    draw = {"slab": _slab, "fan": _fan, "roll": _roll, "rib": _rib, "steak": _steak}.get(cut)
    if draw is not None:
        draw(pen, rng, meat, fat)
    elif cut == "cube":
        heap(
            pen, rng, "chunk", [meat, meat, meat, shade(meat, 0.14), fat], (50, 57, 38, 23), 7, 1.1
        )
    else:
        heap(pen, rng, "shred", [meat, meat, shade(meat, 0.12), fat], (50, 57, 38, 24), 7, 0.8)
    pen.poly([(66, 79), (74, 73), (84, 76), (88, 82), (76, 84)], "#3c8a3a")
    pen.stroke([(66, 80), (76, 79), (87, 81)], 0.7, "#a9d67c")
    return pen.image


def _slab(pen: Pen, rng: Random, meat: str, fat: str) -> None:
    for k in range(4):
        y = 36 + k * 11.3
        one = Pen()
        wave = [(13, y + 5), (30, y + 1.5), (50, y + 3), (70, y + 1), (87, y + 4)]
        one.stroke(wave, 13, fat)
        for shift, width in ((-3.2, 2.6), (1.2, 3.2), (4.6, 1.8)):
            path = [(a, b + shift + rng.uniform(-0.8, 0.8)) for a, b in wave]
            one.stroke(path, width, jitter(meat, rng, 0.03))
        pen.glaze(lit(one.image, 3, 0.9))


def _fan(pen: Pen, rng: Random, meat: str, fat: str) -> None:
    for row in range(2):
        for k in range(6):
            one = Pen()
            x, y = 22 + k * 11.3, 46 + row * 23
            one.oval(x, y, 12.5, 12.5, shade(meat, 0.06 * (k % 2)), 12)
            for _ in range(7):
                px, py = x + rng.uniform(-8, 8), y + rng.uniform(-8, 8)
                end = (px + rng.uniform(-5, 5), py + rng.uniform(-3, 3))
                one.stroke([(px, py), end], rng.uniform(0.5, 1.1), fat)
            one.stroke([(x - 8, y - 9), (x, y - 12), (x + 8, y - 9)], 2.2, fat)
            pen.glaze(lit(one.image, 2.5, 0.9))


def _roll(pen: Pen, rng: Random, meat: str, fat: str) -> None:
    for row in range(3):
        for k in range(7):
            x, y = 18 + k * 10.7 + (row % 2) * 2, 42 + row * 15.5
            one = Pen()
            one.oval(x, y, 7.4, 8.2, jitter(meat, rng, 0.03), 8)
            one.oval(x, y, 5.6, 6.2, fat)
            one.oval(x + 0.6, y + 0.4, 4.3, 4.8, meat)
            one.oval(x + 1, y + 0.6, 2.2, 2.6, shade(fat, -0.08))
            pen.glaze(lit(one.image, 2, 0.8))


def _rib(pen: Pen, rng: Random, meat: str, fat: str) -> None:
    for k in range(5):
        one = Pen()
        x = 18 + k * 15.5
        one.box(x - 7.4, 39, x + 7.4, 77, 4, fat)
        one.box(x - 6.4, 42, x + 6.4, 75, 4, jitter(meat, rng, 0.03))
        for _ in range(5):
            py = rng.uniform(46, 72)
            one.stroke([(x - 5, py), (x, py - 2), (x + 5, py + 1)], 0.8, fat)
        one.oval(x, 39.5, 4.8, 3.8, "#f5ead7")
        one.oval(x, 39.5, 2.4, 1.8, "#c98f7c")
        pen.glaze(lit(one.image, 3, 0.9))


def _steak(pen: Pen, rng: Random, meat: str, fat: str) -> None:
    for x, y, r in ((35, 52, 22), (64, 62, 21)):
        one = Pen()
        one.oval(x, y, r, r * 0.82, fat, 18)
        one.oval(x + 1, y + 1.4, r * 0.9, r * 0.7, meat, 18)
        for _ in range(16):
            px, py = x + rng.uniform(-0.65, 0.65) * r, y + rng.uniform(-0.45, 0.5) * r
            end = (px + rng.uniform(-5, 5), py + rng.uniform(-2.5, 2.5))
            one.stroke([(px, py), end], rng.uniform(0.4, 1.0), fat)
        pen.glaze(lit(one.image, 3))
