"""`jangteo backup FILE`."""

from __future__ import annotations

import time
from pathlib import Path

import typer

from jangteo.platform.boot import django_ready
from jangteo.platform.say import Exit, say

HELP = say(
    """모든 데이터를 파일 하나로 내려받는다. 장터가 열려 있어도 된다.

\b
  jangteo backup 장터-0512.jtb

파일에는 개인정보가 있으니 안전한 곳에 두세요(파일 권한은 소유자만). 로그인 상태와 임시 번호는 들어 있지 않다.
""",
    """Write all data into one file. The market may be open.

\b
  jangteo backup market-0512.jtb

The file holds personal data: keep it in a safe place (only its owner may read it). Sign-in sessions and one-time
codes are not in it.
""",
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=HELP)
def backup(file: Path) -> int:
    started = time.monotonic()
    django_ready()
    from jangteo.platform import lake  # noqa: PLC0415 - needs Django
    from jangteo.platform.backup.write import write_backup  # noqa: PLC0415
    from jangteo.platform.clock import utc_now  # noqa: PLC0415
    from jangteo.platform.config import config  # noqa: PLC0415

    if file.suffix != ".jtb":
        file = file.with_name(file.name + ".jtb")
    manifest = write_backup(
        file, media_dir=config().media_dir, lake_dir=lake.folder(), now=utc_now()
    )
    size_mb = file.stat().st_size / 1e6
    seconds = time.monotonic() - started
    typer.echo(
        say(
            f"{file}: {manifest.rows:,}행, 사진 {len(manifest.media)}개, 보관 파일 {len(manifest.lake)}개, {size_mb:.1f} MB, {seconds:.1f}초",
            f"{file}: {manifest.rows:,} rows, {len(manifest.media)} pictures, {len(manifest.lake)} archive files, {size_mb:.1f} MB, {seconds:.1f} s",
        )
    )
    return Exit.OK
