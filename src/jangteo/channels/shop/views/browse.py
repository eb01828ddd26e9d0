"""Looking around: the first page, shelves, stalls, one thing, searching."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jangteo.apps.catalog.cards import OfferCard
from jangteo.apps.catalog.items.queries import same_elsewhere
from jangteo.apps.catalog.models import PriceChange
from jangteo.apps.catalog.publishing.block import label_block, seller_block
from jangteo.apps.catalog.publishing.jsonld import product_jsonld, script_text
from jangteo.apps.catalog.publishing.listed import Listed, Seller, listed_offers, seller_of
from jangteo.apps.catalog.queries import (
    CategoryCount,
    Shelf,
    category_list,
    offer_detail,
    offers_of_category,
    offers_of_today,
    price_history,
    search_offers,
    shelves_of,
)
from jangteo.apps.catalog.texts.facts import stall_with_desk
from jangteo.apps.catalog.texts.queries import sold_out_notice
from jangteo.apps.markets.queries import (
    special_days_from,
    stall_by_id,
    stall_by_slug,
    stalls_of_market,
    zones_of_market,
)
from jangteo.channels.shop.cards import (
    PAGE_PIXELS,
    Card,
    lane_of,
    mixed,
    open_first,
    per_text,
    to_cards,
    to_face,
)
from jangteo.channels.shop.page import Shop, pick, shop_view
from jangteo.channels.shop.picks import home_picks, in_trial, stall_goods
from jangteo.channels.shop.times import receiving, today
from jangteo.platform.clock import seoul_day
from jangteo.platform.errors import NotFound
from jangteo.platform.files import picture_url

#: shelves of the first page, spread over all categories; the others are one tap away
HOME_SHELVES = 5
SHELF_CARDS = 6
#: two rows on the widest screen
ROW_CARDS = 10
HOME_FACES = 4
#: so many are read to show goods of many stalls in one row
MIXED_FROM = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class CategoryLink:
    """A category in the rail."""

    name: str
    emoji: str
    href: str
    offers: int
    current: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ShelfShown:
    """Some goods of one category."""

    name: str
    href: str
    cards: list[Card]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One line of what is to be known of goods."""

    label: str
    text: str


def links(shop: Shop, counts: Iterable[CategoryCount], current: str = "") -> list[CategoryLink]:
    """The rail of categories."""
    return [
        CategoryLink(
            name=pick(count.name, count.name_en),
            emoji=count.emoji,
            href=shop.href.category(count.slug),
            offers=count.offers,
            current=count.slug == current,
        )
        for count in counts
    ]


