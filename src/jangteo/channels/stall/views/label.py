"""표시 사항: what the law asks of goods, one question at a time, and the label as shoppers will read it."""

from __future__ import annotations

from django.http import HttpResponse, QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jangteo.apps.catalog.actions.answer_origin import (
    AnsweredOrigin,
    answer_origin,
    take_back_origin,
)
from jangteo.apps.catalog.actions.complete_label import CompletedLabel, complete_label
from jangteo.apps.catalog.publishing.block import label_block
from jangteo.apps.catalog.publishing.labelling import Missing, advised, field_words, missing
from jangteo.apps.catalog.publishing.listed import Listed, listed_offers
from jangteo.apps.catalog.queries import all_categories
from jangteo.channels.stall.desk import Desk, at_desk, pick
from jangteo.channels.stall.views.goods import own_offer
from jangteo.platform.errors import JangteoError
from jangteo.platform.particles import with_josa

#: what people are known to react to (식품등의 표시기준), offered as boxes; anything else is typed
ALLERGENS = (
    "알류", "우유", "메밀", "땅콩", "대두", "밀", "고등어", "게", "새우", "돼지고기", "복숭아", "토마토",
    "아황산류", "호두", "닭고기", "쇠고기", "오징어", "조개류", "잣",
)  # fmt: skip
BREEDS = ("한우", "육우", "젖소")
DAYS = (1, 2, 3, 7, 30, 180)
#: what may be typed at any time, in the order of a pack's back
ALL_FIELDS = (
    "food_type", "origin", "trace_no", "breed", "grade", "part", "net_g", "net_ml", "ingredients",
    "allergens", "nutrition", "use_by_days", "use_by_text", "storage_note", "maker", "maker_address",
    "importer", "report_no", "certification", "certification_no", "catch_area", "cautions",
)  # fmt: skip


def shown(desk: Desk, offer_id: int) -> Listed:
    """The stall's own goods, hidden ones too. Raises `OfferNotFound`."""
    own_offer(desk, offer_id)
    return listed_offers(desk.market.id, offer_ids=[offer_id], with_ended=True)[0]


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def page(desk: Desk, offer_id: int) -> HttpResponse:
    """The next question, what has been said, and the label. An answer comes back to the next question."""
    if desk.request.method != "POST":
        return _page(desk, offer_id)
    posted = desk.request.POST
    try:
        done = complete_label(
            **desk.keys,
            offer_id=offer_id,
            fields=_answers(posted),
            category_slug=posted.get("category", ""),
            sell=True,
        )
    except JangteoError as problem:
        words = problem.message(get_language() or "ko")
        return _page(desk, offer_id, problem=words, typed=posted, status=problem.status)
    return desk.back("label", _said(desk, offer_id, done), offer_id=offer_id)


def _answers(posted: QueryDict) -> dict[str, object]:
    """The fields of the form that was sent; boxes and the typed rest of allergens are one answer."""
    told: dict[str, object] = {key: posted[key] for key in ALL_FIELDS if key in posted}
    boxes = [word for word in posted.getlist("allergen") if word in ALLERGENS]
    if boxes or posted.get("allergen_more", "").strip():
        told["allergens"] = ", ".join(
            [*boxes, *filter(None, [posted.get("allergen_more", "").strip()])]
        )
    return told


def _said(desk: Desk, offer_id: int, done: CompletedLabel) -> str:
    offer = own_offer(desk, offer_id)
    name = pick(offer.name, offer.name_en)
    if done.is_now_on_sale:
        return _("%(goods)s 이제 팔아요.") % {"goods": with_josa(name, "을/를")}
    if done.missing:
        return _("적었어요. %(n)s가지 남았어요.") % {"n": len(done.missing)}
    return _("적었어요.")


def _page(
    desk: Desk,
    offer_id: int,
    *,
    problem: str = "",
    typed: QueryDict | None = None,
    status: int = 200,
) -> HttpResponse:
    one = shown(desk, offer_id)
    lacking = missing(one)
    waiting = _without_origin(desk) if any(m.field == "origin" for m in lacking) else []
    language = get_language() or "ko"
    return desk.page(
        "stall/label.html",
        {
            "o": one,
            "goods_name": pick(one.name, one.name_en),
            "next": _question(lacking[0], language) if lacking else None,
            "left": len(lacking),
            "advised": [_question(found, language) for found in advised(one)],
            "block": label_block(one, language=language),
            "fields": [
                (key, field_words(key)[language == "en"], getattr(one, key) or "")
                for key in ALL_FIELDS
            ],
            "categories": [
                (c.slug, f"{c.emoji} {pick(c.name, c.name_en)}".strip()) for c in all_categories()
            ],
            "allergens": ALLERGENS,
            "breeds": BREEDS,
            "days": DAYS,
            "others": len(waiting) - 1,
            "problem": problem,
            "typed": typed or {},
            "tab": "goods",
        },
        status=status,
    )


def _question(found: Missing, language: str) -> dict[str, str]:
    en = language == "en"
    return {
        "field": found.field,
        "heading": field_words(found.field)[en],
        "say": found.en if en else found.ko,
        "law": found.law,
    }


def _without_origin(desk: Desk) -> list[int]:
    """Goods of the stall that wait for the same answer."""
    found = listed_offers(desk.market.id, stall_id=desk.stall.pk)
    return [one.offer_id for one in found if any(m.field == "origin" for m in missing(one))]


@require_POST
@at_desk
def all_korean(desk: Desk) -> HttpResponse:
    """One answer for all goods that wait for an origin: 국산."""
    answered = answer_origin(**desk.keys, offer_ids=_without_origin(desk), origin="국산", sell=True)
    told = ".".join(map(str, answered.changed))
    started = ".".join(map(str, answered.put_on_sale))
    note = _("%(n)s가지를 국산으로 적었어요.") % {"n": len(answered.changed)}
    undo = f"{desk.href('origin-undo')}?ids={told}&started={started}" if told else ""
    return desk.back("goods", note, undo)


@require_POST
@at_desk
def undo_korean(desk: Desk) -> HttpResponse:
    """They have no origin again, and those that went on sale by it wait again."""
    answered = AnsweredOrigin(
        changed=_ids(desk.request.GET.get("ids", "")),
        put_on_sale=_ids(desk.request.GET.get("started", "")),
    )
    count = take_back_origin(**desk.keys, answered=answered, origin="국산")
    return desk.back("goods", _("%(n)s가지를 되돌렸어요.") % {"n": count})


def _ids(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdecimal() and len(part) < 19)
