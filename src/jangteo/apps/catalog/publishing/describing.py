"""What the open dataset says of itself: a data package (frictionlessdata.io, Data Package 1.0) and a page to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jangteo.apps.catalog.standard import Field, Kind

_TYPES = {
    Kind.WHOLE: "integer",
    Kind.YES_NO: "boolean",
    Kind.WORDS: "array",
    Kind.DAY: "date",
}
_LICENCES = {
    "CC-BY-4.0": (
        "Creative Commons Attribution 4.0",
        "https://creativecommons.org/licenses/by/4.0/",
    ),
    "CC0-1.0": ("CC0 1.0 Universal", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "ODC-BY-1.0": (
        "Open Data Commons Attribution 1.0",
        "https://opendatacommons.org/licenses/by/1-0/",
    ),
    "KOGL-1": ("공공누리 제1유형 (출처표시)", "https://www.kogl.or.kr/info/licenseType1.do"),
}
_HEAD: Mapping[str, tuple[str, str, str]] = {
    "code": ("string", "the product's own number", ""),
    "gtin": ("string", "14 digits with leading zeros", "gtin"),
    "gpc_brick": ("string", "GS1 Global Product Classification, 8 digits", "gpcCategoryCode"),
    "category_slug": ("string", "leaf of the category tree", ""),
    "category_path": ("array", "its three Korean names", ""),
    "version": ("integer", "goes up with each change of the item", ""),
    "updated_on": ("date", "day of the last change, Korean time", ""),
}


def data_package(
    fields: Sequence[Field], counts: Mapping[str, Any], licence: str
) -> dict[str, Any]:
    """The description for programs: columns with their GS1 attribute names, units and bounds."""
    title, path = _LICENCES.get(licence, (licence, ""))
    columns = [
        {"name": name, "type": kind, "description": text, **({"gs1": gs1} if gs1 else {})}
        for name, (kind, text, gs1) in _HEAD.items()
    ] + [_column(one) for one in fields]
    columns.append(
        {"name": "provenance", "type": "string", "description": "JSON: field -> source, confidence"}
    )
    return {
        "profile": "data-package",
        "name": "jangteo-standard-items",
        "title": "Standard products of traditional markets (장터 표준 상품)",
        "version": counts["as_of"],
        "licenses": [{"name": licence, "title": title, **({"path": path} if path else {})}],
        "resources": [
            {
                "name": "items",
                "path": "items.parquet",
                "format": "parquet",
                "schema": {"fields": columns, "primaryKey": "code"},
            },
            {"name": "items-lines", "path": "items.jsonl", "format": "jsonl", "encoding": "utf-8"},
            {"name": "statistics", "path": "statistics.json", "format": "json"},
        ],
    }


def _column(one: Field) -> dict[str, Any]:
    bounds: dict[str, Any] = {}
    if one.kind is Kind.WHOLE:
        bounds["maximum"] = one.most
        bounds["minimum"] = 1
    if one.choices:
        bounds["enum"] = list(one.choices)
    if one.pattern:
        bounds["pattern"] = one.pattern
    told: dict[str, Any] = {
        "name": one.key,
        "type": _TYPES.get(one.kind, "string"),
        "title": one.ko,
        "description": one.en,
        "unit": one.unit,
        "gs1": one.gs1,
        "categories": list(one.categories),
        "constraints": bounds,
    }
    return {key: value for key, value in told.items() if value}


def readme(fields: Sequence[Field], counts: Mapping[str, Any], licence: str) -> str:
    """The description for people."""
    title, path = _LICENCES.get(licence, (licence, ""))
    filled = counts["filled_by_field"]
    summary = (
        f"{counts['items']:,} products as of {counts['as_of'] or '-'}: {counts['with_gtin']:,} with a GTIN, "
        f"{counts['sold_by_weight']:,} sold by weight."
    )
    lines = [
        "# Standard products of traditional markets (장터 표준 상품)",
        "",
        summary,
        "",
        f"Licence: [{title}]({path}). Name the source as “Jangteo standard items”."
        if path
        else f"Licence: {title}.",
        "",
        "| file | holds |",
        "|---|---|",
        "| `items.parquet` | one row per product, a column per field |",
        "| `items.jsonl` | the same, one JSON object per line, with fields and provenance apart |",
        "| `datapackage.json` | names, types, units, GS1 attribute names and bounds of the columns |",
        "| `statistics.json` | how many products, of what kind, how full each field is |",
        "| `manifest.json` | SHA-256 of the files above |",
        "| `manifest.sig`, `public-key.pem` | Ed25519 signature of the manifest, in hexadecimal, and the key |",
        "",
        "Check it with `jangteo dataset verify FOLDER --key FINGERPRINT`, or with any Ed25519 tool.",
        "",
        "It holds what is true of the product wherever it is sold. It holds no price, no text or picture of a stall,",
        "no person; makers are named only for packed goods with a barcode. Markets may keep theirs out. Provenance says",
        "of each field where it comes from and how sure it is: values read by a program were not all seen by a person.",
        "",
        "| field | | unit | GS1 | filled |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| `{one.key}` | {one.ko}, {one.en} | {one.unit} | {one.gs1} | {filled[one.key]:,} |"
        for one in fields
    ]
    return "\n".join(lines) + "\n"
