"""The sandbox beyond the port: its payment page, webhooks, contracts and books."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from jangteo.apps.payments.adapters import vendor_state
from jangteo.apps.payments.adapters.sandbox import (
    Behaviour,
    MemorySandboxStore,
    SandboxProvider,
    refused_url,
    success_url,
)
from jangteo.apps.payments.adapters.vendor_state import VendorRecord
from jangteo.apps.payments.errors import PaymentDeclined, PaymentUnknown
from jangteo.apps.payments.ports import CheckoutRequest, ProviderPayment

NOON = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ORDER = "o_20261121_0007"


def sandbox(
    store: MemorySandboxStore | None = None,
    posted: list[bytes] | None = None,
    *,
    mixed_tax: bool = True,
) -> SandboxProvider:
    return SandboxProvider(
        store or MemorySandboxStore(),
        "https://market.test/sandbox/pay?lang=ko",
        clock=lambda: NOON,
        on_webhook=None if posted is None else posted.append,
        mixed_tax=mixed_tax,
    )


def confirm(provider: SandboxProvider, key: str) -> ProviderPayment:
    return provider.confirm(
        payment_key=key, order_no=ORDER, amount_krw=15_000, idempotency_key="c-1"
    )


def test_the_page_gets_the_order_and_no_person() -> None:
    start = sandbox().checkout(
        CheckoutRequest(
            order_no=ORDER,
            order_name="시금치 외 2건",
            amount_krw=15_000,
            tax_free_krw=9_000,
            customer_name="김춘자",
            customer_phone="01012345678",
            success_url="https://market.test/paid?lang=ko",
            fail_url="https://market.test/failed",
        )
    )
    assert start.kind == "redirect"
    assert parse_qs(urlsplit(start.url).query) == {
        "lang": ["ko"],
        "orderId": [ORDER],
        "orderName": ["시금치 외 2건"],
        "amount": ["15000"],
        "taxFreeAmount": ["9000"],
        "successUrl": ["https://market.test/paid?lang=ko"],
        "failUrl": ["https://market.test/failed"],
    }


def test_the_way_back_is_what_the_port_reads() -> None:
    url = success_url(
        "https://market.test/paid?lang=ko", payment_key="k1", order_no=ORDER, amount_krw=15_000
    )
    back = sandbox().parse_return(dict(parse_qsl(urlsplit(url).query)))
    assert (back.payment_key, back.order_no, back.amount_krw) == ("k1", ORDER, 15_000)


def test_a_shopper_who_walks_away_brings_no_order_number() -> None:
    left = refused_url(
        "https://m.test/f", code="PAY_PROCESS_CANCELED", message="취소", order_no=ORDER
    )
    refused = refused_url(
        "https://m.test/f", code="PAY_PROCESS_ABORTED", message="실패", order_no=ORDER
    )
    assert "orderId" not in parse_qs(urlsplit(left).query)
    assert parse_qs(urlsplit(refused).query)["orderId"] == [ORDER]


@pytest.mark.parametrize(
    ("behaviour", "times"), [(Behaviour.APPROVE, 1), (Behaviour.DUPLICATE_WEBHOOK, 2)]
)
def test_webhooks_arrive_once_or_twice_and_not_for_a_repeated_answer(
    behaviour: Behaviour, times: int
) -> None:
    posted: list[bytes] = []
    provider = sandbox(posted=posted)
    key = provider.authorize(ORDER, 15_000, 0, behaviour)
    confirm(provider, key)
    confirm(provider, key)
    assert len(posted) == times
    notices = {provider.parse_webhook(body=body, headers={}) for body in posted}
    assert [(n.payment_key, n.order_no) for n in notices] == [(key, ORDER)]
    assert json.loads(posted[0])["data"]["status"] == "DONE"


def test_the_webhook_of_a_lost_answer_arrives() -> None:
    posted: list[bytes] = []
    provider = sandbox(posted=posted)
    key = provider.authorize(ORDER, 15_000, 0, Behaviour.TIMEOUT_AFTER_CAPTURE)
    with pytest.raises(PaymentUnknown):
        confirm(provider, key)
    assert json.loads(posted[0])["data"]["status"] == "DONE"


def test_a_paid_order_cannot_be_paid_again() -> None:
    provider = sandbox()
    confirm(provider, provider.authorize(ORDER, 15_000, 0))
    with pytest.raises(PaymentUnknown) as caught:
        provider.authorize(ORDER, 15_000, 0)
    assert caught.value.vendor_code == "DUPLICATED_ORDER_ID"


def test_another_card_after_a_decline() -> None:
    provider = sandbox()
    first = provider.authorize(
        ORDER, 15_000, 0, Behaviour.DECLINE, decline_code="INVALID_STOPPED_CARD"
    )
    with pytest.raises(PaymentDeclined) as caught:
        confirm(provider, first)
    assert caught.value.vendor_code == "INVALID_STOPPED_CARD"
    second = provider.authorize(ORDER, 15_000, 0)
    confirm(provider, second)
    found = provider.find(order_no=ORDER)
    assert found is not None
    assert found.payment_key == second


def test_a_taxed_contract_ignores_the_tax_free_part() -> None:
    provider = sandbox(mixed_tax=False)
    payment = confirm(provider, provider.authorize(ORDER, 15_000, 9_000))
    assert (payment.tax_free_krw, payment.vat_krw) == (0, 1_364)
    left = provider.cancel(
        payment_key=payment.payment_key,
        reason="품절",
        amount_krw=5_000,
        tax_free_krw=5_000,
        refundable_krw=15_000,
        idempotency_key="r-1",
    )
    assert (left.balance_krw, left.tax_free_krw, left.vat_krw) == (10_000, 0, 909)


def test_the_books_survive_as_json() -> None:
    store = MemorySandboxStore()
    provider = sandbox(store)
    key = provider.authorize(ORDER, 15_000, 9_000)
    paid = confirm(provider, key)
    provider.cancel(
        payment_key=key,
        reason="품절",
        amount_krw=4_000,
        tax_free_krw=1_000,
        refundable_krw=15_000,
        idempotency_key="r-1",
    )
    record = store.get(key)
    assert record is not None
    again = VendorRecord.from_json(json.loads(json.dumps(record.to_json())))
    assert again == record

    reborn = MemorySandboxStore()
    reborn.put(again)
    assert sandbox(reborn).read(payment_key=key) == provider.read(payment_key=key)
    assert confirm(sandbox(reborn), key) == paid


@pytest.mark.parametrize(("after_seconds", "blocked"), [(59, True), (60, False)])
def test_a_server_killed_at_work_blocks_its_key_for_a_minute(
    after_seconds: int, blocked: bool
) -> None:
    store = MemorySandboxStore()
    key = sandbox(store).authorize(ORDER, 15_000, 0)
    store.transact(key, lambda record: vendor_state.begin(record, "confirm:c-1", NOON))
    later = NOON + timedelta(seconds=after_seconds)
    provider = SandboxProvider(store, "https://market.test/pay", clock=lambda: later)
    if blocked:
        with pytest.raises(PaymentUnknown):
            confirm(provider, key)
    else:
        assert confirm(provider, key).approved


def test_an_idempotency_key_is_forgotten_after_fifteen_days() -> None:
    store = MemorySandboxStore()
    key = sandbox(store).authorize(ORDER, 15_000, 0)
    paid = confirm(sandbox(store), key)
    later = NOON + timedelta(days=15)
    provider = SandboxProvider(store, "https://market.test/pay", clock=lambda: later)
    with pytest.raises(PaymentUnknown):
        confirm(provider, key)
    assert provider.find(order_no=ORDER) == paid


@pytest.mark.parametrize(
    ("taxed", "vat"), [(7_000, 636), (9_026, 821), (11, 1), (5, 0), (6, 1), (0, 0)]
)
def test_vat_is_an_eleventh_rounded(taxed: int, vat: int) -> None:
    assert vendor_state.vat_krw(taxed) == vat
