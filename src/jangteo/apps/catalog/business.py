"""A stall's business details: what the law asks a seller to show, cleaned and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping

from jangteo.apps.catalog.models import StallDesk
from jangteo.platform.errors import InvalidInput
from jangteo.platform.text import clean_line

_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
#: 제2024-서울강동-0123호, with or without the frame
_MAIL_ORDER = re.compile(r"제?\s*(\d{4})\s*-\s*([가-힣]{2,20})\s*-\s*(\d{3,6})\s*호?")
_PHONE = re.compile(r"[0-9+][0-9 ()\-]{6,19}")
#: name -> most characters (전자상거래법 제10조, 제13조 제1항)
FIELDS = {
    "trade_name": 60,
    "representative": 40,
    "business_number": 12,
    "mail_order_number": 40,
    "phone": 20,
    "address": 200,
}


def cleaned_business(fields: Mapping[str, str]) -> dict[str, str]:
    """Those of `FIELDS` as they are kept, "" for an empty one. Raises `InvalidInput` naming the field."""
    told = {
        name: clean_line(text, field=name, at_most=FIELDS[name])
        for name, text in fields.items()
        if name in FIELDS
    }
    checks = {"business_number": business_number, "mail_order_number": mail_order, "phone": phone}
    return {name: checks[name](text) if name in checks else text for name, text in told.items()}


def business_number(text: str) -> str:
    """``220-81-62517``; "" for nothing. Raises `InvalidInput` for a number whose check digit is wrong.

    Check digit: sum of digit times weight, the ninth product counted twice over (its tens added), against ten.
    """
    digits = "".join(c for c in text if c.isdecimal() and c.isascii())
    if not text.strip():
        return ""
    if len(digits) != 10 or re.search(r"[^\d\s\-]", text):
        raise InvalidInput(
            field="business_number",
            ko="사업자등록번호는 숫자 10개예요. 사업자등록증에서 보고 적어 주세요.",
            en="A business number has ten digits. Copy it from the registration certificate.",
        )
    if not is_business_number(digits):
        raise InvalidInput(
            field="business_number",
            ko="없는 사업자등록번호예요. 한 자리가 틀렸을 수 있으니 다시 봐 주세요.",
            en="No such business number exists; a digit may be mistyped. Please look again.",
        )
    return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"


def is_business_number(digits: str) -> bool:
    """Do ten digits end in the right check digit?"""
    numbers = [int(c) for c in digits]
    total = sum(n * weight for n, weight in zip(numbers[:9], _WEIGHTS, strict=True))
    total += numbers[8] * 5 // 10
    return (10 - total % 10) % 10 == numbers[9]


def mail_order(text: str) -> str:
    """통신판매업 신고번호 as ``2024-서울강동-0123``; small sellers have none. Raises `InvalidInput`."""
    if not text.strip():
        return ""
    found = _MAIL_ORDER.fullmatch(text.strip())
    if found is None and not any(c.isdecimal() for c in text):
        # "신고 면제": in words why there is no number
        return text.strip()
    if found is None:
        raise InvalidInput(
            field="mail_order_number",
            ko="2024-서울강동-0123처럼 적거나, 신고 대상이 아니면 비워 두세요.",
            en="Write it like 2024-서울강동-0123, or leave it empty if you have none.",
        )
    return f"{found[1]}-{found[2]}-{found[3]}"


def phone(text: str) -> str:
    """A phone number as the stall writes it. Raises `InvalidInput`."""
    if text and not _PHONE.fullmatch(text):
        raise InvalidInput(
            field="phone",
            ko="전화번호는 02-123-4567처럼 적어 주세요.",
            en="Write a phone number like 02-123-4567.",
        )
    return text


def business_of(market_id: int, stall_id: int) -> dict[str, str]:
    """The details as kept, in the order of `FIELDS`; empty for none. One query."""
    rows = StallDesk.objects.filter(market_id=market_id, stall_id=stall_id)
    kept = rows.values_list("business", flat=True).first() or {}
    return {key: kept[key] for key in FIELDS if kept.get(key)}
