"""Prices said: a big microphone or a text field, big sentences of what was understood, yes or no, each with its undo."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpResponse, QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jangteo.apps.catalog.actions.say_prices import (
    MOST_CHANGES,
    ConfirmedSaid,
    SaidChange,
    confirm_said,
    say_prices,
)
from jangteo.apps.catalog.errors import PriceJump
from jangteo.apps.catalog.pricing import is_jump
from jangteo.apps.catalog.said import SaidChoice, SaidThing
from jangteo.channels.stall.desk import Desk, at_desk, number
from jangteo.platform.errors import InvalidInput, JangteoError

_KINDS = ("price", "sold_out", "arrived", "back")
#: what takes a mark back, see `views.goods`
_UNDO_MARK = {"sold_out": "back", "arrived": "not-arrived", "back": "out"}


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def page(desk: Desk) -> HttpResponse:
    """Say or type; nothing changes before she agrees."""
    if desk.request.method != "POST":
        return desk.page("stall/say.html", _context())
    text = desk.request.POST.get("text", "")
    try:
        things = say_prices(**desk.keys, text=text)
    except JangteoError as problem:
        context = _context(text=text, problem=problem.message(_language()))
        return desk.page("stall/say.html", context, status=problem.status)
    context = _context(text=text, things=[_shown(n, t) for n, t in enumerate(things)])
    context["understood_nothing"] = not things
    return desk.page("stall/say.html", context)


@require_POST
@at_desk
def confirm(desk: Desk) -> HttpResponse:
    """맞아요: everything ticked is done, or nothing is and why is said. A large change is asked once more."""
    posted = desk.request.POST
    text = posted.get("text", "")
    is_sure = posted.get("sure") == "yes"
    try:
        changes = _changes(posted, is_sure=is_sure)
        if not changes:
            return desk.back("say", _("아무것도 바꾸지 않았어요."))
        done = confirm_said(**desk.keys, changes=changes, key=posted.get("key", "")[:64])
    except PriceJump:
        context = _context(text=text, jumps=_jumps(changes), key=posted.get("key", ""))
        context["fields"] = _fields(posted)
        return desk.page("stall/say.html", context, status=PriceJump.status)
    except JangteoError as problem:
        context = _context(text=text, problem=problem.message(_language()))
        return desk.page("stall/say.html", context, status=problem.status)
    return desk.page("stall/say.html", _context(done=_done(desk, done), import_id=done.import_id))


def _language() -> str:
    return get_language() or "ko"


def _context(**more: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {
        "text": "",
        "things": [],
        "done": [],
        "jumps": [],
        "import_id": None,
        "problem": "",
        "understood_nothing": False,
        # one agreement; the same form sent twice is one
        "key": uuid4().hex,
        "tab": "goods",
    }
    return empty | more


def _shown(place: int, thing: SaidThing) -> dict[str, Any]:
    why = {
        "which": _("이름이 같은 물건이 여럿이에요. 어느 것인가요?"),
        "new_goods": _("팔고 있는 물건에 없어요. 새 물건인가요?"),
        "name_part": _("이름이 조금 달라요. 어느 것인가요?"),
        "heard_like": _("이렇게 들렸어요. 맞는 것을 골라 주세요."),
        "unit": _("파는 단위와 달라요. 어느 것인가요?"),
        "number": _("값이 여러 가지로 들려요. 어느 것인가요?"),
        "about": _("값이 정확하지 않아요. 이 값이 맞나요?"),
        "not_now": _("오늘 값으로 바로 바꿀까요?"),
    }
    return {
        "place": place,
        "kind": thing.kind,
        "heard": thing.heard,
        "is_certain": thing.is_certain,
        "why": next((why[doubt] for doubt in thing.doubts if doubt in why), ""),
        "choices": [
            {"choice": choice, "value": _value(thing.kind, choice)} for choice in thing.choices
        ],
    }


def _value(kind: str, choice: SaidChoice) -> str:
    """A choice as one form value: kind, offer, new price, price seen; name and unit last, for new goods only."""
    parts = [kind, choice.offer_id or "", choice.after_krw or "", choice.before_krw or ""]
    if choice.offer_id is None:
        parts += [choice.unit, choice.name]
    return "|".join(map(str, parts))


def _changes(posted: QueryDict, *, is_sure: bool) -> list[SaidChange]:
    """What is ticked. Raises `InvalidInput` for a form that this page did not make."""
    made = []
    for place in range(MOST_CHANGES):
        value = posted.get(f"said-{place}", "")
        if not value:
            continue
        parts = value.split("|", 5)
        if len(parts) < 4 or parts[0] not in _KINDS:
            raise InvalidInput(field="said", ko="다시 말해 주세요.", en="Say it again, please.")
        offer_id = number(parts[1])
        made.append(
            SaidChange(
                kind=parts[0],  # type: ignore[arg-type] # one of _KINDS
                offer_id=offer_id,
                price_krw=number(parts[2]),
                before_krw=number(parts[3]),
                unit=parts[4] if offer_id is None and len(parts) == 6 else "",
                name=parts[5] if offer_id is None and len(parts) == 6 else "",
                confirmed=is_sure,
            )
        )
    return made


def _fields(posted: QueryDict) -> dict[str, str]:
    return {key: str(posted[key]) for key in posted if key.startswith("said-")}


def _jumps(changes: list[SaidChange]) -> list[tuple[int, int]]:
    """(before, after) of the changes that are asked once more."""
    return [
        (one.before_krw, one.price_krw)
        for one in changes
        if one.kind == "price"
        and one.before_krw
        and one.price_krw
        and is_jump(one.before_krw, one.price_krw)
    ]


def _done(desk: Desk, said: ConfirmedSaid) -> list[dict[str, Any]]:
    """What stands now, each with where it is taken back."""
    shown = []
    for one in said.done:
        undo = ""
        if one.change_id is not None:
            undo = desk.href("price-undo", change_id=one.change_id)
        elif one.kind in _UNDO_MARK and (
            one.before_state != one.after_state or one.kind == "arrived"
        ):
            undo = desk.href("mark", offer_id=one.offer_id, mark=_UNDO_MARK[one.kind])
        shown.append({"one": one, "undo": undo})
    return shown
