"""A picture in, its lines in reading order out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from jangteo.engines.boards.arranging import angle_of, arrange, stands_on_end, straighten
from jangteo.engines.boards.crops import cleaned, cut, sharpness
from jangteo.engines.boards.joining import Ink, Joined, digits_of, is_crowded, join
from jangteo.engines.boards.records import BoardLine, BoardReading, Box
from jangteo.engines.boards.sight import Picture, Quad, Sight, Sign

#: lines are looked for at this size first; larger when they turn out small
_FIRST_PX, _SECOND_PX = 960, 1600
#: lines lower than this, in pixels of the first look, are looked for again
_SMALL_LINE_PX = 17
#: no board has more; a page of a newspaper costs no minutes
MOST_LINES = 240
_DARK, _BLURRED = 60.0, 100.0
#: below this a line is no writing
_LEAST_SURE = 0.25
#: PP-OCR's digits below this are no second opinion
_SURE_DIGIT = 0.8
#: height of a letter in a line's crop
_LETTER_SHARE = 0.62


@dataclass(frozen=True, slots=True)
class _Read:
    """One line in its crop."""

    quad: Quad
    joined: Joined
    sharp: float


def read_board(picture: Picture, sight: Sight) -> BoardReading:
    """Read an upright RGB picture of any size. No lines at all come back for a picture without writing."""
    height, width = picture.shape[:2]
    if min(height, width) < 16:
        return _nothing(width, height, ("small",))
    dark = float(np.percentile(picture.max(axis=2), 90)) < 2 * _DARK
    bright, quads, quarter = _upright(_brightened(picture) if dark else picture, sight)
    hints = ("dark",) if dark else ()
    if not quads:
        grey = cv2.cvtColor(cv2.resize(picture, (640, 640)), cv2.COLOR_RGB2GRAY)
        return _nothing(width, height, (*hints, *(("blurred",) if sharpness(grey) < 8 else ())))
    read = [_read_line(bright, quad, sight) for quad in quads]
    kept = [r for r in read if r.joined.text and r.joined.sure >= 0 and _is_writing(r.joined)]
    if not kept:
        return _nothing(width, height, hints)
    lean = angle_of([r.quad for r in kept])
    placed = straighten([r.quad for r in kept], lean)
    spots = arrange(placed, [r.joined.text for r in kept])
    if float(np.median([r.sharp for r in kept])) < _BLURRED:
        hints = (*hints, "blurred")
    lines = []
    for spot in spots:
        one = kept[spot.index]
        doubtful = one.joined.doubtful
        if spot.is_unsure:
            doubtful = tuple(i for i, c in enumerate(one.joined.text) if c.isdecimal())
        lines.append(
            BoardLine(
                text=one.joined.text,
                confidence=round(one.joined.sure, 3),
                box=_box(one.quad, quarter, width, height),
                row=spot.row,
                cell=spot.column,
                doubtful=doubtful,
            )
        )
    return BoardReading(
        lines=tuple(lines),
        reader="local",
        width=width,
        height=height,
        turned_degrees=round((90 * quarter + lean + 180) % 360 - 180, 1),
        hints=hints,
    )


def _nothing(width: int, height: int, hints: tuple[str, ...]) -> BoardReading:
    return BoardReading(lines=(), reader="local", width=width, height=height, hints=hints)


def _is_writing(joined: Joined) -> bool:
    letters = [c for c in joined.text if c.isalnum()]
    return len(letters) > 1 or (bool(letters) and joined.sure >= _LEAST_SURE)


def _brightened(picture: Picture) -> Picture:
    top = max(8.0, float(np.percentile(picture, 99)))
    curve = np.clip((np.arange(256) / top) ** 0.9 * 255, 0, 255).astype(np.uint8)
    return np.asarray(curve[picture], np.uint8)


def _upright(picture: Picture, sight: Sight) -> tuple[Picture, list[Quad], int]:
    """The picture turned so that letters stand, its lines, and by how many quarter turns (counter-clockwise) it was."""
    quads = _lines(picture, sight)
    if not quads:
        return picture, [], 0
    quarter = 0
    if stands_on_end(quads):
        picture, quarter = np.ascontiguousarray(np.rot90(picture)), 1
        quads = _lines(picture, sight)
    longest = sorted(quads, key=lambda q: -float(np.linalg.norm(q[1] - q[0])))[:8]
    if longest:
        crops = [cleaned(cut(picture, quad)) for quad in longest]
        on_head = sum(
            _weakest(sight.hangul(np.ascontiguousarray(crop[::-1, ::-1])))
            > _weakest(sight.hangul(crop))
            for crop in crops
        )
        if 3 * on_head >= 2 * len(crops):
            picture, quarter = np.ascontiguousarray(picture[::-1, ::-1]), quarter + 2
            quads = _lines(picture, sight)
    return picture, quads[:MOST_LINES], quarter


def _lines(picture: Picture, sight: Sight) -> list[Quad]:
    quads = sight.find_lines(picture, _FIRST_PX)
    longest = max(picture.shape[:2])
    if quads and longest > _FIRST_PX:
        low = float(np.median([np.linalg.norm(q[3] - q[0]) for q in quads]))
        if low * _FIRST_PX / longest < _SMALL_LINE_PX:
            return sight.find_lines(picture, min(_SECOND_PX, longest))
    return quads


def _read_line(picture: Picture, quad: Quad, sight: Sight) -> _Read:
    crop = cut(picture, quad)
    grey = cleaned(crop)
    colour = cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB)
    latin = sight.latin(crop)

    def look_again(left: float, right: float) -> tuple[list[str], list[str]]:
        low, high = max(0, int(left)), min(crop.shape[1], int(right) + 1)
        if high - low < 4:
            return [], []
        part, clean = crop[:, low:high], colour[:, low:high]
        tesseract = [
            digits_of("".join(s.text for s in sight.hangul(g, height_px=h, digits_only=True)))
            for g, h in ((clean, 48), (clean, 36), (part, 48))
        ]
        others = [
            digits_of("".join(s.text for s in signs if s.sure >= _SURE_DIGIT))
            for signs in (sight.latin(part), sight.latin(clean))
        ]
        return tesseract, others

    ink = Ink(np.asarray((grey < 120).any(axis=0)), grey.shape[0] * _LETTER_SHARE)
    readings = [sight.hangul(grey)]
    if _weakest(readings[0]) < 0.85 or is_crowded(_told(readings[0]), ink):
        readings += [
            sight.hangul(grey, height_px=38),
            sight.hangul(crop),
            sight.hangul(grey, height_px=64),
        ]
    hangul = max(readings, key=lambda signs: _quality(signs, ink))
    joined = join(hangul, latin, ink, look_again)
    small = cv2.resize(grey, None, fx=48 / grey.shape[0], fy=48 / grey.shape[0])
    return _Read(quad, joined, sharpness(small))


def _weakest(signs: Sequence[Sign]) -> float:
    return min((s.sure for s in signs if s.text.isalnum()), default=0.0)


def _quality(signs: Sequence[Sign], ink: Ink) -> float:
    """How sure a reading is over all, its weakest letter counting most."""
    letters = [s.sure for s in signs if s.text.isalnum()]
    if not letters:
        return 0.0
    strays = sum(not s.text.isalnum() and s.text not in ",.()/~-·:%+" for s in signs)
    crowded = is_crowded(_told(signs), ink)
    return min(letters) + float(np.mean(letters)) - 0.2 * strays - 0.5 * crowded


def _told(signs: Sequence[Sign]) -> str:
    return "".join(s.text for s in signs if s.text.isalnum())


def _box(quad: Quad, quarter: int, width: int, height: int) -> Box:
    """The quad's bounds in the picture as it was sent."""
    # size of the picture the quad lies in
    wide, high = (width, height) if quarter % 2 == 0 else (height, width)
    x, y = quad[:, 0] / wide, quad[:, 1] / high
    if quarter == 1:  # turned counter-clockwise once: (x, y) came from (1 - y, x)
        x, y = 1 - y, x
    elif quarter == 2:
        x, y = 1 - x, 1 - y
    elif quarter == 3:
        x, y = y, 1 - x

    def bound(value: float) -> float:
        return round(min(1.0, max(0.0, float(value))), 4)

    return Box(left=bound(x.min()), top=bound(y.min()), right=bound(x.max()), bottom=bound(y.max()))
