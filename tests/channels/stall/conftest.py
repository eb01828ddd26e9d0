"""A market at noon, and its greengrocer's phone."""

from __future__ import annotations

import pytest
from django.test import Client

from jangteo.platform.permissions import Role
from tests.desk import Market, client_of, person_with
from tests.world import NOON, four_stalls


@pytest.fixture
def market(db: None, monkeypatch: pytest.MonkeyPatch) -> Market:
    """Four stalls; the console's clock stands at noon."""
    monkeypatch.setattr("jangteo.channels.stall.desk.utc_now", lambda: NOON)
    return Market(four_stalls())


@pytest.fixture
def owner(market: Market) -> Client:
    """The greengrocer's phone."""
    return client_of(person_with(market, Role.STALL_OWNER, "vegetable"))
