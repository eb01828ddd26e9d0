"""What tests of the stall's console do: sell to a stall, sign somebody in, look at what became of a part."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.test import Client

from jangteo.apps.accounts.models import Person
from jangteo.apps.orders.actions.place_order import Wanted
from jangteo.apps.orders.models import OrderLine, StallOrder, Substitution
from jangteo.platform.permissions import Role
from jangteo.platform.tenancy import every_market
from tests.world import NOON, World, grant, person, shopper


class Market:
    """Short words for what the tests do."""

    def __init__(self, world: World) -> None:
        self.world = world

    def path(self, stall: str = "vegetable", rest: str = "") -> str:
        return f"/desk/{self.world.market.slug}/{stall}/{rest}"

    def sell(
        self, *, rule: str = Substitution.NONE, now: datetime = NOON, **units: int
    ) -> StallOrder:
        """A paid order of one stall; returns its part."""
        buyer = shopper()
        wanted = [
            Wanted(offer_id=self.world.offers[n].pk, quantity=q, substitution=rule, max_rise_pct=10)
            for n, q in units.items()
        ]
        placed = self.world.place(buyer, *wanted, now=now)
        self.world.pay(buyer, placed, now=now)
        with every_market():
            return StallOrder.objects.get(order_id=placed.order_id)

    def lines(self, part: StallOrder) -> dict[str, OrderLine]:
        with every_market():
            return {line.name: line for line in OrderLine.objects.filter(part=part)}

    def part(self, part: StallOrder) -> StallOrder:
        with every_market():
            return StallOrder.objects.select_related("order").get(pk=part.pk)


def person_with(market: Market, role: Role, stall: str = "") -> Person:
    """Somebody with one role."""
    who = person(name="박순자")
    grant(who, role, market.world, stall)
    return who


def client_of(who: Person, *, strong: bool = False) -> Client:
    """A browser signed in as ``who``; ``strong`` opens staff roles."""
    client = Client()
    client.force_login(who)
    if strong:
        session = client.session
        session["strong"] = True
        session.save()
        store = import_module(settings.SESSION_ENGINE).SessionStore
        assert store(session.session_key).get("strong")
    return client
