"""How indicators are computed from rows: integers and fractions only, so that a second run gives the same digits.

This file needs nothing but Python's standard library (3.9 or later) and stands in every export as ``recompute.py``:

    python3 recompute.py .        in the folder of an unpacked export
    python3 recompute.py X.zip    on the export itself

It checks the checksum of every file and prints the result as canonical JSON: sorted keys, no spaces, UTF-8.
A row is a mapping of column to text, as CSV gives it. A table is an iterable of rows and is read once.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import IO, Any, Union

Row = Mapping[str, str]
Tables = Mapping[str, Iterable[Row]]
#: first and last day as ``YYYY-MM-DD``
Period = tuple[str, str]

FORMAT = "jangteo-indicator/1"
MANIFEST = "manifest.json"
#: what a person did or let stand: the AI's work was used
USED = ("auto", "accepted", "edited")
#: an export that unpacks to more is not read; ten million rows are less than a tenth of it
MOST_BYTES = 16 * 1024**3
MOST_MANIFEST_BYTES = 1024**2
#: what a damaged or hostile file makes Python's readers raise
UNREADABLE = (
    AttributeError,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RecursionError,
    RuntimeError,
    TypeError,
    ValueError,
    csv.Error,
    zipfile.BadZipFile,
    zlib.error,
)
#: digits after the point of a share's decimal text
PLACES = 6


class CannotCompute(Exception):
    """The rows or parameters do not allow a value; the argument says what is wrong."""


def whole(parameters: Mapping[str, Any], name: str, least: int = 0) -> int:
    """A whole-number parameter. Raises `CannotCompute` when it is missing, no whole number or below ``least``."""
    value = parameters.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise CannotCompute(
            "parameter " + name + " must be a whole number of at least " + str(least)
        )
    return value


def days_between(first_day: str, last_day: str) -> int:
    """Days of a period, both ends included."""
    return (date.fromisoformat(last_day) - date.fromisoformat(first_day)).days + 1


def rounded_up(numerator: int, denominator: int) -> int:
    """The least whole number that is not below the fraction."""
    return -(-numerator // denominator)


def share_of_sellers_using_ai(
    tables: Tables, parameters: Mapping[str, Any], period: Period
) -> tuple[int, int]:
    """Stalls with enough days on which AI did work of theirs, of all active stalls.

    Tables: ``stalls`` (market, stall, active: 1 or 0), ``decisions`` (market, day, stall, mode, ...).
    Parameters: ``min_days`` in ``per_days``; for a period of another length in proportion, rounded up, at least one.
    """
    needed = max(
        1,
        rounded_up(
            whole(parameters, "min_days", 1) * days_between(*period),
            whole(parameters, "per_days", 1),
        ),
    )
    active = {(r["market"], r["stall"]) for r in tables["stalls"] if r["active"] == "1"}
    days: dict[tuple[str, str], set[str]] = {}
    for row in tables["decisions"]:
        key = (row["market"], row["stall"])
        if row["mode"] in USED and key in active:
            days.setdefault(key, set()).add(row["day"])
    return sum(len(found) >= needed for found in days.values()), len(active)


def share_of_work_automated(
    tables: Tables, parameters: Mapping[str, Any], period: Period
) -> tuple[int, int]:
    """Work whose AI proposal was used, of all work that came up, in minutes or in pieces.

    Tables: ``capabilities`` (capability, of, seconds), ``decisions`` (capability, mode, ...).
    Parameters: ``weight`` is "seconds" or "count"; ``of`` lists whose work counts ("stall", "office", "shopper").
    """
    weight, whose = parameters.get("weight"), parameters.get("of")
    if weight not in ("seconds", "count") or not isinstance(whose, list) or not whose:
        raise CannotCompute(
            'parameters: weight is "seconds" or "count", of is a list such as ["stall", "office"]'
        )
    weights = {
        row["capability"]: int(row["seconds"]) if weight == "seconds" else 1
        for row in tables["capabilities"]
        if row["of"] in whose
    }
    done = total = 0
    for row in tables["decisions"]:
        worth = weights.get(row["capability"], 0)
        total += worth
        if row["mode"] in USED:
            done += worth
    return done, total


def systems_in_use(
    tables: Tables, parameters: Mapping[str, Any], period: Period
) -> tuple[int, int]:
    """Pairs of capability and provider (of each market) that worked often enough on enough days.

    Tables: ``decisions``. Parameters: ``min_decisions``, ``min_days``. The baseline is no AI and does not count.
    """
    least, on_days = whole(parameters, "min_decisions", 1), whole(parameters, "min_days", 1)
    times: dict[tuple[str, str, str], int] = {}
    days: dict[tuple[str, str, str], set[str]] = {}
    for row in tables["decisions"]:
        if row["mode"] in USED and row["provider"] != "baseline":
            key = (row["market"], row["capability"], row["provider"])
            times[key] = times.get(key, 0) + 1
            days.setdefault(key, set()).add(row["day"])
    return sum(times[key] >= least and len(days[key]) >= on_days for key in times), 1


def pilots_published(
    tables: Tables, parameters: Mapping[str, Any], period: Period
) -> tuple[int, int]:
    """Pilots whose result was published within the period, whatever the result. Table: ``pilots`` (published)."""
    first, last = period
    return sum(
        bool(row["published"]) and first <= row["published"] <= last for row in tables["pilots"]
    ), 1


def startups_in_pilots(
    tables: Tables, parameters: Mapping[str, Any], period: Period
) -> tuple[int, int]:
    """Young companies with a pilot that started within the period, each counted once.

    Table: ``pilots`` (company, founded, started). Parameter: ``most_years`` since the founding at the pilot's start.
    A company that does not say when it was founded does not count.
    """
    years = whole(parameters, "most_years", 1)
    first, last = period
    found = set()
    for row in tables["pilots"]:
        if not row["started"] or not row["founded"] or not first <= row["started"] <= last:
            continue
        founded = date.fromisoformat(row["founded"])
        # as text: 29 February plus years may be no day
        until = f"{founded.year + years:04d}{row['founded'][4:]}"
        if row["started"] <= until:
            found.add(row["company"])
    return len(found), 1


#: name -> function and the tables it reads
FORMULAS = {
    "share_of_sellers_using_ai": (share_of_sellers_using_ai, ("stalls", "decisions")),
    "share_of_work_automated": (share_of_work_automated, ("capabilities", "decisions")),
    "systems_in_use": (systems_in_use, ("decisions",)),
    "pilots_published": (pilots_published, ("pilots",)),
    "startups_in_pilots": (startups_in_pilots, ("pilots",)),
}


def compute(
    formula: str, parameters: Mapping[str, Any], period: Period, tables: Tables
) -> tuple[int, int]:
    """Numerator and denominator. ``period``: first and last day as ``YYYY-MM-DD``. Raises `CannotCompute`."""
    if formula not in FORMULAS:
        raise CannotCompute("unknown formula " + str(formula))
    return FORMULAS[formula][0](tables, parameters, period)


def decimal_text(numerator: int, denominator: int) -> str:
    """The exact share to six places, halves to even, as text; "" when there is nothing to divide by."""
    if denominator == 0:
        return ""
    scaled, rest = divmod(abs(numerator) * 10**PLACES, denominator)
    if rest * 2 > denominator or (rest * 2 == denominator and scaled % 2):
        scaled += 1
    sign = "-" if numerator < 0 and scaled else ""
    return f"{sign}{scaled // 10**PLACES}.{scaled % 10**PLACES:0{PLACES}d}"


def canonical(value: Any) -> bytes:
    """Canonical JSON as bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(
        "utf-8"
    )


