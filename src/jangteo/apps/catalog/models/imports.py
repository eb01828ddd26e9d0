"""Price lists that came in, row by row."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jangteo.apps.catalog.models.items import Item
from jangteo.apps.catalog.models.offers import Offer, Tax
from jangteo.platform.models import TenantModel


class PriceImport(TenantModel):
    """One uploaded price list of a stall, its rows in three piles until confirmed."""

    class State(models.TextChoices):
        #: waits for or is with a worker, see `PriceListUpload`
        READING = "reading"
        READ = "read"
        CONFIRMED = "confirmed"
        UNDONE = "undone"
        #: could not be read; ``problem`` says why
        FAILED = "failed"

    stall = models.ForeignKey("markets.Stall", on_delete=models.PROTECT, related_name="+")
    #: "file", "photo", "text" (typed or spoken)
    source = models.CharField(max_length=8, default="file")
    #: file stem of the photographed board
    picture = models.CharField(max_length=80, blank=True)
    #: file stems of all its photographs, in order; emptied when they are deleted
    pictures = models.JSONField(default=list)
    #: while it is read: {"done", "of"} rows or photographs
    progress = models.JSONField(default=dict)
    #: why it could not be read: {"ko", "en"}
    problem = models.JSONField(default=dict)
    #: what the owner said of goods of earlier lists that this one lacks: offer id -> "sold_out", "hide"; not there: kept
    gone = models.JSONField(default=dict)
    file_name = models.CharField(max_length=200)
    #: of the file's bytes: the same file again changes nothing
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READ)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    read_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    #: counts of what confirming and undoing did, and the rows undoing had to leave alone
    outcome = models.JSONField(default=dict)

    class Meta:
        constraints = [
            # an undone list may be read again; one in use may not come in twice
            models.UniqueConstraint(
                fields=["market", "stall", "sha256"],
                condition=~Q(state__in=["undone", "failed"]),
                name="price_import_file_once",
            )
        ]


class PriceListUpload(TenantModel):
    """A file or photograph that a worker still has to read; deleted as soon as it was."""

    price_import = models.ForeignKey(PriceImport, on_delete=models.CASCADE, related_name="uploads")
    position = models.IntegerField()
    file_name = models.CharField(max_length=200)
    data = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(F("price_import"), F("position"), name="price_list_upload_once")
        ]


class PriceImportRow(TenantModel):
    """One row of a price list: what stood there, what was understood, what became of it."""

    class Pile(models.TextChoices):
        SURE = "sure"
        CHECK = "check"
        CANNOT = "cannot"
        IGNORED = "ignored"

    price_import = models.ForeignKey(PriceImport, on_delete=models.CASCADE, related_name="rows")
    sheet = models.CharField(max_length=100, blank=True)
    row = models.IntegerField()
    cells = models.JSONField()
    pile = models.CharField(max_length=8, choices=Pile.choices)
    reason_ko = models.CharField(max_length=300, blank=True)
    reason_en = models.CharField(max_length=300, blank=True)
    #: [{"name", "unit", "price_krw", "why_ko", "why_en"}]
    proposals = models.JSONField(default=list)
    name = models.CharField(max_length=80, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    price_krw = models.IntegerField(null=True)
    net_g = models.IntegerField(null=True)
    origin = models.CharField(max_length=60, blank=True)
    #: fields of the standard product read from the row, see `standard.FIELDS`:
    #: {key: {"value", "confidence", "start", "end"}}, and "asks": [{"field", "ko", "en"}]
    understood = models.JSONField(default=dict)
    #: the standard product it is taken for, and by whom: "same" (used at once), "unsure" (a person is asked), "new"
    item = models.ForeignKey(Item, on_delete=models.PROTECT, null=True, related_name="+")
    item_verdict = models.CharField(max_length=8, blank=True)
    match_decision = models.UUIDField(null=True)
    #: where it stands on a photograph: {"picture": file stem, "at": [left, top, right, bottom] in shares of its sides}
    box = models.JSONField(null=True)
    #: of goods new to the stall; empty while only the owner can say (and for goods it already has)
    tax = models.CharField(max_length=6, blank=True, choices=Tax.choices)
    #: the word of the name that decided it
    tax_word = models.CharField(max_length=20, blank=True)
    #: True once the owner answered a "please check" row or left it out
    is_settled = models.BooleanField(default=False)
    is_left_out = models.BooleanField(default=False)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, null=True, related_name="+")
    #: "new", "price", "shown" (was hidden), "same"; empty until confirmed
    effect = models.CharField(max_length=6, blank=True)
    #: what the offer was before, for undo: {"price_krw", "unit", "state", ...}
    before = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(price_krw__isnull=True) | Q(price_krw__gt=0),
                name="import_price_positive",
            ),
            models.UniqueConstraint(
                F("price_import"), F("sheet"), F("row"), name="import_row_once"
            ),
        ]
