"""Markets, buyers and carts made in bulk with SQL, as the application's plain role under row-level security."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

STALLS = 16
CATEGORIES = 12
CART_LINES = 4
#: orders each market has had before: a growing platform has a past
PAST_ORDERS = 30

#: PostgreSQL's type -> an empty value
EMPTY = {
    "character varying": "''",
    "text": "''",
    "integer": "0",
    "boolean": "false",
    "jsonb": "'{}'::jsonb",
}

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, kw_only=True)
class Cart:
    """Four lines over four stalls of one market."""

    market: str
    offer_ids: tuple[int, ...]
    total_krw: int


def _insert(
    connection: Connection, table: str, columns: Mapping[str, str], source: str, *values: int
) -> None:
    """``insert into table select ... from source``; ``columns`` maps each column to its SQL expression.

    A column that must have a value and is not named gets an empty one: a new field does not stop the benchmark.
    """
    columns = _empty_values(connection, table) | dict(columns)
    statement = sql.SQL("insert into {} ({}) select {} from {}").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(sql.SQL(text) for text in columns.values()),  # type: ignore[arg-type]  # texts of this module
        sql.SQL(source),  # type: ignore[arg-type]  # texts of this module
    )
    connection.execute(statement, list(values) or None)


def _empty_values(connection: Connection, table: str) -> dict[str, str]:
    rows = connection.execute(
        "select column_name, data_type from information_schema.columns where table_name = %s"
        " and table_schema = 'public' and is_nullable = 'NO' and column_default is null"
        " and is_identity = 'NO'",
        [table],
    ).fetchall()
    return {name: EMPTY[kind] for name, kind in rows if kind in EMPTY}


def see_every_market(connection: Connection) -> None:
    connection.execute("select set_config('jangteo.every_market', 'on', false)")


def make_markets(connection: Connection, markets: int, offers: int) -> None:
    """``markets`` markets of ``offers`` offers in 16 stalls and 12 categories, half of them counted, with a past."""
    see_every_market(connection)
    with connection.transaction():
        _markets(connection, markets)
        _stalls_and_offers(connection, offers)
        _past(connection)
    connection.execute("analyze")


def _markets(connection: Connection, markets: int) -> None:
    _insert(
        connection,
        "catalog_category",
        {
            "slug": "'kind-' || n",
            "name": "'갈래' || n",
            "name_en": "'Kind ' || n",
            "emoji": "''",
            "position": "n",
        },
        "generate_series(1, %s) n",
        CATEGORIES,
    )
    _insert(
        connection,
        "markets_market",
        {
            "slug": "'bench-' || n",
            "name": "'시험' || n || '시장'",
            "name_en": "'Market ' || n",
            "address": "'어딘가 ' || n",
            "phone": "''",
            "story": "repeat('오래된 시장이에요. ', 8)",
            "story_en": "''",
            "opens_at": "'08:00'::time",
            "closes_at": "'20:00'::time",
            "fair_days": "'[]'::jsonb",
            "fair_only": "false",
            "closed_weekdays": "'[]'::jsonb",
            "vouchers": "'[]'::jsonb",
            "hub_name": "'북문'",
            "pickup_enabled": "true",
            "pickup_minutes": "60",
            "commission_bp": "300",
            "card_fee_bp": "220",
            "payout_days": "3",
            "answer_minutes": "5",
            "operator": "'{}'::jsonb",
            "is_sample": "false",
            "opened_at": "now()",
        },
        "generate_series(1, %s) n",
        markets,
    )
    _insert(
        connection,
        "markets_zone",
        {
            "market_id": "m.id",
            "name": "'가까운 동네'",
            "areas": '\'["달빛동", "별빛동"]\'::jsonb',
            "fee_krw": "3000",
            "free_from_krw": "50000",
            "delivery_minutes": "90",
            "position": "0",
        },
        "markets_market m",
    )


def _stalls_and_offers(connection: Connection, offers: int) -> None:
    _insert(
        connection,
        "markets_stall",
        {
            "market_id": "m.id",
            "slug": "'stall-' || s",
            "name": "'가게 ' || s",
            "name_en": "'Stall ' || s",
            "owner_name": "'주인'",
            "kind": "'채소'",
            "kind_en": "''",
            "known_for": "'새벽에 들어온 것만 팔아요'",
            "known_for_en": "''",
            "place": "'북문 ' || s || '번'",
            "map_x": "s * 5",
            "map_y": "20 + (s / 9) * 60",
            "phone": "''",
            "picture": "''",
            "closed_weekdays": "'[]'::jsonb",
            "position": "s",
            "is_active": "true",
        },
        "markets_market m, generate_series(1, %s) s",
        STALLS,
    )
    _insert(
        connection,
        "catalog_offer",
        {
            "market_id": "s.market_id",
            "stall_id": "s.id",
            "category_id": "c.id",
            "slug": "'offer-' || o",
            "name": "(array['대파','고등어','두부','사과','멸치','참기름','배추','콩나물'])[1 + o % 8] || ' ' || o",
            "name_en": "'Goods ' || o",
            "unit": "'한 단'",
            "price_krw": "1000 + (o * 37 % 90) * 100",
            "net_g": "100 + o",
            "is_weighed": "false",
            "origin": "'국내산 경북 포항'",
            "tax": "case when o % 3 = 0 then 'taxed' else 'exempt' end",
            "storage": "'chilled'",
            "state": "'on_sale'",
            "picture": "''",
            "description": "'바닷바람 맞고 자라 줄기가 짧고 뿌리 쪽이 붉어요.'",
            "description_en": "''",
            "allergens": "''",
            "arrived_on": "case when o % 10 = 0 then current_date end",
            "goes_with": "'[]'::jsonb",
            "position": "o",
            "created_at": "now()",
            "updated_at": "now()",
        },
        f"generate_series(1, {int(offers)}) o"
        f" join markets_stall s on s.position = 1 + o % {STALLS}"
        f" join catalog_category c on c.position = 1 + o % {CATEGORIES}",
    )
    _insert(
        connection,
        "stock_stocklevel",
        {
            "market_id": "o.market_id",
            "offer_id": "o.id",
            "is_counted": "true",
            "quantity": "100000000",
            "reserved": "0",
        },
        "catalog_offer o where o.id % 2 = 0",
    )
    _insert(
        connection,
        "catalog_pricechange",
        {
            "market_id": "o.market_id",
            "offer_id": "o.id",
            "after_krw": "o.price_krw",
            "channel": "'import'",
            "at": "now() - interval '9 days'",
        },
        "catalog_offer o",
    )


def _past(connection: Connection) -> None:
    _insert(
        connection,
        "orders_order",
        {
            "market_id": "m.id",
            "number": "'261101-' || lpad(n::text, 4, '0')",
            "day": "current_date - 20",
            "payment_order_no": "'past-' || m.id || '-' || n",
            "guest_key": "'past'",
            "access_token": "'past'",
            "contact_name": "'손님'",
            "contact_phone": "'+821000000000'",
            "way": "'pickup'",
            "area": "''",
            "address": "''",
            "request_note": "''",
            "pickup_code": "'0000'",
            "state": "'done'",
            "goods_krw": "4000",
            "fee_krw": "0",
            "total_krw": "4000",
            "tax_free_krw": "4000",
            "refunded_krw": "0",
            "idempotency_key": "'past-' || n",
            "placed_at": "now() - interval '20 days'",
            "reserved_until": "now() - interval '20 days'",
            "paid_at": "now() - interval '20 days'",
            "promised_minutes": "60",
            "closed_at": "now() - interval '20 days'",
        },
        "markets_market m, generate_series(1, %s) n",
        PAST_ORDERS,
    )
    _insert(
        connection,
        "orders_stallorder",
        {
            "market_id": "o.market_id",
            "order_id": "o.id",
            "stall_id": "s.id",
            "state": "'arrived'",
            "goods_krw": "1000",
            "remaining_krw": "1000",
        },
        f"orders_order o join markets_stall s on s.market_id = o.market_id and s.position <= {CART_LINES}",
    )
    _insert(
        connection,
        "orders_orderline",
        {
            "market_id": "p.market_id",
            "part_id": "p.id",
            "offer_id": "f.id",
            "name": "f.name",
            "name_en": "''",
            "unit": "f.unit",
            "is_weighed": "false",
            "unit_price_krw": "1000",
            "quantity": "1",
            "remaining": "1",
            "tax": "'exempt'",
            "substitution": "'none'",
            "max_rise_pct": "0",
            "state": "'confirmed'",
        },
        "orders_stallorder p cross join lateral"
        " (select * from catalog_offer f where f.stall_id = p.stall_id order by id limit 1) f",
    )


def make_buyers(connection: Connection, digests: Sequence[str]) -> None:
    """One person with one API token for each digest."""
    with connection.transaction():
        connection.execute(
            "with made as ("
            " insert into accounts_person (password, phone, name, language, is_active, totp_secret,"
            " totp_last_step, joined_at)"
            " select '!', '+8211' || lpad(n::text, 8, '0'), '손님', 'ko', true, '', 0, now()"
            " from generate_series(1, %s) n returning id, phone)"
            " insert into accounts_apitoken (person_id, digest, label, scopes, created_at, expires_at, last_used_at)"
            " select made.id, d.digest, 'bench', '[\"orders:write\", \"orders:read\"]'::jsonb, now(),"
            " now() + interval '1 day', now()"
            " from made join unnest(%s::text[]) with ordinality d(digest, n)"
            " on made.phone = '+8211' || lpad(d.n::text, 8, '0')",
            [len(digests), list(digests)],
        )


def endless_stock(connection: Connection) -> None:
    """Nothing may sell out or rest while it is measured, and every offer is on sale."""
    see_every_market(connection)
    connection.execute("update stock_stocklevel set quantity = 100000000 where is_counted")
    connection.execute("update catalog_offer set state = 'on_sale' where state = 'sold_out'")
    connection.execute(
        "update markets_stall set closed_on = null, closed_weekdays = '[]', opens_at = null,"
        " closes_at = null, is_active = true"
    )
    connection.execute("analyze")


def draw_carts(connection: Connection, count: int, seed: int) -> list[Cart]:
    """Carts of one unit of four offers of four different stalls, over all markets evenly."""
    see_every_market(connection)
    rows = connection.execute(
        "select m.slug, o.stall_id, o.id, o.price_krw from catalog_offer o"
        " join markets_market m on m.id = o.market_id where o.state = 'on_sale'"
        " order by o.id"
    ).fetchall()
    markets: dict[str, dict[int, list[tuple[int, int]]]] = {}
    for slug, stall_id, offer_id, price in rows:
        markets.setdefault(slug, {}).setdefault(stall_id, []).append((offer_id, price))
    draw = random.Random(seed)
    slugs = sorted(markets)
    carts = []
    for number in range(count):
        slug = slugs[number % len(slugs)]
        stalls = draw.sample(sorted(markets[slug]), CART_LINES)
        lines = [draw.choice(markets[slug][stall]) for stall in stalls]
        carts.append(
            Cart(
                market=slug,
                offer_ids=tuple(offer for offer, _ in lines),
                total_krw=sum(price for _, price in lines),
            )
        )
    draw.shuffle(carts)
    return carts
