"""Sprites of the garden: greens, roots, mushrooms and fruit that no emoji shows as Korean shoppers know them."""

from __future__ import annotations

import math
from random import Random

from PIL import Image

from jangteo.channels.terminal.sample.drawing import Pen, jitter, lit, shade, smooth
from jangteo.channels.terminal.sample.vessels import Args


def greens(args: Args, rng: Random) -> Image.Image:
    """``leaf, stem, form, root``: a tied bundle; form is round, long, jagged or heart."""
    leaf, stem, form, root = args
    pen = Pen()
    fans = [(-1 + 2 * k / 10) for k in range(11)]
    rng.shuffle(fans)
    for order, part in enumerate(fans):
        angle = part * 0.62
        length = rng.uniform(40, 50)
        tip = (50 + math.sin(angle) * length * 1.25, 62 - math.cos(angle) * length)
        mid = (50 + math.sin(angle) * length * 0.45, 62 - math.cos(angle) * length * 0.5)
        pen.stroke([(50 + part * 5, 70), mid, tip], 2.4, jitter(stem, rng, 0.04))
        colour = jitter(shade(leaf, -0.18 + 0.028 * order), rng, 0.03)
        one = Pen()
        _blade(one, tip, mid, angle, form, colour, stem)
        pen.glaze(lit(one.image, 3))
    stalk = Pen()
    for k in range(9):
        x = 42 + k * 2
        stalk.stroke(
            [(x, 64), (50 + (x - 50) * 0.8, 80), (50 + (x - 50) * 1.2, 93)],
            2.6,
            jitter(stem, rng, 0.05),
        )
    if root != "none":
        stalk.oval(50, 94, 8, 3.4, root)
    pen.glaze(lit(stalk.image, 2.5))
    pen.box(39.5, 72, 60.5, 76, 2, "#d9483b")
    return pen.image


def _blade(
    pen: Pen,
    tip: tuple[float, float],
    mid: tuple[float, float],
    angle: float,
    form: str,
    colour: str,
    stem: str,
) -> None:
    long, wide = {"round": (21, 12), "long": (27, 6.5), "jagged": (22, 11), "heart": (19, 13)}[form]
    cx, cy = (tip[0] + mid[0]) / 2, (tip[1] + mid[1]) / 2
    ring = []
    for k in range(28):
        a = math.tau * k / 28
        r = 1 + (0.17 * math.cos(a * 9) if form == "jagged" else 0.05 * math.cos(a * 6))
        u, v = math.cos(a) * long * r, math.sin(a) * wide * r
        if form == "heart":
            v *= 1.15 - 0.35 * math.cos(a)
        ring.append(
            (
                cx + u * math.sin(angle) + v * math.cos(angle),
                cy - u * math.cos(angle) + v * math.sin(angle),
            )
        )
    pen.poly(ring, colour)
    end = (cx + long * 0.8 * math.sin(angle), cy - long * 0.8 * math.cos(angle))
    pen.stroke([mid, end], 1.1, shade(stem, -0.05))
    for k in (-1, 1):
        side = (cx + k * wide * 0.7 * math.cos(angle), cy + k * wide * 0.7 * math.sin(angle) - 4)
        pen.stroke([(cx, cy + 3), side], 0.6, shade(colour, 0.3))


def stalks(args: Args, rng: Random) -> Image.Image:
    """``top, middle, foot, width, count``: long stalks lying aslant, as leeks, chives or garlic stems."""
    top, middle, foot, width, count = args[0], args[1], args[2], float(args[3]), int(args[4])
    pen = Pen()
    for k in range(count):
        off = (k - (count - 1) / 2) * min(width * 1.05, 46 / count)
        bend = rng.uniform(-4, 4)
        a, b = (
            (24 + off * 0.75, 90 + off * 0.25 - 4),
            (80 + off * 0.55 + bend, 10 + off * 0.5 + abs(bend)),
        )
        one = Pen()
        at = [
            (a[0] + (b[0] - a[0]) * t + bend * math.sin(t * 3) * 0.5, a[1] + (b[1] - a[1]) * t)
            for t in (0, 0.2, 0.4, 0.6, 0.8, 1)
        ]
        one.stroke(at[2:], width * 0.8, jitter(top, rng, 0.05))
        one.stroke(at[1:4], width * 0.9, jitter(middle, rng, 0.03))
        one.stroke(at[:3], width, foot)
        if width > 5:
            one.stroke([at[3], (at[5][0] - 12, at[5][1] + 4)], width * 0.6, jitter(top, rng, 0.05))
            one.stroke([at[3], (at[5][0] + 8, at[5][1] + 16)], width * 0.55, shade(top, -0.12))
        pen.glaze(lit(one.image, max(1.2, width * 0.4)))
    pen.stroke([(33, 66), (46, 74), (58, 76)], 3, "#d9483b")
    return pen.image


