"""`jangteo up`."""

from __future__ import annotations

import os
import sys
import time

import typer

from jangteo.platform.say import say

HELP = say(
    """장터를 연다. 처음이면 데이터베이스와 견본 시장도 만든다.

\b
  jangteo up                           http://localhost:8000
  jangteo up --port 8080               다른 포트로
  jangteo up --host 0.0.0.0            같은 와이파이의 휴대폰에서도
  DATABASE_URL=postgresql://... jangteo up    갖고 있는 PostgreSQL로

Ctrl-C로 끝내면 10초 안에 모두 깨끗이 닫는다. 데이터는 남는다.
""",
    """Open the market. The first time it makes the database and a sample market.

\b
  jangteo up                           http://localhost:8000
  jangteo up --port 8080               on another port
  jangteo up --host 0.0.0.0            for phones in the same network too
  DATABASE_URL=postgresql://... jangteo up    with a PostgreSQL of your own

Ctrl-C closes everything within 10 seconds. The data stays.
""",
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=HELP)
def up(
    port: int = typer.Option(None, min=1, max=65535, help=say("웹 포트", "port of the web pages")),
    host: str = typer.Option(
        None, help=say("들을 주소. 0.0.0.0은 모두", "address; 0.0.0.0 is all")
    ),
    processes: int = typer.Option(
        None, min=1, max=64, help=say("웹 프로세스 수", "number of web processes")
    ),
) -> int:
    started_at = time.monotonic()
    for name, value in (("PORT", port), ("HOST", host), ("WEB_PROCESSES", processes)):
        if value is not None:
            os.environ[f"JANGTEO_{name}"] = str(value)
    from jangteo.platform.up import run  # noqa: PLC0415 - read after the choices above

    return run(report=lambda line: print(line, file=sys.stderr, flush=True), started_at=started_at)  # noqa: T201 - the terminal is what it speaks to
