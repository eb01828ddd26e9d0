"""What a person is told about a row or a file, in Korean and English, by code."""

from __future__ import annotations

from dataclasses import dataclass

from jangteo.engines.pricelist.records import FileProblem


@dataclass(frozen=True, slots=True)
class Reason:
    """``why_*`` explain a proposal; empty where no proposal can be made."""

    ko: str
    en: str
    why_ko: str = ""
    why_en: str = ""


_AS_WRITTEN = ("적힌 대로 읽은 값이에요.", "This is the amount as written.")

ASKED: dict[str, Reason] = {
    "price_blank": Reason("가격이 비어 있어요.", "The price is blank."),
    "price_on_request": Reason(
        "시세나 문의로 적혀 있어 가격을 알 수 없어요.", "It says to ask for the price."
    ),
    "sold_out": Reason("품절로 적혀 있고 가격이 없어요.", "It says sold out and has no price."),
    "unit_without_price": Reason("수량만 있고 가격이 없어요.", "It has a quantity but no price."),
    "formula_without_value": Reason(
        "수식에 계산된 값이 저장돼 있지 않아요. 엑셀에서 열어 다시 저장하거나 가격을 알려 주세요.",
        "The formula holds no saved value. Open and save the file in Excel, or tell us the price.",
    ),
    "price_dot": Reason(
        "점이 천 단위 구분인지 소수점인지 알 수 없어요.",
        "The dot may separate thousands or decimals.",
        "점을 천 단위 구분으로 읽었어요.",
        "The dot is read as a thousands separator.",
    ),
    "price_comma": Reason(
        "쉼표 자리가 맞지 않아요.",
        "The comma is not where thousands are.",
        "쉼표를 바로잡으면 이 값일 수 있어요.",
        "This may be the amount with the comma put right.",
    ),
    "price_split_by_comma": Reason(
        "가격의 쉼표 때문에 칸이 나뉜 것 같아요.",
        "A comma inside the price seems to have split it into two cells.",
        "나뉜 칸을 다시 이은 값이에요.",
        "The two cells joined again.",
    ),
    "price_range": Reason("가격이 범위로 적혀 있어요.", "The price is a range.", *_AS_WRITTEN),
    "price_approximate": Reason(
        "정해진 가격이 아니라 어림값이나 '부터'로 적혀 있어요.",
        "The price is approximate or a starting price.",
        *_AS_WRITTEN,
    ),
    "several_prices": Reason(
        "가격이 둘 이상이라 어느 것인지 알 수 없어요.",
        "There is more than one price.",
        *_AS_WRITTEN,
    ),
    "several_offers": Reason(
        "크기나 수량마다 가격이 따로 있어요.",
        "There is a price for each size or quantity.",
        "이 크기(수량)의 가격이에요.",
        "The price of this size or quantity.",
    ),
    "two_products": Reason(
        "한 줄에 상품이 둘 이상 있어요.",
        "The row holds more than one product.",
        "이 줄에 있는 상품이에요.",
        "One of the products of this row.",
    ),
    "price_tiny": Reason(
        "가격이 100원보다 작아요.",
        "The price is below 100 won.",
        "천 원 단위로 줄여 적었다면 이 값이에요.",
        "The amount if it was written in thousands of won.",
    ),
    "price_huge": Reason(
        "가격이 1,000만 원보다 커요.", "The price is above 10,000,000 won.", *_AS_WRITTEN
    ),
    "price_out_of_line": Reason(
        "같은 칸의 다른 가격과 너무 달라요.",
        "The price is far from the others in its column.",
        *_AS_WRITTEN,
    ),
    "price_fraction": Reason(
        "원보다 작은 소수가 있어요.",
        "The price has a fraction of a won.",
        "소수를 이렇게 읽을 수 있어요.",
        "The fraction may be read like this.",
    ),
    "price_exponent": Reason(
        "가격이 지수(1E+3)로 적혀 있어요.",
        "The price is written with an exponent.",
        "지수를 풀어 쓴 값이에요.",
        "The exponent written out.",
    ),
    "price_colloquial": Reason(
        "말하듯 줄여 적어 두 가지로 읽혀요.",
        "The number is shortened and can be read in two ways.",
        "이렇게 읽을 수 있어요.",
        "One way to read it.",
    ),
    "price_unclear": Reason(
        "가격 칸에 알 수 없는 글이 함께 있어요.",
        "The price cell also holds text we cannot place.",
        *_AS_WRITTEN,
    ),
    "price_scale": Reason(
        "천 원(만 원) 단위 표인데 값의 크기가 맞지 않아요.",
        "The table says thousands of won but the value does not fit that.",
        "이렇게 읽을 수 있어요.",
        "One way to read it.",
    ),
    "unit_conflict": Reason(
        "가격 칸의 단위와 단위 칸이 서로 달라요.",
        "The unit in the price cell differs from the unit cell.",
        "이 단위의 가격일 수 있어요.",
        "It may be the price of this unit.",
    ),
    "price_elsewhere": Reason(
        "가격 칸이 비었고 다른 칸에 값이 있어요.",
        "The price cell is blank but another cell holds an amount.",
        "다른 칸에 적힌 값이에요.",
        "The amount in the other cell.",
    ),
    "sale_price_blank": Reason(
        "할인가가 비어 있어요.",
        "The sale price is blank.",
        "할인 전 가격이에요.",
        "The price before the sale.",
    ),
    "cost_price_only": Reason(
        "손님에게 파는 가격이 아니라 원가나 도매가만 있어요.",
        "Only a cost or wholesale price is given, not the price customers pay.",
        "원가나 도매가로 적힌 값이에요.",
        "The cost or wholesale amount as written.",
    ),
    "total_not_unit": Reason(
        "수량을 곱한 금액인지 하나의 가격인지 알 수 없어요.",
        "The amount may be the price of one or the total of the quantity.",
        "이렇게 읽을 수 있어요.",
        "One way to read it.",
    ),
    "price_column_unsure": Reason(
        "제목 줄이 없어 어느 칸이 가격인지 알 수 없어요.",
        "There is no heading that says which column is the price.",
        "가격일 수 있는 칸의 값이에요.",
        "The amount of a column that may be the price.",
    ),
    "quantity_or_price": Reason(
        "숫자만 있어 가격인지 수량인지 알 수 없어요.",
        "The bare number may be a price or a quantity.",
        *_AS_WRITTEN,
    ),
    "extra_cells": Reason(
        "칸 수가 제목 줄보다 많아 밀린 것 같아요.",
        "The row has more cells than the heading; they may have shifted.",
        *_AS_WRITTEN,
    ),
    "quote_broken": Reason(
        "따옴표가 닫히지 않아 칸이 어긋났을 수 있어요.",
        "A quotation mark is not closed; cells may have shifted.",
        *_AS_WRITTEN,
    ),
    "name_missing": Reason(
        "상품 이름이 비어 있어요. 윗줄과 같은 상품인가요?",
        "The name is blank. Is it the product of the row above?",
        "윗줄의 이름을 이어 썼어요.",
        "The name of the row above.",
    ),
    "not_a_product": Reason(
        "상품이 아니라 배송비나 보증금 같아요.",
        "This looks like a fee rather than a product.",
        *_AS_WRITTEN,
    ),
    "above_heading": Reason(
        "제목 줄보다 위에 있어 상품인지 알 수 없어요.",
        "It stands above the heading, so it may not be a product.",
        *_AS_WRITTEN,
    ),
    "duplicate_other_price": Reason(
        "같은 상품이 다른 가격으로 또 적혀 있어요.",
        "The same product is listed again with another price.",
        "목록에 적힌 가격 가운데 하나예요.",
        "One of the prices listed.",
    ),
    "name_too_long": Reason(
        "상품 이름이 너무 길어요. 줄여서 알려 주세요.",
        "The name is too long. Please shorten it.",
        *_AS_WRITTEN,
    ),
}

