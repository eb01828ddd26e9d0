"""Ids of log rows: UUID version 7 (RFC 9562, 5.7), so that they sort by time and say in which partition they stand."""

from __future__ import annotations

import secrets
import uuid
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def new_id(at: datetime) -> uuid.UUID:
    """An id made at ``at`` (aware): 48 bits of milliseconds, 74 random bits."""
    milliseconds = (at - _EPOCH) // _MILLISECOND
    value = (milliseconds & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)


def made_between(id_: uuid.UUID) -> tuple[datetime, datetime]:
    """The millisecond an id was made in, as [from, to) in UTC. Raises `ValueError` for another kind of UUID."""
    if id_.version != 7:
        raise ValueError("not a UUID of version 7")
    start = _EPOCH + (id_.int >> 80) * _MILLISECOND
    return start, start + _MILLISECOND
