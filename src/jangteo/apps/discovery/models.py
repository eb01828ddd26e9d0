"""What sold how well: kept up with every paid order, so that no page has to count."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jangteo.platform.models import TenantModel


class OfferPopularity(TenantModel):
    """How wanted an offer is; see `jangteo.engines.recommendation.popularity`."""

    offer = models.OneToOneField(
        "catalog.Offer", on_delete=models.CASCADE, related_name="popularity"
    )
    #: log2 of the sum of units times 2^(day sold / 7): its order never changes by time passing
    rank = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["market", "-rank"], name="popularity_rank")]


class OfferSalesDay(TenantModel):
    """How often an offer was paid for on a Korean calendar day. What is cancelled later stays counted."""

    offer = models.ForeignKey("catalog.Offer", on_delete=models.CASCADE, related_name="sales_days")
    day = models.DateField()
    units = models.IntegerField()
    #: orders that held it
    orders = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "day"], name="sales_of_offer_and_day"),
            models.CheckConstraint(
                condition=Q(orders__gt=0) & Q(units__gte=models.F("orders")),
                name="sales_day_bounds",
            ),
        ]


class CountedOrder(TenantModel):
    """An order whose goods were counted: the same news again counts nothing."""

    order = models.OneToOneField("orders.Order", on_delete=models.CASCADE, related_name="+")
