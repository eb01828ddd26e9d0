"""What the console shows of an order: the stall's own part, in its own words, read at arm's length or aloud."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from jangteo.apps.markets.info import MarketInfo
from jangteo.apps.orders.models import Order, OrderLine, StallOrder
from jangteo.apps.orders.views import LineView, OrderView, PartView
from jangteo.apps.payments.money import Net
from jangteo.apps.payments.queries import nets_of_parts
from jangteo.channels.stall.desk import pick
from jangteo.platform.clock import seoul_day
from jangteo.platform.files import picture_url
from jangteo.platform.speech import spoken_amount, spoken_clock, spoken_list, written_amount

_GONE = (OrderLine.State.CANCELLED, OrderLine.State.SUBSTITUTED)


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownLine:
    """One line. ``amount`` is what is to be packed now, in figures: "2단"."""

    line_id: int
    name: str
    amount: str
    ordered: str
    spoken: str
    picture: str
    units: int
    #: one step of the stepper and its unit: 100 and "g" for weighed goods
    step: int
    unit: str
    is_short: bool
    is_asking: bool
    is_gone: bool
    ask_until: datetime | None
    #: name of the goods it stands in for, "" for what was ordered
    instead_of: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownPart:
    """This stall's part of one order."""

    part_id: int
    order_id: int
    number: str
    state: str
    is_over: bool
    who: str
    #: shown only while the shopper is being asked
    phone: str
    is_delivery: bool
    #: when it must be at the hub
    pack_by: datetime
    rang_at: datetime | None
    minutes_left: int
    lines: tuple[ShownLine, ...]
    net: Net
    say: str

    @property
    def to_pack(self) -> tuple[ShownLine, ...]:
        return tuple(x for x in self.lines if not (x.is_gone or x.is_asking))

    @property
    def asking(self) -> tuple[ShownLine, ...]:
        return tuple(x for x in self.lines if x.is_asking)

    @property
    def gone(self) -> tuple[ShownLine, ...]:
        return tuple(x for x in self.lines if x.is_gone)

    @property
    def words(self) -> str:
        """What to pack in one line: "대파 2단, 두부 3모"."""
        return ", ".join(f"{x.name} {x.amount}" for x in self.to_pack)


@dataclass(frozen=True, kw_only=True, slots=True)
class Today:
    """The stall's orders of now and today."""

    ringing: tuple[ShownPart, ...] = ()
    #: paid outside opening hours; they ring when the stall opens
    later: tuple[ShownPart, ...] = ()
    packing: tuple[ShownPart, ...] = ()
    at_hub: tuple[ShownPart, ...] = ()
    over: tuple[ShownPart, ...] = ()

    def stamp(self, *more: object) -> str:
        """Changes when anything shown changes."""
        said = [
            (p.part_id, p.state, p.minutes_left if p.state == "ringing" else 0, p.lines)
            for group in (self.ringing, self.later, self.packing)
            for p in group
        ]
        text = repr((said, len(self.at_hub), len(self.over), more))
        return hashlib.sha256(text.encode()).hexdigest()[:20]


def masked(name: str) -> str:
    """ "김하늘" -> "김○○": enough to hand over, too little to look up."""
    bare = name.strip()
    return f"{bare[0]}○○" if bare else "○○"


def pack_by(view: OrderView, part: PartView, market: MarketInfo) -> datetime:
    """When the goods must be at the hub: the market's own minutes after it rang, never after the promise."""
    rang = part.rang_at or view.placed_at
    due = rang + timedelta(minutes=market.pickup_minutes)
    return min(due, view.promised_at) if view.promised_at else due


def handed_on(view: OrderView, now: datetime) -> date:
    """The Korean day of the hand-over, or of its promise."""
    return seoul_day(view.closed_at or view.promised_at or now)


def shown_parts(views: Iterable[OrderView], market: MarketInfo, now: datetime) -> list[ShownPart]:
    """Views that hold one stall's part each, with the net she gets. One query."""
    pairs = [(view, part) for view in views for part in view.parts]
    nets = nets_of_parts(
        [part for _view, part in pairs],
        {part.part_id: handed_on(view, now) for view, part in pairs},
    )
    return [
        _part(view, part, nets[part.part_id], market, now)
        for view, part in pairs
        if part.part_id in nets
    ]


def sort_out(parts: Iterable[ShownPart], now: datetime) -> Today:
    """What rings now, what is to be packed, what is done."""
    piles: dict[str, list[ShownPart]] = {
        "ringing": [], "later": [], "packing": [], "at_hub": [], "over": [],
    }  # fmt: skip
    for part in parts:
        piles[_pile(part, now)].append(part)
    for pile in ("ringing", "later", "packing"):
        piles[pile].sort(key=lambda p: (p.pack_by, p.part_id))
    return Today(**{name: tuple(pile) for name, pile in piles.items()})


def _pile(part: ShownPart, now: datetime) -> str:
    if part.is_over or part.state == StallOrder.State.CANCELLED:
        return "over"
    if part.state == StallOrder.State.RINGING:
        return "ringing" if part.rang_at is None or part.rang_at <= now else "later"
    return "packing" if part.state == StallOrder.State.ACCEPTED else "at_hub"


def _part(
    view: OrderView, part: PartView, net: Net, market: MarketInfo, now: datetime
) -> ShownPart:
    names = {line.line_id: pick(line.name, line.name_en) for line in part.lines}
    lines = tuple(_line(line, names) for line in part.lines)
    due = pack_by(view, part, market)
    shown = ShownPart(
        part_id=part.part_id,
        order_id=view.order_id,
        number=view.number,
        state=part.state,
        is_over=view.state
        in (Order.State.OUT, Order.State.DONE, Order.State.CANCELLED, Order.State.EXPIRED),
        who=(
            _("%(name)s 님") % {"name": masked(view.contact_name)}
            if view.contact_name
            else _("(삭제된 손님)")
        ),
        phone=view.contact_phone if part.is_asking else "",
        is_delivery=view.way == Order.Way.DELIVERY,
        pack_by=due,
        rang_at=part.rang_at,
        minutes_left=int((due - now).total_seconds() // 60),
        lines=lines,
        net=net,
        say="",
    )
    goods = spoken_list((x.name, x.spoken) for x in shown.to_pack)
    return replace(shown, say=f"새 주문이에요. {goods}, {spoken_clock(due)}까지.")


def _line(line: LineView, names: dict[int, str]) -> ShownLine:
    is_gone = line.state in _GONE
    amount = line.quantity if is_gone else line.remaining
    return ShownLine(
        line_id=line.line_id,
        name=pick(line.name, line.name_en),
        amount=written_amount(amount, line.unit, is_weighed=line.is_weighed),
        ordered=written_amount(line.quantity, line.unit, is_weighed=line.is_weighed),
        spoken=spoken_amount(amount, line.unit, is_weighed=line.is_weighed),
        picture=picture_url(line.picture, 320),
        units=line.remaining,
        step=100 if line.is_weighed else 1,
        unit="g" if line.is_weighed else _counter(line.unit),
        is_short=not is_gone and line.remaining < line.quantity,
        is_asking=line.state == OrderLine.State.ASKING,
        is_gone=is_gone,
        ask_until=line.ask_until,
        instead_of=names.get(line.replaces_line_id or 0, ""),
    )


def _counter(unit: str) -> str:
    """The word behind one of it: "한 단" -> "단"."""
    one = written_amount(1, unit)
    return one.removeprefix("1") if one.startswith("1") and not one[1:2].isdigit() else one
