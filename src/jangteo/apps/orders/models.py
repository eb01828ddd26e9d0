"""Carts, orders, the part of an order for each stall, its lines, and the ledger of what happened."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jangteo.platform.models import TenantModel


class Substitution(models.TextChoices):
    """What to do when goods run out after payment."""

    #: give the money back
    NONE = "none"
    #: the same kind from the same stall, at most `max_rise_pct` dearer on the tag; never paid more than paid
    SIMILAR = "similar"
    #: ask me
    CALL = "call"


class Cart(TenantModel):
    """What a shopper (or a browser) is about to buy in one market."""

    person = models.ForeignKey(
        "accounts.Person", on_delete=models.CASCADE, null=True, related_name="+"
    )
    guest_key = models.CharField(max_length=64, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["market", "person"],
                condition=Q(person__isnull=False),
                name="cart_of_person",
            ),
            models.UniqueConstraint(
                fields=["market", "guest_key"],
                condition=Q(person__isnull=True),
                name="cart_of_guest",
            ),
        ]


class CartLine(TenantModel):
    """Some units of one offer in a cart."""

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines")
    offer = models.ForeignKey("catalog.Offer", on_delete=models.PROTECT, related_name="+")
    quantity = models.IntegerField()
    substitution = models.CharField(
        max_length=8, choices=Substitution.choices, default=Substitution.NONE
    )
    max_rise_pct = models.IntegerField(default=10)
    #: the price shown when it was put in; a change is said, never silent
    seen_price_krw = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cart", "offer"], name="cart_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__range=(1, 999)), name="cart_quantity_bounds"
            ),
        ]


class Order(TenantModel):
    """One purchase over one or many stalls, with one fee and one promised time."""

    class State(models.TextChoices):
        #: waiting for payment; goods are reserved
        PLACED = "placed"
        PAID = "paid"
        #: every remaining part is at the hub
        READY = "ready"
        #: with the rider
        OUT = "out"
        DONE = "done"
        CANCELLED = "cancelled"
        #: never paid in time
        EXPIRED = "expired"

    class Way(models.TextChoices):
        PICKUP = "pickup"
        DELIVERY = "delivery"

    #: what people say: 261122-0042 (Korean day of the order, running number of the market that day)
    number = models.CharField(max_length=20)
    day = models.DateField()
    #: what payment providers see: 6-64 of A-Za-z0-9-_=
    payment_order_no = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    guest_key = models.CharField(max_length=64, blank=True)
    #: opens the order page without signing in (in the link sent by message)
    access_token = models.CharField(max_length=43)
    contact_name = models.CharField(max_length=40)
    contact_phone = models.CharField(max_length=20)
    way = models.CharField(max_length=8, choices=Way.choices)
    zone = models.ForeignKey("markets.Zone", on_delete=models.PROTECT, null=True, related_name="+")
    area = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=200, blank=True)
    request_note = models.CharField(max_length=200, blank=True)
    pickup_code = models.CharField(max_length=4, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLACED)
    goods_krw = models.IntegerField()
    fee_krw = models.IntegerField()
    #: goods + fee, as placed; refunds are in payments
    total_krw = models.IntegerField()
    #: tax-exempt part of the total (면세)
    tax_free_krw = models.IntegerField()
    #: given back or to be given back so far
    refunded_krw = models.IntegerField(default=0)
    idempotency_key = models.CharField(max_length=80)
    #: SHA-256 of what was asked for; the same key with something else is refused
    request_digest = models.CharField(max_length=64, blank=True, default="")
    placed_at = models.DateTimeField()
    reserved_until = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    promised_at = models.DateTimeField(null=True)
    #: minutes from payment to the promise, as shown before payment
    promised_minutes = models.IntegerField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["market", "number"], name="order_number"),
            models.UniqueConstraint(fields=["market", "idempotency_key"], name="order_once"),
            models.CheckConstraint(
                condition=Q(total_krw=models.F("goods_krw") + models.F("fee_krw")),
                name="order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(refunded_krw__gte=0)
                & Q(refunded_krw__lte=models.F("total_krw"))
                & Q(tax_free_krw__lte=models.F("total_krw")),
                name="order_money_bounds",
            ),
        ]
        indexes = [
            models.Index(fields=["market", "state", "placed_at"], name="order_board"),
            models.Index(fields=["market", "person"], name="order_person"),
            models.Index(
                fields=["reserved_until"], condition=Q(state="placed"), name="order_unpaid"
            ),
        ]


class KeptContact(TenantModel):
    """Who a paid order was for, after it left the live order: kept apart because a law keeps it, shown by no page.

    전자상거래법 시행령 제6조: contract, withdrawal, payment and supply five years. A job destroys it after `until`.
    """

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    phone = models.CharField(max_length=20)
    address = models.CharField(max_length=261, blank=True)
    #: the last Korean calendar day it is kept
    until = models.DateField()
    moved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["until"], name="kept_contact_until")]


class StallOrder(TenantModel):
    """The part of an order that one stall prepares."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RINGING = "ringing"
        ACCEPTED = "accepted"
        #: checked off at the hub
        ARRIVED = "arrived"
        CANCELLED = "cancelled"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="parts")
    stall = models.ForeignKey("markets.Stall", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    #: goods of this part as placed, and what remains after cancellations
    goods_krw = models.IntegerField()
    remaining_krw = models.IntegerField()
    rang_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    escalated_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "stall"], name="part_once"),
            models.CheckConstraint(
                condition=Q(remaining_krw__gte=0) & Q(remaining_krw__lte=models.F("goods_krw")),
                name="part_money_bounds",
            ),
        ]
        indexes = [models.Index(fields=["market", "stall", "state"], name="part_console")]


class OrderLine(TenantModel):
    """Some units of one offer at the price of the moment the order was placed."""

    class State(models.TextChoices):
        ORDERED = "ordered"
        CONFIRMED = "confirmed"
        #: sold out, the shopper is being asked until `ask_until`
        ASKING = "asking"
        CANCELLED = "cancelled"
        #: replaced by the line whose `replaces` points here
        SUBSTITUTED = "substituted"

    part = models.ForeignKey(StallOrder, on_delete=models.PROTECT, related_name="lines")
    offer = models.ForeignKey("catalog.Offer", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    is_weighed = models.BooleanField(default=False)
    unit_price_krw = models.IntegerField()
    #: units ordered, and units still to be given
    quantity = models.IntegerField()
    remaining = models.IntegerField()
    tax = models.CharField(max_length=6)
    substitution = models.CharField(max_length=8, choices=Substitution.choices)
    max_rise_pct = models.IntegerField(default=0)
    state = models.CharField(max_length=12, choices=State.choices, default=State.ORDERED)
    ask_until = models.DateTimeField(null=True)
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )
    #: `decisions.Decision` that chose these goods, or that put the choices of an open question in order
    decision_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0)
                & Q(remaining__gte=0)
                & Q(remaining__lte=models.F("quantity"))
                & Q(unit_price_krw__gte=0),
                name="line_bounds",
            )
        ]


class OrderEvent(TenantModel):
    """What happened to an order, in order. Append-only; the shopper's timeline is told from it."""

    append_only = True

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="events")
    part = models.ForeignKey(StallOrder, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=30)
    #: ids, quantities, amounts; never names or numbers of people
    data = models.JSONField(default=dict)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["order", "id"], name="event_order")]


class DayCounter(TenantModel):
    """The running order number of a market's day."""

    day = models.DateField()
    last_number = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["market", "day"], name="counter_of_day")]
