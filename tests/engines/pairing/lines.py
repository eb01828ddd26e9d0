"""Made-up lines of two stalls, the same goods written in different ways: pairs and labels by construction."""

from __future__ import annotations

from jangteo.engines.pairing import Pair, Record

_NAMES = (
    "대파", "양파", "감자", "고구마", "배추", "무", "당근", "시금치", "깻잎", "상추", "오이", "애호박", "콩나물", "두부",
    "고등어", "갈치", "오징어", "꽃게", "바지락", "멸치", "참기름", "들기름", "된장", "간장", "쌈장", "국수", "떡국떡",
)  # fmt: skip
_AMOUNTS = (
    ("1단", "한 단"), ("2단", "두단"), ("1kg", "1키로"), ("3kg", "3 킬로그램"), ("500g", "500그램"),
    ("1봉", "한봉지"), ("3봉", "세 봉지"), ("2마리", "두 마리"), ("10개", "10 개"),
)  # fmt: skip
_PLACES = ("", "국산", "햇")


def line(text: str) -> Record:
    """One line of a stall as a record."""
    return {"name": text}


def labelled() -> tuple[list[Pair], list[int]]:
    """Pairs of lines: the same goods and amount (1), another amount (0), other goods (0)."""
    pairs: list[Pair] = []
    labels: list[int] = []

    def add(a: str, b: str, label: int) -> None:
        pairs.append((line(a.strip()), line(b.strip())))
        labels.append(label)

    for i, name in enumerate(_NAMES):
        for j, (digits, said) in enumerate(_AMOUNTS):
            if (i + j) % 2:
                continue
            other_digits, other_said = _AMOUNTS[(j + 1 + i % 3) % len(_AMOUNTS)]
            place = _PLACES[(i + j) % len(_PLACES)]
            add(f"{place} {name} {digits}", f"{name} {said}", 1)
            add(f"{name} {said}", f"{place} {name} {other_digits}", 0)
            add(f"{name} {digits}", f"{_NAMES[(i + j + 1) % len(_NAMES)]} {other_said}", 0)
            if j % 4 == 0:
                add(f"{name} {digits}", f"{place} {_NAMES[(i + 5) % len(_NAMES)]} {said}", 0)
    return pairs, labels
