"""A product line folded for reading, with the way back to the characters that were written."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

#: characters of a line that are read; what follows is a description, not a product line
MAX_READ = 400

_HANJA = str.maketrans(
    "國産中韓美日牛豚鷄特上下大小斤個冷凍藏生乾米本品新鮮活天然純北南東西濟州江原",
    "국산중한미일우돈계특상하대소근개냉동장생건미본품신선활천연순북남동서제주강원",
)
_MARKS = str.maketrans(
    {
        **dict.fromkeys("∼〜～˜", "~"),
        **dict.fromkeys("–—―−‐‑", "-"),
        **dict.fromkeys("×✕✖⨯╳", "x"),
        **dict.fromkeys("“”„", '"'),
        **dict.fromkeys("‘’`´", "'"),
        **dict.fromkeys("【〔〈《［「『<", "["),
        **dict.fromkeys("】〕〉》］」』>", "]"),
        **dict.fromkeys("ㆍ·•∙・", "·"),
        **dict.fromkeys("➡⇒→▶", "→"),
        "￦": "₩",
        "、": ",",
        "㏄": "c",
    }
)
_KEPT_SIGNS = frozenset("₩+~°℃%→·@&#$=|^<>")


@dataclass(frozen=True, slots=True)
class Folded:
    """``text`` in lower case, one form per character; ``origin[i]`` is where ``text[i]`` stands in the line."""

    raw: str
    text: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Positions in the written line of ``text[start:end]``; ``end`` is exclusive."""
        if start >= end:
            return (0, 0)
        first, last = self.origin[start], self.origin[end - 1]
        stop = self.origin[end] if end < len(self.origin) else len(self.raw)
        return (first, max(last + 1, min(stop, last + 1 + _trailing(self.raw, last + 1))))


def _trailing(raw: str, position: int) -> int:
    """Combining characters that belong to the character before ``position``."""
    count = 0
    while position + count < len(raw) and (
        unicodedata.combining(raw[position + count])
        or "\u1160" <= raw[position + count] <= "\u11ff"
    ):
        count += 1
    return count


def fold_line(raw: str) -> Folded:
    """``raw`` composed, narrowed (㎏ → kg), in lower case, 한자 of trade words read; other signs become spaces."""
    chars: list[str] = []
    origin: list[int] = []
    for position, cluster in _clusters(raw[:MAX_READ]):
        for char in _fold_cluster(cluster):
            chars.append(char)
            origin.append(position)
    return Folded(raw, "".join(chars), tuple(origin))


def _clusters(raw: str) -> list[tuple[int, str]]:
    """Characters with the combining ones behind them, so that decomposed Hangul is composed."""
    found: list[tuple[int, str]] = []
    for position, char in enumerate(raw):
        joins = unicodedata.combining(char) or "\u1160" <= char <= "\u11ff"
        if joins and found:
            found[-1] = (found[-1][0], found[-1][1] + char)
        else:
            found.append((position, char))
    return found


def _fold_cluster(cluster: str) -> str:
    if cluster.isascii():
        char = cluster.lower()
        return char if char.isprintable() else " "
    marked = cluster.translate(_MARKS)
    folded = unicodedata.normalize("NFKC", marked if len(marked) == 1 else cluster)
    folded = folded.translate(_MARKS).translate(_HANJA).lower()
    return "".join(filter(None, (_plain(char) for char in folded)))


def _plain(char: str) -> str:
    if char.isalnum() or char in _KEPT_SIGNS:
        return char
    category = unicodedata.category(char)
    if category in ("Cf", "Mn", "Me", "Cs", "Cn", "Co"):
        return ""
    return char if category.startswith("P") and char.isascii() else " "
