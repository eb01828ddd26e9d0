"""One-time ways in: the row behind a code or a link."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.utils.http import url_has_allowed_host_and_scheme

from jangteo.apps.accounts.digests import digest
from jangteo.apps.accounts.models import SignInCode
from jangteo.platform.config import config

#: a link that the office or a stall owner sends may wait until the evening
SENT_LINK_HOURS = 24


def safe_path(path: str) -> str:
    """``path`` when it is a place on this site, else empty."""
    path = path.strip()
    if len(path) > 200 or not path.startswith("/"):
        return ""
    return path if url_has_allowed_host_and_scheme(path, allowed_hosts=None) else ""


def new_way_in(
    *, phone: str, code: str, next_path: str, lifetime: timedelta, now: datetime
) -> tuple[SignInCode, str]:
    """Keep a way in for ``phone`` (E.164); returns it with the link's address. Empty ``code``: a link only."""
    token = secrets.token_urlsafe(16)
    entry = SignInCode.objects.create(
        phone=phone,
        code_digest=digest("code", f"{phone}:{code}") if code else "",
        link_digest=digest("link", token),
        next_path=safe_path(next_path),
        expires_at=now + lifetime,
    )
    return entry, f"{config().effective_public_url()}/in/link/{token}"


def sent_link(*, phone: str, next_path: str, now: datetime) -> str:
    """A link for somebody who was given something, valid for `SENT_LINK_HOURS`."""
    return new_way_in(
        phone=phone,
        code="",
        next_path=next_path,
        lifetime=timedelta(hours=SENT_LINK_HOURS),
        now=now,
    )[1]
