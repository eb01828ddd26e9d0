"""What `jangteo user` does; every function returns what to print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from jangteo.apps.accounts.actions.add_person import add_person
from jangteo.apps.accounts.actions.give_role import give_role
from jangteo.apps.accounts.actions.issue_api_token import issue_api_token
from jangteo.apps.accounts.actions.issue_link import issue_link
from jangteo.apps.accounts.actions.revoke_grant import revoke_grant
from jangteo.apps.accounts.errors import GrantNotFound, PersonNotFound
from jangteo.apps.accounts.models import Person
from jangteo.apps.accounts.phones import normalise_phone, shown_phone
from jangteo.apps.accounts.queries import actor_of, all_places, places_of
from jangteo.apps.markets.queries import market_by_slug, stall_by_slug
from jangteo.platform.clock import at_seoul, seoul_day, utc_now
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role
from jangteo.platform.say import say
from jangteo.platform.tenancy import market_scope


def add(phone: str, name: str, language: str) -> str:
    """Make or rename a person."""
    person_id = add_person(actor=Actor.system(), phone=phone, name=name, language=language)
    return say(f"{person_id}번 사람: {shown_phone(normalise_phone(phone))}", f"Person {person_id}")


def people(market: str) -> list[str]:
    """One line a role: phone, name, role, place, end."""
    lines = []
    market_id = market_by_slug(market).id if market else None
    for place in all_places(utc_now(), market_id=market_id):
        where = "/".join(
            slug
            for slug in (
                place.market.slug if place.market else "*",
                place.stall.slug if place.stall else "",
            )
            if slug
        )
        end = f"  ~{seoul_day(place.until - timedelta(seconds=1))}" if place.until else ""
        name = place.person.name or "-"
        lines.append(f"{shown_phone(place.person.phone)}  {place.role:<11}  {where}  {name}{end}")
    return lines


def grant(
    phone: str, role: str, market: str, stall: str, name: str, until: str, *, send: bool
) -> str:
    """Give a role."""
    market_id, stall_id = _place(market, stall)
    given = give_role(
        actor=Actor.system(),
        market_id=market_id,
        phone=phone,
        role=Role(role),
        stall_id=stall_id,
        name=name,
        until=_end_of(until) if until else None,
        send_link=send,
        now=utc_now(),
    )
    return say(f"주었어요 (역할 {given.grant_id}번).", f"Given (role {given.grant_id}).")


def revoke(phone: str, role: str, market: str, stall: str) -> str:
    """Take a role back."""
    market_id, stall_id = _place(market, stall)
    now = utc_now()
    place = (market_id, stall_id, role)
    for held in places_of(_person(phone), now):
        if (held.market_id, held.stall_id, held.role) == place:
            revoke_grant(
                actor=Actor.system(),
                market_id=market_id,
                stall_id=stall_id,
                grant_id=held.pk,
                now=now,
            )
            return say("거두었어요.", "Taken back.")
    raise GrantNotFound


def token(phone: str, label: str, scopes: Sequence[str], days: int) -> str:
    """Make an API token of a person."""
    now = utc_now()
    issued = issue_api_token(
        actor=actor_of(_person(phone), now=now), label=label, scopes=scopes, days=days, now=now
    )
    return issued.token


def link(phone: str, next_path: str, *, reset: bool) -> str:
    """A sign-in link."""
    return issue_link(
        actor=Actor.system(), phone=phone, next_path=next_path, reset=reset, now=utc_now()
    )


def _person(phone: str) -> Person:
    person = Person.objects.filter(phone=normalise_phone(phone), is_active=True).first()
    if person is None:
        raise PersonNotFound
    return person


def _place(market: str, stall: str) -> tuple[int | None, int | None]:
    if not market:
        return None, None
    market_id = market_by_slug(market).id
    if not stall:
        return market_id, None
    with market_scope(market_id):
        return market_id, stall_by_slug(market_id, stall).pk


def _end_of(text: str) -> datetime:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            field="until",
            ko="날짜를 2026-12-31처럼 적어 주세요.",
            en="Write the day as 2026-12-31.",
        ) from None
    return at_seoul(day + timedelta(days=1), time(0))
