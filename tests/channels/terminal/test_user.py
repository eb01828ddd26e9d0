"""`jangteo user`: people and roles from the terminal."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from jangteo.apps.accounts.actions.actor_for_token import actor_for_token
from jangteo.apps.accounts.actions.sign_in_with_link import sign_in_with_link
from jangteo.apps.accounts.errors import GrantNotFound, PersonNotFound
from jangteo.apps.accounts.models import Person, RoleGrant
from jangteo.apps.accounts.queries import actor_of
from jangteo.channels.terminal.user import app
from jangteo.platform.clock import utc_now
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Role
from tests.apps.accounts.helpers import newest
from tests.world import World, guest, make_world

pytestmark = pytest.mark.django_db
runner = CliRunner(env={"JANGTEO_LANGUAGE": "ko"})
PHONE = "010-1234-5678"


@pytest.fixture
def world() -> World:
    made = make_world("moon")
    made.stall("soonja")
    return made


def _run(*arguments: str) -> str:
    done = runner.invoke(app, list(arguments))
    assert done.exit_code == 0, done.output
    return done.stdout.strip()


def test_the_first_operator_comes_in_by_a_link() -> None:
    _run("grant", PHONE, "system", "--name", "김운영")
    link = _run("link", PHONE, "--next", "/office/")
    signed = sign_in_with_link(actor=guest(), token=link.split("/in/link/")[1], now=utc_now())
    who = Person.objects.get(pk=signed.person_id)
    assert (who.name, signed.next_path) == ("김운영", "/office/")
    assert actor_of(who).has(Role.SYSTEM)


def test_roles_are_given_listed_and_taken_back(world: World) -> None:
    place = ("--market", "moon", "--stall", "soonja")
    _run("grant", PHONE, "proxy", *place, "--name", "지영", "--until", "2099-12-31", "--send")
    # until the end of that day in Seoul
    assert RoleGrant.objects.get().until == datetime(2099, 12, 31, 15, tzinfo=UTC)
    assert newest("+821012345678").template == "welcome"
    _run("grant", "010-2222-3333", "agency")
    assert _run("list").splitlines() == [
        "010-1234-5678  proxy        moon/soonja  지영  ~2099-12-31",
        "010-2222-3333  agency       *  -",
    ]
    assert len(_run("list", "--market", "moon").splitlines()) == 1
    assert _run("revoke", PHONE, "proxy", *place) == "거두었어요."
    again = runner.invoke(app, ["revoke", PHONE, "proxy", *place])
    assert isinstance(again.exception, GrantNotFound)
    assert _run("list", "--market", "moon") == ""


def test_a_token_is_printed_once_and_works() -> None:
    _run("add", PHONE, "--name", "박순자")
    bearer = _run("token", PHONE, "--label", "회계", "--scope", "a:b", "--scope", "c:d")
    actor = actor_for_token(actor=guest(), bearer=bearer, now=utc_now())
    assert actor.token_scopes == {"a:b", "c:d"}
    assert actor.person_id == Person.objects.get(name="박순자").pk


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["link", PHONE], PersonNotFound),
        (["add", "02-123-4567"], InvalidInput),
        (["grant", PHONE, "agency", "--until", "내일"], InvalidInput),
    ],
)
def test_what_cannot_be_done_is_an_error_with_words(
    arguments: list[str], problem: type[Exception]
) -> None:
    assert isinstance(runner.invoke(app, arguments).exception, problem)


def test_help_teaches_with_examples() -> None:
    page = _run("grant", "--help")
    assert "jangteo user grant 010-4444-5555 stall_owner --market amsa --stall soonja" in page
    assert runner.invoke(app, ["grant", PHONE, "king"]).exit_code == 2
