"""Sending happens after the commit, and the report comes later."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from jangteo.apps.messaging.actions.deliver_message import deliver_message
from jangteo.apps.messaging.actions.record_report import record_report
from jangteo.apps.messaging.errors import MessageServiceUnreachable
from jangteo.platform.clock import utc_now
from jangteo.platform.permissions import Actor

#: seconds until each question for the report; after the last one the message stays "sent": nobody knows
REPORT_AFTER_SECONDS = (3, 60, 600, 3600, 24 * 3600)

#: 2, 4, 8 ... seconds: eight tries in about eight minutes, within the life of a sign-in code
_RETRY = RetryStrategy(
    max_attempts=8, exponential_wait=2, retry_exceptions={MessageServiceUnreachable}
)


@app.task(name="messaging.deliver", queue="messages", retry=_RETRY)
def deliver(message_id: int) -> None:
    """Send one message, and ask for its report later."""
    if deliver_message(actor=Actor.system(), message_id=message_id, now=utc_now()):
        _ask_later(message_id, 0)


@app.task(name="messaging.collect_report", queue="messages", retry=_RETRY)
def collect_report(message_id: int, turn: int = 0) -> None:
    """Ask what became of a message, a few times at growing distances."""
    known = record_report(actor=Actor.system(), message_id=message_id, now=utc_now())
    if not known:
        _ask_later(message_id, turn + 1)


def _ask_later(message_id: int, turn: int) -> None:
    if turn < len(REPORT_AFTER_SECONDS):
        collect_report.configure(schedule_in={"seconds": REPORT_AFTER_SECONDS[turn]}).defer(
            message_id=message_id, turn=turn
        )
