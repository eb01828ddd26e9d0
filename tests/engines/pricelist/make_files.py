"""Writes the nasty files of ``files/``: run it and ``git diff`` stays empty.

    python -m tests.engines.pricelist.make_files

Every file imitates something that really arrives from a market stall. What each of its rows must become stands beside
it in ``NAME.expected``, written by hand.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from tests.engines.pricelist import clear_rows, old_excel, text_files

FILES = Path(__file__).parent / "files"
_WHEN = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)
Rows = Sequence[Sequence[Any]]


def xlsx(
    rows: Rows, merges: Sequence[str] = (), more: Callable[[Any], None] | None = None
) -> bytes:
    """A workbook with one sheet 가격표, the same bytes each time."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "가격표"
    for row in rows:
        sheet.append(list(row))
    for merge in merges:
        sheet.merge_cells(merge)
    if more:
        more(book)
    out = io.BytesIO()
    book.save(out)
    return _frozen(out.getvalue())


def _frozen(data: bytes) -> bytes:
    """``data`` with fixed times, inside and outside."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name == "docProps/core.xml":
                body = b'<?xml version="1.0"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
            new.writestr(zipfile.ZipInfo(name, _WHEN.timetuple()[:6]), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def merged_two_row_heading() -> bytes:
    """Title, heading over two rows, a name merged over its sizes, a merged section, notes."""
    rows: list[list[Any]] = [
        ["2024년 5월 행복수산 가격표"],
        [],
        ["품  명", "규격", "가격(원)", None, "비고"],
        [None, None, "도매", "소매", None],
        ["고등어", "대", 5000, 6000, "노르웨이산"],
        [None, "중", 4000, 5000, None],
        [None, "소", 3000, 4000, None],
        ["갈치", "1마리", 8000, "9,000원", "제주산"],
        ["조개류"],
        ["바지락", "1kg", 5000, "6천원", None],
        ["전복", "10미", 25000, "시가", None],
        ["홍합", "1망", 4000, None, None],
        ["멍게", "1kg", None, "문의", None],
        [],
        ["* 시세에 따라 가격은 변동될 수 있습니다"],
        ["전화 051-123-4567"],
    ]
    return xlsx(rows, ["A1:E1", "A3:A4", "B3:B4", "C3:D3", "E3:E4", "A5:A7", "A9:E9"])


def number_formats() -> bytes:
    """Dates, percents, errors, dollars, formulas without a value, codes, and a hidden sheet."""
    names = [
        "대파",
        "양파",
        "감자",
        "당근",
        "고추",
        "무",
        "배추",
        "배",
        "귤",
        "조개",
        "김",
        "쌀",
        "봄동",
        "달래",
        "냉이",
        "쑥",
        "마늘",
        "생강",
    ]
    prices: list[Any] = [
        1500, dt.date(2024, 3, 5), 0.3, "=B5*2", 12, 12, 10000.0, "#REF!", 3333.33,
        8801234567890, 1012345678, True, 20240501, "3,000원 ", "２，０００", 0, -1500, 12000000,
    ]  # fmt: skip
    rows = [["품목", "판매가"], *([n, p] for n, p in zip(names, prices, strict=True))]

    def more(book: Any) -> None:
        sheet = book.active
        sheet["B2"].number_format = '#,##0"원"'
        sheet["B4"].number_format = "0%"
        sheet["B6"].number_format = '0"천원"'
        sheet["B7"].number_format = "[$$-409]#,##0"
        hidden = book.create_sheet("지난달")
        hidden.append(["품목", "판매가"])
        hidden.append(["대파", 1700])
        hidden.append(["쪽파", 2000])
        hidden.sheet_state = "hidden"

    return xlsx(rows, (), more)


def side_by_side() -> bytes:
    """Two tables on one sheet."""
    rows: list[list[Any]] = [
        ["오늘의 가격표"],
        ["품명", "단위", "가격", None, "품명", "단위", "가격"],
        ["대파", "단", 2500, None, "사과", "5개", 10000],
        ["양파", "망", 4500, None, "배", "3개", None],
        ["감자", "kg", 3000],
        [None, None, None, None, "귤", "봉지", "5천원"],
    ]
    return xlsx(rows, ["A1:G1"])


def prices_by_size() -> bytes:
    """Size columns, then sale prices, then a cost price, each under its own heading."""
    rows: list[list[Any]] = [
        ["메뉴", "소", "중", "대"],
        ["감자탕", 25000, 32000, 40000],
        ["공기밥", None, 1000, None],
        [],
        ["상품명", "정상가", "할인가", "할인율"],
        ["참기름 350ml", 20000, 18000, 0.1],
        ["들기름 350ml", 18000, None, None],
        ["깨소금", 5000, 6000, None],
        [],
        ["품목", "매입가", "판매가", "재고"],
        ["쌀 20kg", 48000, 55000, 120],
        ["보리쌀 5kg", 9000, None, 30],
        [],
        ["품목", "수량", "단가", "금액"],
        ["두부", 3, 1500, 4500],
        ["합계", None, None, 4500],
    ]
    return xlsx(rows)


def merged_price() -> bytes:
    """One price merged over three products, a category merged beside them, no heading words above."""
    rows: list[list[Any]] = [
        ["No", "구분", "상 품 명", "단위", "단  가"],
        [1, "생선", "고등어", "마리", 5000],
        [2, None, "삼치", "마리", None],
        [3, None, "꽁치", "마리", None],
        [4, "건어", "멸치", "100g", 3000],
        [5, None, "북어", "쾌", 25000],
        [6, None, None, None, None],
    ]
    return xlsx(rows, ["B2:B4", "E2:E4", "B5:B6"])


def old_workbook() -> bytes:
    """Excel 97, as an old till exports it."""
    rows: list[list[old_excel.Value]] = [
        ["행복상회 단가표"],
        ["품목", "규격", "판매단가"],
        ["대파", "1단", 2500.0],
        ["양파", "1망(3kg)", "4,500"],
        ["고등어", "대", 6000.0],
        [None, "소", 4000.0],
        ["감자", "1kg", old_excel.Styled(45000.0, "yyyy-mm-dd")],
        ["당근", "1kg", old_excel.Styled(0.1, "0%")],
        ["무", "1개", old_excel.ErrorCell(0x17)],
        [],
        ["배추", "1포기", 12.0],
    ]
    return old_excel.workbook("시트1", rows, [(0, 0, 0, 2), (4, 5, 0, 0)])


def zip_bomb() -> bytes:
    """66 MiB of nothing in a few hundred bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as archive:
        info = zipfile.ZipInfo("xl/worksheets/sheet1.xml", _WHEN.timetuple()[:6])
        info.compress_type = zipfile.ZIP_BZIP2
        archive.writestr(info, bytes(66 * 1024 * 1024))
        archive.writestr(zipfile.ZipInfo("xl/workbook.xml", _WHEN.timetuple()[:6]), "<workbook/>")
    return out.getvalue()


