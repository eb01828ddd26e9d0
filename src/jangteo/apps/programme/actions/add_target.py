"""Note what somebody wants an indicator to reach, and where that was said."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from jangteo.apps.programme.errors import IndicatorNotFound
from jangteo.apps.programme.models import Indicator, IndicatorTarget
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import clean_line


@action("programme.add_target", allow={Role.SYSTEM}, within="platform")
def add_target(
    *,
    actor: Actor,
    key: str,
    value: str,
    source: str,
    now: datetime,
    base: str = "",
    due_on: date | None = None,
    source_url: str = "",
    note: str = "",
) -> int:
    """Add a target beside those there are; returns its id. Raises `IndicatorNotFound`, `InvalidInput`."""
    indicator = Indicator.objects.filter(key=key).first()
    if indicator is None:
        raise IndicatorNotFound(key=key)
    target = IndicatorTarget.objects.create(
        indicator=indicator,
        value=_number(value, "value"),
        base=_number(base, "base") if base else "",
        due_on=due_on,
        source=clean_line(source, field="source", at_most=200, required=True),
        source_url=source_url,
        note=clean_line(note, field="note", at_most=300),
        at=now,
    )
    return int(target.pk)


def _number(text: str, field: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0 or len(text) > 20:
        raise InvalidInput(
            field=field,
            ko="0 이상의 수를 적어 주세요. 비율은 0.15처럼 적어요.",
            en="Enter a number of at least 0; a share as 0.15.",
        )
    return text
