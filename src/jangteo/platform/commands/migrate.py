"""`jangteo migrate`: for installations with their own PostgreSQL and several machines."""

from __future__ import annotations

import typer

from jangteo.platform.boot import django_ready
from jangteo.platform.say import Exit, say

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    help=say(
        "데이터베이스를 이 버전의 모양으로 바꾼다. `jangteo up`도 시작할 때 스스로 한다.",
        "Bring the database into this version's form. `jangteo up` does it by itself at its start.",
    )
)
def migrate(
    check: bool = typer.Option(
        False, "--check", help=say("할 것이 남았는지만 본다", "only say whether something is left")
    ),
) -> int:
    django_ready()
    from jangteo.platform import migrating  # noqa: PLC0415 - needs Django

    if check:
        left = migrating.pending()
        typer.echo("\n".join(left) or say("남은 것이 없어요.", "Nothing is left."))
        return Exit.NOT_READY if left else Exit.OK
    count = migrating.migrate()
    typer.echo(say(f"{count}개를 적용했어요.", f"{count} applied."))
    return Exit.OK
