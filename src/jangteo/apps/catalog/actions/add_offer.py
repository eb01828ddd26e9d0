"""A stall puts new goods on sale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jangteo.apps.catalog.drafts import OfferDraft
from jangteo.apps.catalog.models import Offer, PriceChange
from jangteo.apps.catalog.pricing import check_price
from jangteo.apps.catalog.publishing.labelling import Missing, gate
from jangteo.apps.catalog.rows import free_slug, tell
from jangteo.apps.markets.errors import StallNotFound
from jangteo.apps.markets.models import Stall
from jangteo.platform.permissions import Actor, Role, action


@dataclass(frozen=True, kw_only=True, slots=True)
class AddedOffer:
    """The new offer."""

    offer_id: int
    slug: str
    #: what its label still lacks; while there is anything, it is kept as a draft that nobody sees
    missing: tuple[Missing, ...] = ()


@action(
    "catalog.add_offer",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def add_offer(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    draft: OfferDraft,
    price_krw: int,
    channel: str = "console",
    now: datetime,
) -> AddedOffer:
    """Sell new goods at ``price_krw`` won for one unit. ``channel``: console, office or api.

    Goods whose label lacks what the law asks are kept as a draft: `complete_label` puts them on sale.
    Raises `InvalidInput`, `CategoryNotFound`, `PriceOutOfBounds`, `StallNotFound`.
    """
    values = draft.cleaned()
    check_price(price_krw)
    # the stall's row is the lock: two goods of one name at once get different addresses
    stalls = Stall.objects.select_for_update().filter(market_id=market_id, pk=stall_id)
    if stalls.first() is None:
        raise StallNotFound
    offers = Offer.objects.filter(market_id=market_id, stall_id=stall_id)
    slug = free_slug(values["name"], values["unit"], set(offers.values_list("slug", flat=True)))
    offer = Offer(market_id=market_id, stall_id=stall_id, slug=slug, price_krw=price_krw, **values)
    lacking = gate(offer)
    if lacking:
        offer.state = Offer.State.DRAFT
    offer.save()
    PriceChange.objects.create(
        market_id=market_id,
        offer=offer,
        before_krw=None,
        after_krw=price_krw,
        by_id=actor.person_id,
        channel=channel,
        at=now,
    )
    tell(offer, now)
    return AddedOffer(offer_id=offer.pk, slug=slug, missing=lacking)
