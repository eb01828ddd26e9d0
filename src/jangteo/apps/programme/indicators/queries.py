"""Reads of indicators: lists, one with its history, results."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from jangteo.apps.programme.errors import IndicatorNotFound
from jangteo.apps.programme.models import (
    Indicator,
    IndicatorDefinition,
    IndicatorResult,
    IndicatorTarget,
)
from jangteo.engines.indicators import decimal_text


@dataclass(frozen=True, kw_only=True, slots=True)
class IndicatorView:
    """An indicator, its definitions newest first, its targets, its results newest first."""

    indicator: Indicator
    definitions: list[IndicatorDefinition]
    targets: list[IndicatorTarget]
    results: list[IndicatorResult]

    @property
    def definition(self) -> IndicatorDefinition | None:
        return self.definitions[0] if self.definitions else None

    @property
    def latest(self) -> IndicatorResult | None:
        return self.results[0] if self.results else None


def value_of(result: IndicatorResult) -> str:
    """The decimal text of a share, or the number itself."""
    if result.definition.indicator.measure == "share":
        return decimal_text(result.numerator, result.denominator)
    return str(result.numerator)


def indicator_view(
    key: str, market_ids: Collection[int] | None, *, most_results: int = 50
) -> IndicatorView:
    """One indicator with the results of these markets and of all markets together (None: of every market).

    Raises `IndicatorNotFound`.
    """
    indicator = Indicator.objects.filter(key=key).first()
    if indicator is None:
        raise IndicatorNotFound(key=key)
    results = IndicatorResult.objects.filter(definition__indicator=indicator)
    if market_ids is not None:
        results = results.filter(market_id__in=market_ids) | results.filter(market=None)
    return IndicatorView(
        indicator=indicator,
        definitions=list(
            indicator.definitions.select_related("by", "indicator").order_by("-version")
        ),
        targets=list(indicator.targets.order_by("pk")),
        results=list(
            results.select_related("definition__indicator", "market", "by").order_by("-pk")[
                :most_results
            ]
        ),
    )


def indicator_views(market_ids: Collection[int] | None) -> list[IndicatorView]:
    """All of them, each with its latest result."""
    keys = Indicator.objects.order_by("position", "key").values_list("key", flat=True)
    return [indicator_view(key, market_ids, most_results=1) for key in keys]


def result_by_id(result_id: int) -> IndicatorResult:
    """One result. Raises `IndicatorNotFound`."""
    found = (
        IndicatorResult.objects.filter(pk=result_id)
        .select_related("definition__indicator", "market")
        .first()
    )
    if found is None:
        raise IndicatorNotFound(key=str(result_id))
    return found
