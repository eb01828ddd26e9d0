"""Who may call what: every action of every app, tried as every kind of person, against a table written by hand.

A new action fails here until it has a row in `EXPECTED`. A row names the people who get past the door; everybody else
must get `NotAllowed`. Past the door anything may happen (the arguments are dummies), only not `NotAllowed`; where a
dummy would be refused for its own sake, `DUMMIES` gives a better one.
"""

from __future__ import annotations

import enum
import importlib
import inspect
import pkgutil
import types
import typing
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction

import jangteo.apps
from jangteo.apps.accounts.models import Person, RoleGrant
from jangteo.apps.accounts.queries import actor_for_guest, actor_of
from jangteo.platform.errors import NotAllowed
from jangteo.platform.permissions import ACTIONS, Actor, Role
from tests.world import NOON, World, grant, make_world, person

pytestmark = pytest.mark.django_db

for _module in pkgutil.walk_packages(jangteo.apps.__path__, "jangteo.apps."):
    if ".actions." in _module.name:
        importlib.import_module(_module.name)

PEOPLE = (
    "guest",
    "shopper",
    "owner",
    "owner of another stall",
    "proxy",
    "expired proxy",
    "revoked owner",
    "office",
    "office with one factor",
    "agency",
    "operator",
    "system",
    "foreign owner",
    "foreign proxy",
    "foreign office",
    "foreign agency",
)
ANYBODY = frozenset(PEOPLE)
SYSTEM = frozenset({"operator", "system"})
OFFICE = SYSTEM | {"office"}
OWNERS = OFFICE | {"owner"}
STALL = OWNERS | {"proxy"}

