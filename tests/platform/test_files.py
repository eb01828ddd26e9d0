"""Uploaded pictures: only real ones, upright, without a trace of where they were taken."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from jangteo.platform import files
from jangteo.platform.config import config


@pytest.fixture(autouse=True)
def media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(config(), "var_dir", tmp_path)
    return tmp_path / "media"


def _jpeg(size: tuple[int, int] = (2000, 1000), exif: Image.Exif | None = None) -> bytes:
    """Left half red, right half blue."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif or Image.Exif(), quality=95)
    return out.getvalue()


def _open(media: Path, stem: str, size: int) -> Image.Image:
    return Image.open(io.BytesIO((media / f"{stem}-{size}.webp").read_bytes()))


def _is(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 40 for a, b in zip(pixel, colour, strict=True))


def test_three_sizes_of_webp_and_nothing_else(media: Path) -> None:
    stem = files.save_picture(_jpeg())
    assert len(stem) == 32
    assert sorted(p.name for p in media.iterdir()) == sorted(
        f"{stem}-{size}.webp" for size in (320, 640, 1280)
    )
    sizes = [_open(media, stem, size).size for size in (320, 640, 1280)]
    assert sizes == [(320, 160), (640, 320), (1280, 640)]
    assert {_open(media, stem, size).format for size in (320, 640, 1280)} == {"WEBP"}
    assert files.picture_url(stem, 640) == f"/media/{stem}-640.webp"
    assert files.picture_url("", 640) == ""
    assert files.picture_exists(stem)
    assert not files.picture_exists("../secret_key")


def test_the_place_and_the_phone_are_gone_and_the_orientation_is_applied(media: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise to show it upright
    exif[0x010F] = "PHONE MAKER"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (37.0, 33.0, 2.0), "E", (127.0, 7.0, 43.0)
    data = _jpeg(exif=exif)
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825)[1] == "N"

    stem = files.save_picture(data)

    for size in (320, 640, 1280):
        kept = _open(media, stem, size)
        assert dict(kept.getexif()) == {}
        assert kept.getexif().get_ifd(0x8825) == {}
        assert "exif" not in kept.info
        assert "xmp" not in kept.info
        raw = (media / f"{stem}-{size}.webp").read_bytes()
        assert b"PHONE MAKER" not in raw
        assert b"EXIF" not in raw
    upright = _open(media, stem, 320).convert("RGB")
    assert upright.size == (160, 320)
    assert _is(upright.getpixel((80, 20)), (255, 0, 0))
    assert _is(upright.getpixel((80, 300)), (0, 0, 255))


def test_a_square_cuts_the_middle_and_small_ones_are_not_enlarged(media: Path) -> None:
    data = _jpeg((400, 200))
    stem = files.save_picture(data, square=True)
    assert [_open(media, stem, size).size for size in (320, 640, 1280)] == [(200, 200)] * 3
    middle = _open(media, stem, 320).convert("RGB")
    assert _is(middle.getpixel((5, 100)), (255, 0, 0))
    assert _is(middle.getpixel((195, 100)), (0, 0, 255))
    assert files.save_picture(data) != stem


def test_the_same_photograph_twice_is_one_picture(media: Path) -> None:
    data = _jpeg()
    stem = files.save_picture(data)
    before = {p.name: p.stat().st_mtime_ns for p in media.iterdir()}
    assert files.save_picture(data) == stem
    assert {p.name: p.stat().st_mtime_ns for p in media.iterdir()} == before


def test_transparent_png_is_put_on_white(media: Path) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (100, 100), (0, 0, 0, 0)).save(out, "PNG")
    stem = files.save_picture(out.getvalue())
    assert _is(_open(media, stem, 320).convert("RGB").getpixel((50, 50)), (255, 255, 255))


def _png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 100))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + pixels + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", files.PictureRefused),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", files.PictureRefused),
        (b"GIF89a" + b"\0" * 40, files.PictureRefused),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40, files.PictureIsHeic),
        (_jpeg()[:2000], files.PictureDamaged),
        (_png_header(100_000, 100_000), files.PictureTooManyPixels),
        (_png_header(12_000, 12_000), files.PictureTooManyPixels),
        (b"\xff\xd8\xff\xe0 not a jpeg", files.PictureDamaged),
        (b"x" * (12 * 1024 * 1024 + 1), files.PictureTooLarge),
    ],
    ids=["empty", "svg", "gif", "heic", "cut", "bomb", "many-pixels", "liar", "large"],
)
def test_what_is_no_real_picture_is_refused_and_leaves_nothing(
    media: Path, data: bytes, error: type[files.PictureRefused]
) -> None:
    with pytest.raises(files.PictureRefused) as caught:
        files.save_picture(data)
    assert type(caught.value) is error
    assert not media.exists() or list(media.iterdir()) == []


def test_a_failed_write_leaves_no_part(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        files.save_picture(_jpeg())
    assert list(media.iterdir()) == []


def test_ready_pictures_are_adopted_as_they_are(media: Path, tmp_path: Path) -> None:
    ready = {}
    for size in files.SIZES:
        ready[size] = tmp_path / f"apple-{size}.webp"
        Image.new("RGB", (size, size), "green").save(ready[size])
    stem = files.adopt_picture(ready)
    assert files.adopt_picture(ready) == stem
    assert (media / f"{stem}-640.webp").read_bytes() == ready[640].read_bytes()
    assert files.picture_exists(stem)
    with pytest.raises(ValueError, match="320"):
        files.adopt_picture({320: ready[320]})
