"""English titles: stems, mended words, the lexicon and the memory of answers."""

from __future__ import annotations

import numpy as np
import pytest

from jangteo.engines.retrieval.english import stem, stems
from jangteo.engines.retrieval.titles import SIGNALS, Lexicon, Memory, TitleIndex, title_words

TITLES = [
    "Delta Single-Handle Kitchen Faucet in Chrome",
    "Delta Two-Handle Bathroom Faucet in Chrome",
    "Kohler Pedestal Sink in White",
    "Husky 72 in. Folding Sawhorse",
    "Vigoro 15 ct. Tree and Shrub Fertilizer Spikes",
    "Rubbermaid 7 ft. x 7 ft. Storage Shed",
    "Frigidaire 18 cu. ft. Top Freezer Refrigerator",
    "Whirlpool 25 cu. ft. French Door Refrigerator",
]


@pytest.fixture(scope="module")
def index() -> TitleIndex:
    return TitleIndex(TITLES)


@pytest.mark.parametrize(
    ("word", "short"),
    [
        ("cabinets", "cabinet"),
        ("faucets", "faucet"),
        ("relational", "relat"),
        ("hopping", "hop"),
        ("flies", "fli"),
        ("folding", "fold"),
        ("electricity", "electr"),
        ("is", "is"),
    ],
)
def test_stems_are_porters(word: str, short: str) -> None:
    assert stem(word) == short


def test_words_fold_units_and_drop_little_words() -> None:
    assert title_words("Rubbermaid 7 feet x 7 ft. Shed &amp; more") == [
        "rubbermaid", "7", "ft", "7", "ft", "shed", "more",
    ]  # fmt: skip
    assert stems("Don't Stop 12 Faucets!") == ["dont", "stop", "12", "faucet"]


def test_a_misspelt_word_is_mended(index: TitleIndex) -> None:
    assert index.read("fauset") == ["faucet"]
    assert index.read("saw horse")[-1] == "sawhors"
    assert index.read("refrigerator") == [stem("refrigerator")]


def test_the_right_title_has_the_strongest_signals(index: TitleIndex) -> None:
    numbers, signals = index.rows("kitchen faucet", Lexicon())
    assert signals.shape == (len(numbers), len(SIGNALS))
    assert np.isfinite(signals).all()
    assert int(numbers[signals[:, SIGNALS.index("bm25")].argmax()]) == 0


def test_nothing_asked_finds_nothing(index: TitleIndex) -> None:
    for query in ("", "   ", "!!", "the of a", "zzzzqqq"):
        numbers, signals = index.rows(query, Lexicon())
        assert len(numbers) == len(signals) == 0


def test_the_lexicon_learns_what_answers(index: TitleIndex) -> None:
    pairs = [("fridge", t) for t in TITLES if "Refrigerator" in t] * 3 + [("sink", TITLES[2])] * 3
    lexicon = Lexicon.learn(pairs)
    asked = lexicon.table["fridg"]
    assert asked[stem("refrigerator")] > 0.1
    numbers, signals = index.rows("fridge", lexicon)
    # the shed shares only the feet that every fridge of the examples names
    assert set(numbers.tolist()) == {5, 6, 7}
    assert (signals[:, SIGNALS.index("answers")] > 0).all()


def test_a_query_never_helps_itself(index: TitleIndex) -> None:
    judged = [("white pedestal sinks", TITLES[2], 2, 1.0), ("storage sheds", TITLES[5], 5, 1.0)]
    memory = Memory(index, judged)
    own, _ = memory.recall(index.read("white pedestal sinks"), "white pedestal sinks")
    like, _ = memory.recall(index.read("pedestal sink white"), "pedestal sink white")
    assert own[2] == 0.0
    assert like[2] > 0.0
