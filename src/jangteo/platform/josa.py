"""Korean particles chosen by the last sound of a word (한글 맞춤법: 받침 유무; ㄹ 받침 with 으로/로). Needs no Django."""

from __future__ import annotations

#: digits and Latin letters as they are read aloud in Korean: does the reading end in a consonant?
_DIGIT_ENDS = dict(zip("0123456789", "1101001110", strict=True))
_RIEUL = 8


def _final(word: str) -> int:
    """Index of the last syllable's final consonant, 0 for none; unreadable ends count as none."""
    stripped = word.rstrip(" )\"'”’」』]")
    if not stripped:
        return 0
    last = stripped[-1]
    if "가" <= last <= "힣":
        return (ord(last) - ord("가")) % 28
    if last in _DIGIT_ENDS:
        return _RIEUL if last in "178" else int(_DIGIT_ENDS[last])
    return _RIEUL if last.lower() in "lr" else int(last.lower() in "mn")


def josa(word: str, pair: str) -> str:
    """The particle of ``pair`` ("이/가", "을/를", "은/는", "으로/로", "과/와") that follows ``word``."""
    with_final, without = pair.split("/")
    final = _final(word)
    if final == 0 or (with_final == "으로" and final == _RIEUL):
        return without
    return with_final
