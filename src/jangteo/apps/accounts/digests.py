"""One-way keeping of codes, links and tokens: HMAC-SHA256 under the secret key, one purpose each."""

from __future__ import annotations

from django.utils.crypto import constant_time_compare, salted_hmac


def digest(purpose: str, value: str) -> str:
    """64 hex digits. The same value under another purpose gives another digest."""
    return salted_hmac(f"jangteo.accounts.{purpose}", value, algorithm="sha256").hexdigest()


def matches(purpose: str, value: str, kept: str) -> bool:
    """Does ``value`` belong to the kept digest? Takes the same time either way."""
    return bool(kept) and constant_time_compare(digest(purpose, value), kept)
