"""Words and shapes for figures: exact fractions become text at the very end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _

from jangteo.apps.decisions.capability import capability_of
from jangteo.apps.programme.evidence import DayWork
from jangteo.channels.ui.filters import is_english
from jangteo.platform.percent import percent as write

PLOT_WIDTH = 720
PLOT_HEIGHT = 160


def percent(share: Fraction | None, digits: int = 0) -> str:
    """ "31 %"; a dash for none. Halves away from zero, as people round."""
    if share is None:
        return "–"
    scaled = share * 100 * 10**digits
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    if not digits:
        return write(str(whole))
    return write(f"{whole // 10**digits}.{whole % 10**digits:0{digits}d}")


def milliseconds(amount_us: int) -> str:
    """``1,850 µs`` as ``1.9 ms``."""
    tenths = (amount_us + 50) // 100
    return (
        f"{tenths // 10:,}.{tenths % 10} ms"
        if amount_us < 100_000
        else f"{(amount_us + 500) // 1000:,} ms"
    )


def won_of(cost_mkrw: int) -> str:
    """Thousandths of a won as won."""
    whole, rest = divmod(cost_mkrw, 1000)
    text = f"{whole:,}" + (f".{rest:03d}".rstrip("0") if rest else "")
    return f"₩{text}" if is_english() else f"{text}원"


def mode_words() -> dict[str, str]:
    """Last words of a decision."""
    return {
        "auto": _("그대로 씀"),
        "accepted": _("받아들임"),
        "edited": _("고쳐서 씀"),
        "rejected": _("거절함"),
        "proposed": _("답을 기다림"),
        "observed": _("AI가 하지 않음"),
    }


def group_words() -> dict[str, str]:
    """Sizes and ages of stalls."""
    return {
        "large": _("큰 가게"),
        "middle": _("중간 가게"),
        "small": _("작은 가게"),
        "": _("나이를 적지 않음"),
        "under40": _("40세 미만"),
        "40s": _("40대"),
        "50s": _("50대"),
        "60s": _("60대"),
        "70plus": _("70세 이상"),
        "other": _("나머지 묶음"),
        "all": _("모든 가게"),
    }


def fallback_words(reason: str) -> str:
    """Why the simple rule stood in."""
    known = {
        "deadline": _("제때 답하지 못함"),
        "unreachable": _("닿지 않음"),
        "too-large": _("답이 너무 큼"),
        "nonsense": _("뜻 모를 답"),
        "broken": _("잦은 고장으로 쉬는 중"),
        "quota": _("정한 횟수를 넘음"),
        "no-secret": _("열쇠 없음"),
        "suspended": _("시장이 꺼 둠"),
        "vendor-not-live": _("업체가 아직 시작하지 않음"),
        "unknown-id": _("없는 물건을 말함"),
    }
    return known.get(reason, reason)


def provider_words(slug: str) -> str:
    """Who decided: our own two in words, a vendor by the name it goes by in the rows."""
    own = {"built-in": _("장터에 들어 있는 AI"), "baseline": _("단순한 규칙")}
    return own.get(slug, slug)


def capability_words(key: str) -> str:
    """A capability's name in the page's language."""
    found = capability_of(key)
    if found is None:
        return key
    return found.name_en if is_english() else found.name_ko


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One day of the plot: the whole bar and the part AI did, in the plot's own units."""

    day: date
    x: int
    width: int
    total_y: int
    total_height: int
    used_y: int
    used_height: int
    total: int
    used: int


def bars(days: Sequence[DayWork]) -> list[Bar]:
    """Bars of the plot, hundredths of a unit rounded to whole ones."""
    most = max((one.total for one in days), default=0)
    if not most:
        return []
    step = PLOT_WIDTH // max(len(days), 1)
    found = []
    for place, one in enumerate(days):
        total = one.total * PLOT_HEIGHT // most
        used = one.used * PLOT_HEIGHT // most
        found.append(
            Bar(
                day=one.day,
                x=place * step,
                width=max(1, step - 2 if step > 4 else step),
                total_y=PLOT_HEIGHT - total,
                total_height=total,
                used_y=PLOT_HEIGHT - used,
                used_height=used,
                total=one.total,
                used=one.used,
            )
        )
    return found
