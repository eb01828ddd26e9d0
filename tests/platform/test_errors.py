"""An error's two sentences; a Korean value takes the particle that its last sound asks for."""

from __future__ import annotations

import pytest

from jangteo.platform.errors import JangteoError


class _Gone(JangteoError):
    """{name} is gone: {left:,} left."""

    ko = "{name:은/는} {left:,}개만 남았어요."


@pytest.mark.parametrize(
    ("name", "told"), [("두부", "두부는"), ("흙당근", "흙당근은"), ("A4", "A4는")]
)
def test_the_particle_follows_the_last_sound(name: str, told: str) -> None:
    assert _Gone(name=name, left=1200).message("ko") == f"{told} 1,200개만 남았어요."


def test_english_needs_no_particle() -> None:
    assert _Gone(name="Tofu", left=3).message("en-GB") == "Tofu is gone: 3 left."
