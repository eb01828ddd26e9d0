"""What people are told of vendors: who may be given data, and who has confirmed to have erased it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jangteo.apps.decisions.capability import capability_of
from jangteo.apps.decisions.models import Provider, VendorErasure
from jangteo.platform.tenancy import every_market


@dataclass(frozen=True, kw_only=True, slots=True)
class VendorReceipt:
    """What a vendor said to a request to forget somebody."""

    vendor: str
    market: str
    asked_at: datetime
    #: null: not answered yet; it is asked again until it answers
    confirmed_at: datetime | None
    receipt: str


def vendor_receipts(calls: Sequence[str]) -> list[VendorReceipt]:
    """The state of the requests an erasure made (``vendor-erasure:12``)."""
    ids = [int(call.partition(":")[2]) for call in calls if call.startswith("vendor-erasure:")]
    with every_market():
        rows = VendorErasure.objects.filter(pk__in=ids).select_related("provider", "market")
        return [
            VendorReceipt(
                vendor=row.provider.name,
                market=row.market.name,
                asked_at=row.asked_at,
                confirmed_at=row.confirmed_at,
                receipt=row.receipt,
            )
            for row in rows.order_by("pk")
        ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """A vendor that may be given pseudonymous data by those who said yes."""

    vendor: str
    market: str
    #: kinds of data in plain words, (Korean, English)
    kinds: tuple[tuple[str, str], ...]


def recipients() -> list[Recipient]:
    """Every vendor that works now, for the notice of consent (개인정보 보호법 제17조 ②)."""
    found = []
    with every_market():
        live = Provider.objects.filter(state=Provider.State.LIVE).select_related("market")
        for row in live.order_by("market_id", "name"):
            capability = capability_of(row.capability)
            if capability is None:
                continue
            kinds = [
                capability.fields[name] for name in row.data_scope if name in capability.fields
            ]
            found.append(Recipient(vendor=row.name, market=row.market.name, kinds=tuple(kinds)))
    return found
