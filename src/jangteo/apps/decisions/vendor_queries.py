"""What the office sees of its AI: each capability and who decides it, each vendor and how it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Count, Q

from jangteo.apps.decisions.capability import AnyCapability, capabilities, capability_of
from jangteo.apps.decisions.models import (
    CapabilitySetting,
    Decision,
    Experiment,
    Provider,
    ProviderEvent,
    VendorErasure,
)
from jangteo.apps.decisions.setup import BASELINE
from jangteo.apps.decisions.vendor_figures import VendorFigures, figures_of
from jangteo.platform.clock import at_seoul, seoul_day
from jangteo.platform.errors import NotFound

MOST_EVENTS = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class CapabilityRow:
    """One capability in one market."""

    capability: AnyCapability
    is_suspended: bool
    #: the chosen vendor; None: the built-in provider
    chosen: Provider | None
    #: vendors that could be chosen
    live: Sequence[Provider]
    #: title of the experiment that divides it now; empty for none
    experiment: str
    experiment_en: str
    #: decisions since midnight in Seoul, and those not made by the simple rule
    today: int
    today_ai: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ProviderRow:
    """One vendor and its day."""

    provider: Provider
    #: None when this installation does not have its capability any more
    capability: AnyCapability | None
    today: VendorFigures
    is_broken: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ProviderPage:
    """Everything about one vendor."""

    row: ProviderRow
    #: seven days with today
    week: VendorFigures
    events: Sequence[ProviderEvent]
    erasures_open: int
    erasures_confirmed: int
    is_chosen: bool
    #: titles of running experiments with it in an arm
    experiments: Sequence[Experiment]


def _midnight(now: datetime, days_ago: int = 0) -> datetime:
    day = seoul_day(now)
    return at_seoul(day.fromordinal(day.toordinal() - days_ago), time(0))


def capability_rows(market_id: int, now: datetime) -> list[CapabilityRow]:
    """Every capability of this installation. Needs the market's scope."""
    settings = {
        row.capability: row for row in CapabilitySetting.objects.filter(market_id=market_id)
    }
    live = list(
        Provider.objects.filter(market_id=market_id, state=Provider.State.LIVE).order_by("name")
    )
    running = {
        row.capability: row
        for row in Experiment.objects.filter(market_id=market_id, state=Experiment.State.RUNNING)
    }
    counts = {
        key: (every, every - simple)
        for key, every, simple in Decision.objects.filter(
            market_id=market_id, at__gte=_midnight(now)
        )
        .values_list("capability")
        .annotate(every=Count("id"), simple=Count("id", filter=Q(provider=BASELINE)))
        .values_list("capability", "every", "simple")
    }
    rows = []
    for key, capability in capabilities().items():
        setting = settings.get(key)
        slug = setting.provider_slug if setting else ""
        chosen = Provider.objects.filter(market_id=market_id, slug=slug).first() if slug else None
        experiment = running.get(key)
        every, ai = counts.get(key, (0, 0))
        rows.append(
            CapabilityRow(
                capability=capability,
                is_suspended=bool(setting and setting.is_suspended),
                chosen=chosen,
                live=[row for row in live if row.capability == key],
                experiment=experiment.title if experiment else "",
                experiment_en=experiment.title_en if experiment else "",
                today=every,
                today_ai=ai,
            )
        )
    return rows


def _row(provider: Provider, now: datetime) -> ProviderRow:
    broken = provider.broken_until
    return ProviderRow(
        provider=provider,
        capability=capability_of(provider.capability),
        today=figures_of(provider, _midnight(now), now),
        is_broken=broken is not None and broken > now,
    )


def provider_rows(market_id: int, now: datetime) -> list[ProviderRow]:
    """Every vendor of a market, those that left last. Needs the market's scope."""
    found = Provider.objects.filter(market_id=market_id).order_by("removed_at", "name")
    rows = [_row(provider, now) for provider in found]
    return sorted(rows, key=lambda row: row.provider.removed_at is not None)


def provider_page(market_id: int, provider_id: int, now: datetime) -> ProviderPage:
    """One vendor. Raises `NotFound`. Needs the market's scope."""
    provider = Provider.objects.filter(market_id=market_id, pk=provider_id).first()
    if provider is None:
        raise NotFound
    erasures = VendorErasure.objects.filter(provider=provider)
    running = Experiment.objects.filter(market_id=market_id, state=Experiment.State.RUNNING)
    return ProviderPage(
        row=_row(provider, now),
        week=figures_of(provider, _midnight(now, 6), now),
        events=list(
            ProviderEvent.objects.filter(provider=provider)
            .select_related("by")
            .order_by("-id")[:MOST_EVENTS]
        ),
        erasures_open=erasures.filter(confirmed_at=None).exclude(vendor_subject="").count(),
        erasures_confirmed=erasures.exclude(receipt="").count(),
        is_chosen=CapabilitySetting.objects.filter(
            market_id=market_id, provider_slug=provider.slug
        ).exists(),
        experiments=[
            row for row in running if any(arm["provider"] == provider.slug for arm in row.arms)
        ],
    )
