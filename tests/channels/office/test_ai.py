"""The office's AI pages: who decides what, and a company from coming in to leaving."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from jangteo.apps.decisions.decide import decide
from jangteo.apps.decisions.erasures import call_vendors
from jangteo.apps.decisions.models import CapabilitySetting, Provider
from jangteo.platform.clock import utc_now
from jangteo.platform.permissions import Role
from jangteo.platform.tenancy import market_scope
from tests.channels.office.busy import come_in
from tests.vendor_service import KEY, ROW, hire, row, serving
from tests.world import World, grant, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world("amsa")


@pytest.fixture
def office(world: World) -> Client:
    who = person(name="정은숙")
    grant(who, Role.OFFICE, world)
    return come_in(who)


@pytest.fixture
def vendor_url() -> Iterator[str]:
    with serving() as (url, _):
        yield url


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


FORM = {
    "capability": KEY,
    "name": "새벽 AI",
    "data_scope": ["things"],
    "quota_per_minute": "600",
    "cost_per_1000_krw": "1,500",
}


def test_a_company_comes_in_works_and_leaves(world: World, office: Client) -> None:
    with serving() as (url, vendor):
        assert "이 일" in text_of(office, "/office/amsa/ai/providers/new")
        form = text_of(office, f"/office/amsa/ai/providers/new?capability={KEY}")
        # what is of a person is never chosen beforehand
        assert re.search(r'value="things" checked', form)
        assert re.search(r'value="liked"><span>', form)
        made = office.post("/office/amsa/ai/providers/new", FORM | {"base_url": url})
        assert made.status_code == 200
        assert made.headers["Cache-Control"] == "no-store"
        found = re.search(r"jtv_[\w-]{43}", made.content.decode())
        assert found is not None
        vendor.secret = found[0]
        with market_scope(world.market.pk):
            provider = Provider.objects.get()
        assert (provider.slug, provider.cost_mkrw) == ("saebyeok-ai", 1500)
        page = f"/office/amsa/ai/providers/{provider.pk}/"
        before = text_of(office, page)
        assert vendor.secret not in before
        assert "일 시작" not in before
        refused = office.post(f"{page}change", {"to": "live"})
        assert refused.status_code == 409
        assert "계약 검사를 아직 통과하지 못했어요" in refused.content.decode()
        assert office.post(f"{page}check").headers["Location"] == f"{page}?done=passed"
        assert "일 시작" in text_of(office, page)
        assert office.post(f"{page}change", {"to": "live"}).status_code == 302
        chosen = office.post(
            f"/office/amsa/ai/capabilities/{KEY}/choose", {"provider": provider.slug}
        )
        assert chosen.headers["Location"] == "/office/amsa/ai/?done=chosen"
        now = utc_now()
        with market_scope(world.market.pk):
            for _ in range(3):
                decide(ROW, row(), subject=None, market_id=world.market.pk, now=now)
        overview = text_of(office, "/office/amsa/ai/")
        assert "3건 가운데 AI 3건" in overview
        assert "<code>things</code> 3번" in text_of(office, page)
        asked = text_of(office, f"{page}remove")
        assert "되돌릴 수 없어요" in asked
        no_reason = office.post(f"{page}remove", {"why": ""})
        assert no_reason.status_code == 422
        gone = office.post(f"{page}remove", {"why": "시범이 끝났어요"})
        assert gone.headers["Location"] == f"{page}?done=removed"
        after = text_of(office, page)
        assert "내보냄" in after
        assert "시범이 끝났어요" in after
        assert "계약 검사하기" not in after
        assert office.get(f"{page}remove").status_code == 302


def test_a_form_with_mistakes_keeps_what_was_typed(office: Client) -> None:
    wrong = office.post(
        "/office/amsa/ai/providers/new",
        FORM | {"base_url": "https://10.0.0.5", "name": "우리 AI", "data_scope": []},
    )
    assert wrong.status_code == 422
    assert "내보낼 자료를 목록에서 하나 이상 골라 주세요" in wrong.content.decode()
    inside = office.post(
        "/office/amsa/ai/providers/new", FORM | {"base_url": "https://10.0.0.5", "name": "우리 AI"}
    )
    assert inside.status_code == 422
    body = inside.content.decode()
    assert "안쪽 네트워크의 주소예요" in body
    assert 'value="우리 AI"' in body


def test_a_capability_is_switched_off_and_on(world: World, office: Client) -> None:
    path = f"/office/amsa/ai/capabilities/{KEY}/switch"
    assert office.post(path, {"to": "off"}).headers["Location"] == "/office/amsa/ai/?done=off"
    assert "AI를 껐어요" in text_of(office, "/office/amsa/ai/?done=off")
    with market_scope(world.market.pk):
        assert CapabilitySetting.objects.get(capability=KEY).is_suspended
    office.post(path, {"to": "on"})
    with market_scope(world.market.pk):
        assert not CapabilitySetting.objects.get(capability=KEY).is_suspended
    assert office.post("/office/amsa/ai/capabilities/none/switch").status_code == 404


def test_what_failed_stands_on_the_page_in_words(world: World, office: Client) -> None:
    with serving("foreign") as (url, _):
        made = hire(world, url)
        now = utc_now()
        with market_scope(world.market.pk):
            decide(ROW, row(), subject=None, market_id=world.market.pk, now=now)
            Provider.objects.filter(pk=made.pk).update(broken_until=now + timedelta(minutes=5))
        failed = office.post(f"/office/amsa/ai/providers/{made.pk}/check")
        assert failed.headers["Location"].endswith("?done=failed")
    body = text_of(office, f"/office/amsa/ai/providers/{made.pk}/?done=failed")
    assert "없는 것을 고름 1번" in body
    assert "고장: 규칙이 대신해요" in body
    assert "쓸 수 없는 답이에요(unknown-id)" in body
    assert call_vendors(now) == 0


def test_another_markets_company_is_not_found(world: World, office: Client) -> None:
    other = make_world()
    made = hire(other, "http://127.0.0.1:9")
    assert office.get(f"/office/amsa/ai/providers/{made.pk}/").status_code == 404
    assert (
        office.post(f"/office/amsa/ai/providers/{made.pk}/remove", {"why": "x"}).status_code == 404
    )
