"""Pictures of the sample market, composed from openly licensed emoji and drawn shapes.

A recipe is one line of text: layers parted by ``" + "``. A layer is words parted by blanks::

    [on=VESSEL[:#rrggbb]] ARRANGEMENT SPRITE[*COUNT] [tint=#rrggbb] [hue=DEG] [sat=PERCENT] [size=PERCENT]
    [turn=DEG]

A sprite is an emoji (``🍎``) or a drawn shape with its arguments (``fish:#4f6f8f,#e8eef0,round,wave``).
Everything is computed from the recipe, the ground colour and the seed alone, so the same offer always gives
the same bytes of pixels.
"""

from __future__ import annotations

import hashlib
import json
import math
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from random import Random
from typing import Protocol

from PIL import Image, ImageChops, ImageFilter, ImageOps

from jangteo.channels.terminal.sample import shapes_garden, shapes_kitchen, vessels
from jangteo.channels.terminal.sample.arrangements import ARRANGEMENTS, VESSELS, Place
from jangteo.channels.terminal.sample.drawing import rgba, shade, sprite_side

#: raise it when the drawing code changes, so that set-up makes the pictures again
DRAWING_VERSION = 1
SIZES_PX: Mapping[int, int] = {640: 80, 320: 82}
_WORK = 960  # px; the canvas is drawn at this side and reduced to the size asked for

Args = tuple[str, ...]
Shape = Callable[[Args, Random], Image.Image]
#: drawer and how many arguments it needs at least
SHAPES: Mapping[str, tuple[Shape, int]] = {
    "bowl": (vessels.bowl, 3),
    "plate": (vessels.plate, 3),
    "tub": (vessels.tub, 2),
    "masu": (vessels.masu, 2),
    "sack": (vessels.sack, 3),
    "jar": (vessels.jar, 3),
    "bottle": (vessels.bottle, 4),
    "pouch": (vessels.pouch, 3),
    "tray": (vessels.tray, 4),
    "greens": (shapes_garden.greens, 4),
    "stalks": (shapes_garden.stalks, 5),
    "napa": (shapes_garden.napa, 2),
    "ball": (shapes_garden.ball, 3),
    "persimmon": (shapes_garden.persimmon, 2),
    "radish": (shapes_garden.radish, 3),
    "gourd": (shapes_garden.gourd, 2),
    "sprouts": (shapes_garden.sprouts, 3),
    "mushroom": (shapes_garden.mushroom, 3),
    "lotus": (shapes_garden.lotus, 2),
    "fish": (shapes_kitchen.fish, 4),
    "fillet": (shapes_kitchen.fillet, 3),
    "squid": (shapes_kitchen.squid, 3),
    "shell": (shapes_kitchen.shell, 3),
    "sheets": (shapes_kitchen.sheets, 3),
    "block": (shapes_kitchen.block, 3),
    "cake": (shapes_kitchen.cake, 3),
    "roll": (shapes_kitchen.roll, 2),
    "bird": (shapes_kitchen.bird, 2),
    "drumstick": (shapes_kitchen.drumstick, 2),
    "chili": (shapes_kitchen.chili, 2),
}


class HasPicture(Protocol):
    """What :func:`build_pictures` needs to know of an offer."""

    @property
    def slug(self) -> str: ...

    @property
    def recipe(self) -> Recipe: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Layer:
    """One layer of a recipe: where it lies, how its copies are arranged and how they are coloured."""

    vessel: str
    vessel_colour: str
    arrangement: str
    sprite: str
    count: int
    tint: str
    hue_degrees: int
    saturation_percent: int
    size_percent: int
    turn_degrees: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipe:
    """A picture in words: its layers, its ground colour (``#rrggbb``) and the seed of its chance."""

    layers: tuple[Layer, ...]
    ground: str
    seed: str
    text: str

    @property
    def digest(self) -> str:
        """Changes when, and only when, the picture would."""
        parts = f"{DRAWING_VERSION}|{_WORK}|{self.text}|{self.ground}|{self.seed}"
        return hashlib.sha256(parts.encode()).hexdigest()[:16]


