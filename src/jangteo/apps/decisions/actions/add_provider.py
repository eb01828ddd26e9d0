"""Register a vendor's service, in the sandbox at first."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from jangteo.apps.decisions.adapters.addresses import check_url
from jangteo.apps.decisions.adapters.http import sandbox_is_open
from jangteo.apps.decisions.drafts import ProviderDraft
from jangteo.apps.decisions.models import Provider
from jangteo.apps.decisions.sealing import seal
from jangteo.apps.decisions.setup import touch_setup
from jangteo.apps.decisions.vendors import note
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action


@dataclass(frozen=True, kw_only=True, slots=True)
class AddedProvider:
    """``secret`` signs all calls; it is told this once and kept encrypted."""

    provider_id: int
    slug: str
    secret: str


@action(
    "decisions.add_provider",
    allow={Role.OFFICE},
    within="market",
    token_scope="market:write",
    atomic=False,
)
def add_provider(
    *, actor: Actor, market_id: int, draft: ProviderDraft, now: datetime
) -> AddedProvider:
    """Look the address up, then keep the provider with a new secret. It decides nothing yet.

    Raises `InvalidInput`, `CapabilityUnknown`, `VendorAddressRefused`.
    """
    values = draft.cleaned()
    check_url(values["base_url"], may_be_local=sandbox_is_open())
    secret = f"jtv_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        if Provider.objects.filter(market_id=market_id, slug=values["slug"]).exists():
            raise InvalidInput(
                field="slug",
                ko="이 시장에 같은 이름으로 등록한 업체가 있어요. 다른 이름을 적어 주세요.",
                en="This market has registered a company under this name. Choose another name.",
            )
        row = Provider.objects.create(
            market_id=market_id,
            **values,
            secret_sealed=seal(secret),
            added_by_id=actor.person_id,
            added_at=now,
        )
        note(
            row,
            "added",
            by_id=actor.person_id,
            now=now,
            capability=row.capability,
            fields=row.data_scope,
        )
        touch_setup(market_id)
    return AddedProvider(provider_id=row.pk, slug=row.slug, secret=secret)