def napa(args: Args, rng: Random) -> Image.Image:
    """``leaf, rib``: a Korean cabbage standing upright."""
    leaf, rib = args
    pen = Pen()
    for k, (x, turn) in enumerate(((26, -16), (74, 16), (38, -8), (62, 8), (50, 0))):
        one = Pen()
        one.oval(x, 46, 19, 40, shade(leaf, -0.2 + k * 0.06), turn)
        one.oval(x, 14 + abs(x - 50) * 0.3, 15, 9, shade(leaf, -0.1 + k * 0.07), turn)
        one.oval(50 + (x - 50) * 0.75, 66, 10, 27, rib, turn * 0.7)
        for v in (-1, 0, 1):
            one.stroke([(50 + (x - 50) * 0.8, 54), (x + v * 10, 22)], 0.9, shade(rib, -0.04))
        pen.glaze(lit(one.image, 4))
    foot = Pen()
    foot.oval(50, 90, 20, 7, shade(rib, -0.1))
    pen.glaze(lit(foot.image, 4))
    return pen.image


def ball(args: Args, rng: Random) -> Image.Image:
    """``colour, mark, pattern``: a round fruit or head; pattern pear, veins, ribs, stripes or navel."""
    colour, mark, pattern = args
    body = Pen()
    body.oval(
        50, 54, 41 if pattern != "ribs" else 44, 39 if pattern not in ("ribs",) else 34, colour
    )
    if pattern == "ribs":
        for x in (-30, -16, 0, 16, 30):
            body.stroke([(50 + x * 0.25, 24), (50 + x * 1.3, 54), (50 + x * 0.5, 87)], 1.6, mark)
    if pattern == "stripes":
        for x in (-27, -13, 0, 13, 27):
            body.stroke([(50 + x * 0.2, 17), (50 + x * 1.3, 54), (50 + x * 0.2, 91)], 2.6, mark)
    if pattern == "veins":
        for x in (-32, -18, -6, 8, 20, 33):
            body.stroke([(50 + x * 0.1, 86), (50 + x * 0.9, 60), (50 + x * 1.05, 30)], 1.0, mark)
            body.stroke([(50 + x * 0.9, 60), (50 + x * 0.6 + 6, 42)], 0.8, mark)
        body.stroke([(16, 38), (42, 24), (70, 30), (88, 48)], 1.6, mark)
    pen = Pen()
    pen.glaze(lit(body.image, 11))
    if pattern == "pear":
        for _ in range(150):
            a, r = rng.uniform(0, math.tau), math.sqrt(rng.random()) * 37
            pen.oval(50 + r * math.cos(a), 54 + r * math.sin(a) * 0.95, 0.5, 0.5, mark)
        pen.oval(50, 19, 10, 3.2, shade(colour, -0.3))
        pen.stroke([(50, 19), (52, 11), (56, 6)], 2.6, "#6b4626")
    if pattern == "ribs":
        pen.stroke([(50, 24), (50, 16), (54, 11)], 5, "#8b7b48")
    if pattern == "navel":
        top = Pen()
        top.oval(50, 20, 13, 11, colour)
        pen.glaze(lit(top.image, 5, 0.7))
        pen.oval(50, 11, 3.4, 2.2, "#5a7d34")
        for _ in range(90):
            a, r = rng.uniform(0, math.tau), math.sqrt(rng.random()) * 36
            pen.oval(50 + r * math.cos(a), 56 + r * math.sin(a) * 0.9, 0.55, 0.55, mark)
    return pen.image


