"""Vendors over HTTP: the provider contract, version 1 (docs/vendors.md)."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from time import time
from typing import Any
from urllib.parse import urlsplit

import orjson

from jangteo.apps.decisions.adapters.addresses import Target, target_of
from jangteo.apps.decisions.adapters.breaker import Breaker
from jangteo.apps.decisions.adapters.quota import Quota
from jangteo.apps.decisions.adapters.signing import CONTRACT, SIGNATURE, sign
from jangteo.apps.decisions.adapters.wire import Reply, Wire
from jangteo.apps.decisions.errors import VendorAddressRefused
from jangteo.apps.decisions.ports import CONTRACT_VERSION, Answer, Ask, VendorFailed
from jangteo.apps.decisions.sealing import unseal
from jangteo.apps.decisions.setup import VendorProvider
from jangteo.platform.clock import utc_now
from jangteo.platform.config import config

#: a larger request does not leave
REQUEST_LIMIT_BYTES = 256 * 1024
#: nobody waits at a till for an erasure
FORGET_SECONDS = 10.0


def sandbox_is_open() -> bool:
    """May a vendor's service on this very machine be called?"""
    return config().sandbox_pages


class HttpVendorClient:
    """Signed requests under one deadline, a quota, a breaker and a limit of calls at a time."""

    def __init__(
        self,
        *,
        wire: Wire | None = None,
        clock: Callable[[], datetime] = utc_now,
        most_at_once: int | None = None,
    ) -> None:
        self._wire = wire or Wire()
        self._clock = clock
        self._breaker = Breaker()
        self._quota = Quota()
        # one stuck vendor must not hold every thread of this process
        most = most_at_once or max(2, config().web_threads // 2)
        self._slots: dict[int, threading.BoundedSemaphore] = defaultdict(
            lambda: threading.BoundedSemaphore(most)
        )

    def ask(self, provider: VendorProvider, ask: Ask, *, market_id: int, within_ms: int) -> Answer:
        """See `VendorClient`."""
        secret = unseal(provider.secret_sealed)
        if not secret or not provider.base_url:
            raise VendorFailed("no-secret")
        target = _target(provider.base_url)
        body = request_body(ask, within_ms)
        if len(body) > REQUEST_LIMIT_BYTES:
            raise VendorFailed("request-too-large")
        slot = self._slots[provider.id]
        if not slot.acquire(blocking=False):
            raise VendorFailed("busy")
        try:
            now = self._clock()
            trial = self._breaker.enter(provider, now)
            try:
                self._quota.take(provider, now)
            except VendorFailed:
                self._breaker.leave(provider)
                raise
            try:
                reply = self._post(target, "/v1/decide", secret, body, within_ms / 1000)
                answer = read_answer(reply, ask.decision_id)
            except VendorFailed:
                self._breaker.failed(provider, market_id, self._clock(), trial)
                raise
            self._breaker.succeeded(provider, market_id, now, trial)
            return answer
        finally:
            slot.release()

    def forget(self, *, base_url: str, secret: str, vendor_subject: str) -> str:
        """See `VendorClient`."""
        if not secret or not base_url:
            raise VendorFailed("no-secret")
        body = forget_body(vendor_subject)
        target = _target(base_url)
        return read_receipt(self._post(target, "/v1/subjects/forget", secret, body, FORGET_SECONDS))

    def close(self) -> None:
        """Close the kept connections."""
        self._wire.close()

    def _post(self, target: Target, path: str, secret: str, body: bytes, within_s: float) -> Reply:
        return self._wire.send(
            target, "POST", path, headers=headers(secret, body), body=body, within_s=within_s
        )


def _target(base_url: str) -> Target:
    try:
        return target_of(base_url, may_be_local=sandbox_is_open())
    except VendorAddressRefused:
        raise VendorFailed("unreachable") from None


def headers(secret: str, body: bytes, at: int | None = None) -> dict[str, str]:
    """What every call carries. ``at``: Unix seconds; now when not given."""
    moment = int(time()) if at is None else at
    return {CONTRACT: CONTRACT_VERSION, SIGNATURE: sign(secret, body, moment)}


def request_body(ask: Ask, within_ms: int) -> bytes:
    """Exactly what leaves for a decision."""
    return orjson.dumps(
        {
            "contract": CONTRACT_VERSION,
            "decision_id": ask.decision_id,
            "capability": ask.capability,
            "capability_version": ask.capability_version,
            "subject": ask.subject,
            "sandbox": ask.is_sandbox,
            "deadline_ms": within_ms,
            "request": ask.request,
        }
    )


def forget_body(vendor_subject: str) -> bytes:
    """Exactly what leaves for an erasure."""
    return orjson.dumps({"contract": CONTRACT_VERSION, "subject": vendor_subject})


def read_json(reply: Reply) -> dict[str, Any]:
    """The object of a 200 answer. Raises `VendorFailed`: status-<n>, nonsense."""
    if reply.status != 200:
        raise VendorFailed(f"status-{reply.status}")
    # PostgreSQL keeps no NUL character, so an answer with one could not be logged
    if reply.kind != "application/json" or b"\\u0000" in reply.body:
        raise VendorFailed("nonsense")
    try:
        found = orjson.loads(reply.body)
    except orjson.JSONDecodeError:
        raise VendorFailed("nonsense") from None
    if not isinstance(found, dict):
        raise VendorFailed("nonsense")
    return found


def read_answer(reply: Reply, decision_id: str) -> Answer:
    """A proposal, not checked yet. Raises `VendorFailed`."""
    found = read_json(reply)
    proposal, version = found.get("proposal"), found.get("provider_version")
    reason = found.get("reason") or {}
    if (
        found.get("decision_id") != decision_id
        or not isinstance(proposal, dict)
        or not isinstance(version, str)
        or not isinstance(reason, dict)
    ):
        raise VendorFailed("nonsense")
    return Answer(
        proposal=proposal,
        provider_version=_sentence(version)[:40],
        reason_ko=_sentence(reason.get("ko")),
        reason_en=_sentence(reason.get("en")),
    )


def read_receipt(reply: Reply) -> str:
    """The receipt of an erasure. Raises `VendorFailed`."""
    receipt = read_json(reply).get("receipt")
    if not isinstance(receipt, str) or not 1 <= len(receipt) <= 100 or not receipt.isprintable():
        raise VendorFailed("nonsense")
    return receipt


def _sentence(found: Any) -> str:
    """A vendor's words for people: one line of text, no longer than the log keeps."""
    if not isinstance(found, str):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in found).split())[:300]


def origin_of(base_url: str) -> str:
    """``https://api.vendor.example`` for people: no path."""
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
