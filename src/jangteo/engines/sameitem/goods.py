"""What the matcher compares: the fields of one line or of one standard item, in one form.

Fields come from `jangteo.engines.matching.understand` or from a mapping with the same names (its JSON form, a stored
item). An absent field is None: it was not said, which is no difference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from jangteo.engines.matching import Understood, is_gtin, understand
from jangteo.engines.matching.lexicon import lexicon
from jangteo.engines.pairing import Record, Schema, tokens

#: classes of origin that are no country
IMPORTED, DEEP_SEA, HOME = "import", "deep-sea", "KR"
#: the form of the records the learned matcher reads
SCHEMA = Schema(
    title="title",
    texts=(
        "brand", "category", "count", "grade", "name", "net", "origin", "packs", "reading",
        "rest", "shelf", "size", "state", "variety",
    ),
)  # fmt: skip

_LETTERS = re.compile(r"[^\W\d_]+(?:[\d.]+[^\W\d_]*)*|\d+(?:\.\d+)?%")
#: words of selling, not of goods
_WORDING = re.compile(
    r"^(?:원|특가|할인|세일|행사|오늘|오늘의|금일|당일|입고|무료|배송|무료배송|택배|문의|선물|선물용|제수용|제사용|가정용|업소용|"
    r"식당용|최저가|초특가|한정|수량한정|신상|추천|인기|강추|대박|맛있는|싱싱한|싱싱|신선한|신선|좋은|꿀맛|산지직송|직송|"
    r"도매|소매|박스|상자|포장|팩|봉|봉지|개|입|망|단|근|당|약|내외|및|등|국내|전국|시세|싯가|떨이|마감|"
    r"kg|g|ml|l|ea|box|only|new|sale|hit|미리|리터|t|r|m)$",
    re.IGNORECASE,
)
_SIZES = {"l": "대", "m": "중", "s": "소", "大": "대", "中": "중", "小": "소"}
_GRADE = re.compile(r"\s|등급|등품|품$|\(.*\)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Goods:
    """One line or item. ``net_g``, ``net_ml``: of one inner pack; ``count``: pieces in one pack; ``pack_count``: packs.

    ``origin``: an ISO country, `IMPORTED`, `DEEP_SEA` or None. ``rest``: words of the line that are no field,
    ``text``: the line less its price, or the item's full name: what the fields leave out is found there. ``core``: the letters of
    the text without brand, origin, grade, state and amounts, that is how the thing itself is called.
    ``variable_measure``: loose goods whose weight is that of each sale, so that amounts tell nothing.
    """

    name: str | None = None
    variety: str | None = None
    brand: str | None = None
    origin: str | None = None
    grade: str | None = None
    state: str | None = None
    size: str | None = None
    net_g: float | None = None
    net_ml: float | None = None
    count: int | None = None
    pack_count: int | None = None
    gtin: str | None = None
    category: str | None = None
    rest: str = ""
    text: str = ""
    core: str = ""
    approximate: bool = False
    variable_measure: bool = False


def goods_of(understood: Understood) -> Goods:
    """The fields of one understood line."""
    fields = {name: understood.value(name) for name in understood.fields}
    origin = _text(fields.get("origin"))
    return Goods(
        name=_text(fields.get("name")),
        variety=_text(fields.get("variety")),
        brand=_text(fields.get("brand")),
        origin=origin_class(origin, understood.origin_country),
        grade=_grade(_text(fields.get("grade"))),
        state=_text(fields.get("state")),
        size=_size(_text(understood.size.value)) if understood.size else None,
        net_g=_number(fields.get("net_g")),
        net_ml=_number(fields.get("net_ml")),
        count=_whole(fields.get("count")),
        pack_count=_whole(fields.get("pack_count")),
        gtin=gtin_of(_text(fields.get("gtin"))),
        category=understood.category_slug or None,
        rest=_rest(understood),
        text=_without(understood, ("price_krw", "gtin")),
        core=letters_of(_without(understood, _BESIDE, wording=True)),
        approximate=understood.approximate,
    )


def goods_from(fields: Mapping[str, object]) -> Goods:
    """The same from a mapping with the names of `Goods` and ``origin_country``, ``category_slug``; or the JSON form.

    ``text`` (also ``title`` or ``line``) is the item's full name as written: 까르보불닭볶음면 tells what its fields may not.

    Unknown keys are passed over, absent and null ones are None. ``origin`` is the words, ``origin_country`` the ISO
    code where it is known. `ValueError` for an amount that is no number or below zero.
    """
    details = fields.get("details")
    every = {**(details if isinstance(details, Mapping) else {}), **fields}
    text = next(filter(None, (_text(every.get(key)) for key in ("text", "title", "line"))), "")
    return Goods(
        name=_text(every.get("name")),
        variety=_text(every.get("variety")),
        brand=_text(every.get("brand")),
        origin=origin_class(_text(every.get("origin")), _text(every.get("origin_country")) or ""),
        grade=_grade(_text(every.get("grade"))),
        state=_text(every.get("state")),
        size=_size(_text(every.get("size"))),
        net_g=_number(every.get("net_g")),
        net_ml=_number(every.get("net_ml")),
        count=_whole(every.get("count")),
        pack_count=_whole(every.get("pack_count")),
        gtin=gtin_of(_text(every.get("gtin"))),
        category=_text(every.get("category_slug")),
        rest=_text(every.get("rest")) or "",
        text=text,
        core=_text(every.get("core")) or _core_of(every, text),
        approximate=every.get("approximate") is True,
        variable_measure=every.get("variable_measure") is True,
    )


def _core_of(fields: Mapping[str, object], text: str) -> str:
    if text:
        return goods_of(understand(text)).core
    parts = (_text(fields.get(key)) for key in ("variety", "name", "rest"))
    return letters_of(" ".join(dict.fromkeys(filter(None, parts))))


def record_of(goods: Goods | Understood) -> Record:
    """The record that `jangteo.engines.pairing` reads."""
    if isinstance(goods, Understood):
        goods = goods_of(goods)
    net = [f"{goods.net_g:g}g"] if goods.net_g else []
    net += [f"{goods.net_ml:g}ml"] if goods.net_ml else []
    parts = (goods.brand, goods.variety, goods.name, goods.rest)
    reading = " ".join(dict.fromkeys(part for part in parts if part))
    category = goods.category or ""
    made = {
        "title": goods.text or reading, "reading": reading,
        "name": goods.name, "variety": goods.variety, "brand": goods.brand, "rest": goods.rest,
        "origin": goods.origin, "grade": goods.grade, "state": goods.state, "size": goods.size,
        "net": " ".join(net), "packs": str(goods.pack_count or ""),
        "count": str(goods.count or ""), "category": category, "shelf": " ".join(shelf_of(category)[:2]),
    }  # fmt: skip
    return {key: value for key, value in made.items() if value}


@lru_cache(maxsize=1)
def _shelves() -> dict[str, tuple[str, ...]]:
    return {slug: category.path for slug, category in lexicon().categories.items()}


def shelf_of(category: str | None) -> tuple[str, ...]:
    """The Korean path of a category's slug, () when it is unknown."""
    return _shelves().get(category or "", ())


