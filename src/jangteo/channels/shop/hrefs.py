"""Addresses of a market's shop, built by formatting: a page of sixty cards cannot afford sixty reversals."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode
from uuid import UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class Hrefs:
    """Paths below ``/m/<market>``. A test compares each with `urls`."""

    slug: str

    @property
    def base(self) -> str:
        return f"/m/{self.slug}"

    @property
    def home(self) -> str:
        return f"/m/{self.slug}/"

    @property
    def search(self) -> str:
        return f"{self.base}/search"

    @property
    def categories(self) -> str:
        return f"{self.base}/categories"

    @property
    def stalls(self) -> str:
        return f"{self.base}/stalls"

    @property
    def about(self) -> str:
        return f"{self.base}/about"

    @property
    def cart(self) -> str:
        return f"{self.base}/cart"

    @property
    def cart_add(self) -> str:
        return f"{self.base}/cart/add"

    @property
    def cart_way(self) -> str:
        return f"{self.base}/cart/way"

    @property
    def checkout(self) -> str:
        return f"{self.base}/checkout"

    @property
    def checkout_sum(self) -> str:
        return f"{self.base}/checkout/sum"

    @property
    def orders(self) -> str:
        return f"{self.base}/orders"

    @property
    def pay_return(self) -> str:
        return f"{self.base}/pay/return"

    @property
    def pay_fail(self) -> str:
        return f"{self.base}/pay/fail"

    @property
    def ai(self) -> str:
        return f"{self.base}/ai"

    @property
    def ai_choose(self) -> str:
        return f"{self.base}/ai/choose"

    def why(self, decision_id: UUID) -> str:
        return f"{self.base}/why/{decision_id}"

    def shelf(self, name: str) -> str:
        """``name``: "fresh" (arrived today) or "today" (must go today)."""
        return f"{self.base}/shelf/{name}"

    def category(self, slug: str) -> str:
        return f"{self.base}/c/{quote(slug)}"

    def stall(self, slug: str) -> str:
        return f"{self.base}/s/{quote(slug)}"

    def offer(self, offer_id: int) -> str:
        return f"{self.base}/p/{offer_id}"

    def cart_line(self, offer_id: int) -> str:
        return f"{self.base}/cart/line/{offer_id}"

    def cart_put(self, offer_id: int, quantity: int, rule: str = "") -> str:
        """Posting here sets a line exactly: the way back of every change."""
        path = f"{self.base}/cart/put/{offer_id}/{quantity}"
        return f"{path}?{urlencode({'rule': rule})}" if rule else path

    def pay(self, number: str, key: str = "") -> str:
        return _keyed(f"{self.base}/pay/{number}", key)

    def checking(self, number: str, key: str = "") -> str:
        return _keyed(f"{self.base}/pay/{number}/checking", key)

    def order(self, number: str, key: str = "", part: str = "") -> str:
        """``key`` opens it without signing in; ``part``: body, state, answer, cancel, receipt, again."""
        return _keyed(f"{self.base}/orders/{number}" + (f"/{part}" if part else ""), key)


def _keyed(path: str, key: str) -> str:
    return f"{path}?{urlencode({'k': key})}" if key else path
