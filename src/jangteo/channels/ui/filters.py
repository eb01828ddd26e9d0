"""How money, days and hours are written, in the language of the request.

Amounts are whole won. Times are aware; they are shown in Asia/Seoul.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

SEOUL = ZoneInfo("Asia/Seoul")
_DAYS_KO = "월화수목금토일"
_DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def is_english() -> bool:
    """Whether the active language is English."""
    return (get_language() or "ko").startswith("en")


def won(amount_krw: int | None) -> str:
    """``12000`` -> "12,000원" or "₩12,000"; a minus sign before; nothing for ``None``."""
    if amount_krw is None:
        return ""
    sign = "\u2212" if amount_krw < 0 else ""
    figure = f"{abs(amount_krw):,}"
    return f"{sign}₩{figure}" if is_english() else f"{sign}{figure}원"


def _local_date(value: date | datetime) -> date:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a shown time must carry its time zone")
        return value.astimezone(SEOUL).date()
    return value


def day(value: date | datetime | None, *, year: bool = False) -> str:
    """Such as "11월 21일(토)" or "Sat 21 Nov"; with ``year`` "2026년 11월 21일(토)" or "Sat 21 Nov 2026"."""
    if value is None:
        return ""
    d = _local_date(value)
    if is_english():
        text = f"{_DAYS_EN[d.weekday()]} {d.day} {_MONTHS_EN[d.month - 1]}"
        return f"{text} {d.year}" if year else text
    text = f"{d.month}월 {d.day}일({_DAYS_KO[d.weekday()]})"
    return f"{d.year}년 {text}" if year else text


def clock(value: datetime | None) -> str:
    """Such as "오후 3:20" or "3:20 pm", in Asia/Seoul."""
    if value is None:
        return ""
    if value.tzinfo is None:
        raise ValueError("a shown time must carry its time zone")
    t = value.astimezone(SEOUL)
    hour = t.hour % 12 or 12
    if is_english():
        return f"{hour}:{t.minute:02d} {'am' if t.hour < 12 else 'pm'}"
    return f"{'오전' if t.hour < 12 else '오후'} {hour}:{t.minute:02d}"


def price_per_100(price_krw: int, amount: int) -> int:
    """Won for 100 g (or 100 ml) of a pack of ``amount`` g (ml), halves rounded up."""
    if amount <= 0:
        raise ValueError("the amount in grams or millilitres must be above zero")
    return (price_krw * 200 + amount) // (2 * amount)


def per_100g(price_krw: int, amount_g: int | None, unit: str = "g") -> str:
    """Such as "100g당 1,250원" for a price and a weight in grams (``unit="ml"`` for a volume); "" without one."""
    if not amount_g:
        return ""
    return _("100%(unit)s당 %(price)s") % {
        "unit": unit,
        "price": won(price_per_100(price_krw, amount_g)),
    }


def weight(amount_g: int | None) -> str:
    """``600`` -> "600g", ``1500`` -> "1.5kg"."""
    if amount_g is None:
        return ""
    if amount_g < 1000:
        return f"{amount_g}g"
    return f"{amount_g / 1000:.3f}".rstrip("0").rstrip(".") + "kg"


def minutes(amount: int) -> str:
    """``95`` -> "1시간 35분"."""
    hours, rest = divmod(max(0, amount), 60)
    parts = []
    if hours:
        parts.append(ngettext("%(n)d시간", "%(n)d시간", hours) % {"n": hours})
    if rest or not hours:
        parts.append(ngettext("%(n)d분", "%(n)d분", rest) % {"n": rest})
    return " ".join(parts)


def named(thing: object, attribute: str = "name") -> str:
    """A name in the page's language: of ``name`` and ``name_en``, of ``stall_name`` and ``stall_name_en``."""
    english = str(getattr(thing, f"{attribute}_en", "") or "")
    return english if english and is_english() else str(getattr(thing, attribute))


def pay_method(name: str) -> str:
    """The payment company's Korean word for a way to pay, in the page's language; a new word stays as it is."""
    known = {
        "카드": _("카드"),
        "간편결제": _("간편결제"),
        "계좌이체": _("계좌이체"),
        "가상계좌": _("가상계좌"),
        "휴대폰": pgettext("결제", "휴대폰"),
        "문화상품권": _("문화상품권"),
    }
    return known.get(name, name)


def lane_words(name: str, length: int = 5) -> list[str]:
    """A stall's name in one or two short lines, for its box on the lane map."""
    words = name.split()
    if len(name) <= length:
        return [name]
    if len(words) > 1:
        first, second = words[0], "".join(words[1:])
    else:
        half = (len(name) + 1) // 2
        first, second = name[:half], name[half:]
    cut = length + 1
    return [part if len(part) <= cut else part[:length] + "…" for part in (first, second)]
