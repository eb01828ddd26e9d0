"""What stalls sell: categories, offers and their price history."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jangteo.apps.catalog.models.items import Item
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
        #: saved, but its label lacks what the law asks for: not shown, not sold
        DRAFT = "draft"

    #: states that shoppers never see
    UNSEEN = (State.HIDDEN, State.DRAFT)

    stall = models.ForeignKey("markets.Stall", on_delete=models.PROTECT, related_name="offers")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    #: the standard product it is; may have been merged since, see `items.current`
    item = models.ForeignKey(Item, on_delete=models.PROTECT, null=True, related_name="offers")
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
    #: file stem of the picture as it was taken, when `picture` is an edited one
    picture_before = models.CharField(max_length=80, blank=True)
    #: what was done to it: "crop", "light", "background", "square"
    picture_edits = models.JSONField(default=list)
    description = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    allergens = models.CharField(max_length=120, blank=True)
    use_by_days = models.IntegerField(null=True)
    #: label fields of `standard.LABEL_FIELDS` that hold for these goods, over the item's
    label = models.JSONField(default=dict)
    #: the description shown was written by AI; empty text: nothing to label
    is_ai_text = models.BooleanField(default=False)
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
