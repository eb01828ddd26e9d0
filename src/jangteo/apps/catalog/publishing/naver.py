"""The product file of Naver Shopping (EP 3.0): tab-separated text, one line per product.

Columns, lengths and required ones after three public generators of this file (Naver's own guide was not read): UTF-8,
first line the names, no tab, line end or control character in a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from jangteo.apps.catalog.publishing.labelling import missing
from jangteo.apps.catalog.publishing.listed import Listed
from jangteo.apps.catalog.publishing.texts import one_line, words
from jangteo.platform.clock import seoul

#: name -> most characters; 0: a number or a fixed word
COLUMNS: Mapping[str, int] = {
    "id": 50,
    "title": 100,
    "price_pc": 0,
    "link": 255,
    "mobile_link": 255,
    "image_link": 255,
    "add_image_link": 0,
    "category_name1": 50,
    "category_name2": 50,
    "category_name3": 50,
    "condition": 0,
    "import_flag": 0,
    "barcode": 13,
    "brand": 60,
    "maker": 60,
    "origin": 30,
    "search_tag": 100,
    "minimum_purchase_quantity": 0,
    "shipping": 0,
}
REQUIRED = ("id", "title", "price_pc", "link", "image_link", "category_name1", "shipping")
#: of the file of changes: what happened (I new, U changed, D gone) and when, Korean time
CHANGES = ("class", "update_time")


def naver_lines(listed: Iterable[Listed], shipping_krw: int) -> Iterator[str]:
    """The whole file, line by line with its line end. Goods that cannot be bought or have no picture are left out."""
    yield "\t".join(COLUMNS) + "\n"
    for one in listed:
        if is_for_naver(one):
            yield _line(naver_row(one, shipping_krw), tuple(COLUMNS))


def naver_changes(listed: Iterable[Listed], shipping_krw: int, since: datetime) -> Iterator[str]:
    """The file of changes: give it everything touched since ``since``, hidden goods too; what left is class D.

    Of what left only its number is said: a draft or hidden goods may never have been shown to anybody.
    """
    columns = (*COLUMNS, *CHANGES)
    yield "\t".join(columns) + "\n"
    for one in listed:
        kept = is_for_naver(one)
        if not kept and one.created_at >= since:
            continue  # it was never in a file
        row = naver_row(one, shipping_krw) if kept else {"id": str(one.offer_id)}
        row["class"] = "D" if not kept else "I" if one.created_at >= since else "U"
        row["update_time"] = f"{seoul(one.updated_at):%Y-%m-%d %H:%M:%S}"
        yield _line(row, columns)


def is_for_naver(one: Listed) -> bool:
    """To be bought now, with a complete label, a picture and a category."""
    return (
        one.is_available and bool(one.picture_urls) and bool(_categories(one)) and not missing(one)
    )


def naver_row(one: Listed, shipping_krw: int) -> dict[str, str]:
    """The values of one product by column."""
    categories = [*_categories(one), "", ""]
    # thirteen places: a GTIN-14 of a case has none
    barcode = one.gtin[1:] if one.gtin.startswith("0") else ""
    told = {
        "id": str(one.offer_id),
        "title": one.full_name,
        "price_pc": str(one.price_krw),
        "link": one.page_url,
        "mobile_link": one.page_url,
        "image_link": one.picture_urls[0] if one.picture_urls else "",
        "category_name1": categories[0],
        "category_name2": categories[1],
        "category_name3": categories[2],
        "condition": "신상품",
        "import_flag": "Y" if one.is_imported else "",
        "barcode": barcode,
        "brand": one.brand,
        "maker": one.maker,
        "origin": one.origin,
        "search_tag": "|".join(words([one.variety, one.seller.name, one.market_name], 10, 30)),
        "minimum_purchase_quantity": "1",
        "shipping": str(shipping_krw),
    }
    return {
        name: one_line(told[name], most or 1000) for name, most in COLUMNS.items() if name in told
    }


def _categories(one: Listed) -> list[str]:
    return list(one.category_path) or ([one.shelf_name] if one.shelf_name else [])


def _line(row: Mapping[str, str], columns: tuple[str, ...]) -> str:
    return "\t".join(row.get(name, "") for name in columns) + "\n"
