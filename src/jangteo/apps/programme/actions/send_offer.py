"""A company answers a problem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from jangteo.apps.programme.access import own_company
from jangteo.apps.programme.companies import web_address
from jangteo.apps.programme.errors import OfferAlready, ProblemClosed
from jangteo.apps.programme.models import Problem, VendorOffer
from jangteo.apps.programme.terms import pilot_capability
from jangteo.platform.errors import InvalidInput, NotFound
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import clean_block


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferDraft:
    """What a company proposes."""

    summary: str
    #: where its service answers
    base_url: str
    #: request fields it needs
    wants_fields: Sequence[str] = ()
    #: won a month after the pilot; None: not said
    monthly_krw: int | None = None


@action("programme.send_offer", allow={Role.SHOPPER}, within="market")
def send_offer(
    *,
    actor: Actor,
    market_id: int,
    problem_id: int,
    company_id: int,
    draft: OfferDraft,
    now: datetime,
) -> int:
    """Send it to the market. Returns the offer's id.

    Raises `NotFound` (also for a company the actor is no member of), `ProblemClosed`, `OfferAlready`, `InvalidInput`.
    """
    company = own_company(actor, company_id)
    problem = Problem.objects.filter(market_id=market_id, pk=problem_id).first()
    if problem is None:
        raise NotFound
    if problem.state != Problem.State.OPEN:
        raise ProblemClosed
    summary = clean_block(draft.summary, field="summary", at_most=4000)
    if not summary:
        raise InvalidInput(
            field="summary",
            ko="어떻게 풀지 적어 주세요. 시장 사람이 읽어요.",
            en="Write how you would solve it. People of the market read it.",
        )
    known = pilot_capability(problem.capability).vendor_fields()
    if not draft.wants_fields or not set(draft.wants_fields) <= known:
        raise InvalidInput(
            field="wants_fields",
            ko="필요한 자료를 목록에서 하나 넘게 골라 주세요.",
            en="Choose at least one kind of data from the list.",
        )
    if draft.monthly_krw is not None and not 0 <= draft.monthly_krw <= 1_000_000_000:
        raise InvalidInput(
            field="monthly_krw",
            ko="한 달 값은 0원부터 10억 원까지 적을 수 있어요.",
            en="The monthly price must be from 0 to 1,000,000,000 won.",
        )
    try:
        with transaction.atomic():
            offer = VendorOffer.objects.create(
                market_id=market_id,
                problem=problem,
                company=company,
                summary=summary,
                base_url=web_address(draft.base_url, field="base_url", required=True),
                wants_fields=sorted(set(draft.wants_fields)),
                monthly_krw=draft.monthly_krw,
                sent_by_id=actor.person_id,
                sent_at=now,
            )
    except IntegrityError as problem_:
        raise OfferAlready from problem_
    return offer.pk
