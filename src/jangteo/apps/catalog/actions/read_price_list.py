"""A stall's price list comes in: every row lands in one pile, nothing is on sale yet."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from jangteo.apps.catalog.errors import PriceListUnreadable
from jangteo.apps.catalog.imports import goods_of, rows_of
from jangteo.apps.catalog.models import Offer, PriceImport, PriceImportRow
from jangteo.apps.markets.errors import StallNotFound
from jangteo.apps.markets.models import Stall
from jangteo.engines.pricelist import read_price_list as read_file
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import clean_line


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadPriceList:
    """The import and how many rows lie in each pile."""

    import_id: int
    #: the same file came in before: this is that import, and nothing was changed
    is_repeat: bool
    state: str
    sure: int
    check: int
    cannot: int
    ignored: int


@action(
    "catalog.read_price_list",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def read_price_list(
    *, actor: Actor, market_id: int, stall_id: int, data: bytes, file_name: str, now: datetime
) -> ReadPriceList:
    """Read an xlsx, xls, csv or txt file. The same bytes again return the same import, unless it was undone.

    Raises `PriceListUnreadable` (nothing is stored), `StallNotFound`.
    """
    digest = hashlib.sha256(data).hexdigest()
    earlier = _earlier(market_id, stall_id, digest)
    if earlier is not None:
        return _summary(earlier, is_repeat=True)
    reading = read_file(data, file_name)
    if reading.file_error is not None:
        raise PriceListUnreadable(reason_ko=reading.file_error.ko, reason_en=reading.file_error.en)
    # the stall's row is the lock: the same file sent twice at once is read once
    stalls = Stall.objects.select_for_update().filter(market_id=market_id, pk=stall_id)
    if stalls.first() is None:
        raise StallNotFound
    earlier = _earlier(market_id, stall_id, digest)
    if earlier is not None:
        return _summary(earlier, is_repeat=True)
    price_import = PriceImport.objects.create(
        market_id=market_id,
        stall_id=stall_id,
        file_name=clean_line(file_name[-200:], field="file_name", at_most=200),
        sha256=digest,
        by_id=actor.person_id,
        read_at=now,
    )
    goods = goods_of(Offer.objects.filter(market_id=market_id, stall_id=stall_id))
    rows = rows_of(reading, goods)
    for row in rows:
        row.market_id = market_id
        row.price_import = price_import
    PriceImportRow.objects.bulk_create(rows, batch_size=1000)
    return _summary(price_import, is_repeat=False)


def _earlier(market_id: int, stall_id: int, digest: str) -> PriceImport | None:
    found = PriceImport.objects.filter(market_id=market_id, stall_id=stall_id, sha256=digest)
    return found.exclude(state=PriceImport.State.UNDONE).first()


def _summary(price_import: PriceImport, *, is_repeat: bool) -> ReadPriceList:
    rows = PriceImportRow.objects.filter(
        market_id=price_import.market_id, price_import=price_import
    )
    counts = Counter(rows.values_list("pile", flat=True))
    return ReadPriceList(
        import_id=price_import.pk,
        is_repeat=is_repeat,
        state=price_import.state,
        **{str(pile): counts[pile] for pile in PriceImportRow.Pile.values},
    )
