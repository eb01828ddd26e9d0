"""Passkeys, with an authenticator in software; the browser's own is in the end-to-end tests."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from jangteo.apps.accounts.actions.register_passkey import register_passkey
from jangteo.apps.accounts.actions.remove_passkey import remove_passkey
from jangteo.apps.accounts.actions.sign_in_with_passkey import sign_in_with_passkey
from jangteo.apps.accounts.errors import PasskeyRefused, StrongSignInNeeded
from jangteo.apps.accounts.models import Passkey, Person
from jangteo.apps.accounts.passkeys import authentication, registration
from jangteo.apps.accounts.queries import actor_of, needs_factors
from jangteo.apps.accounts.records import SignedIn
from jangteo.platform.errors import NotFound
from jangteo.platform.permissions import Role
from tests.apps.accounts.helpers import ORIGIN, RP_ID, SoftKey
from tests.world import NOON, grant, guest, make_world, person

pytestmark = pytest.mark.django_db


def _register(who: Person, key: SoftKey, **answer: str) -> int:
    challenge = registration(who, rp_id=RP_ID).challenge
    return register_passkey(
        actor=actor_of(who, now=NOON),
        credential=key.register(challenge, **answer),
        challenge=challenge,
        rp_id=RP_ID,
        origin=ORIGIN,
        label="Android · Chrome",
        now=NOON,
    )


def _sign_in(key: SoftKey, challenge: bytes | None = None, **answer: str) -> SignedIn:
    asked = authentication(rp_id=RP_ID).challenge
    return sign_in_with_passkey(
        actor=guest(),
        credential=key.sign(challenge or asked, **answer),
        challenge=asked,
        rp_id=RP_ID,
        origin=ORIGIN,
        now=NOON,
    )


def test_a_verified_passkey_counts_as_two_factors() -> None:
    who, key = person(), SoftKey()
    _register(who, key)
    signed = _sign_in(key)
    assert (signed.person_id, signed.strong, signed.is_new) == (who.pk, True, False)
    row = Passkey.objects.get()
    assert (row.sign_count, row.last_used_at, row.is_verified) == (1, NOON, True)


def test_a_passkey_without_finger_or_pin_is_one_factor() -> None:
    who, key = person(), SoftKey(verified=False)
    grant(who, Role.OFFICE, make_world())
    _register(who, key)
    assert _sign_in(key).strong is False
    assert needs_factors(who, NOON)


@pytest.mark.parametrize(
    "answer", [{"origin": "https://evil.example"}, {"rp_id": "evil.example"}], ids=str
)
def test_another_site_cannot_use_it(answer: dict[str, str]) -> None:
    who, key = person(), SoftKey()
    with pytest.raises(PasskeyRefused):
        _register(who, key, **answer)
    _register(who, key)
    with pytest.raises(PasskeyRefused):
        _sign_in(key, **answer)


def test_an_old_answer_cannot_be_sent_again() -> None:
    key = SoftKey()
    _register(person(), key)
    with pytest.raises(PasskeyRefused):
        _sign_in(key, challenge=b"another challenge of some minutes ago")


def test_a_copy_with_an_old_counter_is_refused() -> None:
    key = SoftKey()
    _register(person(), key)
    _sign_in(key)
    _sign_in(key)
    key.sign_count = 0
    with pytest.raises(PasskeyRefused):
        _sign_in(key)
    assert Passkey.objects.get().sign_count == 2


def test_unknown_forged_and_broken_answers_are_refused() -> None:
    key = SoftKey()
    with pytest.raises(PasskeyRefused):
        _sign_in(key)
    _register(person(), key)
    forger = SoftKey(credential_id=key.credential_id, sign_count=9)
    with pytest.raises(PasskeyRefused):
        _sign_in(forger)
    broken: list[Callable[[], dict[str, object]]] = [
        dict,
        lambda: {"rawId": 5},
        lambda: {"rawId": "!!"},
        lambda: key.sign(b"x") | {"response": {}},
    ]
    for make in broken:
        with pytest.raises(PasskeyRefused):
            sign_in_with_passkey(
                actor=guest(),
                credential=make(),
                challenge=b"x",
                rp_id=RP_ID,
                origin=ORIGIN,
                now=NOON,
            )


def test_one_credential_belongs_to_one_person() -> None:
    key = SoftKey()
    _register(person(), key)
    with pytest.raises(PasskeyRefused):
        _register(person(), key)


def test_a_closed_account_has_no_passkey() -> None:
    who, key = person(), SoftKey()
    _register(who, key)
    Person.objects.update(is_active=False)
    with pytest.raises(PasskeyRefused):
        _sign_in(key)


def test_the_options_ask_for_a_key_that_needs_no_phone_number() -> None:
    who, key = person(name="박순자"), SoftKey()
    _register(who, key)
    options = json.loads(registration(who, rp_id=RP_ID).options_json)
    assert options["rp"] == {"name": "장터", "id": RP_ID}
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "preferred"
    assert len(options["excludeCredentials"]) == 1
    assert str(who.phone) not in json.dumps(options)
    signing = json.loads(authentication(rp_id=RP_ID).options_json)
    assert (signing["rpId"], signing.get("allowCredentials", [])) == (RP_ID, [])


def test_only_ones_own_is_removed_and_staff_need_both_factors() -> None:
    who = person()
    passkey_id = _register(who, SoftKey())
    with pytest.raises(NotFound):
        remove_passkey(actor=actor_of(person(), now=NOON), passkey_id=passkey_id, now=NOON)
    grant(who, Role.OFFICE, make_world())
    with pytest.raises(StrongSignInNeeded):
        remove_passkey(actor=actor_of(who, now=NOON, strong=False), passkey_id=passkey_id, now=NOON)
    remove_passkey(actor=actor_of(who, now=NOON), passkey_id=passkey_id, now=NOON)
    assert not Passkey.objects.exists()
