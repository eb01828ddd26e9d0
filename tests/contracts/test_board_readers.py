"""One suite for every reader of price boards: on this machine, and a language model over real HTTP beside it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import orjson
import pytest
from PIL import Image

from benchmarks.catalogue.board_pictures import Board, board
from jangteo.apps.catalog.adapters.board_local import LocalBoardReader
from jangteo.apps.catalog.adapters.board_model import ModelBoardReader
from jangteo.apps.catalog.ports import (
    BoardBusy,
    BoardReader,
    BoardReading,
    BoardTooDark,
    BoardTooSlow,
    BoardUnreadable,
)
from jangteo.engines.boards import price_list_of, rows_of
from jangteo.platform.config import PROJECT_ROOT
from jangteo.platform.files import (
    PictureDamaged,
    PictureIsHeic,
    PictureRefused,
    PictureTooLarge,
    PictureTooManyPixels,
)
from tests.board_model_service import FAULTS, SeeingModel, serving

CAT = PROJECT_ROOT / "node_modules/@lobehub/fluent-emoji-3d/assets/1f408.webp"
MARKER = board("marker", "clean")


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> LocalBoardReader:
    return LocalBoardReader(slots=1, slots_dir=tmp_path_factory.mktemp("slots"))


def rows_seen(of: Board) -> list[tuple[str, str, str]]:
    return [(row.name, row.unit, f"{row.price_krw:,}원") for row in of.rows]


@pytest.fixture(scope="module", params=["local", "model"])
def reader(request: pytest.FixtureRequest, local: LocalBoardReader) -> Iterator[BoardReader]:
    with ExitStack() as stack:
        if request.param == "local":
            yield local
        else:
            model = stack.enter_context(serving(SeeingModel(rows_seen(MARKER))))
            yield ModelBoardReader(model, local)


def png(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def told(reading: BoardReading) -> dict[str, int]:
    """Name and price of every row that is sure or asked."""
    piles = price_list_of(reading).reading
    asked = {
        one.proposals[0].name: one.proposals[0].price_krw for one in piles.asked if one.proposals
    }
    return asked | {one.name: one.price_krw for one in piles.accepted}


# ---- what every reader does ----


def test_a_board_becomes_rows_with_their_places(reader: BoardReader) -> None:
    reading = reader.read(MARKER.jpeg)
    assert told(reading) == {row.name: row.price_krw for row in MARKER.rows}
    assert [line.row for line in reading.lines] == sorted(line.row for line in reading.lines)
    tops = [line.box.top for line in reading.lines if line.cell == 0]
    assert tops == sorted(tops)
    for line in reading.lines:
        assert 0 <= line.box.left < line.box.right <= 1
        assert 0 <= line.box.top < line.box.bottom <= 1
        assert 0 <= line.confidence <= 1
        assert line.text.strip() == line.text != ""
    assert (reading.width, reading.height) == Image.open(io.BytesIO(MARKER.jpeg)).size
    assert len(rows_of(reading)) == len(MARKER.rows)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", PictureRefused),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3 price list", PictureRefused),
        (
            b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + b"\x00" * 900,
            PictureRefused,
        ),
        (b"\x00\x00\x00\x20ftypheic" + b"\x00" * 900, PictureIsHeic),
        (b"GIF89a" + b"\x00" * 200, PictureRefused),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", PictureRefused),
        (MARKER.jpeg[: len(MARKER.jpeg) // 2], PictureDamaged),
        (MARKER.jpeg + b"\x00" * 40 * 1024 * 1024, PictureTooLarge),
    ],
    ids=["empty", "pdf", "video", "heic", "gif", "svg", "cut short", "40 MB"],
)
def test_what_is_no_picture_is_told_as_such(
    reader: BoardReader, data: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        reader.read(data)


def test_too_many_pixels_are_refused_before_they_are_decoded(reader: BoardReader) -> None:
    out = io.BytesIO()
    Image.new("1", (12_000, 5_000)).save(out, "PNG")
    with pytest.raises(PictureTooManyPixels):
        reader.read(out.getvalue())


def test_an_animated_gif_is_no_picture_of_a_board(reader: BoardReader) -> None:
    frames = [Image.new("RGB", (200, 200), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(PictureRefused):
        reader.read(out.getvalue())


# ---- the reader of this machine ----


@pytest.mark.parametrize("size", [(1, 1), (640, 480)], ids=["one pixel", "grey wall"])
def test_a_picture_without_writing_says_to_take_it_again(
    local: LocalBoardReader, size: tuple[int, int]
) -> None:
    with pytest.raises(BoardUnreadable) as told:
        local.read(png(np.full((*size, 3), 150, np.uint8)))
    assert "다시 찍어" in told.value.message("ko")


def test_a_cat_is_no_price_board(local: LocalBoardReader) -> None:
    cat = Image.open(CAT).convert("RGBA").resize((500, 500))
    wall = Image.new("RGBA", (900, 700), (180, 150, 120, 255))
    wall.alpha_composite(cat, (180, 120))
    with pytest.raises(BoardUnreadable):
        local.read(png(np.asarray(wall.convert("RGB"))))


def test_a_black_picture_asks_for_light(local: LocalBoardReader) -> None:
    noise = np.random.default_rng(1).integers(0, 6, (480, 640, 3), np.uint8)
    with pytest.raises(BoardTooDark):
        local.read(png(noise))


@pytest.mark.parametrize("turn", [3, 6, 8])
def test_a_phone_held_any_way_is_read(local: LocalBoardReader, turn: int) -> None:
    """Turned as EXIF says: the camera's own rows are not the picture's."""
    back = {3: 180, 6: 90, 8: 270}[turn]
    image = Image.open(io.BytesIO(MARKER.jpeg)).rotate(back, expand=True)
    exif = Image.Exif()
    exif[0x0112] = turn
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92, exif=exif)
    reading = local.read(out.getvalue())
    assert told(reading) == {row.name: row.price_krw for row in MARKER.rows}
    assert abs(reading.turned_degrees) < 2


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_board_that_lies_on_its_side_is_turned_and_its_places_are_those_of_the_picture(
    local: LocalBoardReader, degrees: int
) -> None:
    image = Image.open(io.BytesIO(MARKER.jpeg))
    turned = np.asarray(image.rotate(degrees, expand=True))
    reading = local.read(png(turned))
    assert told(reading) == {row.name: row.price_krw for row in MARKER.rows}
    straight = local.read(MARKER.jpeg)
    first, was = reading.lines[0].box, straight.lines[0].box
    # PIL turns counter-clockwise
    wanted = {
        90: (was.top, 1 - was.right),
        180: (1 - was.right, 1 - was.bottom),
        270: (1 - was.bottom, was.left),
    }[degrees]
    assert (first.left, first.top) == pytest.approx(wanted, abs=0.03)


def test_twelve_thousand_pixels_wide_is_read_within_the_limit(local: LocalBoardReader) -> None:
    image = Image.open(io.BytesIO(MARKER.jpeg))
    wide = Image.new("RGB", (12_000, image.height), (246, 246, 243))
    wide.paste(image, (5_000, 0))
    out = io.BytesIO()
    wide.save(out, "JPEG", quality=80)
    started = time.monotonic()
    # letters of half a per cent of the width may be too small: a clear answer all the same
    with suppress(BoardUnreadable):
        local.read(out.getvalue(), within_s=20)
    assert time.monotonic() - started < 21


def test_a_picture_of_many_pixels_costs_no_more_memory_than_its_decoding() -> None:
    out = io.BytesIO()
    Image.open(io.BytesIO(MARKER.jpeg)).resize((7_000, 5_000)).save(out, "PNG", compress_level=1)
    worker = [sys.executable, "-m", "jangteo.apps.catalog.adapters.board_worker", "60"]
    # started by a small process: a child's peak begins at the size of who starts it
    starter = (
        "import resource, subprocess, sys\n"
        "code = subprocess.call(sys.argv[1:])\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)\n"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", starter, *worker], input=out.getvalue(), capture_output=True
    )
    assert done.returncode == 0, done.stderr
    found = orjson.loads(done.stdout)
    peak_kib = int(done.stderr.split()[-1])
    assert len({line["row"] for line in found["reading"]["lines"]}) == len(MARKER.rows)
    assert found["reading"]["width"] == 2560
    # 105 MB of pixels, two copies while they are turned, and the models
    assert peak_kib < 1_000 * 1024


def test_a_time_limit_ends_the_work_and_its_process(local: LocalBoardReader) -> None:
    started = time.monotonic()
    with pytest.raises(BoardTooSlow):
        local.read(MARKER.jpeg, within_s=0.3)
    assert time.monotonic() - started < 3
    # its place is free again
    assert local.read(MARKER.jpeg).lines


def test_one_picture_at_a_time_and_the_next_is_told_to_wait(tmp_path: Path) -> None:
    first = LocalBoardReader(slots=1, slots_dir=tmp_path)
    second = LocalBoardReader(slots=1, slots_dir=tmp_path)
    with first._slot(time.monotonic() + 1), pytest.raises(BoardBusy):
        second.read(MARKER.jpeg, within_s=0.4)


def test_nothing_is_asked_of_the_network(
    local: LocalBoardReader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A reader whose process may open no socket reads as well."""
    (tmp_path / "sitecustomize.py").write_text(
        "import socket\n"
        "def refused(*a, **k):\n"
        "    raise SystemExit('network used')\n"
        "socket.socket.connect = socket.create_connection = socket.getaddrinfo = refused\n"
    )
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    )
    assert told(local.read(MARKER.jpeg)) == {row.name: row.price_krw for row in MARKER.rows}


