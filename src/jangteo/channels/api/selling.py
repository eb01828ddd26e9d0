"""A stall's orders, goods and prices."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from jangteo.apps.catalog.actions.change_price import change_price
from jangteo.apps.catalog.actions.mark_on_sale import mark_on_sale
from jangteo.apps.catalog.actions.mark_sold_out import mark_sold_out
from jangteo.apps.markets.queries import stall_by_slug
from jangteo.apps.orders.actions.answer_part import answer_part
from jangteo.apps.orders.queries import stall_parts
from jangteo.channels.api import schemas
from jangteo.channels.api.access import Bearer, caller, in_market
from jangteo.channels.api.buying import part_out
from jangteo.channels.api.problems import Problem
from jangteo.channels.api.public import Slug
from jangteo.platform.clock import utc_now
from jangteo.platform.errors import NotAllowed
from jangteo.platform.permissions import Actor, Role

router = Router(tags=["selling"], auth=Bearer())

Failure = {frozenset({401, 403, 404, 409, 422}): Problem}
_READERS = (Role.STALL_OWNER, Role.PROXY, Role.OFFICE)


def _may_read(actor: Actor, market_id: int, stall_id: int) -> None:
    if not any(actor.has(role, market_id, stall_id) for role in _READERS):
        raise NotAllowed


@router.get(
    "/markets/{market}/stalls/{stall}/orders",
    response={200: list[schemas.StallOrderOut], **Failure},
    summary="What the stall has to do now and today, ringing orders first",
)
def stall_orders(request: HttpRequest, market: Slug, stall: Slug) -> list[dict[str, Any]]:
    actor = caller(request, "stall:read")
    with in_market(market) as info:
        place = stall_by_slug(info.id, stall)
        _may_read(actor, info.id, place.pk)
        return [
            {
                "order_id": view.order_id,
                "number": view.number,
                "promised_at": view.promised_at,
                "way": view.way,
                "part": part_out(view.parts[0]),
            }
            for view in stall_parts(info.id, place.pk, utc_now())
        ]


@router.post(
    "/markets/{market}/stalls/{stall}/orders/{order_id}/parts/{part_id}/answer",
    response={200: schemas.AnsweredOut, **Failure},
    summary="Accept a part; name the lines of which fewer (or none) can be given",
)
def post_answer(
    request: HttpRequest,
    market: Slug,
    stall: Slug,
    order_id: schemas.Id,
    part_id: schemas.Id,
    answer: schemas.AnswerIn,
) -> dict[str, Any]:
    with in_market(market) as info:
        answered = answer_part(
            actor=caller(request),
            market_id=info.id,
            stall_id=stall_by_slug(info.id, stall).pk,
            order_id=order_id,
            part_id=part_id,
            available={line.line_id: line.units for line in answer.available},
            now=utc_now(),
        )
    return {
        "part_id": answered.part_id,
        "state": answered.state,
        "remaining_krw": answered.remaining_krw,
    }


@router.put(
    "/markets/{market}/stalls/{stall}/offers/{offer_id}/price",
    response={200: schemas.PriceOut, **Failure},
    summary="Change a price, for new orders only",
)
def put_price(
    request: HttpRequest, market: Slug, stall: Slug, offer_id: schemas.Id, price: schemas.PriceIn
) -> dict[str, Any]:
    with in_market(market) as info:
        changed = change_price(
            actor=caller(request),
            market_id=info.id,
            stall_id=stall_by_slug(info.id, stall).pk,
            offer_id=offer_id,
            price_krw=price.price_krw,
            confirmed=price.confirmed,
            channel="api",
            now=utc_now(),
        )
    return {"before_krw": changed.before_krw, "after_krw": changed.after_krw}


@router.put(
    "/markets/{market}/stalls/{stall}/offers/{offer_id}/on-sale",
    response={200: schemas.OnSaleIn, **Failure},
    summary="Mark goods sold out or back on sale",
)
def put_on_sale(
    request: HttpRequest, market: Slug, stall: Slug, offer_id: schemas.Id, body: schemas.OnSaleIn
) -> dict[str, Any]:
    with in_market(market) as info:
        run = mark_on_sale if body.on_sale else mark_sold_out
        run(
            actor=caller(request),
            market_id=info.id,
            stall_id=stall_by_slug(info.id, stall).pk,
            offer_id=offer_id,
            now=utc_now(),
        )
    return {"on_sale": body.on_sale}
