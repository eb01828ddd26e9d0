"""A retailer's problem, a vendor's answer, and the pilot they agree on."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jangteo.platform.models import TenantModel


class Company(models.Model):
    """A vendor: a start-up or firm that offers a solution. Belongs to no market."""

    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    representative = models.CharField(max_length=40)
    #: 000-00-00000, its check digit verified
    business_number = models.CharField(max_length=12, unique=True)
    founded_on = models.DateField(null=True)
    homepage = models.URLField(max_length=200, blank=True)
    registered_at = models.DateTimeField()


class CompanyMember(models.Model):
    """Somebody who acts for a company."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "person"], name="company_member_once")
        ]


class Problem(TenantModel):
    """What a market wants solved, in its own words. Public while open."""

    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"

    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120, blank=True)
    text = models.TextField()
    text_en = models.TextField(blank=True)
    #: key of the capability a solution would decide
    capability = models.CharField(max_length=40)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    posted_by = models.ForeignKey(
        "accounts.Person", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    posted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["market", "slug"], name="problem_slug")]


class VendorOffer(TenantModel):
    """A company's answer to a problem."""

    class State(models.TextChoices):
        SENT = "sent"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="offers")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="offers")
    summary = models.TextField()
    base_url = models.URLField(max_length=300)
    #: request fields asked for
    wants_fields = models.JSONField(default=list)
    #: won a month after the pilot, as said; null: not said
    monthly_krw = models.IntegerField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENT)
    sent_by = models.ForeignKey(
        "accounts.Person", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    sent_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["problem", "company"],
                condition=Q(state__in=["sent", "accepted"]),
                name="one_open_offer",
            )
        ]


class Pilot(TenantModel):
    """A start-up's AI tried in a real market: terms both sign, gates, experiment, published result."""

    class State(models.TextChoices):
        #: terms may still change
        TERMS = "terms"
        #: both signed the same terms
        SIGNED = "signed"
        RUNNING = "running"
        ENDED = "ended"
        STOPPED = "stopped"
        PUBLISHED = "published"

    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120, blank=True)
    offer = models.OneToOneField(VendorOffer, on_delete=models.PROTECT, related_name="pilot")
    provider = models.OneToOneField(
        "decisions.Provider", on_delete=models.PROTECT, null=True, related_name="+"
    )
    experiment = models.OneToOneField(
        "decisions.Experiment", on_delete=models.PROTECT, null=True, related_name="+"
    )
    #: see `programme.terms.Terms`: data scope, unit, metric, guardrails, horizon, shares, exit, publication
    terms = models.JSONField()
    #: SHA-256 of the canonical terms; what the signatures are of
    terms_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.TERMS)
    #: roles and hours before and after, expected and found
    job_impact = models.TextField(blank=True)
    social_impact = models.TextField(blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    #: the market's own sentence beside the result
    closing_note = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["market", "slug"], name="pilot_slug")]


class Signature(TenantModel):
    """One side signed exactly these terms. Append-only."""

    append_only = True

    class Side(models.TextChoices):
        RETAILER = "retailer"
        VENDOR = "vendor"

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=8, choices=Side.choices)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    terms_digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "side", "terms_digest"], name="signed_once_a_side"
            )
        ]


class ChecklistAnswer(TenantModel):
    """An answer of the ethics and privacy checklist; the latest of each item counts."""

    append_only = True

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="checklist")
    version = models.CharField(max_length=20)
    item = models.CharField(max_length=40)
    is_met = models.BooleanField()
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()


class Approval(TenantModel):
    """A regulator's permission with conditions and an end; past it the pilot stops by itself."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="approvals")
    authority = models.CharField(max_length=80)
    number = models.CharField(max_length=60)
    conditions = models.TextField(blank=True)
    granted_on = models.DateField()
    expires_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    entered_at = models.DateTimeField()


class Certificate(TenantModel):
    """What a vendor takes home: verifiable by its code. One for each published pilot."""

    pilot = models.OneToOneField(Pilot, on_delete=models.PROTECT, related_name="certificate")
    #: in capitals and digits, as printed: AAAA-BBBB-CCCC
    code = models.CharField(max_length=14, unique=True)
    #: SHA-256 of the canonical facts on it
    digest = models.CharField(max_length=64)
    facts = models.JSONField()
    issued_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=200, blank=True)
