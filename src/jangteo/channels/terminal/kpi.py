"""`jangteo kpi`: indicators on the terminal. `verify` needs no database, only the file."""

from __future__ import annotations

import shutil
import sys
from datetime import date
from pathlib import Path

import typer

from jangteo.engines.indicators import UNREADABLE, CannotCompute, canonical, check, open_export
from jangteo.platform.boot import django_ready
from jangteo.platform.say import Exit, say

HELP = say(
    """지표(KPI)를 셈하고 내보내고 다시 셈한다.

\b
  jangteo kpi list
  jangteo kpi compute ai-utilisation --from 2026-10-01 --to 2026-10-31 [--market amsa]
  jangteo kpi export 12 --to ai.zip       12번 결과의 원자료
  jangteo kpi verify ai.zip               데이터베이스 없이 다시 셈해 맞춰 본다

verify는 모두 맞으면 0, 하나라도 다르면 1, 읽을 수 없는 파일이면 4로 끝난다.
""",
    """Compute, export and recompute indicators (KPIs).

\b
  jangteo kpi list
  jangteo kpi compute ai-utilisation --from 2026-10-01 --to 2026-10-31 [--market amsa]
  jangteo kpi export 12 --to ai.zip       the raw rows of result 12
  jangteo kpi verify ai.zip               recompute without any database

verify ends with 0 when everything fits, 1 when anything differs, 4 when the file cannot be read.
""",
)
app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True, help=HELP)


@app.callback(help=HELP)
def _kpi() -> None:
    """A group."""


@app.command(
    name="list", help=say("지표와 마지막 결과를 보인다", "indicators and their last results")
)
def list_() -> int:
    django_ready()
    from jangteo.apps.programme.indicators.queries import indicator_views, value_of  # noqa: PLC0415 - needs Django

    for view in indicator_views(None):
        if view.definition is None:
            told = say("아직 잴 수 없음", "cannot be measured yet")
        elif view.latest is None:
            told = say("결과 없음", "no result")
        else:
            last = view.latest
            told = f"{value_of(last)}  {last.numerator}/{last.denominator}  {last.first_day}..{last.last_day}  #{last.pk}"
        version = f"v{view.definition.version}" if view.definition else "-"
        name = say(view.indicator.name, view.indicator.name_en)
        typer.echo(f"{view.indicator.key}  {version}  {name}: {told}")
    return Exit.OK


@app.command(help=say("지표를 셈해 결과를 남긴다", "compute an indicator and keep the result"))
def compute(
    key: str,
    first: str = typer.Option(..., "--from", help="YYYY-MM-DD"),
    last: str = typer.Option(..., "--to", help="YYYY-MM-DD"),
    market: str = typer.Option(
        "",
        "--market",
        help=say("시장의 주소 이름; 없으면 모두", "the market's address name; none: all"),
    ),
) -> int:
    try:
        days = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        typer.echo(say("날짜는 2026-10-01처럼 적으세요.", "Write days as 2026-10-01."), err=True)
        return Exit.USAGE
    django_ready()
    from jangteo.apps.markets.queries import market_by_slug  # noqa: PLC0415 - needs Django
    from jangteo.apps.programme.actions.compute_indicator import compute_indicator  # noqa: PLC0415
    from jangteo.platform.clock import utc_now  # noqa: PLC0415
    from jangteo.platform.permissions import Actor  # noqa: PLC0415

    made = compute_indicator(
        actor=Actor.system(),
        key=key,
        market_id=market_by_slug(market).id if market else None,
        first_day=days[0],
        last_day=days[1],
        now=utc_now(),
    )
    typer.echo(
        f"#{made.result_id}  v{made.version}  {made.numerator}/{made.denominator}  {made.value}"
    )
    typer.echo(f"sha256 {made.export_digest}")
    return Exit.OK


@app.command(
    help=say("결과 하나의 원자료를 파일로 꺼낸다", "write the raw rows of one result to a file")
)
def export(
    result: int,
    to: str = typer.Option(..., "--to", help=say("쓸 파일", "the file to write")),
) -> int:
    django_ready()
    from jangteo.apps.programme.indicators.export import export_path  # noqa: PLC0415 - needs Django
    from jangteo.apps.programme.indicators.queries import result_by_id  # noqa: PLC0415

    target, source = Path(to), export_path(result_by_id(result).export_digest)
    if target.exists() or not source.is_file():
        told = (
            say(
                f"{to} 파일이 이미 있어요. 다른 이름을 쓰세요.",
                f"{to} exists; choose another name.",
            )
            if target.exists()
            else say(
                f"{source} 파일이 없어요. 백업에서 되살리세요.",
                f"{source} is missing; bring it back from a backup.",
            )
        )
        typer.echo(told, err=True)
        return Exit.REFUSED
    shutil.copyfile(source, target)
    typer.echo(to)
    return Exit.OK


@app.command(help=say("내보낸 파일을 다시 셈해 맞춰 본다", "recompute an export and compare"))
def verify(file: Path) -> int:
    """Prints the recomputed result as canonical JSON, then what differs."""
    try:
        result, differs = check(open_export(str(file)))
    except (CannotCompute, *UNREADABLE) as problem:
        typer.echo(
            say(f"읽을 수 없는 파일이에요: {problem}", f"The file cannot be read: {problem}"),
            err=True,
        )
        return Exit.DAMAGED
    sys.stdout.buffer.write(canonical(result) + b"\n")
    sys.stdout.buffer.flush()
    if not differs:
        typer.echo(
            say(
                "맞아요: 파일과 결과가 모두 같아요.",
                "It fits: every file and the result are the same.",
            ),
            err=True,
        )
        return Exit.OK
    typer.echo(say("맞지 않아요:", "It does not fit:"), err=True)
    for line in differs:
        typer.echo(f"  {line}", err=True)
    return Exit.REFUSED
