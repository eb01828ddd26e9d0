"""Let a colleague act for the company."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.accounts.models import Person
from jangteo.apps.accounts.phones import normalise_phone
from jangteo.apps.programme.access import own_company
from jangteo.apps.programme.models import CompanyMember
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action


@action("programme.add_company_member", allow={Role.SHOPPER}, within="platform")
def add_company_member(*, actor: Actor, company_id: int, phone: str, now: datetime) -> bool:
    """Add the person with this phone number, who must have signed in here once. False: was a member already.

    Raises `NotFound` unless the actor is a member, `InvalidInput`.
    """
    company = own_company(actor, company_id)
    person = Person.objects.filter(phone=normalise_phone(phone), is_active=True).first()
    if person is None:
        raise InvalidInput(
            field="phone",
            ko="이 번호로 들어온 사람이 아직 없어요. 그분이 한 번 들어온 뒤에 더해 주세요.",
            en="Nobody has signed in with this number yet. Add them after their first sign-in.",
        )
    _, is_new = CompanyMember.objects.get_or_create(
        company=company, person=person, defaults={"since": now}
    )
    return is_new
