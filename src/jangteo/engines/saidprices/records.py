"""What was said, one record for each thing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is to happen to the goods."""

    #: ``amount_krw`` is the new price of one unit
    PRICE = "price"
    #: the price rises or falls by ``amount_krw``
    UP = "up"
    DOWN = "down"
    #: the price rises or falls by ``percent``
    UP_PERCENT = "up_percent"
    DOWN_PERCENT = "down_percent"
    SOLD_OUT = "sold_out"
    ARRIVED = "arrived"
    #: sold again
    BACK = "back"


class Doubt(StrEnum):
    """Why a person must choose, or look twice."""

    #: several goods of this name
    WHICH = "which"
    #: no goods of this name: new ones?
    NEW_GOODS = "new_goods"
    #: the name is only part of the goods' name, or more than it
    NAME_PART = "name_part"
    #: no such name, but one that sounds like it
    HEARD_LIKE = "heard_like"
    #: another amount than the goods are sold in
    UNIT = "unit"
    #: 만오: 15,000 or 10,005; 3000 500: 3,500
    NUMBER = "number"
    #: 쯤, 정도
    ABOUT = "about"
    #: 내일, 다음 주, 어제: not now
    NOT_NOW = "not_now"


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownGoods:
    """Goods she sells. ``key`` is the caller's own."""

    key: int
    name: str
    unit: str
    price_krw: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One thing said. ``goods`` are keys: one when certain, several or none with a `Doubt`."""

    kind: Kind
    #: the goods as they were called, and the amount they were said for ("1단"; "" when not said)
    name: str
    unit: str
    goods: tuple[int, ...]
    #: won of one unit, or of the rise or fall
    amount_krw: int | None = None
    #: other amounts the words may mean
    other_krw: tuple[int, ...] = ()
    percent: int | None = None
    #: 0 to 1
    confidence: float = 1.0
    doubts: tuple[Doubt, ...] = ()
    #: the words it was read from, ``text[start:end]`` of the sentence as it was given
    start: int = 0
    end: int = 0

    @property
    def is_certain(self) -> bool:
        """One goods and no doubt: may be shown as a plain sentence to agree to."""
        return len(self.goods) == 1 and not self.doubts
