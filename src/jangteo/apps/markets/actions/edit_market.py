"""The office sets its market's face, hours and terms."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from jangteo.apps.markets.drafts import MarketDraft
from jangteo.apps.markets.errors import MarketNotFound
from jangteo.apps.markets.info import forget_markets
from jangteo.apps.markets.models import Market
from jangteo.platform.permissions import Actor, Role, action


@action("markets.edit_market", allow={Role.OFFICE}, within="market", token_scope="market:write")
def edit_market(*, actor: Actor, market_id: int, draft: MarketDraft, now: datetime) -> None:
    """Set all of `MarketDraft`. Raises `InvalidInput`, `MarketNotFound`."""
    if not Market.objects.filter(pk=market_id).update(**draft.cleaned()):
        raise MarketNotFound
    transaction.on_commit(forget_markets)
