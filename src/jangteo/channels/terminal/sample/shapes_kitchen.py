"""Sprites of the sea, the kitchen and the rice-cake bench."""

from __future__ import annotations

import math
from random import Random

from PIL import Image

from jangteo.channels.terminal.sample.drawing import Pen, jitter, lit, shade, smooth
from jangteo.channels.terminal.sample.vessels import Args


def fish(args: Args, rng: Random) -> Image.Image:
    """``back, belly, form, pattern``: form round, slim, ribbon, flat; pattern wave, spots, plain, dry."""
    back, belly, form, pattern = args
    pen, body = Pen(), Pen()
    if form == "ribbon":
        for k in range(3):
            one = Pen()
            y = 30 + k * 20
            one.stroke([(6, y), (34, y - 5), (66, y + 4), (95, y - 1)], 12, belly)
            one.stroke([(6, y - 3.5), (34, y - 8.5), (66, y + 0.5), (95, y - 4.5)], 2.4, back)
            one.oval(5.5, y, 4, 5.8, shade(belly, -0.12))
            one.oval(96, y - 1, 3.2, 5.4, "#d98a7e")
            pen.glaze(lit(one.image, 4, 1.2))
        return pen.image
    if form == "flat":
        body.poly([(80, 52), (98, 38), (97, 66)], shade(back, -0.1))
        body.oval(46, 52, 42, 32, shade(back, -0.2))
        body.oval(45, 52, 37, 24, back)
        for _ in range(60):
            a, r = rng.uniform(0, math.tau), math.sqrt(rng.random())
            body.oval(
                45 + 34 * r * math.cos(a),
                52 + 21 * r * math.sin(a),
                1.1,
                0.8,
                jitter(belly, rng, 0.08),
            )
        pen.glaze(lit(body.image, 7))
        for y in (43, 52):
            pen.oval(15, y, 3, 3, "#f7f2e6")
            pen.oval(15, y, 1.6, 1.6, "#1f1b1a")
        return pen.image
    tall = 21.0 if form == "round" else 13.5
    tail = [(80, 50), (97, 50 - tall * 0.95), (93, 50), (97, 50 + tall * 0.95)]
    body.poly(tail, shade(back, -0.12))
    body.poly([(36, 51 - tall), (48, 43 - tall), (62, 54 - tall * 0.8)], shade(back, -0.2))
    body.poly([(50, 49 + tall), (56, 56 + tall), (66, 50 + tall * 0.6)], shade(belly, -0.2))
    top = [(3, 51), (18, 50 - tall * 0.75), (42, 50 - tall), (66, 50 - tall * 0.7), (84, 47)]
    low = [(84, 53), (66, 50 + tall * 0.75), (42, 50 + tall), (18, 50 + tall * 0.72), (3, 51)]
    edge = smooth(top)
    body.poly([*edge, *smooth(low)], belly)
    middle = [(84, 50), (60, 50 + tall * 0.05), (34, 50 + tall * 0.08), (3, 51)]
    body.poly([*edge, *smooth(middle)], back)
    if pattern == "wave":
        for k in range(13):
            x = 26 + k * 4.3
            peak = 50 - tall * (1 - abs(x - 44) / 62)
            body.stroke(
                [(x, peak + 2), (x + 2.6, peak + 6), (x, peak + 10), (x + 2, peak + 13)],
                1.3,
                shade(back, -0.5),
            )
    if pattern == "spots":
        for _ in range(22):
            body.oval(rng.uniform(24, 74), rng.uniform(44, 54), 1.5, 1.2, shade(back, -0.45))
    pen.glaze(lit(body.image, 6, 1.1))
    if pattern == "dry":
        for k in range(9):
            pen.stroke(
                [(24 + k * 6, 42), (27 + k * 6, 50), (24 + k * 6, 59)], 0.6, shade(back, -0.25)
            )
    gill = [(22, 50 - tall * 0.6), (26, 50), (21, 50 + tall * 0.62)]
    pen.stroke(gill, 0.9, shade(back, -0.35))
    pen.poly([(30, 54), (42, 57), (33, 62)], shade(back, -0.15))
    pen.oval(13, 46.5, 3.1, 3.1, "#f6f1e2")
    pen.oval(13, 46.5, 1.8, 1.8, "#181616")
    return pen.image


