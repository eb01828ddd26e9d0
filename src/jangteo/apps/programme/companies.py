"""Companies: the business number, and what a form may say of one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from jangteo.platform.errors import InvalidInput
from jangteo.platform.text import clean_line

_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
_URL = URLValidator(schemes=["http", "https"])


def business_number(text: str) -> str:
    """000-00-00000 of a 사업자등록번호 typed in any way. Raises `InvalidInput`.

    The tenth digit checks the nine before it: weights 1 3 7 1 3 7 1 3 5, plus the tens of five times the ninth digit,
    modulo 10 (the rule of the 국세청; it holds for published numbers of large companies).
    """
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"[0-9]{10}", digits):
        raise InvalidInput(
            field="business_number",
            ko="사업자등록번호 열 자리를 적어 주세요. 예: 220-81-62517",
            en="Enter the ten digits of the business number, such as 220-81-62517.",
        )
    numbers = [int(digit) for digit in digits]
    total = sum(n * weight for n, weight in zip(numbers, _WEIGHTS, strict=False))
    total += numbers[8] * 5 // 10
    if (10 - total % 10) % 10 != numbers[9] or not any(numbers):
        raise InvalidInput(
            field="business_number",
            ko="없는 사업자등록번호예요. 숫자를 하나씩 다시 봐 주세요.",
            en="There is no such business number. Check each digit again.",
        )
    return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"


def web_address(text: str, *, field: str, required: bool = False) -> str:
    """An http(s) address, at most 300 characters; empty when it may be. Raises `InvalidInput`."""
    address = clean_line(text, field=field, at_most=300, required=required)
    if not address:
        return ""
    try:
        _URL(address)
    except ValidationError:
        # a service beside this installation, for trying out, has no dot in its name
        if not re.fullmatch(r"https?://(localhost|127\.0\.0\.1)(:\d{1,5})?(/\S*)?", address):
            raise InvalidInput(
                field=field,
                ko="https://로 시작하는 주소를 적어 주세요.",
                en="Enter an address that begins with https://.",
            ) from None
    return address


@dataclass(frozen=True, kw_only=True, slots=True)
class CompanyDraft:
    """What is asked of a company."""

    name: str
    representative: str
    business_number: str
    name_en: str = ""
    founded_on: date | None = None
    homepage: str = ""

    def cleaned(self) -> dict[str, Any]:
        """Model fields. Raises `InvalidInput` naming the field."""
        return {
            "name": clean_line(self.name, field="name", at_most=80, required=True),
            "name_en": clean_line(self.name_en, field="name_en", at_most=80),
            "representative": clean_line(
                self.representative, field="representative", at_most=40, required=True
            ),
            "business_number": business_number(self.business_number),
            "founded_on": self.founded_on,
            "homepage": web_address(self.homepage, field="homepage")[:200],
        }
