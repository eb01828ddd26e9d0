"""What somebody allows: her last word and its ledger, for people and for browsers. Nothing is ever assumed."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client

from jangteo.apps.accounts.actions.adopt_choices import adopt_choices
from jangteo.apps.accounts.actions.set_consent import set_consent
from jangteo.apps.accounts.consents import consents_of
from jangteo.apps.accounts.digests import guest_digest
from jangteo.apps.accounts.errors import ConsentNeedsAnother, SignInNeeded
from jangteo.apps.accounts.models import Consent, ConsentChange, Purpose
from jangteo.apps.decisions.decide import decide
from jangteo.apps.decisions.models import Decision, Provider, ProviderEvent, Subject, VendorErasure
from jangteo.apps.decisions.sealing import seal
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import every_market, market_scope
from tests.apps.decisions.logs import RandomLog
from tests.apps.decisions.test_new_capability import RIPEST, Ripe
from tests.world import NOON, World, guest, make_world, person, shopper

pytestmark = pytest.mark.django_db
ON, OFF = True, False


def _say(actor: Actor, purpose: Purpose, word: bool) -> dict[Purpose, bool | None]:
    return set_consent(
        actor=actor, purpose=purpose, is_given=word, wording="2026-11", channel="me", now=NOON
    )


def _decided(world: World, actor: Actor) -> Decision:
    with market_scope(world.market.pk):
        made = decide(
            RIPEST,
            Ripe(fruits=["apple", "pear"]),
            subject=actor,
            market_id=world.market.pk,
            now=NOON,
            personalise=lambda request: request.model_copy(update={"liked": ["apple"]}),
        )
        return Decision.objects.get(pk=made.id)


def test_nobody_was_asked_and_nothing_is_ticked() -> None:
    assert set(consents_of(shopper()).values()) == {None}
    assert set(consents_of(guest()).values()) == {None}
    assert set(consents_of(Actor()).values()) == {None}
    assert not Consent.objects.exists()


@pytest.mark.parametrize("who", [shopper, guest])
def test_the_last_word_counts_at_the_next_decision(who) -> None:
    world, actor = make_world(), who()
    _say(actor, Purpose.PERSONAL, ON)
    assert _decided(world, actor).is_personal
    _say(actor, Purpose.PERSONAL, OFF)
    row = _decided(world, actor)
    assert (row.is_personal, row.subject, row.saw) == (False, None, ["fruits"])
    _say(actor, Purpose.PERSONAL, ON)
    assert _decided(world, actor).is_personal


def test_the_same_word_again_writes_nothing() -> None:
    actor = shopper()
    for word in (ON, ON, OFF, OFF, ON):
        _say(actor, Purpose.PERSONAL, word)
    said = ConsentChange.objects.order_by("pk")
    assert [row.is_given for row in said] == [True, False, True]
    assert {(row.wording, row.channel, row.at) for row in said} == {("2026-11", "me", NOON)}


def test_a_no_to_personal_is_a_no_to_vendors() -> None:
    actor = shopper()
    with pytest.raises(ConsentNeedsAnother):
        _say(actor, Purpose.VENDORS, ON)
    _say(actor, Purpose.PERSONAL, ON)
    _say(actor, Purpose.VENDORS, ON)
    said = _say(actor, Purpose.PERSONAL, OFF)
    assert (said[Purpose.PERSONAL], said[Purpose.VENDORS]) == (False, False)
    # coming back to personal picks does not bring vendors back
    assert _say(actor, Purpose.PERSONAL, ON)[Purpose.VENDORS] is False


def test_the_night_needs_the_day_and_each_is_its_own() -> None:
    actor = shopper()
    with pytest.raises(ConsentNeedsAnother):
        _say(actor, Purpose.MARKETING_NIGHT, ON)
    said = _say(actor, Purpose.MARKETING, ON)
    assert (said[Purpose.MARKETING], said[Purpose.MARKETING_NIGHT]) == (True, None)
    _say(actor, Purpose.MARKETING_NIGHT, ON)
    said = _say(actor, Purpose.MARKETING, OFF)
    assert (said[Purpose.MARKETING], said[Purpose.MARKETING_NIGHT]) == (False, False)


def test_a_browser_has_no_address_to_advertise_to() -> None:
    with pytest.raises(SignInNeeded):
        _say(guest(), Purpose.MARKETING, ON)
    with pytest.raises(SignInNeeded):
        _say(Actor(), Purpose.PERSONAL, OFF)


def test_one_persons_word_is_no_one_elses() -> None:
    her, browser = shopper(), guest()
    _say(her, Purpose.PERSONAL, OFF)
    _say(browser, Purpose.PERSONAL, ON)
    assert consents_of(shopper())[Purpose.PERSONAL] is None
    assert consents_of(guest())[Purpose.PERSONAL] is None
    assert consents_of(her)[Purpose.PERSONAL] is False


def test_the_ledger_cannot_be_edited() -> None:
    _say(shopper(), Purpose.PERSONAL, ON)
    with pytest.raises(DatabaseError), transaction.atomic():
        ConsentChange.objects.update(is_given=False)
    with pytest.raises(DatabaseError), transaction.atomic():
        ConsentChange.objects.all().delete()


def test_a_browsers_digest_never_enters_the_ledger() -> None:
    browser = guest("a-browser-key")
    _say(browser, Purpose.PERSONAL, OFF)
    row, ledger = Consent.objects.get(), ConsentChange.objects.get()
    assert row.guest_digest == guest_digest("a-browser-key")
    assert ledger.guest_ref == row.ref.hex


@pytest.mark.parametrize(
    ("browser_said", "person_said", "then"),
    [
        (OFF, None, False),
        (OFF, ON, False),
        (OFF, OFF, False),
        (ON, None, True),
        (ON, OFF, False),
        (ON, ON, True),
        (None, ON, True),
        (None, None, None),
    ],
)
def test_on_sign_in_a_no_always_wins(
    browser_said: bool | None, person_said: bool | None, then: bool | None
) -> None:
    browser, her = guest(), shopper()
    for actor, word in ((browser, browser_said), (her, person_said)):
        if word is not None:
            _say(actor, Purpose.PERSONAL, word)
    adopt_choices(actor=her, guest_key=browser.guest_key, now=NOON)
    assert consents_of(her)[Purpose.PERSONAL] is then
    assert consents_of(browser)[Purpose.PERSONAL] is browser_said


def test_a_yes_to_vendors_is_not_adopted_by_somebody_who_said_no_to_personal() -> None:
    browser, her = guest(), shopper()
    _say(browser, Purpose.PERSONAL, ON)
    _say(browser, Purpose.VENDORS, ON)
    _say(her, Purpose.PERSONAL, OFF)
    adopt_choices(actor=her, guest_key=browser.guest_key, now=NOON)
    said = consents_of(her)
    assert (said[Purpose.PERSONAL], said[Purpose.VENDORS]) == (False, False)


@pytest.mark.parametrize("purpose", [Purpose.PERSONAL, Purpose.VENDORS])
def test_vendors_are_told_to_forget_at_once(purpose: Purpose) -> None:
    world, actor = make_world(), shopper()
    _say(actor, Purpose.PERSONAL, ON)
    _say(actor, Purpose.VENDORS, ON)
    with market_scope(world.market.pk):
        provider = Provider.objects.create(
            market=world.market,
            slug="acme",
            name="Acme",
            capability="test-ripest",
            base_url="https://vendor.example",
            secret_sealed=seal("secret"),
            state="live",
            added_at=NOON,
        )
        ProviderEvent.objects.create(market=world.market, provider=provider, kind="live", at=NOON)
        key = Subject.objects.create(market=world.market, person_id=actor.person_id).key
    RandomLog(1).decide(
        world.market.pk,
        NOON,
        subject=key,
        provider="acme",
        capability="test-ripest",
        fallback="",
        asked="acme",
        left_fields=["fruits", "subject"],
    )
    _say(actor, purpose, OFF)
    with every_market():
        assert VendorErasure.objects.get().provider_id == provider.pk


def test_the_page_changes_a_word_and_refuses_what_makes_no_sense(client: Client) -> None:
    page = client.get("/me/privacy")
    assert page.status_code == 200
    assert "jt_guest" not in page.cookies
    said = client.post("/me/privacy/consent", {"purpose": "personal", "word": "off"})
    assert said.headers["Location"] == "/me/privacy?changed=personal-off#personal"
    assert Consent.objects.get().is_given is False
    for wrong in ({"purpose": "x", "word": "on"}, {"purpose": "personal", "word": "yes"}, {}):
        assert client.post("/me/privacy/consent", wrong).status_code == 422
    assert (
        client.post("/me/privacy/consent", {"purpose": "vendors", "word": "on"}).status_code == 409
    )
    assert client.get("/me/privacy?changed=<b>-on").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_the_same_moment_are_one_word() -> None:
    actor = Actor(person_id=person().pk)
    barrier = threading.Barrier(4)

    def tap() -> None:
        barrier.wait()
        try:
            _say(actor, Purpose.PERSONAL, OFF)
        finally:
            connection.close()

    threads = [threading.Thread(target=tap) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Consent.objects.get().is_given is False
    assert ConsentChange.objects.count() == 1
