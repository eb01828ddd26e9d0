"""A market's office says how sure a match must be, and what customary units weigh here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jangteo.apps.catalog.items.settings import NEVER_BP
from jangteo.apps.catalog.models import CatalogSettings
from jangteo.engines.matching.lexicon import lexicon
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action

LEAST_BP = 5000
#: of one customary unit
MOST_G = 100_000
#: more rules than any market needs
MOST_RULES = 200


@action(
    "catalog.set_catalog_settings",
    allow={Role.OFFICE},
    within="market",
    token_scope="catalog:write",
)
def set_catalog_settings(
    *,
    actor: Actor,
    market_id: int,
    match_auto_bp: int,
    units: Mapping[str, Any],
    shares_items: bool,
    now: datetime,
) -> None:
    """``match_auto_bp``: probability in basis points from which a match is used at once, 10,001 never.

    ``units``: {"geun_g": {category slug: grams}, "gwan_g": grams, "measure_g": [[unit, goods or "", grams], ...]}.
    Raises `InvalidInput`; then nothing is changed.
    """
    if not LEAST_BP <= match_auto_bp <= NEVER_BP:
        raise InvalidInput(
            field="match_auto_bp",
            ko="50 %부터 100 % 사이로 적거나 '언제나 묻기'를 골라 주세요.",
            en="Enter 50 % to 100 %, or choose to be asked always.",
        )
    values = {
        "match_auto_bp": match_auto_bp,
        "units": _cleaned(units),
        "shares_items": shares_items,
        "updated_at": now,
    }
    CatalogSettings.objects.update_or_create(market_id=market_id, defaults=values)


def _cleaned(units: Mapping[str, Any]) -> dict[str, Any]:
    shelves = set(lexicon().categories)
    shelves |= {leaf.sample_slug for leaf in lexicon().categories.values()}
    geun = dict(units.get("geun_g") or {})
    measures = list(units.get("measure_g") or ())
    if len(geun) + len(measures) > MOST_RULES:
        raise _wrong(f"단위는 {MOST_RULES}개까지 적을 수 있어요.", f"At most {MOST_RULES} rules.")
    for slug in geun:
        if slug not in shelves:
            raise _wrong(f"'{slug}'라는 갈래가 없어요.", f"There is no category '{slug}'.")
    made: dict[str, Any] = {"geun_g": {slug: _grams(grams) for slug, grams in geun.items()}}
    if units.get("gwan_g"):
        made["gwan_g"] = _grams(units["gwan_g"])
    made["measure_g"] = []
    for one in measures:
        if len(one) != 3 or not str(one[0]).strip():
            raise _wrong(
                "단위와 무게를 함께 적어 주세요.", "Write the unit together with its weight."
            )
        made["measure_g"].append(
            [str(one[0]).strip()[:10], str(one[1]).strip()[:40], _grams(one[2])]
        )
    return made


def _grams(value: object) -> int:
    try:
        grams = int(str(value).replace(",", ""))
    except ValueError:
        grams = 0
    if not 1 <= grams <= MOST_G:
        raise _wrong(
            f"한 단위의 무게를 1부터 {MOST_G:,} g 사이로 적어 주세요.",
            f"Enter the weight of one unit, from 1 to {MOST_G:,} g.",
        )
    return grams


def _wrong(ko: str, en: str) -> InvalidInput:
    return InvalidInput(field="units", ko=ko, en=en)
