"""The market wants to try an offer: a pilot with its first terms."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.programme.errors import OfferAnswered
from jangteo.apps.programme.models import Pilot, VendorOffer
from jangteo.apps.programme.slugs import free_slug
from jangteo.apps.programme.terms import first_terms
from jangteo.platform.errors import NotFound
from jangteo.platform.permissions import Actor, Role, action


@action("programme.accept_offer", allow={Role.OFFICE}, within="market")
def accept_offer(*, actor: Actor, market_id: int, offer_id: int, now: datetime) -> Pilot:
    """Make the pilot with draft terms that either side may still change. Raises `NotFound`, `OfferAnswered`."""
    offer = offer_to_answer(market_id, offer_id)
    terms = first_terms(offer, market_name=offer.market.name)
    offer.state = VendorOffer.State.ACCEPTED
    offer.answered_at = now
    offer.save(update_fields=["state", "answered_at"])
    company = offer.company
    english = (
        offer.problem.title_en and f"{offer.problem.title_en} · {company.name_en or company.name}"
    )
    return Pilot.objects.create(
        market_id=market_id,
        slug=free_slug(Pilot, market_id, f"{company.name_en or company.name} {offer.problem.slug}"),
        title=f"{offer.problem.title} · {company.name}"[:120],
        title_en=english[:120],
        offer=offer,
        terms=terms.as_json(),
        terms_digest=terms.digest,
        created_at=now,
    )


def offer_to_answer(market_id: int, offer_id: int) -> VendorOffer:
    """A waiting offer, its row locked. Raises `NotFound`, `OfferAnswered`."""
    offer = (
        VendorOffer.objects.select_for_update(of=("self",))
        .select_related("problem", "company", "market")
        .filter(market_id=market_id, pk=offer_id)
        .first()
    )
    if offer is None:
        raise NotFound
    if offer.state != VendorOffer.State.SENT:
        raise OfferAnswered
    return offer
