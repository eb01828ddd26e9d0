"""The vendor client in use."""

from __future__ import annotations

from functools import lru_cache

from jangteo.apps.decisions.adapters.http import HttpVendorClient
from jangteo.apps.decisions.ports import VendorClient


@lru_cache(maxsize=1)
def vendor_client() -> VendorClient:
    """One client for this process; its connections are kept open."""
    return HttpVendorClient()
