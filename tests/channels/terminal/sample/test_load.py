"""The sample market opens whole, once, and its staff can sign in with what was made for them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from jangteo.apps.accounts.models import Person, RoleGrant
from jangteo.apps.catalog.models import Offer
from jangteo.apps.catalog.publishing.labelling import missing
from jangteo.apps.catalog.publishing.listed import each_listed
from jangteo.apps.markets.models import Market, Stall, Zone
from jangteo.apps.programme.models import Problem
from jangteo.apps.programme.pilot_queries import open_problems
from jangteo.apps.stock.recompute import stock_differences
from jangteo.channels.terminal.sample import load
from jangteo.platform import sample_keys
from jangteo.platform.clock import seoul_day, utc_now
from jangteo.platform.tenancy import every_market

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_drawing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Drawing has tests of its own and takes half a minute."""
    monkeypatch.setattr(load, "EMOJI_DIR", tmp_path / "none")
    monkeypatch.setattr(sample_keys, "_path", lambda: str(tmp_path / "keys.json"))


def test_it_opens_once_with_everything_in_it() -> None:
    load.ensure_sample_market()
    load.ensure_sample_market()
    sample = load.load_sample()
    market = Market.objects.get()
    with every_market():
        assert Stall.objects.count() == len(sample.stalls) == 16
        assert Offer.objects.count() == len(sample.offers) == 300
        assert Offer.objects.filter(state=Offer.State.ON_SALE).count() == 300
        assert all(not missing(one) for one in each_listed(market.pk))
        assert Zone.objects.count() == len(sample.zones) == 3
        assert RoleGrant.objects.count() == 16 + 3
        weekday = seoul_day(utc_now()).weekday()
        working = {stall.slug for stall in sample.stalls if weekday not in stall.closed_weekdays}
        assert Offer.objects.filter(arrived_on__isnull=False).count() == sum(
            offer.arrived_today for offer in sample.offers if offer.stall_slug in working
        )
        assert stock_differences(market.pk) == []
    assert market.is_sample
    assert len(load.sample_people()) == 2


def test_a_market_of_ones_own_is_left_alone() -> None:
    Market.objects.create(
        slug="own", name="우리시장", address="-", opens_at="09:00", closes_at="20:00"
    )
    load.ensure_sample_market()
    assert Market.objects.count() == 1
    assert load.sample_people() == []


def test_staff_keys_open_the_office_and_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    load.ensure_sample_market()
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600
    keys = sample_keys.read_sample_keys()
    for phone, key in keys.items():
        person = Person.objects.get(phone=phone)
        assert person.check_password(key["password"])
        assert person.totp_secret == key["totp_secret"]
    page = Client().get("/sandbox/messages?part=1").content.decode()
    assert all(key["name"] in page for key in keys.values())


def test_one_problem_waits_for_a_vendor_and_is_posted_once() -> None:
    load.ensure_sample_market()
    load.ensure_sample_market()
    problem, *more = open_problems()
    assert more == []
    assert (problem.market.slug, problem.capability) == (load.load_sample().slug, "shelf-order")
    with every_market():
        Problem.objects.update(state=Problem.State.CLOSED)
    load.ensure_sample_market()
    assert open_problems() == []
