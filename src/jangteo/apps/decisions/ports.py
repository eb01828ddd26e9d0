"""What decisions need from outside: a vendor's service that speaks the provider contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from jangteo.apps.decisions.setup import VendorProvider

#: of the provider contract; raised when an old vendor could no longer answer a new request
CONTRACT_VERSION = "1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """What leaves for a vendor: nothing that its data scope does not name."""

    decision_id: str
    capability: str
    capability_version: int
    #: the person under a key of this vendor alone; None without her consent
    subject: str | None
    #: the request's fields within the data scope, as JSON values
    request: dict[str, Any]
    #: made-up data
    is_sandbox: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a vendor proposed; not checked yet."""

    proposal: dict[str, Any]
    provider_version: str
    #: empty when the vendor gave none
    reason_ko: str
    reason_en: str


#: reasons that say: the vendor was not called
NOTHING_LEFT = frozenset({"broken", "quota", "busy", "no-secret", "request-too-large"})


class VendorFailed(Exception):
    """A vendor gave nothing usable. The argument is the fallback's reason in machine words.

    ``deadline``, ``unreachable``, ``status-<n>``, ``too-large``, ``nonsense``, ``broken`` (circuit breaker is open),
    ``quota``, ``busy`` (too many calls of this provider at a time), ``request-too-large``, ``no-secret``.
    """

    @property
    def reason(self) -> str:
        return str(self.args[0])

    @property
    def may_have_left(self) -> bool:
        """Could any of the request have reached the vendor?"""
        return self.reason not in NOTHING_LEFT


class VendorClient(Protocol):
    """Calls vendors within a deadline, a quota and a circuit breaker."""

    def ask(self, provider: VendorProvider, ask: Ask, *, market_id: int, within_ms: int) -> Answer:
        """The vendor's proposal. Returns or raises `VendorFailed` within ``within_ms``."""
        ...

    def forget(self, *, base_url: str, secret: str, vendor_subject: str) -> str:
        """Have a vendor erase a subject; returns its receipt. Raises `VendorFailed`."""
        ...
