"""Prices said at the console, photographs and long lists that a worker reads, answers for many rows."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from jangteo.apps.catalog.actions.forget_photos import forget_photos
from jangteo.apps.catalog.models import Offer, PriceImport, PriceListUpload, StallDesk
from jangteo.apps.catalog.price_lists.jobs import read_list
from jangteo.platform.config import config
from jangteo.platform.permissions import Actor, Role
from jangteo.platform.tenancy import every_market
from tests.desk import Market, client_of, person_with
from tests.world import NOON

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


def _photo(colour: tuple[int, int, int] = (250, 250, 245), *, place: bool = False) -> bytes:
    image = Image.new("RGB", (400, 300), colour)
    out = io.BytesIO()
    exif = image.getexif()
    if place:
        exif[0x010F] = "Phone of Sunja"
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def _send(market: Market, owner: Client, *photos: bytes) -> str:
    files = [SimpleUploadedFile(f"{n}.jpg", p, "image/jpeg") for n, p in enumerate(photos)]
    answer = owner.post(market.path(rest="list"), {"photo": files})
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def _price(name: str) -> int:
    with every_market():
        return Offer.objects.get(name=name).price_krw


class TestSaying:
    def test_understood_is_shown_and_agreed_to(self, market: Market, owner: Client) -> None:
        page = owner.post(market.path(rest="say"), {"text": "대파 이천팔백원"}).content.decode()
        assert "2,500원" in page
        assert "2,800" in page
        assert _price("대파") == 2500
        with every_market():
            pk = Offer.objects.get(name="대파").pk
        answer = {"said-0": f"price|{pk}|2800|2500", "key": "k", "text": "대파 이천팔백원"}
        done = owner.post(market.path(rest="say/confirm"), answer)
        assert done.status_code == 200
        assert "바꿨어요" in done.content.decode()
        assert _price("대파") == 2800

    def test_nothing_ticked_changes_nothing_and_a_made_up_form_is_refused(
        self, market: Market, owner: Client
    ) -> None:
        assert owner.post(market.path(rest="say/confirm"), {"key": "k"}).status_code == 302
        odd = owner.post(market.path(rest="say/confirm"), {"said-0": "burn|1|2|3", "key": "k"})
        assert odd.status_code == 422
        fish = client_of(person_with(market, Role.STALL_OWNER, "fish"))
        assert fish.post(market.path(rest="say"), {"text": "대파 천원"}).status_code == 403

    def test_a_jump_is_asked_once_more_with_the_same_form(
        self, market: Market, owner: Client
    ) -> None:
        with every_market():
            pk = Offer.objects.get(name="대파").pk
        form = {"said-0": f"price|{pk}|25000|2500", "key": "k", "text": "대파 이만오천원"}
        asked = owner.post(market.path(rest="say/confirm"), form)
        assert (asked.status_code, _price("대파")) == (409, 2500)
        assert f"price|{pk}|25000|2500" in asked.content.decode()
        owner.post(market.path(rest="say/confirm"), {**form, "sure": "yes"})
        assert _price("대파") == 25000

    def test_empty_and_strange_words_are_answered(self, market: Market, owner: Client) -> None:
        assert owner.post(market.path(rest="say"), {"text": " "}).status_code == 422
        page = owner.post(market.path(rest="say"), {"text": "안녕하세요"})
        assert (page.status_code, "알 수 없었어요" in page.content.decode()) == (200, True)
        english = owner.get(market.path(rest="say"), headers={"Accept-Language": "en"})
        assert english.status_code == 200


class TestPhotographs:
    def test_the_place_and_phone_are_gone_before_anything_is_kept(
        self, market: Market, owner: Client
    ) -> None:
        sent = _photo(place=True)
        assert b"Phone of Sunja" in sent
        _send(market, owner, sent, _photo((240, 240, 240)))
        with every_market():
            uploads = list(PriceListUpload.objects.order_by("position"))
            stems = PriceImport.objects.get().pictures
        assert len(uploads) == len(stems) == 2
        for upload in uploads:
            assert b"Sunja" not in bytes(upload.data)
            assert not Image.open(io.BytesIO(bytes(upload.data))).getexif()

    def test_a_page_waits_and_then_says_that_there_was_no_writing(
        self, market: Market, owner: Client
    ) -> None:
        address = _send(market, owner, _photo())
        assert "읽는 중이에요" in owner.get(address).content.decode()
        assert "every 1s" in owner.get(address, headers=PART).content.decode()
        with every_market():
            import_id = PriceImport.objects.get().pk
        assert read_list(market.world.market.pk, import_id) == "failed"
        assert owner.get(address, headers=PART).headers["HX-Refresh"] == "true"
        page = owner.get(address).content.decode()
        assert "읽지 못했어요" in page
        assert "다시 올리기" in page

    def test_what_is_no_picture_stores_nothing(self, market: Market, owner: Client) -> None:
        file = SimpleUploadedFile("a.jpg", b"no picture", "image/jpeg")
        answer = owner.post(market.path(rest="list"), {"photo": [file]})
        assert answer.status_code == 422
        many = [SimpleUploadedFile(f"{n}.jpg", _photo((n, n, n)), "image/jpeg") for n in range(7)]
        assert owner.post(market.path(rest="list"), {"photo": many}).status_code == 422
        with every_market():
            assert not PriceImport.objects.exists()

    def test_photographs_go_when_their_list_can_no_longer_be_checked(
        self, market: Market, owner: Client
    ) -> None:
        _send(market, owner, _photo())
        with every_market():
            one = PriceImport.objects.get()
            (stem,) = one.pictures
        files = list(Path(config().media_dir).glob(f"{stem}-*.webp"))
        assert len(files) == 3
        read_list(market.world.market.pk, one.pk)
        assert forget_photos(actor=Actor.system(), now=NOON) == 0
        with every_market():
            PriceImport.objects.update(read_at=NOON.replace(month=10))
            Offer.objects.filter(name="무").update(picture=stem)
        # goods that show it keep it
        assert forget_photos(actor=Actor.system(), now=NOON) == 0
        with every_market():
            Offer.objects.filter(name="무").update(picture="")
            PriceImport.objects.update(pictures=[stem])
        assert forget_photos(actor=Actor.system(), now=NOON) == 1
        assert not any(file.exists() for file in files)


class TestAnswersForMany:
    def _list(self, market: Market, owner: Client) -> str:
        text = "품목,단위,가격\n열무,1단,3000\n상추,1봉지,1500\n대파,1개,2600\n"
        file = SimpleUploadedFile("a.csv", text.encode(), "text/csv")
        return str(owner.post(market.path(rest="list"), {"file": file}).headers["Location"])

    def test_all_korean_in_one_tap_later_or_one_by_one(self, market: Market, owner: Client) -> None:
        address = self._list(market, owner)
        page = owner.get(address).content.decode()
        assert "2가지가 모두 국산인가요?" in page
        with every_market():
            ids = {r.name: r.pk for r in PriceImport.objects.get().rows.all() if r.name}
        asked = [ids["열무"], ids["상추"]]
        later = owner.post(f"{address}/origin", {"asked": asked, "answer": "later"}, headers=PART)
        assert "준비 중으로 남겨 둘게요" in later.content.decode()
        owner.post(
            f"{address}/origin",
            {"asked": asked, "answer": "each", f"origin-{ids['열무']}": "중국산"},
        )
        owner.post(f"{address}/origin", {"asked": asked, "answer": "korean", "remember": "yes"})
        with every_market():
            rows = {r.name: r.origin for r in PriceImport.objects.get().rows.all()}
            assert (rows["열무"], rows["상추"]) == ("중국산", "국산")
            assert StallDesk.objects.get().default_origin == "국산"
        owner.post(f"{address}/publish")
        with every_market():
            assert Offer.objects.get(name="상추").state == "on_sale"

    def test_gone_goods_are_chosen_all_alike(self, market: Market, owner: Client) -> None:
        first = self._list(market, owner)
        with every_market():
            ids = [r.pk for r in PriceImport.objects.get().rows.all() if r.name]
        owner.post(f"{first}/origin", {"asked": ids[:2], "answer": "korean"})
        owner.post(f"{first}/publish")
        file = SimpleUploadedFile("b.csv", "품목,단위,가격\n대파,1개,2700\n".encode(), "text/csv")
        second = owner.post(market.path(rest="list"), {"file": file}).headers["Location"]
        page = owner.get(second).content.decode()
        assert "오늘 목록에 없는 2가지는 그대로 둘게요." in page
        assert "2,600원" in page
        with every_market():
            gone = list(
                Offer.objects.filter(name__in=["열무", "상추"]).values_list("pk", flat=True)
            )
        owner.post(f"{second}/gone", {"asked": gone, "all": "hide"}, headers=PART)
        owner.post(f"{second}/publish")
        with every_market():
            assert set(Offer.objects.filter(pk__in=gone).values_list("state", flat=True)) == {
                "hidden"
            }
        owner.post(f"{second}/undo")
        with every_market():
            assert set(Offer.objects.filter(pk__in=gone).values_list("state", flat=True)) == {
                "on_sale"
            }
