"""Indicators (KPIs): definition, history, targets with source, results with their raw rows."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jangteo.apps.programme.indicators.export import export_path
from jangteo.apps.programme.indicators.queries import (
    indicator_view,
    indicator_views,
    result_by_id,
    value_of,
)
from jangteo.apps.programme.models import IndicatorResult
from jangteo.channels.evidence import shown
from jangteo.channels.evidence.access import Reader, readers, show
from jangteo.platform.errors import NotAllowed, NotFound


def _shown_value(result: IndicatorResult) -> str:
    """A share as percent to one digit, a count as it is."""
    if result.definition.indicator.measure == "share":
        whole = result.denominator
        return shown.percent(Fraction(result.numerator, whole) if whole else None, 1)
    return f"{result.numerator:,}"


def _target(value: str, measure: str) -> str:
    """A target's decimal text as percent or number."""
    if not value:
        return ""
    return (
        shown.percent(Fraction(value), 0 if not Fraction(value) * 100 % 1 else 1)
        if measure == "share"
        else value
    )


def _words() -> dict[str, Any]:
    return {"value": _shown_value, "exact": value_of, "target": _target, "section": "indicators"}


def _may_take(reader: Reader, result: IndicatorResult) -> bool:
    """Rows of one market are for who may see that market; rows of all markets together for who may see them all."""
    if result.market_id is not None and result.market_id in reader.ids:
        return True
    return reader.sees_all


@require_safe
@readers
def listing(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Every indicator with its last result and targets."""
    views = indicator_views(None if reader.sees_all else reader.ids)
    return show(request, reader, "indicators.html", {"views": views} | _words())


@require_safe
@readers
def page(request: HttpRequest, reader: Reader, key: str) -> HttpResponse:
    """One indicator."""

    def may_take(result: IndicatorResult) -> bool:
        return _may_take(reader, result)

    view = indicator_view(key, None if reader.sees_all else reader.ids)
    context = {
        "view": view,
        "may_take": may_take,
        "parameters": lambda definition: json.dumps(
            definition.parameters, ensure_ascii=False, sort_keys=True
        ),
    }
    return show(request, reader, "indicator.html", context | _words())


@require_safe
@readers
def export(request: HttpRequest, reader: Reader, result_id: int) -> HttpResponse | FileResponse:
    """The raw rows of a result: the very file whose digest the result holds."""
    result = result_by_id(result_id)
    if not _may_take(reader, result):
        raise NotAllowed
    path = export_path(result.export_digest)
    if not path.is_file():
        raise NotFound
    name = f"{result.definition.indicator.key}-{result.first_day:%Y%m%d}-{result.last_day:%Y%m%d}-v{result.definition.version}.zip"
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=name,
        headers={"Digest": f"sha-256={result.export_digest}"},
    )