REFUSED: dict[str, Reason] = {
    "no_name": Reason("가격은 있지만 상품 이름이 없어요.", "There is a price but no name."),
    "zero_price": Reason("가격이 0원이에요.", "The price is 0 won."),
    "negative_price": Reason("가격이 0보다 작아요.", "The price is negative."),
    "percent": Reason("가격 칸에 퍼센트가 있어요.", "The price cell holds a percentage."),
    "phone_number": Reason("가격 칸에 전화번호가 있어요.", "The price cell holds a phone number."),
    "account_number": Reason(
        "가격 칸에 계좌번호가 있어요.", "The price cell holds an account number."
    ),
    "barcode": Reason("가격 칸에 바코드가 있어요.", "The price cell holds a barcode."),
    "date": Reason(
        "가격 칸에 날짜가 있어요. 칸 서식을 숫자로 바꿔 주세요.",
        "The price cell holds a date. Change the cell format to a number.",
    ),
    "formula_error": Reason("가격 수식에 오류가 있어요.", "The price formula has an error."),
    "foreign_currency": Reason("원화 가격이 아니에요.", "The price is not in won."),
    "price_unreadable": Reason(
        "가격 칸의 글을 가격으로 읽을 수 없어요.", "The price cell cannot be read as a price."
    ),
    "broken_text": Reason(
        "글자가 깨져 있어요. 원본에서 다시 저장해 주세요.",
        "The letters are damaged. Save the file again from its source.",
    ),
    "formula_text": Reason(
        "이름 칸에 수식이나 오류가 있어요.", "The name cell holds a formula or an error."
    ),
    "unreadable": Reason("상품도 안내문도 아니에요.", "It is neither a product nor a note."),
}

