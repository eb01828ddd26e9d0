"""What AI did in a market over a period: read from the figures by day, never from the whole log.

Definition v1 (shown on the page beside the figures):

- work: every decision of a capability whose work is a stall's or the office's is one piece of work that came up;
- done by AI: its last word is `auto`, `accepted` or `edited`; edited: `edited`;
- by time: each piece weighs the seconds its capability states;
- sizes: active stalls in thirds by sales of the 90 days before the period, by offers on sale where nobody sold;
- a group of fewer than five stalls is not broken out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import Count, Max, QuerySet, Sum
from django.utils import timezone

from jangteo.apps.catalog.models import Offer
from jangteo.apps.decisions.capability import capabilities
from jangteo.apps.decisions.models import (
    DaySeal,
    DecisionDay,
    LatencyDay,
    Provider,
    StallDay,
)
from jangteo.apps.decisions.rollups import USED
from jangteo.apps.markets.models import Stall
from jangteo.apps.orders.models import StallOrder

VERSION = 1
#: a group of fewer stalls would point at somebody
FEWEST_STALLS = 5
SALES_DAYS = 90
_WORKERS = ("stall", "office")


@dataclass(kw_only=True, slots=True)
class Work:
    """Pieces of work and what became of them."""

    total: int = 0
    used: int = 0
    edited: int = 0
    #: weighed by time
    seconds: int = 0
    used_seconds: int = 0

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.used, self.total) if self.total else None

    @property
    def edited_share(self) -> Fraction | None:
        return Fraction(self.edited, self.used) if self.used else None

    @property
    def time_share(self) -> Fraction | None:
        return Fraction(self.used_seconds, self.seconds) if self.seconds else None

    def add(self, mode: str, count: int, seconds: int) -> None:
        self.total += count
        self.seconds += count * seconds
        if mode in USED:
            self.used += count
            self.used_seconds += count * seconds
        if mode == "edited":
            self.edited += count


@dataclass(kw_only=True, slots=True)
class CapabilityRow:
    """Decisions of one capability by last word."""

    key: str
    name_ko: str
    name_en: str
    #: whose work: "stall", "office", "shopper"; empty when this installation does not know the capability
    of: str
    modes: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.modes.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class DayWork:
    """One Korean day of the plot."""

    day: date
    total: int
    used: int


@dataclass(kw_only=True, slots=True)
class Group:
    """Stalls of one size or age band."""

    key: str
    stalls: int = 0
    using: int = 0
    attention_micro: int = 0
    offers: int = 0

    @property
    def using_share(self) -> Fraction | None:
        return Fraction(self.using, self.stalls) if self.stalls else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """How one provider of a capability worked. Times are the upper bounds of a histogram's buckets, microseconds."""

    capability: str
    provider: str
    #: decisions it made; times are of these, 0 when it made none
    calls: int
    #: its turns in which the simple rule stood in
    failed: int
    p50_us: int
    p95_us: int
    max_us: int
    cost_mkrw: int
    #: "open" (not asked for now), "closed", or empty: not a vendor's
    breaker: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Fallback:
    """How often the simple rule stood in, for whom, and why (machine words)."""

    capability: str
    #: whose turn it was; empty for rows older than this was recorded
    asked: str
    reason: str
    times: int


@dataclass(frozen=True, kw_only=True, slots=True)
class MarketEvidence:
    """Everything a market's evidence page says."""

    work: Work
    #: decisions of capabilities that do no stall's or office's work, such as the order of a shelf
    shopper: Work
    capabilities: list[CapabilityRow]
    days: list[DayWork]
    sizes: list[Group]
    #: "sales" or "offers": what the sizes were made from
    sizes_by: str
    ages: list[Group]
    health: list[Health]
    fallbacks: list[Fallback]
    cost_mkrw: int
    sealed_until: date | None
    seal_chain: str

    @property
    def is_empty(self) -> bool:
        return not self.capabilities


def work_by_market(market_ids: Collection[int], first: date, last: date) -> Mapping[int, Work]:
    """Market -> work of its stalls and office. Needs the scope of these markets."""
    known = capabilities()
    found: dict[int, Work] = defaultdict(Work)
    rows = (
        DecisionDay.objects.filter(market_id__in=market_ids, day__range=(first, last))
        .values_list("market_id", "capability", "mode")
        .annotate(n=Sum("decisions"))
        .order_by()
    )
    for market_id, key, mode, count in rows:
        capability = known.get(key)
        if capability is not None and capability.work.of in _WORKERS:
            found[market_id].add(mode, count, round(capability.work.minutes * 60))
    return found


