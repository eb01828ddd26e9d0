"""What a shopper does in a browser, for tests."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.test import Client

from jangteo.apps.orders.models import Order
from jangteo.platform.tenancy import every_market
from tests.world import World

HTMX = {"HX-Request": "true"}


@dataclass
class Shopping:
    """One browser in one market."""

    world: World
    client: Client

    @property
    def base(self) -> str:
        return f"/m/{self.world.market.slug}"

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(self.base + path, headers=headers)

    def post(self, path: str, data: dict[str, Any] | None = None, **headers: str) -> Any:
        return self.client.post(self.base + path, data or {}, headers=headers)

    def text(self, path: str) -> str:
        """A page as people read it: without marks, spaces folded."""
        return words(self.get(path))

    def add(self, *names: str) -> None:
        for name in names:
            self.post("/cart/add", {"offer": self.world.offers[name].pk})

    def form(self, **changes: Any) -> dict[str, Any]:
        """The checkout form as the page gives it, filled in for collection."""
        page = self.get("/checkout").content.decode()
        return {
            "key": hidden(page, "key"),
            "seen_total_krw": hidden(page, "seen_total_krw"),
            "contact_name": "김하늘",
            "contact_phone": "010-0000-0042",
            "way": "pickup",
            "area": "",
            "address": "",
            "note": "",
        } | changes

    def order(self, *names: str, **changes: Any) -> Order:
        """Put goods in and order them; the order waits for payment."""
        self.add(*names)
        answer = self.post("/checkout", self.form(**changes))
        assert answer.status_code == 303, words(answer)
        return self.last()

    def last(self) -> Order:
        with every_market():
            return Order.objects.order_by("-id")[0]

    def sandbox(self, order: Order, do: str) -> Any:
        """Go to the sandbox company's page, press a button, come back. The answer of the way back."""
        there = self.get(f"/pay/{order.number}")
        page = self.client.get(there["Location"]).content.decode()
        names = ("orderId", "orderName", "amount", "taxFreeAmount", "successUrl", "failUrl")
        fields = {name: hidden(page, name) for name in names}
        back = self.client.post("/sandbox/pay", fields | {"do": do})
        assert back.status_code == 303
        return self.client.get(local(back["Location"]))

    def buy(self, *names: str, **changes: Any) -> Order:
        """Order and pay."""
        order = self.order(*names, **changes)
        back = self.sandbox(order, "approve")
        assert back.status_code == 303, words(back)
        return self.last()


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return html.unescape(found[1])


def local(url: str) -> str:
    """The path and query of an address of this site."""
    parts = urlsplit(url)
    assert parts.netloc in ("", "testserver")
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def words(response: Any) -> str:
    """What a page says."""
    body = re.sub(r"(?s)<(head|template|script).*?</\1>", " ", response.content.decode())
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))
