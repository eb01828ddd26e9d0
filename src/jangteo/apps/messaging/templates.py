"""The texts that are sent, as typed functions. Korean is the source; English comes from the catalogue.

Every function returns a `Text` in the reader's ``language`` ("ko" or "en"). Amounts are won, times are aware and
shown in Asia/Seoul. The first words say which market speaks; nothing is asked for, nothing is advertised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jangteo.platform.clock import seoul
from jangteo.platform.particles import with_josa


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A finished text and the name of its template."""

    template: str
    body: str


#: their text lets the reader in, so it is not kept after sending
SECRET = frozenset({"sign_in", "recovery_link", "delegation", "welcome"})


def _won(amount_krw: int) -> str:
    english = (translation.get_language() or "ko").startswith("en")
    return f"₩{amount_krw:,}" if english else f"{amount_krw:,}원"


def _clock(moment: datetime) -> str:
    local = seoul(moment)
    hour = local.hour % 12 or 12
    if (translation.get_language() or "ko").startswith("en"):
        return f"{hour}:{local.minute:02d} {'am' if local.hour < 12 else 'pm'}"
    return f"{'오전' if local.hour < 12 else '오후'} {hour}:{local.minute:02d}"


def _day(moment: datetime) -> str:
    local = seoul(moment)
    if (translation.get_language() or "ko").startswith("en"):
        return f"{local.day} {local:%b %Y}"
    return f"{local.year}년 {local.month}월 {local.day}일"


def sign_in(*, code: str, link: str, minutes: int, language: str) -> Text:
    """The one-time code, and the link that needs no typing."""
    with translation.override(language):
        body = _(
            "[장터] 인증번호 %(code)s\n"
            "%(minutes)d분 안에 적어 주세요. 남에게 알려 주지 마세요.\n"
            "누르면 바로 들어가요: %(link)s"
        ) % {"code": code, "minutes": minutes, "link": link}
    return Text(template="sign_in", body=body)


def recovery_link(*, market: str, link: str, hours: int, language: str) -> Text:
    """A fresh way in, sent by the market office."""
    with translation.override(language):
        body = _(
            "[%(market)s] 상인회에서 다시 들어가는 길을 보내 드려요. 누르면 내 가게가 열려요.\n"
            "%(link)s\n%(hours)d시간 안에 한 번만 쓸 수 있어요."
        ) % {"market": market, "link": link, "hours": hours}
    return Text(template="recovery_link", body=body)


def welcome(*, market: str, place: str, link: str, staff: bool, language: str) -> Text:
    """The first way in of somebody who was given a stall, or (``staff``) a desk in the office."""
    with translation.override(language):
        ask = (
            _("%(place)s 일을 함께할 수 있게 됐어요. 누르면 열려요.")
            if staff
            else _("%(place)s 가게를 열어 드렸어요. 누르면 내 가게가 열려요. 비밀번호는 없어요.")
        ) % {"place": place}
    return Text(template="welcome", body=f"[{market}] {ask}\n{link}")


def delegation(*, market: str, stall: str, until: datetime, link: str, language: str) -> Text:
    """To somebody who may now act for a stall."""
    with translation.override(language):
        body = _(
            "[%(market)s] %(stall)s 일을 %(until)s까지 도울 수 있어요. 누르면 가게가 열려요.\n%(link)s"
        ) % {"market": market, "stall": stall, "until": _day(until), "link": link}
    return Text(template="delegation", body=body)


def order_received(
    *, market: str, number: str, total_krw: int, promised_at: datetime, link: str, language: str
) -> Text:
    """To the shopper, after payment."""
    with translation.override(language):
        body = _(
            "[%(market)s] 주문 %(number)s 받았어요. %(total)s, %(at)s까지 준비해 드려요.\n%(link)s"
        ) % {
            "market": market,
            "number": with_josa(number, "을/를"),
            "total": _won(total_krw),
            "at": _clock(promised_at),
            "link": link,
        }
    return Text(template="order_received", body=body)


