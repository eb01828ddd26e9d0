"""Giving, delegating, taking back and recovering."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jangteo.apps.accounts.actions.delegate_stall import delegate_stall
from jangteo.apps.accounts.actions.give_role import give_role
from jangteo.apps.accounts.actions.recover_access import recover_access
from jangteo.apps.accounts.actions.revoke_grant import revoke_grant
from jangteo.apps.accounts.actions.sign_in_with_link import sign_in_with_link
from jangteo.apps.accounts.errors import (
    GrantNotFound,
    LinkDead,
    NotAStallPerson,
    OtherPlacesToo,
    PhoneInUse,
)
from jangteo.apps.accounts.models import AccessEvent, Person, RoleGrant
from jangteo.apps.accounts.people import grants_of
from jangteo.apps.accounts.queries import (
    actor_of,
    people_of_market,
    people_of_stall,
    places_of,
)
from jangteo.apps.messaging.models import Message
from jangteo.platform.errors import InvalidInput, NotAllowed, NotFound
from jangteo.platform.permissions import Actor, Grant, Role
from jangteo.platform.tenancy import every_market
from tests.apps.accounts.helpers import newest, token_in
from tests.world import NOON, World, grant, guest, make_world, person

pytestmark = pytest.mark.django_db
DAUGHTER = "010-2222-3333"


@pytest.fixture
def world() -> World:
    made = make_world(name="달빛시장")
    made.stall("soonja", name="순자네 채소")
    made.stall("fish")
    return made


def _events(world: World) -> list[tuple[str, dict[str, object]]]:
    with every_market():
        rows = AccessEvent.objects.filter(market=world.market).order_by("pk")
        return [(row.kind, row.detail) for row in rows]


def test_a_daughter_helps_until_a_day_and_not_a_second_longer(world: World) -> None:
    stall = world.stalls["soonja"]
    until = NOON + timedelta(days=30)
    given = delegate_stall(
        actor=world.owner("soonja"),
        market_id=world.market.pk,
        stall_id=stall.pk,
        phone=DAUGHTER,
        name="김지영",
        until=until,
        now=NOON,
    )
    helper = Person.objects.get(pk=given.person_id)
    assert (helper.phone, helper.name) == ("+821022223333", "김지영")
    here = Grant(role=Role.PROXY, market_id=world.market.pk, stall_id=stall.pk)
    assert actor_of(helper, now=until - timedelta(seconds=1)).grants == {here}
    assert actor_of(helper, now=until).grants == frozenset()
    assert RoleGrant.objects.get(pk=given.grant_id).until == until
    message = newest("+821022223333")
    assert "순자네 채소" in message.body
    assert sign_in_with_link(actor=guest(), token=token_in(message), now=NOON)
    assert [kind for kind, _ in _events(world)] == ["delegated"]


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_delegation_ends_within_a_year(world: World, days: int) -> None:
    with pytest.raises(InvalidInput):
        delegate_stall(
            actor=world.office(),
            market_id=world.market.pk,
            stall_id=world.stalls["soonja"].pk,
            phone=DAUGHTER,
            until=NOON + timedelta(days=days),
            now=NOON,
        )


def test_delegating_again_moves_the_end_and_keeps_the_history(world: World) -> None:
    for days in (10, 20):
        delegate_stall(
            actor=world.office(),
            market_id=world.market.pk,
            stall_id=world.stalls["soonja"].pk,
            phone=DAUGHTER,
            until=NOON + timedelta(days=days),
            now=NOON,
        )
    rows = RoleGrant.objects.filter(role=Role.PROXY).order_by("pk")
    assert [row.revoked_at for row in rows] == [NOON, None]
    assert [row.until for row in rows] == [NOON + timedelta(days=d) for d in (10, 20)]


def test_an_owner_takes_back_proxies_of_the_own_stall_only(world: World) -> None:
    proxy = grant(person(), Role.PROXY, world, "soonja")
    owner = grant(person(), Role.STALL_OWNER, world, "soonja")
    market, stall = world.market.pk, world.stalls["soonja"].pk

    def take(actor: Actor, row: RoleGrant, stall_id: int | None = stall) -> None:
        revoke_grant(actor=actor, market_id=market, stall_id=stall_id, grant_id=row.pk, now=NOON)

    with pytest.raises(NotAllowed):
        take(world.owner("fish"), proxy)
    with pytest.raises(GrantNotFound):  # naming the own stall does not reach another stall's grant
        take(world.owner("fish"), proxy, world.stalls["fish"].pk)
    with pytest.raises(NotAllowed):
        take(world.owner("soonja"), owner)
    take(world.owner("soonja"), proxy)
    assert actor_of(proxy.person, now=NOON).grants == frozenset()
    with pytest.raises(GrantNotFound):
        take(world.owner("soonja"), proxy)
    take(world.office(), owner)
    assert [kind for kind, _ in _events(world)] == ["role_revoked", "role_revoked"]


def test_an_office_does_not_lock_itself_out_nor_reach_another_market(world: World) -> None:
    me = person()
    own = grant(me, Role.OFFICE, world)
    elsewhere = make_world()
    theirs = grant(person(), Role.OFFICE, elsewhere)
    office = actor_of(me, now=NOON)
    with pytest.raises(NotAllowed):
        revoke_grant(
            actor=office, market_id=world.market.pk, stall_id=None, grant_id=own.pk, now=NOON
        )
    with pytest.raises(GrantNotFound):
        revoke_grant(
            actor=office, market_id=world.market.pk, stall_id=None, grant_id=theirs.pk, now=NOON
        )


def _give(actor: Actor, world: World | None, role: Role, stall_id: int | None = None) -> int:
    return give_role(
        actor=actor,
        market_id=world.market.pk if world else None,
        phone=DAUGHTER,
        role=role,
        stall_id=stall_id,
        send_link=world is not None,
        now=NOON,
    ).person_id


def test_an_office_gives_stalls_and_colleagues_and_nothing_above(world: World) -> None:
    stall = world.stalls["soonja"].pk
    who = Person.objects.get(pk=_give(world.office(), world, Role.STALL_OWNER, stall))
    assert newest("+821022223333").template == "welcome"
    _give(world.office(), world, Role.OFFICE)
    for role in (Role.AGENCY, Role.SYSTEM):
        with pytest.raises(NotAllowed):
            _give(world.office(), world, role)
    with pytest.raises(NotAllowed):
        _give(world.office(), None, Role.OFFICE)
    assert {(g.role, g.stall_id) for g in actor_of(who, now=NOON).grants} == {
        (Role.STALL_OWNER, stall),
        (Role.OFFICE, None),
    }
    assert [(p.role, p.stall and p.stall.name) for p in places_of(who, NOON)] == [
        ("stall_owner", "순자네 채소"),
        ("office", None),
    ]


def test_a_role_needs_its_right_place(world: World) -> None:
    other = make_world()
    other.stall("there")
    with pytest.raises(NotFound):
        _give(world.office(), world, Role.STALL_OWNER, other.stalls["there"].pk)
    for role, stall in (
        (Role.STALL_OWNER, None),
        (Role.OFFICE, world.stalls["soonja"].pk),
        (Role.SHOPPER, None),
    ):
        with pytest.raises(InvalidInput):
            _give(world.office(), world, role, stall)
    with pytest.raises(InvalidInput):
        _give(Actor.system(), None, Role.OFFICE)
    assert not RoleGrant.objects.exists()


def test_the_operator_gives_every_role_everywhere() -> None:
    who = Person.objects.get(pk=_give(Actor.system(), None, Role.AGENCY))
    assert actor_of(who, now=NOON).has(Role.AGENCY, 12345)


def test_lists_of_people(world: World) -> None:
    owner, proxy = person(name="순자"), person(name="지영")
    grant(proxy, Role.PROXY, world, "soonja")
    grant(owner, Role.STALL_OWNER, world, "soonja")
    grant(person(), Role.PROXY, world, "fish").delete()
    stall = world.stalls["soonja"].pk
    assert people_of_stall(world.market.pk, stall, NOON) == [owner, proxy]
    assert [g.person for g in people_of_market(world.market.pk, NOON)] == [proxy, owner]


def _recover(world: World, who: Person, **fields: str) -> None:
    recover_access(
        actor=world.office(),
        market_id=world.market.pk,
        stall_id=world.stalls["soonja"].pk,
        person_id=who.pk,
        now=NOON,
        **fields,
    )


def test_an_owner_with_a_new_number_gets_a_link_and_old_ways_in_end(world: World) -> None:
    who = person(name="박순자")
    old_phone = str(who.phone)
    grant(who, Role.STALL_OWNER, world, "soonja")
    _recover(world, who)
    old_token = token_in(newest(old_phone))
    who.passkeys.create(credential_id=b"k", public_key=b"p")
    who.devices.create(session_key="s", created_at=NOON, last_seen_at=NOON)
    who.tokens.create(digest="d", label="t", scopes=["stall:read"], expires_at=NOON)
    _recover(world, who, new_phone="010-7777-8888")
    who.refresh_from_db()
    heir = Person.objects.get(phone="+821077778888")
    # whatever she bought under the old number is not the office's to hand out
    assert (who.phone, heir.name, heir.pk != who.pk) == (old_phone, "박순자", True)
    assert grants_of(who.pk, NOON) == frozenset()
    assert who.tokens.filter(revoked_at=None).count() == 0
    assert (who.passkeys.count(), who.devices.count()) == (0, 0)
    with pytest.raises(LinkDead):
        sign_in_with_link(actor=guest(), token=old_token, now=NOON)
    message = newest("+821077778888")
    assert (message.template, message.market_id) == ("recovery_link", world.market.pk)
    tomorrow = NOON + timedelta(hours=23)
    signed = sign_in_with_link(actor=guest(), token=token_in(message), now=tomorrow)
    assert signed.person_id == heir.pk
    stall = world.stalls["soonja"].pk
    held = Grant(role=Role.STALL_OWNER, market_id=world.market.pk, stall_id=stall)
    assert grants_of(heir.pk, NOON) == {held}
    assert _events(world) == [
        ("access_recovered", {"stall_id": stall, "new_number": False}),
        ("access_recovered", {"stall_id": stall, "new_number": True, "before": who.pk}),
    ]


def test_an_office_recovers_only_owners_who_work_nowhere_else(world: World) -> None:
    with pytest.raises(NotAStallPerson):
        _recover(world, person())
    colleague = person()
    grant(colleague, Role.STALL_OWNER, world, "soonja")
    grant(colleague, Role.OFFICE, world)
    with pytest.raises(OtherPlacesToo):
        _recover(world, colleague)
    both = person()
    grant(both, Role.STALL_OWNER, world, "soonja")
    elsewhere = make_world()
    elsewhere.stall("there")
    grant(both, Role.STALL_OWNER, elsewhere, "there")
    with pytest.raises(OtherPlacesToo):
        _recover(world, both)
    owner = person()
    grant(owner, Role.STALL_OWNER, world, "soonja")
    person(phone="+821077778888")
    with pytest.raises(PhoneInUse):
        _recover(world, owner, new_phone="010-7777-8888")
    assert not Message.objects.exists()