class RecipeError(ValueError):
    """A recipe that cannot be drawn; the message says which word and why."""


def parse_recipe(text: str, *, ground: str, seed: str) -> Recipe:
    """Read a recipe. Raises RecipeError for an unknown arrangement, shape, vessel or word."""
    layers = tuple(_parse_layer(part) for part in text.split(" + ") if part.strip())
    if not layers:
        raise RecipeError("the recipe is empty")
    return Recipe(layers=layers, ground=ground, seed=seed, text=text)


def _parse_layer(text: str) -> Layer:
    options = {"tint": "", "hue": "0", "sat": "100", "size": "100", "turn": "0", "on": ""}
    plain: list[str] = []
    for word in text.split():
        key, equals, value = word.partition("=")
        if equals and key in options:
            options[key] = value
        else:
            plain.append(word)
    if len(plain) != 2:
        raise RecipeError(f"{text!r} needs an arrangement and a sprite")
    arrangement, sprite = plain
    if arrangement not in ARRANGEMENTS:
        raise RecipeError(f"unknown arrangement {arrangement!r}")
    sprite, _, count = sprite.partition("*")
    name, colon, args = sprite.partition(":")
    if name in SHAPES:
        if len(args.split(",")) < SHAPES[name][1]:
            raise RecipeError(f"{name} needs {SHAPES[name][1]} arguments, got {args!r}")
    elif colon or name.isascii():
        raise RecipeError(f"unknown shape {name!r}")
    vessel, _, colour = options["on"].partition(":")
    if vessel not in ("", *VESSELS):
        raise RecipeError(f"unknown vessel {vessel!r}")
    try:
        return Layer(
            vessel=vessel,
            vessel_colour=colour,
            arrangement=arrangement,
            sprite=sprite,
            count=int(count or 1),
            tint=options["tint"],
            hue_degrees=int(options["hue"]),
            saturation_percent=int(options["sat"]),
            size_percent=int(options["size"]),
            turn_degrees=int(options["turn"]),
        )
    except ValueError as error:
        raise RecipeError(f"{text!r}: {error}") from error


# -- sprites ---------------------------------------------------------------------------------------------------


def emoji_file(character: str, emoji_dir: Path) -> Path:
    """The picture file of one emoji; files are named by code points joined with ``-``."""
    points = [f"{ord(c):04x}" for c in character]
    bare = [p for p in points if p != "fe0f"]
    for name in ("-".join(points), "-".join(bare), "-".join([*bare, "fe0f"])):
        path = emoji_dir / f"{name}.webp"
        if path.exists():
            return path
    raise FileNotFoundError(f"no picture for {character} ({'-'.join(points)}.webp) in {emoji_dir}")


