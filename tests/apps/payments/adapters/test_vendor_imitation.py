"""The imitation of Toss's HTTP API refuses what the real one refuses, and breaks as asked."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest

from jangteo.apps.payments.adapters.toss import TossProvider
from jangteo.apps.payments.adapters.vendor_imitation import Fault, VendorImitation
from jangteo.apps.payments.adapters.vendor_state import Behaviour
from jangteo.apps.payments.errors import PaymentMisconfigured, PaymentUnknown
from jangteo.apps.payments.ports import PaymentStatus, ProviderPayment

ORDER = "o_20261121_0007"


@pytest.fixture
def vendor() -> Iterator[VendorImitation]:
    with VendorImitation(secret_key="test_gsk_dummy") as running:
        yield running


@pytest.fixture
def toss(vendor: VendorImitation) -> Iterator[TossProvider]:
    with provider(vendor, "test_gsk_dummy") as running:
        yield running


def provider(vendor: VendorImitation, secret_key: str) -> TossProvider:
    return TossProvider(
        client_key="test_gck_dummy",
        secret_key=secret_key,
        base_url=vendor.base_url,
        timeout_seconds=0.3,
        transport=httpx.HTTPTransport(),
    )


def confirm(toss: TossProvider, key: str) -> ProviderPayment:
    return toss.confirm(payment_key=key, order_no=ORDER, amount_krw=15_000, idempotency_key="c-1")


def post(
    vendor: VendorImitation, path: str, content: bytes, credential: str = "test_gsk_dummy:"
) -> tuple[int, Any]:
    headers = {"Authorization": "Basic " + base64.b64encode(credential.encode()).decode()}
    with httpx.Client(transport=httpx.HTTPTransport(), base_url=vendor.base_url) as client:
        answer = client.post(path, content=content, headers=headers)
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize(
    ("fault", "charged"),
    [
        (Fault.SERVER_ERROR, False),
        (Fault.GARBAGE, True),
        (Fault.STALL, True),
        (Fault.HANG_UP, True),
        (Fault.PROVIDER_ERROR, True),
    ],
)
def test_every_fault_is_unknown_and_the_lookup_tells(
    vendor: VendorImitation, toss: TossProvider, fault: Fault, charged: bool
) -> None:
    key = vendor.authorize(ORDER, 15_000, 0)
    vendor.faults.append(fault)
    with pytest.raises(PaymentUnknown):
        confirm(toss, key)
    found = toss.find(order_no=ORDER)
    assert found is not None
    assert found.approved is charged
    assert confirm(toss, key).status is PaymentStatus.DONE
    assert toss.read(payment_key=key).total_krw == 15_000


def test_another_merchants_key_is_a_misconfiguration(vendor: VendorImitation) -> None:
    key = vendor.authorize(ORDER, 15_000, 0)
    with provider(vendor, "test_gsk_other") as stranger:
        with pytest.raises(PaymentMisconfigured):
            confirm(stranger, key)
        with pytest.raises(PaymentMisconfigured):
            stranger.find(order_no=ORDER)


@pytest.mark.parametrize(
    ("path", "content", "credential", "expected"),
    [
        ("/v1/payments/confirm", b"{}", "test_gsk_dummy", (403, "INCORRECT_BASIC_AUTH_FORMAT")),
        ("/v1/payments/confirm", b"{}", "test_gsk_dummy:x", (401, "UNAUTHORIZED_KEY")),
        ("/v1/payments/confirm", b"junk", "test_gsk_dummy:", (400, "INVALID_REQUEST")),
        ("/v1/payments/confirm", b"{}", "test_gsk_dummy:", (400, "INVALID_REQUEST")),
        ("/v1/payments/none/cancel", b"{}", "test_gsk_dummy:", (400, "INVALID_REQUEST")),
        (
            "/v1/payments/none/cancel",
            b'{"cancelReason":"x"}',
            "test_gsk_dummy:",
            (404, "NOT_FOUND_PAYMENT"),
        ),
        ("/v1/elsewhere", b"{}", "test_gsk_dummy:", (404, "NOT_FOUND")),
    ],
)
def test_refusals_at_the_door(
    vendor: VendorImitation, path: str, content: bytes, credential: str, expected: tuple[int, str]
) -> None:
    assert post(vendor, path, content, credential) == expected


def test_a_cancel_without_an_amount_refunds_everything(
    vendor: VendorImitation, toss: TossProvider
) -> None:
    key = vendor.authorize(ORDER, 15_000, 9_000)
    confirm(toss, key)
    credential = base64.b64encode(b"test_gsk_dummy:").decode()
    with httpx.Client(transport=httpx.HTTPTransport(), base_url=vendor.base_url) as client:
        body = client.post(
            f"/v1/payments/{key}/cancel",
            json={"cancelReason": "고객이 취소를 원함"},
            headers={"Authorization": f"Basic {credential}"},
        ).json()
    assert (body["status"], body["method"], body["balanceAmount"]) == ("CANCELED", "카드", 0)
    assert body["cancels"][0]["taxFreeAmount"] == 9_000
    assert body["cancels"][0]["refundableAmount"] == 0


def test_webhooks_are_posted_twice_when_asked() -> None:
    received: list[dict[str, Any]] = []

    class Shop(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Shop) as shop:
        listening = Thread(target=shop.serve_forever, args=(0.02,))
        listening.start()
        url = f"http://127.0.0.1:{shop.server_port}/webhooks/toss"
        with VendorImitation(secret_key="test_gsk_dummy", webhook_url=url) as vendor:
            key = vendor.authorize(ORDER, 15_000, 0, Behaviour.DUPLICATE_WEBHOOK)
            with provider(vendor, "test_gsk_dummy") as toss:
                confirm(toss, key)
            vendor.wait_for_webhooks()
        shop.shutdown()
        listening.join()
    assert vendor.deliveries == [200, 200]
    assert [m["data"]["status"] for m in received] == ["DONE", "DONE"]
    assert received[0] == received[1]
    assert received[0]["eventType"] == "PAYMENT_STATUS_CHANGED"


def test_a_shop_that_does_not_listen_changes_no_payment() -> None:
    with VendorImitation(secret_key="test_gsk_dummy", webhook_url="http://127.0.0.1:9/") as vendor:
        key = vendor.authorize(ORDER, 15_000, 0)
        with provider(vendor, "test_gsk_dummy") as own:
            assert confirm(own, key).approved
        vendor.wait_for_webhooks()
        assert vendor.deliveries == [0]


def test_requests_are_kept_for_the_tests(vendor: VendorImitation, toss: TossProvider) -> None:
    toss.find(order_no=ORDER)
    confirm(toss, vendor.authorize(ORDER, 15_000, 0))
    assert vendor.requests == [
        ("GET", f"/v1/payments/orders/{ORDER}", ""),
        ("POST", "/v1/payments/confirm", "c-1"),
    ]
