"""The sentence as it was meant: spellings of speech recognition that sound like numbers are numbers again."""

from __future__ import annotations

import re
import unicodedata

_NUMERAL = "일이삼사오육륙칠팔구십백천만"
#: 배권 sounds like 백 원: lenition and nasals at the seam of a numeral and 원
_MISHEARD: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"(?<=[{_NUMERAL}\d])\s?배\s?[권건원꿘언넌](?![가-힣]*판)"), "백원"),
    (re.compile(rf"(?<=[{_NUMERAL}])\s?(?:처|쳐)[넌눤너눠런]"), "천원"),
    (re.compile(r"(?:(?<=\s)|^)(?:처넌|처눤|처눠)(?=\s|$|[으이에])"), "천원"),
    (re.compile(rf"(?:(?<=[{_NUMERAL}\s])|^)마[넌눤눠](?=\s|$|[으이에])"), "만원"),
    (re.compile(rf"(?<=[{_NUMERAL}]백)[권건언꿘온](?![가-힣])"), "원"),
    (re.compile(rf"(?<=[{_NUMERAL}][천만])[언건눤온](?![가-힣])"), "원"),
    (re.compile(r"(?<=[\d천백만])\s?(?:언|넌|won)(?![가-힣a-z])", re.I), "원"),
    # 한 단에 -> 한다네, 한 단의
    (re.compile(r"(?<![가-힣])(한|두|세|네)\s?다네(?![가-힣])"), r"\1단에"),
    (re.compile(r"봉다리"), "봉지"),
    (re.compile(r"박스|빡스"), "상자"),
    (re.compile(r"백\s?그럼"), "백그램"),
)


def heard(text: str) -> str:
    """``text`` in NFKC, with such spellings set right and spaces made one."""
    made = unicodedata.normalize("NFKC", text).replace("\x00", " ")
    for pattern, right in _MISHEARD:
        made = pattern.sub(right, made)
    return re.sub(r"\s+", " ", made).strip()
