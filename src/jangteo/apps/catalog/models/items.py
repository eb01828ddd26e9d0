"""The standard product: one record that many stalls' offers hang on, with its versions. Shared by all markets.

A merge moves no offer: the merged item points at the one it became (`merged_into`), readers follow it, and undoing
takes the pointer away. A split makes a new item and moves the offers its market named, remembered for undo.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jangteo.platform.models import TenantModel


class Item(models.Model):
    """One standard product. ``fields`` and ``provenance`` are keyed by `standard.FIELDS`."""

    class State(models.TextChoices):
        ACTIVE = "active"
        #: is another item now, see ``merged_into``
        MERGED = "merged"
        #: no longer used; offers keep it
        RETIRED = "retired"

    #: the product's own number, "JT" and nine digits; for loose goods see `is_variable_measure`
    code = models.CharField(max_length=16, unique=True)
    #: sold by weight: every piece weighs otherwise (GS1 variable measure trade item)
    is_variable_measure = models.BooleanField(default=False)
    #: 14 digits with leading zeros
    gtin = models.CharField(max_length=14, unique=True, null=True)
    #: GS1 Global Product Classification, 8 digits
    gpc_brick = models.CharField(max_length=8, blank=True)
    #: leaf of the category tree, see `engines.matching`
    category_slug = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=80)
    fields = models.JSONField(default=dict)
    #: key -> {"source", "confidence", "text", "at", "by"}: where each field comes from
    provenance = models.JSONField(default=dict)
    #: all that identifies it in one line: equal keys are the same goods by the simple rule, see `items.match_key`
    match_key = models.CharField(max_length=200, blank=True)
    version = models.IntegerField(default=1)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    #: who brought it in; None: the operator
    origin_market = models.ForeignKey(
        "markets.Market", on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="item_merged_points",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="item_not_into_itself",
            ),
        ]
        indexes = [
            models.Index(fields=["match_key"], name="item_match_key"),
            models.Index(fields=["category_slug", "state"], name="item_category"),
        ]


class ItemKey(models.Model):
    """What an item is found by: hashes of its barcode, its name and combinations of its fields, see `items.block_keys`.

    Merged items keep theirs: what they were called leads to the item they became.
    """

    pk = models.CompositePrimaryKey("key", "item_id")
    key = models.BigIntegerField()
    #: the primary key serves every question, so the reference has no index of its own
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+", db_index=False)


class ItemVersion(models.Model):
    """What an item was from ``at`` on. Never changed."""

    append_only = True

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="versions")
    version = models.IntegerField()
    #: "create", "edit", "merge", "split", "undo"
    what = models.CharField(max_length=8)
    name = models.CharField(max_length=80)
    category_slug = models.CharField(max_length=40, blank=True)
    fields = models.JSONField()
    provenance = models.JSONField()
    #: whose office did it; None: the operator
    market = models.ForeignKey(
        "markets.Market", on_delete=models.PROTECT, null=True, related_name="+"
    )
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "version"], name="item_version_once")
        ]


class ItemChange(models.Model):
    """A merge or a split, with what undoing needs."""

    class Kind(models.TextChoices):
        MERGE = "merge"
        SPLIT = "split"

    kind = models.CharField(max_length=6, choices=Kind.choices)
    #: merge: the item that was merged away. split: the item it was taken out of
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    #: merge: the item it became. split: the new item
    other = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    #: {"moved": [offer ids of `market`], "filled": {key: before}}
    before = models.JSONField(default=dict)
    reason = models.CharField(max_length=200, blank=True)
    market = models.ForeignKey(
        "markets.Market", on_delete=models.PROTECT, null=True, related_name="+"
    )
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )


class MatchAnswer(TenantModel):
    """Is this line that item? What a person (or the threshold) said: what the matcher learns from. Never changed."""

    append_only = True

    #: the line as the seller wrote it, and what was read from it
    line = models.CharField(max_length=300)
    line_fields = models.JSONField()
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    item_version = models.IntegerField()
    item_fields = models.JSONField()
    is_same = models.BooleanField()
    #: "auto", "accepted", "rejected", "chosen", "merge", "split"
    source = models.CharField(max_length=8)
    probability = models.FloatField(null=True)
    matcher_version = models.CharField(max_length=40, blank=True)
    decision = models.UUIDField(null=True)
    offer_id = models.BigIntegerField(null=True)
    #: the role of who answered; never the name
    role = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["market", "at"], name="match_answer_at")]


class MatchQuestion(TenantModel):
    """An offer of which the matcher is not sure which standard product it is: the office's queue."""

    class State(models.TextChoices):
        OPEN = "open"
        #: put to the end of the queue
        LATER = "later"
        ANSWERED = "answered"

    #: states in which a person is still asked
    WAITING = (State.OPEN, State.LATER)

    offer = models.OneToOneField("catalog.Offer", on_delete=models.PROTECT, related_name="question")
    #: the goods as the stall wrote them, and what was read from that
    line = models.CharField(max_length=300)
    line_fields = models.JSONField(default=dict)
    category_slug = models.CharField(max_length=40, blank=True)
    #: the likeliest item
    item = models.ForeignKey(Item, on_delete=models.PROTECT, null=True, related_name="+")
    probability = models.FloatField(default=0.0)
    decision = models.UUIDField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField()
    #: of the last answer, or of the last "later"
    answered_at = models.DateTimeField(null=True)
    #: {"item": id, "made": whether the item is new}, what undoing the answer needs
    answer = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["market", "state", "asked_at"], name="match_question_queue")
        ]


class StandardiseRun(TenantModel):
    """One run over a market's offers that hang on no item yet, with its progress."""

    total = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    linked = models.IntegerField(default=0)
    made = models.IntegerField(default=0)
    asked = models.IntegerField(default=0)
    #: nothing could be read of them
    unread = models.IntegerField(default=0)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    #: an error's machine name; empty when all went well
    problem = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["market"],
                condition=Q(ended_at__isnull=True),
                name="standardise_once_at_a_time",
            )
        ]


class MatcherVersion(models.Model):
    """A matcher that was trained on answers; version 0 is the one that ships with the product."""

    version = models.IntegerField(unique=True)
    #: below the data folder
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    #: of the answers it learned from
    answers_sha256 = models.CharField(max_length=64)
    answers = models.IntegerField()
    #: {"f1", "precision", "recall", "unsure", "held_out", ...} beside the version it replaces
    metrics = models.JSONField(default=dict)
    is_active = models.BooleanField(default=False)
    #: why it is not used, when it was worse than the one before
    held_back = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_active"], condition=Q(is_active=True), name="one_active_matcher"
            )
        ]


class CatalogSettings(TenantModel):
    """What a market's office decides about its catalogue."""

    #: probability in basis points from which a match is used without asking; 10,001 never
    match_auto_bp = models.IntegerField(default=9700)
    #: grams of one 근 by category slug over the usual ones, of one 관, of (되, 말) by goods: see `MarketUnits`
    units = models.JSONField(default=dict)
    #: may stalls' standard product fields leave in the open dataset? (never prices, never texts)
    shares_items = models.BooleanField(default=True)
    #: our leaf slug -> a channel's own category number, as the office keeps it: {"smartstore": {slug: id}}
    channel_categories = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["market"], name="catalog_settings_once"),
            models.CheckConstraint(
                condition=Q(match_auto_bp__range=(5000, 10_001)), name="match_auto_bounds"
            ),
        ]
