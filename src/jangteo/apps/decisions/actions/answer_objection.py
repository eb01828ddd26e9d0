from __future__ import annotations

from datetime import datetime
from typing import Literal

from jangteo.apps.accounts.models import Person
from jangteo.apps.decisions.errors import ObjectionAnswered
from jangteo.apps.decisions.log import write_event
from jangteo.apps.decisions.models import Mode, Objection
from jangteo.apps.markets.info import market_by_id
from jangteo.apps.messaging import templates
from jangteo.apps.messaging.actions.send_message import send_message
from jangteo.platform.config import config
from jangteo.platform.errors import InvalidInput, NotFound
from jangteo.platform.permissions import Actor, Role, action

MOST_LETTERS = 1000
#: shorter is no answer to anybody
FEWEST_LETTERS = 10


@action("decisions.answer_objection", allow={Role.OFFICE}, within="market")
def answer_objection(
    *,
    actor: Actor,
    market_id: int,
    objection_id: int,
    state: Literal["upheld", "changed"],
    answer: str,
    now: datetime,
) -> None:
    """A person of the office looked: ``upheld`` leaves the decision, ``changed`` says it was undone or put right.

    ``changed`` is written to the log as a person's refusal of the decision. The shopper is told by message when she has
    an account; a browser finds the answer on its page of rights. Raises `NotFound`, `ObjectionAnswered`,
    `InvalidInput` (no proper answer, or nobody answers).
    """
    row = Objection.objects.select_for_update().filter(market_id=market_id, pk=objection_id).first()
    if row is None:
        raise NotFound
    if row.state != Objection.State.OPEN:
        raise ObjectionAnswered
    if actor.person_id is None:
        raise InvalidInput(
            field="answer",
            ko="이의에는 사람이 답해야 해요. 상인회 계정으로 들어와 답해 주세요.",
            en="A person must answer an objection. Sign in with an account of the office.",
        )
    written = answer.strip()
    if not FEWEST_LETTERS <= len(written) <= MOST_LETTERS:
        raise InvalidInput(
            field="answer",
            ko=f"무엇을 보고 왜 그렇게 정했는지 {FEWEST_LETTERS}자 이상, {MOST_LETTERS:,}자 안으로 적어 주세요.",
            en=f"Write what you looked at and why, in {FEWEST_LETTERS} to {MOST_LETTERS:,} letters.",
        )
    if state not in ("upheld", "changed"):
        raise InvalidInput(
            field="state",
            ko="결정을 그대로 두는지 바로잡는지 골라 주세요.",
            en="Choose whether the decision stays or is put right.",
        )
    row.state = state
    row.answer = written
    row.answered_by_id = actor.person_id
    row.answered_at = now
    row.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    if state == "changed":
        write_event(
            market_id=market_id,
            decision_id=row.decision_id,
            kind=Mode.REJECTED.value,
            data={"objection": row.pk},
            by_id=actor.person_id,
            now=now,
        )
    _tell(row)


def _tell(row: Objection) -> None:
    person = Person.objects.filter(pk=row.person_id or 0).exclude(phone=None).first()
    if person is None or not person.phone:
        return
    market = market_by_id(row.market_id)
    english = person.language.startswith("en")
    send_message(
        actor=Actor.system(),
        market_id=row.market_id,
        to_phone=person.phone,
        text=templates.objection_answered(
            market=market.name_en if english and market.name_en else market.name,
            link=f"{config().effective_public_url()}/me/privacy#objections",
            language="en" if english else "ko",
        ),
    )
