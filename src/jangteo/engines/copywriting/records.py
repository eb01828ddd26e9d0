"""What a text may say (``Facts``), the text, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Literal, Self, get_args

from jangteo.platform.errors import JangteoError

Tone = Literal["해요", "합쇼"]
Language = Literal["ko", "en"]
Length = Literal["short", "normal", "long"]


class Kind(StrEnum):
    """What is written."""

    PRODUCT = "product"
    STALL = "stall"
    SOLD_OUT = "sold_out"
    REVIEW_REPLY = "review_reply"
    SOCIAL = "social"


class Wrong(StrEnum):
    """Why words are refused."""

    NUMBER = "number"
    ORIGIN = "origin"
    CLAIM = "claim"
    MEDICAL = "medical"
    SUPERLATIVE = "superlative"
    COMPETITOR = "competitor"
    PROMISE = "promise"
    CONTACT = "contact"
    LEFTOVER = "leftover"
    FORM = "form"


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """Confirmed fields only; what is empty or None is unknown and is never written.

    ``review_text`` is the one exception: it is what a stranger wrote, it confirms nothing.
    """

    #: goods, in the words of the standard product record
    name: str = ""
    variety: str = ""
    brand: str = ""
    #: words of a place: "국내산 경북 청송", "노르웨이"
    origin: str = ""
    grade: str = ""
    #: fresh, chilled, frozen, dried, processed
    state: str = ""
    #: of one inner pack
    net_g: float | None = None
    net_ml: float | None = None
    #: pieces in one pack, and what they are counted in ("개", "마리"; "" when not said)
    count: int | None = None
    count_unit: str = ""
    pack_count: int | None = None
    pack_unit: str = ""
    total_g: float | None = None
    total_ml: float | None = None
    #: what one price buys, as the stall says it: "1근(600g)", "1단"
    unit: str = ""
    price_krw: int | None = None
    #: the price before a reduction
    was_krw: int | None = None
    #: room, chilled, frozen
    storage: str = ""
    #: "구이용", "국거리"
    uses: tuple[str, ...] = ()
    #: confirmed words of quality and making: "유기농", "HACCP", "수제", "자연산"
    claims: tuple[str, ...] = ()
    tax_exempt: bool | None = None
    allergens: tuple[str, ...] = ()
    ingredients: tuple[str, ...] = ()
    use_by: date | None = None
    #: days it keeps after sale
    use_by_days: int | None = None
    arrived_today: bool | None = None
    harvested_on: date | None = None
    #: "햇", "제철"
    season: tuple[str, ...] = ()
    #: short confirmed remarks of the owner: "손질해 드려요"
    notes: tuple[str, ...] = ()
    #: the stall and its market
    stall_name: str = ""
    stall_known_for: str = ""
    since_year: int | None = None
    stall_goods: tuple[str, ...] = ()
    #: "09:00-19:00"
    hours: str = ""
    #: "둘째 화요일"
    closed: str = ""
    market_name: str = ""
    #: the town of the market, no origin of goods
    market_place: str = ""
    pickup: bool | None = None
    pickup_place: str = ""
    delivery: bool | None = None
    delivery_minutes: int | None = None
    delivery_fee_krw: int | None = None
    free_delivery_from_krw: int | None = None
    delivery_areas: tuple[str, ...] = ()
    #: sold out: when the owner said it comes back, as a day or in her words ("내일 아침")
    back_on: date | None = None
    back_words: str = ""
    #: other goods of the stall to offer instead
    instead: tuple[str, ...] = ()
    #: a review to answer: 1 to 5, and its text as data
    review_rating: int | None = None
    review_text: str = ""
    #: the day of writing, if years since or "tomorrow" may be said
    as_of: date | None = None

    def filled(self) -> tuple[str, ...]:
        """Names of the fields that hold something."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name) not in ("", None, ()))

    def to_json(self) -> dict[str, Any]:
        """The filled fields as plain JSON values; dates as ISO text."""
        made: dict[str, Any] = {}
        for name in self.filled():
            value = getattr(self, name)
            if isinstance(value, date):
                value = value.isoformat()
            made[name] = list(value) if isinstance(value, tuple) else value
        return made

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Facts of plain JSON values; ``ValueError`` for an unknown name or a value of the wrong type."""
        return cls(**{name: _typed(cls, name, value) for name, value in values.items()})


_TUPLES = frozenset(
    [
        "uses",
        "claims",
        "allergens",
        "ingredients",
        "season",
        "notes",
        "stall_goods",
        "delivery_areas",
        "instead",
    ]
)
_DATES = frozenset(["use_by", "harvested_on", "back_on", "as_of"])
_FLAGS = frozenset(["tax_exempt", "arrived_today", "pickup", "delivery"])
_AMOUNTS = frozenset(["net_g", "net_ml", "total_g", "total_ml"])
_WHOLE = frozenset(
    [
        "count",
        "pack_count",
        "price_krw",
        "was_krw",
        "use_by_days",
        "since_year",
        "delivery_minutes",
        "delivery_fee_krw",
        "free_delivery_from_krw",
        "review_rating",
    ]
)


def _typed(cls: type[Facts], name: str, value: Any) -> Any:
    if name not in cls.__dataclass_fields__:
        raise ValueError(f"{name} is no field of Facts; its fields are listed in Facts.")
    flag = isinstance(value, bool)
    if (
        name in _TUPLES
        and isinstance(value, list | tuple)
        and all(isinstance(v, str) for v in value)
    ):
        return tuple(value)
    if name in _DATES and isinstance(value, str):
        return date.fromisoformat(value)
    if name in _FLAGS and flag:
        return value
    if name in _AMOUNTS and isinstance(value, int | float) and not flag:
        return value
    if name in _WHOLE and isinstance(value, int) and not flag:
        return value
    if name not in _TUPLES | _DATES | _FLAGS | _AMOUNTS | _WHOLE and isinstance(value, str):
        return value
    raise ValueError(f"{name}: {value!r} has the wrong type.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A finished text, the names of the facts it says, and who wrote it ("grammar" or "model")."""

    text: str
    used: tuple[str, ...]
    provider: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """``text[start:end]`` reads ``said`` and is refused; ``ko`` and ``en`` say why and the remedy."""

    kind: Wrong
    start: int
    end: int
    said: str
    ko: str
    en: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """``ok`` when there are no problems; they come in the order of the text."""

    ok: bool
    problems: tuple[Problem, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Problems:
    """A model's answer refused: what is wrong with it, and the instruction for its one second try."""

    text: str
    problems: tuple[Problem, ...]
    retry: str


class NothingToSay(JangteoError):
    """A text needs at least the name of what it is about; confirm it first."""

    ko: ClassVar[str] = "무엇에 대한 글인지 알 수 없어요. 이름부터 확인해 주세요."


TONES: tuple[str, ...] = get_args(Tone)
LENGTHS: tuple[str, ...] = get_args(Length)
