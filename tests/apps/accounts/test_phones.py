from __future__ import annotations

import pytest

from jangteo.apps.accounts.phones import masked_phone, normalise_phone, shown_phone
from jangteo.platform.errors import InvalidInput


@pytest.mark.parametrize(
    "typed",
    [
        "010-1234-5678",
        "01012345678",
        "010 1234 5678",
        "010.1234.5678",
        "+82 10 1234 5678",
        "+821012345678",
        "０１０１２３４５６７８",
    ],
)
def test_every_common_spelling_is_one_number(typed: str) -> None:
    assert normalise_phone(typed) == "+821012345678"


@pytest.mark.parametrize(
    "typed",
    ["", "순자", "02-123-4567", "010-123", "1588-1234", "+1 202 555 0123", "010-1234-56789"],
)
def test_what_cannot_get_a_message_is_refused_with_a_remedy(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        normalise_phone(typed)
    assert refused.value.field == "phone"
    assert "010-1234-5678" in refused.value.message("ko")
    assert "010-1234-5678" in refused.value.message("en")


def test_a_number_is_shown_as_people_write_it() -> None:
    assert shown_phone("+821012345678") == "010-1234-5678"
    assert masked_phone("+821012345678") == "010-****-5678"
    assert shown_phone(None) == masked_phone(None) == ""