def fillet(args: Args, rng: Random) -> Image.Image:
    """``flesh, line, skin``: a fillet or a row of sashimi slices."""
    flesh, line, skin = args
    pen = Pen()
    for k in range(5):
        one = Pen()
        x = 14 + k * 15
        ring = [(x, 76), (x + 6, 34), (x + 20, 22), (x + 27, 28), (x + 20, 70), (x + 10, 82)]
        one.poly(smooth([*ring, ring[0]]), jitter(flesh, rng, 0.02))
        for j in range(4):
            one.stroke(
                [
                    (x + 4 + j * 1.5, 70 - j * 11),
                    (x + 12 + j * 1.5, 66 - j * 11),
                    (x + 20 + j, 69 - j * 12),
                ],
                0.9,
                line,
            )
        one.stroke([(x + 26, 29), (x + 19, 70)], 1.4, skin)
        pen.glaze(lit(one.image, 3))
    return pen.image


def squid(args: Args, rng: Random) -> Image.Image:
    """``skin, spot, form``: form fresh, dried or octopus (낙지, 주꾸미)."""
    skin, spot, form = args
    pen, legs, body = Pen(), Pen(), Pen()
    for k in range(8):
        part = -1 + 2 * k / 7
        bend = 6 * math.sin(k * 2.4)
        path = [
            (50 + part * 9, 54),
            (50 + part * 18 + bend, 72),
            (50 + part * 30 - bend, 84),
            (50 + part * 30, 95),
        ]
        legs.stroke(path, 4.8 if form != "octopus" else 5.6, jitter(skin, rng, 0.03))
    pen.glaze(lit(legs.image, 2.6))
    if form == "octopus":
        body.oval(50, 34, 21, 25, skin)
    else:
        body.poly([(50, 2), (22, 26), (32, 32), (68, 32), (78, 26)], shade(skin, -0.08))
        body.poly(
            smooth([(50, 2), (36, 22), (33, 48), (42, 56), (58, 56), (67, 48), (64, 22), (50, 2)]),
            skin,
        )
    pen.glaze(lit(body.image, 3 if form == "dried" else 7, 0.8 if form == "dried" else 1.1))
    for _ in range(46):
        pen.oval(50 + rng.uniform(-13, 13), rng.uniform(18, 50), 0.8, 0.8, spot)
    if form != "dried":
        for x in (43, 57):
            pen.oval(x, 56, 3.4, 3.2, "#f4efe6")
            pen.oval(x, 56.4, 2, 2, "#221d1c")
    return pen.image


def shell(args: Args, rng: Random) -> Image.Image:
    """``shell, line, form``: fan (바지락, 꼬막), drop (홍합) or ear (전복)."""
    colour, line, form = args
    pen, body = Pen(), Pen()
    if form == "drop":
        body.poly(
            smooth([(84, 12), (40, 22), (12, 56), (20, 86), (46, 90), (74, 60), (84, 12)]), colour
        )
        pen.glaze(lit(body.image, 7, 1.3))
        for k in range(3):
            pen.stroke(
                [(72 - k * 8, 30 + k * 4), (44 - k * 6, 48 + k * 8), (30 - k * 2, 76 + k * 2)],
                0.9,
                line,
            )
        return pen.image
    if form == "ear":
        body.oval(50, 54, 46, 32, colour, -12)
        body.oval(50, 53, 39, 25, line, -12)
        pen.glaze(lit(body.image, 5))
        flesh = Pen()
        flesh.oval(51, 54, 31, 18, "#d9b98a", -12)
        flesh.oval(53, 55, 21, 11, "#efd9b0", -12)
        pen.glaze(lit(flesh.image, 5))
        for k in range(5):
            pen.oval(22 + k * 9, 37 - k * 2.4, 1.6, 1.6, shade(colour, -0.5))
        return pen.image
    body.poly(
        smooth(
            [
                (50, 88),
                (20, 74),
                (7, 48),
                (24, 24),
                (50, 17),
                (76, 24),
                (93, 48),
                (80, 74),
                (50, 88),
            ]
        ),
        colour,
    )
    for k in range(11):
        a = math.pi * (0.12 + 0.76 * k / 10)
        body.stroke([(50, 86), (50 - 39 * math.cos(a), 62 - 43 * math.sin(a))], 1.5, line)
    pen.glaze(lit(body.image, 8, 1.1))
    for r in (0.5, 0.75):
        arc = [
            (50 - 41 * r * math.cos(a / 10 * math.pi), 76 - 56 * r * math.sin(a / 10 * math.pi))
            for a in range(1, 10)
        ]
        pen.stroke(arc, 0.9, shade(line, -0.2))
    return pen.image


