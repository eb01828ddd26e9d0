"""Toss Payments over HTTPS: payment widget (SDK v2) in the browser, API v1 paths on the server.

Nothing here retries by itself: a caller that got ``PaymentUnknown`` looks the order up first. Neither keys nor the
shopper's name and phone reach a log line or a ``repr``.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from jangteo.apps.payments.adapters import toss_protocol
from jangteo.apps.payments.adapters.toss_errors import Operation, error_for, unknown
from jangteo.apps.payments.errors import (
    PaymentMisconfigured,
    PaymentNotFound,
    UntrustedAnswer,
)
from jangteo.apps.payments.ports import (
    ORDER_NO,
    CheckoutRequest,
    CheckoutStart,
    PaymentReturn,
    ProviderPayment,
    RefundAccount,
    WebhookNotice,
    check_command,
)

API_URL = "https://api.tosspayments.com"
SDK_URL = "https://js.tosspayments.com/v2/standard"
#: the widget's customer key for a shopper without an account
GUEST = "ANONYMOUS"
_NAME_MAX = 100
_CLIENT_KEY = re.compile(r"(test|live)_(g?)ck_\w+")
_SECRET_KEY = re.compile(r"(test|live)_(g?)sk_\w+")
_LOCAL_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})

log = logging.getLogger(__name__)


class TossProvider:
    """``PaymentProvider`` for one merchant ID.

    ``client_key`` and ``secret_key`` must be a pair: test or live, widget (gck, gsk) or ordinary (ck, sk). The tax-free
    part is honoured only under a 면세 or 복합과세 contract of that merchant ID; compare ``tax_free_krw`` after confirm.
    ``timeout_seconds`` bounds each of connecting, writing and waiting for bytes; a card approval may take long.
    """

    name = "toss"

    def __init__(
        self,
        *,
        client_key: str,
        secret_key: str,
        base_url: str = API_URL,
        timeout_seconds: float = 30.0,
        connect_seconds: float = 5.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        _check_keys(client_key, secret_key)
        _check_url(base_url)
        self._client_key = client_key
        self._http = httpx.Client(
            base_url=base_url,
            auth=httpx.BasicAuth(secret_key, ""),
            timeout=httpx.Timeout(timeout_seconds, connect=connect_seconds),
            transport=transport,
        )

    def __repr__(self) -> str:
        return f"TossProvider(base_url={str(self._http.base_url)!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the kept connections."""
        self._http.close()

    def checkout(self, request: CheckoutRequest) -> CheckoutStart:
        """The widget's script and what to hand to ``widgets()``, ``setAmount()`` and ``requestPayment()``."""
        params: dict[str, str | int] = {
            "clientKey": self._client_key,
            "customerKey": GUEST,
            "currency": "KRW",
            "amount": request.amount_krw,
            "taxFreeAmount": request.tax_free_krw,
            "orderId": request.order_no,
            "orderName": request.order_name[:_NAME_MAX],
            "customerName": request.customer_name[:_NAME_MAX],
            "successUrl": request.success_url,
            "failUrl": request.fail_url,
        }
        phone = re.sub(r"[^0-9]", "", request.customer_phone)
        if 8 <= len(phone) <= 15:
            params["customerMobilePhone"] = phone
        return CheckoutStart(kind="toss-widget", url=SDK_URL, params=params)

    def parse_return(self, query: Mapping[str, str]) -> PaymentReturn:
        """See ``PaymentProvider.parse_return``."""
        return toss_protocol.parse_return(query)

    def confirm(
        self, *, payment_key: str, order_no: str, amount_krw: int, idempotency_key: str
    ) -> ProviderPayment:
        """See ``PaymentProvider.confirm``. POST /v1/payments/confirm."""
        check_command(idempotency_key=idempotency_key)
        body = {"paymentKey": payment_key, "orderId": order_no, "amount": amount_krw}
        payment = self._post("confirm", "/v1/payments/confirm", body, idempotency_key)
        return toss_protocol.check_same(
            payment, payment_key=payment_key, order_no=order_no, total_krw=amount_krw
        )

    def cancel(
        self,
        *,
        payment_key: str,
        reason: str,
        amount_krw: int,
        tax_free_krw: int,
        refundable_krw: int,
        idempotency_key: str,
        refund_account: RefundAccount | None = None,
    ) -> ProviderPayment:
        """See ``PaymentProvider.cancel``. POST /v1/payments/{paymentKey}/cancel."""
        check_command(idempotency_key=idempotency_key, reason=reason)
        body: dict[str, Any] = {
            "cancelReason": reason,
            "cancelAmount": amount_krw,
            "taxFreeAmount": tax_free_krw,
            "refundableAmount": refundable_krw,
        }
        if refund_account is not None:
            body["refundReceiveAccount"] = _account(refund_account)
        path = f"/v1/payments/{_safe_key(payment_key)}/cancel"
        payment = self._post("cancel", path, body, idempotency_key)
        toss_protocol.check_same(payment, payment_key=payment_key)
        return toss_protocol.check_cancelled(payment, amount_krw=amount_krw, reason=reason)

    def read(self, *, payment_key: str) -> ProviderPayment:
        """See ``PaymentProvider.read``. GET /v1/payments/{paymentKey}."""
        payment = self._get(f"/v1/payments/{_safe_key(payment_key)}")
        return toss_protocol.check_same(payment, payment_key=payment_key)

    def find(self, *, order_no: str) -> ProviderPayment | None:
        """See ``PaymentProvider.find``. GET /v1/payments/orders/{orderId}."""
        if not ORDER_NO.fullmatch(order_no):
            return None
        try:
            payment = self._get(f"/v1/payments/orders/{order_no}")
        except PaymentNotFound:
            return None
        return toss_protocol.check_same(payment, order_no=order_no)

    def parse_webhook(self, *, body: bytes, headers: Mapping[str, str]) -> WebhookNotice:
        """See ``PaymentProvider.parse_webhook``. Payment webhooks carry no signature, so headers prove nothing."""
        return toss_protocol.parse_webhook(body)

    def _post(
        self, operation: Operation, path: str, body: Mapping[str, Any], idempotency_key: str
    ) -> ProviderPayment:
        headers = {"Idempotency-Key": idempotency_key}
        return self._send(
            operation, self._http.build_request("POST", path, json=body, headers=headers)
        )

    def _get(self, path: str) -> ProviderPayment:
        return self._send("read", self._http.build_request("GET", path))

    def _send(self, operation: Operation, request: httpx.Request) -> ProviderPayment:
        try:
            response = self._http.send(request)
        except (httpx.TransportError, httpx.DecodingError) as error:
            log.warning("toss %s got no answer: %s", operation, type(error).__name__)
            raise unknown(operation, type(error).__name__) from None
        return _read_answer(operation, response)