def result_of(manifest: Mapping[str, Any], tables: Tables) -> dict[str, Any]:
    """The result an export's manifest must hold, computed from its tables."""
    period = (manifest["first_day"], manifest["last_day"])
    numerator, denominator = compute(manifest["formula"], manifest["parameters"], period, tables)
    return {
        "indicator": manifest["indicator"],
        "version": manifest["version"],
        "market": manifest["market"],
        "first_day": manifest["first_day"],
        "last_day": manifest["last_day"],
        "numerator": numerator,
        "denominator": denominator,
        "fraction": f"{numerator}/{denominator}",
        "value": decimal_text(numerator, denominator)
        if manifest["measure"] == "share"
        else str(numerator),
    }


class Folder:
    """An unpacked export."""

    def __init__(self, path: str) -> None:
        self.path = path

    def names(self) -> list[str]:
        return sorted(
            os.path.relpath(os.path.join(where, name), self.path).replace(os.sep, "/")
            for where, _, files in os.walk(self.path)
            for name in files
        )

    def open(self, name: str) -> IO[bytes]:
        return open(os.path.join(self.path, *name.split("/")), "rb")


class Archive:
    """An export as it was downloaded. Nothing is unpacked to the disk."""

    def __init__(self, path: str) -> None:
        self.zip = zipfile.ZipFile(path)
        # no entry gives more bytes than it states
        if sum(entry.file_size for entry in self.zip.infolist()) > MOST_BYTES:
            raise CannotCompute("it unpacks to more than " + str(MOST_BYTES) + " bytes")

    def names(self) -> list[str]:
        return sorted(self.zip.namelist())

    def open(self, name: str) -> IO[bytes]:
        return self.zip.open(name)


