"""Vendors over HTTP: the provider contract, version 1."""

from __future__ import annotations

from jangteo.apps.decisions.ports import Answer, Ask, VendorFailed
from jangteo.apps.decisions.setup import VendorProvider


class HttpVendorClient:
    """Signed requests under a strict deadline."""

    def ask(self, provider: VendorProvider, ask: Ask, *, market_id: int, within_ms: int) -> Answer:
        raise VendorFailed("unreachable")

    def forget(self, *, base_url: str, secret: str, vendor_subject: str) -> str:
        raise VendorFailed("unreachable")