def market_evidence(market_id: int, first: date, last: date) -> MarketEvidence:
    """One market over Korean days, both included. Needs its scope."""
    rows = DecisionDay.objects.filter(market_id=market_id, day__range=(first, last))
    work, shopper, by_capability = _work(rows)
    offers = _offers(market_id)
    sizes, sizes_by, ages = _groups(market_id, first, last, offers)
    seal = DaySeal.objects.filter(market_id=market_id).order_by("-day").first()
    return MarketEvidence(
        work=work,
        shopper=shopper,
        capabilities=by_capability,
        days=_days(rows, first, last),
        sizes=sizes,
        sizes_by=sizes_by,
        ages=ages,
        health=_health(market_id, first, last),
        fallbacks=[
            Fallback(capability=c, asked=a, reason=r, times=n)
            for c, a, r, n in rows.exclude(fallback="")
            .values_list("capability", "asked", "fallback")
            .annotate(n=Sum("decisions"))
            .order_by("-n", "capability", "asked", "fallback")
        ],
        cost_mkrw=rows.aggregate(sum=Sum("cost_mkrw"))["sum"] or 0,
        sealed_until=seal.day if seal else None,
        seal_chain=seal.chain if seal else "",
    )


def _work(rows: QuerySet[DecisionDay]) -> tuple[Work, Work, list[CapabilityRow]]:
    known = capabilities()
    work, shopper = Work(), Work()
    found: dict[str, CapabilityRow] = {}
    for key, mode, count in (
        rows.values_list("capability", "mode").annotate(n=Sum("decisions")).order_by("capability")
    ):
        capability = known.get(key)
        of = capability.work.of if capability else ""
        row = found.setdefault(
            key,
            CapabilityRow(
                key=key,
                name_ko=capability.name_ko if capability else key,
                name_en=capability.name_en if capability else key,
                of=of,
            ),
        )
        row.modes[mode] = row.modes.get(mode, 0) + count
        seconds = round(capability.work.minutes * 60) if capability else 0
        (work if of in _WORKERS else shopper).add(mode, count, seconds)
    return work, shopper, list(found.values())


def _days(rows: QuerySet[DecisionDay], first: date, last: date) -> list[DayWork]:
    workers = [key for key, one in capabilities().items() if one.work.of in _WORKERS]
    total: dict[date, int] = defaultdict(int)
    used: dict[date, int] = defaultdict(int)
    for day, mode, count in (
        rows.filter(capability__in=workers)
        .values_list("day", "mode")
        .annotate(n=Sum("decisions"))
        .order_by()
    ):
        total[day] += count
        used[day] += count if mode in USED else 0
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [DayWork(day=day, total=total[day], used=used[day]) for day in every]


def _offers(market_id: int) -> dict[int, int]:
    return dict(
        Offer.objects.filter(market_id=market_id, state=Offer.State.ON_SALE)
        .values_list("stall_id")
        .annotate(n=Count("pk"))
        .order_by()
    )


