"""What pages and the API read of standard products. Needs the market's scope where a market is named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from jangteo.apps.catalog.cards import OfferCard, cards
from jangteo.apps.catalog.items.cards import Fact, ItemCard, card, facts_of, in_words
from jangteo.apps.catalog.items.errors import ItemNotFound
from jangteo.apps.catalog.items.finding import find_candidates
from jangteo.apps.catalog.items.reading import fields_from
from jangteo.apps.catalog.items.resolving import current_many, members
from jangteo.apps.catalog.models import (
    Item,
    ItemChange,
    ItemVersion,
    MatchQuestion,
    Offer,
    StandardiseRun,
)
from jangteo.apps.catalog.queries import shown_offers
from jangteo.apps.catalog.standard import FIELDS, GROUPS
from jangteo.engines.matching import understand
from jangteo.engines.matching.lexicon import lexicon
from jangteo.platform.tenancy import every_market

PAGE = 50
#: versions and changes shown of one item
SHOWN = 20
#: decisions looked at to say what a threshold means
LOOKED_AT = timedelta(days=90)
LEAST_LINES = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemRow:
    """``offers``: of this market; ``asks``: questions of this market about it."""

    card: ItemCard
    offers: int
    asks: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemList:
    """One page of items; ``has_more``: there is another."""

    rows: tuple[ItemRow, ...]
    page: int
    has_more: bool


def item_list(
    market_id: int, *, q: str = "", category: str = "", which: str = "", page: int = 1
) -> ItemList:
    """Items by search, first level of the category tree and ``which``: "" those this market uses, "all", "asks", "merged"."""
    page = max(1, page)
    rows = Item.objects.all()
    offers = Offer.objects.filter(market_id=market_id).exclude(item=None)
    if q.strip():
        found = search(q)
        ids = [item.pk for item in found]
        rows = rows.filter(pk__in=ids)
    elif which == "asks":
        waiting = MatchQuestion.objects.filter(
            market_id=market_id, state__in=MatchQuestion.WAITING
        ).exclude(item=None)
        rows = rows.filter(pk__in=waiting.values("item_id"))
    elif which == "":
        rows = rows.filter(pk__in=offers.values("item_id"))
    if which == "merged":
        rows = rows.filter(state=Item.State.MERGED)
    elif not q.strip():
        rows = rows.exclude(state=Item.State.MERGED)
    if category:
        leaves = [s for s, leaf in lexicon().categories.items() if leaf.path[0] == category]
        rows = rows.filter(category_slug__in=leaves)
    start = (page - 1) * PAGE
    order = ("-pk",) if which in ("all", "merged") else ("name", "pk")
    taken = list(rows.order_by(*order)[start : start + PAGE + 1])
    shown = taken[:PAGE]
    ids = [item.pk for item in shown]
    used = _counts(offers.filter(item_id__in=ids))
    asks = _counts(
        MatchQuestion.objects.filter(
            market_id=market_id, item_id__in=ids, state__in=MatchQuestion.WAITING
        )
    )
    return ItemList(
        rows=tuple(
            ItemRow(card=card(item), offers=used.get(item.pk, 0), asks=asks.get(item.pk, 0))
            for item in shown
        ),
        page=page,
        has_more=len(taken) > PAGE,
    )


def _counts(rows: QuerySet[Any]) -> dict[int, int]:
    return dict(rows.values("item_id").annotate(n=Count("pk")).values_list("item_id", "n"))


def search(q: str, limit: int = PAGE) -> list[Item]:
    """Items by code, barcode or words of a line, the likeliest first."""
    text = q.strip()
    if re.fullmatch(r"JT\d{9}", text, re.IGNORECASE):
        return list(Item.objects.filter(code=text.upper()))
    digits = re.sub(r"[\s-]", "", text)
    if re.fullmatch(r"\d{8}|\d{12,14}", digits):
        found = Item.objects.filter(gtin=digits.zfill(14))
        return list(current_many(row.pk for row in found).values())
    draft = fields_from(understand(text))
    fields: dict[str, object] = dict(draft.fields)
    fields.setdefault("name", text[:80])
    likely = [one.item for one in find_candidates(fields, limit, category_slug=draft.category_slug)]
    if text != fields["name"]:
        known = {item.pk for item in likely}
        more = find_candidates({"name": text[:80]}, limit)
        likely += [one.item for one in more if one.item.pk not in known]
    return likely[:limit]


def item_by_code(code: str) -> Item:
    """The item of a code, merged ones too. Raises `ItemNotFound`."""
    item = Item.objects.filter(code=code.upper()).first()
    if item is None:
        raise ItemNotFound
    return item


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownField:
    """A field with its value (None: not known) and where it comes from."""

    fact: Fact | None
    key: str
    label_ko: str
    label_en: str
    provenance: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Diff:
    """One field that a version changed; "" for nothing."""

    label_ko: str
    label_en: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownVersion:
    """One version with what it changed; ``here``: this market's office did it, None: the operator."""

    version: int
    what: str
    at: datetime
    here: bool | None
    diffs: tuple[Diff, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemPage:
    """All of an item as this market's office sees it."""

    item: Item
    card: ItemCard
    now: ItemCard
    groups: tuple[tuple[tuple[str, str], tuple[ShownField, ...]], ...]
    versions: tuple[ShownVersion, ...]
    offers: tuple[Offer, ...]
    changes: tuple[ItemChange, ...]
    merged: tuple[ItemCard, ...]
    used_elsewhere: bool
    may_change: bool


def item_page(market_id: int, code: str) -> ItemPage:
    """Raises `ItemNotFound`."""
    item = item_by_code(code)
    ids = members(item.pk)
    offers = tuple(
        Offer.objects.filter(market_id=market_id, item_id__in=ids)
        .select_related("stall")
        .order_by("stall__position", "position", "pk")
    )
    with every_market():
        elsewhere = Offer.objects.filter(item_id__in=ids).exclude(market_id=market_id).exists()
    changes = ItemChange.objects.filter(Q(item=item) | Q(other=item)).filter(
        Q(market_id=market_id) | Q(market_id=None)
    )
    return ItemPage(
        item=item,
        card=card(item),
        now=card(current_many([item.pk])[item.pk]),
        groups=_groups(item),
        versions=versions_of(item, market_id),
        offers=offers,
        changes=tuple(changes.select_related("item", "other").order_by("-pk")[:SHOWN]),
        merged=tuple(card(one) for one in Item.objects.filter(pk__in=set(ids) - {item.pk})),
        used_elsewhere=elsewhere,
        may_change=not elsewhere and (bool(offers) or item.origin_market_id == market_id),
    )


def _groups(item: Item) -> tuple[tuple[tuple[str, str], tuple[ShownField, ...]], ...]:
    facts = {fact.key: fact for fact in facts_of(item.fields)}
    found = []
    for group, names in GROUPS.items():
        rows = tuple(
            ShownField(
                fact=facts[key],
                key=key,
                label_ko=one.ko,
                label_en=one.en,
                provenance=item.provenance.get(key, {}),
            )
            for key, one in FIELDS.items()
            if one.group == group and key in facts
        )
        if rows:
            found.append((names, rows))
    return tuple(found)


def versions_of(item: Item, market_id: int | None = None) -> tuple[ShownVersion, ...]:
    """The last versions, newest first, each with its difference from the one before."""
    rows = list(ItemVersion.objects.filter(item=item).order_by("-version")[: SHOWN + 1])
    shown = []
    for place, row in enumerate(rows[:SHOWN]):
        before = rows[place + 1].fields if place + 1 < len(rows) else {}
        shown.append(
            ShownVersion(
                version=row.version,
                what=row.what,
                at=row.at,
                here=None if row.market_id is None else row.market_id == market_id,
                diffs=_diffs(before, row.fields) if row.version > 1 else (),
            )
        )
    return tuple(shown)


def _diffs(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Diff, ...]:
    return tuple(
        Diff(
            label_ko=one.ko,
            label_en=one.en,
            before=in_words(before[key], one.unit)[0] if key in before else "",
            after=in_words(after[key], one.unit)[0] if key in after else "",
        )
        for key, one in FIELDS.items()
        if before.get(key) != after.get(key)
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Queue:
    """How many wait, how many were put off, and how many were answered so far."""

    open: int
    later: int
    answered: int

    @property
    def waiting(self) -> int:
        return self.open + self.later


def question_queue(market_id: int) -> Queue:
    """Counts of the market's questions."""
    rows = MatchQuestion.objects.filter(market_id=market_id)
    by_state = dict(rows.values("state").annotate(n=Count("pk")).values_list("state", "n"))
    return Queue(
        open=by_state.get("open", 0),
        later=by_state.get("later", 0),
        answered=by_state.get("answered", 0),
    )


def next_question(market_id: int) -> MatchQuestion | None:
    """The question to ask now: never put off ones first, the oldest first."""
    rows = MatchQuestion.objects.filter(market_id=market_id, state__in=MatchQuestion.WAITING)
    return (
        rows.select_related("offer", "offer__stall")
        .order_by("-state", "answered_at", "asked_at", "pk")
        .first()
    )


def last_run(market_id: int) -> StandardiseRun | None:
    """The newest run over the market's offers."""
    return StandardiseRun.objects.filter(market_id=market_id).order_by("-pk").first()


def asked_of_hundred(market_id: int, match_auto_bp: int, now: datetime) -> int | None:
    """Of a hundred lines, how many a person would be asked about at this threshold.

    From the probabilities of the market's own decisions of the last 90 days; None when there are too few to say.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*), count(*) filter (where proposal->>'verdict' <> 'new' and"
            " (coalesce((proposal->>'must_ask')::boolean, false)"
            "  or round((proposal->>'probability')::numeric * 10000) < %s))"
            " from decisions_decision where market_id = %s and capability = 'match-item' and at >= %s",
            [match_auto_bp, market_id, now - LOOKED_AT],
        )
        total, asked = cursor.fetchone() or (0, 0)
    return round(asked * 100 / total) if total >= LEAST_LINES else None


def same_elsewhere(
    market_id: int, item_id: int | None, stall_id: int, day: date, limit: int = 4
) -> tuple[OfferCard, ...]:
    """The standard product at other stalls of this market, on sale, the cheapest per 100 g or ml first."""
    if item_id is None:
        return ()
    now = current_many([item_id])[item_id]
    others = shown_offers(market_id).filter(item_id__in=members(now.pk), state=Offer.State.ON_SALE)
    found = cards(others.exclude(stall_id=stall_id), day)
    found.sort(key=lambda one: (one.per_100_krw or one.price_krw, one.price_krw, one.id))
    return tuple(found[:limit])
