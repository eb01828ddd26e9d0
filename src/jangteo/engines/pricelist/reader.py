"""From bytes to the four piles."""

from __future__ import annotations

from jangteo.engines.pricelist.checks import check_together
from jangteo.engines.pricelist.files import read_sheets
from jangteo.engines.pricelist.grid import FileFault
from jangteo.engines.pricelist.reasons import FILES
from jangteo.engines.pricelist.records import (
    Accepted,
    Asked,
    Ignored,
    Outcome,
    PriceListReading,
    Refused,
)
from jangteo.engines.pricelist.rows import read_sheet


def read_price_list(data: bytes, filename: str) -> PriceListReading:
    """Read the bytes of an uploaded price list.

    ``filename`` is only a hint for people: the kind of file is told from its bytes. Never raises for what is in the
    file; what stops the whole file comes back as ``file_error``.
    """
    try:
        sheets = read_sheets(data)
    except FileFault as fault:
        return PriceListReading(file_error=FILES[fault.code])
    outcomes: list[Outcome] = []
    for sheet in sheets:
        outcomes += read_sheet(sheet)
    return _piled(check_together(outcomes))


def _piled(outcomes: list[Outcome]) -> PriceListReading:
    return PriceListReading(
        accepted=tuple(one for one in outcomes if isinstance(one, Accepted)),
        asked=tuple(one for one in outcomes if isinstance(one, Asked)),
        refused=tuple(one for one in outcomes if isinstance(one, Refused)),
        ignored=tuple(one for one in outcomes if isinstance(one, Ignored)),
    )
