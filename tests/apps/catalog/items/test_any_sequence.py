"""Whatever is made, linked, merged, split and taken back, in whatever order: the items stay in one piece."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jangteo.apps.catalog.actions.create_item import create_item
from jangteo.apps.catalog.actions.link_offer import link_offer
from jangteo.apps.catalog.actions.merge_items import merge_items
from jangteo.apps.catalog.actions.split_item import split_item
from jangteo.apps.catalog.actions.undo_item_change import undo_item_change
from jangteo.apps.catalog.items import ItemDraft
from jangteo.apps.catalog.items.resolving import current_many
from jangteo.apps.catalog.models import Item, ItemChange, ItemVersion, Offer
from jangteo.platform.errors import JangteoError
from jangteo.platform.tenancy import every_market
from tests.world import NOON, World, make_world

pytestmark = pytest.mark.django_db

#: valid GTIN-14s, so that barcodes travel with merges
CODES = ("08801234567893", "08809999999997", "")
STEP = st.tuples(
    st.sampled_from(("create", "link", "merge", "split", "undo")),
    st.integers(0, 30),
    st.integers(0, 30),
)


def picture() -> dict[str, Any]:
    """All that undoing must bring back: items without versions, and where offers hang."""
    left_out = ("version", "updated_at", "_state")
    with every_market():
        offers = dict(Offer.objects.values_list("pk", "item_id"))
    items = {
        row.pk: {key: value for key, value in vars(row).items() if key not in left_out}
        for row in Item.objects.all()
    }
    return {"items": items, "offers": offers}


class Town:
    """One market with three offers, and what happens in it."""

    def __init__(self) -> None:
        self.world: World = make_world()
        self.world.stall("fruit")
        self.offers = [self.world.offer(f"물건{n}", 1000 + n, stall="fruit").pk for n in range(3)]
        self.office = self.world.office()
        self.made = 0

    def step(self, kind: str, a: int, b: int) -> None:
        """One thing somebody tries; what the house refuses changes nothing."""
        ways: dict[str, Callable[[int, int], None]] = {
            "create": self.create, "link": self.link, "merge": self.merge, "split": self.split,
            "undo": self.undo,
        }  # fmt: skip
        before = picture()
        try:
            with transaction.atomic():
                ways[kind](a, b)
        except JangteoError:
            assert picture() == before
        self.check()

    def ids(self) -> list[int]:
        return list(Item.objects.order_by("pk").values_list("pk", flat=True))

    def create(self, a: int, b: int) -> None:
        self.made += 1
        fields: dict[str, Any] = {"name": f"사과{a % 4}", "net_g": 1000 * (b % 3 + 1)}
        if CODES[b % 3]:
            fields["gtin"] = CODES[b % 3]
        draft = ItemDraft(fields=fields, provenance={}, category_slug="")
        create_item(actor=self.office, market_id=self.world.market.pk, draft=draft, now=NOON)

    def link(self, a: int, b: int) -> None:
        ids = self.ids()
        if ids:
            link_offer(
                actor=self.office, market_id=self.world.market.pk,
                stall_id=self.world.stalls["fruit"].pk, offer_id=self.offers[a % 3],
                item_id=ids[b % len(ids)], now=NOON,
            )  # fmt: skip

    def merge(self, a: int, b: int) -> None:
        ids = self.ids()
        if ids:
            before = picture()
            change = merge_items(
                actor=self.office, market_id=self.world.market.pk, item_id=ids[a % len(ids)],
                into_id=ids[b % len(ids)], now=NOON,
            ).change_id  # fmt: skip
            self.comes_back(change, before)

    def split(self, a: int, b: int) -> None:
        ids = self.ids()
        if ids:
            split_item(
                actor=self.office, market_id=self.world.market.pk, item_id=ids[a % len(ids)],
                offer_ids=[self.offers[b % 3]], fields={"name": f"배{self.made}", "grade": "특"},
                category_slug="", now=NOON,
            )  # fmt: skip
            self.made += 1

    def undo(self, a: int, b: int) -> None:
        changes = list(ItemChange.objects.order_by("pk").values_list("pk", flat=True))
        if changes:
            undo_item_change(
                actor=self.office, market_id=self.world.market.pk,
                change_id=changes[a % len(changes)], now=NOON,
            )  # fmt: skip

    def comes_back(self, change: int, before: dict[str, Any]) -> None:
        """Taking the last change back restores everything; then it is as if that had not been tried."""
        point = transaction.savepoint()
        undo_item_change(
            actor=self.office, market_id=self.world.market.pk, change_id=change, now=NOON
        )
        assert picture() == before
        transaction.savepoint_rollback(point)

    def check(self) -> None:
        """What holds after every step."""
        items = {row.pk: row for row in Item.objects.all()}
        ends = current_many(items)
        assert ends.keys() == items.keys()
        assert all(one.state != Item.State.MERGED for one in ends.values())
        with every_market():
            hanging = list(Offer.objects.exclude(item=None).values_list("item_id", flat=True))
        assert all(ends[one].state in ("active", "retired") for one in hanging if one)
        versions: dict[int, list[int]] = {}
        for item_id, version in ItemVersion.objects.order_by("version").values_list(
            "item_id", "version"
        ):
            versions.setdefault(item_id, []).append(version)
        assert all(versions[pk] == list(range(1, row.version + 1)) for pk, row in items.items())
        coded = [row.gtin for row in items.values() if row.gtin]
        assert len(coded) == len(set(coded))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEP, min_size=4, max_size=14))
def test_items_stay_whole_through_any_sequence(steps: list[tuple[str, int, int]]) -> None:
    with transaction.atomic():
        town = Town()
        for one in [("create", 0, 0), ("create", 1, 1), ("link", 0, 0), *steps]:
            town.step(*one)
        transaction.set_rollback(True)


def test_the_last_split_comes_back_exactly_but_for_the_product_it_made() -> None:
    town = Town()
    town.create(0, 2)
    town.link(0, 0)
    before = picture()
    town.split(0, 0)
    change = ItemChange.objects.get()
    town.undo(0, 0)
    after = picture()
    made = after["items"].pop(change.other_id)
    assert after == before
    assert (made["state"], made["merged_into_id"]) == ("merged", change.item_id)
