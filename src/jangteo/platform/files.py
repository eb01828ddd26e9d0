"""Pictures: checked, stripped of everything private, and kept as WebP in three sizes below ``Config.media_dir``.

A picture is known by its stem, the first 32 hexadecimal digits of the SHA-256 of what came in (and of the crop), so
the same photograph twice is one set of files. Files are written beside their name and moved there, so no reader
ever sees half a picture.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar

from PIL import Image, ImageOps, UnidentifiedImageError

from jangteo.platform.config import config
from jangteo.platform.errors import JangteoError

#: pixels of the longer side; a phone's list, a phone's page, a desk's page
SIZES = (320, 640, 1280)
#: 50 million pixels decode to 150 MB; phones of today take 12 to 50
MOST_PIXELS = 50_000_000
_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 80
_STEM = re.compile(r"[0-9a-f]{32}")
#: brands of the ISO base media file format that stand for HEIC, HEIF and AVIF
_HEIF_BRANDS = {
    b"heic",
    b"heix",
    b"hevc",
    b"hevx",
    b"heim",
    b"heis",
    b"mif1",
    b"msf1",
    b"avif",
    b"avis",
}


class PictureRefused(JangteoError):
    """This file is not a picture we can read. Choose a JPEG, PNG or WebP photograph."""

    ko = "읽을 수 있는 사진이 아니에요. JPEG, PNG, WebP 사진을 골라 주세요."
    status: ClassVar[int] = 422


class PictureTooLarge(PictureRefused):
    """The picture is larger than {most_mib} MiB. Send it in a smaller size or crop it first."""

    ko = "사진이 {most_mib}MB보다 커요. 크기를 줄이거나 잘라서 올려 주세요."
    status = 413


class PictureTooManyPixels(PictureRefused):
    """The picture has more than {most_megapixels} million pixels. Make it smaller and try again."""

    ko = "사진의 가로세로가 너무 커요({most_megapixels}백만 화소까지). 줄여서 다시 올려 주세요."
    status = 413


class PictureIsHeic(PictureRefused):
    """This is an iPhone HEIC photograph. In Settings, Camera, Formats choose "Most Compatible", or send a screenshot."""

    ko = "아이폰 HEIC 사진이에요. 설정 > 카메라 > 포맷에서 '높은 호환성'을 고르고 다시 찍거나 화면을 캡처해 올려 주세요."


class PictureDamaged(PictureRefused):
    """The picture is damaged or cut short. Take or save it again and upload that."""

    ko = "사진 파일이 손상됐어요. 다시 찍거나 저장해서 올려 주세요."


def save_picture(data: bytes, *, square: bool = False) -> str:
    """Keep a photograph; returns its stem. EXIF (place, time, phone) is gone, its orientation applied.

    ``square`` cuts the middle. Smaller pictures are never enlarged. Raises a `PictureRefused`.
    """
    stem = hashlib.sha256(data + (b"square" if square else b"")).hexdigest()[:32]
    _check_size(data)
    if all(_path(stem, size).exists() for size in SIZES):
        return stem
    image = _decode(data)
    if square:
        side = min(image.size)
        image = ImageOps.fit(image, (side, side), method=Image.Resampling.LANCZOS)
    for size in SIZES:
        _write(_path(stem, size), _webp(image, size))
    return stem


def adopt_picture(path_by_size: Mapping[int, Path]) -> str:
    """Take ready WebP files, one for each of `SIZES`, as they are; returns the stem, the same for the same files.

    For pictures the product brings itself. Raises `ValueError` when a size is missing.
    """
    if set(path_by_size) != set(SIZES):
        raise ValueError(f"a picture needs the sizes {SIZES}")
    contents = {size: path_by_size[size].read_bytes() for size in SIZES}
    stem = hashlib.sha256(b"".join(contents.values())).hexdigest()[:32]
    for size, data in contents.items():
        if not _path(stem, size).exists():
            _write(_path(stem, size), data)
    return stem


def check_picture(data: bytes) -> None:
    """Raise a `PictureRefused` for what the first bytes show to be no picture, or one too large. Decodes nothing."""
    _check_size(data)
    with _refusing():
        _opened(data)


def open_picture(data: bytes) -> Image.Image:
    """The upright RGB pixels of a photograph, of a JPEG no more than about 2,560 of its longer side.

    Raises a `PictureRefused`.
    """
    _check_size(data)
    return _decode(data)


def picture_bytes(stem: str) -> bytes:
    """The largest file of a kept picture. Raises `FileNotFoundError` for a stem that is not kept here."""
    if not _STEM.fullmatch(stem):
        raise FileNotFoundError(stem)
    return _path(stem, SIZES[-1]).read_bytes()


def picture_url(stem: str, size: int) -> str:
    """The address of a picture below this site; "" for no picture. The file never changes: cache it for ever."""
    return f"/media/{stem}-{size}.webp" if stem else ""


def picture_exists(stem: str) -> bool:
    """Is this the stem of a picture that is kept here?"""
    return bool(_STEM.fullmatch(stem)) and all(_path(stem, size).exists() for size in SIZES)


def _path(stem: str, size: int) -> Path:
    return config().media_dir / f"{stem}-{size}.webp"


def _check_size(data: bytes) -> None:
    most = config().upload_max_mib
    if len(data) > most * 1024 * 1024:
        raise PictureTooLarge(most_mib=most)
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        raise PictureIsHeic


def _opened(data: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the pixel limit is checked below, before decoding
        image: Image.Image = Image.open(io.BytesIO(data), formats=_FORMATS)
    if image.width * image.height > MOST_PIXELS:
        raise PictureTooManyPixels(most_megapixels=MOST_PIXELS // 1_000_000)
    return image


@contextmanager
def _refusing() -> Iterator[None]:
    """What Pillow says of a bad file, as what we say of it."""
    try:
        yield
    except UnidentifiedImageError as problem:
        raise PictureRefused from problem
    except Image.DecompressionBombError as problem:
        raise PictureTooManyPixels(most_megapixels=MOST_PIXELS // 1_000_000) from problem
    except (OSError, SyntaxError, ValueError, EOFError) as problem:
        raise PictureDamaged from problem


def _decode(data: bytes) -> Image.Image:
    with _refusing():
        image = _opened(data)
        # a JPEG decodes at a fraction of its size
        image.draft("RGB", (SIZES[-1] * 2, SIZES[-1] * 2))
        image.load()
        return _plain(image)


def _plain(image: Image.Image) -> Image.Image:
    """Upright RGB pixels on white, without metadata, profile or further frames."""
    upright = ImageOps.exif_transpose(image)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        layer = upright.convert("RGBA")
        paper = Image.new("RGBA", layer.size, (255, 255, 255, 255))
        upright = Image.alpha_composite(paper, layer)
    bare = Image.new("RGB", upright.size)
    bare.paste(upright.convert("RGB"))
    return bare


def _webp(image: Image.Image, size: int) -> bytes:
    copy = image.copy()
    copy.thumbnail((size, size), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    copy.save(out, "WEBP", quality=_QUALITY, method=4)
    return out.getvalue()


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise
