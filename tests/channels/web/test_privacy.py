"""The page of rights over HTTP: data to take, a deletion done at once or waited for, a receipt for anybody who has it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import pytest
from django.test import Client

from jangteo.apps.accounts.actions.erase_me import erase_me
from jangteo.apps.accounts.errors import SignInNeeded
from jangteo.apps.accounts.models import Consent, Device, Erasure, Person
from jangteo.apps.orders.models import Order, OrderEvent
from jangteo.channels.web.people import BACKEND
from jangteo.platform.commands.restore import app as restore_app
from jangteo.platform.config import config
from jangteo.platform.permissions import Actor, Role
from jangteo.platform.registry import AFTER_RESTORE_STEPS, load
from jangteo.platform.tenancy import every_market
from tests.apps.planted import ADDRESS, NAME, PHONE, plant
from tests.world import NOON, four_stalls, grant, person, shopper

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def var_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(config(), "var_dir", tmp_path)
    return tmp_path


def _in(client: Client, who: Person) -> Client:
    client.force_login(who, backend=BACKEND)
    return client


def test_the_data_is_a_page_and_a_file(client: Client) -> None:
    planted = plant()
    _in(client, planted.person)
    page = client.get("/me/privacy/data").content.decode()
    assert NAME in page
    assert ADDRESS in page
    assert "010-7773-6391" in page
    file = client.get("/me/privacy/data.json")
    assert file.headers["Content-Disposition"].startswith('attachment; filename="jangteo-')
    assert file.headers["Cache-Control"] == "private, no-store"
    body = json.loads(file.content)
    rows = {section["key"]: section["rows"] for section in body["sections"]}
    assert rows["account"][0]["phone"] == PHONE
    assert all(section["why"]["ko"] and section["why"]["en"] for section in body["sections"])


def test_a_big_account_is_read_and_written_in_time(client: Client) -> None:
    world, who = four_stalls(), shopper()
    with every_market():
        Order.objects.bulk_create(
            Order(
                market=world.market,
                number=f"n{n}",
                day=NOON.date(),
                payment_order_no=f"jt_{n:08d}",
                person_id=who.person_id,
                access_token=f"t{n}",
                contact_name=NAME,
                contact_phone=PHONE,
                way="pickup",
                state="done",
                goods_krw=1000,
                fee_krw=0,
                total_krw=1000,
                tax_free_krw=0,
                idempotency_key=f"k{n}",
                placed_at=NOON,
                paid_at=NOON,
                closed_at=NOON,
                reserved_until=NOON,
                promised_minutes=60,
            )
            for n in range(5000)
        )
        orders = Order.objects.filter(person_id=who.person_id)
        OrderEvent.objects.bulk_create(
            OrderEvent(market=world.market, order=order, kind="placed", at=NOON) for order in orders
        )
    _in(client, Person.objects.get(pk=who.person_id))
    started = perf_counter()
    body = json.loads(client.get("/me/privacy/data.json").content)
    page = client.get("/me/privacy/data").content.decode()
    seconds = perf_counter() - started
    (rows,) = [section["rows"] for section in body["sections"] if section["key"] == "orders"]
    assert len(rows) == 5000
    assert "4,900개가 더 있어요" in page or "4900개가 더 있어요" in page
    assert seconds < 30
    started = perf_counter()
    assert erase_me(actor=who, now=NOON + timedelta(hours=1)).is_done
    assert perf_counter() - started < 30


def test_a_visitor_without_anything_is_asked_to_come_in_and_gets_no_key(client: Client) -> None:
    for path in ("/me/privacy", "/me/privacy/delete"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "jt_guest" not in answer.cookies
    assert client.get("/me/privacy/data").headers["Location"] == "/in?next=%2Fme%2Fprivacy%2Fdata"


def test_deleting_ends_the_session_and_gives_a_receipt(client: Client) -> None:
    her = person(name=NAME, phone=PHONE)
    _in(client, her)
    before = client.get("/me/privacy/delete").content.decode()
    assert "010-7773-6391" in before
    assert "기다려야 하는 것" not in before
    answer = client.post("/me/privacy/delete")
    code = Erasure.objects.get().receipt_code
    assert answer.headers["Location"] == f"/erasure/{code}"
    assert Person.objects.get(pk=her.pk).phone is None
    assert not Device.objects.exists()
    assert client.get("/me").status_code == 302
    receipt = Client().get(f"/erasure/{code}")
    text = receipt.content.decode()
    assert receipt.status_code == 200
    assert "모두 지웠어요" in text
    assert NAME not in text
    assert "6391" not in text
    assert client.get(f"/erasure/{code}", headers={"accept-language": "en"}).status_code == 200


def test_looking_at_the_page_of_deletion_deletes_nothing(client: Client) -> None:
    _in(client, person(name=NAME, phone=PHONE))
    client.get("/me/privacy/delete")
    client.head("/me/privacy/delete")
    assert not Erasure.objects.exists()


def test_an_unknown_receipt_is_said_to_be_unknown(client: Client) -> None:
    assert client.get("/erasure/nothing").status_code == 404


def test_somebody_elses_deletion_cannot_be_taken_back(client: Client) -> None:
    planted = plant(open_order=True)
    erase_me(actor=planted.actor, now=NOON)
    assert client.post("/me/privacy/keep").status_code in (302, 401)
    _in(client, person())
    assert client.post("/me/privacy/keep").status_code == 404
    assert Erasure.objects.get().state == "waiting"
    _in(client, planted.person)
    assert client.post("/me/privacy/keep").headers["Location"] == "/me/privacy?kept=1"
    assert not Erasure.objects.exists()


def test_the_last_of_an_office_reads_the_remedy(client: Client) -> None:
    boss = person()
    grant(boss, Role.OFFICE, four_stalls())
    _in(client, boss)
    answer = client.post("/me/privacy/delete")
    assert answer.status_code == 409
    assert "상인회 역할을 맡긴 다음" in answer.content.decode()


def test_a_browser_that_said_no_goes_on_with_a_no_under_a_new_key(client: Client) -> None:
    client.post("/me/privacy/consent", {"purpose": "personal", "word": "off"})
    old_key, old = client.cookies["jt_guest"].value, Consent.objects.get().guest_digest
    answer = client.post("/me/privacy/delete")
    assert answer.status_code == 200
    assert client.cookies["jt_guest"].value != old_key
    said = Consent.objects.get()
    assert said.guest_digest != old
    assert said.is_given is False
    assert "지금 꺼져 있어요" in client.get("/me/privacy").content.decode()


def test_a_restore_ends_with_the_steps_of_the_apps() -> None:
    assert restore_app is not None
    assert AFTER_RESTORE_STEPS == ("jangteo.apps.accounts.jobs:after_restore",)
    step = load(AFTER_RESTORE_STEPS[0])
    assert step is not None
    her = person(name=NAME, phone=PHONE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "jangteo.apps.accounts.actions.erase_again.erasures_logged",
            lambda: [
                {"person": her.pk, "joined_at": her.joined_at.isoformat(), "receipt": "a-receipt"}
            ],
        )
        step()
    assert Person.objects.get(pk=her.pk).phone is None
    assert Erasure.objects.get().receipt_code == "a-receipt"


def test_an_actor_without_an_account_cannot_delete_one() -> None:
    with pytest.raises(SignInNeeded):
        erase_me(actor=Actor(guest_key="x"), now=NOON)
