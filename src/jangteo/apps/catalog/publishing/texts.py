"""Values for files of other programs: no control characters, never longer than the field, cut at a word."""

from __future__ import annotations

import re
import unicodedata

#: C0 and C1 controls, lone surrogates and the characters XML 1.0 does not allow
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: signs that change the direction of the text or cannot be seen
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2028\u2029\u2060-\u2069\ufeff]")
_SPACE = re.compile(r"\s+")


def one_line(text: str, most: int) -> str:
    """One line of at most ``most`` characters, normalised (NFC)."""
    plain = _UNSEEN.sub("", _FORBIDDEN.sub(" ", unicodedata.normalize("NFC", text)))
    line = _SPACE.sub(" ", plain).strip()
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    word = cut.rsplit(" ", 1)[0]
    return (word if len(word) > most // 2 else cut).rstrip() + "…"


def words(texts: list[str], most_words: int, most_each: int) -> list[str]:
    """Distinct, non-empty single lines; none holds the separators ``|`` and ``^``."""
    lines = (one_line(text.replace("|", " ").replace("^", " "), most_each) for text in texts)
    return list(dict.fromkeys(filter(None, lines)))[:most_words]
