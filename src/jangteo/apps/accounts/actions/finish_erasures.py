from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction

from jangteo.apps.accounts.erasing import line_of, try_to_finish
from jangteo.apps.accounts.erasure_log import append_erasure, erasures_logged
from jangteo.apps.accounts.models import Erasure, Person
from jangteo.platform.permissions import Actor, action

log = structlog.get_logger("jangteo.accounts")


@action("accounts.finish_erasures", allow=set(), within="anywhere", atomic=False)
def finish_erasures(*, actor: Actor, now: datetime) -> int:
    """Finish every waiting erasure whose reasons to wait are over, each in its own transaction; returns how many.

    One that fails holds up no other. Also writes into the list outside the database what a crash kept out of it.
    """
    finished = 0
    waiting = Erasure.objects.filter(state=Erasure.State.WAITING).order_by("pk")
    for erasure_id, person_id in list(waiting.values_list("pk", "person_id")):
        try:
            with transaction.atomic():
                person = Person.objects.select_for_update().get(pk=person_id)
                erasure = (
                    Erasure.objects.select_for_update()
                    .filter(pk=erasure_id, state=Erasure.State.WAITING)
                    .first()
                )
                if erasure is None:
                    continue
                finished += try_to_finish(erasure, person, now)
        except Exception:
            log.exception("erasure failed", erasure=erasure_id)
            continue
        if erasure.state == Erasure.State.WAITING and erasure.due_at < now:
            log.error("erasure overdue", erasure=erasure_id)
    _write_missing_lines()
    return finished


def _write_missing_lines() -> None:
    logged = {line.get("receipt") for line in erasures_logged()}
    done = Erasure.objects.filter(state=Erasure.State.DONE).exclude(receipt_code__in=logged)
    for erasure in done.select_related("person"):
        append_erasure(line_of(erasure, erasure.person))
