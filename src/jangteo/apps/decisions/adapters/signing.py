"""How requests to vendors are signed: HMAC-SHA-256 of the moment and the body, as webhooks of payment services are."""

from __future__ import annotations

import hashlib
import hmac
import re

SIGNATURE = "Jangteo-Signature"
CONTRACT = "Jangteo-Contract"
#: a vendor refuses a signature older (or further ahead) than this, so that a recorded request cannot be sent again
REPLAY_SECONDS = 300
_FORM = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")


def sign(secret: str, body: bytes, at: int) -> str:
    """The value of `SIGNATURE`. ``at``: Unix seconds."""
    return f"t={at},v1={_digest(secret, body, at)}"


def verify(secret: str, body: bytes, header: str, now: int) -> bool:
    """Is the header of this body, this secret and the last five minutes?"""
    found = _FORM.fullmatch(header)
    if found is None or abs(now - int(found[1])) > REPLAY_SECONDS:
        return False
    return hmac.compare_digest(found[2], _digest(secret, body, int(found[1])))


def _digest(secret: str, body: bytes, at: int) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
