"""The sample market's content: complete, believable, lawful in its words, and refused when wrong."""

from __future__ import annotations

import csv
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from jangteo.channels.terminal.sample.content import (
    FOLDER,
    SampleContentWrong,
    SampleMarket,
    load_sample,
)


@pytest.fixture(scope="module")
def market() -> SampleMarket:
    return load_sample()


def test_the_market_has_its_stalls_goods_and_people(market: SampleMarket) -> None:
    assert (market.slug, market.name_ko) == ("sample", "달머리시장")
    assert len(market.stalls) == 16
    assert len(market.offers) == 300
    assert len(market.categories) == 25
    assert len(market.zones) == 3
    assert Counter(person.role for person in market.people) == {
        "office": 1,
        "proxy": 1,
        "shopper": 3,
        "agency": 1,
    }


def test_every_kind_of_stall_is_there(market: SampleMarket) -> None:
    kinds = {stall.kind_ko for stall in market.stalls}
    wanted = {
        "채소",
        "과일",
        "정육",
        "수산",
        "건어물",
        "반찬",
        "떡",
        "두부",
        "기름집",
        "잡곡",
        "방앗간",
        "닭집",
    }
    assert wanted | {"족발", "꽃", "만두·분식", "김치·젓갈"} == kinds


def test_every_stall_sells_at_least_ten_goods(market: SampleMarket) -> None:
    counts = Counter(offer.stall_slug for offer in market.offers)
    assert min(counts[stall.slug] for stall in market.stalls) >= 10


def test_stalls_do_not_share_a_place_or_a_telephone(market: SampleMarket) -> None:
    assert len({(stall.map_x, stall.map_y) for stall in market.stalls}) == 16
    phones = [stall.owner_phone for stall in market.stalls] + [p.phone for p in market.people]
    assert len(set(phones)) == len(phones)


def test_every_category_is_used_and_every_fee_is_said(market: SampleMarket) -> None:
    used = {offer.category_slug for offer in market.offers}
    assert used == {category.slug for category in market.categories}
    assert [zone.fee_krw for zone in market.zones] == [2000, 3000, 4000]


#: won for one unit as sold: lowest and highest that a shopper at a Seoul market would believe
BOUNDS = {
    "leafy": (1500, 40000),
    "roots": (2000, 9000),
    "aromatics": (2000, 6000),
    "fruitveg": (1500, 5000),
    "mushrooms": (1500, 6000),
    "fruit": (3500, 30000),
    "nuts": (6000, 16000),
    "pork": (1000, 13000),
    "beef": (2000, 30000),
    "chicken": (4500, 22000),
    "eggs": (3000, 10000),
    "fish": (6000, 40000),
    "shellfish": (2000, 22000),
    "dried-sea": (6000, 35000),
    "banchan": (2000, 10000),
    "kimchi": (8000, 16000),
    "jeotgal": (2000, 20000),
    "tofu": (1500, 6000),
    "ricecake": (4000, 10000),
    "grain": (4000, 19000),
    "powder": (4000, 33000),
    "oil": (6000, 25000),
    "snack": (3000, 13500),
    "cooked": (8000, 40000),
    "flowers": (4000, 26000),
}


def test_prices_are_believable_and_round(market: SampleMarket) -> None:
    assert set(BOUNDS) == {category.slug for category in market.categories}
    odd = [
        (offer.slug, offer.price_krw)
        for offer in market.offers
        if not BOUNDS[offer.category_slug][0] <= offer.price_krw <= BOUNDS[offer.category_slug][1]
        or offer.price_krw % 100
    ]
    assert odd == []


@pytest.mark.parametrize(
    ("slug", "tax", "why"),
    [
        ("spinach", "exempt", "raw vegetable"),
        ("salted-napa-cabbage", "exempt", "only salted"),
        ("blanched-bracken", "exempt", "blanched vegetables are listed as simple processed food"),
        ("pork-belly", "exempt", "raw meat, cut"),
        ("minced-hanwoo-beef", "exempt", "raw meat, minced"),
        ("spicy-marinated-pork", "taxed", "seasoned meat"),
        ("salted-mackerel", "exempt", "fish, only salted"),
        ("dried-laver", "exempt", "only dried"),
        ("seasoned-roasted-laver", "taxed", "roasted with oil and salt"),
        ("seasoned-shredded-squid", "taxed", "seasoned"),
        ("seasoned-spinach", "taxed", "a prepared side dish"),
        ("songpyeon", "taxed", "rice cakes are prepared food"),
        ("hand-pressed-tofu", "exempt", "plain tofu in a carrying pack"),
        ("fried-tofu-pockets", "taxed", "fried"),
        ("sesame-oil-355-ml", "taxed", "pressed from roasted seed"),
        ("roasted-sesame-seeds", "taxed", "roasted"),
        ("black-sesame-seeds", "exempt", "washed and dried only"),
        ("raw-peanuts", "exempt", "raw"),
        ("roasted-peanuts", "taxed", "roasted"),
        ("chilli-flakes-coarse", "exempt", "dried and milled"),
        ("whole-cabbage-kimchi", "exempt", "kimchi in a carrying pack"),
        ("anchovy-sauce", "taxed", "sealed bottle"),
        ("eggs-tray-of-30", "exempt", "eggs"),
        ("old-style-fried-chicken", "taxed", "cooked"),
        ("braised-pork-trotters-medium", "taxed", "cooked"),
        ("red-roses", "exempt", "grown in Korea, not for eating"),
        ("imported-carnations", "taxed", "imported, not for eating"),
    ],
)
def test_tax_follows_the_rule(market: SampleMarket, slug: str, tax: str, why: str) -> None:
    found = {offer.slug: offer.tax for offer in market.offers}
    key = slug if slug in found else next(s for s in found if s.endswith(slug))
    assert found[key] == tax, why


