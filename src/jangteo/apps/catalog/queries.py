"""Reads of the catalogue. All need the market's scope and filter by market as well.

Shoppers see offers of active stalls that are not hidden; what is sold out comes last.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from jangteo.apps.catalog.cards import OfferCard, cards, columns, per_100, to_cards
from jangteo.apps.catalog.errors import OfferNotFound
from jangteo.apps.catalog.models import Category, Offer, PriceChange

HOME_SHELF = 12
HOME_PER_CATEGORY = 8

#: said so by the owner, or counted down to nothing
SOLD_OUT = Q(state=Offer.State.SOLD_OUT) | Q(
    stock__is_counted=True, stock__quantity__lte=F("stock__reserved")
)
_SOLD_OUT_LAST = Case(When(SOLD_OUT, then=1), default=0, output_field=IntegerField())


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """Some offers of one category. An offer without a category stands under the empty slug."""

    slug: str
    name: str
    name_en: str
    emoji: str
    cards: tuple[OfferCard, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """A market's front page."""

    arrived_today: tuple[OfferCard, ...]
    today_only: tuple[OfferCard, ...]
    shelves: tuple[Shelf, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CategoryCount:
    """A category of a market and how many offers it shows."""

    slug: str
    name: str
    name_en: str
    emoji: str
    offers: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferDetail:
    """An offer's own page."""

    card: OfferCard
    description: str
    description_en: str
    #: AI wrote the description
    is_ai_text: bool
    allergens: str
    use_by_days: int | None
    net_g: int | None
    net_ml: int | None
    pieces: int | None
    category_name: str
    category_name_en: str
    stall_known_for: str
    stall_known_for_en: str
    stall_place: str
    #: its photograph was touched up, and the page says so
    is_picture_edited: bool
    #: the standard product it hangs on, None for none
    item_id: int | None
    goes_with: tuple[OfferCard, ...]


def shown_offers(market_id: int) -> QuerySet[Offer]:
    """What shoppers may see: offers of active stalls that are not hidden."""
    return Offer.objects.filter(market_id=market_id, stall__is_active=True).exclude(
        state__in=Offer.UNSEEN
    )


def offers_for_home(market_id: int, day: date) -> Home:
    """What arrived today, what must go today, and some of each category. Three queries at any size."""
    fresh = (
        shown_offers(market_id).filter(arrived_on=day).order_by(_SOLD_OUT_LAST, "-updated_at", "id")
    )
    urgent = (
        shown_offers(market_id)
        .filter(today_only_on=day)
        .order_by(_SOLD_OUT_LAST, "-updated_at", "id")
    )
    return Home(
        arrived_today=tuple(cards(fresh[:HOME_SHELF], day)),
        today_only=tuple(cards(urgent[:HOME_SHELF], day)),
        shelves=tuple(_shelves(market_id, day)),
    )


def offers_of_today(
    market_id: int, day: date, *, urgent: bool, limit: int = 200
) -> list[OfferCard]:
    """All that came in on ``day``, or (``urgent``) all that must go on it, in the stalls' order. One query."""
    found = shown_offers(market_id)
    found = found.filter(today_only_on=day) if urgent else found.filter(arrived_on=day)
    rows = found.order_by(_SOLD_OUT_LAST, "position", "stall__position", "id")
    return cards(rows[:limit], day)


def shelves_of(
    market_id: int, day: date, category_slugs: Sequence[str], per_category: int
) -> list[Shelf]:
    """The first offers of some categories, in the categories' order. One query."""
    found = _shelves(market_id, day, Q(category__slug__in=category_slugs), per_category)
    return list(found)


def _shelves(
    market_id: int, day: date, where: Q | None = None, per_category: int = HOME_PER_CATEGORY
) -> Iterable[Shelf]:
    place = Window(
        RowNumber(),
        partition_by=F("category_id"),
        order_by=[_SOLD_OUT_LAST.asc(), F("position").asc(), F("id").asc()],
    )
    more = ("category__slug", "category__name", "category__name_en", "category__emoji")
    rows = (
        shown_offers(market_id)
        .filter(where or Q())
        .annotate(place=place)
        .filter(place__lte=per_category)
        .order_by(F("category__position").asc(nulls_last=True), "category_id", "place")
        .values_list(*columns(*more))
    )
    for heading, group in groupby(rows, key=lambda row: row[-4:]):
        slug, name, name_en, emoji = (text or "" for text in heading)
        shelf = tuple(to_cards(group, day))
        yield Shelf(slug=slug, name=name, name_en=name_en, emoji=emoji, cards=shelf)


def offers_of_stall(market_id: int, stall_id: int, day: date) -> list[OfferCard]:
    """A stall's offers in its own order. One query."""
    rows = shown_offers(market_id).filter(stall_id=stall_id)
    return cards(rows.order_by(_SOLD_OUT_LAST, "position", "name", "id"), day)


def offers_of_category(
    market_id: int, category_slug: str, day: date, limit: int = 200
) -> list[OfferCard]:
    """A category's offers over all stalls. One query."""
    rows = shown_offers(market_id).filter(category__slug=category_slug)
    return cards(rows.order_by(_SOLD_OUT_LAST, "name", "price_krw", "id")[:limit], day)


def category_list(market_id: int) -> list[CategoryCount]:
    """The categories that have something to show. One query."""
    shown = Q(state__in=(Offer.State.ON_SALE, Offer.State.SOLD_OUT))
    rows = (
        Offer.objects.filter(
            shown, market_id=market_id, stall__is_active=True, category__isnull=False
        )
        .values("category__slug", "category__name", "category__name_en", "category__emoji")
        .annotate(offers=Count("id"))
        .order_by("category__position", "category__slug")
        .values_list(
            "category__slug", "category__name", "category__name_en", "category__emoji", "offers"
        )
    )
    return [
        CategoryCount(slug=slug, name=name, name_en=name_en, emoji=emoji, offers=offers)
        for slug, name, name_en, emoji, offers in rows
    ]


def all_categories() -> list[Category]:
    """Every category, for a form's choice."""
    return list(Category.objects.order_by("position", "slug"))


def offer_detail(market_id: int, offer_id: int, day: date) -> OfferDetail:
    """One offer's page. Raises `OfferNotFound` for hidden ones too. Two queries, one when nothing goes with it."""
    more = (
        "description", "description_en", "is_ai_text", "allergens", "use_by_days", "net_g", "net_ml", "pieces",
        "category__name", "category__name_en",
        "stall__known_for", "stall__known_for_en", "stall__place",
        "picture_before", "goes_with", "item_id",
    )  # fmt: skip
    row = shown_offers(market_id).filter(pk=offer_id).values_list(*columns(*more)).first()
    if row is None:
        raise OfferNotFound
    values = dict(zip(more, row[-len(more) :], strict=True))
    return OfferDetail(
        card=to_cards([row], day)[0],
        description=values["description"],
        description_en=values["description_en"],
        is_ai_text=values["is_ai_text"],
        allergens=values["allergens"],
        use_by_days=values["use_by_days"],
        net_g=values["net_g"],
        net_ml=values["net_ml"],
        pieces=values["pieces"],
        category_name=values["category__name"] or "",
        category_name_en=values["category__name_en"] or "",
        stall_known_for=values["stall__known_for"],
        stall_known_for_en=values["stall__known_for_en"],
        stall_place=values["stall__place"],
        is_picture_edited=bool(values["picture_before"]),
        item_id=values["item_id"],
        goes_with=_goes_with(market_id, values["goes_with"], day),
    )


def _goes_with(market_id: int, ids: Sequence[int], day: date) -> tuple[OfferCard, ...]:
    found = offers_by_ids(market_id, ids, day) if ids else {}
    return tuple(found[id_] for id_ in ids if id_ in found and not found[id_].is_sold_out)


def offers_by_ids(market_id: int, ids: Iterable[int], day: date) -> dict[int, OfferCard]:
    """Cards by id; hidden and foreign ones are missing. One query, none for no ids."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    return {card.id: card for card in cards(shown_offers(market_id).filter(pk__in=wanted), day)}


def search_offers(market_id: int, text: str, day: date, limit: int = 60) -> list[OfferCard]:
    """Offers whose name, unit, stall or category contains every word; names that begin with the text first.

    An empty text finds nothing. One query.
    """
    words = text.split()[:8]
    if not words:
        return []
    found = shown_offers(market_id)
    for word in words:
        found = found.filter(
            Q(name__icontains=word)
            | Q(name_en__icontains=word)
            | Q(unit__icontains=word)
            | Q(stall__name__icontains=word)
            | Q(stall__name_en__icontains=word)
            | Q(category__name__icontains=word)
            | Q(category__name_en__icontains=word)
        )
    starts = Q(name__istartswith=text.strip()) | Q(name_en__istartswith=text.strip())
    rank = Case(
        When(starts, then=Value(0)),
        When(Q(name__icontains=words[0]) | Q(name_en__icontains=words[0]), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return cards(found.order_by(_SOLD_OUT_LAST, rank, "name", "price_krw", "id")[:limit], day)


def similar_offers(offer: Offer, max_rise_pct: int) -> list[Offer]:
    """What may replace an offer: same stall, category and tax class, on sale and in stock.

    At most ``max_rise_pct`` percent dearer (compared exactly); nearest net amount first, then nearest price. One
    query. Goods without a category have nothing similar.
    """
    if offer.category_id is None:
        return []
    rows = (
        Offer.objects.filter(
            market_id=offer.market_id,
            stall_id=offer.stall_id,
            category_id=offer.category_id,
            tax=offer.tax,
            state=Offer.State.ON_SALE,
            price_krw__lte=offer.price_krw * (100 + max_rise_pct) // 100,
        )
        .exclude(pk=offer.pk)
        .exclude(SOLD_OUT)
        .select_related("stock")
    )
    return sorted(rows, key=lambda row: _distance(offer, row))


def _distance(offer: Offer, other: Offer) -> tuple[bool, int, int, int]:
    """Unknown net amounts, and grams against millilitres, come after known ones."""
    if offer.net_g and other.net_g:
        apart = abs(offer.net_g - other.net_g)
    elif offer.net_ml and other.net_ml:
        apart = abs(offer.net_ml - other.net_ml)
    else:
        return True, 0, abs(offer.price_krw - other.price_krw), other.pk
    return False, apart, abs(offer.price_krw - other.price_krw), other.pk


def price_per_100(offer: Offer) -> tuple[int, str] | None:
    """Won for 100 g or 100 ml (halves rounded up) and "g" or "ml"; None without a net amount."""
    return per_100(offer.price_krw, offer.net_g, offer.net_ml)


def offers_for_owner(market_id: int, stall_id: int) -> list[Offer]:
    """All offers of a stall, those that wait for a label first, hidden ones last. One query."""
    hidden_last = Case(
        When(state=Offer.State.DRAFT, then=-1),
        When(state=Offer.State.HIDDEN, then=1),
        default=0,
        output_field=IntegerField(),
    )
    rows = Offer.objects.filter(market_id=market_id, stall_id=stall_id)
    return list(
        rows.select_related("stock", "category").order_by(hidden_last, "position", "name", "id")
    )


def price_history(market_id: int, offer_id: int, limit: int = 50) -> list[PriceChange]:
    """Latest first, with who changed it. One query."""
    rows = PriceChange.objects.filter(market_id=market_id, offer_id=offer_id)
    return list(rows.select_related("by").order_by("-id")[:limit])
