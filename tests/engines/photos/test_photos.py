"""Photographs of goods: exact sizes, masks held against the truth of rendered scenes, refusals where it is not sure."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from jangteo.engines.photos import Wishes, edit, find_goods
from jangteo.engines.photos.editing import lit
from jangteo.engines.photos.finding import torn
from jangteo.platform.config import PROJECT_ROOT

EMOJI = PROJECT_ROOT / "node_modules/@lobehub/fluent-emoji-3d/assets"
#: tomato, apple, aubergine, carrot, grapes
GOODS = ("1f345", "1f34e", "1f346", "1f955", "1f347")
WHITE = (255, 255, 255)

Picture = NDArray[np.uint8]


def scene(
    goods: str,
    *,
    ground: tuple[int, int, int] = (214, 205, 190),
    side: int = 640,
    share: float = 0.5,
) -> tuple[Picture, NDArray[np.bool_]]:
    """Goods on a table lit from one side, with noise; and where they are."""
    layer = Image.open(_asset(goods)).convert("RGBA").resize((int(side * share),) * 2)
    at = (int(side * 0.27), int(side * 0.22))
    image = Image.new("RGBA", (side, side), (*ground, 255))
    image.alpha_composite(layer, at)
    truth = np.zeros((side, side), np.bool_)
    alpha = np.asarray(layer)[..., 3] > 128
    truth[at[1] : at[1] + alpha.shape[0], at[0] : at[0] + alpha.shape[1]] = alpha
    light = np.linspace(0.85, 1.05, side)[None, :, None]
    noise = np.random.default_rng(5).normal(0, 3, (side, side, 3))
    pixels = np.asarray(image.convert("RGB")) * light + noise
    return np.clip(pixels, 0, 255).astype(np.uint8), truth


def _asset(code: str) -> Path:
    return EMOJI / f"{code}.webp"


def overlap(mask: NDArray[np.float32], truth: NDArray[np.bool_]) -> float:
    """Intersection over union."""
    found = mask > 0.5
    return float((found & truth).sum() / (found | truth).sum())


@pytest.mark.parametrize("goods", GOODS)
def test_goods_on_a_plain_table_are_found_to_the_edge(goods: str) -> None:
    picture, truth = scene(goods)
    found = find_goods(picture)
    assert found.doubt == ""
    assert found.mask.shape == truth.shape
    assert overlap(found.mask, truth) > 0.9
    rows, columns = np.flatnonzero(truth.any(axis=1)), np.flatnonzero(truth.any(axis=0))
    wanted = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    assert np.abs(np.array(found.box) - np.array(wanted)).max() <= 640 * 0.03


def test_the_ground_becomes_exactly_white_and_the_goods_keep_their_colour() -> None:
    picture, truth = scene("1f345")
    done = edit(picture, Wishes(ground=WHITE))
    assert (done.done, done.left_out, done.doubt) == (("background",), (), "")
    assert done.picture.shape == picture.shape
    far = cv2.erode((~truth).astype(np.uint8), np.ones((41, 41), np.uint8)).astype(bool)
    assert (done.picture[far] == 255).all()
    core = cv2.erode(truth.astype(np.uint8), np.ones((21, 21), np.uint8)).astype(bool)
    assert np.abs(done.picture[core].astype(int) - picture[core].astype(int)).max() <= 1


def test_a_crop_holds_the_goods_and_is_a_square_no_larger_than_the_picture() -> None:
    picture, truth = scene("1f34e")
    done = edit(picture, Wishes(crop=True, square=True, light=True, ground=WHITE))
    assert done.done == ("light", "background", "crop", "square")
    height, width = done.picture.shape[:2]
    assert height == width <= 640
    goods = np.ptp(np.flatnonzero(truth.any(axis=0))) + 1
    assert goods <= width <= goods * 1.35


def test_a_wide_picture_becomes_a_square_of_its_shorter_side() -> None:
    picture = np.full((300, 500, 3), 120, np.uint8)
    done = edit(picture, Wishes(square=True))
    assert (done.picture.shape, done.done) == ((300, 300, 3), ("square",))


def test_light_turns_a_yellow_lamp_towards_white_but_no_further_than_its_bound() -> None:
    grey = np.tile(np.linspace(40, 170, 256, dtype=np.uint8)[None, :, None], (64, 1, 3))
    yellow = (grey * np.array([1.0, 0.94, 0.8])).astype(np.uint8)
    before, after = yellow.mean(axis=(0, 1)), lit(yellow).mean(axis=(0, 1))
    assert before[0] / before[2] > 1.2
    assert 0.97 < after[0] / after[2] < 1.1
    assert after.mean() > before.mean()
    blue = lit(np.full((64, 64, 3), (20, 20, 200), np.uint8)).mean(axis=(0, 1))
    assert blue[2] > 2 * blue[0]


def test_the_same_wish_gives_the_same_pixels() -> None:
    picture, _ = scene("1f347")
    wishes = Wishes(light=True, crop=True, square=True, ground=(250, 245, 236))
    first, second = edit(picture, wishes), edit(picture, wishes)
    assert np.array_equal(first.picture, second.picture)
    assert first.done == second.done


@pytest.mark.parametrize("kind", ["one colour", "noise", "shelf", "whole", "tiny"])
def test_where_goods_are_not_certain_only_what_is_safe_is_done_and_the_reason_told(
    kind: str,
) -> None:
    picture = unsure(kind)
    done = edit(picture, Wishes(light=True, crop=True, square=True, ground=WHITE))
    assert "background" not in done.done
    assert "background" in done.left_out
    assert {"light", "square"} <= set(done.done)
    assert done.doubt in ("nothing", "small", "whole", "edges", "scattered", "alike", "busy")
    assert max(done.picture.shape) <= max(picture.shape)


def unsure(kind: str) -> Picture:
    random = np.random.default_rng(3)
    if kind == "one colour":
        return np.full((200, 200, 3), 128, np.uint8)
    if kind == "noise":
        return random.integers(0, 256, (200, 200, 3), np.uint8)
    if kind == "tiny":
        return random.integers(0, 256, (9, 9, 3), np.uint8)
    if kind == "whole":
        return np.asarray(Image.open(_asset("1f345")).convert("RGB").crop((60, 60, 190, 190)))
    picture = np.full((400, 400, 3), (90, 80, 70), np.uint8)
    for _ in range(60):
        at = tuple(int(v) for v in random.integers(0, 400, 2))
        cv2.circle(picture, at, 30, [int(v) for v in random.integers(0, 256, 3)], -1)
        cv2.circle(picture, at, 30, (20, 20, 20), 2)
    return picture


def test_goods_of_which_a_part_would_stay_behind_are_not_cut() -> None:
    picture, truth = scene("1f955")
    whole = cv2.dilate(truth.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(np.bool_)
    lower_half = whole.copy()
    lower_half[: 640 * 2 // 5] = False
    assert torn(picture, whole) < 0.01
    assert torn(picture, lower_half) > 0.2
