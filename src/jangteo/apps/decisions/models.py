"""The decision log and what stands around it: who may decide, who is decided for, experiments, objections.

The log (`Decision`, `DecisionEvent`) is append-only and partitioned by month; see `partitions`. Nothing in it names a
person: `Subject` holds the link between a person and the random key in the log, and an erasure removes that link.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from jangteo.platform.models import TenantModel


class Subject(TenantModel):
    """Whom decisions were made for in one market, under a random key. Without this row the key is nobody's."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    person = models.ForeignKey(
        "accounts.Person", on_delete=models.CASCADE, null=True, related_name="+"
    )
    #: SHA-256 of a guest's browser key; empty for a person
    guest_digest = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["market", "person"],
                condition=Q(person__isnull=False),
                name="subject_of_person",
            ),
            models.UniqueConstraint(
                fields=["market", "guest_digest"],
                condition=Q(person__isnull=True),
                name="subject_of_guest",
            ),
        ]


class MarketSetup(TenantModel):
    """A counter that every change to a market's providers, settings or experiments raises.

    Each process keeps what it read last and compares this number at every decision, so a change counts at once.
    """

    version = models.BigIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["market"], name="setup_of_market")]


class CapabilitySetting(TenantModel):
    """What a market chose for one capability. No row: the built-in provider decides."""

    capability = models.CharField(max_length=40)
    #: slug of a `Provider`; empty: the built-in one
    provider_slug = models.SlugField(max_length=40, blank=True)
    #: the market switched the capability's AI off: the baseline for everybody
    is_suspended = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["market", "capability"], name="capability_setting")
        ]


class Provider(TenantModel):
    """A vendor's HTTP service that decides one capability in one market, within a signed data scope."""

    class State(models.TextChoices):
        #: synthetic requests only
        SANDBOX = "sandbox"
        LIVE = "live"
        #: switched off for now
        SUSPENDED = "suspended"
        #: gone for good: no secret, no data scope
        REMOVED = "removed"

    slug = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    capability = models.CharField(max_length=40)
    base_url = models.URLField(max_length=300, blank=True)
    #: signs requests; encrypted, see `secrets`
    secret_sealed = models.TextField(blank=True)
    #: names of the request fields that may leave
    data_scope = models.JSONField(default=list)
    deadline_ms = models.IntegerField(default=300)
    #: calls in a minute
    quota_per_minute = models.IntegerField(default=600)
    #: thousandths of a won for one call
    cost_mkrw = models.IntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SANDBOX)
    #: the circuit breaker is open until then
    broken_until = models.DateTimeField(null=True)
    #: result of the last contract check: {"at", "passed", "failed": [...]}
    last_check = models.JSONField(default=dict)
    added_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["market", "slug"], name="provider_slug"),
            models.CheckConstraint(
                condition=Q(deadline_ms__range=(20, 5000)) & Q(quota_per_minute__gt=0),
                name="provider_bounds",
            ),
            models.CheckConstraint(
                condition=~Q(state="removed") | Q(secret_sealed="", data_scope=[], base_url=""),
                name="removed_provider_is_closed",
            ),
        ]


class ProviderEvent(TenantModel):
    """What was done with a provider and what left for it: the market's proof. Append-only, ids and field names only."""

    append_only = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="events")
    #: added, scope, checked, live, suspended, broken, mended, removed, erasure-asked, erasure-confirmed
    kind = models.CharField(max_length=20)
    data = models.JSONField(default=dict)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()


