"""What a text may say: the confirmed fields of goods and of a stall, and nothing that was only guessed.

Confirmed is what the stall itself said (its goods' own fields and label) and what a person or a barcode said of the
standard product. Whatever else was read out of a line stays out until somebody says yes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from jangteo.apps.catalog.items.resolving import current
from jangteo.apps.catalog.models import Item, Offer, StallDesk, WrittenText
from jangteo.apps.markets.info import MarketInfo, market_by_id
from jangteo.apps.markets.models import Stall
from jangteo.engines.copywriting import Facts, Kind, Problem
from jangteo.platform.josa import josa

#: kinds that stand on a page of the market once published; the others are copied by hand
SHOWN = frozenset({WrittenText.Kind.PRODUCT, WrittenText.Kind.STALL, WrittenText.Kind.SOLD_OUT})
ABOUT_GOODS = frozenset(
    {WrittenText.Kind.PRODUCT, WrittenText.Kind.SOLD_OUT, WrittenText.Kind.SOCIAL}
)
ENGLISH = frozenset({WrittenText.Kind.PRODUCT, WrittenText.Kind.STALL})
#: as long as `Offer.description` may be
MOST_CHARS = 2000

_KINDS = {
    WrittenText.Kind.PRODUCT: Kind.PRODUCT,
    WrittenText.Kind.STALL: Kind.STALL,
    WrittenText.Kind.SOLD_OUT: Kind.SOLD_OUT,
    WrittenText.Kind.REVIEW_REPLY: Kind.REVIEW_REPLY,
    WrittenText.Kind.SOCIAL: Kind.SOCIAL,
}
#: of an item's provenance: sources that are somebody's word, not a reading of a line
_CONFIRMED_BY = frozenset({"person", "owner", "office", "gtin", "label", "merge", "edit"})
_MOST_GOODS = 5
_WEEKDAYS = ("월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일")

#: field of `Facts` -> what a stall owner calls it
WORDS: Mapping[str, tuple[str, str]] = {
    "name": ("이름", "name"),
    "variety": ("품종", "variety"),
    "brand": ("브랜드", "brand"),
    "origin": ("원산지", "origin"),
    "grade": ("등급", "grade"),
    "state": ("상태", "state"),
    "net_g": ("무게", "weight"),
    "net_ml": ("용량", "volume"),
    "count": ("개수", "pieces"),
    "count_unit": ("세는 말", "counted in"),
    "pack_count": ("묶음 수", "packs"),
    "unit": ("파는 단위", "selling unit"),
    "price_krw": ("값", "price"),
    "storage": ("보관", "storage"),
    "uses": ("용도", "use"),
    "claims": ("인증", "certification"),
    "allergens": ("알레르기", "allergens"),
    "ingredients": ("원재료", "ingredients"),
    "use_by_days": ("먹는 때", "use-by"),
    "arrived_today": ("오늘 들어옴", "in today"),
    "season": ("제철", "season"),
    "stall_name": ("가게 이름", "stall"),
    "stall_known_for": ("가게 소개말", "known for"),
    "since_year": ("문 연 해", "since"),
    "stall_goods": ("파는 것", "goods sold"),
    "hours": ("여는 시간", "hours"),
    "closed": ("쉬는 날", "closed"),
    "market_name": ("시장", "market"),
    "market_place": ("동네", "town"),
    "pickup": ("찾아가기", "pickup"),
    "pickup_place": ("찾는 곳", "pickup place"),
    "back_words": ("다시 들어오는 때", "back on"),
    "instead": ("대신 살 것", "instead"),
}


def engine_kind(kind: str) -> Kind:
    """The engine's word for a `WrittenText.Kind`."""
    return _KINDS[WrittenText.Kind(kind)]


def facts_of(
    offer: Offer, kind: str, *, language: str = "ko", is_today: bool = False
) -> dict[str, Any]:
    """The confirmed fields of goods as `Facts.to_json` gives them. Needs ``item`` and ``stall`` or loads them.

    The price stands beside every product text, so only a social post says it. ``is_today``: they came in today, which
    a text that stays must not say.
    """
    item = current(offer.item) if offer.item is not None else None
    fields = _confirmed(item)
    label = offer.label
    english = language == "en"
    is_post = kind == WrittenText.Kind.SOCIAL
    facts = Facts(
        name=(offer.name_en if english else "") or offer.name,
        variety=_text(fields, "variety"),
        brand=_text(fields, "brand"),
        origin=offer.origin or _text(label, "origin") or _text(fields, "origin"),
        grade=_text(fields, "grade"),
        state=_text(fields, "state"),
        net_g=None if offer.is_weighed else offer.net_g,
        net_ml=offer.net_ml,
        count=offer.pieces,
        unit=offer.unit,
        price_krw=offer.price_krw if is_post else None,
        # "room" is what the column begins with, nobody need have said it
        storage=offer.storage if offer.storage != "room" else "",
        uses=_words(fields, "use"),
        claims=_words(label, "certification") or _words(fields, "certification"),
        season=_words(fields, "season"),
        allergens=tuple(part.strip() for part in offer.allergens.split(",") if part.strip()),
        ingredients=(),
        use_by_days=offer.use_by_days,
        arrived_today=True if is_post and is_today else None,
        stall_name=_stall_name(offer.stall, english),
        market_name=_market_name(market_by_id(offer.market_id), english) if is_post else "",
        instead=_instead(offer) if kind == WrittenText.Kind.SOLD_OUT else (),
    )
    return facts.to_json()


