"""From an entry's name to the address of the built file, by the manifest ``npm run build`` writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.templatetags.static import static

BUILT = Path(__file__).parent / "static" / "built"


class BrowserFilesMissing(RuntimeError):
    """The browser files are not built. Run ``npm ci && npm run build`` in the project's root."""


class UnknownAsset(LookupError):
    """A page asked for an entry or an icon the build did not make."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """What was built: ``entries`` maps a name ("shop/shop.css") to a path below ``static/built``."""

    entries: Mapping[str, str]
    icons: frozenset[str]
    preload: tuple[str, ...]


@lru_cache(maxsize=4)
def _read(path: Path, changed_ns: int) -> Manifest:
    data = json.loads(path.read_text(encoding="utf-8"))
    return Manifest(
        entries=data["entries"], icons=frozenset(data["icons"]), preload=tuple(data["preload"])
    )


def version() -> int:
    """When the build last wrote the manifest, in nanoseconds: what is made from it may be kept as long as this."""
    try:
        return (BUILT / "manifest.json").stat().st_mtime_ns
    except FileNotFoundError as error:
        raise BrowserFilesMissing(BrowserFilesMissing.__doc__) from error


def manifest() -> Manifest:
    """The manifest, read again when the build wrote a new one."""
    return _read(BUILT / "manifest.json", version())


def asset(name: str) -> str:
    """The URL of a built entry, such as ``asset("ui/app.js")``."""
    try:
        return static(f"built/{manifest().entries[name]}")
    except KeyError:
        raise UnknownAsset(f"no built file for {name!r}; run npm run build") from None


def preload_fonts() -> list[str]:
    """URLs of the two font slices that every page needs."""
    return [static(f"built/{path}") for path in manifest().preload]


def icon_url(name: str) -> str:
    """The URL of one icon inside the sprite, for ``<use href>``."""
    if name not in manifest().icons:
        raise UnknownAsset(
            f"icon {name!r} is not in the sprite: name it in the channel's icons.txt and build"
        )
    return f"{asset('ui/icons.svg')}#{name}"