# ---- the language model ----


@pytest.fixture(scope="module")
def seen(local: LocalBoardReader) -> BoardReading:
    return local.read(MARKER.jpeg)


class _Known:
    """The local reading that was made once; the model is what is tried here."""

    def __init__(self, reading: BoardReading | None) -> None:
        self._reading = reading

    def read(self, picture: bytes, *, language: str = "ko", within_s: float = 20.0) -> BoardReading:
        if self._reading is None:
            raise BoardUnreadable
        return self._reading


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_a_model_does_the_local_reading_stands(seen: BoardReading, fault: str) -> None:
    model = SeeingModel(rows_seen(MARKER), *[fault] * 9)
    with serving(model) as client:
        reading = ModelBoardReader(client, _Known(seen)).read(MARKER.jpeg, within_s=1.0)
    assert reading == seen


@pytest.mark.parametrize("fault", ["busy", "error", "prose"])
def test_a_fault_that_passes_is_got_over(seen: BoardReading, fault: str) -> None:
    with serving(SeeingModel(rows_seen(MARKER), fault)) as client:
        reading = ModelBoardReader(client, _Known(seen)).read(MARKER.jpeg)
    assert reading.reader == "seeing-1"
    assert not any(line.doubtful for line in reading.lines)


def test_a_number_that_only_the_model_saw_goes_to_a_person(seen: BoardReading) -> None:
    rows = rows_seen(MARKER)
    name, unit, _ = rows[0]
    rows[0] = (name, unit, "1,234원")
    with serving(SeeingModel(rows)) as client:
        reading = ModelBoardReader(client, _Known(seen)).read(MARKER.jpeg)
    piles = price_list_of(reading).reading
    assert name not in {one.name for one in piles.accepted}
    assert [one.reason_code for one in piles.asked if one.name == name] == ["picture_digits"]


