"""An order's ledger of events, told to the shopper in sentences. One story over all stalls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jangteo.apps.orders.views import EventView, LineView, OrderView
from jangteo.platform.particles import with_josa


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """One step of the timeline. ``tone``: "done", "ask", "bad" or "plain"."""

    at: datetime
    text: str
    tone: str


def _name(korean: str, english: str) -> str:
    return (english or korean) if (get_language() or "ko").startswith("en") else korean


def tell_story(order: OrderView) -> list[Sentence]:
    """The sentences of an order, oldest first. Events nobody needs to read are left out."""
    lines = {line.line_id: line for part in order.parts for line in part.lines}
    sentences = []
    for event in order.events:
        teller = _TELLERS.get(event.kind)
        if teller is not None:
            text, tone = teller(event, lines, order)
            sentences.append(Sentence(at=event.at, text=text, tone=tone))
    return sentences


Told = tuple[str, str]
Lines = dict[int, LineView]


def _goods(event: EventView, lines: Lines, particles: str = "", key: str = "line") -> str:
    """The goods' name, in Korean with its particle: 대파가, 두부를."""
    line = lines.get(int(str(event.data.get(key, 0))))
    name = _name(line.name, line.name_en) if line else ""
    return with_josa(name, particles) if particles else name


def _stall(event: EventView) -> str:
    return _name(event.stall_name, event.stall_name_en)


def _placed(event: EventView, lines: Lines, order: OrderView) -> Told:
    return _("주문했어요. 결제하면 가게에 알려요."), "plain"


def _paid(event: EventView, lines: Lines, order: OrderView) -> Told:
    return _("결제했어요. 가게에 알렸어요."), "done"


def _accepted(event: EventView, lines: Lines, order: OrderView) -> Told:
    return _("%(stall)s에서 준비를 시작했어요.") % {"stall": _stall(event)}, "done"


def _arrived(event: EventView, lines: Lines, order: OrderView) -> Told:
    return _("%(stall)s 상품이 모으는 곳에 왔어요.") % {"stall": _stall(event)}, "done"


def _sold_out(event: EventView, lines: Lines, order: OrderView) -> Told:
    text = _("%(stall)s의 %(goods)s 떨어져서 그만큼 돌려드려요. 다른 상품은 그대로예요.")
    return text % {"stall": _stall(event), "goods": _goods(event, lines, "이/가")}, "bad"


def _short(event: EventView, lines: Lines, order: OrderView) -> Told:
    short = int(str(event.data.get("short", 0)))
    line = lines.get(int(str(event.data.get("line", 0))))
    values = {"stall": _stall(event), "goods": _goods(event, lines, "이/가"), "short": short}
    if line and line.is_weighed:
        text = _("%(stall)s의 %(goods)s %(short)sg 모자라서 그만큼 돌려드려요.")
        return text % (values | {"short": short * 100}), "bad"
    return _("%(stall)s의 %(goods)s %(short)s개 모자라서 그만큼 돌려드려요.") % values, "bad"


def _substituted(event: EventView, lines: Lines, order: OrderView) -> Told:
    text = _("%(goods)s 대신 %(substitute)s 담아요. 더 받는 돈은 없어요.")
    values = {
        "goods": _goods(event, lines),
        "substitute": _goods(event, lines, "을/를", "substitute"),
    }
    return text % values, "plain"


def _asking(event: EventView, lines: Lines, order: OrderView) -> Told:
    text = _("%(stall)s의 %(goods)s 떨어졌어요. 어떻게 할지 골라 주세요.")
    return text % {"stall": _stall(event), "goods": _goods(event, lines, "이/가")}, "ask"


def _closed_question(event: EventView, lines: Lines, order: OrderView) -> Told:
    text = _("%(goods)s: 답을 기다리다가 돈을 돌려드리기로 했어요.")
    return text % {"goods": _goods(event, lines)}, "plain"


def _refunded_line(event: EventView, lines: Lines, order: OrderView) -> Told:
    if event.data.get("reason") == "shopper-cancelled":
        return _("%(goods)s 취소했어요.") % {"goods": _goods(event, lines, "을/를")}, "plain"
    text = _("%(goods)s 환불해요. 까닭: %(reason)s")
    values = {"goods": _goods(event, lines, "을/를"), "reason": event.data.get("reason", "")}
    return text % values, "bad"


def _refund_done(event: EventView, lines: Lines, order: OrderView) -> Told:
    amount = f"{int(str(event.data.get('amount_krw', 0))):,}"
    return _("%(won)s원을 결제 수단으로 돌려드렸어요.") % {"won": amount}, "done"


def _ready(event: EventView, lines: Lines, order: OrderView) -> Told:
    if order.way == "pickup":
        return _("다 모였어요. 찾아가세요."), "done"
    return _("다 모였어요. 곧 출발해요."), "done"


def _out(event: EventView, lines: Lines, order: OrderView) -> Told:
    return _("배달이 출발했어요."), "done"


def _done(event: EventView, lines: Lines, order: OrderView) -> Told:
    return _("전해 드렸어요. 고맙습니다."), "done"


def _cancelled(event: EventView, lines: Lines, order: OrderView) -> Told:
    if not order.paid_at:
        return _("주문을 취소했어요. 결제된 돈은 없어요."), "bad"
    return _("주문이 취소됐어요. 결제한 돈은 모두 돌려드려요."), "bad"


def _expired(event: EventView, lines: Lines, order: OrderView) -> Told:
    return _("시간 안에 결제되지 않아 주문을 닫았어요. 결제된 돈은 없어요."), "bad"


_TELLERS: dict[str, Callable[[EventView, Lines, OrderView], Told]] = {
    "placed": _placed,
    "paid": _paid,
    "part_accepted": _accepted,
    "part_arrived": _arrived,
    "line_sold_out": _sold_out,
    "line_short": _short,
    "line_substituted": _substituted,
    "line_asking": _asking,
    "question_closed": _closed_question,
    "line_refunded": _refunded_line,
    "refund_done": _refund_done,
    "order_ready": _ready,
    "order_out": _out,
    "order_done": _done,
    "order_cancelled": _cancelled,
    "order_expired": _expired,
}
