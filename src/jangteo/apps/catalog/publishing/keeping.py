"""Goods on sale keep a complete label while the standard product they hang on changes.

An offer's label is its own words over its product's, so a product that is edited, merged or split may leave goods on
sale without a word the law asks for. Needs no scope: goods of all markets that hang on the product count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from jangteo.apps.catalog.items.resolving import members
from jangteo.apps.catalog.models import Item, Offer
from jangteo.apps.catalog.publishing.goods import goods_of
from jangteo.apps.catalog.publishing.labelling import Missing, gate_many, missing, refuse
from jangteo.apps.catalog.rows import tell
from jangteo.platform.tenancy import every_market

#: what the labels of goods on sale lack, by offer id
Lacking = Mapping[int, frozenset[str]]


def lacking_on(item_ids: Iterable[int]) -> Lacking:
    """What goods on sale that hang on these products (or what was merged into them) lack already."""
    return {
        offer.pk: frozenset(one.field for one in lacking) for offer, lacking in _on_sale(item_ids)
    }


def refuse_loss(item_ids: Iterable[int], before: Lacking) -> None:
    """Raises `LabelIncomplete` for the first goods on sale that lack what they did not lack ``before``."""
    for offer, lost in _lost(item_ids, before):
        refuse(offer, lost)


def hold_back_loss(item_ids: Iterable[int], before: Lacking, now: datetime) -> int:
    """Make drafts of goods on sale that lack what they did not lack ``before``; returns how many.

    For taking a change back, which must always be possible.
    """
    lost = _lost(item_ids, before)
    with every_market():
        for offer, _ in lost:
            offer.state = Offer.State.DRAFT
            offer.save(update_fields=["state", "updated_at"])
            tell(offer, now)
    return len(lost)


def is_on_sale(offer: Offer) -> bool:
    """Do shoppers see it, sold out or not?"""
    return offer.state in (Offer.State.ON_SALE, Offer.State.SOLD_OUT)


def would_lose(offer: Offer, item: Item) -> bool:
    """Would goods that hang on no product lack something on this one which they do not lack now?"""
    before = {one.field for one in missing(goods_of(offer))}
    return any(one.field not in before for one in missing(goods_of(offer, item)))


def _on_sale(item_ids: Iterable[int]) -> list[tuple[Offer, tuple[Missing, ...]]]:
    ids = {one for item_id in item_ids for one in members(item_id)}
    with every_market():
        offers = list(
            Offer.objects.filter(
                item_id__in=ids, state__in=(Offer.State.ON_SALE, Offer.State.SOLD_OUT)
            ).order_by("pk")
        )
        return list(zip(offers, gate_many(offers), strict=True))


def _lost(item_ids: Iterable[int], before: Lacking) -> list[tuple[Offer, list[Missing]]]:
    found = []
    for offer, lacking in _on_sale(item_ids):
        lost = [one for one in lacking if one.field not in before.get(offer.pk, frozenset())]
        if lost:
            found.append((offer, lost))
    return found
