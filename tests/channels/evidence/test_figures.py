"""Groups, percentiles and shown figures of the evidence pages; who may see which market."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from django.test import Client

from jangteo.apps.accounts.models import RoleGrant
from jangteo.apps.decisions.rows import raw_decisions
from jangteo.apps.programme.evidence import Group, _percentile, _without_small
from jangteo.channels.evidence.shown import percent, won_of
from jangteo.channels.web.people import BACKEND
from jangteo.platform.permissions import Role
from tests.apps.decisions.logs import RandomLog
from tests.world import grant, make_world, person


def _groups(*sizes: int) -> list[tuple[str, int]]:
    made = _without_small([Group(key=f"g{n}", stalls=size) for n, size in enumerate(sizes)])
    return [(group.key, group.stalls) for group in made]


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ((20, 20, 20), [("g0", 20), ("g1", 20), ("g2", 20)]),
        ((20, 7, 3), [("g0", 20), ("other", 10)]),
        ((20, 3, 3), [("g0", 20), ("other", 6)]),
        ((2, 2, 2), [("all", 6)]),
        ((1, 1, 1), []),
        ((9, 0, 0), [("all", 9)]),
    ],
)
def test_no_group_of_fewer_than_five_stalls_can_be_read_or_subtracted(
    sizes: tuple[int, ...], shown: list[tuple[str, int]]
) -> None:
    assert _groups(*sizes) == shown


def test_percentiles_are_the_bound_of_their_bucket() -> None:
    counts = [(100, 50), (200, 45), (400, 5)]
    assert [_percentile(counts, p) for p in (50, 51, 95, 96)] == [100, 200, 200, 400]
    assert _percentile([], 50) == 0


@pytest.mark.parametrize(
    ("share", "digits", "text"),
    [(Fraction(31, 100), 0, "31 %"), (Fraction(1, 3), 1, "33.3 %"), (None, 0, "–"), (Fraction(1, 200), 0, "1 %")],
)  # fmt: skip
def test_shares_are_shown_as_people_round(share: Fraction | None, digits: int, text: str) -> None:
    assert percent(share, digits) == text
    assert won_of(1500) == "1.5원"


@pytest.mark.django_db
def test_an_office_sees_its_own_market_and_keys_not_subjects(client: Client) -> None:
    ours, theirs = make_world("ours"), make_world("theirs")
    log = RandomLog(1)
    at = datetime.now(UTC)
    entry = log.decide(ours.market.pk, at, subject=uuid.uuid4())
    log.decide(theirs.market.pk, at)
    who = person()
    grant(who, Role.OFFICE, ours)
    client.force_login(who, backend=BACKEND)
    session = client.session
    session["strong"] = True
    session.save()
    for path in ("/evidence/theirs/", "/evidence/theirs/rows", "/evidence/theirs/rows.csv"):
        assert client.get(path).status_code == 403
    page = client.get("/evidence/ours/rows.csv").content.decode()
    assert str(entry.id) in page
    assert str(entry.subject) not in page
    assert page.count("\r\n") == 2
    assert client.get("/evidence/none/").status_code == 404
    assert client.get("/evidence/ours/?from=nonsense&to=2026-99-99").status_code == 200
    assert client.get("/evidence/ours/rows?after=1-x&stall=%27;drop").status_code == 200
    assert RoleGrant.objects.count() == 1
    day = at.astimezone(UTC).date()
    assert all(row.id != str(entry.id) for row in raw_decisions(theirs.market.pk, day, day))
