"""Reads anybody may make: markets, stalls, offers, search, delivery quotes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router
from pydantic import Field

from jangteo.apps.catalog.cards import OfferCard
from jangteo.apps.catalog.errors import OfferNotFound
from jangteo.apps.catalog.listing import list_offers
from jangteo.apps.catalog.publishing.block import label_block, seller_block
from jangteo.apps.catalog.publishing.feeds import feed_paths
from jangteo.apps.catalog.publishing.labelling import missing
from jangteo.apps.catalog.publishing.listed import listed_offers
from jangteo.apps.catalog.queries import offer_detail, search_offers
from jangteo.apps.decisions.capability import Reason
from jangteo.apps.discovery.actions.pick_for_home import pick_for_home
from jangteo.apps.markets.info import MarketInfo, market_infos
from jangteo.apps.markets.opening import market_is_open, opening_on, stall_is_open
from jangteo.apps.markets.queries import stalls_of_market
from jangteo.apps.markets.quote import delivery_quote, pickup_quote
from jangteo.channels.api import schemas
from jangteo.channels.api.access import in_market
from jangteo.channels.api.problems import Problem
from jangteo.engines.gs1 import build_link
from jangteo.platform.clock import seoul_day, utc_now
from jangteo.platform.config import config
from jangteo.platform.permissions import Actor

router = Router(tags=["public"])

Slug = Annotated[str, Path(pattern=r"^[\w-]{1,60}$")]
Failure = {frozenset({404, 422}): Problem}


def _market(market: MarketInfo) -> dict[str, Any]:
    now = utc_now()
    return {
        "slug": market.slug,
        "name": market.name,
        "name_en": market.name_en,
        "address": market.address,
        "latitude": market.latitude,
        "longitude": market.longitude,
        "opens_at": f"{market.opens_at:%H:%M}",
        "closes_at": f"{market.closes_at:%H:%M}",
        "fair_days": list(market.fair_days),
        "is_open": market_is_open(market, now),
        "note": opening_on(market, seoul_day(now)).note,
    }


def _offer(card: OfferCard) -> dict[str, Any]:
    return {
        "offer_id": card.id,
        "name": card.name,
        "name_en": card.name_en,
        "stall": card.stall_name,
        "stall_slug": card.stall_slug,
        "category": card.category_slug,
        "unit": card.unit,
        "price_krw": card.price_krw,
        "per_100_krw": card.per_100_krw,
        "per_100_unit": card.per_100_unit,
        "origin": card.origin,
        "storage": card.storage,
        "tax": card.tax,
        "is_weighed": card.is_weighed,
        "is_sold_out": card.is_sold_out,
        "available": card.available,
    }


@router.get("/markets", response=list[schemas.MarketOut], summary="Every market at work")
def markets(request: HttpRequest) -> list[dict[str, Any]]:
    return [_market(market) for market in market_infos()]


@router.get("/markets/{market}", response={200: schemas.MarketOut, **Failure}, summary="One market")
def one_market(request: HttpRequest, market: Slug) -> dict[str, Any]:
    with in_market(market) as info:
        return _market(info)


@router.get(
    "/markets/{market}/stalls",
    response={200: list[schemas.StallOut], **Failure},
    summary="The stalls of a market",
)
def stalls(request: HttpRequest, market: Slug) -> list[dict[str, Any]]:
    now = utc_now()
    with in_market(market) as info:
        return [
            {
                "slug": stall.slug,
                "name": stall.name,
                "name_en": stall.name_en,
                "kind": stall.kind,
                "known_for": stall.known_for,
                "place": stall.place,
                "is_open": stall_is_open(stall, info, now),
            }
            for stall in stalls_of_market(info.id)
        ]


@router.get(
    "/markets/{market}/offers",
    response={200: schemas.OfferPage, **Failure},
    summary="The offers of a market, a page at a time",
)
def offers(
    request: HttpRequest,
    market: Slug,
    stall: Annotated[str, Query(pattern=r"^[\w-]{0,60}$")] = "",
    category: Annotated[str, Query(pattern=r"^[\w-]{0,40}$")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 60,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> dict[str, Any]:
    with in_market(market) as info:
        found = list_offers(
            info.id,
            seoul_day(utc_now()),
            stall_slug=stall,
            category_slug=category,
            limit=limit,
            offset=offset,
        )
        return {"offers": [_offer(card) for card in found.cards], "total": found.total}


@router.get(
    "/markets/{market}/offers/{offer_id}",
    response={200: schemas.OfferDetailOut, **Failure},
    summary="One offer",
)
def offer(request: HttpRequest, market: Slug, offer_id: schemas.Id) -> dict[str, Any]:
    with in_market(market) as info:
        detail = offer_detail(info.id, offer_id, seoul_day(utc_now()))
        return _offer(detail.card) | {
            "description": detail.description,
            "description_en": detail.description_en,
            "description_is_ai": detail.is_ai_text,
            "allergens": detail.allergens,
            "use_by_days": detail.use_by_days,
            "net_g": detail.net_g,
            "net_ml": detail.net_ml,
        }


@router.get(
    "/markets/{market}/offers/{offer_id}/label",
    response={200: schemas.LabelOut, **Failure},
    summary="The label of one offer as the law orders it, who sells it, and what it still lacks",
)
def label(request: HttpRequest, market: Slug, offer_id: schemas.Id) -> dict[str, Any]:
    with in_market(market) as info:
        found = listed_offers(info.id, offer_ids=[offer_id], only_on_sale=True)
        if not found:
            raise OfferNotFound
        one = found[0]
        return {
            "offer_id": one.offer_id,
            "kind": one.kind,
            "label": [
                {"heading_ko": ko, "heading_en": en, "text_ko": text_ko, "text_en": text_en}
                for (ko, text_ko), (en, text_en) in zip(
                    label_block(one), label_block(one, language="en"), strict=True
                )
            ],
            "seller": [
                {"heading_ko": ko, "heading_en": en, "text_ko": text, "text_en": text}
                for (ko, text), (en, _) in zip(
                    seller_block(one.seller), seller_block(one.seller, language="en"), strict=True
                )
            ],
            "missing": [
                {"field": m.field, "law": m.law, "ko": m.ko, "en": m.en} for m in missing(one)
            ],
            "gtin": one.gtin,
            "digital_link": build_link(config().effective_public_url(), one.gtin)
            if one.gtin
            else "",
        }


@router.get(
    "/markets/{market}/feeds",
    response={200: schemas.FeedsOut, **Failure},
    summary="Addresses of the market's product files for search engines and shops",
)
def feeds(request: HttpRequest, market: Slug) -> dict[str, str]:
    with in_market(market) as info:
        base = config().effective_public_url()
        return {name: base + path for name, path in feed_paths(info).items()}


@router.get(
    "/markets/{market}/search",
    response={200: schemas.SearchOut, **Failure},
    summary="Search the offers of a market",
)
def search(
    request: HttpRequest,
    market: Slug,
    q: Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
) -> dict[str, Any]:
    with in_market(market) as info:
        cards = search_offers(info.id, q, seoul_day(utc_now()), limit)
        return {
            "results": [
                {
                    "offer_id": card.id,
                    "name": card.name,
                    "stall": card.stall_name,
                    "price_krw": card.price_krw,
                    "unit": card.unit,
                    "origin": card.origin,
                    "storage": card.storage,
                }
                for card in cards
            ]
        }


@router.get(
    "/markets/{market}/picks",
    response={200: schemas.PicksOut, **Failure},
    summary="What the market puts in front today, why, and whether AI chose it; for nobody in particular",
)
def picks(
    request: HttpRequest,
    market: Slug,
    limit: Annotated[int, Query(ge=1, le=60)] = 12,
) -> dict[str, Any]:
    now = utc_now()
    with in_market(market) as info:
        made = pick_for_home(
            actor=Actor(), market_id=info.id, day=seoul_day(now), now=now, limit=limit
        )
        decision = made.decision
        return {
            "decision_id": decision.id,
            "is_ai": decision.is_ai,
            "reason_ko": decision.reason.ko,
            "reason_en": decision.reason.en,
            "why_path": f"/m/{info.slug}/why/{decision.id}",
            "picks": [_pick(card, made.reasons.get(card.id)) for card in made.cards],
        }


def _pick(card: OfferCard, reason: Reason | None) -> dict[str, Any]:
    return _offer(card) | {
        "reason_ko": reason.ko if reason else "",
        "reason_en": reason.en if reason else "",
    }


@router.get(
    "/markets/{market}/quote",
    response={200: schemas.QuoteOut, frozenset({404, 409, 422}): Problem},
    summary="Fee and promised time of a delivery or pickup, before anything is ordered",
)
def quote(
    request: HttpRequest,
    market: Slug,
    way: Literal["pickup", "delivery"],
    area: Annotated[str, Query(max_length=60, pattern=r"^[^\x00]*$")] = "",
    goods_krw: Annotated[int, Query(ge=0, le=2**31 - 1), Field()] = 0,
) -> dict[str, Any]:
    with in_market(market) as info:
        now = utc_now()
        given = (
            delivery_quote(info.id, area, goods_krw, now)
            if way == "delivery"
            else pickup_quote(info.id, now)
        )
        return {
            "way": way,
            "fee_krw": given.fee_krw,
            "free_from_krw": given.free_from_krw,
            "missing_krw": given.missing_krw,
            "minutes": given.minutes,
            "promised_at": given.promised_at,
        }
