"""Time: stored and passed as aware UTC, shown in Asia/Seoul. Actions take ``now`` as a parameter."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")


def utc_now() -> datetime:
    """The present moment, aware, in UTC. Called by channels and jobs only."""
    return datetime.now(UTC)


def seoul(moment: datetime) -> datetime:
    """The same moment on a Korean wall clock."""
    return moment.astimezone(SEOUL)


def seoul_day(moment: datetime) -> date:
    """The Korean calendar day of a moment."""
    return seoul(moment).date()


def at_seoul(day: date, clock_time: time) -> datetime:
    """A Korean wall-clock time of a day, as aware UTC."""
    return datetime.combine(day, clock_time, SEOUL).astimezone(UTC)
