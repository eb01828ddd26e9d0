"""What was sent to whom, and what became of it."""

from __future__ import annotations

from django.db import models


class Message(models.Model):
    """One message. ``delivered`` is known only from the channel's later report, not from accepting the call."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        DELIVERED = "delivered"
        FAILED = "failed"

    market = models.ForeignKey(
        "markets.Market", on_delete=models.PROTECT, null=True, related_name="+"
    )
    to_phone = models.CharField(max_length=20, db_index=True)
    template = models.CharField(max_length=60)
    #: emptied once a real service accepted a text that lets its reader in
    body = models.TextField()
    adapter = models.CharField(max_length=20)
    provider_id = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    #: the service's reason in machine words, e.g. "number-unreachable"
    failure = models.CharField(max_length=200, blank=True)
    queued_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-queued_at"], name="message_newest")]
