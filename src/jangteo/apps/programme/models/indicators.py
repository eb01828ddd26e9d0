"""Indicators (KPIs): definitions by version, targets with their source, results that are never changed."""

from __future__ import annotations

from django.db import models


class Indicator(models.Model):
    """Something that is measured, such as the share of sellers using AI."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    #: "share", "count", "won"
    measure = models.CharField(max_length=8)
    position = models.IntegerField(default=0)


class IndicatorDefinition(models.Model):
    """How it is computed, in words and by which function. Append-only: a change is a new version."""

    append_only = True

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="definitions")
    version = models.IntegerField()
    text = models.TextField()
    text_en = models.TextField()
    #: name of the function in `engines.indicators` and its parameters
    formula = models.CharField(max_length=40)
    parameters = models.JSONField(default=dict)
    #: why it replaced the version before
    because = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["indicator", "version"], name="definition_version")
        ]


class IndicatorTarget(models.Model):
    """What somebody wants it to reach, and where that was said. Several may stand side by side. Append-only."""

    append_only = True

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="targets")
    #: exact decimal text: "0.15"
    value = models.CharField(max_length=20)
    base = models.CharField(max_length=20, blank=True)
    due_on = models.DateField(null=True)
    source = models.CharField(max_length=200)
    source_url = models.URLField(max_length=300, blank=True)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()


class IndicatorResult(models.Model):
    """A value as it was computed under one definition. Append-only: a changed definition never rewrites it."""

    append_only = True

    definition = models.ForeignKey(
        IndicatorDefinition, on_delete=models.PROTECT, related_name="results"
    )
    #: null: all markets together
    market = models.ForeignKey(
        "markets.Market", on_delete=models.PROTECT, null=True, related_name="+"
    )
    first_day = models.DateField()
    last_day = models.DateField()
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()
    #: SHA-256 of the export it can be recomputed from
    export_digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