Export = Union[Folder, Archive]  # noqa: UP007 - also read by Python 3.9


def open_export(path: str) -> Export:
    """The export at ``path``: a folder or a ZIP file."""
    return Folder(path) if os.path.isdir(path) else Archive(path)


def sha256_of(export: Export, name: str) -> str:
    """Checksum of one of its files."""
    sha = hashlib.sha256()
    with export.open(name) as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            sha.update(block)
    return sha.hexdigest()


def rows_of(export: Export, name: str) -> Iterator[Row]:
    """Rows of a CSV file of the export."""
    with export.open(name) as file:
        yield from csv.DictReader(io.TextIOWrapper(file, encoding="utf-8", newline=""))


def shown(name: str) -> str:
    """A name from a file as a terminal may print it: no control characters."""
    return "".join(c if c.isprintable() else "?" for c in name)[:200]


def _differing_files(export: Export, files: Mapping[str, Any]) -> list[str]:
    present = set(export.names()) - {MANIFEST}
    differs = []
    for name in sorted(set(files) | present):
        if name not in present:
            differs.append("missing: " + shown(name))
        elif name not in files:
            # a folder may hold what running this file left there
            if isinstance(export, Archive):
                differs.append("not in the manifest: " + shown(name))
        elif sha256_of(export, name) != files[name]:
            differs.append("checksum: " + shown(name))
    return differs


def check(export: Export) -> tuple[dict[str, Any], list[str]]:
    """Recompute an export. Returns the result as computed and a list of what differs from the manifest (empty: all fits).

    Raises `CannotCompute` when the manifest cannot be read.
    """
    try:
        with export.open(MANIFEST) as file:
            text = file.read(MOST_MANIFEST_BYTES + 1)
        if len(text) > MOST_MANIFEST_BYTES:
            raise ValueError("larger than " + str(MOST_MANIFEST_BYTES) + " bytes")
        manifest = json.loads(text.decode("utf-8"))
        if manifest["format"] != FORMAT:
            raise CannotCompute("format " + repr(manifest["format"])[:60] + " is not known here")
        files, kept = dict(manifest["files"]), dict(manifest["result"])
    except UNREADABLE as problem:
        raise CannotCompute("no readable " + MANIFEST + ": " + repr(problem)[:200]) from problem
    try:
        differs = _differing_files(export, files)
        needed = FORMULAS[manifest["formula"]][1]
        tables = {table: rows_of(export, "rows/" + table + ".csv") for table in needed}
        result = result_of(manifest, tables)
    except UNREADABLE as problem:
        raise CannotCompute("the rows cannot be read: " + repr(problem)[:200]) from problem
    differs += [
        f"{shown(key)}: {kept.get(key)!r} in the manifest, {result.get(key)!r} recomputed"
        for key in sorted(set(result) | set(kept))
        if result.get(key) != kept.get(key)
    ]
    return result, differs


def main(arguments: Sequence[str]) -> int:
    """Exit code 0: everything fits. 1: something differs. 2: cannot be read."""
    try:
        result, differs = check(open_export(arguments[1] if len(arguments) > 1 else "."))
    except (CannotCompute, *UNREADABLE) as problem:
        sys.stderr.write(str(problem) + "\n")
        return 2
    sys.stdout.buffer.write(canonical(result) + b"\n")
    for line in differs:
        sys.stderr.write(line + "\n")
    return 1 if differs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
