"""Texts that AI or a person wrote for a stall, every version kept."""

from __future__ import annotations

from django.db import models

from jangteo.apps.catalog.models.offers import Offer
from jangteo.platform.models import TenantModel


class StallDesk(TenantModel):
    """What an owner decided about her own goods and texts."""

    stall = models.OneToOneField("markets.Stall", on_delete=models.PROTECT, related_name="desk")
    #: texts that pass every check go out without being seen first; off unless the owner says so
    publishes_unseen = models.BooleanField(default=False)
    #: 국산 when the owner said that goods without a word about it are; empty: ask
    default_origin = models.CharField(max_length=60, blank=True)
    #: what the law asks a seller to show: {"trade_name", "representative", "business_number",
    #: "mail_order_number", "phone", "address"}
    business = models.JSONField(default=dict)
    #: the introduction shown on the stall's page, in Korean and English
    story = models.TextField(blank=True)
    story_en = models.TextField(blank=True)
    #: it was written by AI
    is_ai_story = models.BooleanField(default=False)
    updated_at = models.DateTimeField()


class WrittenText(TenantModel):
    """One version of one text. A change makes a new row; the text shown is the published one."""

    class Kind(models.TextChoices):
        PRODUCT = "product"
        STALL = "stall"
        SOLD_OUT = "sold_out"
        REVIEW_REPLY = "review"
        SOCIAL = "social"

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "live"
        #: another version was published after it, or the owner took it back
        WITHDRAWN = "past"
        #: the checker found what the fields do not say; kept to show why
        REFUSED = "refused"

    stall = models.ForeignKey("markets.Stall", on_delete=models.PROTECT, related_name="+")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, null=True, related_name="texts")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    language = models.CharField(max_length=2, default="ko")
    #: 1, 2, ... of the same stall, offer, kind and language
    version = models.IntegerField()
    text = models.TextField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    #: "built-in", "model" or "person"
    provider = models.CharField(max_length=40)
    #: False once a person wrote it herself; an edited AI text stays AI-made
    is_ai = models.BooleanField(default=True)
    #: the confirmed fields it was made from
    facts = models.JSONField(default=dict)
    #: what the checker found: [{"kind", "said", "ko", "en"}]
    problems = models.JSONField(default=list)
    decision = models.UUIDField(null=True)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["market", "stall", "offer", "kind", "language", "version"],
                name="text_version_once",
                nulls_distinct=False,
            )
        ]
        indexes = [models.Index(fields=["market", "stall", "-at"], name="text_of_stall")]


class TextRun(TenantModel):
    """Texts that are being written in the background, because a model takes seconds or because there are many."""

    class State(models.TextChoices):
        WAITING = "waiting"
        WRITING = "writing"
        DONE = "done"
        CANCELLED = "cancelled"
        FAILED = "failed"

    stall = models.ForeignKey("markets.Stall", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=WrittenText.Kind.choices)
    language = models.CharField(max_length=2, default="ko")
    #: what it was about in the form that was sent twice: the same is the same run
    key = models.CharField(max_length=64)
    #: still to do: ids of offers, None for a text of the stall, {"review", "rating"} with the review sealed; empty at the end
    left = models.JSONField(default=list)
    total = models.IntegerField()
    done = models.IntegerField(default=0)
    #: goods nothing could be written for
    skipped = models.IntegerField(default=0)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    #: of the last text that was written or skipped
    moved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["market", "stall", "key"], name="text_run_once")
        ]
        indexes = [models.Index(fields=["market", "stall", "-at"], name="text_run_of_stall")]
