"""The stall's goods: sold out and back in one tap, a price in two, and everything else of one thing on its page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jangteo.apps.catalog.actions.change_price import change_price
from jangteo.apps.catalog.actions.hide_offer import hide_offer
from jangteo.apps.catalog.actions.mark_arrived_today import mark_arrived_today
from jangteo.apps.catalog.actions.mark_on_sale import mark_on_sale
from jangteo.apps.catalog.actions.mark_sold_out import mark_sold_out
from jangteo.apps.catalog.actions.mark_today_only import mark_today_only
from jangteo.apps.catalog.actions.set_picture import set_picture
from jangteo.apps.catalog.actions.undo_price_change import undo_price_change
from jangteo.apps.catalog.errors import LabelIncomplete, PriceJump
from jangteo.apps.catalog.models import Offer
from jangteo.apps.catalog.queries import offers_for_owner
from jangteo.apps.catalog.rows import find_offer
from jangteo.apps.catalog.texts.queries import texts_to_look_at
from jangteo.apps.stock.actions.count_stock import count_stock
from jangteo.apps.stock.actions.stop_counting import stop_counting
from jangteo.channels.stall.desk import Desk, at_desk, number, pick, toast
from jangteo.channels.stall.text_shown import texts_of_offer
from jangteo.channels.ui.filters import won
from jangteo.platform.errors import JangteoError, NotFound
from jangteo.platform.files import picture_url
from jangteo.platform.particles import with_josa

#: what the big price buttons add
STEPS_KRW = (100, 500, -100, -500)


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownOffer:
    """One thing the stall sells, as its owner sees it."""

    id: int
    name: str
    unit: str
    price_krw: int
    picture: str
    state: str
    is_counted: bool
    #: units in the stall, those promised to unpaid orders included
    quantity: int
    reserved: int
    arrived_today: bool
    today_only: bool
    is_weighed: bool

    @property
    def is_out(self) -> bool:
        """Shoppers cannot order it: said so, or counted to nothing."""
        return self.state == Offer.State.SOLD_OUT or (
            self.is_counted and self.quantity <= self.reserved
        )


def shown_offer(offer: Offer, desk: Desk) -> ShownOffer:
    """Needs the offer's ``stock`` loaded (or loads it)."""
    level = getattr(offer, "stock", None)
    return ShownOffer(
        id=offer.pk,
        name=pick(offer.name, offer.name_en),
        unit=offer.unit,
        price_krw=offer.price_krw,
        picture=picture_url(offer.picture, 320),
        state=offer.state,
        is_counted=bool(level and level.is_counted),
        quantity=level.quantity if level else 0,
        reserved=level.reserved if level else 0,
        arrived_today=offer.arrived_on == desk.today,
        today_only=offer.today_only_on == desk.today,
        is_weighed=offer.is_weighed,
    )


def own_offer(desk: Desk, offer_id: int) -> Offer:
    """One of the stall's goods. Raises `OfferNotFound`."""
    return find_offer(desk.market.id, desk.stall.pk, offer_id)


@require_safe
@at_desk
def listing(desk: Desk) -> HttpResponse:
    """Everything the stall sells; what is hidden comes last, folded."""
    shown = [shown_offer(o, desk) for o in offers_for_owner(desk.market.id, desk.stall.pk)]
    return desk.page(
        "stall/goods.html",
        {
            "drafts": [o for o in shown if o.state == Offer.State.DRAFT],
            "offers": [o for o in shown if o.state not in Offer.UNSEEN],
            "hidden": [o for o in shown if o.state == Offer.State.HIDDEN],
            "texts_waiting": texts_to_look_at(desk.market.id, desk.stall.pk),
            "tab": "goods",
        },
    )


@require_safe
@at_desk
def one(desk: Desk, offer_id: int) -> HttpResponse:
    """One thing, with all that can be done with it."""
    offer = own_offer(desk, offer_id)
    return desk.page(
        "stall/offer.html",
        {"o": shown_offer(offer, desk), "tab": "goods"} | texts_of_offer(desk, offer),
    )


# ---- one-tap marks ----

_MARKS: dict[str, tuple[Callable[..., Any], dict[str, bool], str]] = {
    "out": (mark_sold_out, {}, "back"),
    "back": (mark_on_sale, {}, "out"),
    "hide": (hide_offer, {}, "back"),
    "show": (mark_on_sale, {}, "hide"),
    "arrived": (mark_arrived_today, {"is_on": True}, "not-arrived"),
    "not-arrived": (mark_arrived_today, {"is_on": False}, "arrived"),
    "today": (mark_today_only, {"is_on": True}, "not-today"),
    "not-today": (mark_today_only, {"is_on": False}, "today"),
}


