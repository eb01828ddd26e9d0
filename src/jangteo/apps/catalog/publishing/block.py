"""The label as a list of headings and texts, in the order the law names them.

식품표시광고법 제4조 for food, 원산지표시법 제5조 for origin, 축산물이력법 제18조 for the trace number; the product page shows the
same list as the information before a contract (전자상거래법 제13조 제2항).
"""

from __future__ import annotations

from jangteo.apps.catalog.publishing.goods import Goods
from jangteo.apps.catalog.publishing.kinds import LabelKind
from jangteo.apps.catalog.publishing.labelling import FOODS, PREPARED, TRACED
from jangteo.apps.catalog.publishing.listed import Listed, Seller

_STORAGE = {
    "room": ("실온 (그늘지고 서늘한 곳)", "Room temperature, shaded and cool"),
    "chilled": ("냉장 (0~10℃)", "Chilled, 0–10 °C"),
    "frozen": ("냉동 (-18℃ 이하)", "Frozen, -18 °C or below"),
}
_CALL = (
    "부정·불량식품 신고는 국번 없이 1399",
    "Report unsafe food: dial 1399",
)
_NONE_WORDS = frozenset({"없음", "없어요", "none"})


def label_block(listed: Listed, *, language: str = "ko") -> list[tuple[str, str]]:
    """(heading, text) for what is known; nothing stands for what is not. ``language`` "ko" or "en"."""
    en = language.startswith("en")

    def say(ko: str, english: str) -> str:
        return english if en else ko

    food = listed.kind in FOODS
    rows = [
        (
            say("제품명", "Product") if listed.kind in PREPARED else say("품명", "Goods"),
            _name(listed, en=en),
        ),
        (say("식품의 유형", "Food type"), listed.food_type),
        (say("원산지", "Origin"), origin_text(listed)),
        (say("잡은 바다", "Catch area"), listed.catch_area),
        (say("종류·등급·부위", "Breed, grade, cut"), _meat(listed)),
        (say("등급", "Grade"), "" if listed.kind in TRACED else listed.grade),
        (
            say("알 껍데기 표시", "Egg shell code")
            if listed.kind is LabelKind.EGG and len(listed.trace_no) == 10
            else say("이력번호", "Trace number"),
            listed.trace_no,
        ),
        (say("내용량", "Net content"), amount_text(listed, en=en)),
        (say("원재료명", "Ingredients"), listed.ingredients),
        (say("알레르기 유발물질", "Allergens"), _allergens(listed.allergens, en=en)),
        (say("영양성분", "Nutrition"), listed.nutrition),
        (say("유전자변형식품", "Genetically modified"), _gmo(listed, en=en)),
        (say("소비기한", "Use by"), use_by_text(listed, en=en)),
        (
            say("보관 방법", "Storage"),
            (listed.storage_note or _STORAGE[listed.storage][en]) if food else "",
        ),
        (say("제조원", "Maker"), ", ".join(filter(None, (listed.maker, listed.maker_address)))),
        (say("수입원", "Importer"), listed.importer),
        (
            say("만든 곳", "Made by"),
            made_by(listed.seller) if listed.kind is LabelKind.MADE else "",
        ),
        (say("품목보고번호", "Product report no."), listed.report_no),
        (say("인증", "Certification"), _joined(listed.certification, listed.certification_no)),
        (say("바코드", "Barcode"), listed.gtin.lstrip("0") if listed.gtin else ""),
        (say("주의 사항", "Cautions"), listed.cautions),
        (
            say("세금", "Tax"),
            say("면세", "Free of VAT")
            if listed.tax == "exempt"
            else say("과세 (부가세 포함)", "VAT included"),
        ),
        (say("신고", "Reports"), _CALL[en] if listed.kind in PREPARED else ""),
    ]
    return [(heading, text) for heading, text in rows if text]


def seller_block(seller: Seller, *, language: str = "ko") -> list[tuple[str, str]]:
    """Who sells it: trade name, representative, numbers, telephone, address; what is known."""
    en = language.startswith("en")
    rows = [
        ("Trade name" if en else "상호", seller.trade_name),
        ("Representative" if en else "대표자", seller.representative),
        ("Business number" if en else "사업자등록번호", seller.business_number),
        ("Mail-order number" if en else "통신판매업 신고번호", seller.mail_order_number),
        ("Telephone" if en else "전화", seller.phone),
        ("Address" if en else "주소", seller.address),
    ]
    return [(heading, text) for heading, text in rows if text]


def made_by(seller: Seller) -> str:
    """The stall as the maker of what it makes itself."""
    return ", ".join(filter(None, (seller.trade_name, seller.address)))


def origin_text(goods: Goods) -> str:
    """The origin as a label says it."""
    return goods.origin


def amount_text(goods: Goods, *, en: bool = False) -> str:
    """The legal amount first, the seller's own unit beside it (계량법 제6조): 600g (한 근)."""
    if goods.is_weighed:
        return "By weight, price for 100 g" if en else "무게를 달아 팝니다 (100g 값)"
    amount = _grams(goods.net_g) or _millilitres(goods.net_ml)
    if not amount:
        return goods.unit
    packs = f" × {goods.pack_count}" if goods.pack_count and goods.pack_count > 1 else ""
    if not goods.unit or amount.lower() in goods.unit.lower().replace(" ", ""):
        return f"{amount}{packs}"
    return f"{amount}{packs} ({goods.unit})"


def use_by_text(goods: Goods, *, en: bool = False) -> str:
    """As printed, or so many days from receipt; "" for goods that need none and have none."""
    if goods.use_by_text:
        return goods.use_by_text
    if not goods.use_by_days or goods.kind in (LabelKind.FLOWER, LabelKind.PLANT, LabelKind.GOODS):
        return ""
    days = goods.use_by_days
    return f"Within {days} day{'s' * (days > 1)} of receipt" if en else f"받은 날부터 {days}일 안"


def _name(listed: Listed, *, en: bool) -> str:
    name = listed.name_en if en and listed.name_en else listed.name
    told = [word for word in (listed.brand, listed.variety) if word and word not in name]
    return " ".join([*told[:1], name, *(f"({word})" for word in told[1:])])


def _meat(listed: Listed) -> str:
    if listed.kind not in TRACED:
        return ""
    return " · ".join(dict.fromkeys(filter(None, (listed.breed, listed.grade, listed.part))))


def _allergens(text: str, *, en: bool) -> str:
    if text.strip().lower() in _NONE_WORDS:
        return "None" if en else "없음"
    return text


def _gmo(listed: Listed, *, en: bool) -> str:
    if listed.is_gmo is None:
        return ""
    if listed.is_gmo:
        return "Contains GM ingredients" if en else "유전자변형 원료 포함"
    return "No" if en else "해당 없음"


def _joined(first: str, second: str) -> str:
    return f"{first} ({second})" if first and second else first or second


def _grams(net_g: int | None) -> str:
    if not net_g:
        return ""
    return f"{net_g / 1000:g}kg" if net_g >= 1000 and net_g % 100 == 0 else f"{net_g:,}g"


def _millilitres(net_ml: int | None) -> str:
    if not net_ml:
        return ""
    return f"{net_ml / 1000:g}L" if net_ml >= 1000 and net_ml % 100 == 0 else f"{net_ml:,}mL"
