"""Price cards on A4 paper, in three sizes. The same labels give the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import segno
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import getFont, registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from jangteo.apps.catalog.errors import PaperFontMissing
from jangteo.apps.catalog.publishing.labels import Label, check_count
from jangteo.engines.gs1 import ean13_modules
from jangteo.engines.gs1.ean import MODULE_MM, MODULES, QUIET_LEFT, QUIET_RIGHT
from jangteo.platform.config import config

REGULAR, BOLD = "Pretendard", "Pretendard-Bold"
_FILES = {REGULAR: "Pretendard-Regular.ttf", BOLD: "Pretendard-Bold.ttf"}
_INK, _QUIET, _LINE = HexColor("#1c1510"), HexColor("#5d5148"), HexColor("#b9ab98")
_BLACK = HexColor("#000000")


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """How many cards stand on a sheet and how large their letters are, in points; measures in millimetres."""

    ko: str
    en: str
    columns: int
    rows: int
    margin: float
    name_pt: float
    price_pt: float
    line_pt: float
    most_lines: int
    qr: float
    #: height of the bars; 0: no room for a barcode
    bars: float


#: 24 of 70 x 37 mm, 8 of 105 x 74 mm, 2 of 210 x 148 mm (A5)
SIZES: dict[str, Size] = {
    "small": Size(
        ko="작은 이름표 24장 (70×37mm)", en="24 small labels (70 × 37 mm)", columns=3, rows=8,
        margin=4, name_pt=10.5, price_pt=16, line_pt=6, most_lines=5, qr=13, bars=0,
    ),
    "card": Size(
        ko="가격표 8장 (105×74mm)", en="8 price cards (105 × 74 mm)", columns=2, rows=4,
        margin=6, name_pt=19, price_pt=33, line_pt=8.5, most_lines=7, qr=19, bars=9,
    ),
    "sign": Size(
        ko="큰 가격판 2장 (A5)", en="2 board signs (A5)", columns=1, rows=2,
        margin=12, name_pt=44, price_pt=82, line_pt=14, most_lines=7, qr=30, bars=16,
    ),
}  # fmt: skip


def labels_pdf(labels: Sequence[tuple[Label, int]], size: str) -> bytes:
    """A PDF of (label, copies). ``size``: a key of `SIZES`. Raises `TooManyLabels`, `PaperFontMissing`, `KeyError`."""
    form = SIZES[size]
    check_count([copies for _, copies in labels])
    for name, file in _FILES.items():
        _register(name, config().paper_fonts_dir / file)
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=1, pageCompression=1)
    canvas.setTitle("가격표")
    each = [label for label, copies in labels for _ in range(copies)]
    per_page = form.columns * form.rows
    for place, label in enumerate(each):
        if place and place % per_page == 0:
            canvas.showPage()
        _draw(canvas, form, label, place % per_page)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


@lru_cache(maxsize=4)
def _register(name: str, path: Path) -> None:
    if not path.is_file():
        raise PaperFontMissing(path=str(path))
    registerFont(TTFont(name, str(path)))


def _draw(canvas: Canvas, form: Size, label: Label, place: int) -> None:
    width, height = A4[0] / form.columns, A4[1] / form.rows
    left = place % form.columns * width
    bottom = A4[1] - (place // form.columns + 1) * height
    _cut_lines(canvas, left, bottom, width, height)
    inner = form.margin * mm
    x, right = left + inner, left + width - inner
    top = bottom + height - inner
    foot = bottom + inner
    qr = form.qr * mm
    _qr(canvas, label.qr, right - qr, top - qr, qr)
    text_right = right - qr - 2 * mm
    y = top - form.name_pt * 0.85
    y = _fit(canvas, label.name, BOLD, form.name_pt, x, y, text_right - x)
    y -= form.line_pt * 1.5
    _fit(
        canvas,
        _joined(label.unit, label.per_100),
        REGULAR,
        form.line_pt * 1.15,
        x,
        y,
        text_right - x,
    )
    y -= form.price_pt * 1.0
    _price(canvas, form, label.price_krw, x, y, text_right - x)
    y -= form.line_pt * 1.5 + form.price_pt * 0.16
    bars = form.bars * mm if label.ean13 else 0.0
    if bars:
        _barcode(canvas, label.ean13, right, foot, bars)
    barcode_left = right - _barcode_width() - 2 * mm if bars else right
    base = foot + form.line_pt * 1.3
    for heading, text in label.lines[: form.most_lines]:
        if y < base + form.line_pt * 0.2:
            break
        free = (barcode_left if y < foot + bars + form.line_pt * 2 else right) - x
        _line(canvas, form, heading, text, x, y, free)
        y -= form.line_pt * 1.38
    canvas.setFillColor(_QUIET)
    _fit(canvas, label.seller, REGULAR, form.line_pt, x, foot, barcode_left - x, colour=_QUIET)


def _joined(first: str, second: str) -> str:
    return " · ".join(filter(None, (first, second)))


def _cut_lines(canvas: Canvas, left: float, bottom: float, width: float, height: float) -> None:
    canvas.setStrokeColor(_LINE)
    canvas.setLineWidth(0.3)
    canvas.setDash(1, 3)
    canvas.rect(left, bottom, width, height, stroke=1, fill=0)
    canvas.setDash()


def _drawable(text: str, font: str) -> str:
    """Without the signs the font has no shape for (emoji)."""
    known = getFont(font).face.charToGlyph  # type: ignore[attr-defined]
    return "".join(c for c in text if ord(c) in known)


def _fit(
    canvas: Canvas,
    text: str,
    font: str,
    size: float,
    x: float,
    y: float,
    width: float,
    colour: Color = _INK,
) -> float:
    """One line, smaller when it is too long, cut when even that is not enough. Returns its base line."""
    text = _drawable(text, font).strip()
    needed = stringWidth(text, font, size)
    used = max(size * 0.6, min(size, size * width / needed)) if needed else size
    while len(text) > 1 and stringWidth(text, font, used) > width:
        text = text[:-2].rstrip() + "…"
    canvas.setFillColor(colour)
    canvas.setFont(font, used)
    canvas.drawString(x, y, text)
    return y


def _price(canvas: Canvas, form: Size, price_krw: int, x: float, y: float, width: float) -> None:
    figure = f"{price_krw:,}"
    size = form.price_pt
    won = size * 0.5
    needed = stringWidth(figure, BOLD, size) + stringWidth("원", BOLD, won) + size * 0.08
    if needed > width:
        size, won = size * width / needed, won * width / needed
    canvas.setFillColor(_INK)
    canvas.setFont(BOLD, size)
    canvas.drawString(x, y, figure)
    canvas.setFont(BOLD, won)
    canvas.drawString(x + stringWidth(figure, BOLD, size) + size * 0.08, y, "원")


def _line(
    canvas: Canvas, form: Size, heading: str, text: str, x: float, y: float, width: float
) -> None:
    size = form.line_pt
    canvas.setFillColor(_QUIET)
    canvas.setFont(REGULAR, size)
    canvas.drawString(x, y, heading)
    indent = (
        max(stringWidth("소비기한", REGULAR, size), stringWidth(heading, REGULAR, size))
        + size * 0.7
    )
    _fit(canvas, text, BOLD, size, x + indent, y, width - indent)


def _barcode_width() -> float:
    return (MODULES + QUIET_LEFT + QUIET_RIGHT) * MODULE_MM * mm


def _barcode(canvas: Canvas, digits: str, right: float, bottom: float, height: float) -> None:
    """The bars with their quiet zones, ending at ``right``, and the digits below."""
    module = MODULE_MM * mm
    left = right - (MODULES + QUIET_RIGHT) * module
    canvas.setFillColor(_BLACK)
    modules = ean13_modules(digits)
    start = None
    for place, bit in enumerate(f"{modules}0"):
        if bit == "1" and start is None:
            start = place
        elif bit == "0" and start is not None:
            width = (place - start) * module
            canvas.rect(left + start * module, bottom + 2.6 * mm, width, height, stroke=0, fill=1)
            start = None
    canvas.setFont(REGULAR, 7)
    canvas.drawCentredString(
        left + MODULES * module / 2, bottom, f"{digits[0]} {digits[1:7]} {digits[7:]}"
    )


def _qr(canvas: Canvas, text: str, x: float, y: float, size: float) -> None:
    matrix = segno.make(text, error="m", micro=False).matrix
    # four modules of quiet around it, inside the given square
    cell = size / (len(matrix) + 4)
    canvas.setFillColor(_BLACK)
    for row, bits in enumerate(matrix):
        for column, bit in enumerate(bits):
            if bit:
                canvas.rect(
                    x + (column + 2) * cell,
                    y + size - (row + 3) * cell,
                    cell,
                    cell,
                    stroke=0,
                    fill=1,
                )
