"""What a market chose for its decisions, kept in memory until `MarketSetup.version` says that it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from jangteo.apps.decisions.models import CapabilitySetting, Experiment, Provider

BUILT_IN = "built-in"
BASELINE = "baseline"
#: the language model the operator configured
MODEL = "model"


@dataclass(frozen=True, kw_only=True, slots=True)
class VendorProvider:
    """A vendor's service as `decide` needs it."""

    id: int
    slug: str
    name: str
    capability: str
    base_url: str
    secret_sealed: str
    data_scope: frozenset[str]
    deadline_ms: int
    quota_per_minute: int
    cost_mkrw: int
    state: str
    broken_until: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Arm:
    """One arm of an experiment; `provider` is "baseline", "built-in" or a vendor's slug."""

    name: str
    provider: str
    share_bp: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RunningExperiment:
    """An experiment whose horizon has not passed yet."""

    id: int
    slug: str
    capability: str
    unit: str
    salt: str
    arms: tuple[Arm, ...]
    holdout_bp: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Setup:
    """All of it for one market."""

    version: int
    #: capability -> slug of the vendor that decides it
    chosen: Mapping[str, str]
    suspended: frozenset[str]
    providers: Mapping[str, VendorProvider]
    #: capability -> its running experiment
    experiments: Mapping[str, RunningExperiment]


_kept: dict[int, Setup] = {}


def setup_of(market_id: int, version: int) -> Setup:
    """The market's setup at ``version`` (see `subjects.standing`). Needs its scope; no query while nothing changed."""
    kept = _kept.get(market_id)
    if kept is None or kept.version != version:
        kept = _kept[market_id] = _read(market_id, version)
    return kept


def shoppers_in_trial(market_id: int, now: datetime) -> bool:
    """Does an experiment on shoppers run, as far as this process knows? No query; a decision brings it up to date."""
    kept = _kept.get(market_id)
    return kept is not None and any(
        experiment.unit == Experiment.Unit.SHOPPER
        and experiment.starts_at <= now < experiment.ends_at
        for experiment in kept.experiments.values()
    )


def touch_setup(market_id: int) -> None:
    """Make every process read the setup again. Call it in each transaction that changes one of its tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into decisions_marketsetup (market_id, version) values (%s, 1)"
            " on conflict (market_id) do update set version = decisions_marketsetup.version + 1",
            [market_id],
        )


def forget_setups() -> None:
    """Empty this process's memory."""
    _kept.clear()


def _read(market_id: int, version: int) -> Setup:
    settings = list(CapabilitySetting.objects.filter(market_id=market_id))
    providers = Provider.objects.filter(market_id=market_id).exclude(state=Provider.State.REMOVED)
    running = Experiment.objects.filter(market_id=market_id, state=Experiment.State.RUNNING)
    return Setup(
        version=version,
        chosen={s.capability: s.provider_slug for s in settings if s.provider_slug},
        suspended=frozenset(s.capability for s in settings if s.is_suspended),
        providers={row.slug: vendor_of(row) for row in providers},
        experiments={row.capability: _running(row) for row in running},
    )


def vendor_of(row: Provider) -> VendorProvider:
    """A provider's row as a record."""
    return VendorProvider(
        id=row.pk,
        slug=row.slug,
        name=row.name,
        capability=row.capability,
        base_url=row.base_url,
        secret_sealed=row.secret_sealed,
        data_scope=frozenset(row.data_scope),
        deadline_ms=row.deadline_ms,
        quota_per_minute=row.quota_per_minute,
        cost_mkrw=row.cost_mkrw,
        state=row.state,
        broken_until=row.broken_until,
    )


def _running(row: Experiment) -> RunningExperiment:
    if row.starts_at is None or row.ends_at is None:
        raise ValueError(f"experiment {row.slug} runs without a horizon")
    return RunningExperiment(
        id=row.pk,
        slug=row.slug,
        capability=row.capability,
        unit=row.unit,
        salt=row.salt,
        arms=tuple(Arm(**arm) for arm in row.arms),
        holdout_bp=row.holdout_bp,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
    )
