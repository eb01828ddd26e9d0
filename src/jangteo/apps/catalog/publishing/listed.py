"""Everything of one offer that publishing needs, read in few queries at any size.

Needs the market's scope. Prices are won with VAT, addresses are absolute below ``Config.effective_public_url``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from jangteo.apps.catalog.cards import per_100
from jangteo.apps.catalog.models import Offer
from jangteo.apps.catalog.publishing.goods import Goods, current_items, goods_values
from jangteo.apps.markets.models import Market, Stall
from jangteo.platform.config import config
from jangteo.platform.files import SIZES, picture_url

_PAGE = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Seller:
    """Who sells it (전자상거래법 제10조, 제13조, 제20조). Texts are "" where the stall has not said them."""

    stall_id: int
    slug: str
    name: str
    name_en: str
    place: str
    #: 상호; the stall's own name until it says another
    trade_name: str
    representative: str
    business_number: str
    mail_order_number: str
    phone: str
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed(Goods):
    """One offer with its goods, its seller and its addresses."""

    offer_id: int
    market_id: int
    market_slug: str
    market_name: str
    seller: Seller
    #: won for 100 g or 100 ml and which of the two; None and "" without a net amount
    per_100_krw: int | None
    per_100_unit: str
    shelf_name: str
    #: an `Offer.State`
    state: str
    #: on sale, its stall at work, not counted to nothing
    is_available: bool
    page_url: str
    #: largest first; () without a picture
    picture_urls: tuple[str, ...]
    is_picture_edited: bool
    description: str
    description_en: str
    is_ai_text: bool
    created_at: datetime
    updated_at: datetime

    @property
    def is_variable_measure(self) -> bool:
        """Every piece weighs otherwise: sold by 100 g."""
        return self.is_weighed

    @property
    def full_name(self) -> str:
        """Name and unit, as a list of goods of many stalls needs it."""
        unit = "" if self.unit in self.name or self.is_weighed else self.unit
        return f"{self.name} {unit}".strip()


def _rows(market_id: int) -> QuerySet[Offer]:
    rows = Offer.objects.filter(market_id=market_id)
    return rows.select_related("stall__desk", "category", "stock")


def listed_offers(
    market_id: int,
    *,
    offer_ids: Sequence[int] | None = None,
    stall_id: int | None = None,
    gtin: str = "",
    only_on_sale: bool = False,
    with_ended: bool = False,
    changed_since: datetime | None = None,
    after_id: int = 0,
    limit: int | None = None,
) -> list[Listed]:
    """Offers in the order of their ids. Four queries, and one for each step of merged items.

    ``only_on_sale``: on sale or sold out at active stalls. Otherwise drafts count, hidden ones do with
    ``with_ended``. ``gtin``: 14 digits, of the offer's item. ``after_id`` and ``limit`` page through.
    """
    rows = _rows(market_id)
    if only_on_sale:
        rows = rows.filter(
            state__in=(Offer.State.ON_SALE, Offer.State.SOLD_OUT), stall__is_active=True
        )
    elif not with_ended:
        rows = rows.exclude(state=Offer.State.HIDDEN)
    if offer_ids is not None:
        rows = rows.filter(pk__in=list(offer_ids))
    if stall_id is not None:
        rows = rows.filter(stall_id=stall_id)
    if gtin:
        rows = rows.filter(Q(item__gtin=gtin) | Q(item__merged_into__gtin=gtin))
    if changed_since is not None:
        counted = Offer.objects.filter(market_id=market_id, moves__at__gte=changed_since)
        rows = rows.filter(Q(updated_at__gte=changed_since) | Q(pk__in=counted.values("pk")))
    if after_id:
        rows = rows.filter(pk__gt=after_id)
    rows = rows.order_by("pk")
    return to_listed(market_id, list(rows[:limit] if limit else rows))


def each_listed(market_id: int, **wanted: Any) -> Iterator[Listed]:
    """`listed_offers` of a whole market, some hundred at a time: memory stays flat at any size."""
    after = 0
    while page := listed_offers(market_id, after_id=after, limit=_PAGE, **wanted):
        yield from page
        after = page[-1].offer_id


def to_listed(market_id: int, offers: Sequence[Offer]) -> list[Listed]:
    """Offers of one market as records."""
    if not offers:
        return []
    market = Market.objects.get(pk=market_id)
    items = current_items(offers)
    base = config().effective_public_url()
    sellers: dict[int, Seller] = {}
    made = []
    for offer in offers:
        if offer.stall_id not in sellers:
            sellers[offer.stall_id] = seller_of(offer.stall, market)
        made.append(_one(offer, market, sellers[offer.stall_id], items, base))
    return made


def seller_of(stall: Stall, market: Market) -> Seller:
    """The stall's business details; what it has not said itself is the stall's place in the market."""
    desk = getattr(stall, "desk", None)
    told: dict[str, str] = dict(desk.business) if desk else {}
    place = " ".join(filter(None, (market.address, market.name, stall.place)))
    return Seller(
        stall_id=stall.pk,
        slug=stall.slug,
        name=stall.name,
        name_en=stall.name_en,
        place=stall.place,
        trade_name=told.get("trade_name", "") or stall.name,
        representative=told.get("representative", "") or stall.owner_name,
        business_number=told.get("business_number", ""),
        mail_order_number=told.get("mail_order_number", ""),
        phone=told.get("phone", "") or stall.phone,
        address=told.get("address", "") or place,
    )


def _one(offer: Offer, market: Market, seller: Seller, items: dict[int, Any], base: str) -> Listed:
    values = goods_values(offer, items.get(offer.item_id or 0))
    hundred = per_100(offer.price_krw, values["net_g"], values["net_ml"])
    stock = getattr(offer, "stock", None)
    is_counted_out = bool(stock and stock.is_counted and stock.quantity <= stock.reserved)
    return Listed(
        **values,
        offer_id=offer.pk,
        market_id=market.pk,
        market_slug=market.slug,
        market_name=market.name,
        seller=seller,
        per_100_krw=hundred[0] if hundred else None,
        per_100_unit=hundred[1] if hundred else "",
        shelf_name=offer.category.name if offer.category else "",
        state=offer.state,
        is_available=offer.state == Offer.State.ON_SALE
        and not is_counted_out
        and offer.stall.is_active,
        page_url=f"{base}/m/{market.slug}/p/{offer.pk}",
        picture_urls=tuple(base + picture_url(offer.picture, size) for size in reversed(SIZES))
        if offer.picture
        else (),
        is_picture_edited=bool(offer.picture_edits),
        description=offer.description,
        description_en=offer.description_en,
        is_ai_text=offer.is_ai_text,
        created_at=offer.created_at,
        updated_at=offer.updated_at,
    )
