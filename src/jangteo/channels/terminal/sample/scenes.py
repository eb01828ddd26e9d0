"""Stall portraits and the market's banner, composed from the same shapes as the goods."""

from __future__ import annotations

import hashlib
import math
import zlib
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from jangteo.channels.terminal.sample.content import SampleMarket, SampleOffer, SampleStall
from jangteo.channels.terminal.sample.drawing import rgba, shade
from jangteo.channels.terminal.sample.pictures import (
    DRAWING_VERSION,
    Job,
    compose_goods,
    emoji_file,
    write_changed,
)

BANNER_SIZES_PX = ((1200, 480), (780, 400))
PORTRAIT_SIZES_PX = (640, 320)
_RED, _GREEN, _AMBER = ("#c8553d", "#f7ead6"), ("#3f7d58", "#f4f0df"), ("#d9902f", "#fbf1dc")
_BLUE, _PLUM, _OLIVE = ("#3d6a8c", "#eef1ea"), ("#8a4a5c", "#f6e8dc"), ("#6b7f3a", "#f5f0dc")
#: awning colours by the stall's kind
_AWNINGS = {
    "vegetables": _GREEN,
    "fruit": _RED,
    "butcher": _PLUM,
    "seafood": _BLUE,
    "dried-seafood": _BLUE,
    "side-dishes": _AMBER,
    "rice-cakes": _PLUM,
    "tofu": _OLIVE,
    "oil": _AMBER,
    "grains": _OLIVE,
    "mill": _RED,
    "poultry": _AMBER,
    "trotters": _PLUM,
    "flowers": _GREEN,
    "dumplings": _BLUE,
    "kimchi": _RED,
}
_SCALE = 2  # scenes are drawn at twice their size and reduced


def _bands(size: tuple[int, int], stops: Sequence[tuple[float, str]]) -> Image.Image:
    """A vertical blend through ``(height in parts, colour)`` stops."""
    strip = Image.new("RGB", (1, 200))
    for y in range(200):
        at = y / 199
        (a, low), (b, high) = next(
            (pair for pair in pairwise(stops) if at <= pair[1][0]),
            (stops[-2], stops[-1]),
        )
        part = min(1.0, max(0.0, (at - a) / (b - a)))
        mixed = [round(p + (q - p) * part) for p, q in zip(rgba(low), rgba(high), strict=True)]
        strip.putpixel((0, y), (mixed[0], mixed[1], mixed[2]))
    return strip.resize(size, Image.Resampling.BICUBIC).convert("RGBA")


def _soft_spot(canvas: Image.Image, x: float, y: float, r: float, colour: str, alpha: int) -> None:
    """A round glow or shadow, blurred at an eighth of the size."""
    small = Image.new("L", (48, 48), 0)
    ImageDraw.Draw(small).ellipse([12, 12, 36, 36], fill=alpha)
    wide = max(8, round(r * 4))
    mask = small.filter(ImageFilter.GaussianBlur(6)).resize((wide, wide), Image.Resampling.BICUBIC)
    layer = Image.new("RGBA", (wide, wide), rgba(colour, 0))
    layer.putalpha(mask)
    _lay(canvas, layer, x - wide / 2, y - wide / 2)


def _lay(canvas: Image.Image, image: Image.Image, left: float, top: float) -> None:
    """Composite, cut at the canvas's edges."""
    x, y = round(left), round(top)
    box = (
        max(0, -x),
        max(0, -y),
        min(image.width, canvas.width - x),
        min(image.height, canvas.height - y),
    )
    if box[2] > box[0] and box[3] > box[1]:
        canvas.alpha_composite(image.crop(box), (max(0, x), max(0, y)))


def _emoji(character: str, emoji_dir: Path, side: int) -> Image.Image:
    with Image.open(emoji_file(character, emoji_dir)) as image:
        return image.convert("RGBA").resize((side, side), Image.Resampling.BICUBIC)


