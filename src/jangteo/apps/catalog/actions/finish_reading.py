"""A worker has read a price list that was kept for it, some of it, or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from jangteo.apps.catalog.models import PriceImport, PriceListUpload
from jangteo.apps.catalog.price_lists.storing import rows_for, write_rows
from jangteo.apps.catalog.price_lists.waiting import CannotRead, ReadPart, holds_goods
from jangteo.platform.permissions import Actor, action

_NO_GOODS = CannotRead(
    ko="가격표로 보이는 글자가 없어요. 이름과 값이 적힌 가격판이 화면에 꽉 차게 다시 찍어 주세요.",
    en="There is no writing that looks like a price list. Take the board with names and prices so that it fills the screen.",
)


@action("catalog.finish_reading", allow=set(), within="market")
def finish_reading(
    *,
    actor: Actor,
    market_id: int,
    import_id: int,
    parts: Sequence[ReadPart | CannotRead],
    now: datetime,
) -> str:
    """Write the rows of what could be read; the import's new state. A list that is read already stays as it is.

    With several photographs those that cannot be read are named and the others used. Returns an import's state.
    """
    price_import = (
        PriceImport.objects.select_for_update(of=("self",))
        .filter(market_id=market_id, pk=import_id)
        .first()
    )
    if price_import is None or price_import.state != PriceImport.State.READING:
        return price_import.state if price_import else ""
    read = [part for part in parts if isinstance(part, ReadPart) and holds_goods(part)]
    failed = [part for part in parts if isinstance(part, CannotRead)]
    if not read and price_import.source == "photo" and not failed:
        failed = [_NO_GOODS]
    elif not read and not failed:
        read = [part for part in parts if isinstance(part, ReadPart)]
    if read:
        write_rows(price_import, rows_for(market_id, price_import.stall_id, read, actor, now))
        price_import.state = PriceImport.State.READ
    else:
        price_import.state = PriceImport.State.FAILED
    if failed:
        price_import.problem = {"ko": failed[0].ko, "en": failed[0].en, "parts": len(failed)}
    price_import.progress = {}
    price_import.read_at = now
    price_import.save(update_fields=["state", "problem", "progress", "read_at"])
    PriceListUpload.objects.filter(market_id=market_id, price_import=price_import).delete()
    return str(price_import.state)


@action("catalog.note_reading", allow=set(), within="market")
def note_reading(
    *, actor: Actor, market_id: int, import_id: int, done: int, of: int, now: datetime
) -> None:
    """How far the reading is, for the page that waits for it."""
    PriceImport.objects.filter(
        market_id=market_id, pk=import_id, state=PriceImport.State.READING
    ).update(progress={"done": done, "of": of})
