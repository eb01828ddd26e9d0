"""People with API tokens who buy over HTTP."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

import httpx

from jangteo.apps.accounts.digests import digest
from jangteo.apps.accounts.models import ApiToken
from jangteo.platform.clock import utc_now
from tests.world import World, person


def buyer_headers() -> dict[str, str]:
    """A new person's bearer token."""
    secret = secrets.token_urlsafe(24)
    ApiToken.objects.create(
        person=person(),
        digest=digest("token", secret),
        label="buyer",
        scopes=["orders:read", "orders:write"],
        expires_at=utc_now() + timedelta(hours=1),
    )
    return {"Authorization": f"Bearer {secret}"}


def order_body(world: World, total_krw: int, **quantities: int) -> dict[str, Any]:
    """An order for pickup; ``quantities`` by the offers' names."""
    return {
        "lines": [
            {"offer_id": world.offers[name].pk, "quantity": units}
            for name, units in quantities.items()
        ],
        "way": "pickup",
        "contact_name": "손님",
        "contact_phone": "010-1234-5678",
        "seen_total_krw": total_krw,
    }


def place(
    client: httpx.Client, world: World, headers: dict[str, str], key: str, body: dict[str, Any]
) -> httpx.Response:
    """One POST of an order."""
    return client.post(
        f"/api/v1/markets/{world.market.slug}/orders",
        json=body,
        headers=headers | {"Idempotency-Key": key},
    )
