"""Price boards drawn with their truth: tables, tags, columns, marker and chalk, invoices, spoilt as phones spoil them.

Nothing here is a photograph: letters come from fonts. Every picture follows from its seed. The held-out third has seeds,
a font and two layouts of its own, and was looked at only to print figures.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[2]
_PRETENDARD = ROOT / "node_modules/pretendard/dist/public/static/alternative"
_SERIF = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc")
#: of NotoSerifCJK-Bold.ttc, the Korean face
_SERIF_KR = 1

Picture = NDArray[np.uint8]

NAMES = Path(__file__).with_name("board_goods.txt").read_text(encoding="utf-8").split()
UNITS = [
    "1단",
    "1kg",
    "2kg",
    "5kg",
    "10kg",
    "1근",
    "100g",
    "200g",
    "300g",
    "500g",
    "1봉",
    "1팩",
    "1마리",
    "2마리",
    "1손",
    "1모",
    "1망",
    "1개",
    "3개",
    "5개",
    "10개",
    "1판",
    "1박스",
    "1포기",
    "1묶음",
    "1되",
]


@dataclass(frozen=True, slots=True)
class Truth:
    """One row of a board."""

    name: str
    unit: str
    price_krw: int


@dataclass(frozen=True, slots=True)
class Board:
    """A drawn picture and what stands on it."""

    key: str
    layout: str
    spoilt: str
    held_out: bool
    jpeg: bytes
    rows: tuple[Truth, ...]
    #: every written word in reading order
    text: str


Draw = Callable[[np.random.Generator, tuple[Truth, ...], "Pen"], tuple[Picture, str]]


class Pen:
    """Letters in one hand: a font, and for handwriting each letter a little off its place."""

    def __init__(
        self, rng: np.random.Generator, *, serif: bool = False, wobble: float = 0.0
    ) -> None:
        self._rng = rng
        self._wobble = wobble
        self._serif = serif
        self._weight = str(rng.choice(["Regular", "Medium", "SemiBold", "Bold", "ExtraBold"]))

    def font(self, size: int) -> ImageFont.FreeTypeFont:
        if self._serif:
            return ImageFont.truetype(str(_SERIF), size, index=_SERIF_KR)
        return ImageFont.truetype(str(_PRETENDARD / f"Pretendard-{self._weight}.ttf"), size)

    def width(self, text: str, size: int) -> int:
        return int(self.font(size).getlength(text))

    def write(
        self, image: Image.Image, at: tuple[int, int], text: str, size: int, ink: tuple[int, ...]
    ) -> None:
        draw = ImageDraw.Draw(image)
        if not self._wobble:
            draw.text(at, text, font=self.font(size), fill=ink)
            return
        x: float = at[0]
        for letter in text:
            own = max(8, int(size * (1 + self._rng.normal(0, 0.05 * self._wobble))))
            font = self.font(own)
            side = own * 2
            tile = Image.new("L", (side, side), 0)
            ImageDraw.Draw(tile).text((side // 4, side // 6), letter, font=font, fill=255)
            tile = tile.rotate(
                float(self._rng.normal(0, 4 * self._wobble)), Image.Resampling.BICUBIC
            )
            drop = float(self._rng.normal(0, 0.03 * self._wobble * size))
            image.paste(
                Image.new("RGB", tile.size, ink),
                (int(x) - side // 4, int(at[1] + drop) - side // 6),
                tile,
            )
            x += font.getlength(letter) * (1 + float(self._rng.normal(0.03, 0.02)))


def _won(price: int, style: str) -> str:
    return {"plain": f"{price}", "comma": f"{price:,}", "won": f"{price:,}원"}[style]


def _goods(rng: np.random.Generator, count: int) -> tuple[Truth, ...]:
    names = rng.choice(NAMES, size=count, replace=False)
    return tuple(Truth(str(name), str(rng.choice(UNITS)), _price(rng)) for name in names)


def _price(rng: np.random.Generator) -> int:
    low, high, step = [(5, 99, 100), (10, 99, 100), (10, 60, 1000), (20, 199, 500)][rng.integers(4)]
    return int(rng.integers(low, high)) * step


def _paper(rng: np.random.Generator, size: tuple[int, int]) -> Image.Image:
    tone = rng.integers(225, 256)
    warm = int(rng.integers(0, 22))
    return Image.new("RGB", size, (int(tone), int(tone) - warm // 2, int(tone) - warm))


def _ink(rng: np.random.Generator) -> tuple[int, int, int]:
    inks = [(20, 20, 20), (30, 30, 90), (150, 20, 20), (10, 70, 40)]
    return inks[int(rng.integers(len(inks)))]


def _table(rng: np.random.Generator, rows: tuple[Truth, ...], pen: Pen) -> tuple[Picture, str]:
    size = int(rng.integers(30, 42))
    height = int(size * 1.9)
    edges = [0, 330, 560, 860]
    image = _paper(rng, (edges[-1] + 80, height * (len(rows) + 1) + 80))
    draw = ImageDraw.Draw(image)
    style = str(rng.choice(["plain", "comma", "won"]))
    cells = [("품목", "단위", "가격")] + [(r.name, r.unit, _won(r.price_krw, style)) for r in rows]
    for number, row in enumerate(cells):
        top = 40 + number * height
        for column, text in enumerate(row):
            left = 40 + edges[column]
            draw.rectangle(
                (left, top, 40 + edges[column + 1], top + height), outline=(90, 90, 90), width=2
            )
            pad = (
                edges[column + 1] - edges[column] - pen.width(text, size) - 14
                if column == 2
                else 14
            )
            pen.write(image, (left + pad, top + int(size * 0.35)), text, size, (25, 25, 25))
    return np.asarray(image), " ".join(" ".join(row) for row in cells)


def _lines(rng: np.random.Generator, rows: tuple[Truth, ...], pen: Pen) -> tuple[Picture, str]:
    size = int(rng.integers(38, 56))
    height = int(size * 1.7)
    image = _paper(rng, (900, height * len(rows) + 100))
    ink = _ink(rng)
    texts = [f"{r.name} {r.unit} {_won(r.price_krw, 'won')}" for r in rows]
    for number, text in enumerate(texts):
        pen.write(image, (50, 50 + number * height), text, size, ink)
    return np.asarray(image), " ".join(texts)


def _tag(rng: np.random.Generator, rows: tuple[Truth, ...], pen: Pen) -> tuple[Picture, str]:
    row = rows[0]
    image = _paper(rng, (820, 520))
    ink = _ink(rng)
    pen.write(image, (60, 50), f"{row.name} {row.unit}", 84, (20, 20, 20))
    text = _won(row.price_krw, "won")
    size = 150
    while pen.width(text, size) > 700:
        size -= 6
    pen.write(image, (60, 240), text, size, ink)
    return np.asarray(image), f"{row.name} {row.unit} {text}"


def _columns(rng: np.random.Generator, rows: tuple[Truth, ...], pen: Pen) -> tuple[Picture, str]:
    size = int(rng.integers(34, 46))
    height = int(size * 1.8)
    half = (len(rows) + 1) // 2
    image = _paper(rng, (1240, height * half + 100))
    ink = _ink(rng)
    texts = []
    for number, row in enumerate(rows):
        left = 50 + (number // half) * 620
        top = 50 + (number % half) * height
        name, price = f"{row.name} {row.unit}", _won(row.price_krw, "comma")
        pen.write(image, (left, top), name, size, ink)
        pen.write(image, (left + 510 - pen.width(price, size), top), price, size, ink)
        texts.append(f"{name} {price}")
    return np.asarray(image), " ".join(texts)


def _board(ground: tuple[int, int, int], inks: list[tuple[int, int, int]]) -> Draw:
    def draw(rng: np.random.Generator, rows: tuple[Truth, ...], pen: Pen) -> tuple[Picture, str]:
        size = int(rng.integers(50, 64))
        height = int(size * 1.75)
        image = Image.new("RGB", (1000, height * len(rows) + 110), ground)
        texts = []
        for number, row in enumerate(rows):
            top = 50 + number * height
            ink = inks[int(rng.integers(len(inks)))]
            price = _won(row.price_krw, str(rng.choice(["comma", "won"])))
            pen.write(image, (60, top), row.name, size, ink)
            pen.write(image, (430, top), row.unit, size, ink)
            pen.write(image, (650, top), price, size, ink)
            texts.append(f"{row.name} {row.unit} {price}")
        return np.asarray(image), " ".join(texts)

    return draw


def _invoice(rng: np.random.Generator, rows: tuple[Truth, ...], pen: Pen) -> tuple[Picture, str]:
    size = 30
    height = 58
    edges = [0, 70, 330, 480, 600, 790, 1000]
    image = _paper(rng, (edges[-1] + 80, height * (len(rows) + 1) + 180))
    draw = ImageDraw.Draw(image)
    pen.write(image, (380, 30), "거래명세서", 52, (20, 20, 20))
    counts = rng.integers(1, 9, size=len(rows))
    cells = [("번호", "품목", "규격", "수량", "단가", "금액")]
    cells += [
        (str(n), r.name, r.unit, str(c), f"{r.price_krw:,}", f"{r.price_krw * int(c):,}")
        for n, (r, c) in enumerate(zip(rows, counts, strict=True), start=1)
    ]
    for number, row in enumerate(cells):
        top = 120 + number * height
        draw.line((40, top, 40 + edges[-1], top), fill=(120, 120, 120), width=2)
        for column, text in enumerate(row):
            pad = 12
            if column >= 3:
                pad = edges[column + 1] - edges[column] - pen.width(text, size) - 12
            pen.write(image, (40 + edges[column] + pad, top + 12), text, size, (30, 30, 30))
    return np.asarray(image), "거래명세서 " + " ".join(" ".join(row) for row in cells)


def _tags(rng: np.random.Generator, rows: tuple[Truth, ...], pen: Pen) -> tuple[Picture, str]:
    """Cards beside each other, the price below the name."""
    across = 3
    down = (len(rows) + across - 1) // across
    image = Image.new("RGB", (across * 420 + 40, down * 300 + 40), (120, 96, 70))
    draw = ImageDraw.Draw(image)
    texts = []
    for number, row in enumerate(rows):
        left, top = 30 + (number % across) * 420, 30 + (number // across) * 300
        draw.rectangle((left, top, left + 390, top + 270), fill=(252, 250, 242))
        price = _won(row.price_krw, "won")
        pen.write(image, (left + 24, top + 30), f"{row.name} {row.unit}", 44, (20, 20, 20))
        pen.write(image, (left + 24, top + 130), price, 72, (160, 20, 20))
        texts.append(f"{row.name} {row.unit} {price}")
    return np.asarray(image), " ".join(texts)


# ---- what phones and shops do to a picture ----


def _warp(image: Picture, corners: NDArray[np.float32]) -> Picture:
    height, width = image.shape[:2]
    low, high = corners.min(axis=0), corners.max(axis=0)
    margin = 30
    target = (corners - low + margin).astype(np.float32)
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    size = (high - low + 2 * margin).astype(int)
    matrix = cv2.getPerspectiveTransform(source, target)
    done = cv2.warpPerspective(
        image,
        matrix,
        (int(size[0]), int(size[1])),
        flags=cv2.INTER_AREA,
        borderValue=(105, 100, 96),
    )
    return np.asarray(done, np.uint8)


def _turned(image: Picture, degrees: float) -> Picture:
    height, width = image.shape[:2]
    angle = np.deg2rad(degrees)
    spin = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]]) @ spin.T
    return _warp(image, corners.astype(np.float32))


def _perspective(image: Picture, rng: np.random.Generator) -> Picture:
    height, width = image.shape[:2]
    reach = np.array([[width, height]]) * 0.09
    shift = rng.uniform(0, 1, size=(4, 2)) * reach * np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]]) + shift
    return _warp(image, corners.astype(np.float32))


def _shade(image: Picture, rng: np.random.Generator) -> Picture:
    height, width = image.shape[:2]
    ramp = (
        np.linspace(0.45, 1.0, width)[None, :]
        if rng.random() < 0.5
        else np.linspace(1.0, 0.45, height)[:, None]
    )
    field = np.broadcast_to(ramp, (height, width)).copy()
    edge = int(width * rng.uniform(0.3, 0.7))
    field[:, edge:] *= 0.72
    return np.clip(image * cv2.GaussianBlur(field, (0, 0), 6)[..., None], 0, 255).astype(np.uint8)


def _dim(image: Picture, rng: np.random.Generator) -> Picture:
    dark = image.astype(np.float64) * float(rng.uniform(0.22, 0.34))
    return np.clip(dark + rng.normal(0, 6, size=image.shape), 0, 255).astype(np.uint8)


def _blur(image: Picture, sigma: float) -> Picture:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.uint8)


SPOILT = ("clean", "skew", "perspective", "blur", "shade", "jpeg", "dim", "all")


def _spoil(image: Picture, how: str, rng: np.random.Generator) -> bytes:
    quality = 88
    if how in ("skew", "all"):
        most = 15 if how == "skew" else 7
        image = _turned(image, float(rng.uniform(-most, most)))
    if how in ("perspective", "all"):
        image = _perspective(image, rng)
    if how in ("shade", "all"):
        image = _shade(image, rng)
    if how == "dim":
        image = _dim(image, rng)
    if how in ("blur", "all"):
        image = _blur(
            image, float(rng.uniform(1.2, 2.2) if how == "blur" else rng.uniform(0.6, 1.1))
        )
    if how in ("jpeg", "all"):
        quality = int(rng.integers(18, 30) if how == "jpeg" else rng.integers(35, 60))
    out = io.BytesIO()
    Image.fromarray(image).save(out, "JPEG", quality=quality)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Layout:
    draw: Draw
    rows: tuple[int, int]
    wobble: float = 0.0
    serif: bool = False


_WHITEBOARD = _board((246, 246, 243), [(20, 40, 130), (20, 20, 20), (170, 25, 25)])
_CHALKBOARD = _board((38, 58, 48), [(245, 245, 235), (250, 225, 120), (255, 190, 200)])
_LAYOUTS: dict[str, _Layout] = {
    "table": _Layout(_table, (6, 13)),
    "lines": _Layout(_lines, (4, 9)),
    "tag": _Layout(_tag, (1, 2)),
    "columns": _Layout(_columns, (8, 15)),
    "marker": _Layout(_WHITEBOARD, (4, 9), wobble=1.0),
    "invoice": _Layout(_invoice, (5, 12)),
}
#: two layouts, a font and a hand that nothing was tuned on
_HELD_OUT: dict[str, _Layout] = {
    "tags": _Layout(_tags, (3, 8)),
    "chalk": _Layout(_CHALKBOARD, (4, 8), wobble=1.2),
    "serif table": _Layout(_table, (6, 13), serif=True),
    "marker": _Layout(_WHITEBOARD, (4, 9), wobble=1.0),
}


def boards(*, held_out: bool) -> list[Board]:
    """48 boards to look at while working, or 32 that are held out: every layout in every state."""
    layouts = _HELD_OUT if held_out else _LAYOUTS
    return [board(layout, how, held_out=held_out) for layout in layouts for how in SPOILT]


def board(layout: str, how: str, *, held_out: bool = False) -> Board:
    """One of `boards`, always the same."""
    chosen = _HELD_OUT if held_out else _LAYOUTS
    place = list(chosen).index(layout) * len(SPOILT) + SPOILT.index(how)
    rng = np.random.default_rng([71 if held_out else 7, place])
    of = chosen[layout]
    rows = _goods(rng, int(rng.integers(*of.rows)))
    image, text = of.draw(rng, rows, Pen(rng, serif=of.serif, wobble=of.wobble))
    return Board(
        key=f"{'held' if held_out else 'dev'}-{place:02d}-{layout.replace(' ', '-')}-{how}",
        layout=layout,
        spoilt=how,
        held_out=held_out,
        jpeg=_spoil(image, how, rng),
        rows=rows,
        text=text,
    )
