"""One-way keeping of codes, links and tokens: HMAC-SHA256 under the secret key, one purpose each."""

from __future__ import annotations

import hashlib

from django.utils.crypto import constant_time_compare, salted_hmac


def digest(purpose: str, value: str) -> str:
    """64 hex digits. The same value under another purpose gives another digest."""
    return salted_hmac(f"jangteo.accounts.{purpose}", value, algorithm="sha256").hexdigest()


def matches(purpose: str, value: str, kept: str) -> bool:
    """Does ``value`` belong to the kept digest? Takes the same time either way."""
    return bool(kept) and constant_time_compare(digest(purpose, value), kept)


def guest_digest(guest_key: str) -> str:
    """How a guest's browser key is kept beside decisions and consents (SHA-256, 64 hex digits); empty for none."""
    return hashlib.sha256(guest_key.encode()).hexdigest() if guest_key else ""