def origin_class(words: str | None, country: str = "") -> str | None:
    """Country, `IMPORTED`, `DEEP_SEA` or None of an origin as written and its ISO country."""
    if country:
        return country.upper()
    if not words:
        return None
    if "원양" in words:
        return DEEP_SEA
    if any(word in words for word in ("수입", "외국")):
        return IMPORTED
    return HOME if any(word in words for word in ("국산", "국내", "연근해")) else None


def gtin_of(digits: str | None) -> str | None:
    """A valid GTIN in 14 digits; None for another, and for numbers a shop gives itself.

    Restricted circulation numbers (GS1 General Specifications, 1.4: GTIN-13 from 02, 04 and 20 to 29, GTIN-8 from 0
    and 2) mean other goods in another shop.
    """
    if digits is None or not is_gtin(digits):
        return None
    if len(digits) == 8 and digits[0] in "02":
        return None
    full = digits.zfill(14)
    return None if len(digits) > 8 and full[1:3] in _RESTRICTED else full


_RESTRICTED = {"02", "04", *(str(n) for n in range(20, 30))}


def _rest(understood: Understood) -> str:
    """Words of the line outside every field, less words of selling."""
    letters = list(understood.line)
    found = [*understood.fields.values(), *filter(None, (understood.use, understood.size))]
    for one in found:
        letters[one.start : one.end] = " " * (one.end - one.start)
    words = _LETTERS.findall("".join(letters))
    return " ".join(w for w in words if not _WORDING.match(w))


#: fields that do not say what the thing is called
_BESIDE = (
    "price_krw", "gtin", "brand", "origin", "grade", "state", "storage", "net_g", "net_ml", "count",
    "pack_count", "total_g", "total_ml",
)  # fmt: skip


def _without(understood: Understood, names: tuple[str, ...], *, wording: bool = False) -> str:
    """The line less the characters of some fields, and less words of selling."""
    letters = list(understood.line)
    fields = understood.fields
    found = [fields[name] for name in names if name in fields]
    kept = [fields[name] for name in ("name", "variety") if name in fields]
    if wording:
        found += [one for one in (understood.use, understood.size) if one is not None]
    for one in found:
        # a state that follows from the name stands where the name stands
        if not any(one.start < k.end and k.start < one.end for k in kept):
            letters[one.start : one.end] = " " * (one.end - one.start)
    text = " ".join("".join(letters).split())
    if not wording:
        return text
    return " ".join(word for word in _LETTERS.findall(text) if not _WORDING.match(word))


def letters_of(text: str) -> str:
    """Letters and digits in lower case, nothing between them."""
    return tokens.compact(tokens.clean(text))


def _grade(grade: str | None) -> str | None:
    return _GRADE.sub("", grade) or grade if grade else None


def _size(size: str | None) -> str | None:
    """대, 大자 and L are one size."""
    if size is None:
        return None
    short = size.lower().removesuffix("자") or size
    return _SIZES.get(short, short)


def _text(value: object) -> str | None:
    return str(value).strip() or None if value is not None else None


def _number(value: object) -> float | None:
    if value is None or value == "":
        return None
    number = float(str(value))
    if not 0 <= number < float("inf"):
        raise ValueError("an amount must be a number that is not below zero")
    return number or None


def _whole(value: object) -> int | None:
    number = _number(value)
    return None if number is None else int(number)
