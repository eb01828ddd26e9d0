"""One product page in the words of schema.org, for search engines: ``Product`` with its ``Offer`` and the stall as seller."""

from __future__ import annotations

import json
from typing import Any

from jangteo.apps.catalog.publishing.kinds import LabelKind
from jangteo.apps.catalog.publishing.listed import Listed
from jangteo.apps.catalog.publishing.texts import one_line

_NS = "https://schema.org/"
#: seven days to withdraw (전자상거래법 제17조 제1항); of fresh food, where 제2항 제3호 may take it away, nothing is said
_CAN_BE_RETURNED = frozenset({LabelKind.PACKED, LabelKind.GOODS})


def product_jsonld(one: Listed) -> dict[str, Any]:
    """The page's data. Nothing is said that the offer does not say; prices are won as text."""
    offer: dict[str, Any] = {
        "@type": "Offer",
        "url": one.page_url,
        "price": str(one.price_krw),
        "priceCurrency": "KRW",
        "availability": _NS + ("InStock" if one.is_available else "OutOfStock"),
        "itemCondition": _NS + "NewCondition",
        "seller": {
            "@type": "Store",
            "name": one_line(one.seller.trade_name, 100),
            **({"telephone": one.seller.phone} if one.seller.phone else {}),
            **({"address": one_line(one.seller.address, 200)} if one.seller.address else {}),
        },
    }
    if one.kind in _CAN_BE_RETURNED:
        offer["hasMerchantReturnPolicy"] = {
            "@type": "MerchantReturnPolicy",
            "applicableCountry": "KR",
            "returnPolicyCategory": _NS + "MerchantReturnFiniteReturnWindow",
            "merchantReturnDays": 7,
        }
    if one.per_100_krw is not None:
        offer["priceSpecification"] = {
            "@type": "UnitPriceSpecification",
            "price": str(one.per_100_krw),
            "priceCurrency": "KRW",
            "referenceQuantity": {
                "@type": "QuantitativeValue",
                "value": "100",
                "unitCode": "GRM" if one.per_100_unit == "g" else "MLT",
            },
        }
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": one_line(one.full_name, 150),
        "sku": str(one.offer_id),
        "description": one_line(one.description, 5000),
        "image": list(one.picture_urls),
        "category": " > ".join(one.category_path) or one.shelf_name,
        "countryOfOrigin": one.country,
        "offers": offer,
    }
    if one.brand:
        told["brand"] = {"@type": "Brand", "name": one_line(one.brand, 70)}
    if one.gtin:
        told["gtin14"] = one.gtin
        if one.gtin.startswith("0"):
            told["gtin13"] = one.gtin[1:]
    if one.net_g and not one.is_weighed:
        told["weight"] = {
            "@type": "QuantitativeValue",
            "value": f"{one.net_g / 1000:g}",
            "unitCode": "KGM",
        }
    return {key: value for key, value in told.items() if value}


def script_text(data: dict[str, Any]) -> str:
    """JSON that may stand inside a script element: no character that HTML could take for markup."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return (
        text.replace("&", "\\u0026")
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
    )