def _read_answer(operation: Operation, response: httpx.Response) -> ProviderPayment:
    body = _json(response)
    if response.status_code == httpx.codes.OK:
        try:
            return toss_protocol.parse_payment(body)
        except UntrustedAnswer as error:
            log.error("toss %s answered 200 with a bad %s", operation, error.vendor_message)
            raise
    code, message = _error_words(body)
    trace = response.headers.get("x-tosspayments-trace-id", "")
    log.warning("toss %s answered %d %s trace=%s", operation, response.status_code, code, trace)
    raise error_for(operation, response.status_code, code, message)


def _json(response: httpx.Response) -> object:
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None


def _error_words(body: object) -> tuple[str, str]:
    """``code`` and ``message`` of an error body, or empty words; a code is a short upper-case name or it is dropped."""
    if not isinstance(body, dict):
        return "", ""
    code, message = body.get("code"), body.get("message")
    good = isinstance(code, str) and re.fullmatch(r"[A-Z][A-Z0-9_]{0,99}", code)
    return (str(code) if good else ""), (message if isinstance(message, str) else "")


def _account(account: RefundAccount) -> dict[str, str]:
    return {
        "bank": account.bank,
        "accountNumber": account.account_number,
        "holderName": account.holder_name,
    }


def _safe_key(payment_key: str) -> str:
    """A payment key may come from a browser: only its own alphabet gets into a path."""
    if not toss_protocol.PAYMENT_KEY.fullmatch(payment_key):
        raise PaymentNotFound
    return payment_key


def _check_keys(client_key: str, secret_key: str) -> None:
    client, secret = _CLIENT_KEY.fullmatch(client_key), _SECRET_KEY.fullmatch(secret_key)
    if client is None or secret is None or client.groups() != secret.groups():
        raise PaymentMisconfigured(vendor_code="KEY_PAIR")


def _check_url(base_url: str) -> None:
    """Keys go over TLS, except to this machine."""
    parts = urlsplit(base_url)
    if parts.scheme != "https" and parts.hostname not in _LOCAL_HOSTS:
        raise PaymentMisconfigured(vendor_code="PLAIN_HTTP")
