"""The owner says yes: the ready rows of a price list go on sale, all of them or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from jangteo.apps.catalog.actions.answer_row import lock_import
from jangteo.apps.catalog.errors import GoodsTwice, TaxUnanswered
from jangteo.apps.catalog.events import OffersChanged
from jangteo.apps.catalog.imports import goods_of, is_ready, net_ml
from jangteo.apps.catalog.models import (
    Category,
    Offer,
    PriceChange,
    PriceImport,
    PriceImportRow,
)
from jangteo.apps.catalog.price_lists.gone import apply_gone, gone_offers
from jangteo.apps.catalog.price_lists.matching import link_items
from jangteo.apps.catalog.price_lists.understanding import SHELF, fields_of_offer, fill_offer
from jangteo.apps.catalog.pricing import check_price
from jangteo.apps.catalog.publishing.labelling import gate_many
from jangteo.apps.catalog.rows import free_slug, goods_key, write_back
from jangteo.apps.markets.models import Stall
from jangteo.platform.events import emit
from jangteo.platform.permissions import Actor, Role, action

_NAMES_SHOWN = 8
#: what an import's outcome adds up over its confirmations
_COUNTED = ("added", "repriced", "shown", "same", "drafts", "sold_out", "taken_down")


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfirmedImport:
    """What this call did; all nothing when it was confirmed before."""

    #: goods the stall did not have
    added: int
    #: prices changed
    repriced: int
    #: goods that were hidden and are shown again at the same price
    shown: int
    #: already on sale at that price
    same: int
    #: "please check" rows that wait for an answer; confirm again after answering
    waiting: int
    #: new goods saved unseen, because their label lacks what the law asks
    drafts: int = 0
    #: goods of earlier lists that the owner had marked sold out or taken down with this one
    sold_out: int = 0
    taken_down: int = 0


@action(
    "catalog.confirm_import",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def confirm_import(
    *, actor: Actor, market_id: int, stall_id: int, import_id: int, now: datetime
) -> ConfirmedImport:
    """Create or reprice the stall's offers, matched by name and unit. Each row keeps what was before, for undo.

    Idempotent; rows answered later go on sale with the next call. Raises `TaxUnanswered`, `GoodsTwice`,
    `ImportUndone`, `ImportNotFound`.
    """
    price_import = lock_import(market_id, stall_id, import_id)
    # stall, then offers by id: against another import of the stall and against price changes
    Stall.objects.select_for_update().get(market_id=market_id, pk=stall_id)
    offers = list(
        Offer.objects.select_for_update(of=("self",))
        .filter(market_id=market_id, stall_id=stall_id)
        .order_by("pk")
    )
    rows = list(
        PriceImportRow.objects.filter(market_id=market_id, price_import=price_import).order_by(
            "sheet", "row"
        )
    )
    for row in rows:
        row.price_import = price_import
    ready = [row for row in rows if is_ready(row)]
    _refuse_twice(rows, ready)
    goods = goods_of(offers)
    for row in ready:
        row.offer = goods.find(row.name, row.unit)
    _refuse_unanswered(ready)
    gone = [] if price_import.confirmed_at else gone_offers(price_import, rows, offers)
    _apply(price_import, ready, offers, actor, now)
    set_aside = apply_gone(price_import, gone, now)
    counts = Counter(row.effect for row in ready)
    unseen = [r for r in ready if r.effect == "new" and _state(r) == Offer.State.DRAFT]
    waiting = sum(
        row.pile == PriceImportRow.Pile.CHECK and not row.is_settled and not row.effect
        for row in rows
    )
    done = ConfirmedImport(
        added=counts["new"] - len(unseen),
        repriced=counts["price"],
        shown=counts["shown"],
        same=counts["same"],
        waiting=waiting,
        drafts=len(unseen),
        sold_out=sum(one["now"] == Offer.State.SOLD_OUT for one in set_aside.values()),
        taken_down=sum(one["now"] == Offer.State.HIDDEN for one in set_aside.values()),
    )
    _close(price_import, done, set_aside, now)
    if ready or set_aside:
        emit(OffersChanged(market_id=market_id, at=now, stall_id=stall_id))
    return done


def _refuse_twice(rows: Sequence[PriceImportRow], ready: Sequence[PriceImportRow]) -> None:
    """One goods, two prices: only the owner knows which."""
    used = [row for row in rows if row.effect]
    prices: dict[tuple[str, str], PriceImportRow] = {}
    for row in [*used, *ready]:
        first = prices.setdefault(goods_key(row.name, row.unit), row)
        if first.price_krw != row.price_krw:
            raise GoodsTwice(name=row.name, first=first.row, second=row.row)


def _refuse_unanswered(ready: Sequence[PriceImportRow]) -> None:
    names = [row.name for row in ready if row.offer is None and not row.tax]
    if names:
        more = f" … +{len(names) - _NAMES_SHOWN}" if len(names) > _NAMES_SHOWN else ""
        raise TaxUnanswered(names=", ".join(names[:_NAMES_SHOWN]) + more, count=len(names))


def _apply(
    price_import: PriceImport,
    ready: Sequence[PriceImportRow],
    offers: Sequence[Offer],
    actor: Actor,
    now: datetime,
) -> None:
    market_id, stall_id = price_import.market_id, price_import.stall_id
    taken = {offer.slug for offer in offers}
    categories = _Categories(offers)
    position = max((offer.position for offer in offers), default=0)
    new: dict[tuple[str, str], Offer] = {}
    changed: list[Offer] = []
    history: list[PriceChange] = []
    for row in ready:
        price = check_price(row.price_krw or 0)
        key = goods_key(row.name, row.unit)
        if row.offer is None and key in new:
            row.offer, row.effect = new[key], "same"
        elif row.offer is None:
            position += 1
            slug = free_slug(row.name, row.unit, taken)
            taken.add(slug)
            row.offer = new[key] = _new_offer(row, slug, categories.of(row), position)
            row.effect = "new"
            history.append(_change(row, None, price, actor, now))
        else:
            _reprice(row, price, changed, history, actor, now)
    linked = link_items(market_id, stall_id, ready, actor, now)
    _hold_back(ready, list(new.values()))
    Offer.objects.bulk_create(new.values(), batch_size=1000)
    for row in ready:
        row.offer = row.offer  # its id is known now
    fresh = {id(offer) for offer in new.values()}
    known = {id(o): o for o in (*changed, *linked) if id(o) not in fresh}
    for change in history:
        change.offer = change.offer
    write_back(
        list(known.values()),
        ["price_krw", "state", "item", "origin", "net_g", "net_ml", "pieces", "updated_at"],
    )
    PriceChange.objects.bulk_create(history, batch_size=1000)
    write_back(ready, ["offer", "effect", "before", "item"])


def _hold_back(ready: Sequence[PriceImportRow], new: Sequence[Offer]) -> None:
    """New goods, and goods that come back, whose label lacks what the law asks are kept unseen, not lost."""
    back = [
        row.offer
        for row in ready
        if row.offer is not None
        and row.effect in ("shown", "price")
        and (row.before or {}).get("state") in Offer.UNSEEN
    ]
    offers = [*new, *back]
    for offer, lacking in zip(offers, gate_many(offers), strict=True):
        if lacking:
            offer.state = Offer.State.DRAFT


def _state(row: PriceImportRow) -> str:
    return row.offer.state if row.offer is not None else ""


def _reprice(
    row: PriceImportRow,
    price: int,
    changed: list[Offer],
    history: list[PriceChange],
    actor: Actor,
    now: datetime,
) -> None:
    offer = row.offer
    if offer is None:
        raise ValueError("a row to reprice has an offer")
    row.before = {"price_krw": offer.price_krw, "state": offer.state}
    is_unseen = offer.state in Offer.UNSEEN
    if offer.price_krw == price and not is_unseen:
        row.effect = "same"
        return
    row.effect = "shown" if offer.price_krw == price else "price"
    if row.effect == "price":
        history.append(_change(row, offer.price_krw, price, actor, now))
    offer.price_krw = price
    offer.updated_at = now
    if is_unseen:
        was = {name: getattr(offer, name) for name in ("origin", "net_g", "net_ml", "pieces")}
        filled = fill_offer(offer, row)
        row.before["fields"] = {name: was[name] for name in filled}
        row.before["filled"] = {name: getattr(offer, name) for name in filled}
        offer.state = Offer.State.ON_SALE
    changed.append(offer)


def _new_offer(row: PriceImportRow, slug: str, category_id: int | None, position: int) -> Offer:
    known = fields_of_offer(row)
    volume = known.pop("net_ml", None) or (None if row.net_g else net_ml(row.unit))
    return Offer(
        market_id=row.market_id,
        stall_id=row.price_import.stall_id,
        slug=slug,
        name=row.name,
        unit=row.unit,
        price_krw=row.price_krw or 0,
        tax=row.tax,
        category_id=category_id,
        position=position,
        net_ml=volume,
        **known,
    )


def _change(
    row: PriceImportRow, before: int | None, after: int, actor: Actor, now: datetime
) -> PriceChange:
    return PriceChange(
        market_id=row.market_id,
        offer=row.offer,
        before_krw=before,
        after_krw=after,
        by_id=actor.person_id,
        channel="import",
        at=now,
    )


class _Categories:
    """The shelf of new goods: what the row was understood as, else the stall's one shelf; never a guess among several."""

    def __init__(self, offers: Sequence[Offer]) -> None:
        ids = {offer.category_id for offer in offers if offer.category_id is not None}
        self._only = ids.pop() if len(ids) == 1 else None
        self._by_slug = dict(Category.objects.values_list("slug", "pk"))

    def of(self, row: PriceImportRow) -> int | None:
        """The id of its category, None when nobody knows."""
        return self._by_slug.get(str(row.understood.get(SHELF) or "")) or self._only


def _close(
    price_import: PriceImport,
    done: ConfirmedImport,
    gone: Mapping[str, Mapping[str, str]],
    now: datetime,
) -> None:
    before = price_import.outcome
    price_import.outcome = {
        **before,
        **{name: before.get(name, 0) + getattr(done, name) for name in _COUNTED},
        "waiting": done.waiting,
        "gone": {**before.get("gone", {}), **gone},
    }
    price_import.state = PriceImport.State.CONFIRMED
    price_import.confirmed_at = price_import.confirmed_at or now
    price_import.save(update_fields=["outcome", "state", "confirmed_at"])