def _awning(
    canvas: Image.Image, box: tuple[float, float, float, float], colours: tuple[str, str]
) -> None:
    """A striped awning with a scalloped edge; ``box`` is left, top, right, bottom."""
    left, top, right, bottom = box
    pen = ImageDraw.Draw(canvas)
    stripes = 9
    flare = (right - left) * 0.045
    hang = (bottom - top) * 0.24
    for k in range(stripes):
        colour = colours[k % 2]
        x0, x1 = left + (right - left) * k / stripes, left + (right - left) * (k + 1) / stripes
        u0 = left + flare + (right - left - 2 * flare) * k / stripes
        u1 = left + flare + (right - left - 2 * flare) * (k + 1) / stripes
        low = bottom - hang
        pen.polygon([(u0, top), (u1, top), (x1, low), (x0, low)], fill=colour)
        pen.rectangle([x0, low, x1, low + hang * 0.45], fill=shade(colour, -0.1))
        pen.pieslice([x0, low - hang * 0.15, x1, low + hang], 0, 180, fill=shade(colour, -0.1))
    shadow = Image.new("RGBA", (round(right - left), round((bottom - top) * 0.5)), (50, 24, 12, 0))
    fade = Image.linear_gradient("L").transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    shadow.putalpha(fade.resize(shadow.size).point([v * 26 // 100 for v in range(256)]))
    _lay(canvas, shadow, left, bottom)


def _counter(canvas: Image.Image, box: tuple[float, float, float, float], wood: str) -> None:
    left, top, right, bottom = box
    pen = ImageDraw.Draw(canvas)
    rim = (bottom - top) * 0.16
    pen.rectangle([left, top + rim, right, bottom], fill=shade(wood, -0.12))
    planks = 4
    for k in range(1, planks):
        y = top + rim + (bottom - top - rim) * k / planks
        pen.line([(left, y), (right, y)], fill=shade(wood, -0.28), width=max(2, round(rim * 0.12)))
    pen.rounded_rectangle(
        [left - rim * 0.5, top, right + rim * 0.5, top + rim], rim * 0.3, fill=shade(wood, 0.16)
    )


def _trim(image: Image.Image, side: int) -> Image.Image:
    box = image.getchannel("A").point([255 if v > 40 else 0 for v in range(256)]).getbbox()
    cut = image.crop(box) if box else image
    part = side / max(cut.size)
    size = (max(1, round(cut.width * part)), max(1, round(cut.height * part)))
    return cut.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _shown(stall: SampleStall, offers: Iterable[SampleOffer], many: int) -> list[SampleOffer]:
    """Goods of the stall that differ most: taken at even steps from its list."""
    own = [offer for offer in offers if offer.stall_slug == stall.slug]
    step = max(1, len(own) // many)
    return own[::step][:many]


def _keeper(
    canvas: Image.Image,
    stall: SampleStall,
    emoji_dir: Path,
    at: tuple[float, float, float, float],
    colour: str,
) -> None:
    """The keeper behind the counter; a face without a body gets shoulders and an apron."""
    x, counter, wide, tall = at
    if len(stall.portrait) > 1:
        side = round(min(wide * 0.5, tall * 0.5))
        _lay(canvas, _emoji(stall.portrait, emoji_dir, side), x - side / 2, counter - side * 0.92)
        return
    side = round(min(wide * 0.32, tall * 0.32))
    coat = Image.new("RGBA", (side * 2, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(coat)
    pen.rounded_rectangle(
        [side * 0.42, side * 0.1, side * 1.58, side * 1.6], side * 0.42, fill=shade(colour, 0.12)
    )
    pen.rounded_rectangle(
        [side * 0.68, side * 0.3, side * 1.32, side * 1.6], side * 0.1, fill="#f6efe2"
    )
    for strap in (0.74, 1.18):
        pen.rectangle([side * strap, 0.1 * side, side * (strap + 0.08), side * 0.4], fill="#f6efe2")
    _lay(canvas, coat, x - side, counter - side * 0.62)
    _lay(canvas, _emoji(stall.portrait, emoji_dir, side), x - side / 2, counter - side * 1.42)


def _stand(
    canvas: Image.Image,
    stall: SampleStall,
    goods: Sequence[SampleOffer],
    emoji_dir: Path,
    box: tuple[float, float, float, float],
) -> None:
    """One stall: back wall, keeper, awning, counter and three goods on it, inside ``box``."""
    left, top, right, bottom = box
    wide, tall = right - left, bottom - top
    rng = Random(zlib.crc32(stall.slug.encode()))  # noqa: S311 - drawing, no secret
    colours = _AWNINGS.get(stall.kind, _GREEN)
    wall = shade(colours[0], 0.66)
    pen = ImageDraw.Draw(canvas)
    pen.rectangle([left + wide * 0.04, top + tall * 0.1, right - wide * 0.04, bottom], fill=wall)
    _soft_spot(canvas, left + wide / 2, top + tall * 0.42, wide * 0.38, "#fff6dc", 210)
    for x in (0.05, 0.93):
        pen.rectangle(
            [left + wide * x, top + tall * 0.1, left + wide * (x + 0.02), bottom], fill="#8a6238"
        )
    for k in range(4):
        x = left + wide * (0.2 + 0.2 * k)
        y = top + tall * (0.345 + 0.02 * math.sin(k * 2.0))
        pen.ellipse([x - wide * 0.014, y, x + wide * 0.014, y + wide * 0.03], fill="#ffe9a8")
        _soft_spot(canvas, x, y + wide * 0.015, wide * 0.035, "#ffe08a", 150)
    _keeper(canvas, stall, emoji_dir, (left + wide * 0.5, top + tall * 0.7, wide, tall), colours[0])
    _awning(canvas, (left, top, right, top + tall * 0.28), colours)
    _counter(
        canvas, (left + wide * 0.02, top + tall * 0.68, right - wide * 0.02, bottom), "#c79257"
    )
    places = (0.2, 0.8, 0.5)
    for offer, x in zip(goods, places, strict=False):
        side = round(min(wide * 0.37, tall * 0.37) * (0.86 if x == 0.5 else 1))
        image = _trim(compose_goods(offer.recipe, emoji_dir), side)
        base = top + tall * (0.77 if x != 0.5 else 1.0) + rng.uniform(-0.01, 0.01) * tall
        _soft_spot(canvas, left + wide * x, base - side * 0.03, side * 0.4, "#3c2010", 120)
        _lay(canvas, image, left + wide * x - image.width / 2, base - image.height)


def compose_stall(
    stall: SampleStall, offers: Iterable[SampleOffer], emoji_dir: Path, size_px: int
) -> Image.Image:
    """A square portrait of a stall: its keeper under the awning, three of its goods on the counter."""
    side = size_px * _SCALE
    canvas = _bands(
        (side, side), ((0, "#f6ecdb"), (0.8, "#efdfc6"), (0.81, "#cdb591"), (1, "#bda27c"))
    )
    _stand(
        canvas,
        stall,
        _shown(stall, offers, 3),
        emoji_dir,
        (side * 0.07, side * 0.09, side * 0.93, side * 0.94),
    )
    return canvas.convert("RGB").resize((size_px, size_px), Image.Resampling.BICUBIC)


def compose_banner(market: SampleMarket, emoji_dir: Path, size: tuple[int, int]) -> Image.Image:
    """The market's lane in the morning, ``size`` (width, height) in px: stalls side by side under lights."""
    wide, tall = size[0] * _SCALE, size[1] * _SCALE
    canvas = _bands(
        (wide, tall),
        ((0, "#f9dfb8"), (0.45, "#fbeed6"), (0.8, "#f3e2c6"), (0.81, "#cbb08a"), (1, "#b2946b")),
    )
    _soft_spot(canvas, wide * 0.8, tall * 0.12, tall * 0.3, "#fff3cf", 235)
    pen = ImageDraw.Draw(canvas)
    for k in range(14):
        x = wide * (k / 13) - 40
        high = tall * (0.2 + 0.07 * math.sin(k * 1.9))
        pen.rectangle(
            [x, high, x + wide / 12, tall * 0.6],
            fill=shade("#e8cfa9", 0.1 * math.sin(k * 2.7) - 0.02),
        )
    many = 5 if size[0] > 2 * size[1] else 3
    picks = ("kongsae", "saebyeok", "sunjane", "gaetbaram", "byeotnwi", "pureundeul")
    order = [s for slug in picks for s in market.stalls if s.slug == slug] or list(market.stalls)
    chosen = order[:many]
    lane = wide / many
    for k, stall in enumerate(chosen):
        left = lane * k + lane * 0.03
        drop = tall * (0.015 if k % 2 else 0)
        box = (left, tall * 0.22 + drop, left + lane * 0.94, tall * 0.93 + drop)
        _soft_spot(canvas, left + lane * 0.47, tall * 0.93 + drop, lane * 0.42, "#4a2c14", 110)
        _stand(canvas, stall, _shown(stall, market.offers, 3), emoji_dir, box)
    points = []
    pen = ImageDraw.Draw(canvas)
    spans = many + 1
    for step in range(spans * 12 + 1):
        at = step / 12
        points.append((wide * at / spans, tall * (0.06 + 0.085 * math.sin((at % 1) * math.pi))))
    pen.line(points, fill="#7a5a3a", width=max(2, tall // 220))
    for index, (x, y) in enumerate(points):
        if index % 12 in (3, 6, 9):
            _soft_spot(canvas, x, y + tall * 0.02, tall * 0.05, "#ffd870", 200)
            r = tall * 0.013
            ImageDraw.Draw(canvas).ellipse([x - r, y, x + r, y + 2.4 * r], fill="#fff2c4")
        elif index % 12 == 0 and 0 < index < len(points) - 1:
            lamp = _emoji("🏮", emoji_dir, round(tall * 0.15))
            _lay(canvas, lamp, x - lamp.width / 2, y - tall * 0.01)
    return canvas.convert("RGB").resize(size, Image.Resampling.BICUBIC)


def build_scenes(market: SampleMarket, emoji_dir: Path, out_dir: Path) -> list[Path]:
    """Write ``stall-<slug>-<px>.webp`` and ``market-<width>x<height>.webp``; returns the files written now."""
    return write_changed(_jobs(market, emoji_dir), out_dir, "scenes.json")


def _jobs(market: SampleMarket, emoji_dir: Path) -> Iterable[Job]:
    for stall in market.stalls:
        goods = _shown(stall, market.offers, 3)
        yield Job(
            stem=f"stall-{stall.slug}",
            digest=_digest(stall.portrait, *(offer.recipe.digest for offer in goods)),
            files={f"stall-{stall.slug}-{px}.webp": ((px, px), 82) for px in PORTRAIT_SIZES_PX},
            draw=partial(_portrait, stall, market.offers, emoji_dir),
        )
    everything = [offer.recipe.digest for offer in market.offers]
    for width, height in BANNER_SIZES_PX:
        yield Job(
            stem=f"market-{width}x{height}",
            digest=_digest(*(stall.portrait for stall in market.stalls), *everything),
            files={f"market-{width}x{height}.webp": ((width, height), 80)},
            draw=partial(compose_banner, market, emoji_dir),
        )


def _portrait(
    stall: SampleStall, offers: Sequence[SampleOffer], emoji_dir: Path, size: tuple[int, int]
) -> Image.Image:
    return compose_stall(stall, offers, emoji_dir, size[0])


def _digest(*parts: str) -> str:
    return hashlib.sha256("|".join((str(DRAWING_VERSION), *parts)).encode()).hexdigest()[:16]
