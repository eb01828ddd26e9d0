"""Clean text: what people typed, without what they could not see."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WIDE = re.compile("[\uff00-\uffef\u3300-\u33ff]")
_SPACES = re.compile(r"\s+")
_PUNCTUATION = str.maketrans(
    {
        "∼": "~",
        "〜": "~",
        "～": "~",
        "˜": "~",
        "–": "-",
        "—": "-",
        "―": "-",
        "−": "-",
        "‐": "-",
        "‑": "-",
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "₩": "₩",
        "，": ",",
        "、": ",",
        "×": "x",
        "✕": "x",
        "⨯": "x",
        "➡": "→",
        "⇒": "→",
        "｜": "|",
    }
)


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Zs" or char in "\t\n\r\v\f\u2028\u2029\x85":
        return " "
    if category in ("Cc", "Cf", "Cs", "Co", "Cn"):
        return ""
    return char


def clean(text: str) -> str:
    """``text`` composed (NFC), without control and zero-width characters, spaces collapsed."""
    if text.isascii() and text.isprintable():
        return _SPACES.sub(" ", text).strip()
    composed = unicodedata.normalize("NFC", text)
    if not composed.isprintable():
        composed = "".join(_visible(char) for char in composed)
    return _SPACES.sub(" ", composed).strip()


def _narrow(char: str) -> str:
    code = ord(char)
    if 0xFF00 <= code <= 0xFFEF or 0x3300 <= code <= 0x33FF:
        return unicodedata.normalize("NFKC", char)
    return char


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """``clean(text)`` with full-width forms narrowed (１→1, ㎏→kg) and one sign per dash and tilde."""
    cleaned = clean(text)
    if cleaned.isascii():
        return cleaned
    narrowed = "".join(_narrow(char) for char in cleaned) if _has_wide(cleaned) else cleaned
    return _SPACES.sub(" ", narrowed.translate(_PUNCTUATION)).strip()


def _has_wide(text: str) -> bool:
    return _WIDE.search(text) is not None


def compact(text: str) -> str:
    """Letters and digits of ``text`` only, case folded: equal for two spellings of one name."""
    return "".join(char for char in fold(text).casefold() if char.isalnum())


def has_letters(text: str) -> bool:
    """Whether ``text`` holds a letter of any script."""
    return any(char.isalpha() for char in text)