def sheets(args: Args, rng: Random) -> Image.Image:
    """``colour, sheen, count``: a stack of thin sheets (김, 다시마, 쥐포, 유부)."""
    colour, sheen, count = args[0], args[1], int(args[2])
    pen = Pen()
    for k in range(count):
        lift = k * (30 / max(count, 4))
        one = Pen()
        skew = rng.uniform(-2.5, 2.5)
        ring = [
            (8 + skew, 62 - lift),
            (56 + skew, 40 - lift),
            (94 - skew, 58 - lift),
            (46 - skew, 84 - lift),
        ]
        one.poly(ring, jitter(colour, rng, 0.025))
        if k == count - 1:
            for _ in range(130):
                u, v = rng.random(), rng.random()
                x = ring[0][0] + (ring[1][0] - ring[0][0]) * u + (ring[3][0] - ring[0][0]) * v
                y = ring[0][1] + (ring[1][1] - ring[0][1]) * u + (ring[3][1] - ring[0][1]) * v
                one.stroke(
                    [(x, y), (x + rng.uniform(-3, 3), y + rng.uniform(-1.6, 1.6))],
                    0.7,
                    jitter(sheen, rng, 0.05),
                )
        pen.glaze(lit(one.image, 1.6, 1.2))
    return pen.image


def block(args: Args, rng: Random) -> Image.Image:
    """``colour, fleck, layers``: a block (두부, 묵, 설기); layers 0 plain, else bands in the fleck colour."""
    colour, fleck, layers = args[0], args[1], int(args[2])
    bands = args[3:] or (fleck,)
    pen, front = Pen(), Pen()
    front.poly([(8, 46), (52, 60), (52, 92), (8, 76)], shade(colour, -0.1))
    front.poly([(52, 60), (92, 40), (92, 70), (52, 92)], shade(colour, -0.22))
    front.poly([(8, 46), (48, 28), (92, 40), (52, 60)], shade(colour, 0.12))
    pen.glaze(lit(front.image, 3, 0.9))
    for k in range(layers):
        y = (k + 0.5) * 32 / layers - 2
        band = bands[k % len(bands)]
        pen.poly([(8, 46 + y), (52, 60 + y), (52, 63.5 + y), (8, 49.5 + y)], band)
        pen.poly(
            [(52, 60 + y), (92, 40 + y * 0.94), (92, 43 + y * 0.94), (52, 63.5 + y)],
            shade(band, -0.2),
        )
    for _ in range(60 if layers == 0 or len(bands) > 1 else 150):
        u, v = rng.random(), rng.random()
        x, y = 8 + 40 * u + 44 * v, 46 - 18 * u + 14 * v
        if layers and len(bands) == 1:
            pen.oval(x, y, 1.5, 1.0, jitter(fleck, rng, 0.06))
        else:
            pen.oval(x, y, 0.5, 0.35, fleck)
    pen.stroke([(9, 46), (52, 60), (91, 40.5)], 0.8, shade(colour, 0.5))
    return pen.image


