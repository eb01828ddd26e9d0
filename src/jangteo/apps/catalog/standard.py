"""The fields of a standard product: what each is called, what it may hold, and whose standard it follows.

The common part follows the practice of Korean standard product records (대한상공회의소 유통상품 표준DB) and GS1's Global Data
Model attribute names; fields with ``categories`` are what single kinds of goods need. Values are JSON; amounts are whole
grams, millilitres and pieces of one inner pack, dates ISO 8601, countries ISO 3166-1 alpha-2.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from jangteo.engines.matching import is_gtin
from jangteo.platform.errors import InvalidInput
from jangteo.platform.josa import josa
from jangteo.platform.text import clean_block, clean_line

JsonValue = str | int | bool | list[str]


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    LONG_TEXT = "long"
    WHOLE = "whole"
    YES_NO = "yes-no"
    CHOICE = "choice"
    WORDS = "words"
    DAY = "day"


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One field. ``gs1``: attribute of the GS1 Global Data Model or AI it corresponds to, "" for none."""

    key: str
    ko: str
    en: str
    group: str
    kind: Kind = Kind.TEXT
    most: int = 80
    choices: tuple[str, ...] = ()
    pattern: str = ""
    unit: str = ""
    gs1: str = ""
    #: belongs to the product, so all stalls share it; False: each stall's own
    shared: bool = True
    #: printed on labels, may be overridden by an offer
    on_label: bool = False
    #: level-2 categories (Korean names) that have it; () for all
    categories: tuple[str, ...] = ()


def _read() -> dict[str, Field]:
    """The table beside this module."""
    with Path(__file__).with_name("standard_fields.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["key"]: Field(
                key=row["key"],
                ko=row["ko"],
                en=row["en"],
                group=row["group"],
                kind=Kind(row["kind"]),
                most=int(row["most"]),
                choices=tuple(filter(None, row["choices"].split("|"))),
                pattern=row["pattern"],
                unit=row["unit"],
                gs1=row["gs1"],
                shared=row["shared"] == "yes",
                on_label=row["on_label"] == "yes",
                categories=tuple(filter(None, row["categories"].split("|"))),
            )
            for row in csv.DictReader(file)
        }


#: every field by key, in the order people meet them
FIELDS: Mapping[str, Field] = _read()
GROUPS: Mapping[str, tuple[str, str]] = {
    "identity": ("무엇인가", "What it is"),
    "state": ("어떤 상태인가", "Its state"),
    "amount": ("얼마나 들었나", "How much"),
    "origin": ("어디서 왔나", "Where from"),
    "content": ("무엇이 들었나", "What is in it"),
    "keeping": ("어떻게 두나", "How it is kept"),
    "law": ("법이 묻는 것", "What the law asks"),
    "shown": ("어떻게 보이나", "How it is shown"),
    "extra": ("이 갈래만의 것", "Of this kind alone"),
}
_ONLY_PACKED = frozenset({"maker", "maker_address", "importer"})
#: what an offer may say for itself over its item
LABEL_FIELDS: tuple[str, ...] = tuple(one.key for one in FIELDS.values() if one.on_label)


def fields_for(level2: str = "") -> tuple[Field, ...]:
    """The common fields and those of a level-2 category (its Korean name)."""
    return tuple(one for one in FIELDS.values() if not one.categories or level2 in one.categories)


def clean_value(one: Field, value: object) -> JsonValue | None:
    """``value`` as the field holds it; None for nothing. Raises `InvalidInput` naming the field and the remedy."""
    if value is None or value == "" or value == []:
        return None
    match one.kind:
        case Kind.TEXT:
            return _text(one, value)
        case Kind.LONG_TEXT:
            return clean_block(str(value), field=one.key, at_most=one.most)
        case Kind.WHOLE:
            return _whole(one, value)
        case Kind.YES_NO:
            if not isinstance(value, bool):
                raise _wrong(one, "예나 아니요로 답해 주세요.", "Answer yes or no.")
            return value
        case Kind.CHOICE:
            if value not in one.choices:
                listed = ", ".join(one.choices)
                raise _wrong(
                    one, f"보기 가운데 하나를 골라 주세요: {listed}", f"Choose one of: {listed}"
                )
            return str(value)
        case Kind.WORDS:
            words = value if isinstance(value, list) else str(value).split(",")
            cleaned = [clean_line(str(w), field=one.key, at_most=40) for w in words][:20]
            return [word for word in dict.fromkeys(cleaned) if word]
        case Kind.DAY:
            try:
                return date.fromisoformat(str(value)).isoformat()
            except ValueError:
                raise _wrong(
                    one, "날짜를 2026-11-22처럼 적어 주세요.", "Write the date like 2026-11-22."
                ) from None


def clean_fields(values: Mapping[str, object], level2: str = "") -> dict[str, JsonValue]:
    """Known fields with values, in the order of `FIELDS`. Raises `InvalidInput`, for a key the category lacks too."""
    known = {one.key: one for one in fields_for(level2)}
    for key in values:
        if key not in known:
            raise InvalidInput(
                field=key,
                ko=f"'{key}'{josa(key, '은/는')} 이 갈래의 표준 상품에 없는 칸이에요.",
                en=f"'{key}' is no field of a standard product of this kind.",
            )
    made = {key: clean_value(one, values.get(key)) for key, one in known.items()}
    return {key: value for key, value in made.items() if value is not None}


def open_fields(values: Mapping[str, JsonValue], *, is_packed: bool) -> dict[str, JsonValue]:
    """What of an item's fields anybody may read: those of the product itself.

    ``is_packed``: it has a barcode. Of packed goods maker and importer stand on every pack; of loose goods they name
    people.
    """
    return {
        key: value
        for key, value in values.items()
        if key in FIELDS and FIELDS[key].shared and (is_packed or key not in _ONLY_PACKED)
    }


def _text(one: Field, value: object) -> str:
    text = clean_line(str(value), field=one.key, at_most=one.most)
    if one.pattern and not re.fullmatch(one.pattern, text):
        raise _wrong(
            one,
            f"{one.ko}의 모양이 맞지 않아요. 다시 확인해 주세요.",
            f"Check the form of {one.en}.",
        )
    if one.key == "gtin":
        if not is_gtin(text):
            raise _wrong(
                one,
                "바코드 숫자가 맞지 않아요. 마지막 숫자까지 다시 확인해 주세요.",
                "The barcode's check digit is wrong. Read the number again.",
            )
        return text.zfill(14)
    return text


def _whole(one: Field, value: object) -> int:
    try:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise ValueError
        number = int(value.replace(",", "") if isinstance(value, str) else value)
    except ValueError:
        raise _wrong(one, "숫자로 적어 주세요.", "Enter a whole number.") from None
    if not 1 <= number <= one.most:
        raise _wrong(
            one,
            f"1부터 {one.most:,} 사이로 적거나 비워 두세요.",
            f"Enter 1 to {one.most:,}, or leave it empty.",
        )
    return number


def _wrong(one: Field, ko: str, en: str) -> InvalidInput:
    return InvalidInput(field=one.key, ko=ko, en=en)
