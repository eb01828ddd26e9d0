"""Give a vendor a new signing key before anything real was ever sent with the old one."""

from __future__ import annotations

import secrets
from datetime import datetime

from jangteo.apps.decisions.errors import KeyInUse
from jangteo.apps.decisions.models import Provider
from jangteo.apps.decisions.sealing import seal
from jangteo.apps.decisions.setup import touch_setup
from jangteo.apps.decisions.vendors import locked_provider, note
from jangteo.platform.permissions import Actor, Role, action


@action("decisions.renew_provider_secret", allow={Role.SYSTEM}, within="market")
def renew_provider_secret(
    *, actor: Actor, market_id: int, provider_id: int, by_id: int | None, now: datetime
) -> str:
    """Returns the new key, which is told this once; the old one is worth nothing and the check must be passed again.

    In the sandbox only: subjects' keys are made from it, so a vendor that has seen real ones could no longer be told
    whom to forget. Raises `NotFound`, `ProviderRemoved`, `KeyInUse`.
    """
    row = locked_provider(market_id, provider_id)
    if row.state != Provider.State.SANDBOX:
        raise KeyInUse
    secret = f"jtv_{secrets.token_urlsafe(32)}"
    row.secret_sealed = seal(secret)
    row.last_check = {}
    row.save(update_fields=["secret_sealed", "last_check"])
    note(row, "key", by_id=by_id, now=now)
    touch_setup(market_id)
    return secret
