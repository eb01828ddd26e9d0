"""The two shops that are measured, and what is asked of them."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings

from benchmarks.web import seed
from benchmarks.web.stage import CannotMeasure, Server, Stage, free_port, raw, say
from jangteo.apps.accounts.digests import digest
from jangteo.platform import postgres, up
from jangteo.platform.config import PROJECT_ROOT, Config

BUYERS = 2000
PEER_VENV = PROJECT_ROOT / "var" / "bench-peer-venv"
PEER_LOCK = PROJECT_ROOT / "requirements" / "bench-peer.txt"
PEER_DATABASE = "bench_peer"

#: what the words of the search are, in both shops' goods
WORDS = ("두부", "고등어", "사과", "배추", "멸치", "국내산", "대파", "콩나물")


@dataclass(kw_only=True)
class Jangteo:
    """A Jangteo server and the market that is asked."""

    made: Stage
    database: str
    market: str
    tokens: list[str]
    carts: list[seed.Cart]
    offers: list[int] = field(default_factory=list)
    #: the category with the most offers, and how many
    category: str = ""
    category_offers: int = 0
    _used: int = 0

    @classmethod
    def prepare(cls, made: Stage, database: str, market: str = "") -> Jangteo:
        """Buyers with tokens, carts, stock that does not end. The database has its markets already."""
        tokens = [secrets.token_urlsafe(24) for _ in range(BUYERS)]
        with made.connect(database) as connection:
            seed.make_buyers(connection, digests(made, tokens))
            seed.endless_stock(connection)
            shop = cls(
                made=made,
                database=database,
                market=market,
                tokens=tokens,
                carts=seed.draw_carts(connection, 4000, 20261122),
            )
            if market:
                shop._look(connection)
        return shop

    def _look(self, connection: seed.Connection) -> None:
        rows = connection.execute(
            "select o.id, coalesce(c.slug, '') from catalog_offer o"
            " join markets_market m on m.id = o.market_id"
            " left join catalog_category c on c.id = o.category_id"
            " where m.slug = %s and o.state <> 'hidden' order by o.id",
            [self.market],
        ).fetchall()
        if not rows:
            raise CannotMeasure(f"the market {self.market!r} has no goods")
        self.offers = [row[0] for row in rows]
        slugs = [row[1] for row in rows if row[1]]
        self.category = max(sorted(set(slugs)), key=slugs.count)
        self.category_offers = slugs.count(self.category)

    def restock(self) -> None:
        """A start brings the sample market's day up to date: some stalls rest, some goods are gone. Undo that."""
        with self.made.connect(self.database) as connection:
            seed.endless_stock(connection)

    def requests(self, port: int) -> dict[str, list[bytes]]:
        """Every operation that only reads."""
        page, api = f"/m/{self.market}", f"/api/v1/markets/{self.market}"
        words = [quote(word) for word in WORDS]
        paths = {
            "product page": [f"{page}/p/{offer}" for offer in self.offers],
            "list page": [f"{page}/c/{quote(self.category)}"],
            "search page": [f"{page}/search?q={word}" for word in words],
            "home page": [f"{page}/"],
            "product API": [f"{api}/offers/{offer}" for offer in self.offers],
            "list API (60)": [f"{api}/offers"],
            "search API": [f"{api}/search?q={word}" for word in words],
        }
        return {name: [raw("GET", path, port) for path in asked] for name, asked in paths.items()}

    def orders(self, port: int, count: int) -> list[bytes]:
        """Orders of four lines over four stalls, each with its own key, by buyers in turn."""
        made = []
        for _ in range(count):
            number = self._used
            self._used += 1
            cart = self.carts[number % len(self.carts)]
            body = {
                "lines": [{"offer_id": offer, "quantity": 1} for offer in cart.offer_ids],
                "way": "pickup",
                "contact_name": "손님",
                "contact_phone": "010-1234-5678",
                "seen_total_krw": cart.total_krw,
            }
            headers = {
                "Authorization": f"Bearer {self.tokens[number % len(self.tokens)]}",
                "Content-Type": "application/json",
                "Idempotency-Key": f"bench-{secrets.token_hex(8)}",
            }
            path = f"/api/v1/markets/{cart.market}/orders"
            made.append(raw("POST", path, port, headers, json.dumps(body).encode()))
        return made

    def goods(self) -> list[dict[str, Any]]:
        """The market's goods, for the peer."""
        with self.made.connect(self.database) as connection:
            seed.see_every_market(connection)
            rows = connection.execute(
                "select o.name, o.description, o.price_krw, coalesce(c.name, '') from catalog_offer o"
                " join markets_market m on m.id = o.market_id"
                " left join catalog_category c on c.id = o.category_id"
                " where m.slug = %s and o.state <> 'hidden' order by o.id limit 300",
                [self.market],
            ).fetchall()
        names = ("name", "description", "price_krw", "category")
        return [dict(zip(names, row, strict=True)) for row in rows]


