"""Who may do what. An action declares it once; the decorator checks it before a line of the action runs.

Roles are granted per market (and per stall); everybody, signed in or not, may also act as a shopper. The registry
`ACTIONS` lets a test try every action as every role and as another market's people.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, ParamSpec, TypeVar

from django.db import transaction

from jangteo.platform.errors import NotAllowed
from jangteo.platform.tenancy import every_market, market_scope

P = ParamSpec("P")
R = TypeVar("R")


class Role(StrEnum):
    """The roles of a market. A person may hold several."""

    SHOPPER = "shopper"
    STALL_OWNER = "stall_owner"
    #: acts for a stall by recorded delegation
    PROXY = "proxy"
    #: the merchants' association office of one market
    OFFICE = "office"
    #: reads several markets, writes nothing
    AGENCY = "agency"
    #: jobs and the command line of the operator
    SYSTEM = "system"


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """One role in one place. ``market_id`` None: every market. ``stall_id`` None: the whole market."""

    role: Role
    market_id: int | None = None
    stall_id: int | None = None

    def covers(self, market_id: int | None, stall_id: int | None) -> bool:
        if self.market_id is not None and self.market_id != market_id:
            return False
        return self.stall_id is None or self.stall_id == stall_id


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Who acts: a person, a guest known by a browser's random key, or the system."""

    person_id: int | None = None
    grants: frozenset[Grant] = frozenset()
    #: random key of this browser; owns guest carts and orders
    guest_key: str = ""
    #: an API token narrows what its person may do; None means no token was used
    token_scopes: frozenset[str] | None = None

    @classmethod
    def system(cls) -> Actor:
        """The product itself: jobs and the operator's command line."""
        return cls(grants=frozenset({Grant(role=Role.SYSTEM)}))

    def has(self, role: Role, market_id: int | None = None, stall_id: int | None = None) -> bool:
        """Does this actor hold ``role`` here? Everybody is a shopper."""
        if role is Role.SHOPPER:
            return True
        return any(g.role is role and g.covers(market_id, stall_id) for g in self.grants)

    def owns(self, *, person_id: int | None, guest_key: str) -> bool:
        """Is a thing of this person, or of this browser when nobody was signed in, the actor's own?"""
        if person_id is not None:
            return person_id == self.person_id
        return bool(guest_key) and guest_key == self.guest_key


#: "platform": touches no market's rows, so no scope is entered
Place = Literal["anywhere", "platform", "market", "stall"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionRule:
    """What an action declared about itself."""

    name: str
    allow: frozenset[Role]
    within: Place
    #: scope an API token needs to call this
    token_scope: str
    function: Callable[..., Any] = field(compare=False)


ACTIONS: dict[str, ActionRule] = {}


def check(rule: ActionRule, actor: Actor, market_id: int | None, stall_id: int | None) -> None:
    """Raise `NotAllowed` unless one of the allowed roles covers the place, within the token's scopes."""
    if actor.token_scopes is not None and rule.token_scope not in actor.token_scopes:
        raise NotAllowed
    if not any(actor.has(role, market_id, stall_id) for role in rule.allow):
        raise NotAllowed


def action(
    name: str, *, allow: set[Role], within: Place, token_scope: str = "", atomic: bool = True
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function a business action: permission, market scope, transaction, registry.

    The function takes keyword arguments only: ``actor`` always, ``market_id`` within a market or stall,
    ``stall_id`` too when ``within="stall"``. The system role may do everything. ``atomic=False`` is for an action
    that must talk to an outside service between two transactions of its own.
    """
    roles = frozenset(allow | {Role.SYSTEM})

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        rule = ActionRule(
            name=name, allow=roles, within=within, token_scope=token_scope, function=function
        )

        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            actor, market_id, stall_id = _place(kwargs, within)
            check(rule, actor, market_id, stall_id)
            with _scope(within, market_id), transaction.atomic() if atomic else nullcontext():
                return function(*args, **kwargs)

        ACTIONS[name] = ActionRule(
            name=name, allow=roles, within=within, token_scope=token_scope, function=run
        )
        return run

    return decorate


def _scope(within: Place, market_id: int | None) -> AbstractContextManager[None]:
    if within == "platform":
        return nullcontext()
    return market_scope(market_id) if market_id is not None else every_market()


def _place(kwargs: Mapping[str, Any], within: Place) -> tuple[Actor, int | None, int | None]:
    actor = kwargs["actor"]
    if not isinstance(actor, Actor):
        raise TypeError("actor must be an Actor")
    market_id = kwargs["market_id"] if within in ("market", "stall") else None
    stall_id = kwargs["stall_id"] if within == "stall" else None
    return actor, market_id, stall_id
