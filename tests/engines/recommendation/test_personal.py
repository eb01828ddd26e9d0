"""What one shopper buys anyway."""

from __future__ import annotations

import pytest

from jangteo.engines.recommendation.personal import affinity


def test_the_same_goods_again_count_more_than_goods_of_the_kind() -> None:
    times, kinds = {1: 2}, {"tofu": 2, "fish": 2}
    assert affinity(1, "tofu", times, kinds) == pytest.approx(0.4 + 0.2)
    assert affinity(2, "tofu", times, kinds) == pytest.approx(0.2)
    assert affinity(3, "dry", times, kinds) == 0
    assert affinity(3, "", times, kinds) == 0
    assert affinity(3, "tofu", {}, {}) == 0


def test_it_never_leaves_its_bounds() -> None:
    assert affinity(1, "tofu", {1: 10**6}, {"tofu": 10**6}) == pytest.approx(1.2, abs=1e-5)
