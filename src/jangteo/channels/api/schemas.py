"""What goes in and out of the API. Money is integer won, VAT included; times are ISO 8601 in UTC."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

#: PostgreSQL's integer and bigint bounds: larger numbers name nothing
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Quantity = Annotated[int, Field(ge=1, le=999)]
#: PostgreSQL text holds no NUL
Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]


class In(Schema):
    """A request body: unknown fields are refused, so a typing error is never silent."""

    model_config = ConfigDict(extra="forbid")


class MarketOut(Schema):
    slug: str
    name: str
    name_en: str
    address: str
    latitude: float | None
    longitude: float | None
    #: HH:MM on a Korean clock
    opens_at: str
    closes_at: str
    fair_days: list[int]
    is_open: bool
    note: str


class StallOut(Schema):
    slug: str
    name: str
    name_en: str
    kind: str
    known_for: str
    place: str
    is_open: bool


class OfferOut(Schema):
    offer_id: int
    name: str
    name_en: str
    stall: str
    stall_slug: str
    category: str
    unit: str
    price_krw: int
    per_100_krw: int | None
    per_100_unit: str
    origin: str
    storage: str
    tax: str
    is_weighed: bool
    is_sold_out: bool
    available: int | None


class OfferDetailOut(OfferOut):
    description: str
    description_en: str
    #: AI wrote the description; say so wherever it is shown
    description_is_ai: bool
    allergens: str
    use_by_days: int | None
    net_g: int | None
    net_ml: int | None


class OfferPage(Schema):
    offers: list[OfferOut]
    total: int


class FoundOffer(Schema):
    offer_id: int
    name: str
    stall: str
    price_krw: int
    unit: str
    origin: str
    storage: str


class LabelLine(Schema):
    heading_ko: str
    heading_en: str
    text_ko: str
    text_en: str


class LabelMissing(Schema):
    #: a field of the label, or "category"
    field: str
    law: str
    ko: str
    en: str


class LabelOut(Schema):
    offer_id: int
    kind: str
    label: list[LabelLine]
    seller: list[LabelLine]
    missing: list[LabelMissing]
    #: 14 digits or ""
    gtin: str
    #: GS1 Digital Link of the goods or ""
    digital_link: str


class FeedsOut(Schema):
    naver: str
    naver_changes: str
    google: str


class SearchOut(Schema):
    results: list[FoundOffer]


class PickOut(OfferOut):
    #: why this product stands here; empty where nothing is claimed about it
    reason_ko: str
    reason_en: str


class PicksOut(Schema):
    #: of the market's log of decisions
    decision_id: UUID
    #: False: the stalls' own order, no AI
    is_ai: bool
    reason_ko: str
    reason_en: str
    #: path of the page that explains it
    why_path: str
    picks: list[PickOut]


class QuoteOut(Schema):
    way: str
    fee_krw: int
    free_from_krw: int | None
    missing_krw: int
    minutes: int
    promised_at: datetime


Rule = Literal["none", "similar", "call"]


class CartLineIn(In):
    quantity: Annotated[int, Field(ge=0, le=999)]
    substitution: Rule = "none"
    max_rise_pct: Annotated[int, Field(ge=0, le=50)] = 10


class CartLineOut(Schema):
    offer_id: int
    name: str
    unit: str
    price_krw: int
    quantity: int
    amount_krw: int
    substitution: str
    max_rise_pct: int
    problem: str


class CartOut(Schema):
    goods_krw: int
    is_orderable: bool
    lines: list[CartLineOut]


class OrderLineIn(In):
    offer_id: Id
    quantity: Quantity
    substitution: Rule = "none"
    max_rise_pct: Annotated[int, Field(ge=0, le=50)] = 10


class OrderIn(In):
    #: empty: what is in the cart
    lines: Annotated[list[OrderLineIn], Field(max_length=100)] = []
    way: Literal["pickup", "delivery"]
    contact_name: Annotated[Text, Field(max_length=40)]
    contact_phone: Annotated[Text, Field(max_length=20)]
    area: Annotated[Text, Field(max_length=60)] = ""
    address: Annotated[Text, Field(max_length=200)] = ""
    request_note: Annotated[Text, Field(max_length=200)] = ""
    #: the total you showed the shopper; the order is refused when it is not today's
    seen_total_krw: Annotated[int, Field(ge=0, le=2**31 - 1)]


class PlacedOut(Schema):
    number: str
    payment_order_no: str
    total_krw: int
    tax_free_krw: int
    reserved_until: datetime
    repeated: bool


class LineOut(Schema):
    line_id: int
    offer_id: int
    name: str
    unit: str
    unit_price_krw: int
    quantity: int
    remaining: int
    state: str
    replaces_line_id: int | None


class PartOut(Schema):
    part_id: int
    stall: str
    stall_slug: str
    state: str
    goods_krw: int
    remaining_krw: int
    lines: list[LineOut]


class StepOut(Schema):
    at: datetime
    text: str


class OrderOut(Schema):
    number: str
    state: str
    way: str
    goods_krw: int
    fee_krw: int
    total_krw: int
    refunded_krw: int
    placed_at: datetime
    paid_at: datetime | None
    promised_at: datetime | None
    pickup_code: str
    parts: list[PartOut]
    story: list[StepOut] = []


class PayIn(In):
    success_url: Annotated[Text, Field(max_length=300)]
    fail_url: Annotated[Text, Field(max_length=300)]


class CheckoutOut(Schema):
    kind: str
    url: str
    params: dict[str, str | int]


class ConfirmIn(In):
    payment_key: Annotated[Text, Field(min_length=1, max_length=200)]
    amount_krw: Annotated[int, Field(ge=1, le=2**31 - 1)]


class ConfirmedOut(Schema):
    number: str
    amount_krw: int


class AnswerChoice(In):
    """``offer_id`` null: the money back."""

    offer_id: Id | None


class StallOrderOut(Schema):
    order_id: int
    number: str
    promised_at: datetime | None
    way: str
    part: PartOut


class Available(In):
    line_id: Id
    units: Annotated[int, Field(ge=0, le=999)]


class AnswerIn(In):
    #: lines of which fewer can be given; lines not named are given whole
    available: Annotated[list[Available], Field(max_length=100)] = []


class AnsweredOut(Schema):
    part_id: int
    state: str
    remaining_krw: int


class PriceIn(In):
    price_krw: Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]
    #: needed for more than three times the former price, or less than a third
    confirmed: bool = False


class PriceOut(Schema):
    before_krw: int
    after_krw: int


class OnSaleIn(In):
    on_sale: bool
