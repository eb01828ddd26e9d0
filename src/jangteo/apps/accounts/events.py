"""What this app tells others: somebody is to be sent a way in, said yes or no, or asks to be deleted.

The events carry phone numbers, links and keys in memory only; they name no live topic, so nothing of them is stored.
``market_id`` is 0 where no market speaks but the platform itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from jangteo.platform.events import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeAsked(Event):
    """Somebody wants to sign in with a phone."""

    kind: ClassVar[str] = "code_asked"
    #: E.164
    phone: str
    #: six digits
    code: str
    link: str
    minutes: int
    language: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleGiven(Event):
    """Somebody got a role and a first way in."""

    kind: ClassVar[str] = "role_given"
    phone: str
    #: the stall's name, or the market's
    place: str
    link: str
    #: a role that needs two factors
    is_staff: bool
    language: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StallDelegated(Event):
    """Somebody may act for a stall until ``until``."""

    kind: ClassVar[str] = "stall_delegated"
    phone: str
    stall: str
    until: datetime
    link: str
    language: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessRecovered(Event):
    """The office sends a stall owner a fresh way in."""

    kind: ClassVar[str] = "access_recovered"
    phone: str
    link: str
    hours: int
    language: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsentChanged(Event):
    """Somebody said yes or no to a purpose."""

    kind: ClassVar[str] = "consent_changed"
    person_id: int | None
    #: SHA-256 of a guest's browser key; empty for a person
    guest_digest: str
    #: a `Purpose`
    purpose: str
    is_given: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class GuestClaimed(Event):
    """Somebody signed in says that what her browser did without signing in is hers too."""

    kind: ClassVar[str] = "guest_claimed"
    person_id: int
    guest_key: str
