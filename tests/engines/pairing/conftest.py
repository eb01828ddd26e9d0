"""A matcher that learned from made-up stall lines, trained once."""

from __future__ import annotations

import pytest

from jangteo.engines.pairing import Matcher, Settings, fit
from tests.engines.pairing.lines import labelled


@pytest.fixture(scope="session")
def stall_matcher() -> Matcher:
    pairs, labels = labelled()
    cut = len(pairs) * 4 // 5
    return fit(
        pairs[:cut], labels[:cut], pairs[cut:], labels[cut:],
        settings=Settings(symmetric=True),
    )  # fmt: skip
