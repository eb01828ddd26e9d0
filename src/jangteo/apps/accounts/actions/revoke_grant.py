from __future__ import annotations

from datetime import datetime

import structlog

from jangteo.apps.accounts.errors import GrantNotFound
from jangteo.apps.accounts.grants import same_place
from jangteo.apps.accounts.models import RoleGrant
from jangteo.apps.accounts.people import write_down
from jangteo.platform.errors import NotAllowed
from jangteo.platform.permissions import Actor, Role, action

log = structlog.get_logger("jangteo.accounts")


@action("accounts.revoke_grant", allow={Role.STALL_OWNER, Role.OFFICE}, within="stall")
def revoke_grant(
    *,
    actor: Actor,
    market_id: int | None,
    stall_id: int | None,
    grant_id: int,
    now: datetime,
) -> None:
    """Take a role back at once. ``stall_id`` is the grant's stall, None for a role of the whole market.

    A stall owner takes back the proxies of the stall; an office everything of its market but its own role; the
    operator everything. Raises `GrantNotFound`, `NotAllowed`.
    """
    grant = (
        RoleGrant.objects.select_for_update()
        .filter(same_place(market_id, stall_id), pk=grant_id, revoked_at=None)
        .first()
    )
    if grant is None:
        raise GrantNotFound
    if not actor.has(Role.SYSTEM) and not _may(actor, grant):
        raise NotAllowed
    grant.revoked_at = now
    grant.save(update_fields=["revoked_at"])
    if market_id is None:
        log.info("role taken back", person=grant.person_id, role=grant.role, by=actor.person_id)
        return
    write_down(
        market_id=market_id,
        person_id=grant.person_id,
        by=actor.person_id,
        kind="role_revoked",
        now=now,
        role=grant.role,
        stall_id=stall_id,
    )


def _may(actor: Actor, grant: RoleGrant) -> bool:
    if actor.has(Role.OFFICE, grant.market_id):
        return not (grant.role == Role.OFFICE and grant.person_id == actor.person_id)
    return grant.role == Role.PROXY
