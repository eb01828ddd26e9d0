"""What stalls sell: categories, offers, their price history, and price lists that came in."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jangteo.platform.models import TenantModel


class Category(models.Model):
    """A kind of goods, shared by all markets."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    emoji = models.CharField(max_length=16, blank=True)
    position = models.IntegerField(default=0)


class Tax(models.TextChoices):
    """Value-added tax of goods (부가가치세법 제26조)."""

    EXEMPT = "exempt"
    TAXED = "taxed"


class Storage(models.TextChoices):
    """How goods are kept until they are eaten."""

    ROOM = "room"
    CHILLED = "chilled"
    FROZEN = "frozen"


class Offer(TenantModel):
    """One stall's goods at one price for one unit."""

    class State(models.TextChoices):
        ON_SALE = "on_sale"
        SOLD_OUT = "sold_out"
        HIDDEN = "hidden"

    stall = models.ForeignKey("markets.Stall", on_delete=models.PROTECT, related_name="offers")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    slug = models.CharField(max_length=80)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    #: the seller's own unit: 한 단, 1근 600g, 5마리. For weighed goods "100g"
    unit = models.CharField(max_length=40, blank=True)
    #: won for one unit, VAT included
    price_krw = models.IntegerField()
    net_g = models.IntegerField(null=True)
    net_ml = models.IntegerField(null=True)
    pieces = models.IntegerField(null=True)
    #: sold in steps of 100 g; unit is "100g" and a quantity of 3 is 300 g
    is_weighed = models.BooleanField(default=False)
    origin = models.CharField(max_length=60, blank=True)
    tax = models.CharField(max_length=6, choices=Tax.choices)
    storage = models.CharField(max_length=8, choices=Storage.choices, default=Storage.ROOM)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ON_SALE)
    #: file stem of the picture; see platform.files
    picture = models.CharField(max_length=80, blank=True)
    description = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    allergens = models.CharField(max_length=120, blank=True)
    use_by_days = models.IntegerField(null=True)
    #: the Korean calendar day these goods last came in
    arrived_on = models.DateField(null=True)
    #: must go on this Korean calendar day
    today_only_on = models.DateField(null=True)
    goes_with = models.JSONField(default=list)
    position = models.IntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["market", "stall", "slug"], name="offer_slug_in_stall"),
            models.CheckConstraint(condition=Q(price_krw__gt=0), name="offer_price_positive"),
        ]
        indexes = [
            models.Index(fields=["market", "state", "category"], name="offer_list"),
            models.Index(fields=["market", "stall", "state", "position"], name="offer_stall"),
        ]


class PriceChange(TenantModel):
    """Every price an offer ever had. Append-only."""

    append_only = True

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="price_changes")
    before_krw = models.IntegerField(null=True)
    after_krw = models.IntegerField()
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    #: console, import, office, api
    channel = models.CharField(max_length=20)
    at = models.DateTimeField()


class PriceImport(TenantModel):
    """One uploaded price list of a stall, its rows in three piles until confirmed."""

    class State(models.TextChoices):
        READ = "read"
        CONFIRMED = "confirmed"
        UNDONE = "undone"

    stall = models.ForeignKey("markets.Stall", on_delete=models.PROTECT, related_name="+")
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
                condition=~Q(state="undone"),
                name="price_import_file_once",
            )
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
