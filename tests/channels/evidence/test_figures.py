"""Groups, percentiles and shown figures of the evidence pages; who may see which market."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from django.test import Client

from jangteo.apps.accounts.models import RoleGrant
from jangteo.apps.decisions.actions.refresh_rollups import refresh_rollups
from jangteo.apps.decisions.rows import RowFilter, raw_decisions
from jangteo.apps.programme.actions.compute_indicator import compute_indicator
from jangteo.apps.programme.evidence import (
    Group,
    _percentile,
    _without_small,
    market_evidence,
)
from jangteo.apps.programme.models import Indicator
from jangteo.channels.evidence.shown import percent, won_of
from jangteo.channels.web.people import BACKEND
from jangteo.platform.clock import seoul_day
from jangteo.platform.permissions import Actor, Role
from jangteo.platform.tenancy import market_scope
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
    [(Fraction(31, 100), 0, "31\u00a0%"), (Fraction(1, 3), 1, "33.3\u00a0%"), (None, 0, "–"), (Fraction(1, 200), 0, "1\u00a0%")],
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
    for days in ("from=0001-01-01&to=0001-01-01", "from=9999-12-31&to=9999-12-31"):
        for page_ in ("", "rows", "rows.csv"):
            assert client.get(f"/evidence/ours/{page_}?{days}").status_code == 200
    until_today = "앞날은 아직 없어요. 오늘까지 보여 드려요."
    for page_ in ("/evidence/", "/evidence/ours/", "/evidence/ours/rows"):
        said = client.get(f"{page_}?from=2026-01-01&to=9999-12-31").content.decode()
        assert until_today in said
        assert until_today not in client.get(page_).content.decode()
    assert client.get("/evidence/ours/rows?provider=%00").status_code == 422
    assert RoleGrant.objects.count() == 1
    day = at.astimezone(UTC).date()
    assert all(row.id != str(entry.id) for row in raw_decisions(theirs.market.pk, day, day))


@pytest.mark.django_db
def test_a_vendor_that_fails_is_named_even_one_that_never_answered(client: Client) -> None:
    world = make_world("ours")
    log = RandomLog(2)
    at = datetime.now(UTC) - timedelta(minutes=1)
    turns: list[tuple[str, str, str, int]] = [
        ("acme", "acme", "", 3),
        ("acme", "baseline", "deadline", 2),
        ("dawn", "baseline", "status-500", 4),
        ("built-in", "built-in", "", 5),
        # from before it was recorded
        ("", "baseline", "deadline", 1),
    ]
    for asked, provider, fallback, times in turns:
        for _ in range(times):
            log.decide(
                world.market.pk, at, capability="shelf-order", mode="auto",
                asked=asked, provider=provider, fallback=fallback,
            )  # fmt: skip
    refresh_rollups(actor=Actor.system(), now=datetime.now(UTC) + timedelta(minutes=1))
    day = seoul_day(at)
    with market_scope(world.market.pk):
        found = market_evidence(world.market.pk, day, day)
    assert {h.provider: (h.calls, h.failed) for h in found.health} == {
        "acme": (3, 2),
        "dawn": (0, 4),
        "built-in": (5, 0),
        "baseline": (7, 0),
    }
    assert [(f.asked, f.reason, f.times) for f in found.fallbacks] == [
        ("dawn", "status-500", 4),
        ("acme", "deadline", 2),
        ("", "deadline", 1),
    ]
    who = person()
    grant(who, Role.OFFICE, world)
    client.force_login(who, backend=BACKEND)
    session = client.session
    session["strong"] = True
    session.save()
    page = client.get("/evidence/ours/").content.decode()
    links = re.findall(r'href="[^"]*(asked=dawn[^"]*)">([^<]*)</a>', page)
    assert [text for _, text in links] == ["4", "4번"]
    # the row behind the number, and nobody else's
    behind = list(raw_decisions(world.market.pk, day, day, RowFilter(asked="dawn")))
    assert {(row.asked, row.provider, row.fallback) for row in behind} == {
        ("dawn", "baseline", "status-500")
    }
    assert len(behind) == 4
    shown_rows = client.get("/evidence/ours/rows?asked=dawn&fallbacks=1").content.decode()
    assert shown_rows.count("dawn 차례") == 5
    assert "deadline" not in shown_rows


@pytest.mark.django_db
def test_rows_of_all_markets_together_are_for_who_sees_them_all(client: Client) -> None:
    ours, theirs = make_world("ours"), make_world("theirs")
    log, now = RandomLog(1), datetime.now(UTC)
    for world in (ours, theirs):
        log.decide(world.market.pk, now)
    key = next(one for one in Indicator.objects.all() if one.definitions.exists()).key
    day = seoul_day(now)
    results: dict[str | None, int] = {}
    for place in (ours, theirs, None):
        market = place.market if place else None
        made = compute_indicator(
            actor=Actor.system(), key=key, market_id=market.pk if market else None,
            first_day=day, last_day=day, now=now,
        )  # fmt: skip
        results[market.slug if market else None] = made.result_id
    who = person()
    grant(who, Role.OFFICE, ours)
    client.force_login(who, backend=BACKEND)
    session = client.session
    session["strong"] = True
    session.save()

    def taken() -> list[int]:
        found = []
        for slug in ("ours", "theirs", None):
            answer = client.get(f"/evidence/indicators/results/{results[slug]}.zip")
            found.append(answer.status_code)
            assert answer.getvalue()
        return found

    assert taken() == [200, 403, 403]
    page = client.get(f"/evidence/indicators/{key}").content.decode()
    assert f"/results/{results['ours']}.zip" in page
    assert f"/results/{results[None]}.zip" not in page
    assert f"/results/{results['theirs']}.zip" not in page
    RoleGrant.objects.create(person=who, role=Role.AGENCY.value)
    assert taken() == [200, 200, 200]


@pytest.mark.django_db
def test_a_row_names_its_stall(client: Client) -> None:
    world = make_world("ours")
    stall = world.stall("fish", name="동해수산")
    log = RandomLog(1)
    log.decide(world.market.pk, datetime.now(UTC), stall_id=stall.pk)
    who = person()
    grant(who, Role.OFFICE, world)
    client.force_login(who, backend=BACKEND)
    session = client.session
    session["strong"] = True
    session.save()
    page = client.get(f"/evidence/ours/rows?stall={stall.pk}").content.decode()
    assert page.count("동해수산") == 2
    assert f"가게 {stall.pk}번" not in page


@pytest.mark.django_db
def test_a_guest_is_told_who_may_read(client: Client) -> None:
    said = "시장의 상인회와 시장을 살피는 기관이 볼 수 있어요"
    page = client.get("/evidence/", follow=True)
    assert page.redirect_chain[-1][0].startswith("/in")
    assert said in page.content.decode()
    assert said in client.get("/in/staff?next=/evidence/").content.decode()
    assert said not in client.get("/in?next=/me").content.decode()
