"""How a vendor knows a subject: a key of its own for each provider, so that two vendors cannot compare notes."""

from __future__ import annotations

import hashlib
import hmac
import uuid

from jangteo.apps.decisions.sealing import unseal
from jangteo.apps.decisions.setup import VendorProvider


def subject_for_vendor(vendor: VendorProvider, subject: uuid.UUID) -> str:
    """32 hexadecimal digits: HMAC-SHA-256 of the subject's key under the provider's own secret."""
    return vendor_subject(unseal(vendor.secret_sealed), vendor.id, subject)


def vendor_subject(secret: str, provider_id: int, subject: uuid.UUID) -> str:
    """The same from the secret itself."""
    key = f"jangteo.subject:{provider_id}:{secret}".encode()
    return hmac.new(key, subject.bytes, hashlib.sha256).hexdigest()[:32]