def order_ready(*, market: str, number: str, hub: str, code: str, link: str, language: str) -> Text:
    """To the shopper: everything waits at the hub; ``code`` is what to say there."""
    with translation.override(language):
        body = _(
            "[%(market)s] 주문 %(number)s 다 모였어요. %(hub)s에서 %(code)s번을 말해 주세요.\n%(link)s"
        ) % {
            "market": market,
            "number": with_josa(number, "이/가"),
            "hub": hub,
            "code": code,
            "link": link,
        }
    return Text(template="order_ready", body=body)


def order_out(*, market: str, number: str, link: str, language: str) -> Text:
    """To the shopper: it is with the rider."""
    with translation.override(language):
        body = _("[%(market)s] 주문 %(number)s 지금 출발했어요.\n%(link)s") % {
            "market": market,
            "number": with_josa(number, "이/가"),
            "link": link,
        }
    return Text(template="order_out", body=body)


def line_cancelled(
    *, market: str, number: str, item: str, refund_krw: int, link: str, language: str
) -> Text:
    """To the shopper: one thing is not coming, and how much goes back."""
    with translation.override(language):
        body = _(
            "[%(market)s] 주문 %(number)s에서 %(item)s 드리지 못하게 됐어요. "
            "%(refund)s을 돌려 드렸어요. 나머지는 그대로 준비해요.\n%(link)s"
        ) % {
            "market": market,
            "number": number,
            "item": with_josa(item, "을/를"),
            "refund": _won(refund_krw),
            "link": link,
        }
    return Text(template="line_cancelled", body=body)


def order_cancelled(*, market: str, number: str, refund_krw: int, link: str, language: str) -> Text:
    """To the shopper: nothing is coming, and everything goes back."""
    with translation.override(language):
        body = _(
            "[%(market)s] 주문 %(number)s 취소됐어요. %(refund)s을 돌려 드렸어요.\n%(link)s"
        ) % {
            "market": market,
            "number": with_josa(number, "이/가"),
            "refund": _won(refund_krw),
            "link": link,
        }
    return Text(template="order_cancelled", body=body)


def substitution_question(
    *, market: str, item: str, instead: str, answer_by: datetime, link: str, language: str
) -> Text:
    """To the shopper: may it be something else? Nothing more is ever charged."""
    with translation.override(language):
        body = _(
            "[%(market)s] %(item)s 떨어졌어요. %(instead)s 드릴까요? 돈은 더 받지 않아요. "
            "%(by)s까지 답이 없으면 그 값을 돌려 드려요.\n%(link)s"
        ) % {
            "market": market,
            "item": with_josa(item, "이/가"),
            "instead": with_josa(instead, "으로/로"),
            "by": _clock(answer_by),
            "link": link,
        }
    return Text(template="substitution_question", body=body)


def objection_answered(*, market: str, link: str, language: str) -> Text:
    """To a shopper: a person looked at the decision she objected to."""
    with translation.override(language):
        body = _(
            "[%(market)s] 보내 주신 이의를 사람이 살펴보고 답했어요. 답을 읽어 보세요.\n%(link)s"
        ) % {
            "market": market,
            "link": link,
        }
    return Text(template="objection_answered", body=body)


def stall_order(
    *, stall: str, lines: Sequence[str], ready_by: datetime, link: str, language: str
) -> Text:
    """To a stall's people: a new order. ``lines`` are ready to read: "시금치 2단"."""
    with translation.override(language):
        shown = ", ".join(lines[:2])
        if len(lines) > 2:
            more = len(lines) - 2
            shown += ngettext(" 외 %(n)d가지", " 외 %(n)d가지", more) % {"n": more}
        body = _("[%(stall)s] 새 주문이에요. %(lines)s, %(by)s까지.\n%(link)s") % {
            "stall": stall,
            "lines": shown,
            "by": _clock(ready_by),
            "link": link,
        }
    return Text(template="stall_order", body=body)
