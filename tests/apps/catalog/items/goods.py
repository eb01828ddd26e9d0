"""Items for tests: made of written lines by the product's own action."""

from __future__ import annotations

from jangteo.apps.catalog.actions.create_item import create_item
from jangteo.apps.catalog.items import ItemDraft, fields_from
from jangteo.apps.catalog.models import Item
from jangteo.engines.matching import understand
from jangteo.platform.permissions import Actor
from tests.world import NOON, World


def draft(line: str) -> ItemDraft:
    """What a line says."""
    return fields_from(understand(line))


def item(world: World | None, line: str, actor: Actor | None = None) -> Item:
    """A standard product of a line, brought in by the world's market (None: the operator)."""
    made = create_item(
        actor=actor or Actor.system(),
        market_id=world.market.pk if world else None,
        draft=draft(line),
        now=NOON,
    )
    return Item.objects.get(pk=made.item_id)
