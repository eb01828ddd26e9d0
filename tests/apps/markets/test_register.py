"""The national register: read as it stands, never guessed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from jangteo.apps.markets.actions.load_register import load_register
from jangteo.apps.markets.models import RegisterEntry
from jangteo.apps.markets.queries import find_register_entries
from jangteo.apps.markets.register import (
    CODES_FILE,
    SAMPLE_FILE,
    STANDARD_FILE,
    RegisterUnreadable,
    parse_fair_days,
    read_register,
)
from jangteo.platform.errors import NotAllowed
from jangteo.platform.permissions import Actor

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
HEADING = (
    "시장명,시장유형,소재지도로명주소,소재지지번주소,시장개설주기,위도,경도,점포수,취급품목,사용가능상품권,"
    "홈페이지주소,공중화장실보유여부,주차장보유여부,개설연도,전화번호,데이터기준일자\r\n"
)
ROWS = [
    "가람시장,상설장,서울특별시 강동구 가람로 17,서울특별시 강동구 가람동 5-1,매일,37.55,127.12,119,농산물+수산물,온누리상품권+지역상품권,,Y,N,2006,02-0-1,2024-11-04",
    "나루시장,상설장+5일장,강원특별자치도 나루군 나루로 4,강원특별자치도 나루군 나루리 9,3일+8일,37.4,128.6,,농산물,,http://a.example,N,Y,,,2024-11-04",
    "다솜시장,5일장,경상남도 다솜시 다솜로 1,경상남도 다솜시 다솜동 2,보름에 한 번,,,10,,,,N,N,,,bad",
    "라온시장,상설장,부산광역시 라온구 라온로 3,부산광역시 라온구 라온동 3,매일,35.1,12.9,7,,,,N,N,1999,,2024-11-04",
    "마루시장,상설장,대구광역시 마루구 마루로 8,대구광역시 마루구 마루동 8,매일,35.8,128.5,7,,,,N,N,1999,,2024-11-04",
]
CODES = (
    "시장코드,시장명,시장 유형,지번주소,도로명주소,시도,시군구\r\n"
    "a00000001,가람 시장,전통시장,서울특별시 강동구 가람동 5-1,0,서울특별시,강동구\r\n"
    "a00000002,나루시장,전통시장,강원도 나루군 나루리 9,강원도 나루군 나루로 4,강원도,나루군\r\n"
    "a00000003,다솜시장,전통시장,경상남도 다솜시 다솜동 2,경상남도 다솜시 다솜로 1,경상남도,다솜시\r\n"
    "a00000003,라온시장,전통시장,부산광역시 라온구 라온동 3,부산광역시 라온구 라온로 3,부산광역시,라온구\r\n"
    "a00000005,마루시장,전통시장,전라남도 마루군 딴리 1,전라남도 마루군 딴로 1,전라남도,마루군\r\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    text = HEADING + "\r\n".join(ROWS) + "\r\n"
    (tmp_path / STANDARD_FILE).write_bytes(text.encode("cp949"))
    (tmp_path / CODES_FILE).write_bytes(CODES.encode("cp949"))
    return tmp_path


@pytest.mark.parametrize(
    ("cycle", "days"),
    [
        ("매일", ()),
        ("3일+8일", (3, 8)),
        ("5일,10일", (5, 10)),
        ("3, 8일", (3, 8)),
        ("1일+6일", (1, 6)),
        ("2일+4일+7일+9일", (2, 4, 7, 9)),
        ("8일 및 3일", (3, 8)),
        ("", None),
        ("보름에 한 번", None),
        ("3일+매주 토요일", None),
        ("매월 15일", None),
        ("15일+30일", None),
        ("0일+5일", None),
    ],
)
def test_fair_days_are_read_or_left_unknown(cycle: str, days: tuple[int, ...] | None) -> None:
    assert parse_fair_days(cycle) == days


def test_a_cp949_register_with_its_codes(folder: Path) -> None:
    reading = read_register(folder / STANDARD_FILE)
    garam, naru, dasom, raon, maru = reading.rows
    # matched: 가람 by lot address and despite the space, 나루 across the province's renaming,
    # 다솜 and 라온 by address; but these two share one code, which therefore names neither
    assert [row.code for row in (garam, naru)] == ["a00000001", "a00000002"]
    assert [row.code[0] for row in (dasom, raon, maru)] == ["x", "x", "x"]
    assert {len(row.code) for row in (dasom, raon, maru)} == {9}
    assert (reading.matched, reading.coded, reading.located) == (4, 2, 3)
    assert garam.goods == ("농산물", "수산물")
    assert garam.vouchers == ("온누리상품권", "지역상품권")
    assert (garam.has_toilet, garam.has_parking) == (True, False)
    assert (garam.latitude, garam.longitude) == (37.55, 127.12)
    assert (garam.stall_count, naru.stall_count) == (119, None)
    assert (naru.fair_days, naru.kind) == ((3, 8), "상설장+5일장")
    assert (dasom.fair_days, dasom.as_of) == ((), None)
    assert (raon.latitude, raon.longitude) == (None, None)
    assert [(note.line, note.name) for note in reading.notes] == [(4, "다솜시장"), (5, "라온시장")]
    assert "보름에 한 번" in reading.notes[0].problem
    assert "12.9" in reading.notes[1].problem


def test_own_codes_are_stable(folder: Path) -> None:
    first = [row.code for row in read_register(folder / STANDARD_FILE).rows]
    assert [row.code for row in read_register(folder / STANDARD_FILE).rows] == first
    assert len(set(first)) == 5


def test_the_built_in_sample_is_readable() -> None:
    reading = read_register(SAMPLE_FILE)
    assert (len(reading.rows), reading.located, reading.coded) == (5, 4, 0)


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", b"\xff\xfe\xff\x81\x20"])
def test_another_file_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    with pytest.raises(RegisterUnreadable):
        read_register(path)
    with pytest.raises(RegisterUnreadable):
        read_register(tmp_path / "missing.csv")


@pytest.mark.django_db
def test_loading_replaces_the_register_and_finds_names_and_addresses(folder: Path) -> None:
    loaded = load_register(actor=Actor.system(), path=SAMPLE_FILE, now=NOW)
    assert (loaded.total, loaded.added, loaded.removed) == (5, 5, 0)
    loaded = load_register(actor=Actor.system(), path=folder / STANDARD_FILE, now=NOW)
    assert (loaded.total, loaded.added, loaded.removed, loaded.located) == (5, 5, 5, 3)
    again = load_register(actor=Actor.system(), path=folder / STANDARD_FILE, now=NOW)
    assert (again.total, again.added, again.removed) == (5, 0, 0)
    assert RegisterEntry.objects.count() == 5
    entry = RegisterEntry.objects.get(code="a00000002")
    assert (entry.fair_days, entry.goods, entry.latitude) == ([3, 8], ["농산물"], 37.4)
    assert [e.name for e in find_register_entries("가람")] == ["가람시장"]
    assert [e.name for e in find_register_entries("강동구 시장")] == ["가람시장"]
    assert [e.name for e in find_register_entries("다솜동")] == ["다솜시장"]
    assert [e.name for e in find_register_entries("없는곳")] == []
    assert len(find_register_entries("")) == 5


@pytest.mark.django_db
def test_only_the_operator_loads() -> None:
    with pytest.raises(NotAllowed):
        load_register(actor=Actor(), path=SAMPLE_FILE, now=NOW)
    assert RegisterEntry.objects.count() == 0
