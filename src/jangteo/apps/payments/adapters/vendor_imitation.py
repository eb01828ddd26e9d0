"""Toss Payments' HTTP API imitated on this machine, for tests and for trying the real adapter without a contract.

``with VendorImitation(secret_key=...) as vendor: TossProvider(base_url=vendor.base_url, ...)``. It checks the Basic credential and the
idempotency key, answers confirm, cancel and both lookups from ``vendor_desk``, and breaks on request: see ``Fault``.
"""

from __future__ import annotations

import base64
import json
import logging
import re
import time
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote
from uuid import uuid4

import httpx

from jangteo.apps.payments.adapters import vendor_state
from jangteo.apps.payments.adapters.vendor_desk import (
    MemorySandboxStore,
    SandboxStore,
    VendorDesk,
    utc_now,
)
from jangteo.apps.payments.adapters.vendor_state import Behaviour, VendorAnswer

_PAYMENT = re.compile(r"/v1/payments/([^/]+)")
_ORDER = re.compile(r"/v1/payments/orders/([^/]+)")
_CANCEL = re.compile(r"/v1/payments/([^/]+)/cancel")
_BODY_MAX_BYTES = 64 * 1024
_WEBHOOK_SECONDS = 5.0

log = logging.getLogger(__name__)


class Fault(StrEnum):
    """What goes wrong with the next POST; each is used up once."""

    #: 500 before anything is done
    SERVER_ERROR = "server-error"
    #: the work is done, the answer is not JSON
    GARBAGE = "garbage"
    #: the work is done, the answer comes too late
    STALL = "stall"
    #: the work is done, the connection breaks
    HANG_UP = "hang-up"
    #: 400 PROVIDER_ERROR although the work was done
    PROVIDER_ERROR = "provider-error"


