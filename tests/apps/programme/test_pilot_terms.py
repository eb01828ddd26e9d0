"""Offers and terms: what both sides may write, change and sign before anything runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from examples.vendor.vendor import Vendor
from jangteo.apps.accounts.errors import SignInNeeded
from jangteo.apps.decisions.errors import VendorAddressRefused
from jangteo.apps.decisions.models import Experiment, Provider
from jangteo.apps.programme import checklist as checklists
from jangteo.apps.programme.actions.change_service_address import change_service_address
from jangteo.apps.programme.actions.close_problem import close_problem
from jangteo.apps.programme.actions.send_offer import OfferDraft, send_offer
from jangteo.apps.programme.actions.sign_terms import sign_terms
from jangteo.apps.programme.actions.withdraw_offer import withdraw_offer
from jangteo.apps.programme.errors import (
    OfferAlready,
    OfferAnswered,
    ProblemClosed,
    SignedForOtherSide,
    TermsMoved,
    TermsSigned,
)
from jangteo.apps.programme.models import Pilot, Problem, Signature
from jangteo.apps.programme.terms import read_terms
from jangteo.platform.errors import InvalidInput, NotAllowed, NotFound
from jangteo.platform.permissions import Actor, Grant, Role
from jangteo.platform.tenancy import market_scope
from tests.pilots import PLAIN_FIELDS, Alliance, alliance, draw_alike
from tests.vendor_service import serving
from tests.world import guest, shopper

pytestmark = pytest.mark.django_db
URL = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def _alike(monkeypatch: pytest.MonkeyPatch) -> None:
    draw_alike(monkeypatch)


@pytest.fixture
def made() -> Alliance:
    return alliance()


@pytest.fixture
def service() -> Iterator[tuple[str, Vendor]]:
    with serving() as running:
        yield running


def _ready(made: Alliance, service: tuple[str, Vendor], **changes: object) -> Alliance:
    made.signed(service[0], **changes)
    assert made.connect(service[1]).passed
    made.tick_all()
    return made


# --- offers


def test_one_open_offer_a_company_and_none_for_a_closed_problem(made: Alliance) -> None:
    pilot = made.accepted(URL)
    draft = OfferDraft(summary="다시", base_url=URL, wants_fields=PLAIN_FIELDS)
    fields = {
        "actor": made.vendor,
        "market_id": made.market_id,
        "problem_id": pilot.offer.problem_id,
        "company_id": made.company_id,
        "draft": draft,
        "now": made.now,
    }
    with pytest.raises(OfferAlready):
        send_offer(**fields)
    close_problem(
        actor=made.office,
        market_id=made.market_id,
        problem_id=pilot.offer.problem_id,
        now=made.now,
    )
    with pytest.raises(ProblemClosed):
        send_offer(**fields)
    with pytest.raises(OfferAnswered):
        withdraw_offer(
            actor=made.vendor, market_id=made.market_id, offer_id=pilot.offer_id, now=made.now
        )


def test_nobody_offers_in_another_companys_name(made: Alliance) -> None:
    pilot = made.accepted(URL)
    with pytest.raises(NotFound):
        send_offer(
            actor=shopper(),
            market_id=made.market_id,
            problem_id=pilot.offer.problem_id,
            company_id=made.company_id,
            draft=OfferDraft(summary="몰래", base_url=URL, wants_fields=PLAIN_FIELDS),
            now=made.now,
        )


# --- terms


def test_the_first_terms_name_both_sides_and_watch_the_mandatory_guardrails(made: Alliance) -> None:
    terms = read_terms(made.accepted(URL).terms)
    assert (terms.retailer, terms.vendor) == ("시험시장", "새벽에이아이")
    assert terms.primary_metric == "sales"
    assert {g.metric for g in terms.guardrails} == {"refunds", "complaints", "small-stall-exposure"}
    assert terms.data_scope == PLAIN_FIELDS


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"guardrails": []}, "guardrails"),
        ({"data_scope": ["candidates", "phone"]}, "data_scope"),
        ({"data_scope": []}, "data_scope"),
        ({"primary_metric": "refunds"}, "primary_metric"),
        ({"primary_metric": "happiness"}, "primary_metric"),
        ({"horizon_days": 3}, "horizon_days"),
        ({"vendor_share_bp": 10_000}, "vendor_share_bp"),
        ({"published_whatever_it_is": False}, "published_whatever_it_is"),
        ({"vendor_may_cite": False}, "vendor_may_cite"),
        ({"secret_clause": "x"}, "secret_clause"),
    ],
)
def test_terms_that_would_harm_somebody_are_refused(
    made: Alliance, changes: dict[str, Any], field: str
) -> None:
    before = made.accepted(URL).terms_digest
    with pytest.raises(InvalidInput) as refused:
        made.change(**changes)
    assert refused.value.field == field
    assert made.it.terms_digest == before


def test_a_guardrail_cannot_be_loosened_beyond_its_bound(made: Alliance) -> None:
    terms = read_terms(made.accepted(URL).terms)
    loose = [{"metric": g.metric, "margin_pct": 50} for g in terms.guardrails]
    with pytest.raises(InvalidInput, match="looser"):
        made.change(guardrails=loose)


def test_what_the_pilot_is_about_cannot_be_changed_into_something_else(made: Alliance) -> None:
    made.accepted(URL)
    made.change(capability="substitute", retailer="남의시장", horizon_days=30)
    terms = read_terms(made.it.terms)
    assert (terms.capability, terms.retailer, terms.horizon_days) == ("shelf-order", "시험시장", 30)


def test_a_change_voids_the_signature_of_the_other_side(made: Alliance) -> None:
    made.accepted(URL)
    assert made.sign("retailer") is False
    made.change(actor=made.vendor, side="vendor", horizon_days=35)
    assert made.sign("vendor") is False
    assert made.it.state == Pilot.State.TERMS
    assert made.sign("retailer") is True
    assert made.it.state == Pilot.State.SIGNED


def test_terms_that_moved_since_they_were_read_are_not_signed(made: Alliance) -> None:
    read = made.accepted(URL).terms_digest
    made.change(horizon_days=35)
    with pytest.raises(TermsMoved):
        made.call(sign_terms, made.vendor, side="vendor", digest=read)
    with market_scope(made.market_id):
        assert not Signature.objects.exists()


def test_signed_terms_cannot_be_edited_by_either_side(made: Alliance) -> None:
    pilot = made.signed(URL)
    for actor, side in ((made.office, "retailer"), (made.vendor, "vendor")):
        with pytest.raises(TermsSigned):
            made.change(actor=actor, side=side, horizon_days=60)
    with pytest.raises(TermsSigned):
        made.call(change_service_address, made.vendor, base_url="https://elsewhere.example")
    assert made.it.terms_digest == pilot.terms_digest


def test_a_signature_is_never_changed_or_removed(made: Alliance) -> None:
    made.signed(URL)
    with market_scope(made.market_id):
        for change in (
            lambda: Signature.objects.update(terms_digest="0" * 64),
            lambda: Signature.objects.all().delete(),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()


def test_an_address_inside_our_own_network_is_refused_before_anything_is_signed(
    made: Alliance,
) -> None:
    made.accepted("http://169.254.169.254/latest")
    with pytest.raises(VendorAddressRefused):
        made.sign("vendor")
    with market_scope(made.market_id):
        assert not Signature.objects.exists()
    made.call(change_service_address, made.vendor, base_url=URL)
    assert made.sign("vendor") is False


def test_each_side_signs_for_itself(made: Alliance) -> None:
    digest = made.accepted(URL).terms_digest
    with pytest.raises(NotFound):
        made.call(sign_terms, made.office, side="vendor", digest=digest)
    with pytest.raises(NotAllowed):
        made.call(sign_terms, made.vendor, side="retailer", digest=digest)
    with pytest.raises(SignInNeeded):
        made.call(sign_terms, guest(), side="vendor", digest=digest)
    with pytest.raises(SignInNeeded):
        made.call(sign_terms, Actor.system(), side="retailer", digest=digest)


def test_nobody_signs_for_both_sides(made: Alliance, service: tuple[str, Vendor]) -> None:
    made.accepted(service[0])
    both = Actor(
        person_id=made.vendor.person_id,
        grants=frozenset({Grant(role=Role.OFFICE, market_id=made.world.market.pk)}),
    )
    digest = made.it.terms_digest
    assert not made.call(sign_terms, both, side="vendor", digest=digest)
    with pytest.raises(SignedForOtherSide):
        made.call(sign_terms, both, side="retailer", digest=digest)
    assert not made.call(sign_terms, both, side="vendor", digest=digest)
    assert made.sign("retailer")


def test_both_signatures_register_the_vendor_and_draft_the_signed_design(made: Alliance) -> None:
    pilot = made.signed(URL, vendor_share_bp=4000)
    assert pilot.provider is not None
    assert pilot.experiment is not None
    assert pilot.provider.state == Provider.State.SANDBOX
    assert pilot.provider.data_scope == sorted(PLAIN_FIELDS)
    assert pilot.experiment.state == Experiment.State.DRAFT
    assert checklists.design_differs(pilot, read_terms(pilot.terms)) == []
    assert [arm["share_bp"] for arm in pilot.experiment.arms] == [6000, 4000]
    with market_scope(made.market_id):
        assert Problem.objects.get().state == Problem.State.CLOSED