def all_files() -> dict[str, bytes]:
    """File name to bytes."""
    return {
        "01_merged_two_row_heading.xlsx": merged_two_row_heading(),
        "02_number_formats.xlsx": number_formats(),
        "03_side_by_side.xlsx": side_by_side(),
        "04_no_heading_cp949.csv": text_files.NO_HEADING.encode("cp949"),
        "05_unquoted_commas.csv": text_files.UNQUOTED_COMMAS.encode(),
        "06_chalkboard_bom.txt": b"\xef\xbb\xbf" + text_files.CHALKBOARD.encode(),
        "07_notepad_utf16.txt": b"\xff\xfe" + text_files.NOTEPAD.encode("utf-16-le"),
        "08_html_export.xls": text_files.HTML_EXPORT.encode("cp949"),
        "09_old_excel.xls": old_workbook(),
        "10_broken_quotes.csv": text_files.BROKEN_QUOTES.encode(),
        "11_clear_but_messy.xlsx": xlsx(clear_rows.sheet_rows()),
        "12_ways_to_write_a_price.csv": text_files.WAYS_TO_WRITE.encode("cp949"),
        "13_prices_by_size.xlsx": prices_by_size(),
        "14_duplicates.tsv": text_files.DUPLICATES.encode(),
        "15_thousands_of_won.csv": text_files.THOUSANDS.encode(),
        "16_unseen_characters.csv": text_files.UNSEEN.encode(),
        "17_merged_price.xlsx": merged_price(),
        "18_encrypted.xlsx": old_excel.ole(
            {"EncryptedPackage": bytes(64), "EncryptionInfo": b"\4"}
        ),
        "19_pdf_renamed.xlsx": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
        "20_zip_bomb.xlsx": zip_bomb(),
        "21_photo.csv": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(64),
        "22_hangul_document.xls": old_excel.ole(
            {"FileHeader": b"HWP", "HwpSummaryInformation": b"\5"}
        ),
        "23_nothing.csv": b"\xef\xbb\xbf \r\n\r\n",
    }


def main() -> None:
    """Write them all."""
    FILES.mkdir(exist_ok=True)
    for name, data in all_files().items():
        (FILES / name).write_bytes(data)


if __name__ == "__main__":
    main()
