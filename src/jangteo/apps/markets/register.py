"""Reads the national register of traditional markets from its two public files. No database here.

전국전통시장표준데이터.csv holds names, addresses, fair days, coordinates and goods; the market codes stand only in
소상공인시장진흥공단_전통시장현황_20240719.csv. Both are CP949. A row of the first gets a code of the second when the
name and an address agree on exactly one row, and when no other market bears the same code: the published file gives
one code to every market of the same name (중앙시장, 신흥시장 ...), so a shared code identifies nobody.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jangteo.platform.config import config
from jangteo.platform.errors import JangteoError
from jangteo.platform.text import fold

STANDARD_FILE = "전국전통시장표준데이터.csv"
CODES_FILE = "소상공인시장진흥공단_전통시장현황_20240719.csv"
SAMPLE_FILE = Path(__file__).with_name("sample_register.csv")

#: South Korea, islands included, in WGS 84 degrees
_LATITUDES = (32.9, 38.7)
_LONGITUDES = (124.5, 132.0)
_CYCLE_PART = re.compile(r"(\d{1,2})일?")
_FORMER_REGIONS = {"강원도": "강원특별자치도", "전라북도": "전북특별자치도"}

Row = Mapping[str, str]


class RegisterUnreadable(JangteoError):
    """The register file could not be read: {reason}. Download 전국전통시장표준데이터.csv from data.go.kr again."""

    ko = "전통시장 자료를 읽을 수 없어요: {reason}. data.go.kr에서 전국전통시장표준데이터.csv를 다시 받아 주세요."
    status = 422


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterRow:
    """One market as registered."""

    #: the register's market code, or ``x`` and 8 hexadecimal digits of name and address
    code: str
    name: str
    kind: str
    road_address: str
    lot_address: str
    #: days of the month of its first fairs, e.g. (3, 8); empty when it has none or they are unreadable
    fair_days: tuple[int, ...]
    opening_cycle: str
    #: WGS 84 degrees; None when missing or outside Korea
    latitude: float | None
    longitude: float | None
    stall_count: int | None
    goods: tuple[str, ...]
    vouchers: tuple[str, ...]
    homepage: str
    has_toilet: bool
    has_parking: bool
    opened_year: int | None
    phone: str
    as_of: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterNote:
    """Something in the file that was not taken as it stood."""

    #: 1-based line of the file, heading included
    line: int
    name: str
    problem: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterReading:
    """The whole register."""

    source: str
    rows: tuple[RegisterRow, ...]
    notes: tuple[RegisterNote, ...]
    #: rows whose name and address agree with exactly one row of the file of codes
    matched: int
    #: of these, rows that took its code (the others' code is shared by several markets)
    coded: int

    @property
    def located(self) -> int:
        """How many have coordinates."""
        return sum(row.latitude is not None for row in self.rows)


def default_register() -> Path:
    """The standard file in the data folder when it is there, otherwise the built-in invented sample."""
    path = config().data_dir / "korean_markets" / STANDARD_FILE
    return path if path.is_file() else SAMPLE_FILE


def read_register(path: Path) -> RegisterReading:
    """Read the register; codes come from the file of codes beside it, if any. Raises `RegisterUnreadable`."""
    records = _read_csv(
        path, needed=("시장명", "소재지도로명주소", "소재지지번주소", "시장개설주기")
    )
    codes_path = path.with_name(CODES_FILE)
    known = (
        _read_csv(codes_path, needed=("시장코드", "시장명", "지번주소", "도로명주소"))
        if codes_path.is_file()
        else []
    )
    codes, matched = _join(records, known)
    notes: list[RegisterNote] = []
    rows: list[RegisterRow] = []
    seen: set[str] = set()
    for line, (record, code) in enumerate(zip(records, codes, strict=True), start=2):
        row = _row(record, code, line, notes)
        if row.code in seen:
            notes.append(RegisterNote(line=line, name=row.name, problem="listed twice; left out"))
            continue
        seen.add(row.code)
        rows.append(row)
    return RegisterReading(
        source=path.name,
        rows=tuple(rows),
        notes=tuple(notes),
        matched=matched,
        coded=sum(code is not None for code in codes),
    )


def parse_fair_days(cycle: str) -> tuple[int, ...] | None:
    """``매일`` -> (), ``3일+8일`` or ``3, 8일`` -> (3, 8); None when it is not understood (never guessed)."""
    text = cycle.replace(" ", "")
    if text in ("매일", "상설", "연중", "연중무휴"):
        return ()
    days: list[int] = []
    for part in re.split(r"[+,·./&]|및", text):
        found = _CYCLE_PART.fullmatch(part)
        if found is None or not 1 <= int(found[1]) <= 10:
            return None
        days.append(int(found[1]))
    return tuple(sorted(set(days)))


def _read_csv(path: Path, needed: tuple[str, ...]) -> list[dict[str, str]]:
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise RegisterUnreadable(reason=f"{path.name}: {problem.strerror}") from problem
    text = _decode(data, path.name)
    reader = csv.DictReader(io.StringIO(text, newline=""))
    names = [re.sub(r"[\s_]", "", name) for name in reader.fieldnames or ()]
    missing = [name for name in needed if name not in names]
    if missing:
        raise RegisterUnreadable(reason=f"{path.name}: {', '.join(missing)}?")
    reader.fieldnames = names
    return [{key: (value or "").strip() for key, value in row.items() if key} for row in reader]


def _decode(data: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RegisterUnreadable(reason=f"{name}: neither UTF-8 nor CP949")


def _address(text: str) -> str:
    for former, present in _FORMER_REGIONS.items():
        if text.startswith(former):
            text = present + text[len(former) :]
    return fold(text)


def _tail(text: str) -> str:
    """Street or village and number: what stays when a district is renamed or an address stands in the wrong column."""
    words = text.split()
    return fold(" ".join(words[-2:])) if len(words) > 1 else ""


Keys = tuple[tuple[str, str, str], ...]


def _keys(name: str, addresses: Iterable[str]) -> tuple[Keys, Keys]:
    """Whole-address keys and, weaker, address-tail keys."""
    bare = fold(name)
    given = [text for text in addresses if len(text) > 1]
    whole = tuple({(bare, "whole", _address(text)) for text in given})
    tails = tuple({(bare, "tail", _tail(text)) for text in given if _tail(text)})
    return whole, tails


def _join(
    records: list[dict[str, str]], known: list[dict[str, str]]
) -> tuple[list[str | None], int]:
    """The code of each record or None, and how many records agree with exactly one known row."""
    index: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    for number, row in enumerate(known):
        for keys in _keys(row["시장명"], (row["지번주소"], row["도로명주소"])):
            for key in keys:
                index[key].add(number)
    uses = Counter(row["시장코드"] for row in known)
    found = [_match(record, index) for record in records]
    taken = Counter(number for number in found if number is not None)
    codes: list[str | None] = []
    matched = 0
    for place in found:
        if place is None or taken[place] > 1:
            codes.append(None)
            continue
        matched += 1
        code = known[place]["시장코드"]
        codes.append(code if uses[code] == 1 else None)
    return codes, matched


def _match(record: Row, index: Mapping[tuple[str, str, str], set[int]]) -> int | None:
    addresses = (record["소재지지번주소"], record["소재지도로명주소"])
    for keys in _keys(record["시장명"], addresses):
        numbers = set().union(*(index.get(key, set()) for key in keys))
        if len(numbers) == 1:
            return numbers.pop()
    return None


def _row(record: Row, code: str | None, line: int, notes: list[RegisterNote]) -> RegisterRow:
    name = record["시장명"]
    cycle = record["시장개설주기"]
    days = parse_fair_days(cycle)
    if days is None:
        notes.append(
            RegisterNote(line=line, name=name, problem=f"opening days not understood: {cycle!r}")
        )
    latitude, longitude = _place(record, line, notes)
    return RegisterRow(
        code=code or _own_code(record),
        name=name,
        kind=record.get("시장유형", ""),
        road_address=record["소재지도로명주소"],
        lot_address=record["소재지지번주소"],
        fair_days=days or (),
        opening_cycle=cycle,
        latitude=latitude,
        longitude=longitude,
        stall_count=_whole(record.get("점포수", "")),
        goods=_list(record.get("취급품목", "")),
        vouchers=_list(record.get("사용가능상품권", "")),
        homepage=record.get("홈페이지주소", ""),
        has_toilet=record.get("공중화장실보유여부") == "Y",
        has_parking=record.get("주차장보유여부") == "Y",
        opened_year=_whole(record.get("개설연도", "")),
        phone=record.get("전화번호", ""),
        as_of=_day(record.get("데이터기준일자", "")),
    )


def _own_code(record: Row) -> str:
    text = "|".join(
        (
            fold(record["시장명"]),
            _address(record["소재지지번주소"]),
            _address(record["소재지도로명주소"]),
        )
    )
    return "x" + hashlib.sha256(text.encode()).hexdigest()[:8]


def _place(record: Row, line: int, notes: list[RegisterNote]) -> tuple[float | None, float | None]:
    written = (record.get("위도", ""), record.get("경도", ""))
    if not any(written):
        return None, None
    try:
        latitude, longitude = (float(text) for text in written)
    except ValueError:
        latitude = longitude = float("nan")
    inside = (
        _LATITUDES[0] <= latitude <= _LATITUDES[1] and _LONGITUDES[0] <= longitude <= _LONGITUDES[1]
    )
    if inside:
        return latitude, longitude
    notes.append(
        RegisterNote(
            line=line, name=record["시장명"], problem=f"coordinates outside Korea: {written}"
        )
    )
    return None, None


def _whole(text: str) -> int | None:
    bare = text.replace(",", "")
    return int(bare) if bare.isascii() and bare.isdigit() else None


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[+,]", text) if part.strip())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
