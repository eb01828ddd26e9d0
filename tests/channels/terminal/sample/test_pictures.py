"""Pictures: every recipe can be drawn, the same one always alike, and only what changed is made again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from jangteo.channels.terminal.sample.content import SampleMarket, load_sample
from jangteo.channels.terminal.sample.pictures import (
    SHAPES,
    RecipeError,
    build_pictures,
    compose_picture,
    emoji_file,
    parse_recipe,
)
from jangteo.channels.terminal.sample.scenes import build_scenes, compose_banner


@pytest.fixture(scope="module")
def market() -> SampleMarket:
    return load_sample()


@pytest.fixture(scope="module")
def emoji_dir(market: SampleMarket, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small stand-ins for every emoji the sample uses."""
    folder = tmp_path_factory.mktemp("emoji")
    wanted = {"🏮", *(stall.portrait for stall in market.stalls)}
    for offer in market.offers:
        wanted |= {layer.sprite for layer in offer.recipe.layers if not layer.sprite.isascii()}
    for k, character in enumerate(sorted(wanted)):
        image = Image.new("RGBA", (32, 32), (0, 0, 0, 0))
        ImageDraw.Draw(image).ellipse(
            [3, 3, 29, 29], fill=(60 + k * 3 % 190, 180 - k % 100, 70, 255)
        )
        image.save(folder / ("-".join(f"{ord(c):04x}" for c in character) + ".webp"), lossless=True)
    return folder


def test_every_offer_has_a_recipe_of_its_own(market: SampleMarket) -> None:
    assert len({offer.recipe.digest for offer in market.offers}) == 300
    same = [o.slug for o in market.offers if sum(p.picture == o.picture for p in market.offers) > 3]
    assert same == []


def test_every_shape_is_used_by_some_offer(market: SampleMarket) -> None:
    used = {layer.sprite.partition(":")[0] for o in market.offers for layer in o.recipe.layers}
    assert set(SHAPES) - used == set()


@pytest.mark.parametrize(
    "text",
    [
        "one bowl:#8a5a3a,grain,#f3ead2",
        "on=basket pile 🍎*6",
        "pile 🧅*3 tint=#8a2f6b",
        "on=board one fillet:#f2835a,#f9c3a0,#e8e0d8",
    ],
)
def test_composition_is_deterministic(emoji_dir: Path, text: str) -> None:
    recipe = parse_recipe(text, ground="#f3eadb", seed="a")
    one, two = (compose_picture(recipe, emoji_dir, 160) for _ in range(2))
    assert (one.mode, one.size) == ("RGB", (160, 160))
    assert one.tobytes() == two.tobytes()
    other = compose_picture(parse_recipe(text, ground="#f3eadb", seed="b"), emoji_dir, 160)
    assert one.tobytes() != other.tobytes()


def test_the_corners_stay_light_ground(emoji_dir: Path) -> None:
    picture = compose_picture(parse_recipe("one 🍎", ground="#f3eadb", seed="s"), emoji_dir, 100)
    for corner in ((0, 0), (99, 0), (0, 99), (99, 99)):
        pixel = picture.getpixel(corner)
        assert isinstance(pixel, tuple)
        assert min(pixel) > 200


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("🍎", "needs an arrangement and a sprite"),
        ("tower 🍎", "unknown arrangement 'tower'"),
        ("one apple", "unknown shape 'apple'"),
        ("one jar:#aabbcc", "jar needs 3 arguments"),
        ("on=boat one 🍎", "unknown vessel 'boat'"),
        ("one 🍎*many", "invalid literal"),
    ],
)
def test_a_wrong_recipe_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        parse_recipe(text, ground="#ffffff", seed="s")


def test_a_missing_emoji_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"1f34e\.webp"):
        emoji_file("🍎", tmp_path)


def test_only_what_changed_is_made_again(
    market: SampleMarket, emoji_dir: Path, tmp_path: Path
) -> None:
    offers = market.offers[:2]
    first = build_pictures(offers, emoji_dir, tmp_path)
    assert [path.name for path in first] == [
        "spinach-640.webp",
        "spinach-320.webp",
        "red-tipped-lettuce-640.webp",
        "red-tipped-lettuce-320.webp",
    ]
    with Image.open(tmp_path / "spinach-320.webp") as image:
        assert (image.format, image.size) == ("WEBP", (320, 320))
    assert build_pictures(offers, emoji_dir, tmp_path) == []
    changed = (replace(offers[0], picture="one 🍎"), offers[1])
    assert [p.name for p in build_pictures(changed, emoji_dir, tmp_path)] == [
        "spinach-640.webp",
        "spinach-320.webp",
    ]
    (tmp_path / "red-tipped-lettuce-320.webp").unlink()
    assert len(build_pictures(changed, emoji_dir, tmp_path)) == 2


def test_scenes_are_made_once(market: SampleMarket, emoji_dir: Path, tmp_path: Path) -> None:
    one_stall = replace(market, stalls=market.stalls[:1])
    names = [path.name for path in build_scenes(one_stall, emoji_dir, tmp_path)]
    assert names == [
        "stall-pureundeul-640.webp",
        "stall-pureundeul-320.webp",
        "market-1200x480.webp",
        "market-780x400.webp",
    ]
    assert build_scenes(one_stall, emoji_dir, tmp_path) == []
    assert compose_banner(one_stall, emoji_dir, (390, 200)).size == (390, 200)
