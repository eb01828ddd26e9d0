"""An offer hangs on a standard product, on another one, or on none."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.catalog.answers import Answerer, Asked, note_answer
from jangteo.apps.catalog.items.errors import ItemNotFound
from jangteo.apps.catalog.items.resolving import current_many
from jangteo.apps.catalog.items.rows import lock_active, role_of
from jangteo.apps.catalog.models import MatchQuestion, Offer
from jangteo.apps.catalog.publishing.labelling import gate, refuse
from jangteo.apps.catalog.rows import lock_offer, tell
from jangteo.platform.permissions import Actor, Role, action


@action(
    "catalog.link_offer",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def link_offer(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    offer_id: int,
    item_id: int | None,
    asked: Asked | None = None,
    now: datetime,
) -> int | None:
    """Hang the offer on ``item_id`` (on what it was merged into, if it was), or on none; returns the id it hangs on.

    ``asked``: what the person saw before she said so; her answer is kept to learn from and stands beside the decision.
    Price, cart and orders stay as they are. Raises `OfferNotFound`, `ItemNotFound`, `ItemNotActive`, `LabelIncomplete`
    when goods on sale would lose what the law asks.
    """
    item = None
    if item_id is not None:
        now_it_is = current_many([item_id]).get(item_id)
        if now_it_is is None:
            raise ItemNotFound
        item = lock_active(now_it_is.pk)
    offer = lock_offer(market_id, stall_id, offer_id)
    if offer.item_id != (item.pk if item else None):
        before = {one.field for one in gate(offer)}
        offer.item = item
        if offer.state in (Offer.State.ON_SALE, Offer.State.SOLD_OUT):
            refuse(offer, [one for one in gate(offer) if one.field not in before])
        offer.save(update_fields=["item", "updated_at"])
        tell(offer, now)
    if asked is not None:
        answerer = Answerer(
            market_id=market_id,
            person_id=actor.person_id,
            role=role_of(actor, market_id, stall_id),
            now=now,
        )
        note_answer(asked, item, answerer, offer_id=offer.pk)
    MatchQuestion.objects.filter(
        market_id=market_id, offer=offer, state__in=MatchQuestion.WAITING
    ).update(state=MatchQuestion.State.ANSWERED, answered_at=now, answer={})
    return item.pk if item else None
