"""A shopper's cart, orders and payments."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Header, Path, Router

from jangteo.apps.accounts.phones import normalise_phone
from jangteo.apps.orders.actions.answer_question import answer_question
from jangteo.apps.orders.actions.cancel_order import cancel_own_order
from jangteo.apps.orders.actions.change_cart import change_cart
from jangteo.apps.orders.actions.place_order import Wanted, place_order
from jangteo.apps.orders.models import Order, Substitution
from jangteo.apps.orders.queries import cart_view, orders_of_actor, own_order
from jangteo.apps.orders.story import tell_story
from jangteo.apps.orders.views import CartView, OrderView, PartView
from jangteo.apps.payments.actions.confirm_payment import confirm_payment
from jangteo.apps.payments.actions.start_payment import start_payment
from jangteo.apps.payments.ports import PaymentReturn
from jangteo.channels.api import schemas
from jangteo.channels.api.access import Bearer, caller, in_market
from jangteo.channels.api.problems import Problem
from jangteo.channels.api.public import Slug
from jangteo.platform.clock import utc_now
from jangteo.platform.permissions import Actor
from jangteo.platform.ratelimit import limit

router = Router(tags=["buying"], auth=Bearer())

Number = Annotated[str, Path(pattern=r"^\d{6}-\d{4,8}$")]
Failure = {frozenset({401, 403, 404, 409, 422}): Problem}
#: an honest shopper orders a few times a day; a broken client must not empty the shelves
ORDERS_PER_10_MINUTES = 60


def part_out(part: PartView) -> dict[str, Any]:
    """A part as the API shows it."""
    return {
        "part_id": part.part_id,
        "stall": part.stall_name,
        "stall_slug": part.stall_slug,
        "state": part.state,
        "goods_krw": part.goods_krw,
        "remaining_krw": part.remaining_krw,
        "lines": [
            {
                "line_id": line.line_id,
                "offer_id": line.offer_id,
                "name": line.name,
                "unit": line.unit,
                "unit_price_krw": line.unit_price_krw,
                "quantity": line.quantity,
                "remaining": line.remaining,
                "state": line.state,
                "replaces_line_id": line.replaces_line_id,
            }
            for line in part.lines
        ],
    }


def _order(view: OrderView) -> dict[str, Any]:
    return {
        "number": view.number,
        "state": view.state,
        "way": view.way,
        "goods_krw": view.goods_krw,
        "fee_krw": view.fee_krw,
        "total_krw": view.total_krw,
        "refunded_krw": view.refunded_krw,
        "placed_at": view.placed_at,
        "paid_at": view.paid_at,
        "promised_at": view.promised_at,
        "pickup_code": view.pickup_code if view.paid_at and view.way == "pickup" else "",
        "parts": [part_out(part) for part in view.parts],
        "story": [{"at": s.at, "text": s.text} for s in tell_story(view)],
    }


def _cart(view: CartView) -> dict[str, Any]:
    return {
        "goods_krw": view.goods_krw,
        "is_orderable": view.is_orderable,
        "lines": [
            {
                "offer_id": line.offer_id,
                "name": line.name,
                "unit": line.unit,
                "price_krw": line.price_krw,
                "quantity": line.quantity,
                "amount_krw": line.amount_krw,
                "substitution": line.substitution,
                "max_rise_pct": line.max_rise_pct,
                "problem": line.problem,
            }
            for line in view.lines
        ],
    }


@router.get("/markets/{market}/cart", response={200: schemas.CartOut, **Failure}, summary="My cart")
def cart(request: HttpRequest, market: Slug) -> dict[str, Any]:
    actor = caller(request, "cart:write")
    with in_market(market) as info:
        return _cart(cart_view(actor, info, utc_now()))


@router.put(
    "/markets/{market}/cart/lines/{offer_id}",
    response={200: schemas.CartOut, **Failure},
    summary="Set the quantity of an offer in my cart; 0 takes it out",
)
def put_cart_line(
    request: HttpRequest, market: Slug, offer_id: schemas.Id, line: schemas.CartLineIn
) -> dict[str, Any]:
    actor = caller(request)
    with in_market(market) as info:
        change_cart(
            actor=actor,
            market_id=info.id,
            offer_id=offer_id,
            quantity=line.quantity,
            substitution=Substitution(line.substitution),
            max_rise_pct=line.max_rise_pct,
        )
        return _cart(cart_view(actor, info, utc_now()))


@router.post(
    "/markets/{market}/orders",
    response={200: schemas.PlacedOut, frozenset({401, 403, 404, 409, 422, 429}): Problem},
    summary="Place an order; its goods are held until it is paid or the time runs out",
)
def post_order(
    request: HttpRequest,
    market: Slug,
    order: schemas.OrderIn,
    idempotency_key: Annotated[str, Header(min_length=8, max_length=60, pattern=r"^[\x21-\x7e]*$")],
) -> dict[str, Any]:
    actor = caller(request)
    now = utc_now()
    limit(f"order:p{actor.person_id}", at_most=ORDERS_PER_10_MINUTES, per_seconds=600, now=now)
    with in_market(market) as info:
        wanted = [
            Wanted(
                offer_id=line.offer_id,
                quantity=line.quantity,
                substitution=Substitution(line.substitution),
                max_rise_pct=line.max_rise_pct,
            )
            for line in order.lines
        ]
        placed = place_order(
            actor=actor,
            market_id=info.id,
            wanted=wanted or _from_cart(actor, cart_view(actor, info, now)),
            way=Order.Way(order.way),
            contact_name=order.contact_name,
            contact_phone=normalise_phone(order.contact_phone, field="contact_phone"),
            area=order.area,
            address=order.address,
            request_note=order.request_note,
            seen_total_krw=order.seen_total_krw,
            idempotency_key=idempotency_key,
            now=now,
        )
    return {
        "number": placed.number,
        "payment_order_no": placed.payment_order_no,
        "total_krw": placed.total_krw,
        "tax_free_krw": placed.tax_free_krw,
        "reserved_until": placed.reserved_until,
        "repeated": placed.repeated,
    }


def _from_cart(actor: Actor, view: CartView) -> list[Wanted]:
    return [
        Wanted(
            offer_id=line.offer_id,
            quantity=line.quantity,
            substitution=Substitution(line.substitution),
            max_rise_pct=line.max_rise_pct,
        )
        for line in view.lines
    ]


@router.get(
    "/markets/{market}/orders",
    response={200: list[schemas.OrderOut], **Failure},
    summary="My orders, newest first",
)
def orders(request: HttpRequest, market: Slug) -> list[dict[str, Any]]:
    actor = caller(request, "orders:read")
    with in_market(market) as info:
        return [_order(view) for view in orders_of_actor(actor, info.id)]


@router.get(
    "/markets/{market}/orders/{number}",
    response={200: schemas.OrderOut, **Failure},
    summary="One of my orders with its story",
)
def one_order(request: HttpRequest, market: Slug, number: Number) -> dict[str, Any]:
    actor = caller(request, "orders:read")
    with in_market(market) as info:
        return _order(own_order(actor, info.id, number))


@router.post(
    "/markets/{market}/orders/{number}/cancel",
    response={200: schemas.OrderOut, **Failure},
    summary="Cancel my order before a stall has accepted it",
)
def cancel(request: HttpRequest, market: Slug, number: Number) -> dict[str, Any]:
    actor = caller(request)
    with in_market(market) as info:
        view = own_order(actor, info.id, number)
        cancel_own_order(actor=actor, market_id=info.id, order_id=view.order_id, now=utc_now())
        return _order(own_order(actor, info.id, number))


@router.post(
    "/markets/{market}/orders/{number}/lines/{line_id}/answer",
    response={200: schemas.OrderOut, **Failure},
    summary="Say what to do about goods that ran out",
)
def answer(
    request: HttpRequest,
    market: Slug,
    number: Number,
    line_id: schemas.Id,
    choice: schemas.AnswerChoice,
) -> dict[str, Any]:
    actor = caller(request)
    with in_market(market) as info:
        view = own_order(actor, info.id, number)
        answer_question(
            actor=actor,
            market_id=info.id,
            order_id=view.order_id,
            line_id=line_id,
            offer_id=choice.offer_id,
            now=utc_now(),
        )
        return _order(own_order(actor, info.id, number))


@router.post(
    "/markets/{market}/orders/{number}/pay",
    response={200: schemas.CheckoutOut, frozenset({401, 403, 404, 409, 422, 503}): Problem},
    summary="Start the payment: where the shopper goes",
)
def pay(request: HttpRequest, market: Slug, number: Number, body: schemas.PayIn) -> dict[str, Any]:
    actor = caller(request)
    with in_market(market) as info:
        view = own_order(actor, info.id, number)
        start = start_payment(
            actor=actor,
            market_id=info.id,
            order_id=view.order_id,
            success_url=body.success_url,
            fail_url=body.fail_url,
            now=utc_now(),
        )
        return {"kind": start.kind, "url": start.url, "params": dict(start.params)}


@router.post(
    "/markets/{market}/orders/{number}/confirm",
    response={
        200: schemas.ConfirmedOut,
        frozenset({401, 402, 403, 404, 409, 422, 502, 503}): Problem,
    },
    summary="Confirm what the payment company returned; the same call again changes nothing",
)
def confirm(
    request: HttpRequest, market: Slug, number: Number, body: schemas.ConfirmIn
) -> dict[str, Any]:
    actor = caller(request, "orders:write")
    with in_market(market) as info:
        view = own_order(actor, info.id, number)
        confirmed = confirm_payment(
            actor=actor,
            market_id=info.id,
            order_id=view.order_id,
            returned=PaymentReturn(
                payment_key=body.payment_key,
                order_no=view.payment_order_no,
                amount_krw=body.amount_krw,
            ),
            now=utc_now(),
        )
        return {"number": number, "amount_krw": confirmed.amount_krw}
