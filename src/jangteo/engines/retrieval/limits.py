"""Prices and amounts in a query: ``3만원 이하``, ``만원대``, ``1만5천원``, ``2kg``, ``1단``, ``한 판``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jangteo.engines.retrieval.records import Amount

_DIGIT = {"일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "칠": 7, "팔": 8, "구": 9}
_COUNT = {
    "한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열": 10,
    "스무": 20, "반": 0.5,
}  # fmt: skip
_WON = r"(?P<{0}>\d[\d,]*(?:\.\d+)?(?:만\d*천?|천|백)?|[일이삼사오육칠팔구]?십?[일이삼사오육칠팔구]?만[일이삼사오육칠팔구]?천?|[일이삼사오육칠팔구]?천)\s?(?P<{0}w>원)"
_UP_TO = r"(?:이하|미만|까지|안쪽|이내|아래|밑으로|안넘는|under)"
_FROM = r"(?:이상|부터|초과|넘는|over)"
_RANGE = re.compile(
    _WON.format("a").replace(r"\s?(?P<aw>원)", r"\s?(?P<aw>원)?")
    + r"\s?(?:~|에서|부터)\s?"
    + _WON.format("b")
)
_BOUND = re.compile(
    _WON.format("a")
    + rf"\s?(?:(?P<band>대)|(?P<upto>{_UP_TO})|(?P<start>{_FROM})|(?P<about>짜리|어치|정도|쯤))"
)
_UNITS = "단|마리|모|포기|판|근|개입|개|봉지|봉|팩|망|상자|박스|송이|장|구|알|줄|손|두름|되|병|캔|인분|묶음|접시|통|톳|미"
_AMOUNT = re.compile(
    r"(?P<n>\d+(?:\.\d+)?)\s?(?P<u>kg|킬로그램|킬로|키로|g|그램|ml|미리|l|리터|"
    + _UNITS
    + r")(?![a-z])"
    r"|(?<![가-힣])(?P<c>한|두|세|네|다섯|여섯|일곱|여덟|아홉|열|스무|반)\s?(?P<cu>"
    + _UNITS
    + r")(?![가-힣])"
    r"|(?P<one>한)(?P<oneu>판|단|근|망|모|봉지|상자|박스|마리)(?![가-힣])"
)
_GRAMS = {"kg": 1000, "킬로그램": 1000, "킬로": 1000, "키로": 1000, "g": 1, "그램": 1}
_MILLILITRES = {"ml": 1, "미리": 1, "l": 1000, "리터": 1000}
#: a 판 of eggs
_TRAY = 30
#: a 근 of meat in grams
GEUN_G = 600


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What was found and the text without it."""

    rest: str
    min_krw: int | None = None
    max_krw: int | None = None
    amount: Amount | None = None


def won(text: str) -> int | None:
    """An amount of money as people write it, in won: 3만, 15,000, 1만5천, 삼만; None when it is none."""
    text = text.replace(",", "").replace(" ", "")
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return int(float(text))
    total = 0
    for part, scale in re.findall(r"([\d.]*|[일이삼사오육칠팔구십]*)(만|천|백|$)", text):
        if not part and not scale:
            continue
        value = _number(part)
        if value is None:
            return None
        # 1만5 is 1만 5천
        unit = {"만": 10_000, "천": 1000, "백": 100}.get(scale, 1000 if total else 1)
        total += round(value * unit)
    return total or None


def _number(text: str) -> float | None:
    if not text:
        return 1
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    tens, _, ones = text.rpartition("십") if "십" in text else ("", "", text)
    value = _DIGIT.get(tens, 1) * 10 if "십" in text else 0
    return value + _DIGIT.get(ones, 0) or None


def read_limits(text: str) -> Limits:
    """Limits of price and amount in folded ``text``; what is left is the goods."""
    low = high = None
    match = _RANGE.search(text)
    if match:
        low, high = won(match["a"]), won(match["b"])
        if low is not None and high is not None and low < 100 <= high:
            # 1~3만원
            low *= 10_000 if "만" in match["b"] else 1000
    else:
        match = _BOUND.search(text)
        if match:
            low, high = _bounds(match)
    if match and (low is not None or high is not None):
        text = text[: match.start()] + " " + text[match.end() :]
    amount, text = _amount(text)
    return Limits(rest=" ".join(text.split()), min_krw=low, max_krw=high, amount=amount)


def _bounds(match: re.Match[str]) -> tuple[int | None, int | None]:
    value = won(match["a"])
    if value is None:
        return None, None
    if match["band"]:
        step = 10 ** (len(str(value)) - 1)
        return value, value + step - 1
    if match["upto"]:
        return None, value - 1 if match["upto"] == "미만" else value
    if match["start"]:
        return value + 1 if match["start"] in ("초과", "넘는") else value, None
    return round(value * 0.9), round(value * 1.1)


def _amount(text: str) -> tuple[Amount | None, str]:
    match = _AMOUNT.search(text)
    if not match or match.end() - match.start() == len(text):
        return None, text
    if match["n"]:
        number, unit = float(match["n"]), match["u"]
    elif match["c"]:
        number, unit = float(_COUNT[match["c"]]), match["cu"]
    else:
        number, unit = 1.0, match["oneu"]
    rest = text[: match.start()] + " " + text[match.end() :]
    if unit in _GRAMS:
        return Amount(grams=number * _GRAMS[unit]), rest
    if unit in _MILLILITRES:
        return Amount(millilitres=number * _MILLILITRES[unit]), rest
    if unit == "근":
        return Amount(grams=number * GEUN_G, unit=unit), rest
    if unit == "판":
        return Amount(pieces=number * _TRAY, unit=unit), rest
    return Amount(pieces=number, unit="개" if unit == "개입" else unit), rest
