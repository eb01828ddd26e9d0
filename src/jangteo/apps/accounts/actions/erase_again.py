from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction

from jangteo.apps.accounts.consents import Owner, withdraw_all
from jangteo.apps.accounts.erasing import DUE_AFTER, erase_everywhere, guest_mark, try_to_finish
from jangteo.apps.accounts.erasure_log import erasures_logged
from jangteo.apps.accounts.models import Erasure, Person
from jangteo.platform.permissions import Actor, action
from jangteo.platform.personal_data import KnowsGuests, Whose, holders

log = structlog.get_logger("jangteo.accounts")


@action("accounts.erase_again", allow=set(), within="anywhere", atomic=False)
def erase_again(*, actor: Actor, now: datetime) -> int:
    """After an older backup came back: erase again whoever was erased since; returns how many came back.

    Reads the list outside the database. What was still open at the time of the backup is waited for once more. Each in
    transactions of its own: one that fails, or a line that cannot be read, holds up no other and is told in the log; a
    person's erasure that fails is finished by `finish_erasures`.
    """
    lines = erasures_logged()
    again = 0
    for place, line in enumerate(lines):
        if "person" not in line:
            continue
        try:
            again += _person(line, now)
        except Exception:
            log.exception("not erased again", line=place)
    forgotten = {line["guest"] for line in lines if isinstance(line.get("guest"), str)}
    known: set[str] = set()
    for holder in holders():
        if forgotten and isinstance(holder, KnowsGuests):
            known |= holder.guest_keys()
    for key in sorted(known):
        if guest_mark(key) not in forgotten:
            continue
        try:
            with transaction.atomic():
                erase_everywhere(Whose(person_id=0, phone="", guest_keys=frozenset({key})), now)
            again += 1
        except Exception:
            log.exception("browser not erased again", mark=guest_mark(key)[:12])
    log.info("erased again after a restore", count=again)
    return again


def _person(line: dict[str, Any], now: datetime) -> int:
    with transaction.atomic():
        person = (
            Person.objects.select_for_update()
            .filter(pk=line["person"], joined_at=datetime.fromisoformat(line["joined_at"]))
            .exclude(phone=None)
            .first()
        )
        if person is None:
            return 0
        erasure = Erasure.objects.filter(person=person, state=Erasure.State.WAITING).first()
        if erasure is None:
            erasure = Erasure.objects.create(
                person=person,
                asked_at=now,
                due_at=now + DUE_AFTER,
                receipt_code=line.get("receipt") or secrets.token_urlsafe(32),
            )
        withdraw_all(Owner(person_id=person.pk, guest_digest=""), channel="restore", now=now)
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person.pk)
        erasure = Erasure.objects.select_for_update().get(pk=erasure.pk)
        if erasure.state == Erasure.State.WAITING:
            try_to_finish(erasure, person, now)
    return 1
