"""GS1 Digital Link: a web address that is also a GTIN, a lot and dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from jangteo.engines.gs1.digits import to_gtin14
from jangteo.engines.gs1.elements import Element, Gs1Error, element_string

#: qualifiers of a GTIN in the only order the path allows: variant, lot, serial
_QUALIFIERS = ("22", "10", "21")


@dataclass(frozen=True, kw_only=True, slots=True)
class DigitalLink:
    """What an address says. ``attributes``: AI to value as written, such as {"17": "261231"}."""

    gtin: str
    variant: str = ""
    lot: str = ""
    serial: str = ""
    attributes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def build_link(
    base: str,
    gtin: str,
    *,
    variant: str = "",
    lot: str = "",
    serial: str = "",
    attributes: Mapping[str, str] | None = None,
) -> str:
    """``{base}/01/{gtin14}[/22/..][/10/..][/21/..][?AI=value]``. ``base``: scheme and host of the resolver.

    Raises `ValueError` for what is no GTIN, `Gs1Error` for a value its AI cannot hold.
    """
    path = f"/01/{to_gtin14(gtin)}"
    for ai, value in zip(_QUALIFIERS, (variant, lot, serial), strict=True):
        if value:
            element_string([Element(ai=ai, value=value)])
            path += f"/{ai}/{quote(value, safe='')}"
    told = dict(attributes or {})
    for ai, value in told.items():
        element_string([Element(ai=ai, value=value)])
    query = "&".join(f"{ai}={quote(value, safe='')}" for ai, value in told.items())
    return f"{base.rstrip('/')}{path}" + (f"?{query}" if query else "")


def parse_link(address: str) -> DigitalLink:
    """Read an address of any host; a path before ``/01/`` is the resolver's own. Raises `Gs1Error`.

    Query parameters that are no application identifiers (``linkType``) are left out.
    """
    parts = urlsplit(address)
    steps = [step for step in parts.path.split("/") if step]
    if "01" not in steps:
        raise Gs1Error("no (01) in the path")
    steps = steps[steps.index("01") :]
    if len(steps) % 2:
        raise Gs1Error("an identifier without a value")
    pairs = list(zip(steps[::2], (unquote(step) for step in steps[1::2]), strict=True))
    try:
        gtin = to_gtin14(pairs[0][1])
    except ValueError as error:
        raise Gs1Error(str(error)) from error
    order = [ai for ai, _ in pairs[1:]]
    if order != [ai for ai in _QUALIFIERS if ai in order]:
        raise Gs1Error("qualifiers stand in the order 22, 10, 21, each once")
    told = dict(pairs[1:])
    attributes = {ai: value for ai, value in parse_qsl(parts.query) if ai.isdecimal()}
    for ai, value in (told | attributes).items():
        element_string([Element(ai=ai, value=value)])
    return DigitalLink(
        gtin=gtin,
        variant=told.get("22", ""),
        lot=told.get("10", ""),
        serial=told.get("21", ""),
        attributes=MappingProxyType(attributes),
    )
