"""The product file of Google Merchant: RSS 2.0 with the ``g:`` namespace.

Attribute names and values after Google's product data specification; prices are whole won with the currency (KRW has
no decimals). Goods without a barcode and a brand say so (``identifier_exists``), goods with a net amount carry their
unit price.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from jangteo.apps.catalog.publishing.block import label_block
from jangteo.apps.catalog.publishing.categories import google_category
from jangteo.apps.catalog.publishing.labelling import missing
from jangteo.apps.catalog.publishing.listed import Listed
from jangteo.apps.catalog.publishing.texts import one_line

NAMESPACE = "http://base.google.com/ns/1.0"
LENGTHS = {"id": 50, "title": 150, "description": 5000, "brand": 70, "product_type": 750}


def google_xml(
    listed: Iterable[Listed], *, title: str, link: str, shipping_krw: int
) -> Iterator[str]:
    """The file in pieces. Goods with an incomplete label or no picture are left out; what is sold out says so."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<rss version="2.0" xmlns:g="{NAMESPACE}"><channel>\n'
    yield (
        f"<title>{_text(title, 150)}</title><link>{_text(link, 2000)}</link>"
        f"<description>{_text(title, 500)}</description>\n"
    )
    for one in listed:
        if one.picture_urls and not missing(one):
            yield _item(google_item(one, shipping_krw))
    yield "</channel></rss>\n"


def google_item(one: Listed, shipping_krw: int) -> list[tuple[str, str]]:
    """(attribute, value) of one product in the file's order."""
    told = [
        ("id", str(one.offer_id)),
        ("title", one.full_name),
        ("description", _description(one)),
        ("link", one.page_url),
        ("image_link", one.picture_urls[0]),
        ("availability", "in_stock" if one.is_available else "out_of_stock"),
        ("price", f"{one.price_krw} KRW"),
        ("condition", "new"),
        ("brand", one.brand),
        ("gtin", one.gtin),
        ("identifier_exists", "" if one.gtin or one.brand else "no"),
        ("google_product_category", google_category(one)),
        ("product_type", " > ".join(one.category_path) or one.shelf_name),
        *_unit_price(one),
        ("shipping", f"{shipping_krw} KRW"),
    ]
    return [(name, value) for name, value in told if value]


def _unit_price(one: Listed) -> list[tuple[str, str]]:
    if one.per_100_krw is None:
        return []
    amount = one.net_g if one.per_100_unit == "g" else one.net_ml
    return [
        ("unit_pricing_measure", f"{amount}{one.per_100_unit}"),
        ("unit_pricing_base_measure", f"100{one.per_100_unit}"),
    ]


def _description(one: Listed) -> str:
    """The stall's own words; without any, the facts of the label."""
    if one.description.strip():
        return one.description
    return ", ".join(f"{heading} {text}" for heading, text in label_block(one))


def _item(values: list[tuple[str, str]]) -> str:
    parts = []
    for name, value in values:
        text = _text(value, LENGTHS.get(name, 2000))
        if name == "shipping":
            text = f"<g:country>KR</g:country><g:price>{text}</g:price>"
        parts.append(f"<g:{name}>{text}</g:{name}>")
    return f"<item>{''.join(parts)}</item>\n"


def _text(value: str, most: int) -> str:
    return escape(one_line(value, most), {'"': "&quot;"})
