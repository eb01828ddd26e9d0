"""Register a company that offers solutions."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from jangteo.apps.programme.access import signed_in
from jangteo.apps.programme.companies import CompanyDraft
from jangteo.apps.programme.errors import CompanyKnown
from jangteo.apps.programme.models import Company, CompanyMember
from jangteo.platform.clock import seoul_day
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action


@action("programme.register_company", allow={Role.SHOPPER}, within="platform")
def register_company(*, actor: Actor, draft: CompanyDraft, now: datetime) -> int:
    """Register it with the actor as its first member. Returns the company's id.

    Raises `SignInNeeded`, `InvalidInput`, `CompanyKnown`.
    """
    person_id = signed_in(actor)
    values = draft.cleaned()
    if draft.founded_on is not None and draft.founded_on > seoul_day(now):
        raise InvalidInput(
            field="founded_on",
            ko="아직 오지 않은 날이에요. 설립일을 다시 봐 주세요.",
            en="This day has not come yet. Check the day of foundation.",
        )
    try:
        with transaction.atomic():
            company = Company.objects.create(registered_at=now, **values)
    except IntegrityError as problem:
        raise CompanyKnown from problem
    CompanyMember.objects.create(company=company, person_id=person_id, since=now)
    return company.pk
