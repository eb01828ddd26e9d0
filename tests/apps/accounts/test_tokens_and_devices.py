"""API tokens, devices, and the night's sweep."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore

from jangteo.apps.accounts.actions.actor_for_token import actor_for_token
from jangteo.apps.accounts.actions.change_profile import change_profile
from jangteo.apps.accounts.actions.end_other_sessions import end_other_sessions
from jangteo.apps.accounts.actions.end_session import end_session
from jangteo.apps.accounts.actions.issue_api_token import issue_api_token
from jangteo.apps.accounts.actions.remember_device import remember_device
from jangteo.apps.accounts.actions.revoke_api_token import revoke_api_token
from jangteo.apps.accounts.actions.see_device import see_device
from jangteo.apps.accounts.actions.sweep_sign_ins import sweep_sign_ins
from jangteo.apps.accounts.errors import SignInNeeded, TokenDead
from jangteo.apps.accounts.links import sent_link
from jangteo.apps.accounts.models import ApiToken, Device, Person, SignInCode
from jangteo.apps.accounts.queries import actor_of, devices_of
from jangteo.platform.errors import InvalidInput, NotFound
from jangteo.platform.permissions import Actor, Role
from tests.world import NOON, grant, guest, make_world, person

pytestmark = pytest.mark.django_db


def _issue(who: Person, *scopes: str, days: int = 30) -> str:
    return issue_api_token(
        actor=actor_of(who, now=NOON), label="회계", scopes=scopes, days=days, now=NOON
    ).token


def _speak(bearer: str, days: int = 0) -> Actor:
    return actor_for_token(actor=guest(), bearer=bearer, now=NOON + timedelta(days=days))


def test_a_token_speaks_for_its_person_within_its_scopes() -> None:
    who = person()
    grant(who, Role.OFFICE, make_world())
    bearer = _issue(who, "orders:read", "office:write", "orders:read")
    actor = _speak(bearer)
    assert actor == actor_of(who, now=NOON, token_scopes=frozenset({"orders:read", "office:write"}))
    row = ApiToken.objects.get()
    assert (row.last_used_at, bearer[:3]) == (NOON, "jt_")
    assert bearer not in (row.digest, row.label)


def test_a_token_ends_by_time_by_hand_and_with_its_person() -> None:
    who = person()
    bearer = _issue(who, "orders:read")
    _speak(bearer, days=29)
    for days in (30, 400):
        with pytest.raises(TokenDead):
            _speak(bearer, days=days)
    with pytest.raises(TokenDead):
        _speak("jt_guess")
    Person.objects.filter(pk=who.pk).update(is_active=False)
    with pytest.raises(TokenDead):
        _speak(bearer)
    Person.objects.filter(pk=who.pk).update(is_active=True)
    token_id = ApiToken.objects.get().pk
    with pytest.raises(NotFound):
        revoke_api_token(actor=actor_of(person(), now=NOON), token_id=token_id, now=NOON)
    revoke_api_token(actor=actor_of(who, now=NOON), token_id=token_id, now=NOON)
    with pytest.raises(TokenDead):
        _speak(bearer)


@pytest.mark.parametrize(
    ("scopes", "days"), [((), 30), (("everything",), 30), (("a:b",), 0), (("a:b",), 367)]
)
def test_a_token_needs_scopes_and_an_end(scopes: tuple[str, ...], days: int) -> None:
    with pytest.raises(InvalidInput):
        _issue(person(), *scopes, days=days)


def test_a_guest_has_no_tokens() -> None:
    with pytest.raises(SignInNeeded):
        issue_api_token(actor=guest(), label="x", scopes=["a:b"], days=1, now=NOON)


def _device(who: Person, label: str = "") -> str:
    session = SessionStore()
    session["x"] = 1
    session.save()
    remember_device(
        actor=actor_of(who, now=NOON),
        session_key=str(session.session_key),
        label=label,
        is_trusted=True,
        is_strong=False,
        now=NOON,
    )
    return str(session.session_key)


def _alive(key: str) -> bool:
    return SessionStore().exists(key)


def test_ending_devices_ends_their_sessions() -> None:
    who, other = person(), person()
    here, phone, tablet, theirs = _device(who), _device(who), _device(who), _device(other)
    actor = actor_of(who, now=NOON)
    foreign = devices_of(other.pk)[0]
    with pytest.raises(NotFound):
        end_session(actor=actor, device_id=foreign.pk)
    end_session(actor=actor, device_id=Device.objects.get(session_key=phone).pk)
    assert [_alive(key) for key in (here, phone, tablet, theirs)] == [True, False, True, True]
    assert end_other_sessions(actor=actor, session_key=here) == 1
    assert [_alive(key) for key in (here, tablet, theirs)] == [True, False, True]


def test_a_device_is_seen_by_its_own_person_only() -> None:
    who = person()
    key = _device(who)
    later = NOON + timedelta(days=3)
    see_device(actor=actor_of(person(), now=NOON), session_key=key, now=later)
    assert devices_of(who.pk)[0].last_seen_at == NOON
    see_device(actor=actor_of(who, now=NOON), session_key=key, now=later)
    assert devices_of(who.pk)[0].last_seen_at == later


def test_the_night_sweeps_what_is_over() -> None:
    who = person()
    kept = _device(who)
    Device.objects.create(person=who, session_key="gone", created_at=NOON, last_seen_at=NOON)
    sent_link(phone=str(who.phone), next_path="", now=NOON)
    night = NOON + timedelta(days=2, seconds=1)
    assert sweep_sign_ins(actor=Actor.system(), now=NOON) == 1
    assert sweep_sign_ins(actor=Actor.system(), now=night) == 1
    assert [d.session_key for d in devices_of(who.pk)] == [kept]
    assert not SignInCode.objects.exists()


def test_a_name_is_cleaned_and_a_language_is_known() -> None:
    who = person()
    actor = actor_of(who, now=NOON)
    change_profile(actor=actor, name="  김\u200b하늘 \n ", language="en")
    who.refresh_from_db()
    assert (who.name, who.language) == ("김하늘", "en")
    with pytest.raises(InvalidInput):
        change_profile(actor=actor, language="xx")
    with pytest.raises(InvalidInput):
        change_profile(actor=actor, name="가" * 41)
