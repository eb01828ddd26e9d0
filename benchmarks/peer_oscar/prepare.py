"""Fill the peer's shop and prepare shoppers who only have to confirm. Runs in the peer's virtual environment.

    python -m benchmarks.peer_oscar.prepare fill GOODS.json     tables, 300 products, the search index
    python -m benchmarks.peer_oscar.prepare shoppers COUNT      prints JSON: [[session key, csrf secret], ...]

GOODS.json is a list of {name, description, price_krw, category}: the goods of the measured Jangteo market.
"""

# ruff: noqa: E402 - Django comes up before the models

import json
import os
import random
import sys
from decimal import Decimal
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.peer_oscar.settings")
django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import transaction
from django.middleware.csrf import _get_new_csrf_string
from oscar.apps.catalogue.categories import create_from_breadcrumbs
from oscar.core.loading import get_class, get_model

CART_LINES = 4


def fill(goods_file: str) -> None:
    """Tables, goods, a stock record each with plenty, and the Whoosh index."""
    call_command("migrate", verbosity=0, interactive=False)
    Product = get_model("catalogue", "Product")
    if not Product.objects.exists():
        with transaction.atomic():
            _goods(json.loads(Path(goods_file).read_text()))
    call_command("rebuild_index", interactive=False, verbosity=0)
    call_command("thumbnail", "clear", verbosity=0)
    stock = get_model("partner", "StockRecord").objects.values_list("product_id", flat=True)
    slugs = Product.objects.filter(pk__in=stock).values_list("slug", "pk").order_by("pk")
    categories = get_model("catalogue", "Category").objects.order_by("pk")
    print(
        json.dumps(
            {
                "products": [f"/catalogue/{slug}_{pk}/" for slug, pk in slugs],
                "categories": [category.get_absolute_url() for category in categories],
            }
        )
    )


def _goods(goods: list[dict]) -> None:
    ProductClass = get_model("catalogue", "ProductClass")
    kind = ProductClass.objects.create(name="Goods", requires_shipping=False, track_stock=True)
    # one seller: several would cost the peer more
    partner = get_model("partner", "Partner").objects.create(name="Market")
    Product = get_model("catalogue", "Product")
    categories = {}
    for index, row in enumerate(goods):
        product = Product.objects.create(
            product_class=kind,
            title=row["name"],
            description=row["description"],
            structure="standalone",
        )
        name = row["category"] or "Other"
        if name not in categories:
            categories[name] = create_from_breadcrumbs(name)
        get_model("catalogue", "ProductCategory").objects.create(
            product=product, category=categories[name]
        )
        get_model("partner", "StockRecord").objects.create(
            product=product,
            partner=partner,
            partner_sku=f"sku{index}",
            price=Decimal(row["price_krw"]),
            price_currency="KRW",
            num_in_stock=100_000_000,
        )


def shoppers(count: int) -> None:
    """Signed-in people with four lines in the basket and the way of shipping chosen."""
    person_model = get_user_model()
    basket_model = get_model("basket", "Basket")
    line_model = get_model("basket", "Line")
    stock_model = get_model("partner", "StockRecord")
    records = list(stock_model.objects.select_related("product"))
    done = person_model.objects.count()
    users = [
        person_model(username=f"u{done + n}", email=f"u{done + n}@example.com", password="!")
        for n in range(count)
    ]
    person_model.objects.bulk_create(users)
    baskets = [basket_model(owner=user) for user in users]
    basket_model.objects.bulk_create(baskets)
    draw = random.Random(20261122)
    lines = [
        line_model(
            basket=basket,
            line_reference=f"{record.product_id}_{record.pk}",
            product=record.product,
            stockrecord=record,
            quantity=1,
            price_currency="KRW",
            price_excl_tax=record.price,
            price_incl_tax=record.price,
        )
        for basket in baskets
        for record in draw.sample(records, CART_LINES)
    ]
    line_model.objects.bulk_create(lines)
    code = get_class("shipping.methods", "NoShippingRequired").code
    backend = settings.AUTHENTICATION_BACKENDS[0]
    store = SessionStore()
    session_model = store.model
    sessions, told = [], []
    for user in users:
        key = store._get_new_session_key()
        data = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: backend,
            HASH_SESSION_KEY: user.get_session_auth_hash(),
            "checkout_data": {"shipping": {"method_code": code}, "submission": {}},
        }
        sessions.append(
            session_model(
                session_key=key,
                session_data=store.encode(data),
                expire_date=store.get_expiry_date(),
            )
        )
        told.append([key, _get_new_csrf_string()])
    session_model.objects.bulk_create(sessions)
    print(json.dumps(told))


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        fill(sys.argv[2])
    else:
        shoppers(int(sys.argv[2]))
