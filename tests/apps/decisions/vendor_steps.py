"""A vendor's steps that several test files take: adding it, being decided for, consenting."""

from __future__ import annotations

from typing import Any

from jangteo.apps.accounts.models import Consent
from jangteo.apps.decisions.actions.add_provider import AddedProvider, add_provider
from jangteo.apps.decisions.decide import decide
from jangteo.apps.decisions.drafts import ProviderDraft
from jangteo.apps.decisions.models import (
    Decision,
    Provider,
    ProviderEvent,
)
from jangteo.apps.markets.models import Market
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import market_scope
from tests.vendor_service import KEY, ROW, row
from tests.world import NOON, World, shopper


def draft(url: str, **fields: Any) -> ProviderDraft:
    return ProviderDraft(
        name=fields.pop("name", "새벽 AI"),
        capability=fields.pop("capability", KEY),
        base_url=url,
        data_scope=fields.pop("data_scope", ("things", "note")),
        **fields,
    )


def provider_of(market: Market, provider_id: int) -> Provider:
    with market_scope(market.pk):
        return Provider.objects.get(pk=provider_id)


def kinds(world: World, provider_id: int) -> list[str]:
    with market_scope(world.market.pk):
        return list(
            ProviderEvent.objects.filter(provider_id=provider_id)
            .order_by("id")
            .values_list("kind", flat=True)
        )


def decided(world: World, subject: Actor | None = None, **more: Any) -> Decision:
    with market_scope(world.market.pk):
        made = decide(
            ROW,
            more.pop("request", row()),
            subject=subject,
            market_id=world.market.pk,
            now=NOON,
            **more,
        )
        return Decision.objects.get(pk=made.id)


def saying_yes() -> Actor:
    who = shopper()
    for purpose in ("personal", "vendors"):
        Consent.objects.create(person_id=who.person_id, purpose=purpose, is_given=True, at=NOON)
    return who


def added(office: dict[str, Any], url: str, vendor: Any, **fields: Any) -> AddedProvider:
    made = add_provider(**office, draft=draft(url, **fields))
    vendor.secret = made.secret
    return made
