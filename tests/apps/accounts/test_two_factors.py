"""Staff: password with second factor, or a passkey."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from pytest_django import Settings

from jangteo.apps.accounts.actions.confirm_totp import confirm_totp
from jangteo.apps.accounts.actions.issue_api_token import issue_api_token
from jangteo.apps.accounts.actions.issue_link import issue_link
from jangteo.apps.accounts.actions.set_password import set_password
from jangteo.apps.accounts.actions.sign_in_with_password import sign_in_with_password
from jangteo.apps.accounts.actions.start_totp import start_totp
from jangteo.apps.accounts.errors import (
    SecondFactorMissing,
    StrongSignInNeeded,
    WrongCredentials,
    WrongSecondFactor,
)
from jangteo.apps.accounts.models import Person
from jangteo.apps.accounts.queries import actor_of, needs_factors
from jangteo.platform import settings as project_settings
from jangteo.platform.errors import InvalidInput, TooManyRequests
from jangteo.platform.permissions import Actor, Role
from tests.world import NOON, grant, guest, make_world, person

pytestmark = pytest.mark.django_db
PASSWORD = "감나무 아래 세 사람"
PHONE = "+821012345678"


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def test_passwords_are_kept_with_argon2() -> None:
    assert project_settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def _code(who: Person, steps: int = 0) -> str:
    return pyotp.TOTP(who.totp_secret).at(NOON + timedelta(seconds=30 * steps))


@pytest.fixture
def staff() -> Person:
    """An office person with both factors; the code of the present step is still unused."""
    who = person(phone=PHONE, name="이정호")
    grant(who, Role.OFFICE, make_world())
    who.set_password(PASSWORD)
    who.totp_secret = pyotp.random_base32()
    who.save()
    return who


def _sign_in(password: str, code: str, minutes: int = 0) -> bool:
    return sign_in_with_password(
        actor=guest(),
        phone="010-1234-5678",
        password=password,
        totp_code=code,
        now=NOON + timedelta(minutes=minutes),
    ).strong


def test_password_and_second_factor_together_are_strong(staff: Person) -> None:
    assert _sign_in(PASSWORD, _code(staff)) is True


def test_a_code_of_the_app_works_once(staff: Person) -> None:
    _sign_in(PASSWORD, _code(staff))
    with pytest.raises(WrongCredentials):
        _sign_in(PASSWORD, _code(staff))
    with pytest.raises(WrongCredentials):
        _sign_in(PASSWORD, _code(staff, -1))  # an older one neither
    assert _sign_in(PASSWORD, _code(staff, 1)) is True


@pytest.mark.parametrize(("steps", "fits"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_phone_clock_may_be_half_a_minute_off(staff: Person, steps: int, fits: bool) -> None:
    if fits:
        assert _sign_in(PASSWORD, _code(staff, steps)) is True
    else:
        with pytest.raises(WrongCredentials):
            _sign_in(PASSWORD, _code(staff, steps))


@pytest.mark.parametrize("wrong", ["password", "code", "phone", "empty code"])
def test_what_was_wrong_is_not_told(staff: Person, wrong: str) -> None:
    code = {"code": "000000", "empty code": ""}.get(wrong, _code(staff))
    with pytest.raises(WrongCredentials):
        sign_in_with_password(
            actor=guest(),
            phone="010-1111-1111" if wrong == "phone" else PHONE,
            password="다른 비밀번호" if wrong == "password" else PASSWORD,
            totp_code=code,
            now=NOON,
        )


def test_password_tries_are_limited(staff: Person) -> None:
    for _ in range(8):
        with pytest.raises(WrongCredentials):
            _sign_in("틀린 비밀번호", "000000")
    with pytest.raises(TooManyRequests):
        _sign_in(PASSWORD, _code(staff))


def test_a_password_alone_does_not_open(staff: Person) -> None:
    Person.objects.update(totp_secret="")
    with pytest.raises(SecondFactorMissing):
        _sign_in(PASSWORD, "")


def test_setting_up_from_a_first_link_to_a_strong_sign_in() -> None:
    who = person(phone=PHONE)
    grant(who, Role.OFFICE, make_world())
    weak = actor_of(who, now=NOON, strong=False)
    assert needs_factors(who, NOON)
    set_password(actor=weak, password=PASSWORD, now=NOON)
    offer = start_totp(actor=weak, now=NOON)
    query = parse_qs(urlsplit(offer.uri).query)
    assert (query["secret"], query["issuer"]) == ([offer.secret], ["Jangteo"])
    assert offer.qr.startswith("data:image/svg+xml")
    app = pyotp.TOTP(offer.secret)
    with pytest.raises(WrongSecondFactor):
        confirm_totp(actor=weak, secret=offer.secret, code="12", now=NOON)
    confirm_totp(actor=weak, secret=offer.secret, code=app.at(NOON), now=NOON)
    who.refresh_from_db()
    assert not needs_factors(who, NOON)
    with pytest.raises(WrongCredentials):
        _sign_in(PASSWORD, app.at(NOON))  # used up by the confirmation
    assert _sign_in(PASSWORD, app.at(NOON + timedelta(seconds=30))) is True


def test_a_link_alone_neither_opens_the_office_nor_changes_the_factors(staff: Person) -> None:
    weak = actor_of(staff, now=NOON, strong=False)
    assert not weak.grants
    with pytest.raises(StrongSignInNeeded):
        set_password(actor=weak, password="새로운 비밀번호 하나", now=NOON)
    with pytest.raises(StrongSignInNeeded):
        start_totp(actor=weak, now=NOON)
    with pytest.raises(StrongSignInNeeded):
        issue_api_token(actor=weak, label="x", scopes=["a:b"], days=1, now=NOON)
    set_password(actor=actor_of(staff, now=NOON), password="새로운 비밀번호 하나", now=NOON)


@pytest.mark.parametrize("bad", ["짧아요", "password123", "12345678901234"])
def test_weak_passwords_are_refused_in_both_languages(bad: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        set_password(actor=actor_of(person(), now=NOON), password=bad, now=NOON)
    assert refused.value.message("ko") != refused.value.message("en")


def test_the_operator_lets_somebody_begin_anew(staff: Person) -> None:
    link = issue_link(actor=Actor.system(), phone=PHONE, reset=True, now=NOON)
    assert "/in/link/" in link
    staff.refresh_from_db()
    assert needs_factors(staff, NOON)
    with pytest.raises(WrongCredentials):
        _sign_in(PASSWORD, _code(staff) if staff.totp_secret else "")
