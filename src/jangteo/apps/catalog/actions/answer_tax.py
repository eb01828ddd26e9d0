"""The one question of a price list: which of the new goods are processed food, with value-added tax?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from jangteo.apps.catalog.actions.answer_row import lock_import
from jangteo.apps.catalog.errors import ImportNotFound
from jangteo.apps.catalog.models import PriceImportRow, Tax
from jangteo.apps.catalog.rows import write_back
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action


@action(
    "catalog.answer_tax",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def answer_tax(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    import_id: int,
    taxes: Mapping[int, str],
    now: datetime,
) -> int:
    """Row ids to "exempt" or "taxed", as the owner saw and confirmed them; suggestions may be overruled as well.

    Rows on sale already keep theirs. Returns how many rows now have an answer. Raises `InvalidInput`,
    `ImportNotFound`, `ImportUndone`.
    """
    if set(taxes.values()) - set(Tax.values):
        raise InvalidInput(
            field="taxes", ko="면세나 과세를 골라 주세요.", en="Choose exempt or taxed."
        )
    price_import = lock_import(market_id, stall_id, import_id)
    rows = list(
        PriceImportRow.objects.filter(
            market_id=market_id, price_import=price_import, pk__in=list(taxes)
        )
    )
    if len(rows) != len(taxes):
        raise ImportNotFound
    open_rows = [row for row in rows if not row.effect]
    for row in open_rows:
        row.tax = taxes[row.pk]
        row.tax_word = ""
    write_back(open_rows, ["tax", "tax_word"])
    return len(open_rows)
