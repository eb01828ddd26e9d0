"""Try a vendor's service against the contract and keep what came of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from jangteo.apps.decisions.adapters.http import sandbox_is_open
from jangteo.apps.decisions.contract_check import CheckReport, check_vendor
from jangteo.apps.decisions.errors import ProviderRemoved
from jangteo.apps.decisions.models import Provider
from jangteo.apps.decisions.sealing import unseal
from jangteo.apps.decisions.vendors import known_capability, locked_provider, note
from jangteo.platform.errors import NotFound
from jangteo.platform.permissions import Actor, Role, action


@action(
    "decisions.check_provider",
    allow={Role.OFFICE},
    within="market",
    token_scope="market:write",
    atomic=False,
)
def check_provider(*, actor: Actor, market_id: int, provider_id: int, now: datetime) -> CheckReport:
    """Made-up requests only; may take half a minute. Raises `NotFound`, `ProviderRemoved`, `VendorAddressRefused`."""
    row = Provider.objects.filter(market_id=market_id, pk=provider_id).first()
    if row is None:
        raise NotFound
    if row.state == Provider.State.REMOVED:
        raise ProviderRemoved
    capability = known_capability(row.capability)
    report = check_vendor(
        row.base_url,
        unseal(row.secret_sealed),
        [capability],
        may_be_local=sandbox_is_open(),
        scope=frozenset(row.data_scope),
        deadline_ms=row.deadline_ms,
    )
    with transaction.atomic():
        # removed while it was being tried: then there is nothing to keep
        fresh = locked_provider(market_id, provider_id)
        fresh.last_check = {
            "at": now.isoformat(),
            "passed": report.passed,
            "failed": report.failed,
            "p95_ms": report.p95_ms,
            "capability_version": capability.version,
            "scope": sorted(row.data_scope),
            "steps": [asdict(step) for step in report.steps],
        }
        fresh.save(update_fields=["last_check"])
        note(
            fresh,
            "checked",
            by_id=actor.person_id,
            now=now,
            passed=report.passed,
            failed=report.failed,
        )
    return report
