"""Price lists read by a worker, and photographs of boards deleted when nobody needs them any more."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from jangteo.apps.catalog.actions.finish_reading import finish_reading, note_reading
from jangteo.apps.catalog.actions.forget_photos import forget_photos
from jangteo.apps.catalog.models import PriceImport
from jangteo.apps.catalog.price_lists.waiting import (
    TASK,
    CannotRead,
    ReadPart,
    read_parts,
)
from jangteo.platform.clock import utc_now
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import market_scope

log = structlog.get_logger("jangteo.price_lists")
_BROKEN = CannotRead(
    ko="가격표를 읽다가 멈췄어요. 바뀐 것은 없어요. 다시 올려 주세요.",
    en="Reading this price list stopped. Nothing was changed; upload it again.",
)


@app.task(name=TASK)
def read_list(market_id: int, import_id: int) -> str:
    """Read what was kept. A worker that was killed starts again from the kept file, so nothing is lost or doubled."""
    with market_scope(market_id):
        price_import = PriceImport.objects.filter(market_id=market_id, pk=import_id).first()
        if price_import is None or price_import.state != PriceImport.State.READING:
            return price_import.state if price_import else ""
        uploads = list(price_import.uploads.order_by("position"))
    parts: list[ReadPart | CannotRead] = []
    try:
        for part in read_parts(price_import, uploads):
            parts.append(part)
            note_reading(
                actor=Actor.system(),
                market_id=market_id,
                import_id=import_id,
                done=len(parts),
                of=len(uploads),
                now=utc_now(),
            )
        return _finish(market_id, import_id, parts)
    except Exception:
        # whatever a file holds, its owner gets an answer; the worker goes on
        log.exception("price list not read", market=market_id, price_import=import_id)
        return _finish(market_id, import_id, [_BROKEN])


def _finish(market_id: int, import_id: int, parts: list[ReadPart | CannotRead]) -> str:
    return finish_reading(
        actor=Actor.system(), market_id=market_id, import_id=import_id, parts=parts, now=utc_now()
    )


@app.periodic(cron="41 3 * * *")
@app.task(name="catalog.forget_photos", queueing_lock="catalog.forget_photos")
def forget_photos_daily(timestamp: int) -> int:
    """Every night: see `forget_photos`."""
    return forget_photos(actor=Actor.system(), now=utc_now())
