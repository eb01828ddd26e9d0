"""Objections and complaints as people see them: the shopper her own, the office those it must answer."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from jangteo.apps.decisions.capability import capability_of
from jangteo.apps.decisions.models import Decision, Objection
from jangteo.apps.decisions.ownership import keys_of
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import every_market

#: what we promise; the law allows thirty (개인정보 보호법 시행령 제44조의3)
ANSWER_WITHIN = timedelta(days=10)
LEGAL_DAYS = 30
#: answered ones on the office's page
ANSWERED_SHOWN = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectionView:
    """An objection and the decision it is about."""

    id: int
    market_id: int
    market_name: str
    market_name_en: str
    #: "objection" or "complaint"
    kind: str
    decision_id: uuid.UUID
    decided_at: datetime
    #: of the capability; its key when this installation does not have it any more
    name_ko: str
    name_en: str
    #: why it was decided so, as it was told; empty when the decision lies in the archive
    reason_ko: str
    reason_en: str
    text: str
    state: str
    answer: str
    asked_at: datetime
    answer_by: datetime
    answered_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state == Objection.State.OPEN

    def is_late(self, now: datetime) -> bool:
        """Past the promised day and not answered."""
        return self.is_open and self.answer_by < now

    def days_left(self, now: datetime) -> int:
        """Whole days until the promised moment; negative when it is past."""
        return (self.answer_by - now) // timedelta(days=1)


def objections_of(actor: Actor) -> list[ObjectionView]:
    """The actor's own, in every market, the newest first."""
    with every_market():
        mine = Q(subject__in=keys_of(actor))
        if actor.person_id is not None:
            mine |= Q(person_id=actor.person_id)
        return _views(Objection.objects.filter(mine).select_related("market").order_by("-pk")[:100])


def objections_to_answer(market_id: int) -> list[ObjectionView]:
    """The open ones of a market, the longest due first. Needs the market's scope."""
    rows = Objection.objects.filter(market_id=market_id, state=Objection.State.OPEN)
    return _views(rows.select_related("market").order_by("answer_by", "pk"))


def objections_answered(market_id: int) -> list[ObjectionView]:
    """The last answered ones of a market. Needs the market's scope."""
    rows = Objection.objects.filter(market_id=market_id).exclude(state=Objection.State.OPEN)
    return _views(rows.select_related("market").order_by("-answered_at", "-pk")[:ANSWERED_SHOWN])


def objections_due(market_id: int) -> int:
    """How many wait for an answer. Needs the market's scope."""
    return Objection.objects.filter(market_id=market_id, state=Objection.State.OPEN).count()


def _views(rows: Iterable[Objection]) -> list[ObjectionView]:
    found = list(rows)
    if not found:
        return []
    times = [row.decided_at for row in found]
    told = {
        row.pk: row
        for row in Decision.objects.filter(
            pk__in=[row.decision_id for row in found],
            at__gte=min(times) - timedelta(seconds=1),
            at__lte=max(times) + timedelta(seconds=1),
        ).only("id", "reason_ko", "reason_en")
    }
    return [_view(row, told.get(row.decision_id)) for row in found]


def _view(row: Objection, decision: Decision | None) -> ObjectionView:
    capability = capability_of(row.capability)
    return ObjectionView(
        id=row.pk,
        market_id=row.market_id,
        market_name=row.market.name,
        market_name_en=row.market.name_en or row.market.name,
        kind=row.kind,
        decision_id=row.decision_id,
        decided_at=row.decided_at,
        name_ko=capability.name_ko if capability else row.capability,
        name_en=capability.name_en if capability else row.capability,
        reason_ko=decision.reason_ko if decision else "",
        reason_en=decision.reason_en if decision else "",
        text=row.text,
        state=row.state,
        answer=row.answer,
        asked_at=row.asked_at,
        answer_by=row.answer_by,
        answered_at=row.answered_at,
    )
