"""Signing in with what came by message."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jangteo.apps.accounts.actions.request_sign_in import request_sign_in
from jangteo.apps.accounts.actions.sign_in_with_code import sign_in_with_code
from jangteo.apps.accounts.actions.sign_in_with_link import sign_in_with_link
from jangteo.apps.accounts.errors import AccountClosed, CodeDead, LinkDead, WrongCode
from jangteo.apps.accounts.links import safe_path
from jangteo.apps.accounts.models import Person, SignInCode
from jangteo.apps.accounts.queries import link_preview
from jangteo.apps.messaging.models import Message
from jangteo.platform.errors import InvalidInput, TooManyRequests
from jangteo.platform.permissions import Role
from tests.apps.accounts.helpers import code_in, newest, token_in
from tests.world import NOON, grant, guest, make_world, person

pytestmark = pytest.mark.django_db
PHONE = "+821012345678"


def _ask(phone: str = "010-1234-5678", **fields: object) -> Message:
    fields = {"now": NOON, "next_path": "/m/moon/cart"} | fields
    request_sign_in(actor=guest(), phone=phone, **fields)  # type: ignore[arg-type]  # any of its fields
    return newest(PHONE)


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_an_unknown_phone_becomes_a_shopper_at_the_first_sign_in() -> None:
    message = _ask()
    assert not Person.objects.exists()
    signed = sign_in_with_code(actor=guest(), phone=PHONE, code=code_in(message), now=NOON)
    someone = Person.objects.get(phone=PHONE)
    assert (signed.person_id, signed.is_new, signed.strong) == (someone.pk, True, False)
    assert signed.next_path == "/m/moon/cart"
    assert not someone.has_usable_password()
    assert not someone.grants.exists()


def test_known_and_unknown_phones_are_answered_alike() -> None:
    person(phone="+821099998888")
    known = request_sign_in(actor=guest(), phone="010-9999-8888", now=NOON)
    unknown = request_sign_in(actor=guest(), phone="010-1234-5678", now=NOON)
    assert known.expires_at == unknown.expires_at == NOON + timedelta(minutes=10)
    assert newest("+821099998888").template == newest(PHONE).template == "sign_in"


def test_only_digests_are_kept_beside_the_phone() -> None:
    message = _ask()
    row = SignInCode.objects.get()
    assert len(row.code_digest) == len(row.link_digest) == 64
    assert code_in(message) not in (row.code_digest, row.link_digest)


def test_five_wrong_tries_kill_a_code_and_a_new_one_helps() -> None:
    code = code_in(_ask())
    lefts = []
    for _ in range(4):
        with pytest.raises(WrongCode) as wrong:
            sign_in_with_code(actor=guest(), phone=PHONE, code=_wrong(code), now=NOON)
        lefts.append(wrong.value.details["left"])
    assert lefts == [4, 3, 2, 1]
    with pytest.raises(CodeDead):
        sign_in_with_code(actor=guest(), phone=PHONE, code=_wrong(code), now=NOON)
    with pytest.raises(CodeDead):
        sign_in_with_code(actor=guest(), phone=PHONE, code=code, now=NOON)
    again = code_in(_ask())
    assert sign_in_with_code(actor=guest(), phone=PHONE, code=again, now=NOON).is_new


def test_a_code_works_once_in_its_ten_minutes_and_only_the_newest() -> None:
    older, newer = code_in(_ask()), code_in(_ask())
    if older != newer:
        with pytest.raises(WrongCode):
            sign_in_with_code(actor=guest(), phone=PHONE, code=older, now=NOON)
    late = NOON + timedelta(minutes=10)
    with pytest.raises(CodeDead):
        sign_in_with_code(actor=guest(), phone=PHONE, code=newer, now=late)
    typed = f" {newer[:3]} {newer[3:]} "
    sign_in_with_code(actor=guest(), phone=PHONE, code=typed, now=late - timedelta(seconds=1))
    with pytest.raises(CodeDead):
        sign_in_with_code(actor=guest(), phone=PHONE, code=newer, now=NOON)


def test_a_code_belongs_to_its_phone() -> None:
    code = code_in(_ask())
    with pytest.raises(CodeDead):
        sign_in_with_code(actor=guest(), phone="010-1111-2222", code=code, now=NOON)


def test_a_link_works_once_and_takes_the_code_with_it() -> None:
    message = _ask()
    signed = sign_in_with_link(actor=guest(), token=token_in(message), now=NOON)
    assert signed.next_path == "/m/moon/cart"
    with pytest.raises(LinkDead):
        sign_in_with_link(actor=guest(), token=token_in(message), now=NOON)
    with pytest.raises(CodeDead):
        sign_in_with_code(actor=guest(), phone=PHONE, code=code_in(message), now=NOON)


def test_looking_at_a_link_uses_nothing_up_and_knows_stall_people() -> None:
    world = make_world()
    world.stall("soonja")
    grant(person(phone=PHONE, name="박순자"), Role.STALL_OWNER, world, "soonja")
    token = token_in(_ask())
    for _ in range(2):
        preview = link_preview(token, NOON)
        assert preview
        assert (preview.name, preview.is_stall_person) == ("박순자", True)
    assert link_preview(token, NOON + timedelta(minutes=10)) is None
    sign_in_with_link(actor=guest(), token=token, now=NOON)
    assert link_preview(token, NOON) is None


def test_a_closed_account_stays_closed() -> None:
    person(phone=PHONE, is_active=False)
    with pytest.raises(AccountClosed):
        sign_in_with_link(actor=guest(), token=token_in(_ask()), now=NOON)


def test_one_phone_gets_five_codes_in_ten_minutes() -> None:
    for _ in range(5):
        _ask()
    with pytest.raises(TooManyRequests) as refused:
        _ask()
    assert refused.value.details["wait_seconds"] == 600
    assert Message.objects.count() == 5
    _ask(now=NOON + timedelta(minutes=10))
    assert Message.objects.count() == 6


def test_one_phone_gets_twenty_codes_a_day() -> None:
    for turn in range(20):
        _ask(now=NOON + timedelta(minutes=10 * turn))
    with pytest.raises(TooManyRequests):
        _ask(now=NOON + timedelta(minutes=200))


def test_one_address_gets_thirty_codes_in_ten_minutes() -> None:
    for number in range(30):
        request_sign_in(
            actor=guest(), phone=f"010-2000-{number:04d}", address="192.0.2.7", now=NOON
        )
    with pytest.raises(TooManyRequests):
        _ask(address="192.0.2.7")
    _ask(address="192.0.2.8")


def test_tries_are_limited_across_codes() -> None:
    for _ in range(15):
        with pytest.raises(CodeDead):
            sign_in_with_code(actor=guest(), phone=PHONE, code="000000", now=NOON)
    with pytest.raises(TooManyRequests):
        sign_in_with_code(actor=guest(), phone=PHONE, code="000000", now=NOON)


def test_a_number_that_is_no_mobile_sends_nothing() -> None:
    with pytest.raises(InvalidInput):
        _ask("02-123-4567")
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("/stall/?day=1#now", "/stall/?day=1#now"),
        ("//evil.example", ""),
        ("https://evil.example/", ""),
        ("/\\evil.example", ""),
        ("javascript:alert(1)", ""),
        ("stall", ""),
        ("/" + "x" * 200, ""),
        ("", ""),
    ],
)
def test_only_paths_of_this_site_are_followed(given: str, kept: str) -> None:
    assert safe_path(given) == kept


def test_tries_are_limited_across_phones_of_one_address() -> None:
    for number in range(60):
        with pytest.raises(CodeDead):
            sign_in_with_code(
                actor=guest(),
                phone=f"010{number:08d}",
                code="000000",
                address="203.0.113.9",
                now=NOON,
            )
    with pytest.raises(TooManyRequests):
        sign_in_with_code(
            actor=guest(), phone="01099990000", code="000000", address="203.0.113.9", now=NOON
        )
