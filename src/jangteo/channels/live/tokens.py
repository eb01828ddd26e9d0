"""Signed permission to hear of some topics. A page that may show an order asks for a token for ``order:7``.

The token holds no secret and names no person; whoever has it hears only ids and kinds of events.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.http import HttpRequest

from jangteo.platform.config import config

SALT = "live"
MAX_AGE_SECONDS = 12 * 3600
MAX_TOPICS = 50


class RefusedTokenError(Exception):
    """The token is missing, changed, or older than twelve hours."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LivePass:
    """What a token allows: its topics, from the second (Unix time) the page was rendered."""

    topics: frozenset[str]
    since: int


@lru_cache(maxsize=1)
def _signer() -> TimestampSigner:
    return TimestampSigner(key=config().effective_secret_key(), salt=SALT, fallback_keys=[])


def live_token(topics: Sequence[str]) -> str:
    """A token that allows hearing of ``topics`` (such as ``order:7``, ``stall:3``, ``office:1``) for 12 hours."""
    if not topics or len(topics) > MAX_TOPICS:
        raise ValueError(f"between 1 and {MAX_TOPICS} topics, not {len(topics)}")
    return _signer().sign_object({"t": sorted(set(topics)), "s": int(time.time())})


def read_token(token: str) -> LivePass:
    """What the token allows. Raises `RefusedTokenError`."""
    try:
        payload = _signer().unsign_object(token, max_age=MAX_AGE_SECONDS)
        return LivePass(topics=frozenset(payload["t"]), since=int(payload["s"]))
    except (BadSignature, SignatureExpired, ValueError, KeyError, TypeError) as problem:
        raise RefusedTokenError from problem


def live_url(request: HttpRequest, topics: Sequence[str]) -> str:
    """The address a page gives to ``EventSource``: the configured one, or this host's live port."""
    settings = config()
    base = settings.live_url.rstrip("/")
    if not base:
        host = (
            request.get_host().rsplit(":", 1)[0]
            if not _is_bare_ipv6(request)
            else request.get_host()
        )
        base = f"{request.scheme}://{host}:{settings.effective_live_port}"
    return f"{base}/live?{urlencode({'token': live_token(topics)})}"


def _is_bare_ipv6(request: HttpRequest) -> bool:
    return request.get_host().endswith("]")