EXPECTED: dict[str, frozenset[str]] = {
    "accounts.actor_for_token": ANYBODY,
    "accounts.add_person": SYSTEM,
    "accounts.adopt_choices": ANYBODY,
    "accounts.change_profile": ANYBODY,
    "accounts.confirm_totp": ANYBODY,
    "accounts.delegate_stall": OWNERS,
    "accounts.download_my_data": ANYBODY,
    "accounts.end_other_sessions": ANYBODY,
    "accounts.end_session": ANYBODY,
    "accounts.erase_again": SYSTEM,
    "accounts.erase_guest": ANYBODY,
    "accounts.erase_me": ANYBODY,
    "accounts.finish_erasures": SYSTEM,
    "accounts.give_role": OFFICE,
    "accounts.issue_api_token": ANYBODY,
    "accounts.issue_link": SYSTEM,
    "accounts.keep_me": ANYBODY,
    "accounts.recover_access": OFFICE,
    "accounts.register_passkey": ANYBODY,
    "accounts.remember_device": ANYBODY,
    "accounts.remove_passkey": ANYBODY,
    "accounts.request_sign_in": ANYBODY,
    "accounts.revoke_api_token": ANYBODY,
    "accounts.revoke_grant": OWNERS,
    "accounts.see_device": ANYBODY,
    "accounts.set_consent": ANYBODY,
    "accounts.set_password": ANYBODY,
    "accounts.sign_in_with_code": ANYBODY,
    "accounts.sign_in_with_link": ANYBODY,
    "accounts.sign_in_with_passkey": ANYBODY,
    "accounts.sign_in_with_password": ANYBODY,
    "accounts.start_totp": ANYBODY,
    "accounts.sweep_sign_ins": SYSTEM,
    "catalog.activate_matcher": SYSTEM,
    "catalog.add_offer": STALL,
    "catalog.answer_gone": STALL,
    "catalog.answer_item": STALL,
    "catalog.answer_list_origin": STALL,
    "catalog.answer_origin": STALL,
    "catalog.answer_question": OFFICE,
    "catalog.answer_row": STALL,
    "catalog.answer_tax": STALL,
    "catalog.begin_standardising": OFFICE,
    "catalog.change_price": STALL,
    "catalog.complete_label": STALL,
    "catalog.confirm_import": STALL,
    "catalog.confirm_said": STALL,
    "catalog.draft_all_texts": STALL,
    "catalog.draft_text": STALL,
    "catalog.create_item": OFFICE,
    "catalog.create_items": STALL,
    "catalog.edit_item": OFFICE,
    "catalog.edit_offer": STALL,
    "catalog.edit_picture": STALL,
    "catalog.edit_text": STALL,
    "catalog.end_stuck_runs": SYSTEM,
    "catalog.hide_offer": STALL,
    "catalog.link_offer": STALL,
    "catalog.merge_items": OFFICE,
    "catalog.put_off_question": OFFICE,
    "catalog.retire_item": OFFICE,
    "catalog.set_catalog_settings": OFFICE,
    "catalog.split_item": OFFICE,
    "catalog.standardise_offers": SYSTEM,
    "catalog.train_matcher": SYSTEM,
    "catalog.undo_answer": OFFICE,
    "catalog.undo_item_change": OFFICE,
    "catalog.mark_arrived_today": STALL,
    "catalog.mark_on_sale": STALL,
    "catalog.mark_sold_out": STALL,
    "catalog.mark_today_only": STALL,
    "catalog.publish_text": STALL,
    "catalog.finish_reading": SYSTEM,
    "catalog.forget_photos": SYSTEM,
    "catalog.note_reading": SYSTEM,
    "catalog.read_price_list": STALL,
    "catalog.read_price_photos": STALL,
    "catalog.say_prices": STALL,
    "catalog.recheck_texts": SYSTEM,
    "catalog.restore_text_version": STALL,
    "catalog.set_business": STALL,
    "catalog.set_channel_categories": OFFICE,
    "catalog.set_picture": STALL,
    "catalog.set_publishes_unseen": SYSTEM | {"owner"},
    "catalog.stop_text_run": STALL,
    "catalog.take_back_origin": STALL,
    "catalog.undo_import": STALL,
    "catalog.undo_picture_edit": STALL,
    "catalog.undo_price_change": STALL,
    "catalog.withdraw_text": STALL,
    "catalog.write_run_text": SYSTEM,
    "decisions.add_provider": OFFICE,
    "decisions.answer_objection": OFFICE,
    "decisions.archive_month": SYSTEM,
    "decisions.check_provider": OFFICE,
    "decisions.choose_provider": OFFICE,
    "decisions.draft_experiment": OFFICE,
    "decisions.edit_experiment": OFFICE,
    "decisions.end_experiment": SYSTEM,
    "decisions.forget_at_vendor": SYSTEM,
    "decisions.look_at_experiment": OFFICE,
    "decisions.make_provider_live": OFFICE,
    "decisions.mend_rollups": SYSTEM,
    "decisions.note_what_left": SYSTEM,
    "decisions.object_to_decision": ANYBODY,
    "decisions.recount_days": SYSTEM,
    "decisions.refresh_rollups": SYSTEM,
    "decisions.remove_provider": OFFICE,
    "decisions.renew_provider_secret": SYSTEM,
    "decisions.resume_capability": OFFICE,
    "decisions.resume_provider": OFFICE,
    "decisions.seal_days": SYSTEM,
    "decisions.set_data_scope": OFFICE,
    "decisions.start_experiment": OFFICE,
    "decisions.stop_experiment": OFFICE,
    "decisions.suspend_capability": OFFICE,
    "decisions.suspend_provider": OFFICE,
    "decisions.watch_guardrails": SYSTEM,
    "discovery.count_missed": SYSTEM,
    "discovery.order_stall": ANYBODY,
    "discovery.pick_for_home": ANYBODY,
    "fulfilment.check_arrival": OFFICE,
    "fulfilment.confirm_delivery": OFFICE,
    "fulfilment.hand_to_rider": OFFICE,
    "fulfilment.hand_to_shopper": OFFICE,
    "fulfilment.undo_arrival": OFFICE,
    "markets.close_stall_today": STALL,
    "markets.edit_market": OFFICE,
    "markets.edit_stall": STALL,
    "markets.load_register": SYSTEM,
    "markets.open_market": SYSTEM,
    "markets.open_stall": OFFICE,
    "markets.remove_zone": OFFICE,
    "markets.reopen_stall_today": STALL,
    "markets.set_special_day": OFFICE,
    "markets.set_zone": OFFICE,
    "messaging.deliver_message": SYSTEM,
    "messaging.record_report": SYSTEM,
    "messaging.send_message": SYSTEM,
    "orders.adopt_cart": ANYBODY,
    "orders.answer_part": STALL,
    "orders.answer_question": ANYBODY,
    "orders.cancel_order": OFFICE,
    "orders.cancel_own_order": ANYBODY,
    "orders.change_cart": ANYBODY,
    "orders.close_question": SYSTEM,
    "orders.destroy_old_contacts": SYSTEM,
    "orders.escalate_part": SYSTEM,
    "orders.expire_order": SYSTEM,
    "orders.place_order": ANYBODY,
    "orders.refund_lines": OFFICE,
    "payments.confirm_payment": ANYBODY,
    "payments.pay_refund": OFFICE,
    "payments.pay_settlements": OFFICE,
    "payments.record_deposit": OFFICE,
    "payments.resolve_payment": SYSTEM,
    "payments.retry_refund": OFFICE,
    "payments.settle_market": OFFICE,
    "payments.start_payment": ANYBODY,
    "programme.accept_offer": OFFICE,
    "programme.add_company_member": ANYBODY,
    "programme.add_target": SYSTEM,
    "programme.answer_checklist": OFFICE,
    "programme.change_definition": SYSTEM,
    "programme.change_service_address": ANYBODY,
    "programme.change_terms": ANYBODY,
    "programme.check_vendor": ANYBODY,
    "programme.close_problem": OFFICE,
    "programme.compute_indicator": SYSTEM,
    "programme.decline_offer": OFFICE,
    "programme.enter_approval": OFFICE,
    "programme.expire_pilot": SYSTEM,
    "programme.post_problem": OFFICE,
    "programme.publish_pilot": OFFICE,
    "programme.register_company": ANYBODY,
    "programme.renew_vendor_key": ANYBODY,
    "programme.send_offer": ANYBODY,
    "programme.sign_terms": ANYBODY,
    "programme.start_pilot": OFFICE,
    "programme.stop_pilot": ANYBODY,
    "programme.withdraw_certificate": OFFICE,
    "programme.withdraw_offer": ANYBODY,
    "stock.count_stock": STALL,
    "stock.receive_stock": STALL,
    "stock.stop_counting": STALL,
}

