"""`jangteo items`: found, merged, split, taken back, exported, on the operator's terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jangteo.apps.catalog.actions.create_item import create_item
from jangteo.apps.catalog.actions.link_offer import link_offer
from jangteo.apps.catalog.items import ItemDraft, current
from jangteo.apps.catalog.models import Item, ItemChange, Offer
from jangteo.apps.catalog.standard import JsonValue
from jangteo.platform.cli import main
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import every_market
from tests.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = make_world("amsa")
    world.stall("green")
    return world


def item(name: str, **fields: JsonValue) -> Item:
    draft = ItemDraft(fields={"name": name, **fields}, provenance={}, category_slug="")
    made = create_item(actor=Actor.system(), market_id=None, draft=draft, now=NOON)
    return Item.objects.get(pk=made.item_id)


def test_products_are_listed_and_found_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    apple, pear = item("사과", variety="부사"), item("배")
    assert main(["items", "list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        pear.code,
        apple.code,
    ]
    assert main(["items", "list", "--q", "사과"]) == 0
    out = capsys.readouterr().out
    assert apple.code in out
    assert pear.code not in out


def test_a_merge_is_done_listed_and_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    one, two = item("대파"), item("대파", origin="국산")
    assert main(["items", "merge", one.code, two.code, "--reason", "같은 것"]) == 0
    one.refresh_from_db()
    assert current(one).pk == two.pk
    change = ItemChange.objects.get()
    assert f"jangteo items undo {change.pk}" in capsys.readouterr().out
    assert main(["items", "list", "--changes"]) == 0
    assert f"{change.pk}  merge  {one.code} {two.code}" in capsys.readouterr().out
    assert main(["items", "undo", str(change.pk)]) == 0
    one.refresh_from_db()
    assert current(one).pk == one.pk


def test_goods_are_split_off_and_a_wrong_id_changes_nothing(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    apple = item("사과")
    offer = world.offer("홍로 사과", 9000, stall="green", origin="국산")
    link_offer(
        actor=Actor.system(),
        market_id=world.market.pk,
        stall_id=world.stalls["green"].pk,
        offer_id=offer.pk,
        item_id=apple.pk,
        now=NOON,
    )
    split = ["items", "split", "amsa", apple.code, "--set", "variety=홍로", "--offers"]
    assert main([*split, f"{offer.pk},x"]) != 0
    assert "4,9" in capsys.readouterr().err
    assert Item.objects.count() == 1
    assert main([*split, str(offer.pk)]) == 0
    with every_market():
        moved = Offer.objects.select_related("item").get(pk=offer.pk).item
    assert moved is not None
    assert moved.pk != apple.pk
    assert moved.fields["variety"] == "홍로"


def test_unknown_products_and_fields_say_so(capsys: pytest.CaptureFixture[str]) -> None:
    one = item("무")
    assert main(["items", "merge", one.code, "JT999999999"]) != 0
    assert capsys.readouterr().err
    assert main(["items", "split", "amsa", one.code, "--offers", "1", "--set", "colour=red"]) != 0
    assert "colour=red" in capsys.readouterr().err


def test_answers_are_written_as_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    assert main(["items", "export-answers", str(path)]) == 0
    for line in path.read_text(encoding="utf-8").splitlines():
        json.loads(line)
