"""Two at once: one text, one version each, no lock that waits for ever."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from django.db import connections

from jangteo.apps.catalog.actions.draft_text import draft_text
from jangteo.apps.catalog.actions.edit_offer import edit_offer
from jangteo.apps.catalog.actions.publish_text import publish_text, withdraw_text
from jangteo.apps.catalog.drafts import offer_draft
from jangteo.apps.catalog.models import Offer, WrittenText
from jangteo.platform.tenancy import every_market
from tests.world import NOON, World, make_world

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Each call in a thread and a connection of its own."""

    def run(call: Callable[[], Any]) -> Any:
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def small() -> tuple[World, dict[str, Any], int]:
    world = make_world()
    stall = world.stall("vegetable", name="우리채소")
    offer = world.offer("흙대파", 2500, stall="vegetable", origin="국내산(진도)", unit="1단")
    actor = world.owner("vegetable")
    keys = {"actor": actor, "market_id": world.market.pk, "stall_id": stall.pk, "now": NOON}
    return world, keys, offer.pk


def test_one_form_sent_four_times_at_once_is_one_text() -> None:
    _, keys, offer_id = small()

    def draft() -> int | None:
        made = draft_text(**keys, kind="product", offer_id=offer_id, after_version=0)
        return made.text_id

    ids = at_once(draft, draft, draft, draft)
    assert len(set(ids)) == 1
    with every_market():
        assert list(WrittenText.objects.values_list("version", flat=True)) == [1]


def test_publishing_while_the_goods_change_ends_in_a_true_page() -> None:
    _, keys, offer_id = small()
    made = draft_text(**keys, kind="product", offer_id=offer_id)
    with every_market():
        row = Offer.objects.select_related("category").get(pk=offer_id)
    text_id = made.text_id or 0

    def publish() -> None:
        publish_text(**keys, text_id=text_id)

    def change() -> None:
        edit_offer(**keys, offer_id=offer_id, draft=replace(offer_draft(row), unit="한 묶음"))

    def withdraw() -> None:
        withdraw_text(**keys, text_id=text_id)

    for _ in range(4):
        at_once(publish, change)
        at_once(withdraw, change)
    with every_market():
        text = WrittenText.objects.get(pk=text_id)
        offer = Offer.objects.get(pk=offer_id)
    assert text.state == "past"
    assert (offer.description, offer.is_ai_text) == ("", False)
