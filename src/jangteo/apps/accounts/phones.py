"""Korean mobile numbers: taken in any common spelling, kept as E.164, shown as people write them."""

from __future__ import annotations

import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from jangteo.platform.errors import InvalidInput

_MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


def normalise_phone(text: str, *, field: str = "phone") -> str:
    """``010-1234-5678``, ``01012345678``, ``+82 10 1234 5678`` -> ``+821012345678``; raises `InvalidInput`."""
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", text), "KR")
    except NumberParseException:
        raise _not_a_mobile(field) from None
    if (
        number.country_code != 82
        or not phonenumbers.is_valid_number(number)
        or phonenumbers.number_type(number) not in _MOBILE
    ):
        raise _not_a_mobile(field)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def shown_phone(phone: str | None) -> str:
    """``+821012345678`` -> ``010-1234-5678``; empty for None."""
    if not phone:
        return ""
    return phonenumbers.format_number(
        phonenumbers.parse(phone, "KR"), phonenumbers.PhoneNumberFormat.NATIONAL
    )


def masked_phone(phone: str | None) -> str:
    """``010-****-5678``: enough to recognise one's own."""
    parts = shown_phone(phone).split("-")
    return "-".join([*parts[:-2], "*" * len(parts[-2]), parts[-1]]) if len(parts) > 2 else ""


def _not_a_mobile(field: str) -> InvalidInput:
    return InvalidInput(
        field=field,
        ko="휴대전화 번호가 아니에요. 010-1234-5678처럼 적어 주세요.",
        en="That is not a Korean mobile number. Write it like 010-1234-5678.",
    )