def test_an_invented_row_goes_to_a_person_and_a_forgotten_one_is_kept(seen: BoardReading) -> None:
    rows = [*rows_seen(MARKER)[1:], ("한우등심", "1근", "99,000원")]
    with serving(SeeingModel(rows)) as client:
        reading = ModelBoardReader(client, _Known(seen)).read(MARKER.jpeg)
    piles = price_list_of(reading).reading
    assert "한우등심" in {one.name for one in piles.asked}
    assert MARKER.rows[0].name in {one.name for one in (*piles.accepted, *piles.asked)}


def test_a_model_alone_is_never_believed(seen: BoardReading) -> None:
    with serving(SeeingModel(rows_seen(MARKER))) as client:
        reading = ModelBoardReader(client, _Known(None)).read(MARKER.jpeg)
        empty = SeeingModel([])
    assert price_list_of(reading).reading.accepted == ()
    assert len(price_list_of(reading).reading.asked) == len(MARKER.rows)
    with serving(empty) as client, pytest.raises(BoardUnreadable):
        ModelBoardReader(client, _Known(None)).read(MARKER.jpeg)


def test_what_leaves_is_small_and_without_place_and_phone(seen: BoardReading) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Phone of Kim"
    out = io.BytesIO()
    Image.open(io.BytesIO(MARKER.jpeg)).resize((2400, 1800)).save(out, "JPEG", exif=exif)
    model = SeeingModel(rows_seen(MARKER))
    with serving(model) as client:
        ModelBoardReader(client, _Known(replace(seen))).read(out.getvalue())
    (sent,) = model.seen
    assert b"Phone of Kim" not in sent
    assert max(Image.open(io.BytesIO(sent)).size) == 1600
