"""What the actions on providers share: finding one, its proof of events, whom its service ever saw."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from jangteo.apps.decisions.capability import AnyCapability, capability_of
from jangteo.apps.decisions.errors import CapabilityUnknown, ProviderNotChecked, ProviderRemoved
from jangteo.apps.decisions.models import Provider, ProviderEvent, VendorErasure
from jangteo.apps.decisions.pseudonyms import vendor_subject
from jangteo.apps.decisions.sealing import unseal
from jangteo.platform.errors import NotFound

#: far longer than any deadline of a call
LATE = timedelta(minutes=2)


def known_capability(key: str) -> AnyCapability:
    """Raises `CapabilityUnknown`."""
    found = capability_of(key)
    if found is None:
        raise CapabilityUnknown(key=key)
    return found


def locked_provider(market_id: int, provider_id: int) -> Provider:
    """A provider that is still one, locked until the end of the transaction. Raises `NotFound`, `ProviderRemoved`."""
    row = Provider.objects.select_for_update().filter(market_id=market_id, pk=provider_id).first()
    if row is None:
        raise NotFound
    if row.state == Provider.State.REMOVED:
        raise ProviderRemoved
    return row


def require_check(row: Provider) -> None:
    """Raise `ProviderNotChecked` unless the last contract check passed for what is asked of it today."""
    capability = known_capability(row.capability)
    passed = row.last_check.get("passed") is True
    if not passed or row.last_check.get("capability_version") != capability.version:
        raise ProviderNotChecked


def note(row: Provider, kind: str, *, by_id: int | None, now: datetime, **data: Any) -> None:
    """Append to what was done with a provider. ``data``: ids, field names and figures only."""
    ProviderEvent.objects.create(
        market_id=row.market_id, provider=row, kind=kind, data=data, by_id=by_id, at=now
    )


# the log says of each call whether the subject's pseudonym left, answered or not
_SEEN = """
select distinct subject from decisions_decision
 where market_id = %(market)s and capability = %(capability)s and at >= %(since)s and asked = %(slug)s
   and subject is not null and (%(subject)s::uuid is null or subject = %(subject)s::uuid)
   and jsonb_exists(left_fields, 'subject')
"""


def subjects_seen(
    row: Provider, subject: uuid.UUID | None = None, since: datetime | None = None
) -> frozenset[uuid.UUID]:
    """Keys whose data may have left for this provider; ``subject``: is it this one? Needs the market's scope.

    ``since``: by decisions from then on; from its first day when not given.
    """
    if not ProviderEvent.objects.filter(provider=row, kind="live").exists():
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(
            _SEEN,
            {
                "market": row.market_id,
                "capability": row.capability,
                "since": since or row.added_at,
                "subject": subject,
                "slug": row.slug,
            },
        )
        return frozenset(found for (found,) in cursor.fetchall())


def ask_to_forget(
    row: Provider,
    subjects: Collection[uuid.UUID],
    *,
    by_id: int | None,
    now: datetime,
    address: VendorErasure | None = None,
) -> Sequence[int]:
    """Write down that this vendor must forget these subjects; the job calls it. Returns ids of `VendorErasure`.

    ``address``: holds the address and secret of a provider that has none any more.
    """
    sealed = address.secret_sealed if address else row.secret_sealed
    secret = unseal(sealed)
    if not subjects or not secret:
        return []
    made = VendorErasure.objects.bulk_create(
        [
            VendorErasure(
                market_id=row.market_id,
                provider=row,
                base_url=address.base_url if address else row.base_url,
                secret_sealed=sealed,
                vendor_subject=vendor_subject(secret, row.pk, subject),
                asked_at=now,
            )
            for subject in sorted(subjects)
        ],
        batch_size=1000,
    )
    note(row, "erasure-asked", by_id=by_id, now=now, subjects=len(made))
    return [erasure.pk for erasure in made]


def look_again_later(row: Provider, now: datetime) -> None:
    """A call that was under way when the provider was removed is logged after it: the job looks once more for those.

    The note is an erasure of nobody (``vendor_subject`` empty) that keeps address and secret until then.
    """
    if not ProviderEvent.objects.filter(provider=row, kind="live").exists():
        return
    VendorErasure.objects.create(
        market_id=row.market_id,
        provider=row,
        base_url=row.base_url,
        secret_sealed=row.secret_sealed,
        asked_at=now + LATE,
    )


def ask_late_ones(note_of: VendorErasure, now: datetime) -> None:
    """What `look_again_later` promised. Somebody who was asked for already may be asked for twice: it does no harm."""
    row = note_of.provider
    removed_at = row.removed_at or note_of.asked_at
    late = subjects_seen(row, since=removed_at - LATE)
    open_ones = set(
        VendorErasure.objects.filter(provider=row, confirmed_at=None).values_list(
            "vendor_subject", flat=True
        )
    )
    secret = unseal(note_of.secret_sealed)
    missing = [key for key in late if vendor_subject(secret, row.pk, key) not in open_ones]
    ask_to_forget(row, missing, by_id=None, now=now, address=note_of)
    note_of.base_url = note_of.secret_sealed = ""
    note_of.confirmed_at = now
    note_of.save()