class VendorErasure(TenantModel):
    """A vendor must forget a subject; the job repeats the contract call until it has a receipt."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    #: where to call: kept here because a removed provider has no address any more; emptied with the receipt
    base_url = models.CharField(max_length=300, blank=True)
    secret_sealed = models.TextField(blank=True)
    #: the subject as this vendor knew it; emptied with the receipt
    vendor_subject = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    last_failure = models.CharField(max_length=100, blank=True)
    #: the vendor's own receipt
    receipt = models.CharField(max_length=100, blank=True)
    confirmed_at = models.DateTimeField(null=True)


class Mode(models.TextChoices):
    """What was done with a proposal."""

    #: used as it was, nobody looked first
    AUTO = "auto"
    #: put before a person, who has not answered yet
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    EDITED = "edited"
    REJECTED = "rejected"
    #: no AI decided: opted out, hold-out, suspended, or a provider that only watches
    OBSERVED = "observed"


class Decision(TenantModel):
    """One decision. Append-only; the table is partitioned by month of `at` (primary key ``id, at``)."""

    append_only = True

    #: UUID version 7: its first 48 bits are the millisecond of `at`
    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    capability = models.CharField(max_length=40)
    capability_version = models.IntegerField()
    #: "baseline", "built-in" or a vendor's slug
    provider = models.CharField(max_length=40)
    provider_version = models.CharField(max_length=40)
    #: `Subject.key`; null: decided for nobody in particular
    subject = models.UUIDField(null=True)
    #: whose work it did; null: nobody's in particular
    stall_id = models.BigIntegerField(null=True)
    #: what it was about, e.g. "home", "line:33"
    about = models.CharField(max_length=60)
    experiment_id = models.BigIntegerField(null=True)
    arm = models.CharField(max_length=20)
    is_personal = models.BooleanField()
    mode = models.CharField(max_length=10, choices=Mode.choices)
    #: why the baseline stood in, machine words; empty when it did not
    fallback = models.CharField(max_length=40)
    #: whose turn it was: differs from `provider` when the baseline stood in
    asked = models.CharField(max_length=40, default="", db_default="")
    #: names of the fields that left for a vendor, answered or not; "subject" when its pseudonym for her did
    left_fields = models.JSONField(default=list, db_default=[])
    #: names of the kinds of data it saw
    saw = models.JSONField()
    #: SHA-256 of the canonical request
    request_digest = models.CharField(max_length=64)
    proposal = models.JSONField()
    reason_ko = models.CharField(max_length=300)
    reason_en = models.CharField(max_length=300)
    #: stalls shown, best place first; empty when nothing was shown
    shown_stalls = models.JSONField()
    latency_us = models.IntegerField()
    cost_mkrw = models.IntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["market", "capability", "at"], name="decision_market"),
            models.Index(
                fields=["subject", "at"],
                condition=Q(subject__isnull=False),
                name="decision_subject",
            ),
            models.Index(
                fields=["experiment_id", "at"],
                condition=Q(experiment_id__isnull=False),
                name="decision_experiment",
            ),
        ]


class DecisionEvent(TenantModel):
    """What a person did with a decision, or what came of it. Append-only, partitioned by month of `decided_at`."""

    append_only = True

    #: UUID version 7
    id = models.UUIDField(primary_key=True)
    decision_id = models.UUIDField()
    #: the decision's own `at`: both stand in the partition of the same month
    decided_at = models.DateTimeField()
    #: a `Mode` a person chose, or "outcome"
    kind = models.CharField(max_length=10)
    data = models.JSONField()
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["decision_id"], name="decisionevent_decision")]


class Experiment(TenantModel):
    """Arms compared on chosen units until a fixed horizon. The design is locked at the start (a trigger holds it)."""

    class Unit(models.TextChoices):
        SHOPPER = "shopper"
        STALL = "stall"
        DAY = "day"

    class Analysis(models.TextChoices):
        #: one look at the horizon
        FIXED = "fixed"
        #: always-valid interval; may be looked at every day
        SEQUENTIAL = "sequential"

    class State(models.TextChoices):
        DRAFT = "draft"
        RUNNING = "running"
        #: reached its horizon
        ENDED = "ended"
        #: stopped before it, see `stopped_why`
        STOPPED = "stopped"

    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120, blank=True)
    capability = models.CharField(max_length=40)
    unit = models.CharField(max_length=8, choices=Unit.choices)
    #: [{"name": "control", "provider": "built-in", "share_bp": 5000}, ...]; the first one is compared against
    arms = models.JSONField()
    #: share of units that see the baseline only and are in no arm
    holdout_bp = models.IntegerField(default=0)
    #: key of a registered metric
    primary_metric = models.CharField(max_length=40)
    #: "up" or "down": which way is good
    direction = models.CharField(max_length=4, default="up")
    #: [{"metric": "refunds", "margin_pct": 10}, ...]
    guardrails = models.JSONField()
    analysis = models.CharField(max_length=10, choices=Analysis.choices, default=Analysis.FIXED)
    #: two-sided, e.g. 500 = 5 %
    alpha_bp = models.IntegerField(default=500)
    #: smallest change worth finding, percent of the control's mean
    smallest_effect_pct = models.FloatField(default=5.0)
    #: days before the start whose data reduce the noise (CUPED); 0: none
    pre_days = models.IntegerField(default=28)
    #: how long it will run; `ends_at` follows from it at the start
    horizon_days = models.IntegerField(default=28)
    #: information expected at the horizon, unit-days (see `engines.experiments.sequence`); set at the start
    planned_unit_days = models.FloatField(default=0)
    starts_at = models.DateTimeField(null=True)
    #: the horizon
    ends_at = models.DateTimeField(null=True)
    #: random; makes assignment unpredictable and different in every experiment
    salt = models.CharField(max_length=32)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    #: SHA-256 of the canonical design at the start
    design_digest = models.CharField(max_length=64, blank=True)
    locked_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    #: horizon, person, expired, guardrail, vendor-removed
    stopped_why = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["market", "slug"], name="experiment_slug"),
            models.UniqueConstraint(
                fields=["market", "capability"],
                condition=Q(state="running"),
                name="one_experiment_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")),
                name="experiment_horizon_after_start",
            ),
        ]


class Assignment(TenantModel):
    """A unit's first meeting with an experiment."""

    experiment = models.ForeignKey(Experiment, on_delete=models.PROTECT, related_name="+")
    #: subject key, "stall:7" or "2026-11-22"
    unit = models.CharField(max_length=40)
    #: an arm's name or "holdout"
    arm = models.CharField(max_length=20)
    first_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["experiment", "unit"], name="assignment_once")
        ]


