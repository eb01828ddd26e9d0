"""Payments and refunds, the double-entry ledger, and what each stall is paid."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jangteo.platform.models import TenantModel


class Payment(TenantModel):
    """One payment of an order through one provider."""

    class State(models.TextChoices):
        #: the shopper was sent to the provider
        STARTED = "started"
        #: confirm was called; the answer is not known yet
        CONFIRMING = "confirming"
        APPROVED = "approved"
        DECLINED = "declined"
        #: taken although the order was paid already: goes back whole
        TWICE = "twice"

    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="payments")
    provider = models.CharField(max_length=20)
    #: the provider's own key; empty until the shopper came back
    provider_key = models.CharField(max_length=200, blank=True)
    amount_krw = models.IntegerField()
    tax_free_krw = models.IntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.STARTED)
    method = models.CharField(max_length=40, blank=True)
    receipt_url = models.CharField(max_length=300, blank=True)
    failure_code = models.CharField(max_length=60, blank=True)
    started_at = models.DateTimeField()
    confirming_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(state="approved"), name="paid_once"
            ),
            models.UniqueConstraint(
                fields=["provider", "provider_key"],
                condition=~Q(provider_key=""),
                name="provider_key_once",
            ),
            models.CheckConstraint(
                condition=Q(amount_krw__gt=0) & Q(tax_free_krw__range=(0, models.F("amount_krw"))),
                name="payment_bounds",
            ),
        ]


class PartTerms(TenantModel):
    """The deductions agreed when a part was sold; a later change of the market's fees does not touch it."""

    part = models.OneToOneField("orders.StallOrder", on_delete=models.PROTECT, related_name="terms")
    commission_bp = models.IntegerField()
    card_fee_bp = models.IntegerField()
    #: days from hand-over to the pay date
    payout_days = models.IntegerField()


class Refund(TenantModel):
    """Money owed back to the shopper, decided in the transaction of its cause, paid by a job."""

    class State(models.TextChoices):
        DUE = "due"
        DONE = "done"
        #: the provider refuses; a person of the office must act
        STUCK = "stuck"

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    #: what it is for, e.g. "line:7:2"; the same cause is refunded once
    cause = models.CharField(max_length=80)
    amount_krw = models.IntegerField()
    tax_free_krw = models.IntegerField()
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=6, choices=State.choices, default=State.DUE)
    failure_code = models.CharField(max_length=60, blank=True)
    tries = models.IntegerField(default=0)
    #: counts new idempotency keys, needed when the provider would only repeat an old refusal
    key_round = models.IntegerField(default=0)
    decided_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment", "cause"], name="refund_once"),
            models.CheckConstraint(
                condition=Q(amount_krw__gt=0) & Q(tax_free_krw__range=(0, models.F("amount_krw"))),
                name="refund_bounds",
            ),
        ]
        indexes = [models.Index(fields=["decided_at"], condition=Q(state="due"), name="refund_due")]


class LedgerAccount(TenantModel):
    """An account of a market's books. ``balance_krw`` can be recomputed from the entries at any time."""

    class Kind(models.TextChoices):
        #: the payment service owes us (자산)
        PROVIDER = "provider"
        #: owed back to shoppers (부채)
        REFUNDS_DUE = "refunds_due"
        #: owed to one stall (부채)
        STALL = "stall"
        #: the market's share (수익)
        COMMISSION = "commission"
        #: kept by the payment service (비용 대체)
        CARD_FEE = "card_fee"
        #: delivery fees taken (수익)
        DELIVERY = "delivery"
        #: the separate bank account stalls are paid from (자산)
        BANK = "bank"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    stall = models.ForeignKey(
        "markets.Stall", on_delete=models.PROTECT, null=True, related_name="+"
    )
    #: debits minus credits
    balance_krw = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["market", "kind", "stall"], nulls_distinct=False, name="account_once"
            )
        ]


class LedgerTransaction(TenantModel):
    """Entries that belong together and sum to zero. Append-only."""

    append_only = True

    kind = models.CharField(max_length=20)
    #: what it books, e.g. "payment:3"; the same cause is booked once
    cause = models.CharField(max_length=80)
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["market", "cause"], name="booked_once")]


class LedgerEntry(TenantModel):
    """One debit (positive) or credit (negative). Append-only."""

    append_only = True

    transaction = models.ForeignKey(
        LedgerTransaction, on_delete=models.PROTECT, related_name="entries"
    )
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="entries")
    amount_krw = models.BigIntegerField()
    #: sale, refund, commission, commission_back, card_fee, card_fee_back, payout, ...
    label = models.CharField(max_length=20)
    part = models.ForeignKey(
        "orders.StallOrder", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount_krw=0), name="entry_not_zero")]
        indexes = [models.Index(fields=["account", "id"], name="entry_account")]


class Settlement(TenantModel):
    """What one stall is paid on one day, and every deduction that led to it."""

    class State(models.TextChoices):
        PLANNED = "planned"
        PAID = "paid"
        #: less than nothing: carried to the next settlement
        CARRIED = "carried"

    stall = models.ForeignKey("markets.Stall", on_delete=models.PROTECT, related_name="+")
    pay_on = models.DateField()
    sales_krw = models.BigIntegerField()
    refunds_krw = models.BigIntegerField()
    commission_krw = models.BigIntegerField()
    card_fee_krw = models.BigIntegerField()
    carried_krw = models.BigIntegerField(default=0)
    net_krw = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)
    created_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    net_krw=models.F("sales_krw")
                    - models.F("refunds_krw")
                    - models.F("commission_krw")
                    - models.F("card_fee_krw")
                    + models.F("carried_krw")
                ),
                name="settlement_adds_up",
            )
        ]
        indexes = [models.Index(fields=["market", "stall", "pay_on"], name="settlement_stall")]


class SettlementItem(TenantModel):
    """One ledger entry in one settlement; each entry is settled at most once."""

    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="items")
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="settled")


class SandboxCharge(models.Model):
    """The sandbox provider's own record: it stands for a vendor's database, not for ours."""

    payment_key = models.CharField(max_length=200, unique=True)
    order_no = models.CharField(max_length=64, db_index=True)
    record = models.JSONField()
    updated_at = models.DateTimeField(auto_now=True)