def persimmon(args: Args, rng: Random) -> Image.Image:
    """``colour, form``: flat (단감), tall (대봉) or dried (곶감)."""
    colour, form = args
    body = Pen()
    if form == "tall":
        body.poly(
            smooth(
                [
                    (50, 96),
                    (20, 74),
                    (11, 48),
                    (24, 24),
                    (50, 20),
                    (76, 24),
                    (89, 48),
                    (80, 74),
                    (50, 96),
                ]
            ),
            colour,
        )
    elif form == "dried":
        body.poly(
            smooth(
                [
                    (50, 92),
                    (24, 84),
                    (14, 58),
                    (28, 32),
                    (50, 28),
                    (72, 32),
                    (86, 58),
                    (76, 84),
                    (50, 92),
                ]
            ),
            colour,
        )
        for k in range(9):
            x = 22 + k * 7
            body.stroke(
                [(x, 44 + rng.uniform(-4, 6)), (x + 2, 60), (x - 2, 78)], 1.1, shade(colour, -0.3)
            )
        for _ in range(60):
            body.oval(rng.uniform(24, 76), rng.uniform(42, 82), 1.2, 0.8, shade(colour, 0.45))
    else:
        body.oval(50, 60, 43, 33, colour)
    pen = Pen()
    pen.glaze(lit(body.image, 10))
    cap = Pen()
    y = 30 if form != "tall" else 22
    for turn in (-40, 40, -10, 10):
        cap.oval(
            50 + turn * 0.4,
            y + 3 - abs(turn) * 0.03,
            13,
            6,
            "#6f9440" if form != "dried" else "#8b6f45",
            turn * 0.5,
        )
    cap.oval(50, y, 4.5, 3, "#7a5a32")
    pen.glaze(lit(cap.image, 2.5))
    return pen.image


def radish(args: Args, rng: Random) -> Image.Image:
    """``body, shoulder, form``: form big (무), small (알타리), red (홍당무) or long (우엉, without leaves)."""
    body_c, shoulder, form = args
    pen = Pen()
    if form == "long":
        for k in range(3):
            one = Pen()
            y = 34 + k * 15
            one.stroke([(6, y + 18), (40, y + 6), (94, y - 16)], 9.5, jitter(body_c, rng, 0.03))
            for j in range(13):
                x = 12 + j * 6
                one.stroke([(x, y + 13 - j * 2.0), (x + 1.5, y + 17 - j * 2.0)], 0.7, shoulder)
            pen.glaze(lit(one.image, 4))
        return pen.image
    leaves = Pen()
    for k in range(7):
        part = -1 + 2 * k / 6
        end = (54 + part * 34, 6 + abs(part) * 16)
        leaves.stroke([(52, 40), (52 + part * 14, 24), end], 3.0, "#9cc765")
        leaves.oval(
            (54 + part * 31), 13 + abs(part) * 13, 7, 12, jitter("#4f9a3a", rng, 0.05), part * 45
        )
    pen.glaze(lit(leaves.image, 3))
    body = Pen()
    wide = 22 if form == "big" else 17
    ring = [
        (50 - wide * 0.8, 36),
        (50 - wide, 52),
        (50 - wide, 70),
        (50 - wide * 0.55, 88),
        (51, 98),
    ]
    ring += [(50 + wide * 0.6, 88), (50 + wide, 70), (50 + wide, 52), (50 + wide * 0.8, 36)]
    body.poly(smooth([*ring, ring[0]]), body_c)
    body.oval(50, 40, wide * 0.93, 9, shoulder)
    body.oval(50, 47, wide * 0.97, 6, shade(shoulder, 0.35))
    pen.glaze(lit(body.image, 7))
    for y in (60, 70, 80):
        pen.stroke([(50 - wide * 0.7, y), (50 - wide * 0.4, y + 0.6)], 0.6, shade(body_c, -0.2))
    return pen.image


def gourd(args: Args, rng: Random) -> Image.Image:
    """``skin, line``: a young pumpkin lying aslant (애호박)."""
    skin, line = args
    body = Pen()
    body.stroke([(20, 78), (48, 54), (78, 26)], 26, skin)
    for k in (-8, -2.5, 3.5, 9):
        body.stroke([(16 + k, 80 + k * 0.8), (48 + k, 54 + k), (80 + k * 0.8, 22 + k)], 1.0, line)
    body.stroke([(84, 20), (90, 13)], 6, "#a9b46a")
    pen = Pen()
    pen.glaze(lit(body.image, 9))
    return pen.image


