"""Vendors' signing keys at rest: encrypted with a key derived from the installation's secret key."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken

from jangteo.platform.config import config


def _fernet() -> Fernet:
    digest = hashlib.sha256(b"jangteo.vendor:" + config().effective_secret_key().encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def seal(secret: str) -> str:
    """The secret as it may be kept in the database."""
    return _fernet().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """The secret again; empty when it is empty or was sealed by another installation."""
    if not sealed:
        return ""
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return ""
