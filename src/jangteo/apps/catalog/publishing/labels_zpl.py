"""Labels as commands of Zebra printers (ZPL II), in UTF-8 (``^CI28``) with a font that has Hangul.

Zebra's own fonts have no Hangul, so the font in the printer's memory is named (``^A@``). Every text goes through ``^FH``:
the characters ZPL reads as commands are written as hexadecimal, so no name can end its field or start a command.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jangteo.apps.catalog.publishing.labels import Label, check_count
from jangteo.engines.gs1 import bracketed
from jangteo.platform.errors import InvalidInput

_FONT = re.compile(r"[A-Z]:[A-Z0-9_]{1,16}\.(?:TTF|FNT|TTE|OTF)")
_SPECIAL = re.compile("[\\^~_\\\\\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Printer:
    """One label printer: paper in millimetres, dots per millimetre (8 for 203 dpi, 12 for 300), its Hangul font."""

    width_mm: int = 60
    height_mm: int = 40
    dots_per_mm: int = 8
    font: str = "E:KFONT3.FNT"

    def checked(self) -> Printer:
        """Itself. Raises `InvalidInput`: the font's name becomes part of the commands."""
        if not _FONT.fullmatch(self.font):
            raise InvalidInput(
                field="font",
                ko="프린터 글꼴은 E:KFONT3.FNT처럼 적어 주세요.",
                en="Name the printer's font like E:KFONT3.FNT.",
            )
        if not (20 <= self.width_mm <= 210 and 20 <= self.height_mm <= 300):
            raise InvalidInput(
                field="width_mm",
                ko="종이는 가로 20~210mm, 세로 20~300mm예요.",
                en="Paper is 20 to 210 mm wide and 20 to 300 mm high.",
            )
        if self.dots_per_mm not in (6, 8, 12, 24):
            raise InvalidInput(
                field="dots_per_mm",
                ko="해상도는 1mm에 6, 8, 12, 24점 가운데 하나예요.",
                en="Resolution is 6, 8, 12 or 24 dots per mm.",
            )
        return self


def labels_zpl(labels: Sequence[tuple[Label, int]], printer: Printer) -> str:
    """The commands of (label, copies). Raises `TooManyLabels`, `InvalidInput`."""
    printer.checked()
    check_count([copies for _, copies in labels])
    return "".join(_label(label, copies, printer) for label, copies in labels if copies > 0)


def escaped(text: str) -> str:
    """Text for ``^FH_^FD``: ^, ~ and _ in hexadecimal, controls and the backslash (a line end inside ^FB) gone."""
    return _SPECIAL.sub(lambda m: f"_{ord(m[0]):02X}" if m[0] in "^~_" else "", text)


def _label(label: Label, copies: int, printer: Printer) -> str:
    dot = printer.dots_per_mm
    width, height = printer.width_mm * dot, printer.height_mm * dot
    edge = 2 * dot
    name, price, small = 5 * dot, 7 * dot, round(2.6 * dot)
    qr_cell = max(2, dot // 3)
    qr_side = 33 * qr_cell
    made = ["^XA", "^CI28", f"^PW{width}", f"^LL{height}", f"^PQ{copies}"]
    inner = width - 2 * edge
    made.append(_text(label.name, edge, edge, name, printer, inner - qr_side))
    y = edge + name + dot // 2
    made.append(
        _text(
            " ".join(filter(None, (label.unit, label.per_100))),
            edge,
            y,
            small,
            printer,
            inner - qr_side,
        )
    )
    y += small + dot // 2
    made.append(_text(f"{label.price_krw:,}원", edge, y, price, printer, inner - qr_side))
    y += price + dot
    made.append(_qr(label.qr, width - edge - qr_side, edge, qr_cell))
    has_bars = bool(label.gs1 or label.ean13)
    bars = 7 * dot if has_bars else 0
    floor = height - edge - (bars + 4 * dot if has_bars else 0)
    for heading, text in (*label.lines, ("", label.seller)):
        if y + small > floor:
            break
        made.append(_text(f"{heading} {text}".strip(), edge, y, small, printer, inner))
        y += small + max(1, dot // 3)
    if label.gs1:
        made.append(_gs1_128(label, edge, height - edge - bars - 3 * dot, bars))
    elif label.ean13:
        made.append(_ean13(label.ean13, edge + 11 * 2, height - edge - bars - 3 * dot, bars))
    made.append("^XZ\n")
    return "".join(made)


def _text(text: str, x: int, y: int, size: int, printer: Printer, width: int) -> str:
    """One line in a block that cuts what is too long."""
    return (
        f"^FO{x},{y}^A@N,{size},{size},{printer.font}^FB{max(1, width)},1,0,L"
        f"^FH_^FD{escaped(text)}^FS"
    )


def _ean13(digits: str, x: int, y: int, height: int) -> str:
    """ZPL makes the check digit itself: twelve digits."""
    return f"^FO{x},{y}^BY2^BEN,{height},Y,N^FD{digits[:12]}^FS"


def _gs1_128(label: Label, x: int, y: int, height: int) -> str:
    """Mode D of ^BC: identifiers in brackets, FNC1 set by the printer."""
    return f"^FO{x},{y}^BY2^BCN,{height},Y,N,N,D^FH_^FD{escaped(bracketed(label.gs1))}^FS"


def _qr(text: str, x: int, y: int, cell: int) -> str:
    """Model 2, correction M, mode automatic."""
    return f"^FO{x},{y}^BQN,2,{cell}^FH_^FDMA,{escaped(text)}^FS"