def sprouts(args: Args, rng: Random) -> Image.Image:
    """``stem, head, size``: a heap of sprouts with heads."""
    stem, head, size = args[0], args[1], float(args[2])
    pen = Pen()
    pen.oval(50, 68, 40, 20, shade(stem, -0.3))
    for k in range(95):
        a, r = rng.uniform(0, math.tau), math.sqrt(rng.random()) * 28
        y0 = 66 - 22 * (1 - r / 28) + k * 0.12 - 4
        x, y = 50 + r * 1.25 * math.cos(a), y0 + r * 0.5 * math.sin(a)
        turn = rng.uniform(-0.8, 0.8)
        dx, dy = math.cos(turn) * 13, math.sin(turn) * 9
        path = [(x - dx, y - dy + rng.uniform(-3, 3)), (x, y - 2.5), (x + dx, y + dy)]
        pen.stroke([(p, q + 0.8) for p, q in path], 1.7, shade(stem, -0.3))
        pen.stroke(path, 1.5, jitter(stem, rng, 0.02))
        for side in (-1, 1):
            hx, hy = path[0]
            pen.oval(
                hx - 0.5,
                hy + side * size * 0.45,
                size * 1.1,
                size * 0.62,
                jitter(shade(head, -0.1 * (side + 1)), rng, 0.04),
                20 * side,
            )
    return pen.image


def mushroom(args: Args, rng: Random) -> Image.Image:
    """``cap, stem, form``: shiitake, king, oyster (느타리), enoki (팽이) or button."""
    cap, stem, form = args
    pen = Pen()
    if form in ("enoki", "oyster"):
        few = 26 if form == "enoki" else 11
        spots = sorted((rng.uniform(18, 46) - 8 * math.cos(k), k) for k in range(few))
        for y, k in spots:
            part = -1 + 2 * ((k * 7) % few) / (few - 1)
            x = 50 + part * (26 if form == "enoki" else 30)
            one = Pen()
            one.stroke(
                [(50 + part * 12, 90), (50 + part * 18, 62), (x, y)],
                3.0 if form == "enoki" else 6.5,
                jitter(stem, rng, 0.02),
            )
            r = rng.uniform(3.2, 4.4) if form == "enoki" else rng.uniform(10, 14)
            one.oval(
                x, y, r, r * (0.85 if form == "enoki" else 0.62), jitter(cap, rng, 0.03), part * 14
            )
            pen.glaze(lit(one.image, 1.6 if form == "enoki" else 3.5))
        foot = Pen()
        foot.box(36, 82, 64, 97, 5, shade(stem, -0.06))
        pen.glaze(lit(foot.image, 4))
        return pen.image
    one = Pen()
    if form == "king":
        one.poly(
            smooth([(38, 30), (33, 60), (28, 84), (50, 95), (72, 84), (67, 60), (62, 30)]), stem
        )
        pen.glaze(lit(one.image, 7))
        top = Pen()
        top.oval(50, 25, 23, 14, cap)
        pen.glaze(lit(top.image, 5))
        return pen.image
    one.box(40, 52, 60, 92, 8, stem)
    pen.glaze(lit(one.image, 6))
    top = Pen()
    top.poly(
        smooth([(8, 54), (14, 30), (50, 12), (86, 30), (92, 54), (72, 62), (28, 62), (8, 54)]), cap
    )
    pen.glaze(lit(top.image, 8))
    if form == "shiitake":
        for dx, dy, turn in ((0, 30, 0), (-20, 40, 30), (22, 40, -30), (-6, 46, 60), (10, 22, 20)):
            pen.stroke(
                [(50 + dx - 5, dy + turn * 0.05), (50 + dx + 5, dy - turn * 0.05)],
                1.6,
                shade(cap, 0.55),
            )
    return pen.image


def lotus(args: Args, rng: Random) -> Image.Image:
    """``flesh, skin``: lotus root, one length and two slices."""
    flesh, skin = args
    pen = Pen()
    log = Pen()
    log.stroke([(26, 36), (70, 28)], 34, skin)
    pen.glaze(lit(log.image, 9))
    for x, y in ((32, 62), (68, 68)):
        one = Pen()
        one.oval(x, y + 3, 25, 24, shade(skin, -0.15))
        one.oval(x, y, 25, 24, flesh)
        for k in range(8):
            a = math.tau * k / 8
            one.oval(
                x + 15 * math.cos(a), y + 14 * math.sin(a), 4.4, 3.8, shade(skin, -0.45), k * 45
            )
        one.oval(x, y, 3, 2.8, shade(skin, -0.45))
        pen.glaze(lit(one.image, 3))
    return pen.image
