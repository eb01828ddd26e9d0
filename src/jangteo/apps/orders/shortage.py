"""What happens to a line when a stall has less than was ordered, by the rule the shopper chose.

- ``none``: the missing units are cancelled and paid back.
- ``similar``: the nearest goods of the same kind of the same stall replace them, at most `max_rise_pct` dearer on
  the tag; the shopper never pays more than was paid, and gets the difference back when they are cheaper.
- ``call``: the shopper is asked until `ask_until`; without an answer the units are cancelled.

Functions for actions that hold the order's locks.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from jangteo.apps.catalog.models import Offer
from jangteo.apps.catalog.queries import similar_offers
from jangteo.apps.orders.capabilities.substitute import SUBSTITUTE, SUBSTITUTE_CHOICES
from jangteo.apps.orders.events import ShopperAsked
from jangteo.apps.orders.locks import LockedOrder
from jangteo.apps.orders.models import OrderLine, StallOrder, Substitution
from jangteo.apps.orders.progress import owe, record
from jangteo.apps.orders.substitutes import ASKED_RISE_PCT, best_first
from jangteo.apps.stock.actions.hold import Want, try_sell_now
from jangteo.platform.events import emit

ASK_MINUTES = 10


def tax_free(line: OrderLine, amount_krw: int) -> int:
    """The tax-exempt part of an amount of this line."""
    return amount_krw if line.tax == "exempt" else 0


def give_less(
    locked: LockedOrder,
    line: OrderLine,
    available: int,
    *,
    now: datetime,
    by_id: int | None,
    reason: str = "sold-out",
    apply_rule: bool = True,
) -> None:
    """Only ``available`` units of this line can be given. Idempotent: the same number again changes nothing."""
    short = line.remaining - available
    if short <= 0:
        return
    part = locked.parts[line.part_id]
    if apply_rule and line.substitution == Substitution.CALL and line.replaces_id is None:
        _ask(locked, line, available, now=now, by_id=by_id)
        return
    may_replace = line.substitution == Substitution.SIMILAR and line.replaces_id is None
    if apply_rule and may_replace and _give_similar(locked, line, short, now=now, by_id=by_id):
        return
    cancel_units(locked, line, short, now=now, by_id=by_id, reason=reason)
    record(
        locked.order,
        "line_short" if line.remaining else "line_sold_out",
        now=now,
        by_id=by_id,
        part=part,
        line=line.pk,
        short=short,
        reason=reason,
    )


def _give_similar(
    locked: LockedOrder, line: OrderLine, short: int, *, now: datetime, by_id: int | None
) -> bool:
    """Replace the missing units by what was chosen among similar goods. False when there is nothing to give."""
    found = similar_offers(line.offer, max_rise_pct=line.max_rise_pct)
    best, decision_id = best_first(
        SUBSTITUTE,
        locked.order,
        line,
        locked.parts[line.part_id].stall_id,
        [offer for offer in found if _has(offer, short)],
        units=short,
        max_rise_pct=line.max_rise_pct,
        now=now,
    )
    return any(
        replace(locked, line, offer, short, now=now, by_id=by_id, decision_id=decision_id)
        for offer in best
    )


def _has(offer: Offer, units: int) -> bool:
    """Is there enough of it? The selling itself asks again, on the locked row."""
    level = getattr(offer, "stock", None)
    return level is None or not level.is_counted or level.quantity - level.reserved >= units


def cancel_units(
    locked: LockedOrder,
    line: OrderLine,
    units: int,
    *,
    now: datetime,
    by_id: int | None,
    reason: str,
) -> None:
    """Take units off a line and owe their exact price back. An open question stays open for what is left of it."""
    line.remaining -= units
    if not line.remaining:
        line.state = OrderLine.State.CANCELLED
        line.ask_until = None
    elif line.state != OrderLine.State.ASKING:
        line.state = OrderLine.State.CONFIRMED
    line.save(update_fields=["remaining", "state", "ask_until"])
    amount = units * line.unit_price_krw
    owe(
        locked,
        part=locked.parts[line.part_id],
        # what is left names the step: a repeated request finds nothing more to take off
        cause=f"line:{line.pk}:left:{line.remaining}",
        amount_krw=amount,
        tax_free_krw=tax_free(line, amount),
        reason=reason,
        now=now,
    )


def replace(
    locked: LockedOrder,
    line: OrderLine,
    offer: Offer,
    units: int,
    *,
    now: datetime,
    by_id: int | None,
    decision_id: uuid.UUID | None = None,
) -> bool:
    """Give ``units`` of another offer instead, as ``decision_id`` chose. False when that offer is short as well."""
    part = locked.parts[line.part_id]
    price = min(offer.price_krw, line.unit_price_krw)
    substitute = OrderLine(
        market_id=line.market_id,
        part=part,
        offer=offer,
        name=offer.name,
        name_en=offer.name_en,
        unit=offer.unit,
        is_weighed=offer.is_weighed,
        unit_price_krw=price,
        quantity=units,
        remaining=units,
        tax=line.tax,
        substitution=Substitution.NONE,
        state=OrderLine.State.CONFIRMED,
        replaces=line,
        decision_id=decision_id,
    )
    want = Want(
        offer_id=offer.pk, name=offer.name, quantity=units, cause=f"substitute:{line.pk}:{offer.pk}"
    )
    if not try_sell_now(market_id=line.market_id, want=want, by_id=by_id, now=now):
        return False
    substitute.save()
    locked.lines[substitute.pk] = substitute
    _cover(locked, line, substitute, units, now=now)
    record(
        locked.order,
        "line_substituted",
        now=now,
        by_id=by_id,
        part=part,
        line=line.pk,
        substitute=substitute.pk,
        units=units,
    )
    return True


def _cover(
    locked: LockedOrder, line: OrderLine, substitute: OrderLine, units: int, *, now: datetime
) -> None:
    """The substitute takes the place of units of the line; a cheaper one owes the difference back."""
    line.remaining -= units
    line.state = OrderLine.State.CONFIRMED if line.remaining else OrderLine.State.SUBSTITUTED
    line.ask_until = None
    line.save(update_fields=["remaining", "state", "ask_until"])
    difference = units * (line.unit_price_krw - substitute.unit_price_krw)
    owe(
        locked,
        part=locked.parts[line.part_id],
        cause=f"substitute:{substitute.pk}",
        amount_krw=difference,
        tax_free_krw=tax_free(line, difference),
        reason="cheaper-substitute",
        now=now,
    )


def _ask(
    locked: LockedOrder, line: OrderLine, available: int, *, now: datetime, by_id: int | None
) -> None:
    """Ask the shopper what to do; the units that are there stay confirmed."""
    if line.state == OrderLine.State.ASKING:
        return
    part = locked.parts[line.part_id]
    short = line.remaining - available
    asked = line
    if available:
        # what is there is confirmed; the missing units become a line of their own to ask about
        line.remaining = available
        line.quantity = line.quantity - short
        line.state = OrderLine.State.CONFIRMED
        line.save(update_fields=["remaining", "quantity", "state"])
        asked = _missing_units(line, part, short)
    asked.state = OrderLine.State.ASKING
    asked.ask_until = now + timedelta(minutes=ASK_MINUTES)
    asked.save()
    _, asked.decision_id = best_first(
        SUBSTITUTE_CHOICES,
        locked.order,
        asked,
        part.stall_id,
        similar_offers(asked.offer, max_rise_pct=ASKED_RISE_PCT),
        units=short,
        max_rise_pct=ASKED_RISE_PCT,
        now=now,
    )
    if asked.decision_id is not None:
        asked.save(update_fields=["decision_id"])
    locked.lines[asked.pk] = asked
    record(locked.order, "line_asking", now=now, by_id=by_id, part=part, line=asked.pk, short=short)
    order = locked.order
    emit(ShopperAsked(market_id=order.market_id, at=now, order_id=order.pk, line_id=asked.pk))


def _missing_units(line: OrderLine, part: StallOrder, short: int) -> OrderLine:
    return OrderLine(
        market_id=line.market_id,
        part=part,
        offer_id=line.offer_id,
        name=line.name,
        name_en=line.name_en,
        unit=line.unit,
        is_weighed=line.is_weighed,
        unit_price_krw=line.unit_price_krw,
        quantity=short,
        remaining=short,
        tax=line.tax,
        substitution=line.substitution,
        max_rise_pct=line.max_rise_pct,
    )
