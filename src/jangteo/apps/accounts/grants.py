"""Putting a role in force and taking it back: rows are closed, never edited away."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from jangteo.apps.accounts.models import Person, RoleGrant
from jangteo.apps.markets.models import Stall
from jangteo.platform.errors import NotFound
from jangteo.platform.permissions import Role


def stall_here(market_id: int | None, stall_id: int) -> Stall:
    """The stall, if it belongs to the market. Raises `NotFound`."""
    stall = Stall.objects.filter(pk=stall_id).first()
    if stall is None or stall.market_id != market_id:
        raise NotFound
    return stall


def same_place(market_id: int | None, stall_id: int | None) -> Q:
    """Grants of exactly this place; None means "of no single one", not "of any"."""
    return Q(market_id=market_id) & Q(stall_id=stall_id)


def put_grant(
    *,
    person: Person,
    role: Role,
    market_id: int | None,
    stall_id: int | None,
    given_by: int | None,
    until: datetime | None,
    now: datetime,
) -> RoleGrant:
    """Close an open grant of the same role and place, and open one that ends at ``until`` (None: never)."""
    Person.objects.select_for_update().get(pk=person.pk)
    RoleGrant.objects.filter(
        same_place(market_id, stall_id), person=person, role=role, revoked_at=None
    ).update(revoked_at=now)
    return RoleGrant.objects.create(
        person=person,
        role=role,
        market_id=market_id,
        stall_id=stall_id,
        given_by_id=given_by,
        until=until,
    )
