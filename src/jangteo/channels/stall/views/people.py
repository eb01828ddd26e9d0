"""The stall itself: close for today, who may act for me, and the way to the price list."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jangteo.apps.accounts.actions.delegate_stall import delegate_stall
from jangteo.apps.accounts.actions.revoke_grant import revoke_grant
from jangteo.apps.accounts.phones import shown_phone
from jangteo.apps.accounts.queries import people_of_market
from jangteo.apps.catalog.import_queries import imports_of_stall
from jangteo.apps.markets.actions.close_stall_today import close_stall_today
from jangteo.apps.markets.actions.reopen_stall_today import reopen_stall_today
from jangteo.channels.stall.desk import Desk, at_desk, number
from jangteo.platform.clock import at_seoul
from jangteo.platform.errors import JangteoError, NotFound
from jangteo.platform.permissions import Role

#: how long somebody may act for a stall, in days
LASTS = (7, 30, 90, 365)


@require_safe
@at_desk
def page(desk: Desk) -> HttpResponse:
    """Close for today, helpers, price lists, language, sign out."""
    return _page(desk)


def _page(desk: Desk, problem: str = "", status: int = 200) -> HttpResponse:
    grants = [
        grant
        for grant in people_of_market(desk.market.id, desk.now)
        if grant.stall_id == desk.stall.pk and grant.role in (Role.STALL_OWNER, Role.PROXY)
    ]
    people = [
        {
            "grant_id": grant.pk,
            "name": grant.person.name or _("이름 없음"),
            "phone": shown_phone(grant.person.phone or ""),
            "is_owner": grant.role == Role.STALL_OWNER,
            "until": grant.until,
        }
        for grant in grants
    ]
    lasts = [(str(n), _("%(n)s일") % {"n": n} if n < 365 else _("1년")) for n in LASTS]
    return desk.page(
        "stall/stall.html",
        {
            "people": people,
            "may_delegate": desk.role is not Role.PROXY,
            "lists": imports_of_stall(desk.market.id, desk.stall.pk, limit=1),
            "lasts": lasts,
            "problem": problem,
            "typed": {name: desk.request.POST.get(name, "") for name in ("name", "phone", "days")},
            "tab": "stall",
        },
        status=status,
    )


@require_POST
@at_desk
def day(desk: Desk, what: str) -> HttpResponse:
    """One tap: no more orders today, or open again."""
    if what == "close":
        close_stall_today(**desk.keys)
        note = _("오늘은 그만 받아요. 이미 받은 주문은 담아 주세요.")
        return desk.back("now", note, desk.href("day", what="open"))
    if what == "open":
        reopen_stall_today(**desk.keys)
        return desk.back("now", _("다시 주문을 받아요."), desk.href("day", what="close"))
    raise NotFound


@require_POST
@at_desk
def add(desk: Desk) -> HttpResponse:
    """Somebody may act for this stall from now on; a link is sent to their phone."""
    posted = desk.request.POST
    days = number(posted.get("days"), default=30) or 30
    try:
        delegate_stall(
            **desk.keys,
            phone=posted.get("phone", ""),
            name=posted.get("name", ""),
            until=_end_of(desk, days),
        )
    except JangteoError as problem:
        return _page(desk, problem.message(get_language() or "ko"), problem.status)
    return desk.back("stall", _("맡겼어요. 그분 전화로 들어오는 길을 보냈어요."))


def _end_of(desk: Desk, days: int) -> datetime:
    return at_seoul(desk.today + timedelta(days=min(days, 365)), time(23, 59))


@require_POST
@at_desk
def end(desk: Desk, grant_id: int) -> HttpResponse:
    """Take it back at once."""
    revoke_grant(**desk.keys, grant_id=grant_id)
    return desk.back("stall", _("이제 맡기지 않아요."))
