"""A workbook for SmartStore: the fields of Naver's commerce API, one product a row, and a second sheet of what is left to fill.

Field names and bounds after the commerce API's product schema. What we do not know is listed on the second sheet and left
empty on the first; nothing is made up. The category numbers come from the office's own mapping.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from jangteo.apps.catalog.publishing.block import (
    amount_text,
    label_block,
    made_by,
    use_by_text,
)
from jangteo.apps.catalog.publishing.kinds import LabelKind
from jangteo.apps.catalog.publishing.labelling import missing
from jangteo.apps.catalog.publishing.listed import Listed
from jangteo.apps.catalog.publishing.texts import one_line

COLUMNS = (
    "statusType",
    "saleType",
    "leafCategoryId",
    "name",
    "salePrice",
    "stockQuantity",
    "representativeImage",
    "detailContent",
    "taxType",
    "minorPurchasable",
    "originAreaCode",
    "originAreaContent",
    "importer",
    "sellerManagementCode",
    "sellerBarcode",
    "afterServiceTelephoneNumber",
    "afterServiceGuideContent",
    "productInfoProvidedNoticeType",
    "notice.productName",
    "notice.foodType",
    "notice.producer",
    "notice.location",
    "notice.weight",
    "notice.amount",
    "notice.consumptionDateText",
    "notice.ingredients",
    "notice.keep",
    "notice.adCaution",
    "notice.customerServicePhoneNumber",
    "naverShoppingRegistration",
    "channelProductDisplayStatusType",
)
#: the most SmartStore takes
MOST_PRICE_KRW = 999_999_990
MOST_STOCK = 99_999_999
CHANNEL = "smartstore"


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """One thing the office must fill in before the row can go up."""

    offer_id: int
    name: str
    field: str
    ko: str
    en: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SmartStoreRow:
    """One product by `COLUMNS` and what is left to fill."""

    values: Mapping[str, str | int]
    gaps: tuple[Gap, ...]


def smartstore_row(
    one: Listed, categories: Mapping[str, str], stock: int | None = None
) -> SmartStoreRow:
    """``categories``: our leaf or shelf slug to SmartStore's leaf category. ``stock``: None when the stall does not count."""
    food_general = one.kind in (LabelKind.PACKED, LabelKind.MADE)
    telephone = one.seller.phone
    told: dict[str, str | int] = {
        "statusType": "SALE",
        "saleType": "NEW",
        "leafCategoryId": categories.get(one.category_slug) or categories.get(one.shelf, ""),
        "name": one_line(one.full_name, 100),
        "salePrice": one.price_krw if _price_fits(one.price_krw) else "",
        "stockQuantity": "" if stock is None else min(stock, MOST_STOCK),
        "representativeImage": one.picture_urls[0] if one.picture_urls else "",
        "detailContent": detail(one),
        "taxType": "DUTYFREE" if one.tax == "exempt" else "TAX",
        "minorPurchasable": "" if one.category_slug in _ADULT else "true",
        "originAreaCode": "00" if one.country == "KR" else "",
        "originAreaContent": one_line(one.origin, 100),
        "importer": one_line(one.importer, 100),
        "sellerManagementCode": str(one.offer_id),
        "sellerBarcode": one.gtin[1:] if one.gtin.startswith("0") else one.gtin,
        "afterServiceTelephoneNumber": telephone,
        "afterServiceGuideContent": f"{one.seller.trade_name} {telephone}".strip(),
        "productInfoProvidedNoticeType": "GENERAL_FOOD" if food_general else "FOOD",
        "notice.productName": one_line(one.name, 100),
        "notice.foodType": one_line(one.food_type, 100),
        "notice.producer": one_line(_producer(one), 100),
        "notice.location": one_line(one.maker_address or one.seller.address, 200),
        "notice.weight": one_line(amount_text(one), 100),
        "notice.amount": one_line(one.unit, 100),
        "notice.consumptionDateText": one_line(use_by_text(one), 100),
        "notice.ingredients": one_line(one.ingredients, 1000),
        "notice.keep": one_line(dict(label_block(one)).get("보관 방법", ""), 200),
        "notice.adCaution": one_line(one.cautions, 500),
        "notice.customerServicePhoneNumber": telephone,
        "naverShoppingRegistration": "true",
        "channelProductDisplayStatusType": "ON",
    }
    return SmartStoreRow(values=told, gaps=tuple(_gaps(one, told, food_general=food_general)))


