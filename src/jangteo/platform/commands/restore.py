"""`jangteo restore FILE`."""

from __future__ import annotations

import time
from pathlib import Path

import typer

from jangteo.platform.boot import django_ready
from jangteo.platform.say import Exit, say

HELP = say(
    """백업 파일을 끝까지 검사한 뒤 한 번에 되살린다. 하나라도 어긋나면 아무것도 바꾸지 않는다.

\b
  jangteo restore 장터-0512.jtb             빈 데이터베이스에
  jangteo restore 장터-0512.jtb --check     검사만
  jangteo restore 장터-0512.jtb --replace   지금 데이터를 버리고

먼저 `jangteo up`을 끄세요. 모두 다시 로그인해야 한다. 백업한 뒤에 지워 달라고 한 사람은 되살아나지 않는다.
""",
    """Check a backup file to its last byte, then bring it back at one stroke. If anything is wrong, nothing changes.

\b
  jangteo restore market-0512.jtb             into an empty database
  jangteo restore market-0512.jtb --check     only check the file
  jangteo restore market-0512.jtb --replace   throw the present data away

Stop `jangteo up` first. Everybody has to sign in again. Who was deleted after the backup does not come back.
""",
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=HELP)
def restore(
    file: Path,
    replace: bool = typer.Option(
        False, "--replace", help=say("지금 데이터를 버린다", "throw the present data away")
    ),
    check: bool = typer.Option(False, "--check", help=say("검사만 한다", "only check the file")),
) -> int:
    started = time.monotonic()
    django_ready()
    from jangteo.platform import lake  # noqa: PLC0415 - needs Django
    from jangteo.platform.backup import read  # noqa: PLC0415
    from jangteo.platform.config import config  # noqa: PLC0415
    from jangteo.platform.migrating import migrate  # noqa: PLC0415
    from jangteo.platform.registry import AFTER_RESTORE_STEPS, load  # noqa: PLC0415

    if check:
        manifest = read.verify(file)
    else:
        migrate()
        manifest = read.restore(
            file, media_dir=config().media_dir, lake_dir=lake.folder(), replace=replace
        )
        for path in AFTER_RESTORE_STEPS:
            step = load(path)
            if step is not None:
                step()
    seconds = time.monotonic() - started
    done = say("검사", "checked") if check else say("되살림", "restored")
    typer.echo(
        say(
            f"{done}: {manifest.taken_at}의 {manifest.rows:,}행, 사진 {len(manifest.media)}개, 보관 파일 {len(manifest.lake)}개, {seconds:.1f}초",
            f"{done}: {manifest.rows:,} rows, {len(manifest.media)} pictures, {len(manifest.lake)} archive files"
            f" of {manifest.taken_at}, {seconds:.1f} s",
        )
    )
    return Exit.OK