def cake(args: Args, rng: Random) -> Image.Image:
    """``colour, mark, form``: one rice cake or bread: stick, oval, moon, cube, ball, disc, stamp, bun, twist."""
    colour, mark, form = args
    pen, body = Pen(), Pen()
    if form == "stick":
        body.stroke([(14, 66), (86, 36)], 21, colour)
        pen.glaze(lit(body.image, 8))
        pen.oval(86, 36, 9.6, 10, shade(colour, 0.3), -20)
    elif form == "oval":
        body.oval(50, 56, 40, 25, shade(colour, -0.16), -18)
        body.oval(50, 50, 40, 25, colour, -18)
        pen.glaze(lit(body.image, 4))
    elif form == "moon":
        body.poly(
            smooth(
                [
                    (6, 62),
                    (22, 34),
                    (50, 22),
                    (78, 34),
                    (94, 62),
                    (74, 74),
                    (50, 78),
                    (26, 74),
                    (6, 62),
                ]
            ),
            colour,
        )
        pen.glaze(lit(body.image, 9))
        pen.stroke([(16, 50), (34, 34), (50, 30), (66, 34), (84, 50)], 1.6, mark)
    elif form == "cube":
        body.poly([(10, 44), (50, 58), (50, 88), (12, 72)], shade(colour, -0.1))
        body.poly([(50, 58), (90, 42), (88, 70), (50, 88)], shade(colour, -0.22))
        body.poly([(10, 44), (50, 30), (90, 42), (50, 58)], shade(colour, 0.12))
        pen.glaze(lit(body.image, 5))
        for _ in range(90):
            pen.oval(rng.uniform(18, 82), rng.uniform(38, 78), 0.9, 0.7, jitter(mark, rng, 0.06))
    elif form in ("ball", "bun"):
        body.oval(50, 54, 40, 38 if form == "ball" else 33, colour)
        pen.glaze(lit(body.image, 11))
        if form == "bun":
            for k in range(7):
                a = math.tau * k / 7
                pen.stroke([(50, 36), (50 + 9 * math.cos(a), 38 + 5 * math.sin(a))], 1.1, mark)
        else:
            pen.oval(38, 38, 9, 6, shade(mark, 0.5), -30)
            for _ in range(34):
                a, r = rng.uniform(0, math.tau), math.sqrt(rng.random()) * 34
                pen.oval(50 + r * math.cos(a), 54 + r * math.sin(a), 1.1, 0.8, mark)
    elif form == "disc":
        body.oval(50, 60, 44, 30, shade(colour, -0.25))
        body.oval(50, 54, 44, 30, colour)
        pen.glaze(lit(body.image, 5))
        for _ in range(26):
            a, r = rng.uniform(0, math.tau), math.sqrt(rng.random()) * 0.8
            pen.oval(
                50 + 40 * r * math.cos(a),
                53 + 26 * r * math.sin(a),
                rng.uniform(2, 5),
                rng.uniform(1.4, 3),
                jitter(mark, rng, 0.05),
                rng.uniform(0, 180),
            )
    elif form == "crumb":
        body.oval(50, 56, 43, 29, shade(colour, -0.3), -10)
        body.oval(50, 51, 43, 29, colour, -10)
        pen.glaze(lit(body.image, 5))
        for _ in range(190):
            a, r = rng.uniform(0, math.tau), math.sqrt(rng.random()) * 0.92
            x, y = 50 + 41 * r * math.cos(a), 51 + 27 * r * math.sin(a)
            dot = shade(rng.choice((mark, colour)), rng.uniform(-0.1, 0.3))
            pen.oval(x, y, rng.uniform(0.7, 1.7), rng.uniform(0.5, 1.1), dot, rng.uniform(0, 180))
    elif form == "walnut":
        body.oval(50, 54, 40, 37, colour)
        pen.glaze(lit(body.image, 10))
        pen.stroke([(16, 46), (36, 52), (60, 50), (88, 56)], 2.2, mark)
        for _ in range(16):
            a, r = rng.uniform(0, math.tau), math.sqrt(rng.random()) * 27
            x, y = 50 + r * math.cos(a), 54 + r * math.sin(a)
            bend = [(x - 5, y), (x - 1, y - 3), (x + 3, y + 1), (x + 6, y - 2)]
            pen.stroke(bend, 1.1, shade(mark, rng.uniform(0, 0.2)))
    elif form == "stamp":
        body.box(8, 34, 92, 74, 12, colour)
        pen.glaze(lit(body.image, 7))
        for k in range(8):
            a = math.tau * k / 8
            pen.stroke([(50, 53), (50 + 22 * math.cos(a), 53 + 13 * math.sin(a))], 1.2, mark)
        pen.oval(50, 53, 4, 3, mark)
    else:
        for k in range(6):
            one = Pen()
            x = 14 + k * 14.5
            one.oval(x, 54 + (k % 2) * 3, 12, 20, jitter(colour, rng, 0.02), 32)
            pen.glaze(lit(one.image, 5))
        for _ in range(70):
            pen.oval(rng.uniform(12, 90), rng.uniform(40, 70), 0.8, 0.6, mark)
    return pen.image


