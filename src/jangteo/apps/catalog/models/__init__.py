"""The tables of the catalogue: standard products, offers, price lists, texts."""

from jangteo.apps.catalog.models.imports import PriceImport, PriceImportRow, PriceListUpload
from jangteo.apps.catalog.models.items import (
    CatalogSettings,
    Item,
    ItemChange,
    ItemKey,
    ItemVersion,
    MatchAnswer,
    MatcherVersion,
    MatchQuestion,
    StandardiseRun,
)
from jangteo.apps.catalog.models.offers import Category, Offer, PriceChange, Storage, Tax
from jangteo.apps.catalog.models.texts import StallDesk, TextRun, WrittenText

__all__ = [
    "CatalogSettings",
    "Category",
    "Item",
    "ItemChange",
    "ItemKey",
    "ItemVersion",
    "MatchAnswer",
    "MatchQuestion",
    "MatcherVersion",
    "Offer",
    "PriceChange",
    "PriceImport",
    "PriceImportRow",
    "PriceListUpload",
    "StallDesk",
    "StandardiseRun",
    "Storage",
    "Tax",
    "TextRun",
    "WrittenText",
]