class VendorImitation:
    """The server. ``faults.append(Fault...)`` breaks the next POST; ``webhook_url`` receives what the company posts.

    ``stall_seconds`` is how late a late answer is. ``requests`` keeps method, path and idempotency key of each call.
    """

    def __init__(
        self,
        *,
        secret_key: str,
        store: SandboxStore | None = None,
        clock: Callable[[], datetime] = utc_now,
        mixed_tax: bool = True,
        slow_seconds: float = 5.0,
        stall_seconds: float = 60.0,
        webhook_url: str = "",
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.desk = VendorDesk(
            store or MemorySandboxStore(),
            clock=clock,
            mixed_tax=mixed_tax,
            slow_seconds=slow_seconds,
            pause=pause,
        )
        self.faults: deque[Fault] = deque()
        self.requests: list[tuple[str, str, str]] = []
        #: HTTP status of each webhook delivery, 0 when nobody answered
        self.deliveries: list[int] = []
        self._secret_key = secret_key
        self._stall_seconds = stall_seconds
        self._webhook_url = webhook_url
        self._posting: list[Thread] = []
        self._closing = Event()
        self._server = _Server(self)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def base_url(self) -> str:
        """Where the API is, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self.wait_for_webhooks()

    def authorize(
        self,
        order_no: str,
        amount_krw: int,
        tax_free_krw: int,
        behaviour: Behaviour = Behaviour.APPROVE,
        *,
        decline_code: str = "REJECT_CARD_PAYMENT",
    ) -> str:
        """What the shopper does in the widget: a payment key, good for 10 minutes. ``ValueError`` on a paid order."""
        record = self.desk.authorize(
            order_no=order_no,
            amount_krw=amount_krw,
            tax_free_krw=tax_free_krw,
            behaviour=behaviour,
            decline_code=decline_code,
        )
        if isinstance(record, VendorAnswer):
            raise ValueError(record.body["code"])
        return record.payment_key

    def credential_refusal(self, header: str) -> VendorAnswer | None:
        """The refusal that an Authorization header earns, or None. Its credential is the secret key and a colon."""
        try:
            given = base64.b64decode(header.removeprefix("Basic "), validate=True).decode()
        except ValueError:
            return vendor_state.refusal("INCORRECT_BASIC_AUTH_FORMAT")
        if ":" not in given:
            return vendor_state.refusal("INCORRECT_BASIC_AUTH_FORMAT")
        if given != f"{self._secret_key}:":
            return vendor_state.refusal("UNAUTHORIZED_KEY")
        return None

    def look_up(self, path: str) -> VendorAnswer:
        """GET by order number or by payment key."""
        if order := _ORDER.fullmatch(path):
            return self.desk.find(unquote(order[1]))
        if payment := _PAYMENT.fullmatch(path):
            return self.desk.read(unquote(payment[1]))
        return vendor_state.refusal("NOT_FOUND")

    def command(self, path: str, body: Mapping[str, Any], key: str) -> VendorAnswer:
        """POST confirm or cancel, then the webhooks."""
        if path == "/v1/payments/confirm":
            payment_key = body.get("paymentKey")
            answer = self._confirm(body, key)
        elif found := _CANCEL.fullmatch(path):
            payment_key = unquote(found[1])
            answer = self._cancel(payment_key, body, key)
        else:
            return vendor_state.refusal("NOT_FOUND")
        if answer.changed and self._webhook_url and isinstance(payment_key, str):
            self._start_webhooks(payment_key)
        return answer

    def wait_for_webhooks(self) -> None:
        """Return when every webhook so far was tried."""
        while self._posting:
            self._posting.pop().join()

    def wait_late(self) -> None:
        """Keep a caller waiting, at most until the server closes."""
        self._closing.wait(self._stall_seconds)

    def _confirm(self, body: Mapping[str, Any], key: str) -> VendorAnswer:
        payment_key, order_no, amount = (body.get(n) for n in ("paymentKey", "orderId", "amount"))
        if not isinstance(payment_key, str) or not isinstance(order_no, str):
            return vendor_state.refusal("INVALID_REQUEST")
        if not isinstance(amount, int):
            return vendor_state.refusal("INVALID_REQUEST")
        return self.desk.confirm(
            payment_key=payment_key, order_no=order_no, amount_krw=amount, idempotency_key=key
        )

    def _cancel(self, payment_key: str, body: Mapping[str, Any], key: str) -> VendorAnswer:
        reason = body.get("cancelReason")
        amounts = [body.get(n) for n in ("cancelAmount", "taxFreeAmount", "refundableAmount")]
        if not isinstance(reason, str) or not 1 <= len(reason) <= 200:
            return vendor_state.refusal("INVALID_REQUEST")
        if any(value is not None and not isinstance(value, int) for value in amounts):
            return vendor_state.refusal("INVALID_REQUEST")
        return self.desk.cancel(
            payment_key=payment_key,
            reason=reason,
            amount_krw=amounts[0],
            tax_free_krw=amounts[1],
            refundable_krw=amounts[2],
            idempotency_key=key,
        )

    def _start_webhooks(self, payment_key: str) -> None:
        """Post beside the answer, as the real company does; the bodies are of this moment."""
        thread = Thread(target=self._post_webhooks, args=(self.desk.webhooks(payment_key),))
        self._posting.append(thread)
        thread.start()

    def _post_webhooks(self, bodies: tuple[bytes, ...]) -> None:
        with httpx.Client(transport=httpx.HTTPTransport(), timeout=_WEBHOOK_SECONDS) as client:
            for body in bodies:
                self.deliveries.append(_deliver(client, self._webhook_url, body))


def _deliver(client: httpx.Client, url: str, body: bytes) -> int:
    try:
        return client.post(
            url, content=body, headers={"Content-Type": "application/json"}
        ).status_code
    except httpx.TransportError:
        return 0


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, vendor: VendorImitation) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.vendor = vendor


class _Handler(BaseHTTPRequestHandler):
    """Parses HTTP, asks the imitation, writes the answer. One request per connection."""

    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_GET(self) -> None:
        if not self._refused_at_the_door():
            self._answer(self.server.vendor.look_up(self.path))

    def do_POST(self) -> None:
        body = self._body()
        if self._refused_at_the_door():
            return
        if body is None:
            self._answer(vendor_state.refusal("INVALID_REQUEST"))
            return
        vendor = self.server.vendor
        fault = vendor.faults.popleft() if vendor.faults else None
        if fault is Fault.SERVER_ERROR:
            self._answer(vendor_state.refusal("FAILED_INTERNAL_SYSTEM_PROCESSING"))
            return
        key = self.headers.get("Idempotency-Key", "")
        self._break_or_answer(vendor.command(self.path, body, key), fault)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the terminal; ``requests`` keeps what tests need."""

    def _refused_at_the_door(self) -> bool:
        vendor = self.server.vendor
        key = self.headers.get("Idempotency-Key", "")
        vendor.requests.append((self.command, self.path, key))
        refused = vendor.credential_refusal(self.headers.get("Authorization", ""))
        if refused is not None:
            self._answer(refused)
        return refused is not None

    def _break_or_answer(self, answer: VendorAnswer, fault: Fault | None) -> None:
        if fault is Fault.HANG_UP:
            self.close_connection = True
            return
        if fault is Fault.GARBAGE:
            self._write(200, b"<html>gateway</html>")
            return
        if fault is Fault.PROVIDER_ERROR:
            answer = vendor_state.refusal("PROVIDER_ERROR")
        if answer.lost or fault is Fault.STALL:
            self.server.vendor.wait_late()
        self._answer(answer)

    def _body(self) -> dict[str, Any] | None:
        length = int(self.headers.get("Content-Length") or 0)
        try:
            body = json.loads(self.rfile.read(min(length, _BODY_MAX_BYTES)))
        except ValueError:
            return None
        return body if isinstance(body, dict) else None

    def _answer(self, answer: VendorAnswer) -> None:
        self._write(answer.status, json.dumps(answer.body, ensure_ascii=False).encode())

    def _write(self, status: int, body: bytes) -> None:
        """A caller that gave up is no error of ours."""
        self.close_connection = True
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json;charset=UTF-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("x-tosspayments-trace-id", uuid4().hex)
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            log.debug("a caller went away before its answer")