#: arguments that must be more than a dummy to reach the end of the action's own checks
DUMMIES: dict[str, dict[str, Any]] = {
    "accounts.give_role": {"role": Role.STALL_OWNER},
}
NOWHERE = 2_000_000_000


def _role(world: World, role: Role, stall: str = "") -> Person:
    who = person()
    grant(who, role, world, stall)
    return who


def _everywhere(role: Role) -> Person:
    who = person()
    RoleGrant.objects.create(person=who, role=role.value)
    return who


def _ended(who: Person, **fields: datetime) -> Person:
    who.grants.update(**fields)
    return who


def _people(ours: World, theirs: World) -> dict[str, Actor]:
    past = NOON - timedelta(seconds=1)
    people = {
        "shopper": person(),
        "owner": _role(ours, Role.STALL_OWNER, "here"),
        "owner of another stall": _role(ours, Role.STALL_OWNER, "next door"),
        "proxy": _role(ours, Role.PROXY, "here"),
        "expired proxy": _ended(_role(ours, Role.PROXY, "here"), until=past),
        "revoked owner": _ended(_role(ours, Role.STALL_OWNER, "here"), revoked_at=past),
        "office": _role(ours, Role.OFFICE),
        "agency": _everywhere(Role.AGENCY),
        "operator": _everywhere(Role.SYSTEM),
        "foreign owner": _role(theirs, Role.STALL_OWNER, "there"),
        "foreign proxy": _role(theirs, Role.PROXY, "there"),
        "foreign office": _role(theirs, Role.OFFICE),
        "foreign agency": _role(theirs, Role.AGENCY),
    }
    actors = {name: actor_of(who, now=NOON) for name, who in people.items()}
    actors["guest"] = actor_for_guest("a-browser")
    actors["system"] = Actor.system()
    actors["office with one factor"] = actor_of(_role(ours, Role.OFFICE), now=NOON, strong=False)
    assert set(actors) == set(PEOPLE)
    return actors


