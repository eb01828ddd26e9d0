"""A stall says who it is to its customers: what the law asks every online seller to show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from jangteo.apps.catalog.models import StallDesk
from jangteo.apps.markets.errors import StallNotFound
from jangteo.apps.markets.models import Stall
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import clean_line

#: name -> most characters (전자상거래법 제10조, 제13조 제1항)
FIELDS = {
    "trade_name": 60,
    "representative": 40,
    "business_number": 12,
    "mail_order_number": 40,
    "phone": 20,
    "address": 200,
}
_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)


@action(
    "catalog.set_business",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def set_business(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    fields: Mapping[str, str],
    now: datetime,
) -> dict[str, str]:
    """Set some of `FIELDS`; an empty one goes. Returns all. Raises `InvalidInput`, `StallNotFound`."""
    told = {
        name: clean_line(text, field=name, at_most=FIELDS[name])
        for name, text in fields.items()
        if name in FIELDS
    }
    if told.get("business_number"):
        told["business_number"] = _business_number(told["business_number"])
    if not Stall.objects.filter(market_id=market_id, pk=stall_id).exists():
        raise StallNotFound
    desk, _ = StallDesk.objects.select_for_update().get_or_create(
        market_id=market_id, stall_id=stall_id, defaults={"updated_at": now}
    )
    desk.business = {k: v for k, v in (desk.business | told).items() if v}
    desk.updated_at = now
    desk.save(update_fields=["business", "updated_at"])
    return dict(desk.business)


def _business_number(text: str) -> str:
    """Ten digits with a right check digit (국세청 사업자등록번호), written 000-00-00000."""
    digits = "".join(c for c in text if c.isdecimal())
    if len(digits) == 10 and digits.isascii():
        numbers = [int(d) for d in digits]
        total = sum(n * w for n, w in zip(numbers, _WEIGHTS, strict=False))
        total += numbers[8] * 5 // 10
        if (10 - total % 10) % 10 == numbers[9]:
            return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"
    raise InvalidInput(
        field="business_number",
        ko="사업자등록번호 숫자 10개를 다시 확인해 주세요.",
        en="Check the ten digits of the business number.",
    )
