"""Who acts for which side: members for their company, the office for its market."""

from __future__ import annotations

from jangteo.apps.accounts.errors import SignInNeeded
from jangteo.apps.programme.models import Company, CompanyMember, Pilot, Signature, VendorOffer
from jangteo.platform.errors import NotAllowed, NotFound
from jangteo.platform.permissions import Actor, Role

RETAILER = Signature.Side.RETAILER
VENDOR = Signature.Side.VENDOR


def signed_in(actor: Actor) -> int:
    """The person's id. Raises `SignInNeeded` for a guest."""
    if actor.person_id is None:
        raise SignInNeeded
    return actor.person_id


def is_member(actor: Actor, company_id: int) -> bool:
    """Does this person act for the company?"""
    if actor.person_id is None:
        return False
    return CompanyMember.objects.filter(company_id=company_id, person_id=actor.person_id).exists()


def own_company(actor: Actor, company_id: int) -> Company:
    """A company the actor is a member of. Raises `NotFound`: nobody else learns whether there is one."""
    company = Company.objects.filter(pk=company_id).first()
    if company is None or not is_member(actor, company.pk):
        raise NotFound
    return company


def own_offer(actor: Actor, market_id: int, offer_id: int) -> VendorOffer:
    """An offer of the actor's own company, its row locked. Raises `NotFound`."""
    offer = (
        VendorOffer.objects.select_for_update(of=("self",))
        .filter(market_id=market_id, pk=offer_id)
        .first()
    )
    if offer is None or not is_member(actor, offer.company_id):
        raise NotFound
    return offer


def locked_pilot(market_id: int, pilot_id: int, *, lock: bool = True) -> Pilot:
    """A pilot of the market, its row locked. Raises `NotFound`."""
    rows = Pilot.objects.select_for_update(of=("self",)) if lock else Pilot.objects.all()
    pilot = (
        rows.select_related("offer__company", "offer__problem", "provider", "experiment", "market")
        .filter(market_id=market_id, pk=pilot_id)
        .first()
    )
    if pilot is None:
        raise NotFound
    return pilot


def pilot_for(
    actor: Actor, market_id: int, pilot_id: int, side: str, *, lock: bool = True
) -> Pilot:
    """The pilot, locked, for somebody who may act for ``side``. Raises `NotFound`, `NotAllowed`, `SignInNeeded`.

    A signature is a person's: the system itself signs nothing.
    """
    signed_in(actor)
    if side == RETAILER:
        if not (actor.has(Role.OFFICE, market_id) or actor.has(Role.SYSTEM)):
            raise NotAllowed
        return locked_pilot(market_id, pilot_id, lock=lock)
    pilot = locked_pilot(market_id, pilot_id, lock=lock)
    if side != VENDOR or not is_member(actor, pilot.offer.company_id):
        raise NotFound
    return pilot
