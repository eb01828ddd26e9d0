"""내보내기: files for search engines and other shops, price cards of the whole market, and what labels still lack."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jangteo.apps.catalog.actions.set_channel_categories import set_channel_categories
from jangteo.apps.catalog.publishing.categories import channel_category
from jangteo.apps.catalog.publishing.feeds import feed_paths, smartstore_file
from jangteo.apps.catalog.publishing.labelling import field_words, missing
from jangteo.apps.catalog.publishing.labels_pdf import SIZES
from jangteo.apps.catalog.publishing.listed import Listed, listed_offers
from jangteo.apps.catalog.publishing.naver import is_for_naver
from jangteo.apps.catalog.publishing.smartstore import CHANNEL
from jangteo.apps.markets.queries import stalls_of_market
from jangteo.channels.office.access import Desk, office_only, show
from jangteo.channels.web.cards import SHEET_TYPE, printed
from jangteo.platform.clock import seoul_day
from jangteo.platform.config import config
from jangteo.platform.errors import InvalidInput, JangteoError


@require_http_methods(["GET", "HEAD", "POST"])
@office_only
def page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Addresses of the files, goods that wait for answers, the numbers of SmartStore's categories."""
    if request.method != "POST":
        return show(
            request, desk, "publish.html", _context(desk) | {"saved": request.GET.get("saved", "")}
        )
    numbers = {
        key.removeprefix("n-"): str(text)
        for key, text in request.POST.items()
        if key.startswith("n-")
    }
    try:
        set_channel_categories(**desk.ids, channel=CHANNEL, numbers=numbers)
    except InvalidInput as problem:
        words = {problem.field: problem.message(get_language() or "ko")}
        context = _context(desk) | {"errors": words, "typed": numbers}
        return show(request, desk, "publish.html", context, status=problem.status)
    goal = reverse("office:publish", args=[desk.market.slug])
    return HttpResponseRedirect(f"{goal}?saved=yes#categories")


def _context(desk: Desk) -> dict[str, Any]:
    offers = listed_offers(desk.market.id)
    seen = [one for one in offers if one.state != "draft"]
    base = config().effective_public_url()
    feeds = feed_paths(desk.market)
    return {
        "feeds": [
            (_("네이버 쇼핑 (전체)"), base + feeds["naver"]),
            (_("네이버 쇼핑 (오늘 바뀐 것)"), base + feeds["naver_changes"]),
            (_("구글 판매자 센터"), base + feeds["google"]),
        ],
        "fed": sum(map(is_for_naver, seen)),
        "shown": len(seen),
        "waiting": _waiting(offers),
        "categories": _categories(desk, seen),
        "stall_choices": [(s.slug, s.name) for s in stalls_of_market(desk.market.id)],
        "sizes": _sizes(),
        "errors": {},
        "typed": {},
        "section": "stalls",
    }


def _sizes() -> list[tuple[str, str]]:
    english = get_language() == "en"
    sizes = [(key, size.en if english else size.ko) for key, size in SIZES.items()]
    return [*sizes, ("zpl", _("라벨 프린터 (ZPL)"))]


def _waiting(offers: list[Listed]) -> list[dict[str, Any]]:
    """Goods whose label is incomplete, with the stall and what is missing."""
    english = get_language() == "en"
    found = []
    for one in offers:
        lacking = missing(one)
        if lacking:
            found.append(
                {
                    "name": one.name,
                    "stall": one.seller.name,
                    "stall_slug": one.seller.slug,
                    "offer_id": one.offer_id,
                    "what": ", ".join(field_words(m.field)[english] for m in lacking),
                }
            )
    return found


def _categories(desk: Desk, offers: list[Listed]) -> list[dict[str, Any]]:
    """The categories that goods of this market stand in, with how many and the number kept."""
    numbers = channel_category(desk.market.id, CHANNEL)
    counts: Counter[tuple[str, str]] = Counter()
    for one in offers:
        if one.category_slug:
            counts[one.category_slug, " > ".join(one.category_path)] += 1
        elif one.shelf:
            counts[one.shelf, one.shelf_name] += 1
    return [
        {"slug": slug, "name": name, "count": count, "number": numbers.get(slug, "")}
        for (slug, name), count in sorted(counts.items(), key=lambda kv: kv[0][1])
    ]


@require_safe
@office_only
def cards(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Price cards of all goods of a stall (``?stall=``) or of the whole market."""
    asked = request.GET.copy()
    asked.setdefault("size", "card")
    wanted = asked.get("stall", "")
    offers = [
        one
        for one in listed_offers(desk.market.id, only_on_sale=True)
        if wanted in ("", one.seller.slug) and not missing(one)
    ]
    asked.setlist("offer", [str(one.offer_id) for one in offers])
    try:
        return printed(asked, offers, seoul_day(desk.now))
    except JangteoError as problem:
        words = problem.message(get_language() or "ko")
        context = _context(desk) | {"problem": words}
        return show(request, desk, "publish.html", context, status=problem.status)


@require_safe
@office_only
def smartstore(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The workbook of the whole market."""
    data = smartstore_file(desk.market.id, english=get_language() == "en")
    name = f"smartstore-{desk.market.slug}.xlsx"
    return HttpResponse(
        data,
        content_type=SHEET_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
