"""The payment company's counter: takes requests one by one, keeps its books in a store, answers.

A request runs as at the real company: its idempotency key is reserved, the work is done, the answer is kept. While the
work runs, the same key gets 409.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import Protocol, TypeVar
from uuid import uuid4

from jangteo.apps.payments.adapters import vendor_state
from jangteo.apps.payments.adapters.vendor_state import Behaviour, VendorAnswer, VendorRecord
from jangteo.apps.payments.ports import IDEMPOTENCY_KEY_MAX

T = TypeVar("T")
Step = Callable[[VendorRecord], tuple[VendorRecord, VendorAnswer]]


class SandboxStore(Protocol):
    """Where the company keeps its books. ``VendorRecord.to_json`` and ``from_json`` make it one JSON column.

    A database needs: a row per payment key, an index on the order number, and ``SELECT ... FOR UPDATE`` in
    ``transact``, committed before it returns.
    """

    def put(self, record: VendorRecord) -> None:
        """Keep a new payment; its payment key is new."""
        ...

    def get(self, payment_key: str) -> VendorRecord | None:
        """The payment with this key."""
        ...

    def by_order(self, order_no: str) -> Sequence[VendorRecord]:
        """All payments tried for an order, in any order."""
        ...

    def transact(
        self, payment_key: str, change: Callable[[VendorRecord], tuple[VendorRecord, T]]
    ) -> T:
        """Read, change and write back under one lock, then return the second value of ``change``.

        ``change`` is pure and quick. ``KeyError`` when there is no such payment.
        """
        ...


class MemorySandboxStore:
    """A ``SandboxStore`` for tests and demonstrations: gone when the process ends."""

    def __init__(self) -> None:
        self._records: dict[str, VendorRecord] = {}
        self._lock = Lock()

    def put(self, record: VendorRecord) -> None:
        """See ``SandboxStore.put``."""
        with self._lock:
            self._records[record.payment_key] = record

    def get(self, payment_key: str) -> VendorRecord | None:
        """See ``SandboxStore.get``."""
        return self._records.get(payment_key)

    def by_order(self, order_no: str) -> Sequence[VendorRecord]:
        """See ``SandboxStore.by_order``."""
        with self._lock:
            return [record for record in self._records.values() if record.order_no == order_no]

    def transact(
        self, payment_key: str, change: Callable[[VendorRecord], tuple[VendorRecord, T]]
    ) -> T:
        """See ``SandboxStore.transact``."""
        with self._lock:
            self._records[payment_key], result = change(self._records[payment_key])
            return result


def utc_now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


class VendorDesk:
    """Answers as the company would. ``pause`` is what a slow payment does for ``slow_seconds``."""

    def __init__(
        self,
        store: SandboxStore,
        *,
        clock: Callable[[], datetime] = utc_now,
        mixed_tax: bool = True,
        slow_seconds: float = 5.0,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store = store
        self._clock = clock
        #: False imitates a plainly taxed contract: every tax-free amount is ignored
        self._mixed_tax = mixed_tax
        self._slow_seconds = slow_seconds
        self._pause = pause

    def authorize(
        self,
        *,
        order_no: str,
        amount_krw: int,
        tax_free_krw: int,
        order_name: str = "",
        method: str = "카드",
        behaviour: Behaviour = Behaviour.APPROVE,
        decline_code: str = "REJECT_CARD_PAYMENT",
    ) -> VendorRecord | VendorAnswer:
        """The shopper's yes on the payment page. A refusal when the order was already paid."""
        if any(record.approved for record in self._store.by_order(order_no)):
            return vendor_state.refusal("DUPLICATED_ORDER_ID")
        now = self._clock()
        record = VendorRecord(
            payment_key=f"tsand{now:%Y%m%d%H%M%S}{uuid4().hex[:12]}",
            order_no=order_no,
            order_name=order_name,
            total_krw=amount_krw,
            tax_free_krw=tax_free_krw if self._mixed_tax else 0,
            method=method,
            behaviour=behaviour,
            decline_code=decline_code,
            authorized_at=now,
        )
        self._store.put(record)
        return record

    def confirm(
        self, *, payment_key: str, order_no: str, amount_krw: int, idempotency_key: str = ""
    ) -> VendorAnswer:
        """Take the money. Refused too when another payment of the same order was approved."""

        def step(record: VendorRecord) -> tuple[VendorRecord, VendorAnswer]:
            return vendor_state.confirm(
                record, order_no=order_no, amount_krw=amount_krw, now=self._clock()
            )

        record = self._store.get(payment_key)
        if record is None:
            return vendor_state.refusal("NOT_FOUND_PAYMENT")
        if self._paid_otherwise(record):
            return vendor_state.refusal("ALREADY_PROCESSED_PAYMENT")
        return self._run(payment_key, "confirm", idempotency_key, step)

    def cancel(
        self,
        *,
        payment_key: str,
        reason: str,
        amount_krw: int | None = None,
        tax_free_krw: int | None = None,
        refundable_krw: int | None = None,
        idempotency_key: str = "",
    ) -> VendorAnswer:
        """Refund, whole when no amount is given."""

        def step(record: VendorRecord) -> tuple[VendorRecord, VendorAnswer]:
            return vendor_state.cancel(
                record,
                reason=reason,
                amount_krw=amount_krw,
                tax_free_krw=tax_free_krw,
                refundable_krw=refundable_krw,
                now=self._clock(),
            )

        if self._store.get(payment_key) is None:
            return vendor_state.refusal("NOT_FOUND_PAYMENT")
        return self._run(payment_key, "cancel", idempotency_key, step)

    def read(self, payment_key: str) -> VendorAnswer:
        """Look a payment up by its key."""
        return self._shown(self._store.get(payment_key))

    def find(self, order_no: str) -> VendorAnswer:
        """Look a payment up by its order: the approved one, else the latest."""
        tried = self._store.by_order(order_no)
        return self._shown(max(tried, key=lambda r: (r.approved, r.authorized_at), default=None))

    def webhooks(self, payment_key: str) -> tuple[bytes, ...]:
        """What the company would post now about this payment: once, or twice for a duplicating one."""
        record = self._store.get(payment_key)
        if record is None:
            return ()
        body = vendor_state.webhook_json(record, self._clock())
        return (body, body) if record.behaviour is Behaviour.DUPLICATE_WEBHOOK else (body,)

    def _shown(self, record: VendorRecord | None) -> VendorAnswer:
        if record is None:
            return vendor_state.refusal("NOT_FOUND_PAYMENT")
        return vendor_state.success(vendor_state.as_of(record, self._clock()))

    def _paid_otherwise(self, record: VendorRecord) -> bool:
        return any(
            other.approved and other.payment_key != record.payment_key
            for other in self._store.by_order(record.order_no)
        )

    def _run(self, payment_key: str, operation: str, key: str, step: Step) -> VendorAnswer:
        if len(key) > IDEMPOTENCY_KEY_MAX:
            return vendor_state.refusal("INVALID_IDEMPOTENCY_KEY")
        if not key:
            return self._store.transact(payment_key, step)
        slot = f"{operation}:{key}"
        saved = self._store.transact(
            payment_key, lambda record: vendor_state.begin(record, slot, self._clock())
        )
        if saved is not None:
            return saved
        self._dawdle(payment_key)
        return self._store.transact(payment_key, lambda record: self._finish(record, slot, step))

    def _finish(
        self, record: VendorRecord, slot: str, step: Step
    ) -> tuple[VendorRecord, VendorAnswer]:
        record, answer = step(record)
        return vendor_state.finish(record, slot, answer, self._clock()), answer

    def _dawdle(self, payment_key: str) -> None:
        record = self._store.get(payment_key)
        if record is not None and record.behaviour is Behaviour.SLOW:
            self._pause(self._slow_seconds)