class ExperimentResult(TenantModel):
    """One look at an experiment: numbers as they were computed, never changed. Append-only."""

    append_only = True

    experiment = models.ForeignKey(Experiment, on_delete=models.PROTECT, related_name="results")
    #: see `results.Result`: ratio check, effects, guardrails, power
    result = models.JSONField()
    #: SHA-256 of the canonical rows it was computed from
    rows_digest = models.CharField(max_length=64)
    #: those rows of the final look, compressed, under keys that lead nowhere: what is published is recomputed from them
    rows = models.BinaryField(default=b"")
    is_final = models.BooleanField()
    at = models.DateTimeField()


class Objection(TenantModel):
    """Somebody objects to a decision about her, or complains of one; a person answers by a date."""

    class Kind(models.TextChoices):
        #: to a consequential decision (개인정보 보호법 제37조의2): answered by a person by `answer_by`
        OBJECTION = "objection"
        COMPLAINT = "complaint"

    class State(models.TextChoices):
        OPEN = "open"
        #: the person looked and left the decision as it was
        UPHELD = "upheld"
        #: the person undid or changed what it had done
        CHANGED = "changed"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    decision_id = models.UUIDField()
    decided_at = models.DateTimeField()
    capability = models.CharField(max_length=40)
    experiment_id = models.BigIntegerField(null=True)
    arm = models.CharField(max_length=20, blank=True)
    #: who asked; null after erasure
    person = models.ForeignKey(
        "accounts.Person", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    subject = models.UUIDField(null=True)
    #: her own words; emptied by erasure
    text = models.CharField(max_length=1000, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    answer = models.CharField(max_length=1000, blank=True)
    answered_by = models.ForeignKey(
        "accounts.Person", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["market", "state", "answer_by"], name="objection_desk")]


class DecisionDay(TenantModel):
    """Decisions counted by Korean day; made by a job from the raw rows and checked against them."""

    day = models.DateField()
    capability = models.CharField(max_length=40)
    provider = models.CharField(max_length=40)
    #: the last word: a person's answer, or the mode at the time
    mode = models.CharField(max_length=10)
    fallback = models.CharField(max_length=40, blank=True)
    #: whose turn it was: a vendor that failed stands here while `provider` is the baseline
    asked = models.CharField(max_length=40, default="", db_default="", blank=True)
    decisions = models.IntegerField()
    personal = models.IntegerField()
    cost_mkrw = models.BigIntegerField()
    latency_us_sum = models.BigIntegerField()
    latency_us_max = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["market", "day", "capability", "provider", "mode", "fallback", "asked"],
                name="decision_day_once",
            )
        ]


class StallDay(TenantModel):
    """Work done for a stall, and attention given to it, by Korean day; made and checked like `DecisionDay`."""

    day = models.DateField()
    stall_id = models.BigIntegerField()
    capability = models.CharField(max_length=40)
    #: decisions about this stall's work by last word: used unseen (`auto`), used after a person looked (`accepted`,
    #: `edited`), and work that was left to people (`observed`, `rejected`, `proposed` without an answer)
    automated = models.IntegerField(default=0)
    answered = models.IntegerField(default=0)
    observed = models.IntegerField(default=0)
    #: times shown, and attention in millionths: sum of 1/log2(1 + place)
    shown = models.IntegerField(default=0)
    attention_micro = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["market", "day", "stall_id", "capability"], name="stall_day_once"
            )
        ]


class LatencyDay(TenantModel):
    """How long decisions took, by Korean day: a histogram that can be added up; made and checked like `DecisionDay`."""

    day = models.DateField()
    capability = models.CharField(max_length=40)
    provider = models.CharField(max_length=40)
    #: microseconds; decisions up to this one and above the bound before, see `rollups.BOUNDS_US`
    bound_us = models.BigIntegerField()
    decisions = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["market", "day", "capability", "provider", "bound_us"],
                name="latency_day_once",
            )
        ]


class RollupState(models.Model):
    """How far the rollups have read the log. One row."""

    #: decisions and events written before this moment are counted
    until = models.DateTimeField()


class DaySeal(TenantModel):
    """The digest of what was written on a finished Korean day, chained to the day before: an edited history does not fit.

    A day's rows are its decisions and the events written on it, whatever day their decision was made on. So a late
    answer is sealed with the day it came and breaks no older seal. Days without rows are sealed too.
    """

    append_only = True

    day = models.DateField()
    #: decisions and events
    rows = models.IntegerField()
    #: SHA-256 over the canonical rows of the day, see `seals`
    digest = models.CharField(max_length=64)
    #: SHA-256 of the previous seal's chain, the day, the rows and this digest
    chain = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["market", "day"], name="seal_of_day")]


class ArchivedMonth(models.Model):
    """A month of the log that was moved to Parquet."""

    #: first day of the month (UTC, as the partitions are)
    month = models.DateField(unique=True)
    decisions = models.BigIntegerField()
    events = models.BigIntegerField()
    #: {"decisions/2026-05.parquet": sha256, ...}
    files = models.JSONField()
    at = models.DateTimeField()
