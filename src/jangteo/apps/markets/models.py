"""The market (the tenant), its stalls, delivery zones and special days, and the national register."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property

from jangteo.platform.models import TenantModel
from jangteo.platform.tenancy import market_scope


class RegisterEntry(models.Model):
    """One market of the national register of traditional markets (전국전통시장표준데이터)."""

    #: the register's own market code, or a stable code made from name and address where it has none
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100)
    #: 상설장, 상설장+5일장, 5일장 ... as registered
    kind = models.CharField(max_length=40)
    road_address = models.CharField(max_length=200)
    lot_address = models.CharField(max_length=200)
    #: days of a five-day fair, e.g. [3, 8]; empty means it has none
    fair_days = models.JSONField(default=list)
    opening_cycle = models.CharField(max_length=60)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    stall_count = models.IntegerField(null=True)
    goods = models.JSONField(default=list)
    vouchers = models.JSONField(default=list)
    homepage = models.CharField(max_length=300)
    has_toilet = models.BooleanField(default=False)
    has_parking = models.BooleanField(default=False)
    opened_year = models.IntegerField(null=True)
    phone = models.CharField(max_length=40)
    as_of = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["name"], name="register_name")]


class Market(models.Model):
    """A working market: the tenant. Not itself under row-level security: anybody may see that it exists."""

    slug = models.SlugField(max_length=60, unique=True)
    register_code = models.CharField(max_length=20, unique=True, null=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    address = models.CharField(max_length=200)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    phone = models.CharField(max_length=40, blank=True)
    story = models.TextField(blank=True)
    story_en = models.TextField(blank=True)
    opens_at = models.TimeField()
    closes_at = models.TimeField()
    #: days of a five-day fair, e.g. [3, 8]; a day of the month with the same last digit is a fair day
    fair_days = models.JSONField(default=list)
    #: True: open on fair days only (5일장). False: open daily, fair days are its big days (상설장+5일장)
    fair_only = models.BooleanField(default=False)
    #: 0 Monday ... 6 Sunday
    closed_weekdays = models.JSONField(default=list)
    vouchers = models.JSONField(default=list)
    hub_name = models.CharField(max_length=100, blank=True)
    pickup_enabled = models.BooleanField(default=True)
    #: how long after payment goods are ready at the hub
    pickup_minutes = models.IntegerField(default=60)
    #: the market's share of each sale in basis points (100 = 1 %)
    commission_bp = models.IntegerField(default=0)
    #: what the card company and payment service keep, in basis points
    card_fee_bp = models.IntegerField(default=0)
    #: settlement is paid this many days after hand-over
    payout_days = models.IntegerField(default=3)
    answer_minutes = models.IntegerField(default=5)
    #: what the shown business operator is obliged to show (전자상거래법 제10조, 제20조)
    operator = models.JSONField(default=dict)
    is_sample = models.BooleanField(default=False)
    opened_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(commission_bp__range=(0, 3000)) & Q(card_fee_bp__range=(0, 1000)),
                name="market_fee_bounds",
            )
        ]

    @cached_property
    def special_days(self) -> list[SpecialDay]:
        """Days open or closed against the rule, earliest first; `opening` asks for them."""
        with market_scope(self.pk):
            return list(SpecialDay.objects.filter(market_id=self.pk).order_by("day"))


class Stall(TenantModel):
    """One stall of a market, with a face of its own."""

    class OwnerAge(models.TextChoices):
        """Told by the owner or not at all: fairness is reported by it, nothing is decided by it."""

        UNKNOWN = ""
        UNDER_40 = "under40"
        FORTIES = "40s"
        FIFTIES = "50s"
        SIXTIES = "60s"
        SEVENTY_UP = "70plus"

    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    owner_name = models.CharField(max_length=40, blank=True)
    owner_age = models.CharField(max_length=8, choices=OwnerAge.choices, blank=True)
    #: 채소, 과일, ... in the market's own word
    kind = models.CharField(max_length=20)
    kind_en = models.CharField(max_length=40, blank=True)
    known_for = models.CharField(max_length=200, blank=True)
    known_for_en = models.CharField(max_length=200, blank=True)
    since_year = models.IntegerField(null=True)
    place = models.CharField(max_length=60, blank=True)
    #: position on the lane map, 0-100 both ways
    map_x = models.IntegerField(null=True)
    map_y = models.IntegerField(null=True)
    phone = models.CharField(max_length=40, blank=True)
    #: file stem below the media folder; see platform.files
    picture = models.CharField(max_length=80, blank=True)
    opens_at = models.TimeField(null=True)
    closes_at = models.TimeField(null=True)
    closed_weekdays = models.JSONField(default=list)
    #: closed by the owner for this Korean calendar day
    closed_on = models.DateField(null=True)
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["market", "slug"], name="stall_slug_in_market")
        ]


class Zone(TenantModel):
    """Where the market delivers, for how much, how fast."""

    name = models.CharField(max_length=60)
    #: names of the neighbourhoods (법정동, 행정동) covered
    areas = models.JSONField(default=list)
    fee_krw = models.IntegerField()
    #: free from this amount of goods on; null: never
    free_from_krw = models.IntegerField(null=True)
    delivery_minutes = models.IntegerField()
    last_order_at = models.TimeField(null=True)
    position = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(fee_krw__gte=0), name="zone_fee_not_negative")
        ]


class SpecialDay(TenantModel):
    """A day the market is open or closed against its rule: a holiday, a festival, a burst pipe."""

    day = models.DateField()
    is_open = models.BooleanField()
    note = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["market", "day"], name="special_day_in_market")
        ]