def roll(args: Args, rng: Random) -> Image.Image:
    """``rim, filling…``: a slice of gimbap, sundae or egg roll seen from its cut side."""
    rim, inner, *fillings = args
    pen, body = Pen(), Pen()
    body.oval(53, 56, 42, 40, shade(rim, -0.3))
    body.oval(49, 50, 42, 40, rim)
    body.oval(49, 50, 37.5, 35.5, inner)
    pen.glaze(lit(body.image, 4))
    for _ in range(70):
        a, r = rng.uniform(0, math.tau), math.sqrt(rng.random()) * 34
        pen.oval(
            49 + r * math.cos(a),
            50 + r * math.sin(a) * 0.95,
            2,
            1.3,
            jitter(shade(inner, 0.12), rng, 0.06),
            rng.uniform(0, 180),
        )
    for k, colour in enumerate(fillings):
        a = math.tau * k / len(fillings) + 0.4
        pen.oval(49 + 13 * math.cos(a), 50 + 12 * math.sin(a), 7.8, 7, shade(colour, -0.2))
        pen.oval(49 + 13 * math.cos(a), 49.4 + 12 * math.sin(a), 7, 6.2, colour)
    return pen.image


def bird(args: Args, rng: Random) -> Image.Image:
    """``skin, shade``: a whole dressed chicken."""
    skin, dark = args
    pen = Pen()
    for ring in (
        [(50, 20), (76, 30), (86, 56), (78, 80), (50, 88), (22, 80), (14, 56), (24, 30), (50, 20)],
    ):
        body = Pen()
        body.poly(smooth(ring), skin)
        pen.glaze(lit(body.image, 10))
    for side in (-1, 1):
        leg = Pen()
        leg.oval(50 + side * 22, 66, 19, 14, shade(skin, 0.06), side * -38)
        leg.stroke([(50 + side * 10, 76), (50 + side * 4, 90)], 7, shade(skin, -0.03))
        leg.oval(50 + side * 4, 92, 5.4, 4.4, "#f3e7cf")
        pen.glaze(lit(leg.image, 5))
        wing = Pen()
        wing.oval(50 + side * 33, 40, 9, 17, shade(skin, 0.03), side * 24)
        pen.glaze(lit(wing.image, 4))
    pen.stroke([(50, 26), (51, 44), (50, 58)], 1.1, dark)
    for _ in range(40):
        pen.oval(rng.uniform(32, 68), rng.uniform(30, 60), 0.5, 0.5, dark)
    return pen.image


def drumstick(args: Args, rng: Random) -> Image.Image:
    """``skin, form``: a raw piece: leg, wing, breast or foot."""
    skin, form = args
    pen, body = Pen(), Pen()
    if form == "breast":
        body.poly(
            smooth(
                [(50, 94), (22, 70), (14, 40), (34, 16), (56, 20), (82, 36), (84, 66), (50, 94)]
            ),
            skin,
        )
        for k in range(5):
            body.stroke(
                [(28 + k * 10, 30 + k * 2), (34 + k * 9, 52), (42 + k * 5, 76)],
                0.7,
                shade(skin, 0.35),
            )
    elif form == "wing":
        body.stroke([(16, 60), (44, 36)], 30, skin)
        body.stroke([(44, 36), (80, 58)], 22, shade(skin, 0.05))
        body.stroke([(80, 58), (90, 80)], 13, skin)
    elif form == "foot":
        body.stroke([(50, 12), (52, 50)], 13, skin)
        for dx in (-30, -9, 12, 30):
            body.stroke([(52, 48), (52 + dx, 82 - abs(dx) * 0.3)], 9, skin)
    else:
        body.stroke([(66, 34), (26, 80)], 10, "#f5ead6")
        body.oval(22, 80, 7, 6, "#f8f0e0")
        body.oval(28, 88, 6, 6, "#f8f0e0")
        body.poly(
            smooth(
                [(38, 66), (36, 36), (58, 12), (86, 18), (90, 46), (70, 66), (46, 74), (38, 66)]
            ),
            skin,
        )
    pen.glaze(lit(body.image, 8))
    return pen.image


def chili(args: Args, rng: Random) -> Image.Image:
    """``colour, width``: one long pepper."""
    colour, width = args[0], float(args[1])
    pen, body = Pen(), Pen()
    spine = smooth([(24, 22), (40, 46), (62, 66), (88, 80)])
    for k, (x, y) in enumerate(spine):
        r = width * (1 - (k / len(spine)) ** 2.2) + 0.9
        body.oval(x, y, r, r, colour)
    pen.glaze(lit(body.image, 5, 1.2))
    stem = Pen()
    stem.oval(23, 20, width * 0.75, width * 0.55, "#5d8f35", 40)
    stem.stroke([(22, 18), (15, 8)], 3, "#6fa03e")
    pen.glaze(lit(stem.image, 2))
    return pen.image
