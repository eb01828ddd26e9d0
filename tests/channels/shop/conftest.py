"""A market at noon and a browser that nobody has signed in with."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from tests.channels.shop.shopping import Shopping
from tests.world import NOON, World, four_stalls


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """Four stalls; the shop's clock stands at eleven in the morning of a Saturday."""
    monkeypatch.setattr("jangteo.channels.shop.page.utc_now", lambda: NOON)
    cache.clear()
    return four_stalls()


@pytest.fixture
def shopping(world: World) -> Shopping:
    """A guest's browser in that market."""
    return Shopping(world=world, client=Client())
