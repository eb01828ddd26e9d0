"""What AI did: over all markets, in one market, and the rows behind every number."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jangteo.apps.decisions.rows import RawDecision, RowFilter, raw_decisions
from jangteo.apps.markets.info import MarketInfo
from jangteo.apps.markets.queries import stalls_of_market
from jangteo.apps.programme.evidence import (
    FEWEST_STALLS,
    VERSION,
    Work,
    market_evidence,
    work_by_market,
)
from jangteo.channels.evidence import shown
from jangteo.channels.evidence.access import (
    Reader,
    market_readers,
    period_of,
    period_words,
    readers,
    show,
)
from jangteo.channels.ui.filters import named
from jangteo.platform.clock import seoul, seoul_day
from jangteo.platform.tenancy import every_market

PAGE = 50
#: rows of one CSV file; the page says when there are more
MOST_ROWS = 100_000
_FILTERS = ("capability", "provider", "mode", "fallback", "asked")
_HEAD = (
    "id", "at_seoul", "capability", "provider", "provider_version", "first_mode", "last_word", "fallback",
    "subject", "stall", "about", "is_personal", "latency_us", "cost_mkrw", "asked",
)  # fmt: skip


@require_safe
@readers
def home(request: HttpRequest, reader: Reader) -> HttpResponse:
    """All markets the reader may see. ``?from=2026-11-01&to=2026-11-30``."""
    period = period_of(request.GET, seoul_day(reader.now))
    with every_market():
        works = work_by_market(reader.ids, period.first, period.last)
    total = Work()
    for work in works.values():
        total.total += work.total
        total.used += work.used
        total.edited += work.edited
        total.seconds += work.seconds
        total.used_seconds += work.used_seconds
    rows = [(market, works.get(market.id, Work())) for market in reader.markets]
    rows.sort(key=lambda row: -row[1].total)
    context = {
        "period": period,
        "period_text": period_words(period, seoul_day(reader.now)),
        "total": total,
        "rows": rows,
        "percent": shown.percent,
        "version": VERSION,
        "section": "figures",
    }
    return show(request, reader, "home.html", context)


@require_safe
@market_readers
def market(request: HttpRequest, reader: Reader, market: MarketInfo) -> HttpResponse:
    """One market: sentence, plot, tables, rows behind, definition."""
    period = period_of(request.GET, seoul_day(reader.now))
    found = market_evidence(market.id, period.first, period.last)
    attention = sum(group.attention_micro for group in found.sizes)
    offers = sum(group.offers for group in found.sizes)
    context = {
        "period": period,
        "period_text": period_words(period, seoul_day(reader.now)),
        "e": found,
        "bars": shown.bars(found.days),
        "attention_total": attention,
        "offers_total": offers,
        "fewest": FEWEST_STALLS,
        "version": VERSION,
        "section": "figures",
    } | _words()
    return show(request, reader, "market.html", context, market=market)


def _words() -> dict[str, Any]:
    return {
        "percent": shown.percent,
        "ms": shown.milliseconds,
        "cost": shown.won_of,
        "modes": shown.mode_words(),
        "groups": shown.group_words(),
        "fallback_words": shown.fallback_words,
        "capability_words": shown.capability_words,
        "provider_words": shown.provider_words,
        "share": _share,
    }


def _share(part: int, whole: int) -> str:
    return shown.percent(Fraction(part, whole)) if whole else "–"


def _filter(form: QueryDict) -> RowFilter:
    stall = form.get("stall", "")
    return RowFilter(
        **{name: form.get(name, "")[:40] for name in _FILTERS},
        stall_id=int(stall) if stall.isdecimal() and len(stall) < 19 else None,
        used_only=form.get("used") == "1",
        fallbacks_only=form.get("fallbacks") == "1",
    )


def _after(form: QueryDict) -> tuple[datetime, str] | None:
    """Where the page before ended: ``microseconds-id``; nonsense is the first page."""
    text, _dash, row_id = form.get("after", "").partition("-")
    if not text.isdecimal() or len(text) > 17 or len(row_id) != 36:
        return None
    return datetime.fromtimestamp(int(text) // 1_000_000, UTC).replace(
        microsecond=int(text) % 1_000_000
    ), row_id


def _mark(row: RawDecision) -> str:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    since = row.at - epoch
    return (
        f"{since.days * 86_400_000_000 + since.seconds * 1_000_000 + since.microseconds}-{row.id}"
    )


@require_safe
@market_readers
def rows(request: HttpRequest, reader: Reader, market: MarketInfo) -> HttpResponse:
    """The rows behind a number, newest first. Filters: capability, provider, mode, fallback, asked, stall, used, fallbacks."""
    period = period_of(request.GET, seoul_day(reader.now))
    wanted = _filter(request.GET)
    found = list(
        raw_decisions(
            market.id, period.first, period.last, wanted, after=_after(request.GET), most=PAGE + 1
        )
    )
    page = found[:PAGE]
    stall_names = {stall.pk: named(stall) for stall in stalls_of_market(market.id)}
    asked = {key: value for key, value in request.GET.items() if key != "after"}
    context = {
        "period": period,
        "rows": page,
        "chosen": _chosen(wanted, stall_names),
        "stall_names": stall_names,
        "seoul": seoul,
        "csv_query": urlencode(asked),
        "next_query": urlencode(asked | {"after": _mark(page[-1])}) if len(found) > PAGE else "",
        "is_first": "after" not in request.GET,
        "most_rows": MOST_ROWS,
        "section": "figures",
    } | _words()
    return show(request, reader, "rows.html", context, market=market)


def _chosen(wanted: RowFilter, stall_names: Mapping[int, str]) -> list[str]:
    """The filters in words."""
    modes: Mapping[str, str] = shown.mode_words()
    told = []
    if wanted.capability:
        told.append(shown.capability_words(wanted.capability))
    if wanted.provider:
        told.append(shown.provider_words(wanted.provider))
    if wanted.asked:
        told.append(_("%(name)s 차례") % {"name": shown.provider_words(wanted.asked)})
    if wanted.mode:
        told.append(modes.get(wanted.mode, wanted.mode))
    if wanted.fallback:
        told.append(shown.fallback_words(wanted.fallback))
    if wanted.stall_id is not None:
        number = _("가게 %(n)s번") % {"n": wanted.stall_id}
        told.append(stall_names.get(wanted.stall_id, number))
    if wanted.used_only:
        told.append(_("AI가 한 것만"))
    if wanted.fallbacks_only:
        told.append(_("간단한 규칙이 대신한 것만"))
    return told


@require_safe
@market_readers
def rows_csv(request: HttpRequest, reader: Reader, market: MarketInfo) -> HttpResponse:
    """The same rows as CSV, at most `MOST_ROWS`."""
    period = period_of(request.GET, seoul_day(reader.now))
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEAD)
    for row in raw_decisions(
        market.id, period.first, period.last, _filter(request.GET), most=MOST_ROWS
    ):
        writer.writerow(
            [_cell(value) for value in (
                row.id, seoul(row.at).isoformat(), row.capability, row.provider, row.provider_version,
                row.first_mode, row.mode, row.fallback, row.subject, row.stall_id or "", row.about,
                int(row.is_personal), row.latency_us, row.cost_mkrw, row.asked,
            )]
        )  # fmt: skip
    name = f"{market.slug}-{period.first:%Y%m%d}-{period.last:%Y%m%d}.csv"
    return HttpResponse(
        text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"},
    )


def _cell(value: object) -> object:
    """A text that a spreadsheet would run as a formula gets a leading apostrophe."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value