def digests(made: Stage, tokens: Sequence[str]) -> list[str]:
    """What the database keeps of tokens: made by the product's own function under this stage's secret key."""
    if not settings.configured:
        settings.configure(SECRET_KEY=made.settings.effective_secret_key())
    return [digest("token", token) for token in tokens]


def migrate(made: Stage, database: str) -> None:
    """A database of the product's present form, guards included."""
    made.new_database(database)
    done = subprocess.run(
        [str(Path(sys.executable).parent / "jangteo"), "migrate"],
        cwd=PROJECT_ROOT,
        env=made.env | {"DATABASE_URL": made.url(database)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CannotMeasure(f"jangteo migrate failed:\n{done.stdout[-500:]}{done.stderr[-2000:]}")


@dataclass(kw_only=True)
class Peer:
    """django-oscar in its own virtual environment, on the same database server."""

    made: Stage
    products: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)

    @property
    def python(self) -> str:
        return str(PEER_VENV / "bin" / "python")

    @property
    def env(self) -> dict[str, str]:
        env = {key: value for key, value in self.made.env.items() if not key.startswith("JANGTEO_")}
        return env | {
            "DJANGO_SETTINGS_MODULE": "benchmarks.peer_oscar.settings",
            "PEER_DATABASE": PEER_DATABASE,
            "PEER_SOCKET": str(self.made.socket_dir),
            "PEER_USER": postgres.ROLE,
            "PEER_VAR": str(self.made.var_dir / "peer"),
            "PYTHONWARNINGS": "ignore",
        }

    @staticmethod
    def install() -> None:
        """The virtual environment, made from the lock; a stamp says that it fits."""
        stamp = PEER_VENV / "lock.txt"
        wanted = PEER_LOCK.read_text()
        if stamp.exists() and stamp.read_text() == wanted:
            return
        say("the peer's Python packages ...")
        for command in (
            [sys.executable, "-m", "venv", "--clear", str(PEER_VENV)],
            [
                *(sys.executable, "-m", "uv", "pip", "sync", "-q", "--require-hashes"),
                *("--compile-bytecode", "--python", str(PEER_VENV / "bin" / "python")),
                str(PEER_LOCK),
            ],
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise CannotMeasure(
                    "the peer (django-oscar) could not be installed; without it nothing can be compared."
                    f" Check the way to the package registry, or leave it out: --no-peer.\n{done.stderr[-1500:]}"
                )
        stamp.write_text(wanted)

    def _prepare(self, *words: str) -> Any:
        done = subprocess.run(
            [self.python, "-m", "benchmarks.peer_oscar.prepare", *words],
            cwd=PROJECT_ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise CannotMeasure(f"the peer's shop could not be made:\n{done.stderr[-3000:]}")
        return json.loads(done.stdout.splitlines()[-1])

    def fill(self, goods: list[dict[str, Any]]) -> None:
        (self.made.var_dir / "peer" / "media").mkdir(parents=True, exist_ok=True)
        self.made.new_database(PEER_DATABASE)
        file = self.made.var_dir / "peer" / "goods.json"
        file.write_text(json.dumps(goods))
        said = self._prepare("fill", str(file))
        self.products, self.categories = said["products"], said["categories"]
        with self.made.connect(PEER_DATABASE) as connection:
            connection.execute("analyze")

    def serve(self, processes: int) -> Server:
        """With the same server and the same options as Jangteo's web process."""
        port = free_port({server.port for server in self.made.servers})
        options = Config(var_dir=self.made.var_dir, port=port, web_processes=processes)
        ours = next(c.command for c in up.children(options, {}) if c.name == "web")
        command = [self.python, *ours[1:-1], "benchmarks.peer_oscar.wsgi:application"]
        return self.made.serve(Server("django-oscar", command, self.env, port, self.products[0]))

    def requests(self, port: int) -> dict[str, list[bytes]]:
        """The operations that both shops have."""
        paths = {
            "product page": self.products,
            "list page": ["/catalogue/"],
            "search page": [f"/search/?q={quote(word)}" for word in WORDS],
        }
        return {
            name: [raw("GET", quote(path, safe="/?=%&"), port) for path in asked]
            for name, asked in paths.items()
        }

    def orders(self, port: int, count: int) -> list[bytes]:
        """Confirmations of signed-in shoppers: the last POST of the checkout."""
        made = []
        for session, secret in self._prepare("shoppers", str(count)):
            headers = {
                "Cookie": f"sessionid={session}; csrftoken={secret}",
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"http://127.0.0.1:{port}/checkout/payment-details/",
            }
            body = f"csrfmiddlewaretoken={secret}&action=place_order".encode()
            made.append(raw("POST", "/checkout/preview/", port, headers, body))
        return made