#: sold to adults only: who buys must be asked, so nothing is said here
_ADULT = frozenset({"makgeolli", "soju", "beer", "wine"})


def _price_fits(price_krw: int) -> bool:
    return price_krw % 10 == 0 and price_krw <= MOST_PRICE_KRW


def _producer(one: Listed) -> str:
    return one.maker or (made_by(one.seller) if one.kind is LabelKind.MADE else "")


def detail(one: Listed) -> str:
    """The label and the stall's own words as plain paragraphs of HTML; whatever they hold is text, not markup."""
    lines = [one_line(line, 500) for line in one.description.splitlines()]
    lines += [f"{heading}: {one_line(text, 1000)}" for heading, text in label_block(one)]
    if one.is_ai_text and one.description:
        lines.append("소개 글은 AI가 썼어요.")
    return "".join(f"<p>{_escaped(line)}</p>" for line in lines if line)


def _escaped(text: str) -> str:
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    )


_WORDS: Mapping[str, tuple[str, str]] = {
    "leafCategoryId": (
        "스마트스토어 카테고리 번호를 상인회에서 정해 주세요.",
        "Let the office choose SmartStore's category.",
    ),
    "salePrice": (
        "값은 10원 단위로 999,999,990원까지예요.",
        "Prices go in steps of 10 won up to 999,999,990.",
    ),
    "stockQuantity": (
        "남은 수를 세지 않는 물건이에요. 몇 개 팔지 적어 주세요.",
        "This stall does not count it: say how many to sell.",
    ),
    "representativeImage": ("사진을 올려 주세요.", "Add a picture."),
    "originAreaCode": (
        "수입품의 원산지 번호를 스마트스토어에서 골라 주세요.",
        "Choose SmartStore's code of the country.",
    ),
    "importer": ("수입한 곳을 적어 주세요.", "Name the importer."),
    "afterServiceTelephoneNumber": (
        "가게 전화번호를 적어 주세요.",
        "Give the stall's telephone number.",
    ),
    "minorPurchasable": (
        "19세 이상만 사는 물건인지 확인해 주세요.",
        "Check whether it is for adults only.",
    ),
    "notice.foodType": ("식품유형을 적어 주세요.", "Give the food type."),
    "notice.producer": ("생산자를 적어 주세요.", "Name the producer."),
    "notice.ingredients": ("원재료명을 적어 주세요.", "Give the ingredients."),
    "notice.consumptionDateText": ("소비기한을 적어 주세요.", "Give the use-by."),
}


def _gaps(one: Listed, told: Mapping[str, str | int], *, food_general: bool) -> Iterable[Gap]:
    needed = [
        "leafCategoryId", "salePrice", "stockQuantity", "representativeImage", "originAreaCode",
        "afterServiceTelephoneNumber", "minorPurchasable", "notice.producer",
        "notice.consumptionDateText",
    ]  # fmt: skip
    if food_general:
        needed += ["notice.foodType", "notice.ingredients"]
    if one.is_imported:
        needed.append("importer")
    for field in needed:
        if told[field] == "":
            ko, en = _WORDS[field]
            yield Gap(offer_id=one.offer_id, name=one.name, field=field, ko=ko, en=en)


def smartstore_sheet(
    listed: Iterable[Listed],
    categories: Mapping[str, str],
    stock: Mapping[int, int],
    *,
    english: bool = False,
) -> bytes:
    """The workbook. ``stock``: counted units by offer id. Goods with an incomplete label or not on sale are left out."""
    book = Workbook(write_only=True)
    sheet, left = (
        book.create_sheet("products"),
        book.create_sheet("to fill" if english else "채울 것"),
    )
    sheet.append(COLUMNS)
    left.append(
        ("offer", "name", "field", "what to do") if english else ("상품", "이름", "칸", "할 일")
    )
    for one in listed:
        if one.state != "on_sale" or missing(one):
            continue
        row = smartstore_row(one, categories, stock.get(one.offer_id))
        sheet.append([_cell(sheet, row.values[name]) for name in COLUMNS])
        for gap in row.gaps:
            told = (gap.offer_id, gap.name, gap.field, gap.en if english else gap.ko)
            left.append([_cell(left, value) for value in told])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: WriteOnlyWorksheet, value: str | int) -> Cell:
    """Text stays text: a name that begins with = is no formula."""
    cell: Cell = WriteOnlyCell(sheet, value=None if value == "" else value)
    if isinstance(value, str) and value:
        cell.data_type = "s"
    return cell
