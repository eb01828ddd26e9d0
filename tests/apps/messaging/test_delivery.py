"""Accepted is not delivered; nothing leaves before the commit; nothing leaves twice."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import connection, transaction

from jangteo.apps.messaging import adapters
from jangteo.apps.messaging.actions.deliver_message import deliver_message
from jangteo.apps.messaging.actions.record_report import record_report
from jangteo.apps.messaging.actions.send_message import send_message
from jangteo.apps.messaging.adapters.sandbox import LOST, REFUSED, SILENT, UNREACHABLE
from jangteo.apps.messaging.errors import MessageServiceUnreachable, UnknownMessageService
from jangteo.apps.messaging.jobs import REPORT_AFTER_SECONDS, collect_report, deliver
from jangteo.apps.messaging.models import Message
from jangteo.apps.messaging.ports import DeliveryReport, SendReceipt
from jangteo.apps.messaging.templates import SECRET, Text
from jangteo.platform.permissions import Actor
from tests.world import NOON

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


def _send(to: str = "+821012345678", template: str = "order_out") -> int:
    text = Text(template=template, body="[달빛시장] 지금 출발했어요.")
    return send_message(actor=SYSTEM, market_id=None, to_phone=to, text=text)


def _jobs(task: str) -> list[tuple[dict[str, int], bool]]:
    """Arguments of the jobs of a task, and whether each waits for its time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select args, scheduled_at is not null from procrastinate_jobs where task_name = %s order by id",
            [task],
        )
        return [(json.loads(arguments), waits) for arguments, waits in cursor.fetchall()]


def _state(message_id: int) -> tuple[str, str]:
    message = Message.objects.get(pk=message_id)
    return message.state, message.failure


def test_a_message_and_its_job_are_one_with_the_cause() -> None:
    message_id = _send()
    assert _state(message_id) == ("queued", "")
    assert _jobs("messaging.deliver") == [({"message_id": message_id}, False)]
    with transaction.atomic():
        _send()
        transaction.set_rollback(True)
    assert Message.objects.count() == len(_jobs("messaging.deliver")) == 1


def test_accepted_is_sent_and_only_the_report_makes_it_delivered() -> None:
    message_id = _send()
    assert deliver_message(actor=SYSTEM, message_id=message_id, now=NOON) is True
    message = Message.objects.get(pk=message_id)
    assert (message.state, message.sent_at, message.reported_at) == ("sent", NOON, None)
    assert message.provider_id == f"sandbox-{message_id}"
    later = NOON + timedelta(seconds=3)
    assert record_report(actor=SYSTEM, message_id=message_id, now=later) is True
    message.refresh_from_db()
    assert (message.state, message.reported_at) == ("delivered", later)


def test_a_second_run_of_the_job_sends_nothing() -> None:
    message_id = _send()
    deliver(message_id)
    deliver(message_id)
    assert _state(message_id) == ("sent", "")
    assert _jobs("messaging.collect_report") == [({"message_id": message_id, "turn": 0}, True)]


def test_refused_lost_and_silent_numbers() -> None:
    refused, lost, silent = (_send(f"+82101234{last}") for last in (REFUSED, LOST, SILENT))
    for message_id in (refused, lost, silent):
        deliver(message_id)
    assert _state(refused) == ("failed", "number-refused")
    assert _state(lost) == _state(silent) == ("sent", "")
    collect_report(lost)
    assert _state(lost) == ("failed", "number-unreachable")
    for turn in range(len(REPORT_AFTER_SECONDS)):
        collect_report(silent, turn)
    assert _state(silent) == ("sent", "")  # nobody knows, and it says so
    turns = [args["turn"] for args, _ in _jobs("messaging.collect_report")]
    assert turns == [0, 0, 1, 2, 3, 4]


def test_an_unreachable_service_leaves_the_message_queued_for_the_next_try() -> None:
    message_id = _send(f"+82101234{UNREACHABLE}")
    with pytest.raises(MessageServiceUnreachable):
        deliver(message_id)
    assert _state(message_id) == ("queued", "")


@dataclass
class _RealService:
    """A service that reaches phones and gives no texts back."""

    name: str = "real"
    keeps_texts: bool = False
    keys: list[str] = field(default_factory=list)

    def send(self, *, to: str, template: str, body: str, key: str) -> SendReceipt:
        self.keys.append(key)
        return SendReceipt(accepted=True, provider_id=f"r{key}")

    def report(self, *, provider_id: str, to: str) -> DeliveryReport | None:
        return None


def test_a_text_that_lets_its_reader_in_is_not_kept_after_a_real_service_took_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = _RealService()
    monkeypatch.setitem(adapters.SENDERS, "real", lambda: service)
    monkeypatch.setattr(adapters, "DEFAULT", "real")
    for template in sorted(SECRET):
        message_id = _send(template=template)
        deliver(message_id)
        assert Message.objects.get(pk=message_id).body == ""
    plain = _send()
    deliver(plain)
    assert Message.objects.get(pk=plain).body != ""
    assert len(service.keys) == len(set(service.keys)) == len(SECRET) + 1


def test_an_unknown_service_is_named_with_the_known_ones() -> None:
    with pytest.raises(UnknownMessageService) as problem:
        adapters.sender("pigeon")
    assert "sandbox" in problem.value.message("ko")
