"""`jangteo import prices`: a price list from the terminal.

``--dry-run`` needs neither a database nor Django: it reads the file and says what it understood.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from jangteo.engines.pricelist import PriceListReading, read_price_list, to_json
from jangteo.platform.say import Exit, language, say

app = typer.Typer(
    no_args_is_help=True,
    help=say("가격표(엑셀, CSV)를 들여온다", "Bring in a price list (Excel, CSV)"),
    rich_markup_mode=None,
)

_HELP_KO = """가격표를 읽어 세 무더기로 보여 주고, 물어본 뒤 판매를 시작한다.

\b
보기:
  jangteo import prices 가격표.xlsx --dry-run --json
  jangteo import prices 가격표.xlsx --market amsajonghap --stall chorok-chaeso

\b
끝날 때의 숫자:
  0 됨(다시 볼 줄이 있어도 0)   1 거절되어 바뀐 것 없음   2 잘못 쓴 명령
  4 파일을 읽을 수 없음(--json이면 그때도 file_error가 든 JSON 하나를 낸다)
"""
_HELP_EN = """Read a price list, show three piles, ask, and start selling.

\b
Examples:
  jangteo import prices prices.xlsx --dry-run --json
  jangteo import prices prices.xlsx --market amsajonghap --stall chorok-chaeso

\b
Exit codes:
  0 done (also with rows to check)   1 refused, nothing changed   2 wrong usage
  4 the file cannot be read (with --json still one JSON object, holding file_error)
"""


@app.callback()
def _group() -> None:
    """A group: more kinds of lists may follow."""


@app.command(help=say(_HELP_KO, _HELP_EN))
def prices(
    file: Annotated[
        Path, typer.Argument(help=say("xlsx, xls, csv, txt 파일", "xlsx, xls, csv, txt file"))
    ],
    market: Annotated[
        str, typer.Option(help=say("시장의 웹 주소", "the market's web address"))
    ] = "",
    stall: Annotated[str, typer.Option(help=say("가게의 웹 주소", "the stall's web address"))] = "",
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help=say("읽기만 하고 바꾸지 않는다", "read only, change nothing")
        ),
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option("--json", help=say("표준 출력에 JSON 하나만", "one JSON object on stdout")),
    ] = False,
    yes: Annotated[
        bool,
        typer.Option(
            "--yes",
            help=say(
                "묻지 않고 확실한 줄만 판다. 세금을 모르는 줄은 뺀다",
                "sell the certain rows without asking; rows of unclear tax are left out",
            ),
        ),
    ] = False,
) -> None:
    data = _bytes_of(file)
    if not dry_run and not (market and stall):
        raise typer.BadParameter(
            say(
                "--market과 --stall을 적거나 --dry-run을 쓰세요.",
                "Give --market and --stall, or use --dry-run.",
            )
        )
    if as_json and not (dry_run or yes):
        raise typer.BadParameter(
            say(
                "--json은 --dry-run이나 --yes와 함께 쓰세요.", "Use --json with --dry-run or --yes."
            )
        )
    if not dry_run:
        # Django, which a dry run must not wait for
        from jangteo.platform.boot import django_ready  # noqa: PLC0415

        django_ready()
        from jangteo.channels.terminal.prices_work import sell  # noqa: PLC0415

        raise typer.Exit(sell(data, file.name, market, stall, as_json=as_json, yes=yes))
    reading = read_price_list(data, file.name)
    if as_json:
        typer.echo(json.dumps(to_json(reading, language()), ensure_ascii=False))
    else:
        _show(reading)
    raise typer.Exit(Exit.DAMAGED if reading.file_error else Exit.OK)


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as problem:
        raise typer.BadParameter(f"{file}: {problem.strerror}") from problem


def _show(reading: PriceListReading) -> None:
    english = language() == "en"
    if reading.file_error is not None:
        typer.echo(reading.file_error.en if english else reading.file_error.ko, err=True)
        return
    sure = [(r.sheet, r.row, f"{r.name}\t{r.unit}\t{r.price_krw:,}") for r in reading.accepted]
    asked = [
        (r.sheet, r.row, f"{r.name}\t{r.reason_en if english else r.reason_ko}")
        for r in reading.asked
    ]
    refused = [
        (r.sheet, r.row, f"{' '.join(r.cells)[:40]}\t{r.reason_en if english else r.reason_ko}")
        for r in reading.refused
    ]
    for title, rows in (
        (say("확실", "Sure"), sure),
        (say("확인해 주세요", "Please check"), asked),
        (say("쓸 수 없음", "Cannot use"), refused),
    ):
        show_pile(title, rows)
    ignored = len(reading.ignored)
    typer.echo(
        say(
            f"제목·빈 줄 등 {ignored}줄은 넘겼어요.", f"{ignored} headings and blank lines skipped."
        )
    )


def show_pile(title: str, rows: list[tuple[str, int, str]]) -> None:
    """A heading with the number of rows, then one line each: sheet, row, what it says."""
    typer.echo(f"== {title}: {len(rows)}")
    for sheet, number, text in rows:
        typer.echo(f"  {sheet + ':' if sheet else ''}{number}\t{text}")
