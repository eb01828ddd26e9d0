from __future__ import annotations

from datetime import datetime

from jangteo.apps.accounts.errors import WrongSecondFactor
from jangteo.apps.accounts.people import own_person, require_full_power
from jangteo.apps.accounts.totp import accepted_step
from jangteo.platform.permissions import Actor, Role, action


@action("accounts.confirm_totp", allow={Role.SHOPPER}, within="anywhere")
def confirm_totp(*, actor: Actor, secret: str, code: str, now: datetime) -> None:
    """Keep the second factor once its first code was typed right; that code is used up.

    ``secret`` is the one from `start_totp`, kept by the channel on the server side meanwhile.
    Raises `SignInNeeded`, `StrongSignInNeeded`, `WrongSecondFactor`.
    """
    person = own_person(actor, lock=True)
    require_full_power(actor, person, now)
    step = accepted_step(secret, code, last_step=0, now=now)
    if step is None:
        raise WrongSecondFactor
    person.totp_secret = secret
    person.totp_last_step = step
    person.save(update_fields=["totp_secret", "totp_last_step"])
