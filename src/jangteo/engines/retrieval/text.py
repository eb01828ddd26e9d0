"""Text folded for search: one form per character, no control characters, at most `MAX_QUERY` characters."""

from __future__ import annotations

import re
import unicodedata

#: characters of a query that are read
MAX_QUERY = 120

_SIGNS = frozenset("~%.,")
_SPACE = re.compile(r"\s+")
_NUMBER_SIGN = re.compile(r"(?<!\d)[.,~]|[.,~](?!\d)|%")
#: Hangul compatibility letters that NFKC would turn into conjoining ones
_LETTER = re.compile("[\u3131-\u318e]")


def fold(text: str) -> str:
    """NFC and width folded, lower case, signs and control characters as spaces, single spaces."""
    text = unicodedata.normalize("NFC", text)
    found = []
    for char in text:
        if _LETTER.match(char):
            found.append(char)
            continue
        for plain in unicodedata.normalize("NFKC", char).lower():
            kind = unicodedata.category(plain)
            if plain.isalnum() or plain in _SIGNS:
                found.append(plain)
            elif kind in ("Mn", "Me", "Cf"):
                continue
            else:
                found.append(" ")
    joined = unicodedata.normalize("NFC", "".join(found))
    return _SPACE.sub(" ", _NUMBER_SIGN.sub(" ", joined)).strip()


def compact(text: str) -> str:
    """``text`` folded, without spaces."""
    return fold(text).replace(" ", "")


def has_hangul(text: str) -> bool:
    """Is there a syllable or a letter of Hangul?"""
    return any("가" <= c <= "힣" or "ㄱ" <= c <= "ㅣ" for c in text)