def test_whole_shelves_follow_the_rule(market: SampleMarket) -> None:
    taxes = {category.slug: set[str]() for category in market.categories}
    for offer in market.offers:
        taxes[offer.category_slug].add(offer.tax)
    for slug in (
        "leafy",
        "roots",
        "aromatics",
        "fruitveg",
        "fruit",
        "fish",
        "shellfish",
        "eggs",
        "kimchi",
    ):
        assert taxes[slug] == {"exempt"}, slug
    for slug in ("banchan", "ricecake", "snack", "cooked"):
        assert taxes[slug] == {"taxed"}, slug


BANNED = "최고|최상|최초|제일 |가장 |항암|면역|특효|효능|치료|예방|해독|디톡스|다이어트|혈압|혈당|콜레스테롤|노화|건강에|몸에 좋|피로 회복|천연|무독성|1등 "
BANNED_EN = r"\b(best|finest|healthiest|superfood|cure|immun\w*|detox|anti-?\w*cancer|diet)\b"


def test_words_claim_no_effect_and_no_superlative(market: SampleMarket) -> None:
    texts = [(o.slug, o.description_ko, o.description_en) for o in market.offers]
    texts += [(s.slug, s.known_for_ko, s.known_for_en) for s in market.stalls]
    texts.append((market.slug, market.story_ko, market.story_en))
    assert [slug for slug, ko, _ in texts if re.search(BANNED, ko)] == []
    assert [slug for slug, _, en in texts if re.search(BANNED_EN, en, re.IGNORECASE)] == []


def test_every_good_says_what_it_is(market: SampleMarket) -> None:
    for offer in market.offers:
        assert offer.description_ko.endswith("."), offer.slug
        assert offer.description_en.endswith("."), offer.slug
        assert len(offer.description_ko) <= 60, offer.slug
        assert offer.net_g or offer.net_ml or offer.pieces, offer.slug
        if offer.storage == "frozen" and offer.use_by_days is not None:
            assert offer.use_by_days >= 60 or offer.category_slug == "powder", offer.slug
        assert not (offer.today_only and (offer.use_by_days or 0) > 3), offer.slug
        assert len(set(offer.goes_with)) == len(offer.goes_with), offer.slug
    assert len({offer.description_ko for offer in market.offers}) == 300
    assert 10 <= sum(offer.today_only for offer in market.offers) <= 40
    assert sum(offer.arrived_today for offer in market.offers) >= 60


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("price_krw", "0", "price_krw is '0'"),
        ("price_krw", "", "price_krw is empty"),
        ("category_slug", "ghosts", "unknown category 'ghosts'"),
        ("stall_slug", "nobody", "unknown stall 'nobody'"),
        ("tax", "maybe", "tax is 'maybe'"),
        ("goes_with", "no-such-good", "goes_with names ['no-such-good']"),
        ("picture", "one nonsense:1", "unknown shape 'nonsense'"),
        ("picture", "", "the recipe is empty"),
        ("description_ko", "", "description_ko is empty"),
        ("slug", "spinach", "'spinach' stands already in line 2"),
    ],
)
def test_a_wrong_row_is_named_by_file_and_line(
    tmp_path: Path, column: str, value: str, problem: str
) -> None:
    folder = tmp_path / "sample"
    folder.mkdir()
    for name in ("market.toml", "categories.csv", "offers.csv", "labels.csv"):
        shutil.copy(FOLDER / name, folder / name)
    with (folder / "offers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[10][rows[0].index(column)] = value
    with (folder / "offers.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    with pytest.raises(SampleContentWrong) as caught:
        load_sample(folder)
    assert caught.value.message("en").startswith("offers.csv, line 11: ")
    assert problem in caught.value.message("en")


def test_a_proxy_without_a_stall_is_refused(tmp_path: Path) -> None:
    for name in ("market.toml", "categories.csv", "offers.csv", "labels.csv"):
        shutil.copy(FOLDER / name, tmp_path / name)
    text = (tmp_path / "market.toml").read_text(encoding="utf-8")
    (tmp_path / "market.toml").write_text(
        text.replace('stall = "sunjane"', 'stall = "gone"'), encoding="utf-8"
    )
    with pytest.raises(SampleContentWrong, match="a proxy, and only a proxy"):
        load_sample(tmp_path)
