"""A price list goes from the file to the shop, row by row, and all the way back."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jangteo.apps.catalog.models import Offer, PriceImport, PriceImportRow
from jangteo.platform.permissions import Role
from jangteo.platform.tenancy import every_market
from tests.desk import Market, client_of, person_with

pytestmark = pytest.mark.django_db
LIST = "품목,단위,가격\n대파,1개,2800\n열무,1단,3000\n장조림,1팩,6000\n애호박,1개,시세\n오이,1개,010-1234-5678\n"


def _upload(market: Market, owner: Client, text: str = LIST) -> str:
    file = SimpleUploadedFile("가격표.csv", text.encode("cp949"), "text/csv")
    answer = owner.post(market.path(rest="list"), {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def _row(name: str) -> PriceImportRow:
    with every_market():
        return next(
            row for row in PriceImportRow.objects.order_by("pk") if name in " ".join(row.cells)
        )


def _prices(market: Market) -> dict[str, int]:
    with every_market():
        offers = Offer.objects.filter(stall=market.world.stalls["vegetable"])
        return dict(offers.exclude(state="hidden").values_list("name", "price_krw"))


def test_every_row_lies_in_a_pile_with_its_cells_and_reason(market: Market, owner: Client) -> None:
    page = owner.get(_upload(market, owner)).content.decode()
    for words in (
        "확실해요",
        "확인해 주세요",
        "쓸 수 없어요",
        "시세나 문의로",
        "전화번호가 있어요",
    ):
        assert words in page
    assert '<span class="cell">010-1234-5678</span>' in page
    assert _prices(market) == {"대파": 2500, "쪽파": 2600, "무": 2000}


def test_published_only_on_her_word_and_taken_back_in_one(market: Market, owner: Client) -> None:
    address = _upload(market, owner)
    owner.post(
        f"{address}/row/{_row('애호박').pk}", {"name": "애호박", "unit": "1개", "price": "1500"}
    )
    asked = [_row("장조림").pk, _row("열무").pk]
    owner.post(f"{address}/tax", {"asked": asked, "taxed": [asked[0]]})
    assert _prices(market)["대파"] == 2500
    done = owner.post(f"{address}/publish")
    assert done.status_code == 302
    assert _prices(market) == {
        "대파": 2800,
        "쪽파": 2600,
        "무": 2000,
        "열무": 3000,
        "장조림": 6000,
        "애호박": 1500,
    }
    with every_market():
        assert Offer.objects.get(name="장조림").tax == "taxed"
    assert "모두 되돌리기" in owner.get(address).content.decode()
    owner.post(f"{address}/undo")
    assert _prices(market) == {"대파": 2500, "쪽파": 2600, "무": 2000}


def test_the_same_file_again_says_that_nothing_changed(market: Market, owner: Client) -> None:
    first = _upload(market, owner)
    assert _upload(market, owner) == first
    assert "같은 파일이에요. 바뀐 것은 없어요." in owner.get(first).content.decode()
    with every_market():
        assert PriceImport.objects.count() == 1


def test_a_file_that_is_none_says_the_remedy(market: Market, owner: Client) -> None:
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.7 ...", "application/pdf")
    answer = owner.post(market.path(rest="list"), {"file": file})
    assert answer.status_code == 422
    assert "원본 엑셀이나 CSV 파일을 올려 주세요" in answer.content.decode()
    assert owner.post(market.path(rest="list")).status_code == 422


def test_a_price_missing_in_typing_is_said(market: Market, owner: Client) -> None:
    address = _upload(market, owner)
    row = f"{address}/row/{_row('애호박').pk}"
    typed = {"name": "애호박", "unit": "1개", "price": ""}
    part = owner.post(row, typed, headers={"HX-Request": "true"})
    assert part.status_code == 422
    owner.post(row, {"leave_out": "yes"})
    assert "뺐어요" in owner.get(address).content.decode()


def test_another_stall_s_list_is_not_there(market: Market, owner: Client) -> None:
    address = _upload(market, owner)
    number = address.rsplit("/", 1)[1]
    fish = client_of(person_with(market, Role.STALL_OWNER, "fish"))
    assert fish.get(market.path("fish", f"list/{number}")).status_code == 404
    assert fish.post(market.path("fish", f"list/{number}/publish")).status_code == 404
    assert fish.get(address).status_code == 403
