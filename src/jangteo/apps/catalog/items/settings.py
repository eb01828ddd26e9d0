"""What a market's office decided about its catalogue, as the rest of the house reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jangteo.apps.catalog.models import CatalogSettings
from jangteo.engines.matching import DEFAULT, MarketUnits

#: probability in basis points from which a match is used without asking, until an office says otherwise
AUTO_ABOVE_BP = 9700
#: above every probability: a person is always asked
NEVER_BP = 10_001


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """``units`` as stored: {"geun_g": {slug: g}, "gwan_g": g, "measure_g": [[unit, goods, g], ...]}."""

    match_auto_bp: int = AUTO_ABOVE_BP
    units: Mapping[str, Any] = field(default_factory=dict)
    shares_items: bool = True
    updated_at: datetime | None = None


def settings_of(market_id: int) -> Settings:
    """The market's settings, or the usual ones. Needs its scope."""
    row = CatalogSettings.objects.filter(market_id=market_id).first()
    if row is None:
        return Settings()
    return Settings(
        match_auto_bp=row.match_auto_bp,
        units=row.units,
        shares_items=row.shares_items,
        updated_at=row.updated_at,
    )


def market_units(market_id: int) -> MarketUnits:
    """What customary units weigh in this market, for `engines.matching`. Needs its scope."""
    return units_from(settings_of(market_id).units)


def units_from(stored: Mapping[str, Any]) -> MarketUnits:
    """`MarketUnits` of the stored form; what is not said is as usual."""
    return MarketUnits(
        geun_g={str(slug): int(grams) for slug, grams in stored.get("geun_g", {}).items()},
        gwan_g=int(stored.get("gwan_g") or DEFAULT.gwan_g),
        measure_g={
            (str(unit), str(goods)): int(grams)
            for unit, goods, grams in stored.get("measure_g", ())
        },
    )
