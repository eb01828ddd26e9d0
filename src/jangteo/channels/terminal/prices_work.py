"""What `jangteo import prices` does with a market, once Django is up."""

from __future__ import annotations

import json
from dataclasses import asdict

import typer

from jangteo.apps.catalog.actions.answer_row import answer_row
from jangteo.apps.catalog.actions.answer_tax import answer_tax
from jangteo.apps.catalog.actions.confirm_import import confirm_import
from jangteo.apps.catalog.actions.read_price_list import read_price_list
from jangteo.apps.catalog.errors import PriceListUnreadable
from jangteo.apps.catalog.import_queries import ImportPiles, import_piles
from jangteo.apps.catalog.models import PriceImportRow, Tax
from jangteo.apps.markets.queries import market_by_slug, stall_by_slug
from jangteo.channels.terminal.prices import show_pile
from jangteo.platform.clock import utc_now
from jangteo.platform.permissions import Actor
from jangteo.platform.say import Exit, language, say
from jangteo.platform.tenancy import market_scope

_ACTOR = Actor.system()


def sell(
    data: bytes, name: str, market_slug: str, stall_slug: str, *, as_json: bool, yes: bool
) -> int:
    """Read, show, ask (unless ``yes``), confirm. Returns the exit code."""
    market = market_by_slug(market_slug)
    with market_scope(market.id):
        stall = stall_by_slug(market.id, stall_slug)
    try:
        read = read_price_list(
            actor=_ACTOR,
            market_id=market.id,
            stall_id=stall.pk,
            data=data,
            file_name=name,
            now=utc_now(),
        )
    except PriceListUnreadable as problem:
        if not as_json:
            raise
        typer.echo(json.dumps({"file_error": problem.message(language())}, ensure_ascii=False))
        return Exit.DAMAGED
    work = _Import(market_id=market.id, stall_id=stall.pk, import_id=read.import_id)
    if not as_json:
        if read.is_repeat:
            typer.echo(
                say(
                    "전에 올린 파일이에요. 이어서 합니다.",
                    "This file came in before; going on with it.",
                )
            )
        _show(work.piles())
    if not work.settle_tax(ask=not yes):
        return Exit.REFUSED
    if not yes and not _agrees(len(work.piles().ready)):
        typer.echo(say("아무것도 팔기 시작하지 않았어요.", "Nothing was put on sale."), err=True)
        return Exit.REFUSED
    done = confirm_import(actor=_ACTOR, **work.place, now=utc_now())
    if as_json:
        typer.echo(json.dumps({"import_id": read.import_id, **asdict(done)}))
    else:
        typer.echo(
            say(
                f"새 상품 {done.added}, 가격 바뀜 {done.repriced}, 다시 보임 {done.shown}, 그대로 {done.same}, "
                f"답을 기다림 {done.waiting}, 준비 중 {done.drafts}",
                f"{done.added} new, {done.repriced} repriced, {done.shown} shown again, {done.same} unchanged, "
                f"{done.waiting} waiting for an answer, {done.drafts} unseen until their label is complete",
            )
        )
    return Exit.OK


def _agrees(ready: int) -> bool:
    return ready > 0 and typer.confirm(
        say(f"{ready}줄을 팔기 시작할까요?", f"Put {ready} rows on sale?")
    )


class _Import:
    """One import at hand."""

    def __init__(self, *, market_id: int, stall_id: int, import_id: int) -> None:
        self.place = {"market_id": market_id, "stall_id": stall_id, "import_id": import_id}

    def piles(self) -> ImportPiles:
        with market_scope(self.place["market_id"]):
            return import_piles(**self.place)

    def settle_tax(self, *, ask: bool) -> bool:
        """Ask the one question, or without asking leave those rows out. False: the person stopped."""
        rows = self.piles().tax_question
        if not rows:
            return True
        if not ask:
            self._leave_out(rows)
            return True
        typer.echo(say("== 세금을 알려 주세요", "== Please say the tax"))
        for number, row in enumerate(rows, start=1):
            typer.echo(f"  {number}\t{row.name}\t{row.unit}")
        answer = typer.prompt(
            say(
                "가공하지 않은 식품(면세)의 번호를 쉼표로. 없으면 0. 나머지는 과세가 됩니다",
                "Numbers of unprocessed food (exempt), comma-separated; 0 for none. The others become taxed",
            )
        )
        chosen = {int(part) for part in str(answer).replace(" ", "").split(",") if part.isdigit()}
        if not chosen or chosen - set(range(len(rows) + 1)):
            typer.echo(
                say("번호를 알 수 없어 멈췄어요.", "Stopped: those numbers are not in the list."),
                err=True,
            )
            return False
        taxes = {
            row.pk: Tax.EXEMPT if number in chosen else Tax.TAXED
            for number, row in enumerate(rows, start=1)
        }
        answer_tax(actor=_ACTOR, **self.place, taxes=taxes, now=utc_now())
        return True

    def _leave_out(self, rows: tuple[PriceImportRow, ...]) -> None:
        for row in rows:
            answer_row(
                actor=_ACTOR,
                market_id=self.place["market_id"],
                stall_id=self.place["stall_id"],
                import_id=self.place["import_id"],
                row_id=row.pk,
                leave_out=True,
                now=utc_now(),
            )
        typer.echo(
            say(
                f"세금을 알 수 없는 {len(rows)}줄은 뺐어요.",
                f"{len(rows)} rows of unclear tax were left out.",
            ),
            err=True,
        )


def _show(piles: ImportPiles) -> None:
    english = language() == "en"
    show_pile(
        say("확실", "Sure"),
        [
            (r.sheet, r.row, f"{r.name}\t{r.unit}\t{r.price_krw or 0:,}{_effect(r)}")
            for r in piles.sure
        ],
    )
    for title, rows in (
        (say("확인해 주세요", "Please check"), piles.check),
        (say("쓸 수 없음", "Cannot use"), piles.cannot),
    ):
        show_pile(
            title,
            [
                (r.sheet, r.row, f"{r.name}\t{r.reason_en if english else r.reason_ko}")
                for r in rows
            ],
        )


def _effect(row: PriceImportRow) -> str:
    if row.offer is None:
        return say("\t새 상품", "\tnew")
    return f"\t← {row.offer.price_krw:,}" if row.offer.price_krw != row.price_krw else ""
