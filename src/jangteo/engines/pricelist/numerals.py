"""Korean numerals: 만이천원, 1만2천, 삼천오백, 1.2만.

A grammar of digits, the small places 십 백 천 and the big places 만 억, each descending, after the Korean standard
orthography (한글 맞춤법 제44항: numbers are grouped by 만).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

_DIGITS = {c: n for n, c in enumerate("영일이삼사오육칠팔구")} | {"공": 0, "륙": 6}
_SMALL = {"십": 10, "백": 100, "천": 1000}
_BIG = {"만": 10_000, "억": 100_000_000}
_TOKEN = re.compile(
    r"\d{1,3}(?:,\d{3})+(?![\d,])|\d+\.\d+|\d+|[영공일이삼사오육륙칠팔구십백천만억]"
)


@dataclass(frozen=True, slots=True)
class KoreanNumber:
    """``value`` by the written rules; ``loose`` what a speaker may have meant (만오 as 만오천)."""

    value: int
    loose: int | None = None


@dataclass(slots=True)
class _State:
    total: int = 0
    section: int = 0
    pending: Decimal | None = None
    pending_length: int = 0
    last_small: int = 10_000
    last_big: int = 10**12
    last_place: int = 0
    fractional: bool = False
    ok: bool = field(default=True)


def parse_korean_number(text: str) -> KoreanNumber | None:
    """The number that ``text`` writes, or ``None`` when it is not one well-formed number."""
    squeezed = text.replace(" ", "")
    tokens = _TOKEN.findall(squeezed)
    if not tokens or "".join(tokens) != squeezed:
        return None
    state = _State()
    for token in tokens:
        _feed(state, token)
        if not state.ok:
            return None
    return _finish(state)


def _feed(state: _State, token: str) -> None:
    if token in _SMALL:
        _small_place(state, _SMALL[token])
    elif token in _BIG:
        _big_place(state, _BIG[token])
    else:
        _digits(state, token)


def _digits(state: _State, token: str) -> None:
    state.ok = state.pending is None and not state.fractional
    if "." in token and state.last_place:
        state.ok = False
    value = Decimal(_DIGITS[token]) if token in _DIGITS else Decimal(token.replace(",", ""))
    state.fractional = "." in token
    state.pending = value
    state.pending_length = len(token)


def _small_place(state: _State, place: int) -> None:
    factor = Decimal(1) if state.pending is None else state.pending
    first = state.section == 0 and state.total == 0
    # "12천원" is how ledgers write thousands; after another place only 1 to 9 may stand
    limit = 1000 if place == 1000 and first else 10
    state.ok = place < state.last_small and 0 < factor < limit and _whole(factor * place)
    state.section += int(factor * place)
    state.last_small = place
    state.last_place = place
    state.pending = None


def _big_place(state: _State, place: int) -> None:
    factor = state.section + (state.pending or Decimal(0))
    if state.section == 0 and state.pending is None:
        factor = Decimal(1)
    state.ok = place < state.last_big and 0 < factor < 10_000 and _whole(factor * place)
    state.ok = state.ok and _fits(state)
    state.total += int(factor * place)
    state.section = 0
    state.last_small = 10_000
    state.last_big = place
    state.last_place = place
    state.pending = None


def _fits(state: _State) -> bool:
    return state.section == 0 or state.pending is None or state.pending < state.last_small


def _whole(value: Decimal) -> bool:
    return value == value.to_integral_value()


def _finish(state: _State) -> KoreanNumber | None:
    base = state.total + state.section
    if state.pending is None:
        return KoreanNumber(base)
    if not _whole(state.pending) or (state.last_place and not 0 < state.pending < state.last_place):
        return None
    tail = int(state.pending)
    return KoreanNumber(base + tail, _loosely(base, tail, state))


def _loosely(base: int, tail: int, state: _State) -> int | None:
    """만오 is written for 10,005 and often said for 15,000; 1만500 leaves no such doubt."""
    length = state.pending_length
    if state.last_place < 100 or length >= 3:
        return None
    place = min(state.last_place, 10_000)
    return base + tail * place // int(10**length)
