"""One order as its page tells it: a headline, one timeline over all stalls, questions, lines, money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jangteo.apps.decisions.queries import how_decided
from jangteo.apps.orders.models import Order, OrderLine, StallOrder
from jangteo.apps.orders.story import tell_story
from jangteo.apps.orders.views import LineView, OrderView, PartView
from jangteo.apps.orders.words import state_words
from jangteo.apps.payments.actions.decide_refund import REASONS
from jangteo.apps.payments.shopper_queries import PaymentNote, RefundNote
from jangteo.channels.shop.basket import amount_text
from jangteo.channels.shop.page import Shop, pick
from jangteo.channels.shop.times import promise
from jangteo.channels.ui.filters import is_english, pay_method, won
from jangteo.platform.files import picture_url
from jangteo.platform.money import vat_included_krw
from jangteo.platform.particles import with_josa

#: refunds are kept with the words the payment company shows
_REASON_CODES = {kept: code for code, kept in REASONS.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class LineShown:
    """One line of a stall's part."""

    name: str
    href: str
    picture: str
    amount: str
    krw: int
    #: what became of it: "2개 모자라서 3,000원을 돌려드려요"
    note: str
    #: "", "gone", "less", "new", "ask"
    tone: str
    #: of goods that were chosen instead: the way to ask why; empty otherwise
    why_url: str = ""
    #: AI chose them
    is_ai: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PartShown:
    """One stall's part."""

    name: str
    href: str
    phone: str
    state: str
    #: of the state's badge: "", "fresh", "today", "out"
    tone: str
    krw: int
    lines: tuple[LineShown, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Instead:
    """Goods to take instead."""

    offer_id: int
    name: str
    unit: str
    #: "더 내는 돈은 없어요", "600원을 돌려드려요"
    money: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A decision the shopper is asked for."""

    line_id: int
    title: str
    until: datetime | None
    minutes_left: int
    back_krw: int
    choices: tuple[Instead, ...]
    #: why the choices stand in this order; empty when nothing was decided
    why_url: str = ""
    is_ai: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One entry of `ui.timeline`."""

    say: str
    at: datetime | None
    state: str
    more: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class MoneyLine:
    """One entry of `ui.receipt`."""

    label: str
    amount_krw: int
    kind: str = ""
    hint: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderShown:
    """Everything the order page prints."""

    view: OrderView
    headline: str
    sub: str
    is_over: bool
    pickup_code: str
    questions: tuple[Question, ...]
    steps: tuple[Step, ...]
    parts: tuple[PartShown, ...]
    money: tuple[MoneyLine, ...]
    method: str


def order_shown(
    shop: Shop, order: OrderView, payment: PaymentNote | None, refunds: list[RefundNote]
) -> OrderShown:
    """The page of one order at this moment."""
    decided = _decided(shop, order)
    questions = tuple(_questions(shop, order, decided))
    return OrderShown(
        view=order,
        headline=headline(order, asks=bool(questions)),
        sub=_sub(shop, order),
        is_over=order.state in (Order.State.DONE, Order.State.CANCELLED, Order.State.EXPIRED),
        pickup_code=order.pickup_code if _shows_code(order) else "",
        questions=questions,
        steps=tuple(_steps(order, asks=bool(questions))),
        parts=tuple(_part(shop, part, decided) for part in order.parts),
        money=tuple(money_lines(order, refunds)),
        method=pay_method(payment.method) if payment else "",
    )


def _decided(shop: Shop, order: OrderView) -> Mapping[UUID, bool]:
    """Of the decisions about this order's lines: was it AI? Nothing for who only holds the order's link."""
    if not shop.actor.owns(person_id=order.person_id, guest_key=order.guest_key):
        return {}
    lines = [line for part in order.parts for line in part.lines]
    ids = {line.decision_id for line in lines if line.decision_id is not None}
    return how_decided(shop.market.id, ids)


def _why_url(shop: Shop, line: LineView, decided: Mapping[UUID, bool]) -> str:
    known = line.decision_id is not None and line.decision_id in decided
    return shop.href.why(line.decision_id) if known and line.decision_id else ""


def _shows_code(order: OrderView) -> bool:
    return order.way == Order.Way.PICKUP and order.state in (Order.State.PAID, Order.State.READY)


def headline(order: OrderView, *, asks: bool = False) -> str:
    """Where the whole order stands, in one sentence."""
    if asks and order.state == Order.State.PAID:
        return _("골라 주실 것이 있어요")
    if order.state == Order.State.PAID:
        return _preparing(order)
    sentences = {
        Order.State.PLACED: _("결제를 기다리고 있어요"),
        Order.State.OUT: _("배달이 가고 있어요"),
        Order.State.DONE: _("잘 전해 드렸어요"),
        Order.State.CANCELLED: _("취소된 주문이에요"),
        Order.State.EXPIRED: _("시간 안에 결제되지 않아 닫혔어요"),
        Order.State.READY: _("다 모였어요. 찾아가세요")
        if order.way == Order.Way.PICKUP
        else _("다 모였어요. 곧 출발해요"),
    }
    return sentences[Order.State(order.state)]


def _preparing(order: OrderView) -> str:
    parts = order.open_parts
    whole = len(parts)
    arrived = order.arrived_count
    begun = sum(part.state == StallOrder.State.ACCEPTED for part in parts) + arrived
    if arrived:
        text = ngettext(
            "%(all)s곳 가운데 %(n)s곳이 준비했어요",
            "%(all)s곳 가운데 %(n)s곳이 준비했어요",
            arrived,
        )
        return text % {"all": whole, "n": arrived}
    if begun == whole:
        return ngettext("가게에서 준비하고 있어요", "%(all)s곳 모두 준비하고 있어요", whole) % {
            "all": whole
        }
    if begun:
        text = ngettext(
            "%(all)s곳 가운데 %(n)s곳이 준비하고 있어요",
            "%(all)s곳 가운데 %(n)s곳이 준비하고 있어요",
            begun,
        )
        return text % {"all": whole, "n": begun}
    return ngettext("가게에 알렸어요", "가게 %(all)s곳에 알렸어요", whole) % {"all": whole}


def _sub(shop: Shop, order: OrderView) -> str:
    """The promise, or what holds for an order that has none."""
    if order.state == Order.State.PLACED:
        return _("%(when)s 결제하면 물건을 잡아 둬요.") % {
            "when": promise(order.reserved_until, shop.now)
        }
    if order.promised_at is None or order.state not in (
        Order.State.PAID,
        Order.State.READY,
        Order.State.OUT,
    ):
        return ""
    when = promise(order.promised_at, shop.now)
    if order.is_late(shop.now):
        return _("%(when)s 드리기로 했는데 늦고 있어요. 미안해요.") % {"when": when}
    if order.way == Order.Way.PICKUP:
        hub = shop.market.hub_name or pick(shop.market.name, shop.market.name_en)
        return _("%(when)s %(hub)s에 모아 둘게요.") % {"when": when, "hub": hub}
    return _("%(when)s %(area)s 가져다 드려요.") % {
        "when": when,
        "area": with_josa(order.area, "으로/로"),
    }


def _questions(shop: Shop, order: OrderView, decided: Mapping[UUID, bool]) -> list[Question]:
    return [
        _question(shop, part, line, decided)
        for part in order.parts
        for line in part.lines
        if line.state == OrderLine.State.ASKING
    ]


def _question(shop: Shop, part: PartView, line: LineView, decided: Mapping[UUID, bool]) -> Question:
    values = {
        "stall": pick(part.stall_name, part.stall_name_en),
        "goods": pick(line.name, line.name_en),
        "amount": amount_text(line.remaining, line.unit, is_weighed=line.is_weighed),
    }
    left = int((line.ask_until - shop.now).total_seconds() // 60) if line.ask_until else 0
    return Question(
        line_id=line.line_id,
        title=_("%(stall)s에 %(goods)s %(amount)s 없대요. 어떻게 할까요?") % values,
        until=line.ask_until,
        minutes_left=max(0, left),
        back_krw=line.remaining_krw,
        choices=tuple(
            Instead(
                offer_id=other.offer_id,
                name=pick(other.name, other.name_en),
                unit=other.unit,
                money=_instead_money((line.unit_price_krw - other.charged_krw) * line.remaining),
            )
            for other in line.alternatives
        ),
        why_url=_why_url(shop, line, decided),
        is_ai=line.decision_id is not None and decided.get(line.decision_id, False),
    )


def _instead_money(back_krw: int) -> str:
    if back_krw:
        return _("%(won)s을 돌려드려요") % {"won": won(back_krw)}
    return _("더 내는 돈은 없어요")


def _steps(order: OrderView, *, asks: bool) -> list[Step]:
    """What happened, and at the end what comes next."""
    states = {"done": "done", "bad": "problem", "plain": "done", "ask": "done"}
    steps = [
        Step(say=sentence.text, at=sentence.at, state=states[sentence.tone])
        for sentence in tell_story(order)
    ]
    coming = _coming(order, asks=asks)
    return [*steps, Step(say=coming, at=None, state="now")] if coming else steps


def _coming(order: OrderView, *, asks: bool) -> str:
    if order.state == Order.State.PAID:
        if asks:
            return _("골라 주시면 바로 이어서 준비해요.")
        return _("모두 모이면 한 번에 드려요.")
    if order.state == Order.State.READY:
        return (
            _("찾아가실 때 번호를 말해 주세요.")
            if order.way == Order.Way.PICKUP
            else _("배달을 기다려요.")
        )
    return _("곧 도착해요.") if order.state == Order.State.OUT else ""


def _part(shop: Shop, part: PartView, decided: Mapping[UUID, bool]) -> PartShown:
    tones = {"accepted": "today", "arrived": "fresh", "cancelled": "out"}
    replaced = {line.replaces_line_id for line in part.lines if line.replaces_line_id}
    return PartShown(
        name=pick(part.stall_name, part.stall_name_en),
        href=shop.href.stall(part.stall_slug),
        phone=part.stall_phone,
        state=state_words(part.state, "en" if is_english() else "ko"),
        tone=tones.get(part.state, ""),
        krw=part.remaining_krw,
        lines=tuple(
            _line(shop, line, decided, is_replaced=line.line_id in replaced) for line in part.lines
        ),
    )


def _line(
    shop: Shop, line: LineView, decided: Mapping[UUID, bool], *, is_replaced: bool
) -> LineShown:
    note, tone = _fate(line, is_replaced=is_replaced)
    units = line.remaining if tone != "gone" else line.quantity
    return LineShown(
        name=pick(line.name, line.name_en),
        href=shop.href.offer(line.offer_id),
        picture=picture_url(line.picture, 320),
        amount=amount_text(units, line.unit, is_weighed=line.is_weighed),
        krw=line.remaining_krw,
        note=note,
        tone=tone,
        why_url=_why_url(shop, line, decided) if line.replaces_line_id else "",
        is_ai=line.decision_id is not None and decided.get(line.decision_id, False),
    )


def _fate(line: LineView, *, is_replaced: bool) -> tuple[str, str]:
    """What became of a line, and its tone."""
    back = won(line.short * line.unit_price_krw)
    if line.state == OrderLine.State.ASKING:
        return _("어떻게 할지 여쭙고 있어요"), "ask"
    if line.replaces_line_id:
        return _("대신 담았어요"), "new"
    if line.state == OrderLine.State.SUBSTITUTED:
        return _("다른 것으로 바꿨어요"), "gone"
    if line.remaining == 0:
        return _("%(won)s을 돌려드려요") % {"won": back}, "gone"
    if line.short and not is_replaced:
        missing = amount_text(line.short, "", is_weighed=line.is_weighed)
        values = {"missing": missing, "won": back}
        return _("%(missing)s 모자라서 %(won)s을 돌려드려요") % values, "less"
    return "", ""


def money_lines(order: OrderView, refunds: list[RefundNote]) -> list[MoneyLine]:
    """What was paid and what went back; the parts add up to the last line."""
    lines = [
        MoneyLine(label=pick(part.stall_name, part.stall_name_en), amount_krw=part.goods_krw)
        for part in order.parts
    ]
    if order.fee_krw or order.way == Order.Way.DELIVERY:
        lines.append(MoneyLine(label=_("배달비"), amount_krw=order.fee_krw))
    if not refunds:
        label = _("결제한 금액") if order.paid_at else _("결제할 금액")
        return [*lines, MoneyLine(label=label, amount_krw=order.total_krw, kind="total")]
    lines.append(MoneyLine(label=_("결제한 금액"), amount_krw=order.total_krw, kind="sum"))
    lines += [
        MoneyLine(
            label=_("돌려드린 돈") if refund.is_done else _("돌려드리는 중"),
            amount_krw=-refund.amount_krw,
            kind="minus",
            hint=refund_reason(refund.reason),
        )
        for refund in refunds
    ]
    return [*lines, MoneyLine(label=_("실제로 낸 돈"), amount_krw=order.paid_krw, kind="total")]


def refund_reason(reason: str) -> str:
    """The kept reason in words for the shopper; a person's own words as they are."""
    code = _REASON_CODES.get(reason, reason)
    words = {
        "sold-out": _("가게에 물건이 떨어졌어요"),
        "no-answer": _("답이 없어서 돌려드려요"),
        "shopper-declined": _("대신 받지 않기로 하셨어요"),
        "shopper-cancelled": _("손님이 취소하셨어요"),
        "cheaper-substitute": _("더 싼 것으로 바꾼 차액이에요"),
        "paid-too-late": _("결제하는 사이에 다 팔렸어요"),
        "paid-after-cancel": _("취소된 뒤에 결제됐어요"),
        "nothing-left": _("배달할 것이 없어졌어요"),
    }
    return words.get(code, reason)


@dataclass(frozen=True, kw_only=True, slots=True)
class TaxParts:
    """What was paid in the end, by tax (부가가치세법): the three add up to it."""

    exempt_krw: int
    supply_krw: int
    vat_krw: int


def tax_parts(order: OrderView) -> TaxParts:
    """Exempt goods that remain; the rest, delivery included, is taxed with its VAT inside."""
    exempt = sum(
        line.remaining_krw for part in order.parts for line in part.lines if line.tax == "exempt"
    )
    exempt = min(exempt, order.paid_krw)
    taxed = order.paid_krw - exempt
    vat = vat_included_krw(taxed)
    return TaxParts(exempt_krw=exempt, supply_krw=taxed - vat, vat_krw=vat)
