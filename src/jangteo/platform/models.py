"""The base of every tenant table, the outbox of live events, and the counters of rate limits."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class TenantModel(models.Model):
    """A row that belongs to one market. `guards` puts row-level security on every subclass's table."""

    #: True makes the table a ledger: a trigger refuses UPDATE and DELETE
    append_only: ClassVar[bool] = False

    market = models.ForeignKey("markets.Market", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class OutboxEvent(TenantModel):
    """What happened, for the live process to tell open pages. Holds ids only, never personal data."""

    append_only = False  # old rows are swept by a job

    topic = models.CharField(max_length=80)
    kind = models.CharField(max_length=60)
    payload = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["at"], name="outbox_at")]


class RateCount(models.Model):
    """How often a key was used in a window; see `ratelimit`."""

    key = models.CharField(max_length=120)
    window_starts_at = models.DateTimeField()
    used = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "window_starts_at"], name="rate_key_window")
        ]
