"""What people may set of a market, a stall or a zone: the whole form, cleaned and checked in one place.

To change one field: ``replace(stall_draft(stall), phone="...")``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from jangteo.apps.markets.models import Market, Stall, Zone
from jangteo.platform.errors import InvalidInput
from jangteo.platform.text import clean_block, clean_line

MOST_AREAS = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class MarketDraft:
    """Everything the office may set of its market."""

    name: str
    name_en: str = ""
    phone: str = ""
    story: str = ""
    story_en: str = ""
    opens_at: time = time(9)
    closes_at: time = time(20)
    fair_days: Sequence[int] = ()
    fair_only: bool = False
    closed_weekdays: Sequence[int] = ()
    vouchers: Sequence[str] = ()
    hub_name: str = ""
    pickup_enabled: bool = True
    pickup_minutes: int = 60
    commission_bp: int = 0
    card_fee_bp: int = 0
    payout_days: int = 3
    answer_minutes: int = 5
    operator: dict[str, str] = field(default_factory=dict)

    def cleaned(self) -> dict[str, Any]:
        """Model fields. Raises `InvalidInput` naming the field."""
        check_hours(self.opens_at, self.closes_at)
        return {
            "name": clean_line(self.name, field="name", at_most=100, required=True),
            "name_en": clean_line(self.name_en, field="name_en", at_most=100),
            "phone": clean_line(self.phone, field="phone", at_most=40),
            "story": clean_block(self.story, field="story", at_most=2000),
            "story_en": clean_block(self.story_en, field="story_en", at_most=2000),
            "opens_at": self.opens_at,
            "closes_at": self.closes_at,
            "fair_days": numbers(self.fair_days, "fair_days", 1, 10),
            "fair_only": self.fair_only,
            "closed_weekdays": numbers(self.closed_weekdays, "closed_weekdays", 0, 6),
            "vouchers": _lines(self.vouchers, "vouchers", 20),
            "hub_name": clean_line(self.hub_name, field="hub_name", at_most=100),
            "pickup_enabled": self.pickup_enabled,
            "pickup_minutes": whole(self.pickup_minutes, "pickup_minutes", 5, 600),
            "commission_bp": whole(self.commission_bp, "commission_bp", 0, 3000),
            "card_fee_bp": whole(self.card_fee_bp, "card_fee_bp", 0, 1000),
            "payout_days": whole(self.payout_days, "payout_days", 0, 60),
            "answer_minutes": whole(self.answer_minutes, "answer_minutes", 1, 120),
            "operator": {
                clean_line(key, field="operator", at_most=40): clean_line(
                    value, field="operator", at_most=200
                )
                for key, value in self.operator.items()
            },
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class StallDraft:
    """Everything a stall shows of itself."""

    name: str
    kind: str
    name_en: str = ""
    owner_name: str = ""
    #: of `Stall.OwnerAge`; told by the owner or empty
    owner_age: str = ""
    kind_en: str = ""
    known_for: str = ""
    known_for_en: str = ""
    since_year: int | None = None
    place: str = ""
    #: 0-100 both ways on the lane map
    map_x: int | None = None
    map_y: int | None = None
    phone: str = ""
    #: file stem; see platform.files
    picture: str = ""
    #: None: as the market
    opens_at: time | None = None
    closes_at: time | None = None
    closed_weekdays: Sequence[int] = ()
    position: int = 0

    def cleaned(self) -> dict[str, Any]:
        """Model fields. Raises `InvalidInput` naming the field."""
        if self.opens_at is not None and self.closes_at is not None:
            check_hours(self.opens_at, self.closes_at)
        lengths = {
            "name": 60, "name_en": 60, "owner_name": 40, "kind": 20, "kind_en": 40,
            "known_for": 200, "known_for_en": 200, "place": 60, "phone": 40, "picture": 80,
        }  # fmt: skip
        texts = {
            name: clean_line(
                getattr(self, name), field=name, at_most=at_most, required=name in ("name", "kind")
            )
            for name, at_most in lengths.items()
        }
        if self.owner_age not in Stall.OwnerAge.values:
            raise InvalidInput(
                field="owner_age",
                ko="목록에 있는 나이대를 고르거나 비워 두세요.",
                en="Choose one of the age bands, or leave it empty.",
            )
        return texts | {
            "owner_age": self.owner_age,
            "since_year": _optional(self.since_year, "since_year", 1800, 2100),
            "map_x": _optional(self.map_x, "map_x", 0, 100),
            "map_y": _optional(self.map_y, "map_y", 0, 100),
            "opens_at": self.opens_at,
            "closes_at": self.closes_at,
            "closed_weekdays": numbers(self.closed_weekdays, "closed_weekdays", 0, 6),
            "position": whole(self.position, "position", 0, 100_000),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class ZoneDraft:
    """One delivery zone."""

    name: str
    areas: Sequence[str]
    fee_krw: int
    delivery_minutes: int
    free_from_krw: int | None = None
    #: Korean wall clock; None: until the market closes
    last_order_at: time | None = None
    position: int = 0

    def cleaned(self) -> dict[str, Any]:
        """Model fields. Raises `InvalidInput` naming the field."""
        areas = _lines(self.areas, "areas", MOST_AREAS)
        if not areas:
            raise InvalidInput(
                field="areas",
                ko="배달하는 동네를 하나는 적어 주세요.",
                en="Name at least one neighbourhood.",
            )
        return {
            "name": clean_line(self.name, field="name", at_most=60, required=True),
            "areas": areas,
            "fee_krw": whole(self.fee_krw, "fee_krw", 0, 100_000),
            "delivery_minutes": whole(self.delivery_minutes, "delivery_minutes", 10, 1440),
            "free_from_krw": _optional(self.free_from_krw, "free_from_krw", 0, 10_000_000),
            "last_order_at": self.last_order_at,
            "position": whole(self.position, "position", 0, 100_000),
        }


def market_draft(market: Market) -> MarketDraft:
    """The market's present values, to change some of them."""
    return MarketDraft(**{name: getattr(market, name) for name in MarketDraft.__slots__})


