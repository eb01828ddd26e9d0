"""One market's files for other programs: which goods, at what shipping fee, and whether anything changed."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db.models import Count, F, Max, Sum

from jangteo.apps.catalog.models import Offer, StallDesk
from jangteo.apps.catalog.publishing.categories import channel_category
from jangteo.apps.catalog.publishing.google import google_xml
from jangteo.apps.catalog.publishing.listed import each_listed
from jangteo.apps.catalog.publishing.naver import naver_changes, naver_lines
from jangteo.apps.catalog.publishing.smartstore import CHANNEL, smartstore_sheet
from jangteo.apps.markets.info import MarketInfo
from jangteo.apps.markets.models import Stall, Zone
from jangteo.platform.config import config
from jangteo.platform.tenancy import market_scope

#: changes when the files' form does: everybody fetches anew
FORM = 1


def feed_version(market: MarketInfo, what: str) -> str:
    """An entity tag that changes when anything the file shows does. Four small queries; needs the market's scope."""
    offers = Offer.objects.filter(market_id=market.id).aggregate(
        Count("pk"),
        Max("updated_at"),
        Max("item__updated_at"),
        Max("item__merged_into__updated_at"),
        # weighted, so that one sold and another come in do not look like nothing
        left=Sum(F("stock__quantity") * F("pk")),
        promised=Sum(F("stock__reserved") * F("pk")),
    )
    desks = StallDesk.objects.filter(market_id=market.id).aggregate(Max("updated_at"))
    stalls = list(
        Stall.objects.filter(market_id=market.id)
        .order_by("pk")
        .values_list("pk", "name", "owner_name", "phone", "place", "is_active")
    )
    told = (FORM, what, market.slug, market.name, market.address, config().effective_public_url(),
            shipping_krw(market.id), offers, desks, stalls)  # fmt: skip
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def kept(name: str, version: str, lines: Iterator[str]) -> Iterator[str]:
    """The lines of this version's file: from the data folder where it was made before, else made and kept there.

    ``name`` ("<market>-naver") tells one file from another; older versions of it go. A reader that stops halfway
    leaves nothing behind.
    """
    folder = config().var_dir / "feeds"
    path = folder / f"{name}-{version}"
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            yield from file
        return
    folder.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=folder, prefix=".part-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            for line in lines:
                file.write(line)
                yield line
        for old in folder.glob(f"{name}-*"):
            if len(old.name) == len(path.name):
                old.unlink(missing_ok=True)
        Path(part).replace(path)
    finally:
        Path(part).unlink(missing_ok=True)


def shipping_krw(market_id: int) -> int:
    """The dearest delivery within the market's zones: nobody pays more than a file says. 0 without delivery."""
    found = Zone.objects.filter(market_id=market_id).aggregate(Max("fee_krw"))["fee_krw__max"]
    return found or 0


def naver_file(market: MarketInfo) -> Iterator[str]:
    """The whole product file, read as it is sent; enters the market's scope itself."""
    with market_scope(market.id):
        yield from naver_lines(each_listed(market.id, only_on_sale=True), shipping_krw(market.id))


def naver_changes_file(market: MarketInfo, since: datetime) -> Iterator[str]:
    """What changed since a moment, goods that left included; enters the market's scope itself."""
    with market_scope(market.id):
        yield from naver_changes(
            each_listed(market.id, changed_since=since, with_ended=True),
            shipping_krw(market.id),
            since,
        )


def google_file(market: MarketInfo) -> Iterator[str]:
    """The product file of Google Merchant; enters the market's scope itself."""
    with market_scope(market.id):
        yield from google_xml(
            each_listed(market.id, only_on_sale=True),
            title=market.name,
            link=f"{config().effective_public_url()}/m/{market.slug}/",
            shipping_krw=shipping_krw(market.id),
        )


def smartstore_file(market_id: int, *, stall_id: int | None = None, english: bool = False) -> bytes:
    """The workbook of a market or one stall. Needs the market's scope."""
    counted = Offer.objects.filter(market_id=market_id, stock__is_counted=True).values_list(
        "pk", "stock__quantity", "stock__reserved"
    )
    return smartstore_sheet(
        each_listed(market_id, only_on_sale=True, stall_id=stall_id),
        channel_category(market_id, CHANNEL),
        {pk: max(0, quantity - reserved) for pk, quantity, reserved in counted},
        english=english,
    )


def feed_paths(market: MarketInfo) -> dict[str, str]:
    """The addresses of a market's files by what they are."""
    base = f"/m/{market.slug}/feeds"
    return {
        "naver": f"{base}/naver.tsv",
        "naver_changes": f"{base}/naver-changes.tsv",
        "google": f"{base}/google.xml",
    }
