"""`jangteo evidence`: the log of decisions counted, sealed, archived and verified."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

from jangteo.platform.boot import django_ready
from jangteo.platform.say import Exit, say

if TYPE_CHECKING:
    from jangteo.apps.decisions.seals import Broken, Verified

HELP = say(
    """결정 기록: 셈, 봉인, 보관, 검사.

\b
  jangteo evidence verify [--market amsa] [--json]   봉인과 셈을 기록에서 다시 셈한다. 어긋난 첫날을 말하고 1로 끝난다
  jangteo evidence count                             기록에서 날마다의 수를 다시 맞춘다
  jangteo evidence seal                              끝난 날을 봉인한다
  jangteo evidence archive                           오래된 달을 Parquet으로 옮긴다
""",
    """The log of decisions: count, seal, archive, verify.

\b
  jangteo evidence verify [--market amsa] [--json]   recompute seals and figures; names the first day that does not fit, ends with 1
  jangteo evidence count                             bring the figures by day up to date
  jangteo evidence seal                              seal finished days
  jangteo evidence archive                           move old months to Parquet
""",
)
app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True, help=HELP)

_WHY = {
    "rows": ("봉인한 뒤에 기록이 바뀌었거나 늘거나 줄었어요", "rows were changed, added or taken away after sealing"),
    "chain": ("봉인 자체가 바뀌었어요", "the seals themselves were changed"),
    "gap": ("봉인이 없는 날이에요", "a day without a seal"),
    "before": ("첫 봉인보다 앞선 기록이 있어요", "rows older than the first seal"),
    "figures": ("날마다의 수가 기록과 달라요. `jangteo evidence count --all`로 다시 셀 수 있어요", "figures differ from the rows; `jangteo evidence count --all` counts them again"),
    "file": ("보관 파일이 없거나 바뀌었어요", "a file of the archive is missing or changed"),
}  # fmt: skip


@app.callback(help=HELP)
def _evidence() -> None:
    """A group."""


@app.command(
    help=say(
        "봉인과 셈을 기록에서 다시 셈해 맞춰 본다", "recompute seals and figures from the rows"
    )
)
def verify(
    market: str = typer.Option(
        "", "--market", help=say("시장의 주소 이름", "the market's address name")
    ),
    as_json: bool = typer.Option(False, "--json", help=say("JSON으로 보인다", "print JSON")),
) -> int:
    django_ready()
    from jangteo.apps.decisions.archive import damaged_files  # noqa: PLC0415 - needs Django
    from jangteo.apps.decisions.seals import verify_market  # noqa: PLC0415
    from jangteo.apps.markets.queries import market_by_slug, market_list  # noqa: PLC0415
    from jangteo.platform.clock import utc_now  # noqa: PLC0415
    from jangteo.platform.tenancy import market_scope  # noqa: PLC0415

    if market:
        market_by_slug(market)
    files = damaged_files()
    found: dict[str, Verified] = {}
    for place in [] if files else market_list():
        if market in ("", place.slug):
            with market_scope(place.pk):
                found[place.slug] = verify_market(place.pk, utc_now())
    right = not files and all(one.broken is None for one in found.values())
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "right": right,
                    "damaged_files": files,
                    "markets": {
                        slug: {
                            "sealed_days": one.sealed_days,
                            "rows": one.rows,
                            "head_day": str(one.head_day) if one.head_day else None,
                            "head_chain": one.head_chain,
                            "broken_day": str(one.broken.day) if one.broken else None,
                            "why": one.broken.why if one.broken else None,
                        }
                        for slug, one in found.items()
                    },
                }
            )
        )
        return Exit.OK if right else Exit.REFUSED
    for name in files:
        typer.echo(f"{name}: {say(*_WHY['file'])}")
    for slug, one in found.items():
        typer.echo(f"{slug}: {_told(one.broken)}")
        typer.echo(
            say(
                f"  봉인한 날 {one.sealed_days:,}, 기록 {one.rows:,}줄, 마지막 {one.head_day} {one.head_chain}",
                f"  {one.sealed_days:,} sealed days, {one.rows:,} rows, last {one.head_day} {one.head_chain}",
            )
        )
    return Exit.OK if right else Exit.REFUSED


def _told(broken: Broken | None) -> str:
    if broken is None:
        return say("모두 맞아요.", "everything fits.")
    where = say("처음 어긋난 날", "first day that does not fit")
    return f"{where} {broken.day}: {say(*_WHY[broken.why])}. {broken.detail}".rstrip()


@app.command(help=say("날마다의 수를 기록에서 맞춘다", "bring the figures by day up to date"))
def count(
    every: bool = typer.Option(
        False, "--all", help=say("모든 날을 다시 센다", "count every day again")
    ),
) -> int:
    django_ready()
    from jangteo.apps.decisions.actions.refresh_rollups import (  # noqa: PLC0415 - needs Django
        mend_rollups,
        recount_all,
        refresh_rollups,
    )
    from jangteo.platform.clock import utc_now  # noqa: PLC0415
    from jangteo.platform.permissions import Actor  # noqa: PLC0415

    actor, now = Actor.system(), utc_now()
    if every:
        days = recount_all(actor=actor, now=now)
    else:
        days = refresh_rollups(actor=actor, now=now).market_days + mend_rollups(
            actor=actor, now=now
        )
    typer.echo(say(f"{days:,}일을 셌어요.", f"{days:,} days counted."))
    return Exit.OK


@app.command(help=say("끝난 날을 봉인한다", "seal finished days"))
def seal() -> int:
    django_ready()
    from jangteo.apps.decisions.actions.refresh_rollups import mend_rollups  # noqa: PLC0415 - needs Django
    from jangteo.apps.decisions.actions.seal_days import seal_days  # noqa: PLC0415
    from jangteo.platform.clock import utc_now  # noqa: PLC0415
    from jangteo.platform.permissions import Actor  # noqa: PLC0415

    mend_rollups(actor=Actor.system(), now=utc_now())
    made = seal_days(actor=Actor.system(), now=utc_now())
    typer.echo(say(f"{made:,}번 봉인했어요.", f"{made:,} seals made."))
    return Exit.OK


@app.command(help=say("오래된 달을 Parquet으로 옮긴다", "move old months to Parquet"))
def archive() -> int:
    django_ready()
    from jangteo.apps.decisions.actions.archive_months import archive_old_months  # noqa: PLC0415 - needs Django
    from jangteo.platform.clock import utc_now  # noqa: PLC0415
    from jangteo.platform.permissions import Actor  # noqa: PLC0415

    for one in archive_old_months(actor=Actor.system(), now=utc_now()):
        typer.echo(f"{one.month:%Y-%m}: {one.decisions:,} + {one.events:,}")
    return Exit.OK
