"""The raw rows of an indicator as a ZIP file that is the same, byte for byte, whenever the rows are the same.

It holds no personal data: stalls and companies stand under keys that differ from export to export, decisions under none.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import inspect
import io
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from jangteo.apps.decisions.capability import capabilities
from jangteo.apps.decisions.rows import raw_decisions
from jangteo.apps.markets.models import Market, Stall
from jangteo.apps.programme.models import IndicatorDefinition, Pilot
from jangteo.engines.indicators import (
    FORMAT,
    FORMULAS,
    MANIFEST,
    canonical,
    formulas,
    open_export,
    result_of,
)
from jangteo.engines.indicators.formulas import rows_of
from jangteo.platform import lake
from jangteo.platform.clock import seoul_day
from jangteo.platform.tenancy import market_scope

_STAMP = (2000, 1, 1, 0, 0, 0)
_README = "README.txt"
_PROGRAM = "recompute.py"


@dataclass(frozen=True, kw_only=True, slots=True)
class Exported:
    """A finished export."""

    path: Path
    #: SHA-256 of the file
    digest: str
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Wanted:
    definition: IndicatorDefinition
    markets: Sequence[Market]
    first: date
    last: date
    #: keys of this export
    hide: Callable[[str, object], str]


def folder() -> Path:
    """Where exports are kept, each under its digest."""
    return lake.folder() / "indicators"


def export_path(digest: str) -> Path:
    """The file of an export."""
    return folder() / f"{digest}.zip"


def write_export(
    definition: IndicatorDefinition, market: Market | None, first: date, last: date
) -> Exported:
    """Write rows, compute the result from those very rows, close the file. Raises `CannotCompute`."""
    lake.make_room(folder() / "any")
    wanted = _Wanted(
        definition,
        [market] if market else list(Market.objects.order_by("slug")),
        first,
        last,
        _hider(definition, market, first, last),
    )
    part = folder() / f".{os.getpid()}-{definition.pk}.part"
    rows = part.with_suffix(".rows")
    try:
        result, manifest = _write_rows(rows, wanted, market)
        with (
            zipfile.ZipFile(rows) as source,
            zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as target,
        ):
            for name in source.namelist():
                with source.open(name) as old, target.open(_entry(name), "w") as new:
                    while block := old.read(1 << 20):
                        new.write(block)
            target.writestr(_entry(MANIFEST), canonical(manifest) + b"\n")
        digest = lake.file_digest(part)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(export_path(digest))
    finally:
        part.unlink(missing_ok=True)
        rows.unlink(missing_ok=True)
    return Exported(path=export_path(digest), digest=digest, result=result)


def _write_rows(
    path: Path, wanted: _Wanted, market: Market | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    definition = wanted.definition
    files: dict[str, str] = {}
    tables = FORMULAS[definition.formula][1]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, text in (
            (_README, _readme(definition)),
            (_PROGRAM, inspect.getsource(formulas)),
        ):
            archive.writestr(_entry(name), text)
            files[name] = hashlib.sha256(text.encode()).hexdigest()
        for table in tables:
            name = f"rows/{table}.csv"
            files[name] = _write_table(archive, name, TABLES[table](wanted))
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "indicator": definition.indicator.key,
        "name": {"ko": definition.indicator.name, "en": definition.indicator.name_en},
        "measure": definition.indicator.measure,
        "version": definition.version,
        "definition": {"ko": definition.text, "en": definition.text_en},
        "formula": definition.formula,
        "parameters": definition.parameters,
        "market": market.slug if market else None,
        "first_day": wanted.first.isoformat(),
        "last_day": wanted.last.isoformat(),
        "files": files,
    }
    export = open_export(str(path))
    result = result_of(manifest, {t: rows_of(export, f"rows/{t}.csv") for t in tables})
    manifest["result"] = result
    return result, manifest


def _entry(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _STAMP)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    info.create_system = 3
    return info


def _write_table(archive: zipfile.ZipFile, name: str, rows: Iterable[Sequence[object]]) -> str:
    """Write a CSV file; the first of ``rows`` names the columns. Returns its checksum."""
    sha = hashlib.sha256()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    with archive.open(_entry(name), "w", force_zip64=True) as target:

        def flush() -> None:
            block = text.getvalue().encode()
            sha.update(block)
            target.write(block)
            text.seek(0)
            text.truncate()

        for row in rows:
            writer.writerow(row)
            if text.tell() > 1 << 20:
                flush()
        flush()
    return sha.hexdigest()


def _hider(
    definition: IndicatorDefinition, market: Market | None, first: date, last: date
) -> Callable[[str, object], str]:
    """A key for a thing, of this export alone: HMAC-SHA-256 under a key made from what the export is of."""
    what = f"{definition.indicator.key}:{definition.version}:{market.slug if market else '*'}:{first}:{last}"
    secret = f"jangteo.indicator-export:{settings.SECRET_KEY}".encode()
    key = hmac.new(secret, what.encode(), hashlib.sha256).digest()

    def hide(kind: str, value: object) -> str:
        return hmac.new(key, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()[:16]

    return hide


def _decisions(wanted: _Wanted) -> Iterator[Sequence[object]]:
    yield ("market", "day", "capability", "provider", "mode", "stall")
    for market in wanted.markets:
        for row in raw_decisions(market.pk, wanted.first, wanted.last):
            stall = wanted.hide("stall", row.stall_id) if row.stall_id is not None else ""
            yield (market.slug, seoul_day(row.at), row.capability, row.provider, row.mode, stall)


def _stalls(wanted: _Wanted) -> Iterator[Sequence[object]]:
    yield ("market", "stall", "active")
    for market in wanted.markets:
        with market_scope(market.pk):
            stalls = list(Stall.objects.filter(market=market).values_list("pk", "is_active"))
        keyed = sorted((wanted.hide("stall", pk), int(active)) for pk, active in stalls)
        yield from ((market.slug, *one) for one in keyed)


def _capabilities(wanted: _Wanted) -> Iterator[Sequence[object]]:
    del wanted
    yield ("capability", "of", "seconds", "source")
    for key, capability in capabilities().items():
        work = capability.work
        yield (key, work.of, round(work.minutes * 60), work.source)


def _pilots(wanted: _Wanted) -> Iterator[Sequence[object]]:
    yield ("market", "pilot", "company", "founded", "started", "published")
    for market in wanted.markets:
        with market_scope(market.pk):
            found = list(
                Pilot.objects.filter(market=market)
                .select_related("offer__company")
                .order_by("slug")
            )
        for pilot in found:
            company = pilot.offer.company
            yield (
                market.slug,
                pilot.slug,
                wanted.hide("company", company.pk),
                company.founded_on or "",
                seoul_day(pilot.started_at) if pilot.started_at else "",
                seoul_day(pilot.published_at) if pilot.published_at else "",
            )


TABLES: Mapping[str, Callable[[_Wanted], Iterator[Sequence[object]]]] = {
    "decisions": _decisions,
    "stalls": _stalls,
    "capabilities": _capabilities,
    "pilots": _pilots,
}


def _readme(definition: IndicatorDefinition) -> str:
    indicator = definition.indicator
    return f"""{indicator.name} ({indicator.key}), 정의 {definition.version}판

{definition.text}

manifest.json 이 무엇을 어떻게 셈했는지와 결과, 각 파일의 SHA-256을 담고 있어요.
다시 셈하려면 압축을 풀고 이 폴더에서:  python3 recompute.py .
또는 압축된 채로:  jangteo kpi verify 파일.zip
두 결과는 manifest.json 의 result 와 한 글자도 다르지 않아야 해요.
개인정보는 없어요. 가게와 기업은 이 파일에서만 통하는 열쇠로 적혀 있어요.

----

{indicator.name_en} ({indicator.key}), definition version {definition.version}

{definition.text_en}

manifest.json says what was computed and how, the result, and the SHA-256 of each file.
To compute it again, unpack and run here:  python3 recompute.py .
or on the file as it is:  jangteo kpi verify FILE.zip
Both must give exactly the result in manifest.json.
There is no personal data. Stalls and companies stand under keys that hold in this file alone.
"""
