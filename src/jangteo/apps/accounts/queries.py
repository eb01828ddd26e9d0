"""Reads of people and what they may do."""

from __future__ import annotations

from datetime import date, datetime

from jangteo.apps.accounts.digests import digest
from jangteo.apps.accounts.erasing import waits_for, whose_of
from jangteo.apps.accounts.errors import ErasureNotFound
from jangteo.apps.accounts.models import (
    ApiToken,
    Device,
    Erasure,
    Passkey,
    Person,
    RoleGrant,
    SignInCode,
)
from jangteo.apps.accounts.people import (
    STAFF_ROLES,
    grants_of,
    has_strong_way_in,
    staff_grants,
    valid_grants,
)
from jangteo.apps.accounts.records import ErasureView, LinkPreview
from jangteo.platform.clock import utc_now
from jangteo.platform.permissions import Actor, Role
from jangteo.platform.personal_data import Kept
from jangteo.platform.tenancy import every_market, market_scope


def actor_of(
    person: Person,
    *,
    now: datetime | None = None,
    strong: bool = True,
    guest_key: str = "",
    token_scopes: frozenset[str] | None = None,
) -> Actor:
    """A person with the roles in force at ``now`` (default: the present moment).

    ``strong=False`` leaves out the roles that need two factors: for a session opened with a code or a link.
    """
    grants = grants_of(person.pk, now or utc_now())
    if not strong:
        grants -= staff_grants(grants)
    return Actor(person_id=person.pk, grants=grants, guest_key=guest_key, token_scopes=token_scopes)


def actor_for_guest(guest_key: str) -> Actor:
    """Somebody who has not signed in, known by a browser's random key."""
    return Actor(guest_key=guest_key)


def person_by_id(person_id: int) -> Person | None:
    """The active person with this id."""
    return Person.objects.filter(pk=person_id, is_active=True).first()


def is_staff(person: Person, now: datetime) -> bool:
    """Does this person hold a role that needs two factors?"""
    return valid_grants(now).filter(person=person, role__in=STAFF_ROLES).exists()


def needs_factors(person: Person, now: datetime) -> bool:
    """Staff who has not set up two factors yet."""
    return is_staff(person, now) and not has_strong_way_in(person)


def places_of(person: Person, now: datetime) -> list[RoleGrant]:
    """The roles in force of a person with market and stall loaded: for "where do I work" and home pages."""
    with every_market():
        return list(
            valid_grants(now)
            .filter(person=person)
            .select_related("market", "stall")
            .order_by("market_id", "stall_id", "role")
        )


def all_places(now: datetime, *, market_id: int | None = None) -> list[RoleGrant]:
    """Every role in force, of one market or all, person and place loaded: for the operator."""
    grants = valid_grants(now) if market_id is None else valid_grants(now).filter(market=market_id)
    with every_market():
        return list(
            grants.select_related("person", "market", "stall").order_by(
                "market_id", "stall_id", "role", "pk"
            )
        )


def people_of_market(market_id: int, now: datetime) -> list[RoleGrant]:
    """Everybody with a role in a market, person and stall loaded."""
    with market_scope(market_id):
        return list(
            valid_grants(now)
            .filter(market_id=market_id)
            .select_related("person", "stall", "given_by")
            .order_by("stall__position", "stall_id", "role", "pk")
        )


def people_of_stall(
    market_id: int, stall_id: int, now: datetime, *, roles: frozenset[Role] | None = None
) -> list[Person]:
    """Who acts for a stall: its owners and proxies (or only ``roles``), owners first."""
    wanted = roles or frozenset({Role.STALL_OWNER, Role.PROXY})
    grants = valid_grants(now).filter(market_id=market_id, stall_id=stall_id, role__in=wanted)
    return [grant.person for grant in grants.select_related("person").order_by("-role", "pk")]


def link_preview(token: str, now: datetime) -> LinkPreview | None:
    """Whom a sign-in link belongs to; None when it does not work any more. Uses nothing up."""
    entry = SignInCode.objects.filter(
        link_digest=digest("link", token), used_at=None, expires_at__gt=now
    ).first()
    if entry is None:
        return None
    person = Person.objects.filter(phone=entry.phone, is_active=True).first()
    if person is None:
        return LinkPreview(name="", language="ko", is_stall_person=False)
    roles = {grant.role for grant in grants_of(person.pk, now)}
    return LinkPreview(
        name=person.name,
        language=person.language,
        is_stall_person=bool(roles & {Role.STALL_OWNER, Role.PROXY}),
    )


def devices_of(person_id: int) -> list[Device]:
    """Where a person is signed in, the latest used first."""
    return list(Device.objects.filter(person_id=person_id).order_by("-last_seen_at", "-pk"))


def passkeys_of(person_id: int) -> list[Passkey]:
    """A person's passkeys, the newest first."""
    return list(Passkey.objects.filter(person_id=person_id).order_by("-pk"))


def tokens_of(person_id: int) -> list[ApiToken]:
    """A person's API tokens that were not taken back, the newest first."""
    return list(ApiToken.objects.filter(person_id=person_id, revoked_at=None).order_by("-pk"))


def erasure_by_receipt(code: str) -> ErasureView:
    """The erasure with this receipt, whoever asks. Raises `ErasureNotFound`."""
    row = Erasure.objects.filter(receipt_code=code).first()
    if row is None:
        raise ErasureNotFound
    return _erasure_view(row)


def waiting_erasure(person_id: int) -> ErasureView | None:
    """A person's own deletion that still waits."""
    row = Erasure.objects.filter(person_id=person_id, state=Erasure.State.WAITING).first()
    return _erasure_view(row) if row else None


def what_waits(person: Person, now: datetime) -> tuple[tuple[str, str], ...]:
    """What a deletion of this person would have to wait for now, in words (Korean, English)."""
    with every_market():
        return tuple(_both(reason) for reason in waits_for(whose_of(person, now)))


def _erasure_view(row: Erasure) -> ErasureView:
    return ErasureView(
        receipt_code=row.receipt_code,
        is_done=row.state == Erasure.State.DONE,
        asked_at=row.asked_at,
        due_at=row.due_at,
        done_at=row.done_at,
        went=tuple((one["went_ko"], one["went_en"], one["count"]) for one in row.went),
        kept=tuple(Kept(**{**one, "until": date.fromisoformat(one["until"])}) for one in row.kept),
        waits_for=tuple(_both(reason) for reason in row.waits_for),
        calls=tuple(row.calls),
    )


def _both(reason: str) -> tuple[str, str]:
    korean, _, english = reason.partition(" / ")
    return korean, english or korean