def stall_draft(stall: Stall) -> StallDraft:
    """The stall's present values, to change some of them."""
    return StallDraft(**{name: getattr(stall, name) for name in StallDraft.__slots__})


def zone_draft(zone: Zone) -> ZoneDraft:
    """The zone's present values, to change some of them."""
    return ZoneDraft(**{name: getattr(zone, name) for name in ZoneDraft.__slots__})


def whole(value: int, name: str, least: int, most: int) -> int:
    """The number, or `InvalidInput` when it is out of bounds."""
    if not least <= value <= most:
        raise InvalidInput(
            field=name,
            ko=f"{least:,}부터 {most:,} 사이의 수를 적어 주세요.",
            en=f"Enter a number from {least:,} to {most:,}.",
        )
    return value


def _optional(value: int | None, name: str, least: int, most: int) -> int | None:
    return None if value is None else whole(value, name, least, most)


def numbers(values: Sequence[int], name: str, least: int, most: int) -> list[int]:
    """Sorted, each once, each within bounds."""
    return sorted({whole(value, name, least, most) for value in values})


def _lines(values: Sequence[str], name: str, at_most: int) -> list[str]:
    texts = (clean_line(value, field=name, at_most=60) for value in values)
    kept = list(dict.fromkeys(text for text in texts if text))
    whole(len(kept), name, 0, at_most)
    return kept


def check_hours(opens_at: time, closes_at: time) -> None:
    """Opening must come before closing on the same day."""
    if opens_at >= closes_at:
        raise InvalidInput(
            field="closes_at",
            ko="닫는 시각이 여는 시각보다 늦어야 해요.",
            en="Closing time must be later than opening time.",
        )
