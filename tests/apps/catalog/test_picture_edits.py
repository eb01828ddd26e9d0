"""Touching a photograph up and taking it back: the picture as it was taken is never lost."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from jangteo.apps.catalog.actions.edit_picture import edit_picture
from jangteo.apps.catalog.actions.set_picture import set_picture
from jangteo.apps.catalog.actions.undo_picture_edit import undo_picture_edit
from jangteo.apps.catalog.errors import (
    NoPicture,
    NothingToEdit,
    OfferNotFound,
    PictureNotEdited,
)
from jangteo.apps.catalog.models import Offer
from jangteo.apps.catalog.queries import offer_detail
from jangteo.platform.clock import seoul_day
from jangteo.platform.config import config
from jangteo.platform.errors import NotAllowed
from jangteo.platform.files import SIZES, picture_exists
from jangteo.platform.models import OutboxEvent
from jangteo.platform.tenancy import every_market, market_scope
from tests.engines.photos.test_photos import scene
from tests.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(config(), "var_dir", tmp_path)
    world = make_world()
    world.stall("a")
    world.stall("b")
    world.offer("토마토", 3000, stall="a")
    return world


def place(world: World, stall: str = "a") -> dict[str, Any]:
    return {
        "actor": world.owner(stall),
        "market_id": world.market.pk,
        "stall_id": world.stalls[stall].pk,
        "offer_id": world.offers["토마토"].pk,
        "now": NOON,
    }


def offer(world: World) -> Offer:
    with every_market():
        return Offer.objects.get(pk=world.offers["토마토"].pk)


def photograph(pixels: np.ndarray[Any, Any] | None = None) -> bytes:
    out = io.BytesIO()
    Image.fromarray(scene("1f345")[0] if pixels is None else pixels).save(out, "JPEG", quality=95)
    return out.getvalue()


def test_an_edit_stands_beside_the_picture_as_taken_and_undo_brings_exactly_that_back(
    world: World,
) -> None:
    taken = set_picture(**place(world), data=photograph())
    files = {p.name: p.read_bytes() for p in config().media_dir.iterdir()}
    edited = edit_picture(**place(world), light=True, crop=True, ground="white", square=True)
    assert edited.done == ("light", "background", "crop", "square")
    assert edited.left_out == ()
    after = offer(world)
    assert (after.picture, after.picture_before) == (edited.picture, taken)
    assert after.picture_edits == ["light", "background", "crop", "square"]
    assert edited.picture != taken
    assert picture_exists(edited.picture)
    with market_scope(world.market.pk):
        assert offer_detail(world.market.pk, after.pk, seoul_day(NOON)).is_picture_edited
    assert undo_picture_edit(**place(world)) == taken
    back = offer(world)
    assert (back.picture, back.picture_before, back.picture_edits) == (taken, "", [])
    now = {p.name: p.read_bytes() for p in config().media_dir.iterdir()}
    assert {name: now[name] for name in files} == files
    with market_scope(world.market.pk):
        assert not offer_detail(world.market.pk, after.pk, seoul_day(NOON)).is_picture_edited


def test_a_second_edit_starts_from_the_picture_as_taken_and_the_same_wish_changes_nothing(
    world: World,
) -> None:
    taken = set_picture(**place(world), data=photograph())
    first = edit_picture(**place(world), crop=True)
    second = edit_picture(**place(world), light=True)
    assert (second.done, offer(world).picture_before) == (("light",), taken)
    assert edit_picture(**place(world), crop=True).picture == first.picture
    with every_market():
        told = OutboxEvent.objects.count()
    edit_picture(**place(world), crop=True)
    with every_market():
        assert OutboxEvent.objects.count() == told


def test_no_size_of_an_edit_is_larger_than_the_picture_it_came_from(world: World) -> None:
    set_picture(**place(world), data=photograph())
    edited = edit_picture(**place(world), crop=True, square=True, ground="paper")
    for size in SIZES:
        with Image.open(config().media_dir / f"{edited.picture}-{size}.webp") as image:
            assert image.width == image.height <= min(size, 640)


def test_a_new_photograph_forgets_the_edits_of_the_old(world: World) -> None:
    set_picture(**place(world), data=photograph())
    edit_picture(**place(world), light=True)
    new = set_picture(**place(world), data=photograph(scene("1f34e")[0]))
    assert (offer(world).picture, offer(world).picture_before) == (new, "")
    with pytest.raises(PictureNotEdited):
        undo_picture_edit(**place(world))


def test_where_goods_cannot_be_told_from_the_ground_the_picture_stays_and_says_so(
    world: World,
) -> None:
    plain = np.full((300, 300, 3), 128, np.uint8)
    taken = set_picture(**place(world), data=photograph(plain))
    edited = edit_picture(**place(world), crop=True, ground="white")
    assert (edited.picture, edited.done) == (taken, ())
    assert set(edited.left_out) == {"background", "crop"}
    assert (offer(world).picture, offer(world).picture_before) == (taken, "")


def test_refusals_change_nothing(world: World) -> None:
    with pytest.raises(NoPicture):
        edit_picture(**place(world), light=True)
    taken = set_picture(**place(world), data=photograph())
    with pytest.raises(NothingToEdit):
        edit_picture(**place(world))
    with pytest.raises(NothingToEdit):
        edit_picture(**place(world), ground="sea")  # type: ignore[arg-type]
    with pytest.raises(PictureNotEdited):
        undo_picture_edit(**place(world))
    with pytest.raises(OfferNotFound):
        edit_picture(**place(world, "b"), light=True)
    other = place(world) | {"actor": world.owner("b")}
    with pytest.raises(NotAllowed):
        edit_picture(**other, light=True)
    assert (offer(world).picture, offer(world).picture_before) == (taken, "")


def test_a_picture_whose_files_are_gone_is_told_and_kept(world: World) -> None:
    taken = set_picture(**place(world), data=photograph())
    for size in SIZES:
        (config().media_dir / f"{taken}-{size}.webp").unlink()
    with pytest.raises(NoPicture):
        edit_picture(**place(world), light=True)
    assert offer(world).picture == taken
