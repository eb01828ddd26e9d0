"""Whose decision a row of the log is: by the subject's key, or by what the decision was about.

A decision about somebody who switched personal decisions off carries no key, and still may concern her: one about a line
of her order does. The app that knows whose such a thing is says so here.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.db.models import Q

from jangteo.apps.accounts.digests import guest_digest
from jangteo.apps.decisions.ids import made_between
from jangteo.apps.decisions.models import Decision, Subject
from jangteo.platform.permissions import Actor

#: (actor, market id, what stands after the colon of `Decision.about`) -> is it the actor's own?
IsOwn = Callable[[Actor, int, str], bool]
_owners: dict[str, IsOwn] = {}


def register_owner(prefix: str, is_own: IsOwn) -> IsOwn:
    """Say whose a decision about ``prefix:...`` is, such as ``line:33``."""
    _owners[prefix] = is_own
    return is_own


def has_owner(about: str) -> bool:
    """Is what a decision was about somebody's?"""
    return about.partition(":")[0] in _owners


def subjects_of(actor: Actor) -> Q:
    """The `Subject` rows of a person and of the browser she uses."""
    mine = Q(pk=None)
    if actor.person_id is not None:
        mine |= Q(person_id=actor.person_id)
    if actor.guest_key:
        mine |= Q(person=None, guest_digest=guest_digest(actor.guest_key))
    return mine


def keys_of(actor: Actor, market_id: int | None = None) -> list[uuid.UUID]:
    """The actor's keys in the log, in one market or (with the every-market scope) in all."""
    rows = Subject.objects.filter(subjects_of(actor))
    if market_id is not None:
        rows = rows.filter(market_id=market_id)
    return list(rows.values_list("key", flat=True))


def own_decision(actor: Actor, market_id: int, decision_id: uuid.UUID) -> Decision | None:
    """A decision of the live log if it is the actor's own; None otherwise. Needs the market's scope."""
    try:
        since, until = made_between(decision_id)
    except ValueError:
        return None
    row = Decision.objects.filter(
        market_id=market_id, pk=decision_id, at__gte=since, at__lt=until
    ).first()
    if row is None:
        return None
    if row.subject is not None:
        return row if row.subject in keys_of(actor, market_id) else None
    prefix, _, rest = row.about.partition(":")
    is_own = _owners.get(prefix)
    return row if is_own is not None and is_own(actor, market_id, rest) else None
