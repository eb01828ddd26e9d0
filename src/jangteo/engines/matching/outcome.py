"""The fields of a line from its words and amounts; what is below the bar becomes a question."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from jangteo.engines.matching.amounts import Amounts
from jangteo.engines.matching.lexicon import Category
from jangteo.engines.matching.named import Named, Piece
from jangteo.engines.matching.noise import Noise
from jangteo.engines.matching.prices import PriceReading
from jangteo.engines.matching.quantities import Quantity
from jangteo.engines.matching.questions import ask
from jangteo.engines.matching.records import Ask, Found, Understood, Value
from jangteo.engines.matching.text import Folded

#: below it a field is null and asked; set on the development lines
BAR = 0.8
_EXEMPT = {"exempt": True, "taxed": False}
_ALLERGENS: Mapping[str, tuple[str, ...]] = {
    "달걀": ("달걀", "계란", "메추리알", "유정란"),
    "우유": ("우유", "치즈", "버터", "요거트", "요구르트", "생크림"),
    "메밀": ("메밀",),
    "땅콩": ("땅콩",),
    "대두": ("두부", "된장", "간장", "두유", "콩", "청국장", "메주"),
    "밀": ("밀가루", "국수", "소면", "라면", "우동", "칼국수", "빵", "만두", "부침가루"),
    "고등어": ("고등어",),
    "게": ("꽃게", "대게", "홍게", "게장", "킹크랩"),
    "새우": ("새우",),
    "돼지고기": ("돼지", "삼겹살", "목살", "한돈", "족발", "베이컨", "햄"),
    "복숭아": ("복숭아",),
    "토마토": ("토마토", "케첩"),
    "호두": ("호두",),
    "닭고기": ("닭", "치킨"),
    "쇠고기": ("소고기", "쇠고기", "한우", "육우"),
    "오징어": ("오징어",),
    "조개류": ("조개", "바지락", "굴소스", "생굴", "전복", "홍합", "꼬막", "가리비"),
    "잣": ("잣",),
}
_MEAT = frozenset(["돼지고기", "소고기", "닭·오리"])
_FISH = frozenset(["생선", "조개·오징어·새우"])
_WEIGHED = _MEAT | _FISH
_FRESH = frozenset(["채소", "과일·견과"])
_FRESH_BRANDS = frozenset(
    [
        "제스프리",
        "돌",
        "델몬트",
        "썬키스트",
        "스위티오",
        "치키타",
        "농협",
        "풀무원",
        "초록마을",
        "한살림",
        "자연드림",
        "올가",
        "곰곰",
        "피코크",
        "노브랜드",
    ]
)
#: goods whose 특 or 상 is a grade
_GRADED = frozenset(["채소", "과일·견과", "축산", "수산", "곡물·가루·기름"])


def put_together(
    folded: Folded,
    named: Named,
    category: Category | None,
    amounts: Amounts,
    price: PriceReading,
    noise: Noise,
    grade: Piece | None,
) -> Understood:
    """One ``Understood`` from all that was read."""
    fields: dict[str, Found] = {}
    asks: list[str] = []
    certain_name = named.name is not None and named.name.confidence >= BAR and not named.several
    if not certain_name:
        asks.append("names" if named.several else "name")
        category = (
            None if named.several and named.name and named.name.confidence < 0.55 else category
        )
    if category is not None and category.path[0] not in _GRADED:
        named.size, named.grade = named.size or named.grade, None
    _words(folded, named, grade, certain_name, fields, asks)
    _nature(folded, named, category, certain_name, fields, asks)
    _numbers(folded, amounts, price, noise, category, fields, asks)
    return Understood(
        line=folded.raw,
        fields=fields,
        asks=tuple(_questions(asks)),
        category=category.path if category else (),
        category_slug=category.slug if category else "",
        sample_slug=category.sample_slug if category else "",
        unit_price_krw_100g=_unit_price(fields, price),
        use=_found(folded, named.use),
        size=_found(folded, named.size),
        marks=tuple(dict.fromkeys(named.marks)),
        allergens=_allergens(folded.text, category),
        origin_country=named.origin_iso if "origin" in fields else "",
        approximate=amounts.approximate,
    )


def _questions(codes: list[str]) -> list[Ask]:
    return [ask(code) for code in dict.fromkeys(codes)]


def _found(folded: Folded, piece: Piece | None, value: Value | None = None) -> Found | None:
    if piece is None:
        return None
    start, end = folded.span(piece.start, piece.end)
    return Found(piece.value if value is None else value, piece.confidence, start, end)


def _words(
    folded: Folded,
    named: Named,
    grade: Piece | None,
    certain_name: bool,
    fields: dict[str, Found],
    asks: list[str],
) -> None:
    pieces = {
        "name": named.name if certain_name else None,
        "variety": named.variety if certain_name else None,
        "brand": named.brand,
        "origin": named.origin,
        "grade": grade or named.grade,
    }
    for field, piece in pieces.items():
        found = _found(folded, piece)
        if found is not None and found.confidence >= BAR:
            fields[field] = found
    if named.origin_kind == "import":
        asks.append("origin_import")
    elif named.origin_kind == "several":
        asks.append("origin")


def _nature(
    folded: Folded,
    named: Named,
    category: Category | None,
    certain_name: bool,
    fields: dict[str, Found],
    asks: list[str],
) -> None:
    """State, tax and storage: what the line says, else what such goods are."""
    if category is None:
        return
    source = named.name or Piece("", 0.0, 0, 0)
    item = named.item
    state, tax, storage = category.state, category.tax_exempt, category.storage
    if item is not None:
        state = _override(item.state, state)
        storage = _override(item.storage, storage)
        if item.tax:
            tax = _EXEMPT.get(item.tax)
    said = {p.value: p for p in named.states}
    evidence = {"state": source, "storage": source, "tax_exempt": source}
    food = category.path[0] not in ("생활용품", "의류·잡화", "꽃·식물")
    if food:
        state, tax, storage = _said(said, category, state, tax, storage, evidence)
    surface = folded.text[source.start : source.end]
    if food and not state and surface.startswith(("생", "활")) and category.path[1] in _WEIGHED:
        state = "fresh"
    if food and "다진" in surface and storage == "frozen" and "frozen" not in said:
        state = storage = ""
    if named.brand and category.path[0] in _FRESH and named.brand.value not in _FRESH_BRANDS:
        # 펭귄 복숭아 is more likely a can than a peach
        state, tax, storage = "", None, ""
    confidence = 0.93 if certain_name else 0.5
    for field, value in (("state", state), ("storage", storage)):
        piece = evidence[field]
        if value and value != "-" and confidence >= BAR:
            start, end = folded.span(piece.start, piece.end)
            fields[field] = Found(value, confidence, start, end)
    if tax is not None and confidence >= BAR:
        start, end = folded.span(evidence["tax_exempt"].start, evidence["tax_exempt"].end)
        fields["tax_exempt"] = Found(tax, confidence, start, end)
    elif food or category.path[0] == "꽃·식물":
        asks.append("tax_exempt")
    if category.path[1] in _WEIGHED and "state" not in fields and certain_name:
        asks.append("state")


def _override(own: str, default: str) -> str:
    return "" if own == "-" else own or default


def _said(
    said: Mapping[str, Piece],
    category: Category,
    state: str,
    tax: bool | None,
    storage: str,
    evidence: dict[str, Piece],
) -> tuple[str, bool | None, str]:
    """``state``, ``tax`` and ``storage`` of the goods as the words of the line change them."""
    level2 = category.path[1]
    seasoned = "seasoned" in said and level2 in _MEAT
    if seasoned:
        state, tax = "processed", False
        evidence["state"] = evidence["tax_exempt"] = said["seasoned"]
    if "cooked" in said and state != "processed":
        state, tax, storage = "", None, ""
    if "half" in said and state != "processed":
        state, storage = "", ""
    if (
        "dried" in said
        and category.path[0] in ("수산", "채소", "과일·견과")
        and state != "processed"
    ):
        evidence["state"] = said["dried"]
        state, storage = "dried", "room" if category.path[0] == "채소" else ""
    elif "fresh" in said and level2 in _WEIGHED and state != "processed":
        evidence["state"] = evidence["storage"] = said["fresh"]
        state = "fresh"
        storage = (
            "chilled"
            if level2 in _FISH and said["fresh"].end - said["fresh"].start > 1
            else storage
        )
    for word in ("chilled", "frozen"):
        if word in said:
            evidence["storage"] = said[word]
            state = _kept_cold(state, word, level2)
            evidence["state"] = said[word] if state == word else evidence["state"]
            storage = word
    if "room" in said:
        evidence["storage"] = said["room"]
        storage = "room"
    return state, tax, storage


def _kept_cold(state: str, word: str, level2: str) -> str:
    """냉동 makes raw goods frozen; of goods that are processed or dried as well it is the storage."""
    if level2 in _MEAT or state in ("", "fresh", "chilled", "frozen"):
        return word
    return state if state == "dried" or word == "chilled" else ""


def _numbers(
    folded: Folded,
    amounts: Amounts,
    price: PriceReading,
    noise: Noise,
    category: Category | None,
    fields: dict[str, Found],
    asks: list[str],
) -> None:
    values: tuple[tuple[str, int | float | None, tuple[Quantity, ...]], ...] = (
        ("net_g", amounts.net_g, amounts.net_from),
        ("net_ml", amounts.net_ml, amounts.net_from),
        ("count", amounts.count, amounts.count_from),
        ("pack_count", amounts.pack_count, amounts.pack_from or amounts.net_from),
    )
    for field, value, sources in values:
        if value is not None:
            span = _span(folded, sources, noise, price)
            fields[field] = Found(
                value, 0.9 if amounts.approximate and field.startswith("net") else 0.97, *span
            )
    for net, total in (("net_g", "total_g"), ("net_ml", "total_ml")):
        if net in fields and "pack_count" in fields:
            one, packs = fields[net], fields["pack_count"]
            fields[total] = Found(
                _times(one.value, int(packs.value)),
                min(one.confidence, packs.confidence),
                min(one.start, packs.start),
                max(one.end, packs.end),
            )
    asks += amounts.asks
    if (
        "net_g" not in fields
        and "net_ml" not in fields
        and not _net_asked(amounts.asks)
        and _needs(category)
    ):
        asks.append("net")
    if price.krw is not None:
        fields["price_krw"] = Found(price.krw, 0.97, *folded.span(price.start, price.end))
    else:
        asks += price.asks or ["price"]
    if noise.gtin:
        fields["gtin"] = Found(noise.gtin, 1.0, *folded.span(*noise.gtin_span))
    elif noise.bad_gtin:
        asks.append("gtin")


def _times(net: Value, packs: int) -> int | float:
    total = Decimal(str(net)) * packs
    return int(total) if total == int(total) else float(total)


def _net_asked(codes: list[str]) -> bool:
    return any(code.startswith("net") for code in codes)


def _needs(category: Category | None) -> bool:
    return category is None or category.path[0] not in ("생활용품", "의류·잡화", "꽃·식물")


def _span(
    folded: Folded, sources: tuple[Quantity, ...], noise: Noise, price: PriceReading
) -> tuple[int, int]:
    if sources:
        return folded.span(min(q.start for q in sources), max(q.end for q in sources))
    if price.per is not None:
        return folded.span(*price.per_span)
    return folded.span(*noise.plus_span)


def _unit_price(fields: Mapping[str, Found], price: PriceReading) -> float | None:
    """Won per 100 g or 100 ml: said, else the price over the whole."""
    if price.per is not None:
        won, number, unit = price.per
        size = {"kg": 1000, "g": 1, "l": 1000, "ml": 1}.get(unit)
        if size:
            return round(won * 100 / (number * size), 1)
    whole = fields.get("total_g") or fields.get("total_ml")
    if whole is None or "price_krw" not in fields or not float(whole.value):
        return None
    return round(int(fields["price_krw"].value) * 100 / float(whole.value), 1)


def _allergens(text: str, category: Category | None) -> tuple[str, ...]:
    """Allergens of 식품등의 표시기준 that the line itself names; never a full list."""
    if category is not None and not _needs(category):
        return ()
    return tuple(name for name, words in _ALLERGENS.items() if any(w in text for w in words))
