"""What goods must say before they may be listed, as data: each rule with its statute and its remedy in words.

A rule demands as little as the law does: every demand costs a stall owner a question. Sources: 농수산물의 원산지 표시 등에 관한
법률 제5조, 가축 및 축산물 이력관리에 관한 법률 제18조, 식품 등의 표시·광고에 관한 법률 제4조, 계량에 관한 법률 제6조, 전자상거래 등에서의 소비자보호에
관한 법률 제13조. Annexes and ministry notices were not read; what rests on them is only advised (``blocks`` False) and
listed in docs/labelling.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jangteo.apps.catalog.errors import LabelIncomplete
from jangteo.apps.catalog.models import Offer
from jangteo.apps.catalog.publishing.goods import (
    Goods,
    goods_of,
    goods_of_many,
    is_told_only_as_foreign,
)
from jangteo.apps.catalog.publishing.kinds import LabelKind
from jangteo.apps.catalog.standard import FIELDS

ORIGIN = "원산지표시법 제5조"
TRACE = "축산물이력법 제18조"
FOOD = "식품표시광고법 제4조"
MEASURE = "계량법 제6조"
ECOMMERCE = "전자상거래법 제13조"

#: 이력번호, 묶음번호; lenient, as the layouts differ by animal (korea.md: web pages quoting Rules Annex 14)
_TRACE = re.compile(r"\d{12}|L\d{14}")
#: what is printed on an egg's shell: day, farm, housing
_SHELL = re.compile(r"\d{4}[A-Z0-9]{5}[1-4]")
#: units of weight and volume that may only stand beside a legal one (계량법 제6조); counted units such as 단 and 손 may stand alone
_CUSTOMARY = re.compile(
    r"근|관(?![가-힣])|(?<![가-힣])되(?![가-힣])|(?<![가-힣])말(?![가-힣])|홉|돈쭝|냥"
)
_LEGAL = re.compile(r"\d\s*(?:kg|g|mg|t|l|ml|㎏|ｇ|㎖|ℓ|㎎)(?![a-z])", re.IGNORECASE)
_BREEDS = re.compile(r"한우|육우|젖소")
_GRADED = frozenset({"beef-sirloin", "beef-brisket", "beef-rib"})
_GRADES = re.compile(r"1\+{0,2}\s*등급|[23]\s*등급|등외")

FOODS = frozenset(LabelKind) - {
    LabelKind.FLOWER,
    LabelKind.PLANT,
    LabelKind.GOODS,
    LabelKind.UNKNOWN,
}
TRACED = frozenset({LabelKind.BEEF, LabelKind.PORK, LabelKind.POULTRY, LabelKind.EGG})
PREPARED = frozenset({LabelKind.MADE, LabelKind.PACKED})
ONLY_PACKED = frozenset({LabelKind.PACKED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Missing:
    """A field that must (``blocks``) or should be said, by which law, and what to do in two languages."""

    field: str
    law: str
    ko: str
    en: str
    blocks: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """Goods of ``kinds`` need ``field``; ``lacks`` says whether these goods do."""

    field: str
    law: str
    kinds: frozenset[LabelKind]
    lacks: Callable[[Goods], bool]
    ko: str
    en: str
    blocks: bool = True


def _no_trace(goods: Goods) -> bool:
    if goods.kind is LabelKind.EGG and _SHELL.fullmatch(goods.trace_no):
        return False
    if goods.kind in (LabelKind.POULTRY, LabelKind.EGG) and goods.is_imported:
        return False  # imports under the act are beef and pork
    return not _TRACE.fullmatch(goods.trace_no)


def _no_breed(goods: Goods) -> bool:
    told = f"{goods.breed} {goods.origin} {goods.name} {goods.grade}"
    return goods.country == "KR" and not _BREEDS.search(told)


def _no_grade(goods: Goods) -> bool:
    told = f"{goods.grade} {goods.origin} {goods.name}"
    return (
        goods.country == "KR"
        and goods.category_slug in _GRADED
        and not (goods.grade or _GRADES.search(told))
    )


def _no_legal_unit(goods: Goods) -> bool:
    """근, 관, 되 or 말 alone."""
    if goods.net_g or goods.net_ml or goods.is_weighed:
        return False
    return bool(_CUSTOMARY.search(goods.unit)) and not _LEGAL.search(goods.unit)


def _no_country(goods: Goods) -> bool:
    return bool(goods.origin) and not goods.country and is_told_only_as_foreign(goods.origin)


RULES: tuple[Rule, ...] = (
    Rule(
        field="category",
        law=f"{ECOMMERCE} 제2항",
        kinds=frozenset({LabelKind.UNKNOWN}),
        lacks=lambda goods: True,
        ko="어떤 물건인지 골라 주세요. 물건마다 적어야 할 것이 달라요.",
        en="Choose what kind of goods it is: each kind must say something else.",
    ),
    Rule(
        field="origin",
        law=ORIGIN,
        kinds=FOODS | {LabelKind.FLOWER},
        lacks=lambda goods: not goods.origin,
        ko="어디서 난 것인지 알려 주세요. 국산이면 '국산'만 눌러도 돼요.",
        en="Say where it comes from. For Korean goods one tap on “국산” is enough.",
    ),
    Rule(
        field="origin",
        law=ORIGIN,
        kinds=FOODS | {LabelKind.FLOWER},
        lacks=_no_country,
        ko="수입한 것은 나라 이름까지 적어요. 예: 미국산",
        en="Imported goods name the country, such as 미국산 (USA).",
    ),
    Rule(
        field="net_g",
        law=MEASURE,
        kinds=frozenset(LabelKind),
        lacks=_no_legal_unit,
        ko="근, 관, 되, 말 옆에는 g이나 L를 함께 적어요. 몇 g인지 알려 주세요.",
        en="Beside 근, 관, 되 and 말 stands the amount in g or l. Say how many grams.",
    ),
    Rule(
        field="trace_no",
        law=TRACE,
        kinds=TRACED,
        lacks=_no_trace,
        ko="이력번호를 알려 주세요. 들어온 상자나 거래명세서에 있는 숫자 12개예요(묶음은 L과 숫자 14개, 달걀은 껍데기의 10자도 돼요).",
        en="Give the trace number: 12 digits on the box or the invoice (a bundle: L and 14 digits; eggs: the 10 characters on the shell too).",
    ),
    Rule(
        field="breed",
        law=ORIGIN,
        kinds=frozenset({LabelKind.BEEF}),
        lacks=_no_breed,
        ko="국내산 소고기는 한우, 육우, 젖소 가운데 무엇인지 적어요.",
        en="Korean beef says whether it is 한우, 육우 or 젖소.",
    ),
    # the grade follows a ministry notice that was not read: advised only
    Rule(
        field="grade",
        law="소·돼지 식육의 표시방법 고시",
        kinds=frozenset({LabelKind.BEEF}),
        lacks=_no_grade,
        ko="등심, 안심, 채끝, 양지, 갈비는 등급도 적어요.",
        en="Sirloin, tenderloin, brisket and rib also show their grade.",
        blocks=False,
    ),
    Rule(
        field="net_g",
        law=f"{FOOD} 제1항",
        kinds=ONLY_PACKED,
        lacks=lambda goods: (
            not (goods.net_g or goods.net_ml or goods.pieces or _LEGAL.search(goods.unit))
        ),
        ko="포장에 적힌 내용량(g이나 mL)을 알려 주세요.",
        en="Give the net content printed on the pack (g or ml).",
    ),
    Rule(
        field="food_type",
        law=f"{FOOD} 제1항",
        kinds=ONLY_PACKED,
        lacks=lambda goods: not goods.food_type,
        ko="포장에 적힌 '식품유형'을 알려 주세요. 예: 고추장, 과자",
        en="Give the food type printed on the pack, such as 고추장 or 과자.",
    ),
    Rule(
        field="ingredients",
        law=f"{FOOD} 제1항",
        kinds=ONLY_PACKED,
        lacks=lambda goods: not goods.ingredients,
        ko="포장에 적힌 원재료명을 알려 주세요. 많이 든 것 셋은 원산지도 적어요.",
        en="Copy the ingredients from the pack, with the origin of the three largest.",
    ),
    Rule(
        field="ingredients",
        law=f"{FOOD} 제1항",
        kinds=frozenset({LabelKind.MADE}),
        lacks=lambda goods: not goods.ingredients,
        ko="무엇으로 만들었는지 적으면 손님이 안심해요.",
        en="Shoppers like to know what it is made of.",
        blocks=False,
    ),
    Rule(
        field="allergens",
        law=f"{FOOD} 제1항",
        kinds=PREPARED,
        lacks=lambda goods: not goods.allergens,
        ko="알레르기를 일으키는 재료가 들었는지 알려 주세요. 없으면 '없어요'를 눌러 주세요.",
        en="Say which allergens are in it; if there are none, tap “없어요” (none).",
    ),
    Rule(
        field="use_by_days",
        law=f"{FOOD} 제1항",
        kinds=PREPARED,
        lacks=lambda goods: not (goods.use_by_days or goods.use_by_text),
        ko="소비기한을 알려 주세요. 받은 날부터 며칠인지, 또는 포장에 적힌 날이에요.",
        en="Give the use-by: how many days from receipt, or the date on the pack.",
    ),
    Rule(
        field="maker",
        law=f"{FOOD} 제1항",
        kinds=ONLY_PACKED,
        lacks=lambda goods: not (goods.maker or goods.importer),
        ko="누가 만들었는지(수입품은 수입한 곳) 알려 주세요.",
        en="Say who made it (of imported goods: who imported it).",
    ),
    Rule(
        field="maker_address",
        law=f"{FOOD} 제1항",
        kinds=ONLY_PACKED,
        lacks=lambda goods: bool(goods.maker) and not (goods.maker_address or goods.importer),
        ko="만든 곳의 주소를 알려 주세요. 포장 뒤에 있어요.",
        en="Give the maker's address; it stands on the back of the pack.",
    ),
    Rule(
        field="importer",
        law=f"{FOOD} 제1항",
        kinds=ONLY_PACKED,
        # 식품 made abroad: the country of the goods themselves, not of an ingredient of food made here
        lacks=lambda goods: (
            goods.is_imported and "국내" not in goods.origin and not (goods.importer or goods.maker)
        ),
        ko="수입한 곳의 이름과 주소를 알려 주세요.",
        en="Give the importer's name and address.",
    ),
    # 상품 등의 정보제공에 관한 고시 was not read: advised only
    Rule(
        field="maker",
        law=f"{ECOMMERCE} 제2항",
        kinds=frozenset({LabelKind.GOODS}),
        lacks=lambda goods: not (goods.maker or goods.importer),
        ko="만든 곳이나 수입한 곳을 적으면 좋아요.",
        en="It helps to name the maker or importer.",
        blocks=False,
    ),
    Rule(
        field="origin",
        law=f"{ECOMMERCE} 제2항",
        kinds=frozenset({LabelKind.GOODS, LabelKind.PLANT}),
        lacks=lambda goods: not goods.origin,
        ko="만든 나라나 기른 곳을 적으면 좋아요.",
        en="It helps to name the country it was made or grown in.",
        blocks=False,
    ),
)


def missing(goods: Goods) -> tuple[Missing, ...]:
    """What these goods lack and must say before they may be sold; each field once."""
    return _lacking(goods, blocks=True)


def advised(goods: Goods) -> tuple[Missing, ...]:
    """What they would better say, though nothing stops their sale."""
    return _lacking(goods, blocks=False)


def _lacking(goods: Goods, *, blocks: bool) -> tuple[Missing, ...]:
    found: dict[str, Missing] = {}
    for rule in RULES:
        if rule.blocks is blocks and goods.kind in rule.kinds and rule.lacks(goods):
            found.setdefault(
                rule.field,
                Missing(field=rule.field, law=rule.law, ko=rule.ko, en=rule.en, blocks=blocks),
            )
    return tuple(found.values())


def gate(offer: Offer) -> tuple[Missing, ...]:
    """What stops this offer from being put on sale; () when nothing does. Saved or not; a few queries."""
    return missing(goods_of(offer))


def gate_many(offers: Sequence[Offer]) -> list[tuple[Missing, ...]]:
    """`gate` of each of many offers, in a few queries."""
    return [missing(goods) for goods in goods_of_many(offers)]


def field_words(field: str) -> tuple[str, str]:
    """What people call a field, Korean and English."""
    if field == "category":
        return "어떤 물건인지", "what kind of goods it is"
    if field == "use_by_days":
        return "소비기한", "use-by"
    found = FIELDS[field]
    return found.ko, found.en[:1].lower() + found.en[1:]


def refuse(offer: Offer, lacking: Sequence[Missing]) -> None:
    """Raises `LabelIncomplete` when anything is lacking."""
    if lacking:
        words = [field_words(one.field) for one in lacking]
        raise LabelIncomplete(
            name=offer.name,
            what_ko=", ".join(ko for ko, _ in words),
            what_en=", ".join(en for _, en in words),
            fields=[one.field for one in lacking],
        )
