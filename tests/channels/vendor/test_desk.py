"""The vendor's desk: what anybody may read, what only a company's members see, and how refusals are said."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from jangteo.apps.accounts.models import Person, RoleGrant
from jangteo.apps.decisions.actions.end_due_experiments import watch_all_guardrails
from jangteo.apps.programme.actions.withdraw_certificate import withdraw_certificate
from jangteo.apps.programme.models import Company, CompanyMember, Pilot, VendorOffer
from jangteo.platform.permissions import Role
from jangteo.platform.tenancy import every_market
from tests.desk import client_of
from tests.pilots import NUMBERS, Alliance, alliance, draw_alike
from tests.vendor_service import serving
from tests.world import make_world, person

pytestmark = pytest.mark.django_db
URL = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def _alike(monkeypatch: pytest.MonkeyPatch) -> None:
    draw_alike(monkeypatch)


@pytest.fixture
def made() -> Alliance:
    return alliance()


def _page(made: Alliance, rest: str = "") -> str:
    return f"/vendor/pilots/{made.world.market.slug}/{made.it.slug}/{rest}"


def test_the_desk_opens_without_signing_in_and_says_so_when_nothing_is_open() -> None:
    page = Client().get("/vendor/")
    assert page.status_code == 200
    assert "지금 열려 있는 문제가 없어요" in page.content.decode()
    assert "/api/v1/provider-contract.json" in page.content.decode()


def test_registering_needs_a_sign_in_and_comes_back() -> None:
    page = Client().get("/vendor/company?next=/vendor/")
    assert page.status_code == 302
    assert page["Location"].startswith("/in?")


def test_a_company_that_is_known_already_is_said_with_the_remedy(made: Alliance) -> None:
    client = client_of(person())
    form = {"name": "남", "representative": "남", "business_number": NUMBERS[0]}
    page = client.post("/vendor/company", form)
    assert page.status_code == 409
    assert "이미 등록되어 있어요" in page.content.decode()
    assert Company.objects.count() == 1


def test_a_company_is_never_sent_elsewhere_after_registering() -> None:
    client = client_of(person())
    form = {"name": "새", "representative": "새", "business_number": NUMBERS[2]}
    page = client.post("/vendor/company", form | {"next": "https://evil.example/"})
    assert (page.status_code, page["Location"]) == (302, "/vendor/")


def test_a_colleague_acts_for_the_company_and_a_stranger_adds_nobody(made: Alliance) -> None:
    colleague = person(name="동료")
    address = f"/vendor/company/{made.company_id}/members"
    assert client_of(person()).post(address, {"phone": colleague.phone}).status_code == 404
    page = client_of(made.vendor_person).post(address, {"phone": colleague.phone})
    assert page.status_code == 302
    assert CompanyMember.objects.filter(person=colleague).count() == 1


def test_nobody_tries_numbers_to_learn_who_has_an_account(made: Alliance) -> None:
    address = f"/vendor/company/{made.company_id}/members"
    browser = client_of(made.vendor_person)
    tried = [browser.post(address, {"phone": f"0105555{n:04}"}).status_code for n in range(11)]
    assert tried == [422] * 10 + [429]


def test_an_offer_without_data_or_with_a_wrong_address_is_refused_at_its_field(
    made: Alliance,
) -> None:
    made.accepted(URL)
    with every_market():
        VendorOffer.objects.update(state="declined")
        slug = VendorOffer.objects.get().problem.slug
        Pilot.objects.all().delete()
    client = client_of(made.vendor_person)
    address = f"/vendor/problems/{made.world.market.slug}/{slug}/"
    form = {"company": str(made.company_id), "summary": "풀게요", "base_url": "ftp://x"}
    page = client.post(address, form)
    assert page.status_code == 422
    assert "필요한 자료를 목록에서" in page.content.decode()
    page = client.post(address, form | {"wants_fields": ["candidates"]})
    assert "https://로 시작하는" in page.content.decode()
    assert "풀게요" in page.content.decode()


def test_only_members_of_the_company_see_its_pilot(made: Alliance) -> None:
    made.signed(URL)
    other = alliance(NUMBERS[1], make_world())
    assert client_of(made.vendor_person).get(_page(made)).status_code == 200
    for stranger in (other.vendor_person, made.office_person, person()):
        client = client_of(stranger, strong=True)
        assert client.get(_page(made)).status_code == 404
        assert client.get(_page(made, "terms")).status_code == 404
        for what in ("sign", "key", "check", "stop", "address"):
            assert client.post(_page(made, f"do/{what}")).status_code == 404
    assert Client().get(_page(made)).status_code == 302
    home = client_of(other.vendor_person).get("/vendor/").content.decode()
    assert made.it.slug not in home
    assert made.it.title not in home


def test_the_key_is_shown_once_and_kept_by_nobody_on_the_way(made: Alliance) -> None:
    made.signed(URL)
    client = client_of(made.vendor_person)
    shown = client.post(_page(made, "do/key"))
    assert shown["Cache-Control"] == "no-store"
    text = shown.content.decode()
    key = text[text.index("jtv_") :].split("<")[0]
    assert len(key) > 40
    assert key not in client.get(_page(made)).content.decode()
    office = client_of(made.office_person, strong=True)
    page = office.get(f"/office/{made.world.market.slug}/pilots/{made.it.slug}/")
    assert page.status_code == 200
    assert "jtv_" not in page.content.decode()


def test_signed_terms_are_refused_in_words(made: Alliance) -> None:
    made.signed(URL)
    page = client_of(made.vendor_person).post(_page(made, "do/sign"), {"digest": "0" * 64})
    assert page.status_code == 409
    assert "양쪽이 서명한 약속이라 바꿀 수 없어요" in page.content.decode()


def test_another_markets_office_cannot_open_the_pilot(made: Alliance) -> None:
    made.signed(URL)
    other = alliance(NUMBERS[1], make_world())
    client = client_of(other.office_person, strong=True)
    ours, theirs = made.world.market.slug, other.world.market.slug
    assert client.get(f"/office/{ours}/pilots/{made.it.slug}/").status_code == 403
    assert client.get(f"/office/{theirs}/pilots/{made.it.slug}/").status_code == 404
    agency = Person.objects.create(phone="+821099999999")
    RoleGrant.objects.create(person=agency, role=Role.AGENCY.value)
    page = client_of(agency, strong=True).get(f"/office/{ours}/pilots/")
    assert page.status_code == 403


def test_nothing_of_a_pilot_is_public_before_its_publication(made: Alliance) -> None:
    with serving() as (base_url, vendor):
        made.running(base_url, vendor)
        made.shop(4, cares=False)
        made.end()
    address = f"/pilots/{made.world.market.slug}/{made.it.slug}/"
    files = ("", "export.zip", "terms.json", "certificate.pdf")
    for file in files:
        assert Client().get(address + file).status_code == 404
    made.publish()
    for file in files:
        assert Client().get(address + file).status_code == 200


def test_the_published_terms_have_the_digest_that_was_signed(made: Alliance) -> None:
    with serving() as (base_url, vendor):
        made.running(base_url, vendor)
        made.shop(4, cares=False)
        made.end()
    made.publish()
    data = Client().get(f"/pilots/{made.world.market.slug}/{made.it.slug}/terms.json").content
    assert hashlib.sha256(data).hexdigest() == made.it.terms_digest


def test_an_unknown_code_is_said_and_a_withdrawn_paper_is_not_given_out(made: Alliance) -> None:
    page = Client().get("/verify/ABCD-EFGH-JKMN")
    assert page.status_code == 404
    assert "없는 번호예요" in page.content.decode()
    with serving() as (base_url, vendor):
        made.running(base_url, vendor)
        made.shop(4, cares=False)
        made.end()
    code = made.publish()
    assert "맞는 확인서예요" in Client().get(f"/verify/{code}").content.decode()
    made.call(withdraw_certificate, made.office, why="자료가 틀렸어요")
    page = Client().get(f"/verify/{code}")
    assert "자료가 틀렸어요" in page.content.decode()
    paper = f"/pilots/{made.world.market.slug}/{made.it.slug}/certificate.pdf"
    assert Client().get(paper).status_code == 404


def test_the_contract_check_is_not_pressed_all_day(made: Alliance) -> None:
    with serving() as (base_url, _vendor):
        made.signed(base_url)
    client = client_of(made.vendor_person)
    answers = [client.post(_page(made, "do/check")).status_code for _ in range(11)]
    assert answers == [302] * 10 + [429]


def test_every_page_opens_in_both_languages_while_a_sequential_pilot_runs(made: Alliance) -> None:
    with serving() as (base_url, vendor):
        made.running(base_url, vendor, analysis="sequential", holdout_bp=1000)
        made.shop(8, cares=False)
        made.now += timedelta(days=6)
        watch_all_guardrails(made.now)
    ours = made.world.market.slug
    for language in ("ko", "en"):
        vendor_client = client_of(made.vendor_person)
        office_client = client_of(made.office_person, strong=True)
        for client, paths in (
            (vendor_client, ("/vendor/", "/vendor/company", _page(made), "/pilots/", "/verify")),
            (
                office_client,
                (
                    f"/office/{ours}/pilots/",
                    f"/office/{ours}/pilots/new",
                    f"/office/{ours}/pilots/{made.it.slug}/",
                    f"/office/{ours}/pilots/{made.it.slug}/terms",
                    f"/office/{ours}/pilots/problems/{made.it.offer.problem.slug}/",
                ),
            ),
        ):
            client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
            for path in paths:
                assert client.get(path).status_code == 200, path
    text = office_client.get(f"/office/{ours}/pilots/{made.it.slug}/").content.decode()
    assert "Still running. Nothing has been found so far." in text
