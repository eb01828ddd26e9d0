"""A stall joins its market's shop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jangteo.apps.markets.drafts import StallDraft
from jangteo.apps.markets.errors import MarketNotFound
from jangteo.apps.markets.models import Market, Stall
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import ascii_slug


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedStall:
    """The new stall."""

    stall_id: int
    slug: str


@action("markets.open_stall", allow={Role.OFFICE}, within="market", token_scope="market:write")
def open_stall(
    *, actor: Actor, market_id: int, draft: StallDraft, slug: str = "", now: datetime
) -> OpenedStall:
    """Open a stall; its web address is its English name, or its name in Latin letters.

    Raises `InvalidInput`, `MarketNotFound`.
    """
    values = draft.cleaned()
    # the market's row is the lock: two stalls of one name opened at once get different addresses
    if Market.objects.select_for_update().filter(pk=market_id).first() is None:
        raise MarketNotFound
    wanted = ascii_slug(slug or values["name_en"] or values["name"], at_most=50) or "stall"
    stall = Stall.objects.create(market_id=market_id, slug=_free(market_id, wanted), **values)
    return OpenedStall(stall_id=stall.pk, slug=stall.slug)


def _free(market_id: int, wanted: str) -> str:
    like = Stall.objects.filter(market_id=market_id, slug__startswith=wanted)
    taken = set(like.values_list("slug", flat=True))
    number = 1
    slug = wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
