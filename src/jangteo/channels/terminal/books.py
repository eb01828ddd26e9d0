"""`jangteo books check`: everything that is kept, recomputed from the ledgers."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from jangteo.platform.boot import django_ready
from jangteo.platform.say import Exit, say

if TYPE_CHECKING:
    from jangteo.apps.payments.book_check import BookCheck

HELP = say(
    """장부를 맞춰 본다: 계정 잔액, 재고, 주문의 돈을 기록에서 다시 셈한다.

\b
  jangteo books check                    모든 시장
  jangteo books check --market amsa      한 시장
  jangteo books check --json             기계가 읽을 수 있게

하나라도 다르면 1로 끝난다. 바꾸는 것은 없다.
""",
    """Check the books: balances, stock and the money of orders, recomputed from their ledgers.

\b
  jangteo books check                    every market
  jangteo books check --market amsa      one market
  jangteo books check --json             for machines

Ends with 1 when anything differs. Changes nothing.
""",
)

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def _books() -> None:
    """A group, so that more than checking may come."""


@app.command(name="check", help=HELP)
def check(
    market: str = typer.Option(
        "", "--market", help=say("시장의 주소 이름", "the market's address name")
    ),
    as_json: bool = typer.Option(False, "--json", help=say("JSON으로 보인다", "print JSON")),
) -> int:
    django_ready()
    from jangteo.apps.markets.queries import market_by_slug, market_list  # noqa: PLC0415 - needs Django
    from jangteo.apps.payments.book_check import check_books  # noqa: PLC0415
    from jangteo.platform.tenancy import market_scope  # noqa: PLC0415

    chosen = [market_by_slug(market)] if market else market_list()
    found: dict[str, BookCheck] = {}
    for one in chosen:
        market_id = int(getattr(one, "id", 0))
        with market_scope(market_id):
            found[one.slug] = check_books(market_id)
    if as_json:
        typer.echo(json.dumps({slug: _plain(books) for slug, books in found.items()}))
    else:
        for slug, books in found.items():
            _tell(slug, books)
    return Exit.OK if all(books.is_right for books in found.values()) else Exit.REFUSED


def _plain(books: BookCheck) -> dict[str, Any]:
    return {"right": books.is_right} | asdict(books)


def _tell(slug: str, books: BookCheck) -> None:
    if books.is_right:
        typer.echo(
            say(
                f"{slug}: 장부가 맞아요. 계정 {books.accounts:,}개, 주문 {books.orders:,}건.",
                f"{slug}: the books are right. {books.accounts:,} accounts, {books.orders:,} orders.",
            )
        )
        return
    typer.echo(say(f"{slug}: 장부가 맞지 않아요.", f"{slug}: the books are not right."))
    kept, again = say("적힌 값", "kept"), say("다시 셈한 값", "recomputed")
    for account in books.balances:
        where = f"{account.kind} #{account.account_id}"
        typer.echo(f"  {where}: {kept} {account.kept_krw:,}, {again} {account.recomputed_krw:,}")
    for money in books.money:
        where = f"{money.what} {money.where}".rstrip()
        typer.echo(f"  {where}: {kept} {money.kept_krw:,}, {again} {money.recomputed_krw:,}")
    for stock in books.stock:
        typer.echo(
            f"  stock #{stock.offer_id}: {kept} {stock.quantity} ({stock.reserved}),"
            f" {again} {stock.quantity_by_moves} ({stock.reserved_by_holds})"
        )
