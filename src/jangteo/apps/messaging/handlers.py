"""What other apps tell, as messages: queued in the transaction that caused them."""

from __future__ import annotations

from jangteo.apps.accounts.events import AccessRecovered, CodeAsked, RoleGiven, StallDelegated
from jangteo.apps.markets.queries import market_by_id
from jangteo.apps.messaging import templates
from jangteo.apps.messaging.actions.send_message import send_message
from jangteo.platform.events import Event, subscribe
from jangteo.platform.permissions import Actor


def _send(event: Event, phone: str, text: templates.Text) -> None:
    send_message(actor=Actor.system(), market_id=event.market_id or None, to_phone=phone, text=text)


@subscribe(CodeAsked)
def send_code(event: CodeAsked) -> None:
    """The code and the link."""
    text = templates.sign_in(
        code=event.code, link=event.link, minutes=event.minutes, language=event.language
    )
    _send(event, event.phone, text)


@subscribe(RoleGiven)
def send_welcome(event: RoleGiven) -> None:
    """The first way in."""
    text = templates.welcome(
        market=market_by_id(event.market_id).name,
        place=event.place,
        link=event.link,
        staff=event.is_staff,
        language=event.language,
    )
    _send(event, event.phone, text)


@subscribe(StallDelegated)
def send_delegation(event: StallDelegated) -> None:
    """To the one who helps."""
    text = templates.delegation(
        market=market_by_id(event.market_id).name,
        stall=event.stall,
        until=event.until,
        link=event.link,
        language=event.language,
    )
    _send(event, event.phone, text)


@subscribe(AccessRecovered)
def send_recovery_link(event: AccessRecovered) -> None:
    """A fresh way in."""
    text = templates.recovery_link(
        market=market_by_id(event.market_id).name,
        link=event.link,
        hours=event.hours,
        language=event.language,
    )
    _send(event, event.phone, text)
