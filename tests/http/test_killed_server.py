"""The server is killed in the middle of orders: no paid order is lost, none is doubled, holds are released."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import httpx
import pytest
from django.db import connection

from jangteo.apps.orders.actions.sweep import sweep
from jangteo.apps.orders.models import Order
from jangteo.apps.payments import providers
from jangteo.apps.payments.actions.resolve_payment import resolve_silent_payments
from jangteo.apps.payments.adapters.sandbox import SandboxProvider
from jangteo.apps.payments.ledger import differences
from jangteo.apps.payments.models import Payment, Refund
from jangteo.apps.payments.providers import DatabaseSandboxStore, sandbox
from jangteo.apps.stock.models import Reservation
from jangteo.platform.clock import utc_now
from jangteo.platform.tenancy import every_market, market_scope
from tests.http.buyers import buyer_headers, order_body, place
from tests.http.conftest import Server
from tests.world import World, make_world

STOCK = 400
BUYERS = 8
KILLS = 3


def _buy_until(stop: Event, world: World, url: str, headers: dict[str, str], name: str) -> None:
    """Place, start, authorise and confirm, one order after the other, whatever the server does."""
    base = f"/api/v1/markets/{world.market.slug}/orders"
    count = 0
    try:
        with httpx.Client(base_url=url, timeout=10) as client:
            while not stop.is_set():
                count += 1
                try:
                    answer = place(
                        client,
                        world,
                        headers,
                        f"{name}-{count:06d}",
                        order_body(world, 9000, 갈치=1),
                    )
                    if answer.status_code != 200:
                        time.sleep(0.05)
                        continue
                    placed = answer.json()
                    pages = {"success_url": "/ok", "fail_url": "/no"}
                    started = client.post(
                        f"{base}/{placed['number']}/pay", json=pages, headers=headers
                    )
                    if started.status_code != 200:
                        continue
                    key = sandbox().authorize(placed["payment_order_no"], 9000, 9000)
                    client.post(
                        f"{base}/{placed['number']}/confirm",
                        json={"payment_key": key, "amount_krw": 9000},
                        headers=headers,
                    )
                except httpx.HTTPError:
                    time.sleep(0.05)
    finally:
        connection.close()


@pytest.mark.slow
def test_no_paid_order_is_lost_or_doubled(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world()
    world.stall("fish")
    world.offer("갈치", 9000, stall="fish", stock=STOCK)
    people = [buyer_headers() for _ in range(BUYERS)]
    stop = Event()
    server.start(processes=2)
    with ThreadPoolExecutor(BUYERS) as pool:
        work = [
            pool.submit(_buy_until, stop, world, server.url, headers, f"buyer-{index}")
            for index, headers in enumerate(people)
        ]
        for _ in range(KILLS):
            time.sleep(1.2)
            server.kill()
            server.start(processes=2)
        time.sleep(0.5)
        stop.set()
        for one in work:
            one.result()
    server.kill()

    # two minutes later, also on the payment company's clock: a confirm it was killed in no longer counts as running
    later = utc_now() + timedelta(minutes=2)
    company = SandboxProvider(DatabaseSandboxStore(), "/sandbox/pay", clock=lambda: later)
    monkeypatch.setattr(providers, "sandbox", lambda: company)
    resolve_silent_payments(later)
    sweep(utc_now() + timedelta(minutes=11))
    with every_market():
        orders = list(Order.objects.all())
        approved = list(Payment.objects.filter(state="approved"))
        silent = Payment.objects.filter(state="confirming").count()
        held = Reservation.objects.filter(state="held").count()
        refunds = Refund.objects.count()
    captured = Counter()
    for order in orders:
        charge = sandbox().find(order_no=order.payment_order_no)
        captured[order.pk] = int(charge is not None and charge.approved)
    paid = {order.pk for order in orders if order.paid_at is not None}
    assert len(paid) >= 20, "the test must really have sold"
    assert paid == {pk for pk, count in captured.items() if count}
    assert sorted(payment.order_id for payment in approved) == sorted(paid)
    assert (silent, held, refunds) == (0, 0, 0)
    level = world.level("갈치")
    assert (level.quantity, level.reserved) == (STOCK - len(paid), 0)
    with market_scope(world.market.pk):
        assert differences(world.market.pk) == []
    assert Counter(order.state for order in orders).keys() <= {"paid", "expired"}
