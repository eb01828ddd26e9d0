"""What stands in price cells and is no price: phone numbers, dates, barcodes, errors, 싯가, other money."""

from __future__ import annotations

import re

from jangteo.engines.pricelist.amounts import MAX_KRW, MIN_KRW

#: reason code, whether it is refused, values to propose
Odd = tuple[str, bool, tuple[int, ...]]

_PLACEHOLDER = re.compile(r"[-_.?xX~*/\s]*|n/?a|tbd|없음|미정|공란|해당\s?없음|미기재", re.I)
_ON_REQUEST = re.compile(
    r"시세|싯가|시가|문의|별도|협의|추후|공지|변동|경매|입고|준비\s?중|예정|전화|상담|방문|현장|확인|그때그때|당일가"
)
_SOLD_OUT = re.compile(r"품절|매진|완판|재고\s?없음|판매\s?종료|sold\s?out|단종|휴무|쉼", re.I)
_ERROR = re.compile(
    r"#(?:REF!?|DIV/0!?|VALUE!?|NAME\??|N/?A|NUM!?|NULL!?|SPILL!?|CALC!?)|#{2,}", re.I
)
_QUOTED_FORMULA = re.compile(r'^=\s*"([^"]*)"$')
_FORMULA = re.compile(r"^=|^\+[A-Z(]|^@[A-Z]+\(")
_FOREIGN = re.compile(
    r"[$¥€£元]|\b(?:usd|jpy|cny|eur|dollars?)\b|달러|위안|유로|(?<=\d)\s?(?:엔|불)(?![가-힣])", re.I
)
_PERCENT = re.compile(
    r"[-+]?\s?\d+(?:\.\d+)?\s?(?:%|퍼센트|프로)(?:\s?(?:할인|세일|off|인하|인상))?", re.I
)
_ZERO = re.compile(r"[₩\\]?\s?[-+]?0+(?:[.,]0+)?\s?원?|영\s?원|공짜|무료|서비스|무상")
_NEGATIVE = re.compile(r"(?:[-▲△▼▽]\s?[₩\\]?|[₩\\]\s?-)\s?\d[\d,.]*\s?[천만백]*\s?원?")
_EXPONENT = re.compile(r"[₩\\]?(\d+(?:\.\d+)?)[eE]\+?(\d{1,2})\s?원?")
_PHONES = (
    re.compile(r"(?<!\d)0\d{1,2}[-.) ]{1,2}\d{3,4}[-. ]\d{4}(?!\d)"),
    re.compile(r"(?<!\d)01[016789]\d{7,8}(?!\d)"),
    re.compile(r"(?<!\d)0(?:2|[3-6]\d)\d{7,8}(?!\d)"),
    re.compile(r"\+82[-\d ]{8,}"),
)
_SHORT_PHONE = re.compile(r"(1[568]\d{2})-(\d{4})")
_ACCOUNT = re.compile(r"\d{2,6}(?:-\d{1,8}){2,3}")
_BARCODE = re.compile(r"\d{12,14}")
_DATES = (
    re.compile(r"(?:19|20)\d{2}\s?[-./년]\s?\d{1,2}\s?(?:[-./월]\s?(?:\d{1,2})?\s?일?)?\.?"),
    re.compile(r"\d{2}[-./]\d{1,2}[-./]\d{1,2}\.?"),
    re.compile(r"\d{1,2}\s?월(?:\s?\d{1,2}\s?일)?"),
    re.compile(r"\d{1,2}[-/]\d{1,2}"),
    re.compile(
        r"\d{1,2}-(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*|[a-z]{3}-\d{1,2}", re.I
    ),
    re.compile(r"\d{1,2}:\d{2}(?::\d{2})?"),
    re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"),
)


def unwrap(text: str) -> str:
    """``text`` out of ="…", quotation marks and Excel's leading apostrophe."""
    text = text.strip()
    quoted = _QUOTED_FORMULA.match(text)
    if quoted:
        return quoted[1]
    return text.strip("\"'").strip()


def has_phone(text: str) -> bool:
    """Whether a Korean phone number stands in a folded ``text``."""
    return any(pattern.search(text) for pattern in _PHONES)


def is_error(text: str) -> bool:
    """Whether a folded ``text`` is a spreadsheet error value."""
    return bool(_ERROR.fullmatch(text))


def is_formula(text: str) -> bool:
    """Whether a folded ``text`` begins like a formula."""
    return bool(_FORMULA.match(text))


def on_request(text: str) -> str:
    """``price_on_request`` or ``sold_out`` when a folded ``text`` says so instead of a price."""
    if _SOLD_OUT.search(text):
        return "sold_out"
    return "price_on_request" if _ON_REQUEST.search(text) else ""


def odd_price(folded: str) -> Odd | None:
    """Why a folded price text is no plain price; ``None`` when it may be one."""
    if _PLACEHOLDER.fullmatch(folded):
        return "price_blank", False, ()
    return _spreadsheet_odd(folded) or _number_odd(folded) or _word_odd(folded)


def _spreadsheet_odd(folded: str) -> Odd | None:
    if "\ufffd" in folded:
        return "broken_text", True, ()
    if is_error(folded):
        return "formula_error", True, ()
    if is_formula(folded):
        return "formula_without_value", False, ()
    return None


def _number_odd(folded: str) -> Odd | None:
    if not any(char.isdigit() for char in folded):
        return None
    if has_phone(folded) or _short_phone(folded):
        return "phone_number", True, ()
    if _BARCODE.fullmatch(folded):
        return "barcode", True, ()
    if any(pattern.fullmatch(folded) for pattern in _DATES):
        return "date", True, ()
    if _ACCOUNT.search(folded) and sum(char.isdigit() for char in folded) >= 9:
        return "account_number", True, ()
    if _PERCENT.fullmatch(folded):
        return "percent", True, ()
    if _FOREIGN.search(folded):
        return "foreign_currency", True, ()
    if _ZERO.fullmatch(folded):
        return "zero_price", True, ()
    if _NEGATIVE.fullmatch(folded):
        return "negative_price", True, ()
    return _exponent(folded)


def _short_phone(folded: str) -> bool:
    """1588-1234 is a phone number; 1500-2000 is a range of prices."""
    found = _SHORT_PHONE.search(folded)
    return bool(found) and not (
        found is not None and int(found[2]) % 100 == 0 and int(found[1]) % 100 == 0
    )


def _exponent(folded: str) -> Odd | None:
    found = _EXPONENT.fullmatch(folded)
    if not found:
        return None
    value = float(f"{found[1]}e{found[2]}")
    whole = (int(value),) if value == int(value) and MIN_KRW <= value <= MAX_KRW else ()
    return "price_exponent", False, whole


def _word_odd(folded: str) -> Odd | None:
    if any(char.isdigit() for char in folded):
        return None
    if _ZERO.fullmatch(folded):
        return "zero_price", True, ()
    code = on_request(folded)
    return (code, False, ()) if code else None
