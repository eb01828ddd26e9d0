"""Who calls the API and in which market. Public reads need no token; everything else a token with scopes."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from jangteo.apps.accounts.actions.actor_for_token import actor_for_token
from jangteo.apps.accounts.errors import TokenDead
from jangteo.apps.markets.info import MarketInfo, inside_market
from jangteo.platform.clock import utc_now
from jangteo.platform.errors import NotAllowed
from jangteo.platform.permissions import Actor

SCOPES = {
    "cart:write": "장바구니를 읽고 바꾸기",
    "orders:read": "내 주문 읽기",
    "orders:write": "주문하고 결제하고 취소하기",
    "stall:read": "내 가게의 주문 읽기",
    "stall:write": "내 가게의 주문에 답하기",
    "catalog:write": "내 가게의 상품과 가격 바꾸기",
}


class Bearer(HttpBearer):
    """``Authorization: Bearer jt_...``: a token made by `jangteo user token` or on the profile page."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        try:
            return actor_for_token(actor=Actor(), bearer=token, now=utc_now())
        except TokenDead:
            return None


def caller(request: HttpRequest, scope: str = "") -> Actor:
    """The actor of an authenticated call; reads check their scope here, actions check their own."""
    actor: Any = getattr(request, "auth", None)
    if not isinstance(actor, Actor) or (
        scope and actor.token_scopes is not None and scope not in actor.token_scopes
    ):
        raise NotAllowed
    return actor


def in_market(slug: str) -> AbstractContextManager[MarketInfo]:
    """Within one market's rows. Raises `MarketNotFound`."""
    return inside_market(slug)
