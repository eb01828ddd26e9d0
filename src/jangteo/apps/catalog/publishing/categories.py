"""Our category tree in the words of other trees.

``channel_categories.csv`` maps our levels to ids of Google's product taxonomy; it holds only ids known for certain (422
Food Items, 430 Fruits & Vegetables, 432 Meat, Seafood & Eggs), so drinks and things that are no food have none. Channels
with a closed tree (SmartStore) are mapped by the office: ``CatalogSettings.channel_categories``.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from jangteo.apps.catalog.models import CatalogSettings
from jangteo.apps.catalog.publishing.goods import Goods
from jangteo.apps.catalog.publishing.kinds import LabelKind

_SHELF_GOOGLE = {
    LabelKind.PRODUCE: "430",
    LabelKind.BEEF: "432",
    LabelKind.PORK: "432",
    LabelKind.POULTRY: "432",
    LabelKind.OTHER_MEAT: "432",
    LabelKind.EGG: "432",
    LabelKind.MADE: "422",
}


@lru_cache(maxsize=1)
def _table() -> Mapping[tuple[str, str], str]:
    path = Path(__file__).with_name("channel_categories.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (row["level1_ko"], row["level2_ko"]): row["google_id"] for row in csv.DictReader(file)
        }


def google_category(goods: Goods) -> str:
    """Google's id of the goods; "" where none is certain. Without a leaf: by what kind of goods it is."""
    if goods.category_path:
        level1, level2, _ = goods.category_path
        table = _table()
        return table.get((level1, level2)) or table.get((level1, ""), "")
    return _SHELF_GOOGLE.get(goods.kind, "")


def channel_category(market_id: int, channel: str) -> Mapping[str, str]:
    """The office's own mapping of one channel: our leaf or shelf slug to the channel's number. One query."""
    settings = CatalogSettings.objects.filter(market_id=market_id).first()
    told = settings.channel_categories.get(channel, {}) if settings else {}
    return {str(slug): str(number) for slug, number in told.items()}