@require_safe
@shop_view
def home(shop: Shop) -> HttpResponse:
    """Today's line, what is recommended, what came in, what must go, stalls, shelves."""
    shop = in_trial(shop)
    picks = home_picks(shop)
    fresh = offers_of_today(shop.market.id, shop.day, urgent=False, limit=MIXED_FROM)
    urgent = offers_of_today(shop.market.id, shop.day, urgent=True, limit=MIXED_FROM)
    counts = category_list(shop.market.id)
    spread = counts[:: max(1, len(counts) // HOME_SHELVES)][:HOME_SHELVES]
    chosen = [count.slug for count in spread]
    shelves = shelves_of(shop.market.id, shop.day, chosen, SHELF_CARDS)
    stalls = stalls_of_market(shop.market.id)
    faces = [to_face(shop, stall) for stall in stalls]
    return shop.page(
        "shop/home.html",
        {
            "today": today(shop),
            "receiving": receiving(shop),
            "picks": picks,
            "fresh": to_cards(shop, mixed(fresh, ROW_CARDS)),
            "urgent": to_cards(shop, mixed(urgent, ROW_CARDS)),
            "shelves": _shelves(shop, shelves),
            "categories": links(shop, counts),
            "lane": lane_of(stalls, faces),
            "faces": open_first(faces)[:HOME_FACES],
            "open_count": sum(face.is_open for face in faces),
            "stall_count": len(faces),
        },
    )


def _shelves(shop: Shop, found: Sequence[Shelf]) -> list[ShelfShown]:
    return [
        ShelfShown(
            name=pick(shelf.name, shelf.name_en),
            href=shop.href.category(shelf.slug),
            cards=to_cards(shop, shelf.cards),
        )
        for shelf in found
    ]


@require_safe
@shop_view
def shelf(shop: Shop, name: str) -> HttpResponse:
    """Everything that came in today, or must go today."""
    if name not in ("fresh", "today"):
        raise NotFound
    is_fresh = name == "fresh"
    cards = offers_of_today(shop.market.id, shop.day, urgent=not is_fresh)
    return shop.page(
        "shop/list.html",
        {
            "title": _("오늘 아침에 들어온 것") if is_fresh else _("오늘까지 파는 것"),
            "note": _count_note(cards) if is_fresh else _("오늘 안에 드시면 좋은 것들이에요."),
            "cards": to_cards(shop, cards),
            "categories": links(shop, category_list(shop.market.id)),
        },
    )


@require_safe
@shop_view
def categories(shop: Shop) -> HttpResponse:
    """Every category that has something."""
    return shop.page(
        "shop/categories.html",
        {"categories": links(shop, category_list(shop.market.id))},
    )


@require_safe
@shop_view
def category(shop: Shop, slug: str) -> HttpResponse:
    """One category over all stalls. Raises `NotFound` for one that shows nothing."""
    counts = category_list(shop.market.id)
    here = next((count for count in counts if count.slug == slug), None)
    if here is None:
        raise NotFound
    cards = offers_of_category(shop.market.id, slug, shop.day)
    return shop.page(
        "shop/list.html",
        {
            "title": pick(here.name, here.name_en),
            "note": _count_note(cards),
            "cards": to_cards(shop, cards),
            "categories": links(shop, counts, slug),
        },
    )


def _count_note(cards: Sequence[OfferCard]) -> str:
    stalls = len({card.stall_id for card in cards})
    goods = ngettext("%(n)d가지", "%(n)d가지", len(cards)) % {"n": len(cards)}
    where = ngettext("가게 %(n)d곳", "가게 %(n)d곳", stalls) % {"n": stalls}
    return f"{goods} · {where}"


@require_safe
@shop_view
def stalls(shop: Shop) -> HttpResponse:
    """Every stall with its face, and the lane."""
    rows = stalls_of_market(shop.market.id)
    faces = [to_face(shop, stall) for stall in rows]
    return shop.page(
        "shop/stalls.html",
        {
            "lane": lane_of(rows, faces),
            "faces": open_first(faces),
            "open_count": sum(face.is_open for face in faces),
        },
    )


@require_safe
@shop_view
def stall(shop: Shop, slug: str) -> HttpResponse:
    """One stall: its face, its place, its goods."""
    shop = in_trial(shop)
    here = stall_by_slug(shop.market.id, slug)
    rows = stalls_of_market(shop.market.id)
    goods = stall_goods(shop, here.pk)
    with_desk = stall_with_desk(shop.market.id, here.pk)
    desk = getattr(with_desk, "desk", None)
    return shop.page(
        "shop/stall.html",
        {
            "stall": to_face(shop, here),
            "owner": here.owner_name,
            "phone": here.phone,
            "picture_large": picture_url(here.picture, PAGE_PIXELS),
            "story": pick(desk.story, desk.story_en) if desk else "",
            "is_ai_story": bool(desk and desk.is_ai_story),
            "seller": _seller(seller_of(with_desk, with_desk.market)),
            "lane": lane_of(rows, [to_face(shop, row, here=row.pk == here.pk) for row in rows]),
            "goods": goods,
        },
    )


@require_safe
@shop_view
def offer(shop: Shop, offer_id: int) -> HttpResponse:
    """One thing: what it is, what it costs, who sells it, what to know before buying."""
    detail = offer_detail(shop.market.id, offer_id, shop.day)
    seller = stall_by_id(shop.market.id, detail.card.stall_id)
    card = detail.card
    face = to_face(shop, seller)
    listed = next(iter(listed_offers(shop.market.id, offer_ids=[offer_id])), None)
    return shop.page(
        "shop/offer.html",
        {
            "offer": card,
            "name": pick(card.name, card.name_en),
            "picture": picture_url(card.picture, PAGE_PIXELS),
            "is_picture_edited": detail.is_picture_edited,
            "per": per_text(card),
            "marks": _marks(card),
            "facts": _facts(card, listed),
            "seller": _seller_facts(listed),
            "jsonld": script_text(product_jsonld(listed)) if listed else "",
            "description": pick(detail.description, detail.description_en),
            "is_ai_text": detail.is_ai_text,
            "notice": sold_out_notice(shop.market.id, offer_id) if card.is_sold_out else None,
            "stall": face,
            "category": CategoryLink(
                name=pick(detail.category_name, detail.category_name_en),
                emoji="",
                href=shop.href.category(card.category_slug),
                offers=0,
            )
            if card.category_slug
            else None,
            "changed": _changed_today(shop, offer_id),
            "goes_with": to_cards(shop, detail.goes_with[:4]),
            "elsewhere": to_cards(
                shop, same_elsewhere(shop.market.id, detail.item_id, card.stall_id, shop.day)
            ),
            "receiving": receiving(shop),
        },
    )


def _marks(card: OfferCard) -> list[str]:
    found = {
        "today": card.today_only,
        "fresh": card.arrived_today,
        "chilled": card.storage == "chilled",
        "frozen": card.storage == "frozen",
    }
    return [name for name, is_so in found.items() if is_so]


def _facts(card: OfferCard, listed: Listed | None) -> list[Fact]:
    """What the law has a seller say before a contract (전자상거래법 제13조 제2항), as far as it is known."""
    unit = _("100g 단위로 달아 드려요") if card.is_weighed else card.unit
    block = label_block(listed, language=get_language() or "ko") if listed else []
    told = [(_("파는 단위"), unit), *block]
    return [Fact(label=label, text=text) for label, text in told if text]


def _seller_facts(listed: Listed | None) -> list[Fact]:
    """Who sells it (전자상거래법 제20조 제2항)."""
    return _seller(listed.seller) if listed else []


def _seller(seller: Seller) -> list[Fact]:
    block = seller_block(seller, language=get_language() or "ko")
    return [Fact(label=label, text=text) for label, text in block]


def _changed_today(shop: Shop, offer_id: int) -> PriceChange | None:
    """The latest price change, when it was made today: a price that moved says so."""
    latest = price_history(shop.market.id, offer_id, limit=1)
    if not latest or latest[0].before_krw is None or seoul_day(latest[0].at) != shop.day:
        return None
    return latest[0]


@require_safe
@shop_view
def search(shop: Shop) -> HttpResponse:
    """Goods and stalls by words; where nothing is found, what may help."""
    text = " ".join(shop.request.GET.get("q", "").split())[:60]
    found = search_offers(shop.market.id, text, shop.day) if text else []
    rows = stalls_of_market(shop.market.id) if text else []
    faces = [to_face(shop, row) for row in rows if _is_named(row.name, row.name_en, text)]
    nearer, nearer_text = ([], "") if found or not text else _nearer(shop, text)
    helps = not found and not nearer
    return shop.page(
        "shop/search.html",
        {
            "query": text,
            "cards": to_cards(shop, found),
            "faces": faces,
            "nearer": to_cards(shop, nearer),
            "nearer_text": nearer_text,
            "categories": links(shop, category_list(shop.market.id)) if helps else [],
            "fresh": to_cards(shop, _fresh(shop)) if helps else [],
        },
        status=200,
    )


def _is_named(name: str, name_en: str, text: str) -> bool:
    wanted = text.casefold()
    return wanted in name.casefold() or (bool(name_en) and wanted in name_en.casefold())


def _nearer(shop: Shop, text: str) -> tuple[list[OfferCard], str]:
    """What is found with fewer letters: each word alone, then the text cut from its end."""
    words = text.split()
    tries = (words if len(words) > 1 else []) + [text[:cut] for cut in range(len(text) - 1, 0, -1)]
    for shorter in dict.fromkeys(tries[:6]):
        found = search_offers(shop.market.id, shorter, shop.day, limit=12)
        if found:
            return found, shorter
    return [], ""


def _fresh(shop: Shop) -> list[OfferCard]:
    found = offers_of_today(shop.market.id, shop.day, urgent=False, limit=MIXED_FROM)
    return mixed(found, 4)


@require_safe
@shop_view
def about(shop: Shop) -> HttpResponse:
    """The market: its story, days, ways to receive, who runs it, how to get money back."""
    return shop.page(
        "shop/about.html",
        {
            "today": today(shop),
            "story": pick(shop.market.story, shop.market.story_en),
            "zones": zones_of_market(shop.market.id),
            "special_days": special_days_from(shop.market.id, shop.day)[:5],
            "receiving": receiving(shop),
        },
    )
