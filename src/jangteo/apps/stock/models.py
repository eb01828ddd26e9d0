"""How much there is: the ledger of moves, the current level beside it, and reservations that expire."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jangteo.platform.models import TenantModel


class StockLevel(TenantModel):
    """What an offer has now. Kept in the same transaction as the moves it can be recomputed from.

    A stall without a till need not count: then only ``Offer.state`` says whether it sells.
    """

    offer = models.OneToOneField("catalog.Offer", on_delete=models.PROTECT, related_name="stock")
    is_counted = models.BooleanField(default=False)
    #: units in the stall, reserved ones included
    quantity = models.IntegerField(default=0)
    #: units promised to orders that are not paid yet
    reserved = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reserved__gte=0) & Q(quantity__gte=0), name="stock_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(is_counted=False) | Q(reserved__lte=F("quantity")),
                name="stock_not_oversold",
            ),
        ]


class StockMove(TenantModel):
    """One change of an offer's quantity. Append-only."""

    append_only = True

    class Kind(models.TextChoices):
        #: the owner counted; delta is the difference to what we believed
        COUNT = "count"
        RECEIVE = "receive"
        SOLD = "sold"
        #: goods of a cancelled line go back on the stall
        RETURN = "return"
        #: counting was switched on (delta 0, counted) or off
        START = "start"

    offer = models.ForeignKey("catalog.Offer", on_delete=models.PROTECT, related_name="moves")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    delta = models.IntegerField()
    #: "order:12/line:34" and the like
    cause = models.CharField(max_length=80, blank=True)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["offer", "id"], name="move_offer")]


class Reservation(TenantModel):
    """Goods held for an order until it is paid or the time runs out."""

    class State(models.TextChoices):
        HELD = "held"
        SOLD = "sold"
        RELEASED = "released"

    offer = models.ForeignKey("catalog.Offer", on_delete=models.PROTECT, related_name="+")
    #: the order's line, known to the orders app
    cause = models.CharField(max_length=80)
    quantity = models.IntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.HELD)
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["market", "cause"], name="reservation_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="reservation_positive"),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(state="held"), name="reservation_expiry"
            )
        ]
