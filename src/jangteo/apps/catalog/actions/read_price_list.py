"""A stall's price list comes in: every row lands in one pile, nothing is on sale yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from procrastinate.contrib.django import app

from jangteo.apps.catalog.errors import PriceListUnreadable, TooManyPhotographs
from jangteo.apps.catalog.models import PriceImport, PriceImportRow, PriceListUpload
from jangteo.apps.catalog.price_lists.storing import rows_for, write_rows
from jangteo.apps.catalog.price_lists.waiting import (
    TASK,
    ReadPart,
    bare_photograph,
    digest_of,
)
from jangteo.apps.markets.errors import StallNotFound
from jangteo.apps.markets.models import Stall
from jangteo.engines.pricelist import PriceListReading
from jangteo.engines.pricelist import read_price_list as read_file
from jangteo.platform.files import save_picture
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import clean_line

#: of one board, or a few boards side by side
MOST_PHOTOGRAPHS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadPriceList:
    """The import and how many rows lie in each pile; none yet while a worker reads it (state "reading")."""

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
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    data: bytes,
    file_name: str,
    later: bool = False,
    now: datetime,
) -> ReadPriceList:
    """Read an xlsx, xls, csv or txt file. The same bytes again return the same import, unless it was undone.

    ``later``: keep the file and let a worker read it. Raises `PriceListUnreadable` (nothing is stored),
    `StallNotFound`.
    """
    digest = digest_of([data])
    earlier = _earlier(market_id, stall_id, digest)
    if earlier is not None:
        return _summary(earlier, is_repeat=True)
    rows: list[PriceImportRow] = []
    if not later:
        reading = read_file(data, file_name)
        if reading.file_error is not None:
            raise PriceListUnreadable(
                reason_ko=reading.file_error.ko, reason_en=reading.file_error.en
            )
        rows = rows_for(market_id, stall_id, [ReadPart(reading=reading, boxes={})], actor, now)
    found = _lock(market_id, stall_id, digest)
    if found is not None:
        return _summary(found, is_repeat=True)
    price_import = _create(actor, market_id, stall_id, file_name, digest, now, is_waiting=later)
    if later:
        _keep(price_import, [(file_name, data)])
    else:
        write_rows(price_import, rows)
    return _summary(price_import, is_repeat=False)


@action(
    "catalog.read_price_photos",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def read_price_photos(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    photos: Sequence[bytes],
    now: datetime,
) -> ReadPriceList:
    """Let a worker read one to six photographs of price boards as one list. The same ones again: the same import.

    Place, time and phone are taken out at once. Raises a `PictureRefused`, `TooManyPhotographs`, `StallNotFound`.
    """
    if not 1 <= len(photos) <= MOST_PHOTOGRAPHS:
        raise TooManyPhotographs(most=MOST_PHOTOGRAPHS)
    digest = digest_of(photos)
    earlier = _earlier(market_id, stall_id, digest)
    if earlier is not None:
        return _summary(earlier, is_repeat=True)
    bare = [bare_photograph(photo) for photo in photos]
    found = _lock(market_id, stall_id, digest)
    if found is not None:
        return _summary(found, is_repeat=True)
    stems = [save_picture(one) for one in bare]
    name = "가격판 사진" if len(bare) == 1 else f"가격판 사진 {len(bare)}장"
    price_import = _create(actor, market_id, stall_id, name, digest, now, is_waiting=True)
    price_import.source = "photo"
    price_import.picture = stems[0]
    price_import.pictures = stems
    price_import.save(update_fields=["source", "picture", "pictures"])
    _keep(price_import, [(f"{place}.jpg", one) for place, one in enumerate(bare, start=1)])
    return _summary(price_import, is_repeat=False)


def write_list(
    actor: Actor,
    market_id: int,
    stall_id: int,
    reading: PriceListReading,
    *,
    source: str,
    name: str,
    digest: str,
    now: datetime,
) -> int:
    """A list that came in otherwise than as a file, within the caller's transaction; the id of its import.

    The same ``digest`` again is the same import. Raises `StallNotFound`.
    """
    part = ReadPart(reading=reading, boxes={})
    rows = rows_for(market_id, stall_id, [part], actor, now)
    found = _lock(market_id, stall_id, digest)
    if found is None:
        found = _create(actor, market_id, stall_id, name, digest, now, is_waiting=False)
        found.source = source
        found.save(update_fields=["source"])
        write_rows(found, rows)
    return int(found.pk)


def _create(
    actor: Actor,
    market_id: int,
    stall_id: int,
    file_name: str,
    digest: str,
    now: datetime,
    *,
    is_waiting: bool,
) -> PriceImport:
    state = PriceImport.State.READING if is_waiting else PriceImport.State.READ
    return PriceImport.objects.create(
        market_id=market_id,
        stall_id=stall_id,
        file_name=clean_line(file_name[-200:], field="file_name", at_most=200),
        sha256=digest,
        state=state,
        by_id=actor.person_id,
        read_at=now,
    )


def _keep(price_import: PriceImport, parts: Sequence[tuple[str, bytes]]) -> None:
    """Keep what a worker is to read, and its job, in the same transaction."""
    PriceListUpload.objects.bulk_create(
        PriceListUpload(
            market_id=price_import.market_id,
            price_import=price_import,
            position=position,
            file_name=name[-200:].replace("\x00", ""),
            data=data,
        )
        for position, (name, data) in enumerate(parts)
    )
    price_import.progress = {"done": 0, "of": len(parts)}
    price_import.save(update_fields=["progress"])
    app.configure_task(TASK, lock=f"price-list:{price_import.stall_id}").defer(
        market_id=price_import.market_id, import_id=price_import.pk
    )


def _lock(market_id: int, stall_id: int, digest: str) -> PriceImport | None:
    """The stall's row is the lock: the same file sent twice at once is read once. Raises `StallNotFound`."""
    stalls = Stall.objects.select_for_update().filter(market_id=market_id, pk=stall_id)
    if stalls.first() is None:
        raise StallNotFound
    return _earlier(market_id, stall_id, digest)


def _earlier(market_id: int, stall_id: int, digest: str) -> PriceImport | None:
    found = PriceImport.objects.filter(market_id=market_id, stall_id=stall_id, sha256=digest)
    return found.exclude(state__in=[PriceImport.State.UNDONE, PriceImport.State.FAILED]).first()


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