def _mark_words(mark: str, name: str) -> str:
    if mark == "out":
        return _("%(goods)s 품절로 했어요.") % {"goods": with_josa(name, "을/를")}
    if mark in ("back", "show"):
        return _("%(goods)s 다시 팔아요.") % {"goods": with_josa(name, "을/를")}
    if mark == "hide":
        return _("%(goods)s 내렸어요.") % {"goods": with_josa(name, "을/를")}
    if mark == "arrived":
        return _("%(goods)s: 오늘 들어온 것으로 보여요.") % {"goods": name}
    if mark == "today":
        return _("%(goods)s: 오늘까지 팔 것으로 보여요.") % {"goods": name}
    return _("%(goods)s: 표시를 뗐어요.") % {"goods": name}


@require_POST
@at_desk
def mark(desk: Desk, offer_id: int, mark: str) -> HttpResponse:
    """품절, 다시 팔아요, 내리기, 오늘 들어옴, 오늘까지: one tap, with undo. A list's row comes back changed."""
    if mark not in _MARKS:
        raise NotFound
    act, extra, opposite = _MARKS[mark]
    offer = own_offer(desk, offer_id)
    try:
        act(**desk.keys, offer_id=offer_id, **extra)
    except LabelIncomplete as problem:
        if desk.is_part:
            raise
        return desk.back("label", problem.message(get_language() or "ko"), offer_id=offer_id)
    note = _mark_words(mark, pick(offer.name, offer.name_en))
    undo = desk.href("mark", offer_id=offer_id, mark=opposite)
    if not desk.is_part:
        page = "goods" if mark in ("out", "back", "hide") else "offer"
        parts = {} if page == "goods" else {"offer_id": offer_id}
        return desk.back(page, note, undo, **parts)
    offer.refresh_from_db()
    return desk.page(
        "stall/goods_row.html", {"o": shown_offer(offer, desk)}, headers=toast(note, undo)
    )


# ---- price ----


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def price(desk: Desk, offer_id: int) -> HttpResponse:
    """The keypad. A huge change is asked again, kindly; orders already paid keep their price."""
    offer = own_offer(desk, offer_id)
    shown = shown_offer(offer, desk)
    context: dict[str, Any] = {
        "o": shown,
        "steps": [
            (step, shown.price_krw + step) for step in STEPS_KRW if shown.price_krw + step > 0
        ],
        "tab": "goods",
    }
    if desk.request.method != "POST":
        return desk.page("stall/price.html", context)
    wanted = number(desk.request.POST.get("price"), default=0) or 0
    try:
        changed = change_price(
            **desk.keys,
            offer_id=offer_id,
            price_krw=wanted,
            confirmed=desk.request.POST.get("sure") == "yes",
            channel="office" if desk.role == "office" else "console",
        )
    except PriceJump:
        return desk.page("stall/price.html", {**context, "jump_krw": wanted}, status=409)
    except JangteoError as problem:
        words = problem.message(get_language() or "ko")
        return desk.page("stall/price.html", {**context, "problem": words}, status=problem.status)
    if changed.change_id is None:
        return desk.back("goods", _("값은 그대로예요."))
    note = _("%(goods)s %(won)s. 이미 받은 주문은 예전 값 그대로예요.") % {
        "goods": shown.name,
        "won": won(wanted),
    }
    return desk.back("goods", note, desk.href("price-undo", change_id=changed.change_id))


@require_POST
@at_desk
def undo_price(desk: Desk, change_id: int) -> HttpResponse:
    """The price from before."""
    undone = undo_price_change(**desk.keys, change_id=change_id)
    return desk.back("goods", _("%(won)s으로 되돌렸어요.") % {"won": won(undone.after_krw)})


# ---- count, picture ----


@require_POST
@at_desk
def count(desk: Desk, offer_id: int) -> HttpResponse:
    """남은 것: so many units, or no counting at all."""
    offer = own_offer(desk, offer_id)
    name = pick(offer.name, offer.name_en)
    if desk.request.POST.get("stop"):
        stop_counting(**desk.keys, offer_id=offer_id)
        return desk.back(
            "offer", _("%(goods)s: 이제 세지 않아요.") % {"goods": name}, offer_id=offer_id
        )
    units = number(desk.request.POST.get("quantity"), default=0) or 0
    step = 100 if offer.is_weighed else 1
    count_stock(**desk.keys, offer_id=offer_id, quantity=units // step)
    note = _("%(goods)s: 남은 것을 적었어요.") % {"goods": name}
    return desk.back("offer", note, offer_id=offer_id)


@require_POST
@at_desk
def picture(desk: Desk, offer_id: int) -> HttpResponse:
    """A photograph from the camera or the gallery."""
    upload = desk.request.FILES.get("picture")
    if upload is None:
        return desk.back("offer", _("사진을 고르지 않았어요."), offer_id=offer_id)
    try:
        set_picture(**desk.keys, offer_id=offer_id, data=upload.read())
    except JangteoError as problem:
        return desk.back("offer", problem.message(get_language() or "ko"), offer_id=offer_id)
    return desk.back("offer", _("사진을 바꿨어요."), offer_id=offer_id)
