"""Vendors forget whom they saw: asked in the transaction that causes it, called by a job until there is a receipt."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from jangteo.apps.accounts.consents import lock_owner, owner_of
from jangteo.apps.decisions.actions.forget_at_vendor import forget_at_vendor
from jangteo.apps.decisions.models import Provider, VendorErasure
from jangteo.apps.decisions.pseudonyms import vendor_subject
from jangteo.apps.decisions.sealing import unseal
from jangteo.apps.decisions.subjects import standing
from jangteo.apps.decisions.vendors import ask_to_forget, subjects_seen
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import every_market

#: calls of one run of the job
MOST_AT_ONCE = 500
_LONGEST_WAIT = timedelta(hours=1)

log = structlog.get_logger("jangteo.vendors")


def ask_vendors_to_forget(market_id: int, subject_key: uuid.UUID, now: datetime) -> Sequence[int]:
    """Write down that every vendor which may have seen this subject must forget it. Needs the market's scope.

    Returns ids of `VendorErasure`, those of vendors that are being asked already included; each has its receipt when
    ``confirmed_at`` is set.
    """
    asked: list[int] = []
    for row in Provider.objects.filter(market_id=market_id).order_by("pk"):
        being_asked = _being_asked(row, subject_key)
        asked += being_asked
        # a removed vendor was told of everybody when it was removed
        if not being_asked and row.state != Provider.State.REMOVED:
            asked += ask_to_forget(row, subjects_seen(row, subject_key), by_id=None, now=now)
    return asked


def forget_if_withdrawn(actor: Actor, market_id: int, key: uuid.UUID, now: datetime) -> None:
    """After a decision whose subject left for a vendor is logged: did she say no while the vendor was being asked?

    Whoever heard her no could not see this call in the log yet. Her consents are locked, so that either this or that
    sees the other. Needs the market's scope.
    """
    owner = owner_of(actor)
    if owner is None:
        return
    with transaction.atomic():
        lock_owner(owner)
        known = standing(actor, market_id)
        if known.key != key or not (known.personal and known.vendors):
            ask_vendors_to_forget(market_id, key, now)


def _being_asked(row: Provider, subject_key: uuid.UUID) -> list[int]:
    """Open requests to this vendor to forget this subject."""
    opened = VendorErasure.objects.filter(provider=row, confirmed_at=None).exclude(
        vendor_subject=""
    )
    found: list[int] = []
    for sealed in set(opened.values_list("secret_sealed", flat=True)):
        secret = unseal(sealed)
        if secret:
            named = vendor_subject(secret, row.pk, subject_key)
            found += opened.filter(vendor_subject=named).values_list("pk", flat=True)
    return found


def due_at(erasure: VendorErasure) -> datetime:
    """When it is tried next: at once, after 1, 3, 7 ... minutes, later every hour, without end."""
    doubled = timedelta(minutes=2 ** min(erasure.tries, 6) - 1)
    return erasure.asked_at + doubled + _LONGEST_WAIT * max(0, erasure.tries - 6)


def call_vendors(now: datetime) -> int:
    """Call for every erasure that is due, in all markets. A vendor that fails is left alone for the rest of this run.

    Returns how many receipts came.
    """
    with every_market():
        open_ones = VendorErasure.objects.filter(confirmed_at=None).order_by("tries", "pk")
        due = [row for row in open_ones[: MOST_AT_ONCE * 4] if due_at(row) <= now][:MOST_AT_ONCE]
    silent: set[str] = set()
    receipts = 0
    for row in due:
        if row.base_url in silent:
            continue
        confirmed = forget_at_vendor(
            actor=Actor.system(), market_id=row.market_id, erasure_id=row.pk, now=now
        )
        if confirmed:
            receipts += 1
        elif row.vendor_subject:
            silent.add(row.base_url)
            log.warning("vendor gave no receipt", provider_id=row.provider_id, erasure_id=row.pk)
    return receipts
