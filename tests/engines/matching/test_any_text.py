"""Whatever a line holds: no error, spans inside it, totals that add up, prices only from the text."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from jangteo.engines.matching import FIELDS, Understood, to_json, understand

_PIECES = st.sampled_from(
    [
        "사과",
        "배추",
        "삼겹살",
        "고등어",
        "두부",
        "청정원",
        "국산",
        "해남",
        "특",
        "냉동",
        "1kg",
        "500g",
        "2.5kg",
        "3kg*4EA",
        "10구",
        "2단",
        "반단",
        "1+1",
        "한근",
        "두말",
        "1.8L",
        "x",
        "*",
        "/",
        "(",
        ")",
        "~",
        "+",
        ",",
        "만원",
        "3천원",
        "5,000원",
        "12,000",
        "2.5만",
        "100g당",
        "개당",
        "15과내외",
        "4/5미",
        "010-1234-5678",
        "8801043015653",
        "★",
        "國産",
        "㎏",
        "1++",
        "-선물용",
        "\x00",
        "�",
        "½",
        "²",
        "٣",
    ]
)
_LINES = st.one_of(
    st.text(max_size=80),
    st.lists(_PIECES, max_size=10).map(" ".join),
    st.lists(_PIECES, max_size=10).map("".join),
)


def _check(read: Understood) -> None:
    for name, found in read.fields.items():
        assert name in FIELDS
        assert 0 <= found.start <= found.end <= len(read.line)
        assert 0.8 <= found.confidence <= 1.0
    for net, total in (("net_g", "total_g"), ("net_ml", "total_ml")):
        one, packs = read.value(net), read.value("pack_count")
        if one is not None and packs is not None:
            whole = float(read.value(total) or 0)
            assert abs(float(one) * int(packs) - whole) <= 1e-9 * max(1.0, whole)
        else:
            assert read.value(total) is None
    price = read.fields.get("price_krw")
    if price is not None:
        assert price.start < price.end
        assert 100 <= int(price.value) <= 10_000_000
        assert any(c.isdigit() or c in "천만백￦₩" for c in read.line[price.start : price.end])
    assert json.loads(json.dumps(to_json(read), ensure_ascii=False))


@settings(max_examples=300, deadline=None)
@given(_LINES)
def test_any_line_is_read_without_error(line: str) -> None:
    _check(understand(line))


def test_a_line_of_ten_thousand_letters_is_read_in_time() -> None:
    for piece in ("사과 ", "x", "1", "(", "3kg*4EA ", "만", "가나다라", "1,"):
        read = understand(piece * (10_000 // len(piece)))
        _check(read)
        assert len(read.line) >= 9_990
        assert any("한 줄에 상품 하나만" in a.ko for a in read.asks) or not read.fields
