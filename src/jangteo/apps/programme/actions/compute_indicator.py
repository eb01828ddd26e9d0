"""Compute an indicator under its present definition and keep the result with the rows it came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from jangteo.apps.markets.models import Market
from jangteo.apps.programme.errors import IndicatorNotFound, IndicatorNotMeasured
from jangteo.apps.programme.indicators.export import write_export
from jangteo.apps.programme.models import Indicator, IndicatorResult
from jangteo.platform.clock import seoul_day
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action


@dataclass(frozen=True, kw_only=True, slots=True)
class Computed:
    """A kept result."""

    result_id: int
    version: int
    numerator: int
    denominator: int
    #: decimal text
    value: str
    export_digest: str


@action("programme.compute_indicator", allow={Role.SYSTEM}, within="platform")
def compute_indicator(
    *,
    actor: Actor,
    key: str,
    market_id: int | None,
    first_day: date,
    last_day: date,
    now: datetime,
) -> Computed:
    """Compute over Korean days (both included) of one market, or of all (None). Never changes an earlier result.

    Raises `IndicatorNotFound`, `IndicatorNotMeasured`, `InvalidInput`.
    """
    if first_day > last_day or last_day > seoul_day(now):
        raise InvalidInput(
            field="last_day",
            ko="기간의 끝날은 첫날보다 앞서거나 오늘보다 뒤일 수 없어요.",
            en="The last day may not be before the first day or after today.",
        )
    indicator = Indicator.objects.filter(key=key).first()
    market = Market.objects.filter(pk=market_id).first() if market_id is not None else None
    if indicator is None or (market_id is not None and market is None):
        raise IndicatorNotFound(key=key)
    definition = indicator.definitions.select_related("indicator").order_by("-version").first()
    if definition is None:
        raise IndicatorNotMeasured(name=indicator.name, name_en=indicator.name_en)
    exported = write_export(definition, market, first_day, last_day)
    row = IndicatorResult.objects.create(
        definition=definition,
        market=market,
        first_day=first_day,
        last_day=last_day,
        numerator=exported.result["numerator"],
        denominator=exported.result["denominator"],
        export_digest=exported.digest,
        at=now,
        by_id=actor.person_id,
    )
    return Computed(
        result_id=row.pk,
        version=definition.version,
        numerator=row.numerator,
        denominator=row.denominator,
        value=exported.result["value"],
        export_digest=exported.digest,
    )