IGNORED: dict[str, Reason] = {
    "blank": Reason("빈 줄이에요.", "The line is blank."),
    "header": Reason("제목 줄이에요.", "This is the heading."),
    "title": Reason("표 제목이에요.", "This is a title."),
    "section": Reason("묶음 제목이에요.", "This is a section heading."),
    "note": Reason("안내문이에요.", "This is a note."),
    "contact": Reason("가게 연락처나 계좌예요.", "These are the shop's contact details."),
    "total": Reason("합계 줄이에요.", "This is a total."),
    "separator": Reason("구분선이에요.", "This is a separator."),
    "duplicate": Reason(
        "위에 같은 상품이 같은 가격으로 있어요.", "The same product and price stand above."
    ),
}

_RESAVE_KO = "엑셀에서 열어 '다른 이름으로 저장'에서 xlsx를 골라 다시 올려 주세요."
_RESAVE_EN = "Open it in Excel, choose Save As, xlsx, and upload it again."

FILES: dict[str, FileProblem] = {
    problem.code: problem
    for problem in (
        FileProblem(
            code="empty",
            ko="파일이 비어 있어요. 상품과 가격을 적은 파일을 올려 주세요.",
            en="The file is empty. Upload a file with products and prices.",
        ),
        FileProblem(
            code="too_large",
            ko="파일이 10MB보다 커요. 사진을 빼거나 시트를 나누어 올려 주세요.",
            en="The file is larger than 10 MiB. Remove pictures or split the sheets, then upload.",
        ),
        FileProblem(
            code="too_many_rows",
            ko="줄이 20,000개를 넘어요. 20,000줄씩 파일을 나누고 맨 아래의 불필요한 칸은 지워 주세요.",
            en="It has more than 20,000 rows. Split it into files of 20,000 rows each and delete "
            "stray cells at the bottom.",
        ),
        FileProblem(
            code="too_wide",
            ko="칸이 너무 많아요. 상품과 가격 칸만 남기고 오른쪽 끝의 불필요한 칸은 지워 주세요.",
            en="It has too many cells. Keep the product and price columns and delete stray cells "
            "at the far right.",
        ),
        FileProblem(
            code="zip_bomb",
            ko="압축을 풀면 지나치게 커지는 파일이라 열지 않았어요. " + _RESAVE_KO,
            en="It unpacks to an unreasonable size, so we did not open it. " + _RESAVE_EN,
        ),
        FileProblem(
            code="encrypted",
            ko="암호가 걸린 파일이에요. 엑셀에서 암호를 풀고 저장한 뒤 다시 올려 주세요.",
            en="The file has a password. Remove it in Excel, save, and upload it again.",
        ),
        FileProblem(
            code="pdf",
            ko="PDF 파일이에요. 원본 엑셀이나 CSV 파일을 올려 주세요.",
            en="This is a PDF. Upload the Excel or CSV file it was made from.",
        ),
        FileProblem(
            code="image",
            ko="사진 파일이에요. 가격을 엑셀이나 메모장에 적어 올려 주세요.",
            en="This is a picture. Type the prices into Excel or a text file and upload that.",
        ),
        FileProblem(
            code="hwp",
            ko="한글(HWP) 파일이에요. 표를 복사해 엑셀에 붙여 넣고 저장해 올려 주세요.",
            en="This is a Hangul (HWP) document. Copy its table into Excel and upload that.",
        ),
        FileProblem(
            code="other_office",
            ko="엑셀 통합 문서가 아니에요. 표를 엑셀에 옮겨 xlsx로 저장해 올려 주세요.",
            en="This is not an Excel workbook. Move the table to Excel and save it as xlsx.",
        ),
        FileProblem(
            code="unsupported",
            ko="읽을 수 없는 형식이에요. " + _RESAVE_KO,
            en="We cannot read this format. " + _RESAVE_EN,
        ),
        FileProblem(
            code="damaged",
            ko="파일이 손상됐어요. " + _RESAVE_KO,
            en="The file is damaged. " + _RESAVE_EN,
        ),
    )
}
