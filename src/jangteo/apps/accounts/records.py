"""What the actions of this app give back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jangteo.platform.personal_data import Kept, Section


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeSent:
    """A code is on its way, whoever the number belongs to."""

    phone: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedIn:
    """Somebody proved who they are. The channel opens the session."""

    person_id: int
    #: a path on this site, or empty
    next_path: str
    #: two factors: staff roles may be used
    strong: bool
    #: True at the first sign-in of this number
    is_new: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkPreview:
    """What the page of a link may show before it is used."""

    name: str
    language: str
    #: owner or helper of a stall: their phone is remembered by default
    is_stall_person: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class TotpOffer:
    """A second factor about to be set up; nothing is kept until it is confirmed."""

    #: base32
    secret: str
    #: otpauth://...
    uri: str
    #: the same as a QR code, as a ``data:image/svg+xml`` address
    qr: str


@dataclass(frozen=True, kw_only=True, slots=True)
class IssuedToken:
    """An API token; ``token`` is shown once and kept nowhere."""

    token_id: int
    token: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenRole:
    """A role that is in force now."""

    grant_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ErasureAsked:
    """A deletion is done or waits."""

    #: opens ``/erasure/<code>``
    receipt_code: str
    is_done: bool
    #: in words for her, both languages joined by " / "
    waits_for: tuple[str, ...]
    due_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class MyData:
    """Everything that is held about somebody at one moment."""

    made_at: datetime
    sections: tuple[Section, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ErasureView:
    """An erasure as its receipt shows it: no personal data."""

    receipt_code: str
    is_done: bool
    asked_at: datetime
    due_at: datetime
    done_at: datetime | None
    #: (Korean, English, count)
    went: tuple[tuple[str, str, int], ...]
    kept: tuple[Kept, ...]
    #: (Korean, English)
    waits_for: tuple[tuple[str, str], ...]
    calls: tuple[str, ...]
