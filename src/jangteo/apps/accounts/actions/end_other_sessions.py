from __future__ import annotations

from jangteo.apps.accounts.people import end_sessions, own_person
from jangteo.platform.permissions import Actor, Role, action


@action("accounts.end_other_sessions", allow={Role.SHOPPER}, within="anywhere")
def end_other_sessions(*, actor: Actor, session_key: str) -> int:
    """Sign the actor out everywhere but here; returns how many devices. Raises `SignInNeeded`."""
    return end_sessions(own_person(actor).pk, keep=session_key)
