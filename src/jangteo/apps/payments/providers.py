"""The payment companies this installation knows, by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

from django.db import transaction

from jangteo.apps.payments.adapters.sandbox import SandboxProvider
from jangteo.apps.payments.adapters.toss import TossProvider
from jangteo.apps.payments.adapters.vendor_state import VendorRecord
from jangteo.apps.payments.errors import PaymentMisconfigured
from jangteo.apps.payments.models import SandboxCharge
from jangteo.apps.payments.ports import PaymentProvider
from jangteo.platform.config import config

T = TypeVar("T")


class DatabaseSandboxStore:
    """The sandbox company's books in a table of their own, so that charges survive a killed server."""

    def put(self, record: VendorRecord) -> None:
        SandboxCharge.objects.create(
            payment_key=record.payment_key, order_no=record.order_no, record=record.to_json()
        )

    def get(self, payment_key: str) -> VendorRecord | None:
        row = SandboxCharge.objects.filter(payment_key=payment_key).first()
        return VendorRecord.from_json(row.record) if row else None

    def by_order(self, order_no: str) -> Sequence[VendorRecord]:
        rows = SandboxCharge.objects.filter(order_no=order_no)
        return [VendorRecord.from_json(row.record) for row in rows]

    def transact(
        self, payment_key: str, change: Callable[[VendorRecord], tuple[VendorRecord, T]]
    ) -> T:
        with transaction.atomic():
            row = SandboxCharge.objects.select_for_update().filter(payment_key=payment_key).first()
            if row is None:
                raise KeyError(payment_key)
            record, result = change(VendorRecord.from_json(row.record))
            row.record = record.to_json()
            row.save(update_fields=["record", "updated_at"])
            return result


@lru_cache(maxsize=1)
def sandbox() -> SandboxProvider:
    """The sandbox company of this process."""
    return SandboxProvider(DatabaseSandboxStore(), "/sandbox/pay")


@lru_cache(maxsize=1)
def _toss() -> TossProvider:
    settings = config()
    if not settings.toss_client_key or settings.toss_secret_key is None:
        raise PaymentMisconfigured
    return TossProvider(
        client_key=settings.toss_client_key,
        secret_key=settings.toss_secret_key.get_secret_value(),
        base_url=settings.toss_base_url,
        timeout_seconds=settings.payment_timeout_seconds,
    )


def provider(name: str) -> PaymentProvider:
    """A company by the name stored with a payment. Raises `PaymentMisconfigured`."""
    if name == "toss":
        return _toss()
    if name == "sandbox":
        return sandbox()
    raise PaymentMisconfigured