@lru_cache(maxsize=96)
def _emoji(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGBA")


def _recolour(sprite: Image.Image, layer: Layer) -> Image.Image:
    if layer.tint:
        _, _, _, alpha = sprite.split()
        dark, light = shade(layer.tint, -0.6), shade(layer.tint, 0.72)
        grey = ImageOps.autocontrast(sprite.convert("L"), cutoff=1, mask=alpha)
        painted = ImageOps.colorize(grey, dark, light, mid=layer.tint, midpoint=120).convert("RGBA")
        painted.putalpha(alpha)
        return painted
    if layer.hue_degrees or layer.saturation_percent != 100:
        alpha = sprite.getchannel("A")
        hue, sat, value = sprite.convert("RGB").convert("HSV").split()
        move = round(layer.hue_degrees * 256 / 360)
        hue = hue.point([(v + move) % 256 for v in range(256)])
        part = layer.saturation_percent
        sat = sat.point([min(255, v * part // 100) for v in range(256)])
        painted = Image.merge("HSV", (hue, sat, value)).convert("RGB").convert("RGBA")
        painted.putalpha(alpha)
        return painted
    return sprite


def _sprites(layer: Layer, emoji_dir: Path, seed: str) -> list[Image.Image]:
    """Up to three variants of the layer's sprite, so that a heap does not look stamped."""
    name, _, args = layer.sprite.partition(":")
    if name not in SHAPES:
        return [_recolour(_emoji(emoji_file(layer.sprite, emoji_dir)), layer)]
    draw = SHAPES[name][0]
    many = 3 if layer.count > 2 else 1
    words = tuple(args.split(","))
    seeds = [zlib.crc32(f"{seed}/{layer.sprite}/{k}".encode()) for k in range(many)]
    with sprite_side(880 if layer.count == 1 else 480):
        return [_recolour(draw(words, Random(number)), layer) for number in seeds]  # noqa: S311 - drawing, no secret


# -- composition -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _vessel_part(name: str, colour: str, front: bool) -> Image.Image | None:
    back, front_side, _, _ = VESSELS[name]
    return front_side(colour) if front else back(colour)


def _ground(recipe: Recipe, side: int) -> Image.Image:
    rng = Random(zlib.crc32(recipe.seed.encode()))  # noqa: S311 - drawing, no secret
    small = 20
    light, dark = rgba(shade(recipe.ground, 0.42)), rgba(shade(recipe.ground, -0.035))
    cx, cy = rng.uniform(0.3, 0.55), rng.uniform(0.2, 0.4)
    pixels = bytearray()
    for y in range(small):
        for x in range(small):
            far = min(1.0, math.hypot(x / small - cx, y / small - cy) * 1.15)
            pixels += bytes(
                round(a + (b - a) * far) for a, b in zip(light[:3], dark[:3], strict=True)
            )
    image = Image.frombytes("RGB", (small, small), bytes(pixels))
    return image.resize((side, side), Image.Resampling.BICUBIC).convert("RGBA")


def _paste(
    canvas: Image.Image, sprite: Image.Image, place: Place, *, on_something: bool = True
) -> None:
    x, y, size, turn = place
    side = canvas.width
    wide = max(4, round(size * side))
    image = sprite.resize((wide, wide), Image.Resampling.BILINEAR, reducing_gap=2.0)
    if abs(turn) > 0.5:
        image = image.rotate(-turn, Image.Resampling.BILINEAR, expand=True)
    left, top = round(x * side - image.width / 2), round(y * side - image.height / 2)
    if not on_something:
        _over(canvas, image, left, top)
        return
    soft = (
        image.getchannel("A")
        .reduce(8)
        .filter(ImageFilter.GaussianBlur(max(1.0, size * side / 260)))
    )
    soft = soft.resize(image.size, Image.Resampling.BILINEAR).point(
        [v * 30 // 100 for v in range(256)]
    )
    shadow = Image.new("RGBA", image.size, (62, 34, 18, 0))
    shadow.putalpha(soft)
    _over(canvas, shadow, left + round(wide * 0.012), top + round(wide * 0.03))
    _over(canvas, image, left, top)


def _over(canvas: Image.Image, image: Image.Image, left: int, top: int) -> None:
    crop = image.crop(
        (
            max(0, -left),
            max(0, -top),
            min(image.width, canvas.width - left),
            min(image.height, canvas.height - top),
        )
    )
    if crop.width > 0 and crop.height > 0:
        canvas.alpha_composite(crop, (max(0, left), max(0, top)))


def _cast(canvas: Image.Image, goods: Image.Image) -> None:
    """The soft shadow of everything on the ground."""
    alpha = goods.getchannel("A").reduce(10)
    soft = alpha.filter(ImageFilter.GaussianBlur(canvas.width / 360))
    soft = ImageChops.offset(soft, 1, 3).resize(canvas.size, Image.Resampling.BILINEAR)
    shadow = Image.new("RGBA", canvas.size, (84, 52, 30, 0))
    shadow.putalpha(soft.point([v * 40 // 100 for v in range(256)]))
    canvas.alpha_composite(shadow)


def compose_goods(recipe: Recipe, emoji_dir: Path) -> Image.Image:
    """The goods of a recipe alone on a transparent square. Raises FileNotFoundError for a missing emoji."""
    goods = Image.new("RGBA", (_WORK, _WORK), (0, 0, 0, 0))
    rng = Random(zlib.crc32(recipe.seed.encode()))  # noqa: S311 - drawing, no secret
    for layer in recipe.layers:
        _draw_layer(goods, layer, emoji_dir, recipe.seed, rng)
    return goods


def compose_picture(recipe: Recipe, emoji_dir: Path, size_px: int) -> Image.Image:
    """Draw a recipe as a square RGB image of ``size_px``. Raises FileNotFoundError for a missing emoji."""
    canvas = _ground(recipe, _WORK)
    goods = compose_goods(recipe, emoji_dir)
    _cast(canvas, goods)
    canvas.alpha_composite(goods)
    return canvas.convert("RGB").resize((size_px, size_px), Image.Resampling.BICUBIC)


def _draw_layer(goods: Image.Image, layer: Layer, emoji_dir: Path, seed: str, rng: Random) -> None:
    sprites = _sprites(layer, emoji_dir, seed)
    drop, part = 0.0, 1.0
    if layer.vessel:
        _, _, drop, part = VESSELS[layer.vessel]
        back = _vessel_part(layer.vessel, layer.vessel_colour, False)
        if back is not None:
            _paste(goods, back, (0.5, 0.5, 0.9, 0), on_something=False)
    for index, (x, y, size, turn) in enumerate(ARRANGEMENTS[layer.arrangement](layer.count, rng)):
        place = (
            0.5 + (x - 0.5) * part,
            0.5 + (y - 0.5) * part - drop,
            size * part * layer.size_percent / 100,
            turn + layer.turn_degrees,
        )
        _paste(
            goods, sprites[index % len(sprites)], place, on_something=bool(layer.vessel or index)
        )
    if layer.vessel:
        front = _vessel_part(layer.vessel, layer.vessel_colour, True)
        if front is not None:
            _paste(goods, front, (0.5, 0.5, 0.9, 0), on_something=False)


def build_pictures(offers: Iterable[HasPicture], emoji_dir: Path, out_dir: Path) -> list[Path]:
    """Write ``<slug>-640.webp`` and ``<slug>-320.webp`` for every offer; returns the files written now.

    A file whose recipe has not changed since the last run (``pictures.json`` in ``out_dir``) is left alone.
    """
    jobs = (
        Job(
            stem=offer.slug,
            digest=offer.recipe.digest,
            files={
                f"{offer.slug}-{px}.webp": ((px, px), quality) for px, quality in SIZES_PX.items()
            },
            draw=partial(_draw_offer, offer.recipe, emoji_dir),
        )
        for offer in offers
    )
    return write_changed(jobs, out_dir, "pictures.json")


def _draw_offer(recipe: Recipe, emoji_dir: Path, size: tuple[int, int]) -> Image.Image:
    return compose_picture(recipe, emoji_dir, size[0])


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """Files to write from one drawing: name to (width and height in px, WebP quality), the largest first.

    ``draw`` is called once, for the first size; the others are made from it where the shape is the same.
    """

    stem: str
    digest: str
    files: Mapping[str, tuple[tuple[int, int], int]]
    draw: Callable[[tuple[int, int]], Image.Image]


def write_changed(jobs: Iterable[Job], out_dir: Path, ledger_name: str) -> list[Path]:
    """Do the jobs whose digest is not the one in the ledger or whose files are gone; returns files written."""
    out_dir.mkdir(parents=True, exist_ok=True)
    ledger = out_dir / ledger_name
    known: dict[str, str] = json.loads(ledger.read_text()) if ledger.exists() else {}
    written: list[Path] = []
    for job in jobs:
        if known.get(job.stem) == job.digest and all((out_dir / f).exists() for f in job.files):
            continue
        drawn: Image.Image | None = None
        for name, (size, quality) in job.files.items():
            if drawn is None or drawn.width * size[1] != drawn.height * size[0]:
                drawn = job.draw(size)
            image = drawn if drawn.size == size else drawn.resize(size, Image.Resampling.LANCZOS)
            image.save(out_dir / name, "WEBP", quality=quality, method=2)
            written.append(out_dir / name)
        known[job.stem] = job.digest
    ledger.write_text(json.dumps(known, indent=0, sort_keys=True) + "\n")
    return written