def _groups(
    market_id: int, first: date, last: date, offers: Mapping[int, int]
) -> tuple[list[Group], str, list[Group]]:
    ages = dict(
        Stall.objects.filter(market_id=market_id, is_active=True).values_list("pk", "owner_age")
    )
    sold: dict[int, int] = dict(
        StallOrder.objects.filter(
            market_id=market_id,
            order__paid_at__isnull=False,
            order__day__range=(first - timedelta(days=SALES_DAYS), first - timedelta(days=1)),
        )
        .values_list("stall_id")
        .annotate(won=Sum("remaining_krw"))
        .order_by()
    )
    by = "sales" if any(sold.get(pk) for pk in ages) else "offers"
    measure = sold if by == "sales" else offers
    ranked = sorted(ages, key=lambda pk: (-(measure.get(pk) or 0), pk))
    facts = {
        stall: (using, attention)
        for stall, using, attention in StallDay.objects.filter(
            market_id=market_id, day__range=(first, last), stall_id__in=list(ages)
        )
        .values_list("stall_id")
        .annotate(using=Sum("automated") + Sum("answered"), attention=Sum("attention_micro"))
        .order_by()
    }
    thirds = {pk: _THIRDS[place * 3 // len(ranked)] for place, pk in enumerate(ranked)}
    return (
        _grouped(thirds, _THIRDS, facts, offers),
        by,
        _grouped(ages, tuple(Stall.OwnerAge.values), facts, offers),
    )


_THIRDS = ("large", "middle", "small")


def _grouped(
    belongs: Mapping[int, str],
    order: Sequence[str],
    facts: Mapping[int, tuple[int, int]],
    offers: Mapping[int, int],
) -> list[Group]:
    """The groups in order; those of fewer than five stalls together as "other", shown when it has five."""
    found = {key: Group(key=key) for key in order}
    for stall, key in belongs.items():
        using, attention = facts.get(stall, (0, 0))
        group = found[key]
        group.stalls += 1
        group.using += using > 0
        group.attention_micro += attention
        group.offers += offers.get(stall, 0)
    return _without_small(list(found.values()))


def _without_small(every: Sequence[Group]) -> list[Group]:
    """Groups of at least five stalls; the rest joined, with the least of the others when it is still too small."""
    groups = [group for group in every if group.stalls >= FEWEST_STALLS]
    rest = Group(key="other")
    for group in every:
        if group.stalls < FEWEST_STALLS:
            _join(rest, group)
    if rest.stalls and rest.stalls < FEWEST_STALLS and groups:
        # left out alone, the difference to the whole would tell
        least = min(groups, key=lambda group: group.stalls)
        groups.remove(least)
        _join(rest, least)
    if rest.stalls >= FEWEST_STALLS:
        groups.append(rest)
    if len(groups) == 1:
        groups[0].key = "all"
    return groups


def _join(into: Group, group: Group) -> None:
    into.stalls += group.stalls
    into.using += group.using
    into.attention_micro += group.attention_micro
    into.offers += group.offers


def _health(market_id: int, first: date, last: date) -> list[Health]:
    buckets: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for capability, provider, bound, count in (
        LatencyDay.objects.filter(market_id=market_id, day__range=(first, last))
        .values_list("capability", "provider", "bound_us")
        .annotate(n=Sum("decisions"))
        .order_by("capability", "provider", "bound_us")
    ):
        buckets[capability, provider].append((bound, count))
    most = {
        (capability, provider): (slowest, cost)
        for capability, provider, slowest, cost in DecisionDay.objects.filter(
            market_id=market_id, day__range=(first, last)
        )
        .values_list("capability", "provider")
        .annotate(slowest=Max("latency_us_max"), cost=Sum("cost_mkrw"))
        .order_by()
    }
    failed = {
        (capability, asked): count
        for capability, asked, count in DecisionDay.objects.filter(
            market_id=market_id, day__range=(first, last)
        )
        .exclude(fallback="")
        .exclude(asked="")
        .values_list("capability", "asked")
        .annotate(n=Sum("decisions"))
        .order_by()
    }
    broken = dict(Provider.objects.filter(market_id=market_id).values_list("slug", "broken_until"))
    now = timezone.now()
    found = []
    # who failed every time made no decision, and is named all the same
    for capability, provider in sorted(buckets.keys() | failed.keys()):
        counts = buckets.get((capability, provider), [])
        until = broken.get(provider)
        state = "" if provider not in broken else "open" if until and until > now else "closed"
        slowest, cost = most.get((capability, provider), (0, 0))
        found.append(
            Health(
                capability=capability,
                provider=provider,
                calls=sum(count for _, count in counts),
                failed=failed.get((capability, provider), 0),
                p50_us=min(_percentile(counts, 50), slowest),
                p95_us=min(_percentile(counts, 95), slowest),
                max_us=slowest,
                cost_mkrw=cost,
                breaker=state,
            )
        )
    return found


def _percentile(counts: Sequence[tuple[int, int]], percent: int) -> int:
    """The bound of the bucket that holds the nearest-rank percentile."""
    needed = -(-sum(count for _, count in counts) * percent // 100)
    seen = 0
    for bound, count in counts:
        seen += count
        if seen >= needed:
            return bound
    return 0
