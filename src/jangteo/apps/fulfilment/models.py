"""From the hub to the shopper: who took an order over, when it arrived."""

from __future__ import annotations

from django.db import models

from jangteo.platform.models import TenantModel


class HandOver(TenantModel):
    """An order leaving the hub, with a rider or in the shopper's own hands."""

    class Kind(models.TextChoices):
        PICKUP = "pickup"
        RIDER = "rider"

    order = models.OneToOneField("orders.Order", on_delete=models.PROTECT, related_name="hand_over")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    rider_name = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    left_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True)
