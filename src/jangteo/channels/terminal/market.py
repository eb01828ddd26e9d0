"""`jangteo market`: the national register and the markets at work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jangteo.platform.boot import django_ready
from jangteo.platform.say import say

app = typer.Typer(
    no_args_is_help=True,
    help=say("시장을 만들고 보고 고친다", "Make, show and change markets"),
    rich_markup_mode=None,
)


@app.callback()
def _group() -> None:
    django_ready()


@app.command(
    "list",
    help=say(
        "전국 시장 자료에서 이름이나 주소로 찾는다. 보기: jangteo market list 암사",
        "Find markets of the national register by name or address. Example: jangteo market list 암사",
    ),
)
def list_(
    text: Annotated[
        list[str] | None, typer.Argument(help=say("이름이나 주소", "name or address"))
    ] = None,
    at_work: Annotated[
        bool, typer.Option("--open", help=say("문을 연 시장만", "only markets at work"))
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=2000)] = 50,
) -> None:
    from jangteo.channels.terminal.market_work import list_entries, list_markets  # noqa: PLC0415 - needs Django

    lines = list_markets() if at_work else list_entries(" ".join(text or []), limit)
    for line in lines:
        typer.echo(line)
    if not lines:
        typer.echo(say("찾은 시장이 없어요.", "No market found."), err=True)


@app.command(
    "open",
    help=say(
        "전국 자료의 시장을 연다. 두 번 해도 같은 시장이다. 보기: jangteo market open a02250008",
        "Open a market of the register; again gives the same market. Example: jangteo market open a02250008",
    ),
)
def open_(
    code: Annotated[
        str, typer.Argument(help=say("시장 코드(market list로 찾는다)", "code, see market list"))
    ],
    slug: Annotated[
        str,
        typer.Option(
            help=say("웹 주소(영어). 없으면 이름에서 만든다", "web address; made from the name")
        ),
    ] = "",
) -> None:
    from jangteo.channels.terminal.market_work import open_one  # noqa: PLC0415 - needs Django

    typer.echo(open_one(code, slug))


@app.command(
    help=say(
        "전국 시장 자료를 데이터베이스에 넣는다. 파일이 없으면 데이터 폴더, 그것도 없으면 지어낸 견본",
        "Load the national register: the file, else the data folder's, else an invented sample",
    )
)
def load(
    path: Annotated[
        Path | None, typer.Argument(help=say("전국전통시장표준데이터.csv", "the CSV file"))
    ] = None,
) -> None:
    from jangteo.channels.terminal.market_work import load_all  # noqa: PLC0415 - needs Django

    for line in load_all(path):
        typer.echo(line)