def _dummy(hint: Any) -> Any:
    """A value of a type that leads nowhere."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return None if type(None) in arguments else _dummy(arguments[0])
    if origin is typing.Literal:
        return arguments[0]
    kind = origin or hint
    plain: dict[Any, Any] = {
        int: NOWHERE,
        str: "x",
        bool: False,
        float: 0.0,
        bytes: b"x",
        datetime: NOON,
        date: NOON.date(),
        time: NOON.time(),
    }
    if kind in plain:
        return plain[kind]
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return next(iter(kind))
    if isinstance(kind, type) and issubclass(kind, Mapping):
        return {}
    if isinstance(kind, type) and issubclass(kind, Collection):
        return ()
    return None


def _arguments(name: str, world: World) -> dict[str, Any]:
    function = inspect.unwrap(ACTIONS[name].function)
    hints = typing.get_type_hints(function)
    places = {"market_id": world.market.pk, "stall_id": world.stalls["here"].pk}
    given = {
        parameter: _dummy(hints.get(parameter))
        for parameter, rule in inspect.signature(function).parameters.items()
        if rule.default is inspect.Parameter.empty or parameter in places
    }
    chosen = {key: value for key, value in places.items() if key in given}
    return given | chosen | DUMMIES.get(name, {})


class _Undo(Exception):
    """Takes everything back that a call past the door did."""


def _allowed(name: str, actor: Actor, world: World) -> bool:
    arguments = _arguments(name, world) | {"actor": actor}
    try:
        with transaction.atomic():
            try:
                ACTIONS[name].function(**arguments)
            except NotAllowed:
                return False
            except Exception as problem:  # past the door anything may happen
                raise _Undo from problem
            raise _Undo
    except _Undo:
        return True


@pytest.fixture
def worlds() -> tuple[World, World]:
    ours, theirs = make_world(), make_world()
    ours.stall("here")
    ours.stall("next door")
    theirs.stall("there")
    return ours, theirs


@pytest.mark.parametrize("name", sorted(set(ACTIONS) | set(EXPECTED)))
def test_every_action_lets_in_exactly_the_people_of_its_row(
    name: str, worlds: tuple[World, World]
) -> None:
    assert name in EXPECTED, f"{name} needs a row in EXPECTED"
    assert name in ACTIONS, f"{name} does not exist any more: take its row away"
    ours, theirs = worlds
    people = _people(ours, theirs)
    got_in = {who for who, actor in people.items() if _allowed(name, actor, ours)}
    assert sorted(got_in) == sorted(EXPECTED[name])


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_a_token_without_the_scope_opens_nothing(name: str, worlds: tuple[World, World]) -> None:
    ours, theirs = worlds
    operator = replace(_people(ours, theirs)["operator"], token_scopes=frozenset({"other:scope"}))
    assert not _allowed(name, operator, ours)


@pytest.mark.parametrize("name", sorted(n for n, rule in ACTIONS.items() if rule.token_scope))
def test_a_token_with_the_scope_opens_what_its_person_may(
    name: str, worlds: tuple[World, World]
) -> None:
    ours, theirs = worlds
    scopes = frozenset({ACTIONS[name].token_scope})
    people = _people(ours, theirs)
    for who in ("office", "foreign office"):
        actor = replace(people[who], token_scopes=scopes)
        assert _allowed(name, actor, ours) is (who in EXPECTED[name])
