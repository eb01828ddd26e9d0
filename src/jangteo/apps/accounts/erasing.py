"""How an erasure is done: every app's holder is asked, from the right to the left, in one transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from jangteo.apps.accounts.digests import digest
from jangteo.apps.accounts.erasure_log import append_erasure
from jangteo.apps.accounts.models import Erasure, Person, RoleGrant
from jangteo.apps.accounts.people import valid_grants
from jangteo.platform.permissions import Role
from jangteo.platform.personal_data import Erased, Whose, holders

#: of the law: without delay, at most ten days (개인정보 보호법 시행령 제43조)
DUE_AFTER = timedelta(days=10)


def whose_of(person: Person, now: datetime, *, guest_keys: frozenset[str] = frozenset()) -> Whose:
    """What a person's rows may be known by."""
    owned = valid_grants(now).filter(role=Role.STALL_OWNER, stall__isnull=False)
    mine = set(owned.filter(person=person).values_list("stall_id", flat=True))
    shared = set(
        owned.filter(stall_id__in=mine).exclude(person=person).values_list("stall_id", flat=True)
    )
    return Whose(
        person_id=person.pk,
        phone=person.phone or "",
        guest_keys=guest_keys,
        name=person.name,
        stall_ids=frozenset(mine - shared),
    )


def waits_for(whose: Whose) -> list[str]:
    """Why it cannot be done yet, in words for her."""
    return [reason for holder in holders() for reason in holder.waits_for(whose)]


def erase_everywhere(whose: Whose, now: datetime) -> list[Erased]:
    """Have every holder remove what it has; the accounts last, so that the others still find whose it is."""
    return [done for holder in reversed(holders()) for done in holder.erase(whose, now)]


def try_to_finish(erasure: Erasure, person: Person, now: datetime) -> bool:
    """Do it if nothing stands in the way, else note what does; True when done. Needs both rows locked."""
    whose = whose_of(person, now)
    erasure.waits_for = waits_for(whose)
    if erasure.waits_for:
        erasure.save(update_fields=["waits_for"])
        return False
    done = [one for one in erase_everywhere(whose, now) if one.count or one.kept or one.calls]
    erasure.state = Erasure.State.DONE
    erasure.done_at = now
    erasure.went = [
        {"went_ko": one.went_ko, "went_en": one.went_en, "count": one.count}
        for one in done
        if one.count
    ]
    erasure.kept = [
        {
            "what_ko": kept.what_ko,
            "what_en": kept.what_en,
            "law_ko": kept.law_ko,
            "law_en": kept.law_en,
            "until": kept.until.isoformat(),
            "count": kept.count,
        }
        for one in done
        for kept in one.kept
    ]
    erasure.calls = [call for one in done for call in one.calls]
    erasure.save()
    transaction.on_commit(partial(append_erasure, line_of(erasure, person)))
    return True


def line_of(erasure: Erasure, person: Person) -> dict[str, object]:
    """A person's line of the list outside the database."""
    line: dict[str, object] = {"guest": erasure.guest_mark} if erasure.guest_mark else {}
    return line | {
        "person": person.pk,
        "joined_at": person.joined_at.isoformat(),
        "done_at": erasure.done_at.isoformat() if erasure.done_at else None,
        "receipt": erasure.receipt_code,
    }


def guest_mark(guest_key: str) -> str:
    """How the list outside the database knows a browser that was forgotten."""
    return digest("erased-guest", guest_key)


def lonely_office(person: Person, now: datetime) -> RoleGrant | None:
    """An office role of hers in a market whose office has nobody else; None when there is none."""
    offices = valid_grants(now).filter(role=Role.OFFICE, market__isnull=False)
    for mine in offices.filter(person=person).select_related("market"):
        others = offices.filter(market=mine.market, person__is_active=True).exclude(person=person)
        if not others.exists():
            return mine
    return None
