"""Writing the decision log: one statement for a decision, with the unit's first meeting of its experiment."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import connection
from psycopg.types.json import Jsonb

from jangteo.apps.decisions.ids import made_between, new_id
from jangteo.apps.decisions.models import DecisionEvent, Mode


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A row of the log; fields as in `models.Decision`."""

    id: uuid.UUID
    market_id: int
    capability: str
    capability_version: int
    provider: str
    provider_version: str
    subject: uuid.UUID | None
    stall_id: int | None
    about: str
    experiment_id: int | None
    arm: str
    #: unit of the experiment; empty outside one
    unit: str
    is_personal: bool
    mode: str
    fallback: str
    asked: str
    left_fields: Sequence[str]
    saw: Sequence[str]
    request_digest: str
    proposal: Mapping[str, Any]
    reason_ko: str
    reason_en: str
    shown_stalls: Sequence[int]
    latency_us: int
    cost_mkrw: int
    #: loses nothing even when the machine loses power within the next second
    is_durable: bool


def dumps(value: Any) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON."""
    return hashlib.sha256(dumps(value)).hexdigest()


_COLUMNS = (
    "id, at, market_id, capability, capability_version, provider, provider_version, subject, stall_id, about,"
    " experiment_id, arm, is_personal, mode, fallback, asked, left_fields, saw, request_digest, proposal, reason_ko, reason_en,"
    " shown_stalls, latency_us, cost_mkrw"
)
_VALUES = ", ".join(["%s"] * 25)
_INSERT = f"insert into decisions_decision ({_COLUMNS}) select {_VALUES}"
_MEET = (
    "with met as (insert into decisions_assignment (market_id, experiment_id, unit, arm, first_at)"
    " values (%s, %s, %s, %s, %s) on conflict (experiment_id, unit) do nothing) "
)
#: a display decision is written without waiting for the disk: a crash of the machine may lose the last half second
_RELAXED = " from (select set_config('synchronous_commit', 'off', true)) as relaxed"


def write(entry: Entry) -> None:
    """Append a decision. Needs the market's scope."""
    values: list[Any] = []
    statement = _INSERT
    if entry.experiment_id is not None and entry.unit:
        statement = _MEET + statement
        values += _meeting(entry)
    values += _values(entry)
    if not entry.is_durable and not connection.in_atomic_block:
        statement += _RELAXED
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def write_many(entries: Sequence[Entry]) -> None:
    """Append decisions in one go (pipelined). Needs the market's scope. Call it in a transaction: all or none."""
    if not entries:
        return
    met = {(one.experiment_id, one.unit): one for one in entries if one.experiment_id and one.unit}
    with connection.cursor() as cursor:
        for one in met.values():
            cursor.execute(f"{_MEET}select 1", _meeting(one))
        cursor.executemany(_INSERT, [_values(one) for one in entries])


def _meeting(entry: Entry) -> list[Any]:
    at = made_between(entry.id)[0]
    return [entry.market_id, entry.experiment_id, entry.unit, entry.arm, at]


def _values(entry: Entry) -> list[Any]:
    return [
        entry.id,
        made_between(entry.id)[0],
        entry.market_id,
        entry.capability,
        entry.capability_version,
        entry.provider,
        entry.provider_version[:40],
        entry.subject,
        entry.stall_id,
        entry.about,
        entry.experiment_id,
        entry.arm,
        entry.is_personal,
        entry.mode,
        entry.fallback[:40],
        entry.asked,
        _json(list(entry.left_fields)),
        _json(list(entry.saw)),
        entry.request_digest,
        _json(entry.proposal),
        entry.reason_ko[:300],
        entry.reason_en[:300],
        _json(list(entry.shown_stalls)),
        entry.latency_us,
        entry.cost_mkrw,
    ]


def _json(value: Any) -> Jsonb:
    return Jsonb(value, dumps=orjson.dumps)


def write_event(
    *,
    market_id: int,
    decision_id: uuid.UUID,
    kind: str,
    data: Mapping[str, Any],
    by_id: int | None,
    now: datetime,
) -> None:
    """Append what a person did with a decision (``kind`` is a `Mode`) or its ``outcome``."""
    DecisionEvent.objects.create(
        id=new_id(now),
        market_id=market_id,
        decision_id=decision_id,
        decided_at=made_between(decision_id)[0],
        kind=kind,
        data=dict(data),
        by_id=by_id,
        at=now,
    )


ANSWERS = frozenset({Mode.ACCEPTED.value, Mode.EDITED.value, Mode.REJECTED.value})
OUTCOME = "outcome"
