"""The tables of the catalogue: standard products, offers, price lists, texts."""

from jangteo.apps.catalog.models.imports import PriceImport, PriceImportRow
from jangteo.apps.catalog.models.items import (
    CatalogSettings,
    Item,
    ItemChange,
    ItemVersion,
    MatchAnswer,
    MatcherVersion,
)
from jangteo.apps.catalog.models.offers import Category, Offer, PriceChange, Storage, Tax
from jangteo.apps.catalog.models.texts import StallDesk, WrittenText

__all__ = [
    "CatalogSettings",
    "Category",
    "Item",
    "ItemChange",
    "ItemVersion",
    "MatchAnswer",
    "MatcherVersion",
    "Offer",
    "PriceChange",
    "PriceImport",
    "PriceImportRow",
    "StallDesk",
    "Storage",
    "Tax",
    "WrittenText",
]
