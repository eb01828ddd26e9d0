"""Reads of the log for the people decisions were made for."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jangteo.apps.decisions.capability import AnyCapability, capability_of
from jangteo.apps.decisions.errors import DecisionNotFound
from jangteo.apps.decisions.ids import made_between
from jangteo.apps.decisions.models import Decision, Mode, Provider
from jangteo.apps.decisions.ownership import has_owner, keys_of, own_decision
from jangteo.apps.decisions.setup import BASELINE, BUILT_IN, MODEL
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import every_market

#: names of vendors and of capabilities that are gone are shown as they were logged
_OWN_PROVIDERS = (BASELINE, BUILT_IN, MODEL)


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionView:
    """One decision as its subject may see it."""

    id: uuid.UUID
    market_id: int
    market_slug: str
    market_name: str
    market_name_en: str
    at: datetime
    #: key of the capability
    capability: str
    name_ko: str
    name_en: str
    reason_ko: str
    reason_en: str
    #: "baseline", "built-in" or a vendor's slug
    provider: str
    #: a vendor's name; empty for our own
    vendor_name: str
    vendor_name_en: str
    mode: str
    #: why the baseline stood in, in machine words
    fallback: str
    is_personal: bool
    is_consequential: bool
    #: it was part of an experiment
    is_trial: bool
    #: nobody in particular: it was made for everybody alike, or she had switched personal decisions off
    is_for_nobody: bool
    #: request fields it saw
    saw: tuple[str, ...]
    about: str
    proposal: Mapping[str, Any]

    @property
    def is_ai(self) -> bool:
        """Carries the AI label."""
        return self.provider != BASELINE

    @property
    def definition(self) -> AnyCapability | None:
        """The capability; None when this installation does not have it any more."""
        return capability_of(self.capability)


def decision_for(actor: Actor, market_id: int, decision_id: uuid.UUID) -> DecisionView:
    """A decision about the actor, or about nobody in particular. Needs the market's scope.

    A decision without a subject may be opened by whoever knows its id (74 random bits), unless it is about a thing that
    belongs to somebody, such as a line of an order. Raises `DecisionNotFound`.
    """
    row = own_decision(actor, market_id, decision_id) or _nobodys(market_id, decision_id)
    if row is None:
        raise DecisionNotFound
    return _views([row])[0]


def may_object(actor: Actor, market_id: int, view: DecisionView) -> bool:
    """May the actor object or complain? Only about her own decision. Needs the market's scope."""
    return own_decision(actor, market_id, view.id) is not None


def _nobodys(market_id: int, decision_id: uuid.UUID) -> Decision | None:
    if decision_id.version != 7:
        return None
    since, until = made_between(decision_id)
    row = Decision.objects.filter(
        market_id=market_id, pk=decision_id, at__gte=since, at__lt=until, subject=None
    ).first()
    return None if row is None or has_owner(row.about) else row


def decisions_about(actor: Actor, limit: int = 50) -> list[DecisionView]:
    """Decisions made for the actor in any market, the newest first: by account and by this browser. Two
    queries, a third where a vendor decided."""
    with every_market():
        keys = keys_of(actor)
        if not keys:
            return []
        rows = Decision.objects.filter(subject__in=keys).select_related("market")
        return _views(list(rows.order_by("-at", "-id")[:limit]))


def how_decided(market_id: int, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, bool]:
    """Of some decisions of one market: was it AI (and not the plain rule)? One query, none for no ids."""
    wanted = list(ids)
    if not wanted:
        return {}
    times = [made_between(id_) for id_ in wanted]
    rows = Decision.objects.filter(
        market_id=market_id,
        pk__in=wanted,
        at__gte=min(since for since, _ in times),
        at__lt=max(until for _, until in times),
    )
    return {id_: mode != Mode.OBSERVED for id_, mode in rows.values_list("id", "mode")}


def _views(rows: list[Decision]) -> list[DecisionView]:
    vendors = {
        (p.market_id, p.slug): p
        for p in Provider.objects.filter(
            market_id__in={row.market_id for row in rows},
            slug__in={row.provider for row in rows if row.provider not in _OWN_PROVIDERS},
        )
    }
    return [_view(row, vendors.get((row.market_id, row.provider))) for row in rows]


def _view(row: Decision, vendor: Provider | None) -> DecisionView:
    capability = capability_of(row.capability)
    own = row.provider in _OWN_PROVIDERS
    return DecisionView(
        id=row.pk,
        market_id=row.market_id,
        market_slug=row.market.slug,
        market_name=row.market.name,
        market_name_en=row.market.name_en or row.market.name,
        at=row.at,
        capability=row.capability,
        name_ko=capability.name_ko if capability else row.capability,
        name_en=capability.name_en if capability else row.capability,
        reason_ko=row.reason_ko,
        reason_en=row.reason_en,
        provider=row.provider,
        vendor_name="" if own else vendor.name if vendor else row.provider,
        vendor_name_en="" if own else (vendor.name_en or vendor.name) if vendor else row.provider,
        mode=row.mode,
        fallback=row.fallback,
        is_personal=row.is_personal,
        is_consequential=bool(capability and capability.is_consequential),
        is_trial=row.experiment_id is not None,
        is_for_nobody=row.subject is None,
        saw=tuple(row.saw),
        about=row.about,
        proposal=row.proposal,
    )