def facts_of_stall(stall: Stall, *, language: str = "ko") -> dict[str, Any]:
    """The confirmed fields of a stall and its market. One query for its goods."""
    market = market_by_id(stall.market_id)
    english = language == "en"
    goods = Offer.objects.filter(market_id=stall.market_id, stall=stall).exclude(
        state__in=Offer.UNSEEN
    )
    names = goods.order_by("position", "name", "id").values_list("name", "name_en")[:_MOST_GOODS]
    known = (stall.known_for_en or stall.known_for) if english else stall.known_for
    facts = Facts(
        stall_name=_stall_name(stall, english),
        stall_known_for=known,
        since_year=stall.since_year,
        stall_goods=tuple(dict.fromkeys((en if english else "") or ko for ko, en in names)),
        hours=_hours(stall.opens_at or market.opens_at, stall.closes_at or market.closes_at),
        closed=", ".join(_WEEKDAYS[n] for n in stall.closed_weekdays if 0 <= n < 7),
        market_name=_market_name(market, english),
        pickup=True if market.pickup_enabled and market.hub_name else None,
        pickup_place=market.hub_name if market.pickup_enabled else "",
    )
    return facts.to_json()


def facts_for_review(stall: Stall, *, language: str = "ko") -> dict[str, Any]:
    """What a reply to a review may say of the stall: its name and its market. The review itself comes apart."""
    english = language == "en"
    return Facts(
        stall_name=_stall_name(stall, english),
        market_name=_market_name(market_by_id(stall.market_id), english),
    ).to_json()


def facts_for(
    kind: str, stall: Stall, offer: Offer | None, *, language: str = "ko", is_today: bool = False
) -> dict[str, Any]:
    """The facts of any kind of text. ``offer`` None for texts of the stall itself."""
    if offer is not None:
        return facts_of(offer, kind, language=language, is_today=is_today)
    if kind == WrittenText.Kind.REVIEW_REPLY:
        return facts_for_review(stall, language=language)
    return facts_of_stall(stall, language=language)


def used_facts(facts: Mapping[str, Any], used: tuple[str, ...] | list[str]) -> dict[str, Any]:
    """The facts a text says, without what a stranger wrote."""
    return {key: facts[key] for key in used if key in facts and not key.startswith("review")}


def changed_words(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The fields of ``before`` that are otherwise now: key and a sentence in Korean and English."""
    found = []
    for key, value in before.items():
        if now.get(key) != value:
            ko, en = WORDS.get(key, (key, key))
            found.append(
                (
                    key,
                    f"글에 적힌 {ko}{josa(ko, '이/가')} 달라졌어요.",
                    f"The {en} said in the text has changed.",
                )
            )
    return found


def words_of(facts: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """For people: (Korean label, English label, value) of each field, in the order of the facts."""
    return [(*WORDS.get(key, (key, key)), _shown(key, value)) for key, value in facts.items()]


def _shown(key: str, value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    if value is True:
        return "○"
    match key:
        case "net_g":
            return f"{value:,}g"
        case "net_ml":
            return f"{value:,}ml"
        case "price_krw":
            return f"{value:,}원"
        case "use_by_days":
            return f"{value}일"
        case "storage" | "state":
            return _STATES.get(str(value), str(value))
        case _:
            return str(value)


_STATES = {
    "room": "실온", "chilled": "냉장", "frozen": "냉동",
    "fresh": "생것", "dried": "말린 것", "processed": "가공한 것",
}  # fmt: skip


def _confirmed(item: Item | None) -> dict[str, Any]:
    if item is None:
        return {}
    return {
        key: value
        for key, value in item.fields.items()
        if item.provenance.get(key, {}).get("source") in _CONFIRMED_BY
    }


def _text(fields: Mapping[str, Any], key: str) -> str:
    value = fields.get(key)
    return value.strip() if isinstance(value, str) else ""


def _words(fields: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = fields.get(key)
    parts = value if isinstance(value, list) else str(value or "").split(",")
    return tuple(part.strip() for part in parts if part.strip())


def _stall_name(stall: Stall, english: bool) -> str:
    return (stall.name_en if english else "") or stall.name


def _market_name(market: MarketInfo, english: bool) -> str:
    return (market.name_en if english else "") or market.name


def _hours(opens_at: time, closes_at: time) -> str:
    return f"{opens_at:%H:%M}-{closes_at:%H:%M}"


def _instead(offer: Offer) -> tuple[str, ...]:
    """Goods of the same stall and category that are on sale."""
    if offer.category_id is None:
        return ()
    others = Offer.objects.filter(
        market_id=offer.market_id,
        stall_id=offer.stall_id,
        category_id=offer.category_id,
        state=Offer.State.ON_SALE,
    ).exclude(pk=offer.pk)
    return tuple(others.order_by("position", "id").values_list("name", flat=True)[:2])


def desk_of(market_id: int, stall_id: int) -> StallDesk | None:
    """What the stall's owner decided about her texts; None: nothing yet."""
    return StallDesk.objects.filter(market_id=market_id, stall_id=stall_id).first()


def stall_with_desk(market_id: int, stall_id: int) -> Stall:
    """The stall with its market and, where there is one, its ``desk``. One query."""
    rows = Stall.objects.select_related("market", "desk")
    return rows.get(market_id=market_id, pk=stall_id)


def others_of(market_id: int, stall_id: int) -> list[str]:
    """Names of the market's other stalls, which a text must not name. One query."""
    rows = Stall.objects.filter(market_id=market_id, is_active=True).exclude(pk=stall_id)
    return [name for name in rows.order_by("id").values_list("name", flat=True) if len(name) > 2]


def as_kept(problem: Problem) -> dict[str, Any]:
    """A problem as it is kept with a text."""
    return {
        "kind": str(problem.kind),
        "start": problem.start,
        "end": problem.end,
        "said": problem.said,
        "ko": problem.ko,
        "en": problem.en,
    }
