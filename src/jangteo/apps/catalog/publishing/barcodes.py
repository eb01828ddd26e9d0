"""A barcode's number leads to the goods of this installation that carry it (GS1 Digital Link, resolver)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from jangteo.apps.catalog.models import Offer
from jangteo.engines.gs1 import build_link
from jangteo.platform.config import config
from jangteo.platform.tenancy import every_market

#: shown at most; a soft drink may stand in every stall of every market
MOST = 50
_PIP = "https://gs1.org/voc/pip"


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One product page."""

    offer_id: int
    name: str
    name_en: str
    unit: str
    price_krw: int
    stall: str
    market_slug: str
    market: str

    @property
    def path(self) -> str:
        return f"/m/{self.market_slug}/p/{self.offer_id}"


def pages_of_gtin(gtin14: str) -> list[Found]:
    """Goods on sale in any market whose standard product has this number, the cheapest first. One query."""
    with every_market():
        rows = (
            Offer.objects.filter(
                Q(item__gtin=gtin14, item__merged_into=None)
                | Q(item__merged_into__gtin=gtin14)
                | Q(item__gtin=gtin14),
                state__in=(Offer.State.ON_SALE, Offer.State.SOLD_OUT),
                stall__is_active=True,
            )
            .order_by("state", "price_krw", "pk")
            .select_related("stall", "market")[:MOST]
        )
        return [
            Found(
                offer_id=row.pk,
                name=row.name,
                name_en=row.name_en,
                unit=row.unit,
                price_krw=row.price_krw,
                stall=row.stall.name,
                market_slug=row.market.slug,
                market=row.market.name,
            )
            for row in rows
        ]


def linkset(gtin14: str, pages: list[Found]) -> dict[str, Any]:
    """All links of a number in the form of RFC 9264 (application/linkset+json), type gs1:pip."""
    base = config().effective_public_url()
    links = [
        {"href": base + page.path, "title": f"{page.name} · {page.market}", "hreflang": ["ko", "en"],
         "type": "text/html"}
        for page in pages
    ]  # fmt: skip
    return {"linkset": [{"anchor": build_link(base, gtin14), _PIP: links}]}
