"""The open dataset of standard products: files anybody may use, described, counted, hashed and signed.

It holds the shared fields of items in use and where each comes from, and nothing else: no price, no text a stall wrote,
no person, no items of a market that keeps its own to itself. The same items give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
from django.db.models import Q

from jangteo.apps.catalog.models import CatalogSettings, Item
from jangteo.apps.catalog.publishing.describing import data_package, readme
from jangteo.apps.catalog.publishing.goods import path_of
from jangteo.apps.catalog.standard import FIELDS, Field, Kind, open_fields
from jangteo.platform.clock import seoul_day
from jangteo.platform.config import config
from jangteo.platform.signing import fingerprint, is_signed, public_pem, sign
from jangteo.platform.tenancy import every_market

MANIFEST, SIGNATURE, PUBLIC_KEY = "manifest.json", "manifest.sig", "public-key.pem"
#: rows of one Parquet group and of one read
_ROWS = 5000
#: what an installed version of the files' form is called; goes up when a column changes
FORM = "1"
#: of the item itself, before its fields
_HEAD: Mapping[str, pa.DataType] = {
    "code": pa.string(),
    "gtin": pa.string(),
    "gpc_brick": pa.string(),
    "category_slug": pa.string(),
    "category_path": pa.list_(pa.string()),
    "version": pa.int32(),
    "updated_on": pa.string(),
}
_TYPES = {
    Kind.TEXT: pa.string(),
    Kind.LONG_TEXT: pa.string(),
    Kind.CHOICE: pa.string(),
    Kind.DAY: pa.string(),
    Kind.WHOLE: pa.int32(),
    Kind.YES_NO: pa.bool_(),
    Kind.WORDS: pa.list_(pa.string()),
}


def fields() -> list[Field]:
    """The shared fields, in their order; what the head of a row holds already is left out."""
    return [one for one in FIELDS.values() if one.shared and one.key not in _HEAD]


@dataclass(frozen=True, kw_only=True, slots=True)
class Exported:
    """What was written and by which key."""

    folder: Path
    items: int
    #: SHA-256 of the manifest, which holds those of all files
    digest: str
    fingerprint: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """Is everything as it was signed? ``wrong``: (file, what) of what is not."""

    is_right: bool
    wrong: tuple[tuple[str, str], ...]
    items: int
    fingerprint: str


def published_folder() -> Path:
    """Where the dataset that this installation offers to the public lies."""
    return config().var_dir / "dataset"


def rows() -> Iterator[dict[str, Any]]:
    """The items that may leave, by their code. Needs no scope; reads some thousand at a time."""
    with every_market():
        kept = CatalogSettings.objects.filter(shares_items=False).values("market_id")
        items = Item.objects.filter(state=Item.State.ACTIVE).filter(
            Q(origin_market__isnull=True) | ~Q(origin_market_id__in=kept)
        )
        for item in items.order_by("code").iterator(chunk_size=_ROWS):
            yield row_of(item)


def row_of(item: Item) -> dict[str, Any]:
    """One item as it leaves: head, fields, and source and confidence of each field."""
    told = {"name": item.name, **item.fields}
    may_leave = open_fields(told, is_packed=bool(item.gtin))
    values = {one.key: told[one.key] for one in fields() if one.key in may_leave}
    provenance = {
        key: {
            "source": str(item.provenance[key].get("source", "")),
            "confidence": item.provenance[key].get("confidence"),
        }
        for key in values
        if isinstance(item.provenance.get(key), dict)
    }
    return {
        "code": item.code,
        "gtin": item.gtin,
        "gpc_brick": item.gpc_brick or None,
        "category_slug": item.category_slug or None,
        "category_path": list(path_of(item.category_slug)),
        "version": item.version,
        "updated_on": seoul_day(item.updated_at).isoformat(),
        "fields": values,
        "provenance": provenance,
    }


def export(folder: Path, now: datetime | None = None) -> Exported:
    """Write the files below ``folder`` (made if need be) and sign them; files of the same names are replaced.

    ``now`` is not written: the day of the data is that of its youngest item.
    """
    folder.mkdir(parents=True, exist_ok=True)
    counts = _write_rows(folder)
    licence = config().dataset_licence
    _write_json(folder / "statistics.json", counts)
    _write_json(folder / "datapackage.json", data_package(fields(), counts, licence))
    (folder / "README.md").write_text(readme(fields(), counts, licence), encoding="utf-8")
    names = ("README.md", "datapackage.json", "items.jsonl", "items.parquet", "statistics.json")
    manifest = {
        "form": FORM,
        "items": counts["items"],
        "as_of": counts["as_of"],
        "licence": licence,
        "files": {name: _digest(folder / name) for name in names},
    }
    data = _json(manifest)
    (folder / MANIFEST).write_bytes(data)
    (folder / SIGNATURE).write_text(sign(data).hex() + "\n", encoding="ascii")
    (folder / PUBLIC_KEY).write_bytes(public_pem())
    return Exported(
        folder=folder,
        items=counts["items"],
        digest=hashlib.sha256(data).hexdigest(),
        fingerprint=fingerprint(public_pem()),
    )


def verify(folder: Path, key: str = "") -> Checked:
    """Check signature and hashes. ``key``: the fingerprint that must have signed, "" for any.

    Never raises for what the folder holds: what is wrong is said.
    """
    try:
        data = (folder / MANIFEST).read_bytes()
        pem = (folder / PUBLIC_KEY).read_bytes()
        signature = bytes.fromhex((folder / SIGNATURE).read_text(encoding="ascii").strip())
        manifest = json.loads(data)
        listed: dict[str, str] = dict(manifest["files"])
        items = int(manifest["items"])
    except (
        OSError,
        ArithmeticError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        wrong = ((MANIFEST, f"{type(error).__name__}"),)
        return Checked(is_right=False, wrong=wrong, items=0, fingerprint="")
    found: list[tuple[str, str]] = []
    mark = fingerprint(pem)
    if not is_signed(data, signature, pem):
        found.append((SIGNATURE, "signature"))
    if key and key != mark:
        found.append((PUBLIC_KEY, "key"))
    for name, digest in sorted(listed.items()):
        path = folder / name
        if Path(name).name != name or not path.is_file():
            found.append((name, "missing"))
        elif _digest(path) != digest:
            found.append((name, "changed"))
    return Checked(is_right=not found, wrong=tuple(found), items=items, fingerprint=mark)


def _write_rows(folder: Path) -> dict[str, Any]:
    """Both tables at once, and what is counted on the way."""
    shared = fields()
    schema = pa.schema(
        [(name, kind) for name, kind in _HEAD.items()]
        + [(one.key, _TYPES[one.kind]) for one in shared]
        + [("provenance", pa.string())]
    )
    tally: dict[str, Counter[str]] = {
        name: Counter() for name in ("fields", "sources", "categories")
    }
    total = with_gtin = weighed = 0
    as_of = ""
    waiting: list[dict[str, Any]] = []
    with (
        (folder / "items.jsonl").open("wb") as lines,
        parquet.ParquetWriter(folder / "items.parquet", schema, compression="zstd") as table,
    ):
        for row in rows():
            lines.write(_json(row, indent=False))
            waiting.append(_flat(row))
            total += 1
            with_gtin += bool(row["gtin"])
            weighed += bool(row["fields"].get("is_variable_measure"))
            as_of = max(as_of, row["updated_on"])
            tally["fields"].update(list(row["fields"]))
            tally["sources"].update(p["source"] for p in row["provenance"].values())
            tally["categories"].update([(row["category_path"] or ["unknown"])[0]])
            if len(waiting) == _ROWS:
                table.write_table(pa.Table.from_pylist(waiting, schema))
                waiting.clear()
        table.write_table(pa.Table.from_pylist(waiting, schema))
    return {
        "items": total,
        "as_of": as_of,
        "with_gtin": with_gtin,
        "sold_by_weight": weighed,
        "by_category": dict(sorted(tally["categories"].items())),
        "filled_by_field": {one.key: tally["fields"][one.key] for one in shared},
        "fields_by_source": dict(sorted(tally["sources"].items())),
    }


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    head = {name: row[name] for name in _HEAD}
    return {**head, **row["fields"], "provenance": _json(row["provenance"], indent=False).decode()}


def _json(value: object, *, indent: bool = True) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=not indent, indent=2 if indent else None,
                      separators=None if indent else (",", ":"))  # fmt: skip
    return f"{text}\n".encode()


def _write_json(path: Path, value: object) -> None:
    path.write_bytes(_json(value))


def _digest(path: Path) -> str:
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            sha.update(block)
    return sha.hexdigest()
