"""Is it unprocessed food, free of value-added tax, or not? A suggestion for the owner, never a decision of law.

부가가치세법 제26조 제1항 제1호, 시행령 제34조, 시행규칙 별표 1: food that is raw or only cut, dried, frozen, salted or
milled is exempt; seasoned, cooked and mixed food is taxed. 김치, 두부, 젓갈, 장류 ... depend on how they are packed and on
clauses that run out, so those are asked, and so is every name the table does not know.

A Korean noun phrase ends with what it is (설향딸기 is 딸기, 딸기잼 is 잼): raw goods are known by the end of the name, and
only when no word of processing stands anywhere in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from jangteo.apps.catalog.models import Tax
from jangteo.platform.josa import josa
from jangteo.platform.text import fold

_TABLES = Path(__file__).with_name("tax_words.txt")


def _read_tables() -> dict[str, list[str]]:
    """The words below each ``[heading]``, longest first."""
    tables: dict[str, list[str]] = {}
    words: list[str] = []
    for line in _TABLES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            words = tables.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            words += map(fold, line.split())
    return {name: sorted(set(words), key=lambda w: (-len(w), w)) for name, words in tables.items()}


_MOST_FIRST = _read_tables()
#: what may follow the goods' own name: size, grade, amount, use
_UNIT = r"(?:kg|g|ml|l|근|단|개|마리|봉지?|박스|상자|망|포기?|통|팩|모|판|손|두름|톳|접|송이|구|입|장|미|수|묶음)"
_AFTER = re.compile(
    rf"(?:\([^)]*\)|\[[^\]]*\]|\d[\d.,~/x×*]*\s*{_UNIT}?|\s(?:한|두|세|네|반|다섯)\s?{_UNIT}"
    r"|\s(?:특|상|중|하|대|소|왕|최상품?|국산|국내산|수입산?|상자|박스|망|봉지|냉동|냉장|생물|손질|순살|필레|굵은 것|고운 것|다진 ?것|슬라이스)|\s)+$",
    re.IGNORECASE,
)
#: words of use that would look like a cooked dish: 구이용 삼겹살 is raw meat
_USE = re.compile(
    r"(볶음탕|구이|불고기|수육|볶음|조림|튀김|찜|탕|찌개|국거리|제육|무침|부침|전골|샤브)용"
)

#: categories whose plain goods are unprocessed food
RAW_CATEGORIES = frozenset(
    [
        "leafy",
        "roots",
        "aromatics",
        "fruitveg",
        "vegetable",
        "vegetables",
        "fruit",
        "fruits",
        "pork",
        "beef",
        "chicken",
        "meat",
        "eggs",
        "fish",
        "shellfish",
        "seafood",
        "grain",
        "grains",
    ]
)


@dataclass(frozen=True, kw_only=True, slots=True)
class TaxGuess:
    """A suggestion and the word that made it; ``tax`` None: only the owner can say."""

    tax: str | None
    word: str
    why_ko: str
    why_en: str


def suggest_tax(name: str, category_slug: str = "") -> TaxGuess:
    """Exempt, taxed, or a question, for goods of this name (and the category their owner chose)."""
    bare = fold(_USE.sub("", name))
    named = _USE.sub("", _AFTER.sub("", name.strip())).split()
    # goods of one letter stand alone as the last word: 나주 배, 흙 무
    head = fold(named[-1]) if named and len(fold(named[-1])) == 1 else fold("".join(named))
    asked = _within(bare, "ask")
    taxed = _within(bare, "taxed")
    raw = _raw_head(head)
    if raw and ((asked and asked in raw) or (taxed and taxed in raw)) and bare.endswith(raw):
        asked = taxed = ""
    if taxed and len(taxed) >= len(asked):
        return TaxGuess(
            tax=Tax.TAXED,
            word=taxed,
            why_ko=f"'{taxed}'{josa(taxed, '이/가')} 들어 있어 가공식품(과세)으로 봤어요.",
            why_en=f"'{taxed}' in the name suggests processed goods (taxed).",
        )
    if asked:
        return TaxGuess(
            tax=None,
            word=asked,
            why_ko=f"'{asked}'{josa(asked, '은/는')} 포장과 만든 방법에 따라 달라요.",
            why_en=f"'{asked}' depends on how it is packed and made.",
        )
    if raw:
        return TaxGuess(
            tax=Tax.EXEMPT,
            word=raw,
            why_ko=f"'{raw}'{josa(raw, '은/는')} 가공하지 않은 식품(면세)으로 봤어요.",
            why_en=f"'{raw}' suggests unprocessed food (exempt).",
        )
    if category_slug in RAW_CATEGORIES:
        return TaxGuess(
            tax=Tax.EXEMPT,
            word="",
            why_ko="고른 분류가 가공하지 않은 식품이라 면세로 봤어요.",
            why_en="The chosen category is unprocessed food (exempt).",
        )
    return TaxGuess(
        tax=None,
        word="",
        why_ko="이름만으로는 알 수 없어요.",
        why_en="The name alone does not tell.",
    )


def _raw_head(head: str) -> str:
    """The raw goods a name ends with. One-letter words must be all of it: 담배 is no 배."""
    for word in _MOST_FIRST["raw"]:
        if head == word or (len(word) > 1 and head.endswith(word)):
            return word
    return ""


def _within(bare: str, table: str) -> str:
    """The longest word of the table in the name; one-letter words only at its end."""
    for word in _MOST_FIRST[table]:
        if len(word) == 1:
            if bare.endswith(word) and len(bare) > 1:
                return word
        elif word in bare:
            return word
    return ""
