"""After a deletion nothing anywhere knows her, but for what a law keeps; and the search that says so can fail."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.backends.db import SessionStore

from jangteo.apps.accounts.actions.download_my_data import download_my_data
from jangteo.apps.accounts.actions.erase_again import erase_again
from jangteo.apps.accounts.actions.erase_guest import erase_guest
from jangteo.apps.accounts.actions.erase_me import erase_me
from jangteo.apps.accounts.actions.finish_erasures import finish_erasures
from jangteo.apps.accounts.actions.keep_me import keep_me
from jangteo.apps.accounts.erasing import try_to_finish
from jangteo.apps.accounts.erasure_log import erasures_logged, log_path
from jangteo.apps.accounts.errors import LastOfficePerson, StillOpen
from jangteo.apps.accounts.models import (
    Consent,
    ConsentChange,
    Erasure,
    Passkey,
    Person,
    RoleGrant,
)
from jangteo.apps.accounts.people import open_person
from jangteo.apps.accounts.queries import erasure_by_receipt
from jangteo.apps.decisions.actions.archive_months import archive_one_month
from jangteo.apps.decisions.actions.refresh_rollups import refresh_rollups
from jangteo.apps.decisions.actions.seal_days import seal_days
from jangteo.apps.decisions.models import Decision, Objection, Subject, VendorErasure
from jangteo.apps.markets.models import Stall
from jangteo.apps.messaging.models import Message
from jangteo.apps.orders.actions.destroy_old_contacts import destroy_old_contacts
from jangteo.apps.orders.models import KeptContact, Order, OrderEvent
from jangteo.apps.payments.models import Refund
from jangteo.platform import personal_data
from jangteo.platform.backup import read, write
from jangteo.platform.config import config
from jangteo.platform.errors import TooManyRequests
from jangteo.platform.permissions import Actor, Role
from jangteo.platform.tenancy import every_market
from tests.apps.planted import (
    ADDRESS,
    FORMER_KEY,
    GUEST_KEY,
    NAME,
    NOTE,
    OLD,
    OTHER_PHONE,
    PHONE,
    Planted,
    close,
    plant,
)
from tests.traces import in_database, in_files, in_process, tables
from tests.world import NOON, grant, make_world, person, shopper

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + timedelta(minutes=5)
SYSTEM = Actor.system()
#: what a law keeps: the only table that may still know her
RETAINED = {"orders_keptcontact"}


@pytest.fixture(autouse=True)
def var_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(config(), "var_dir", tmp_path / "var")
    return tmp_path / "var"


def _archive_old_decisions() -> None:
    refresh_rollups(actor=SYSTEM, now=OLD + timedelta(days=60))
    seal_days(actor=SYSTEM, now=OLD + timedelta(days=60))
    archive_one_month(actor=SYSTEM, month=OLD.date().replace(day=1), now=NOON)


def test_nothing_anywhere_knows_her_but_what_the_law_keeps(
    var_dir: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    planted = plant()
    _archive_old_decisions()
    before = in_database(planted.words)
    assert before >= {
        "accounts_person",
        "accounts_signincode",
        "accounts_device",
        "accounts_passkey",
        "accounts_apitoken",
        "accounts_consent",
        "django_session",
        "messaging_message",
        "orders_order",
        "orders_cart",
        "decisions_subject",
        "decisions_objection",
        "payments_refund",
        "catalog_priceimport",
        "catalog_priceimportrow",
        "markets_stall",
        "platform_ratecount",
        "programme_company",
    }
    assert tables() > 60
    asked = erase_me(actor=planted.actor, now=LATER)
    assert asked.is_done
    assert in_database(planted.words) == RETAINED
    assert in_files(var_dir, planted.words) == set()
    assert in_process(planted.words) == set()
    said = capfd.readouterr()
    assert not any(word in said.out + said.err for word in planted.words)
    assert (var_dir / "lake").exists()


def test_the_key_in_the_log_is_nobodys(var_dir: Path) -> None:
    planted = plant()
    _archive_old_decisions()
    assert in_files(var_dir, planted.keys) == {"lake/decisions/2025-08.parquet"}
    erase_me(actor=planted.actor, now=LATER)
    with every_market():
        assert not Subject.objects.exists()
        assert Decision.objects.exclude(subject=None).exists()
        objections = Objection.objects.all()
        assert {(row.person_id, row.text, row.answer) for row in objections} == {(None, "", "")}
        asked = VendorErasure.objects.get()
    # the vendor's own key stays until the vendor has confirmed, or nobody could tell it whom to forget
    assert in_database(planted.keys) == {
        "decisions_decision",
        "decisions_objection",
        "decisions_vendorerasure",
    }
    view = erasure_by_receipt(Erasure.objects.get().receipt_code)
    assert view.calls == (f"vendor-erasure:{asked.pk}",)


def test_what_is_kept_is_said_and_destroyed_when_its_time_is_over() -> None:
    planted = plant()
    asked = erase_me(actor=planted.actor, now=LATER)
    view = erasure_by_receipt(asked.receipt_code)
    assert [(kept.count, kept.until.isoformat()) for kept in view.kept] == [(5, "2031-11-21")]
    with every_market():
        kept = KeptContact.objects.order_by("pk")
        assert {(row.name, row.phone, row.address) for row in kept} == {
            (NAME, PHONE, f"달빛동 {ADDRESS}"),
            (NAME, OTHER_PHONE, f"달빛동 {ADDRESS}"),
        }
        blank = Order.objects.values_list(
            "contact_name", "contact_phone", "address", "request_note", "access_token", "guest_key"
        )
        assert set(blank) == {("", "", "", "", "", "")}
    last_day = NOON.replace(year=2031)
    assert destroy_old_contacts(actor=SYSTEM, now=last_day) == 0
    assert destroy_old_contacts(actor=SYSTEM, now=last_day + timedelta(days=1)) == 5
    assert in_database(planted.words) == set()


def test_the_account_is_an_empty_shell_and_opens_nothing() -> None:
    planted = plant()
    erase_me(actor=planted.actor, now=LATER)
    shell = Person.objects.get(pk=planted.person.pk)
    assert (shell.phone, shell.name, shell.is_active, shell.totp_secret) == (None, "", False, "")
    assert not shell.has_usable_password()
    assert not Passkey.objects.exists()
    assert not RoleGrant.objects.filter(person=shell, revoked_at=None).exists()
    with every_market():
        stall = Stall.objects.get(pk=planted.world.stalls["tofu"].pk)
    assert (stall.owner_name, stall.phone, stall.is_active) == ("", "", True)


def test_a_new_sign_up_with_the_same_number_finds_nothing_old() -> None:
    planted = plant()
    erase_me(actor=planted.actor, now=LATER)
    again, is_new = open_person(PHONE)
    assert is_new
    assert again.pk != planted.person.pk
    data = download_my_data(actor=Actor(person_id=again.pk), now=LATER)
    assert [section.key for section in data.sections] == ["account"]
    assert data.sections[0].rows[0]["name"] == ""


def test_an_open_order_is_waited_for_and_she_is_told() -> None:
    planted = plant(open_order=True)
    asked = erase_me(actor=planted.actor, now=LATER)
    number = planted.done[-1].number
    assert not asked.is_done
    assert asked.waits_for == (
        f"주문 {number}번이 아직 끝나지 않았어요. / Order {number} is still under way.",
    )
    assert asked.due_at == LATER + timedelta(days=10)
    assert not Consent.objects.filter(is_given=True).exists()
    assert erase_me(actor=planted.actor, now=LATER).receipt_code == asked.receipt_code
    with every_market():
        assert Order.objects.get(pk=planted.done[-1].order_id).contact_phone == PHONE
    assert finish_erasures(actor=SYSTEM, now=LATER) == 0
    close(planted.world, planted.done[-1], LATER)
    assert finish_erasures(actor=SYSTEM, now=LATER) == 1
    assert in_database(planted.words) == RETAINED
    assert erasure_by_receipt(asked.receipt_code).is_done
    assert finish_erasures(actor=SYSTEM, now=LATER) == 0


def test_a_refund_on_its_way_is_waited_for() -> None:
    planted = plant()
    with every_market():
        Refund.objects.update(state="due")
    asked = erase_me(actor=planted.actor, now=LATER)
    assert not asked.is_done
    assert "환불" in asked.waits_for[0]
    with every_market():
        Refund.objects.update(state="done")
    assert finish_erasures(actor=SYSTEM, now=LATER) == 1


def test_a_deletion_that_waits_can_be_taken_back() -> None:
    planted = plant(open_order=True)
    erase_me(actor=planted.actor, now=LATER)
    keep_me(actor=planted.actor)
    close(planted.world, planted.done[-1], LATER)
    assert finish_erasures(actor=SYSTEM, now=LATER) == 0
    assert Person.objects.get(pk=planted.person.pk).phone == PHONE


def test_the_proof_holds_nothing_of_her(var_dir: Path) -> None:
    planted = plant()
    asked = erase_me(actor=planted.actor, now=LATER)
    (line,) = erasures_logged()
    assert set(line) == {"person", "joined_at", "done_at", "receipt", "guest"}
    assert line["person"] == planted.person.pk
    assert oct(log_path().stat().st_mode)[-3:] == "600"
    view = erasure_by_receipt(asked.receipt_code)
    assert {went[0] for went in view.went} >= {
        "받은 문자",
        "장바구니",
        "결정 기록과 나를 잇는 열쇠",
        "계정(전화번호, 이름, 비밀번호)",
    }


def test_the_orders_ledger_never_took_her_name() -> None:
    plant()
    with every_market():
        told = [str(event.data) for event in OrderEvent.objects.all()]
    assert any("○○○" in text for text in told)
    assert not any(NAME in text or "7773" in text for text in told)


def test_an_older_backup_does_not_bring_her_back(tmp_path: Path) -> None:
    planted = plant()
    file = tmp_path / "older.jtb"
    write.write_backup(file, media_dir=tmp_path / "media", lake_dir=tmp_path / "lake", now=NOON)
    asked = erase_me(actor=planted.actor, now=LATER)
    innocent = shopper()
    read.restore(file, media_dir=tmp_path / "media", lake_dir=tmp_path / "lake", replace=True)
    assert Person.objects.get(pk=planted.person.pk).phone == PHONE
    assert "orders_order" in in_database(planted.words)
    assert erase_again(actor=SYSTEM, now=LATER) == 2  # the person and her browser
    assert in_database(planted.words) == RETAINED
    assert erasure_by_receipt(asked.receipt_code).is_done
    assert erase_again(actor=SYSTEM, now=LATER) == 0
    assert innocent.person_id is not None


def test_one_that_cannot_be_erased_again_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_world()
    people = [person() for _ in range(3)]
    file = tmp_path / "older.jtb"
    write.write_backup(file, media_dir=tmp_path / "media", lake_dir=tmp_path / "lake", now=NOON)
    for one in people:
        erase_me(actor=Actor(person_id=one.pk), now=LATER)
    read.restore(file, media_dir=tmp_path / "media", lake_dir=tmp_path / "lake", replace=True)
    lines = log_path().read_bytes()
    log_path().write_bytes(b'7\n{"person": "x"}\n{"guest": 3}\n' + lines)
    finish = try_to_finish

    def broken(erasure: Erasure, whom: Person, now: datetime) -> bool:
        if whom.pk == people[0].pk:
            raise RuntimeError("no disk")
        return finish(erasure, whom, now)

    with monkeypatch.context() as patch:
        patch.setattr("jangteo.apps.accounts.actions.erase_again.try_to_finish", broken)
        assert erase_again(actor=SYSTEM, now=LATER) == 2
    assert [one.phone for one in Person.objects.filter(pk__in=[p.pk for p in people[1:]])] == [
        None,
        None,
    ]
    assert finish_erasures(actor=SYSTEM, now=LATER) == 1
    assert Person.objects.get(pk=people[0].pk).phone is None


def test_an_account_number_given_out_again_after_a_restore_is_left_alone(tmp_path: Path) -> None:
    make_world()
    file = tmp_path / "older.jtb"
    write.write_backup(file, media_dir=tmp_path / "media", lake_dir=tmp_path / "lake", now=NOON)
    gone = person(name=NAME)
    erase_me(actor=Actor(person_id=gone.pk), now=LATER)
    read.restore(file, media_dir=tmp_path / "media", lake_dir=tmp_path / "lake", replace=True)
    newcomer = Person.objects.create(pk=gone.pk, phone="+821055500001", name="새 손님")
    assert erase_again(actor=SYSTEM, now=LATER) == 0
    assert Person.objects.get(pk=newcomer.pk).name == "새 손님"


def test_a_crash_before_the_list_was_written_is_made_good() -> None:
    planted = plant()
    erase_me(actor=planted.actor, now=LATER)
    whole = log_path().read_bytes()
    log_path().write_bytes(b'{"person": 1, "joi')
    finish_erasures(actor=SYSTEM, now=LATER)
    assert json.loads(log_path().read_bytes().splitlines()[-1]) == json.loads(whole)


def test_a_browser_is_forgotten_without_signing_in(tmp_path: Path) -> None:
    planted = plant()
    browser = Actor(guest_key=FORMER_KEY)
    file = tmp_path / "older.jtb"
    write.write_backup(file, media_dir=tmp_path / "media", lake_dir=tmp_path / "lake", now=NOON)
    done = erase_guest(actor=browser, now=LATER)
    assert sum(len(one.kept) for one in done) == 1
    assert FORMER_KEY not in str(erasures_logged())
    assert in_database({FORMER_KEY}) == set()
    with every_market():
        assert Order.objects.get(pk=planted.done[3].order_id).contact_phone == ""
        assert Order.objects.get(pk=planted.done[0].order_id).contact_phone == PHONE
    read.restore(file, media_dir=tmp_path / "media", lake_dir=tmp_path / "lake", replace=True)
    assert in_database({FORMER_KEY}) == {"orders_order"}
    assert erase_again(actor=SYSTEM, now=LATER) == 1
    assert in_database({FORMER_KEY}) == set()


def test_a_browser_with_an_open_order_is_told_to_come_back() -> None:
    planted = plant()
    with every_market():
        Order.objects.filter(pk=planted.done[3].order_id).update(state="paid", closed_at=None)
    browser = Actor(guest_key=FORMER_KEY)
    with pytest.raises(StillOpen):
        erase_guest(actor=browser, now=LATER)
    assert Consent.objects.get(person=None, purpose="personal", is_given=False).ref
    with every_market():
        assert Order.objects.get(pk=planted.done[3].order_id).contact_phone == PHONE


def test_the_last_one_of_an_office_is_told_to_hand_over_first() -> None:
    world = make_world(name="달시장")
    boss, second = person(name="회장"), person()
    grant(boss, Role.OFFICE, world)
    with pytest.raises(LastOfficePerson, match="달시장"):
        erase_me(actor=Actor(person_id=boss.pk), now=LATER)
    assert not Erasure.objects.exists()
    grant(second, Role.OFFICE, world)
    assert erase_me(actor=Actor(person_id=boss.pk), now=LATER).is_done


def test_the_ledger_of_consents_keeps_the_words_and_names_nobody() -> None:
    planted = plant()
    erase_me(actor=planted.actor, now=LATER)
    assert not Consent.objects.exists()
    said = ConsentChange.objects.order_by("pk")
    assert said.filter(person=planted.person, is_given=True).count() == 3
    assert said.filter(channel="erasure", is_given=False).count() == 4
    assert all(row.person_id or len(row.guest_ref) == 32 for row in said)


def test_the_download_is_whole() -> None:
    planted = plant()
    data = download_my_data(actor=planted.actor, now=NOON)
    rows = {section.key: section.rows for section in data.sections}
    assert set(rows) == {
        "account",
        "ways_in",
        "roles",
        "consents",
        "messages",
        "decisions",
        "objections",
        "orders",
        "cart",
        "payments",
        "prices",
        "stall",
        "companies",
    }
    assert rows["account"][0]["phone"] == PHONE
    assert len(rows["orders"]) == 5
    order = rows["orders"][0]
    assert (order["name"], order["address"]) == (NAME, f"달빛동 {ADDRESS}")
    assert order["goods"][0]["name"] == "무"
    assert order["request"] == NOTE
    assert len(rows["payments"]) == 5
    assert {row["why"] for row in rows["decisions"]} >= {"apple"}
    assert len(rows["decisions"]) == 4
    assert json.loads(json.dumps([dict(row) for row in rows["orders"]])) == rows["orders"]
    _archive_old_decisions()
    again = download_my_data(actor=planted.actor, now=NOON)
    kept = {section.key: section.rows for section in again.sections}
    assert {row["id"] for row in kept["decisions"]} == {row["id"] for row in rows["decisions"]}


def test_a_download_is_not_asked_for_without_end() -> None:
    who = shopper()
    for _ in range(10):
        download_my_data(actor=who, now=NOON)
    with pytest.raises(TooManyRequests):
        download_my_data(actor=who, now=NOON)


# -- the search can fail


def _left_message(planted: Planted) -> None:
    Message.objects.create(to_phone=PHONE, template="x", body="", adapter="sandbox")


def _left_in_json(planted: Planted) -> None:
    with every_market():
        Objection.objects.filter(person=None).update(text=f"저는 {NAME}")


def _left_in_bytes(planted: Planted) -> None:
    Passkey.objects.create(
        person=planted.person, credential_id=NAME.encode(), public_key=b"p", label=""
    )


def _left_in_a_session(planted: Planted) -> None:
    session = SessionStore()
    session["sign_in_phone"] = PHONE
    session.save()


def _left_guest(planted: Planted) -> None:
    with every_market():
        Order.objects.filter(pk=planted.done[2].order_id).update(guest_key=GUEST_KEY)


@pytest.mark.parametrize(
    ("leave", "where"),
    [
        (_left_message, "messaging_message"),
        (_left_in_json, "decisions_objection"),
        (_left_in_bytes, "accounts_passkey"),
        (_left_in_a_session, "django_session"),
        (_left_guest, "orders_order"),
    ],
)
def test_the_search_finds_what_is_left(leave, where) -> None:
    planted = plant()
    erase_me(actor=planted.actor, now=LATER)
    leave(planted)
    assert in_database(planted.words) == RETAINED | {where}


def test_the_search_finds_a_file_and_a_cache(
    var_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (var_dir / "logs").mkdir(parents=True)
    (var_dir / "logs" / "web.log").write_text(f'{{"who": "{NAME}"}}', encoding="utf-8")
    assert in_files(var_dir, {NAME}) == {"logs/web.log"}
    monkeypatch.setattr("jangteo.apps.markets.info._cache", {"a": (1.0, [NAME])})
    assert in_process({NAME}) == {"jangteo.apps.markets.info._cache"}


@pytest.mark.parametrize("holder", ["messaging", "orders", "decisions", "catalog", "markets"])
def test_an_app_that_forgot_its_holder_is_found(
    holder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = plant()
    personal_data.holders()
    kept = {k: v for k, v in personal_data._registry.holders.items() if k != holder}
    monkeypatch.setattr(personal_data._registry, "holders", kept)
    erase_me(actor=planted.actor, now=LATER)
    left = in_database(planted.words) - RETAINED
    assert any(table.startswith(f"{holder}_") for table in left)
