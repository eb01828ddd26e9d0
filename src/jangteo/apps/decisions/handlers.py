"""What people decide about themselves, as this app hears it. Runs in the transaction of the cause."""

from __future__ import annotations

from jangteo.apps.accounts.digests import guest_digest
from jangteo.apps.accounts.events import ConsentChanged, GuestClaimed
from jangteo.apps.accounts.models import Purpose
from jangteo.apps.decisions.erasures import ask_vendors_to_forget
from jangteo.apps.decisions.models import Objection, Subject
from jangteo.platform.events import subscribe
from jangteo.platform.tenancy import every_market


@subscribe(ConsentChanged)
def forget_at_vendors(event: ConsentChanged) -> None:
    """A no to vendors, or to personal decisions at all: vendors forget her in every market."""
    if event.is_given or event.purpose not in (Purpose.VENDORS, Purpose.PERSONAL):
        return
    with every_market():
        subjects = (
            Subject.objects.filter(person_id=event.person_id)
            if event.person_id is not None
            else Subject.objects.filter(person=None, guest_digest=event.guest_digest or "-")
        )
        for market_id, key in list(subjects.values_list("market_id", "key")):
            ask_vendors_to_forget(market_id, key, event.at)


@subscribe(GuestClaimed)
def forget_the_browser(event: GuestClaimed) -> None:
    """What was decided for her browser before she signed in becomes nobody's; her objections stay hers."""
    with every_market():
        subjects = Subject.objects.filter(person=None, guest_digest=guest_digest(event.guest_key))
        for market_id, key in list(subjects.values_list("market_id", "key")):
            ask_vendors_to_forget(market_id, key, event.at)
            Objection.objects.filter(market_id=market_id, subject=key, person=None).update(
                person_id=event.person_id
            )
        subjects.delete()
