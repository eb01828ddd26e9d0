"""Files for search engines and other shops, open to all; and the page a barcode leads to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from orjson import dumps

from jangteo.apps.catalog.publishing.barcodes import linkset, pages_of_gtin
from jangteo.apps.catalog.publishing.feeds import (
    feed_version,
    google_file,
    kept,
    naver_changes_file,
    naver_file,
)
from jangteo.apps.markets.info import inside_market
from jangteo.channels.ui.render import render
from jangteo.channels.web.people import client_address
from jangteo.engines.gs1 import to_gtin14
from jangteo.platform.clock import at_seoul, seoul_day, utc_now
from jangteo.platform.errors import InvalidInput, NotFound
from jangteo.platform.ratelimit import limit

#: how long a copy may be shown without asking again
FRESH_SECONDS = 300
#: lines sent together
_LINES = 200
#: times an hour one address may ask for changes, which are looked up anew each time
MOST_CHANGES = 60
#: changes are kept for no longer: an older reader fetches the whole file
_MOST_DAYS = 31


@require_safe
def naver(request: HttpRequest, market: str) -> HttpResponseBase:
    """Naver Shopping EP 3.0, the whole file."""
    with inside_market(market) as info:
        version = feed_version(info, "naver")
    lines = kept(f"{info.slug}-naver", version, naver_file(info))
    return _file(request, version, lines, "text/tab-separated-values")


@require_safe
def naver_changes(request: HttpRequest, market: str) -> HttpResponseBase:
    """Naver Shopping EP 3.0, what changed since ``?since=`` (ISO 8601), or since midnight in Korea."""
    since = _since(request.GET.get("since", ""))
    limit(
        f"feed:{client_address(request)}",
        at_most=MOST_CHANGES,
        per_seconds=3600,
        now=utc_now(),
    )
    with inside_market(market) as info:
        version = feed_version(info, f"naver-changes {since.isoformat()}")
    return _file(request, version, naver_changes_file(info, since), "text/tab-separated-values")


@require_safe
def google(request: HttpRequest, market: str) -> HttpResponseBase:
    """Google Merchant, RSS 2.0."""
    with inside_market(market) as info:
        version = feed_version(info, "google")
    lines = kept(f"{info.slug}-google", version, google_file(info))
    return _file(request, version, lines, "application/xml")


def _since(text: str) -> datetime:
    now = utc_now()
    if not text:
        return at_seoul(seoul_day(now), time())
    try:
        since = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        since = None
    if since is None or since.tzinfo is None or not now - timedelta(days=_MOST_DAYS) <= since:
        raise InvalidInput(
            field="since",
            ko="since는 지난 31일 안의 시각을 2026-11-22T09:00:00+09:00처럼 적어 주세요.",
            en="since is a moment of the last 31 days, such as 2026-11-22T09:00:00+09:00.",
        )
    # whole minutes, so that readers who ask at once share one answer's tag
    return since.replace(second=0, microsecond=0)


def _file(
    request: HttpRequest, version: str, lines: Iterator[str], media_type: str
) -> HttpResponseBase:
    """The file as a stream, or 304 for who has this version already."""
    tag = f'"{version}"'
    known = [
        one.strip().removeprefix("W/")
        for one in request.headers.get("If-None-Match", "").split(",")
    ]
    response: HttpResponseBase
    if tag in known or "*" in known:
        response = HttpResponseNotModified()
    elif request.method == "HEAD":
        response = HttpResponse(content_type=f"{media_type}; charset=utf-8")
    else:
        response = StreamingHttpResponse(
            _blocks(lines), content_type=f"{media_type}; charset=utf-8"
        )
    response.headers["ETag"] = tag
    patch_cache_control(response, public=True, max_age=FRESH_SECONDS)
    return response


def _blocks(lines: Iterator[str]) -> Iterator[bytes]:
    """Some lines together: one write for each costs more than the file."""
    waiting: list[str] = []
    for line in lines:
        waiting.append(line)
        if len(waiting) == _LINES:
            yield "".join(waiting).encode()
            waiting.clear()
    yield "".join(waiting).encode()


@require_safe
def barcode(request: HttpRequest, gtin: str, rest: str = "") -> HttpResponse:
    """GS1 Digital Link: to the one product page of this number, or to a choice of them; ``?linkType=all`` a linkset."""
    try:
        number = to_gtin14(gtin)
    except ValueError:
        raise NotFound from None
    pages = pages_of_gtin(number)
    if request.GET.get("linkType", "") in ("all", "linkset"):
        body = dumps(linkset(number, pages))
        return HttpResponse(body, content_type="application/linkset+json")
    if not pages:
        raise NotFound
    if len(pages) == 1:
        return HttpResponse(status=307, headers={"Location": pages[0].path})
    return render(
        request,
        "shop/barcode.html",
        {"title": _("이 바코드의 물건"), "gtin": number.lstrip("0"), "pages": pages},
    )
