"""표시 사항 one question at a time, price cards, and the way back."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from pypdf import PdfReader

from jangteo.apps.catalog.models import Offer
from jangteo.platform.permissions import Role
from jangteo.platform.tenancy import every_market
from tests.desk import Market, client_of, person_with


def base(market: Market) -> str:
    return f"/desk/{market.world.market.slug}/vegetable/goods"


def offer(name: str) -> Offer:
    with every_market():
        return Offer.objects.get(name=name)


def new(owner: Client, market: Market, **fields: str) -> Any:
    told = {"name": "마늘", "price": "5,000", "tax": "exempt", "unit": "1접", **fields}
    return owner.post(f"{base(market)}/new", told)


def text(response: Any) -> str:
    return str(response.content.decode())


def test_new_goods_without_an_origin_lead_to_the_question(owner: Client, market: Market) -> None:
    answer = new(owner, market)
    made = offer("마늘")
    assert answer["Location"] == f"{base(market)}/{made.pk}/label"
    assert made.state == "draft"
    page = text(owner.get(answer["Location"]))
    assert "마늘을 적어 두었어요. 1가지만 답하면 팔 수 있어요." in page
    assert "원산지표시법 제5조" in page
    assert 'name="origin" value="국산"' in page
    done = owner.post(answer["Location"], {"origin": "국산"})
    assert done.status_code == 302
    assert (offer("마늘").state, offer("마늘").origin) == ("on_sale", "국산")
    assert "법이 묻는 것을 다 적었어요." in text(owner.get(answer["Location"]))


def test_allergens_are_boxes_or_none(owner: Client, market: Market) -> None:
    new(owner, market, name="깻잎장아찌", tax="taxed", origin="국내산")
    made = offer("깻잎장아찌")
    page = f"{base(market)}/{made.pk}/label"
    assert "하나도 없어요" in text(owner.get(page))
    owner.post(page, {"allergen": ["대두", "밀", "없는것"], "allergen_more": "들깨"})
    assert offer("깻잎장아찌").allergens == "대두, 밀, 들깨"
    assert "3일" in text(owner.get(page))
    owner.post(page, {"use_by_days": "30"})
    assert offer("깻잎장아찌").state == "on_sale"


def test_a_wrong_answer_is_said_and_kept(owner: Client, market: Market) -> None:
    new(owner, market, name="삼겹살", origin="국내산")
    page = f"{base(market)}/{offer('삼겹살').pk}/label"
    wrong = owner.post(page, {"trace_no": "123"})
    assert wrong.status_code == 422
    assert "이력번호의 모양이 맞지 않아요" in text(wrong)
    assert 'value="123"' in text(wrong)
    assert offer("삼겹살").state == "draft"


def test_a_draft_cannot_be_put_on_sale_by_a_button(owner: Client, market: Market) -> None:
    new(owner, market)
    made = offer("마늘")
    answer = owner.post(f"{base(market)}/{made.pk}/mark/show")
    assert answer["Location"] == f"{base(market)}/{made.pk}/label"
    assert "마늘은 아직 팔 수 없어요" in text(owner.get(answer["Location"]))


def test_one_tap_for_all_korean_goods_and_back(owner: Client, market: Market) -> None:
    for name in ("마늘", "생강", "당근"):
        new(owner, market, name=name)
    page = f"{base(market)}/{offer('마늘').pk}/label"
    assert "이것과 다른 2가지 모두 국산이에요" in text(owner.get(page))
    owner.post(f"{base(market)}/origin/korean")
    assert [offer(n).state for n in ("마늘", "생강", "당근")] == ["on_sale"] * 3
    goods = text(owner.get(base(market)))
    assert "3가지를 국산으로 적었어요." in goods
    undo = f"{base(market)}/origin/undo?ids="
    ids = ".".join(str(offer(n).pk) for n in ("마늘", "생강", "당근"))
    assert f"{undo}{ids}&amp;started={ids}" in goods
    owner.post(f"{undo}{ids}&started={ids}")
    assert [offer(n).state for n in ("마늘", "생강", "당근")] == ["draft"] * 3
    assert owner.post(f"{undo}x.&started=99999999999999999999999").status_code == 302


def test_all_fields_can_be_typed(owner: Client, market: Market) -> None:
    page = f"{base(market)}/{offer('대파').pk}/label"
    owner.post(page, {"certification": "GAP", "certification_no": "1001234", "origin": "전남 진도"})
    shown = text(owner.get(page))
    assert "<dt>인증</dt><dd>GAP (1001234)</dd>" in shown
    refused = owner.post(page, {"origin": ""})
    assert refused.status_code == 409
    assert offer("대파").origin == "전남 진도"


@pytest.mark.parametrize("size", ["small", "card", "sign"])
def test_price_cards_are_a_pdf(owner: Client, market: Market, size: str) -> None:
    ids = [offer("대파").pk, offer("무").pk]
    answer = owner.get(
        f"{base(market)}/cards", {"offer": ids, "size": size, "copies": "5", "packed": "on"}
    )
    assert answer["Content-Type"] == "application/pdf"
    pages = PdfReader(BytesIO(answer.content)).pages
    assert len(pages) == {"small": 1, "card": 2, "sign": 5}[size]
    assert "2,500" in pages[0].extract_text()


def test_labels_for_a_printer(owner: Client, market: Market) -> None:
    answer = owner.get(
        f"{base(market)}/cards", {"offer": offer("대파").pk, "size": "zpl", "font": "E:NANUM.TTF"}
    )
    assert answer["Content-Disposition"] == 'attachment; filename="labels.zpl"'
    assert "^A@N,40,40,E:NANUM.TTF" in answer.content.decode()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"size": "card"}, "찍을 물건을 골라 주세요"),
        ({"size": "poster", "offer": "1"}, "찍을 물건을 골라 주세요"),
        ({"size": "card", "copies": "0"}, "1부터 200 사이"),
        ({"size": "card", "copies": "１"}, "1부터 200 사이"),
        ({"size": "card", "lot": "묶음"}, "영문과 숫자 20자"),
        ({"size": "poster"}, "크기를 골라"),
        ({"size": "zpl", "font": "E:X^XZ"}, "프린터 글꼴은"),
    ],
)
def test_what_cannot_be_printed_says_why(
    owner: Client, market: Market, asked: dict[str, str], said: str
) -> None:
    told: dict[str, Any] = dict(asked)
    if said != "찍을 물건을 골라 주세요":
        told["offer"] = offer("대파").pk
    answer = owner.get(f"{base(market)}/cards", told)
    assert answer.status_code == 422
    assert said in text(answer)


def test_another_stalls_goods_are_not_printed(owner: Client, market: Market) -> None:
    answer = owner.get(f"{base(market)}/cards", {"offer": offer("고등어").pk, "size": "card"})
    assert answer.status_code == 422


def test_the_smartstore_file_holds_this_stalls_goods(owner: Client, market: Market) -> None:
    answer = owner.get(f"{base(market)}/smartstore.xlsx")
    rows = list(load_workbook(BytesIO(answer.content))["products"].iter_rows(values_only=True))
    names = [row[rows[0].index("name")] for row in rows[1:]]
    assert names == ["대파 1개", "쪽파 1개", "무 1개"]


@pytest.mark.parametrize("path", ["cards", "smartstore.xlsx", "1/label"])
def test_strangers_stay_out(market: Market, path: str) -> None:
    stranger = client_of(person_with(market, Role.STALL_OWNER, "fish"))
    assert stranger.get(f"{base(market)}/{path}").status_code == 403
