"""`jangteo understand`: one product line per line of standard input, one JSON object per line of output.

Needs neither a database nor Django. Every input line makes exactly one output line, whatever it holds.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterator
from typing import BinaryIO

import typer

from jangteo.engines.matching import to_json, understand_many
from jangteo.platform.say import say

_HELP_KO = """상품 한 줄을 읽어 이름, 품종, 원산지, 중량, 값 등으로 나눈다. 확실하지 않은 것은 비우고 묻는다.

\b
보기:
  echo '국산 햇사과(부사)특 5kg 15과내외' | jangteo understand
  jangteo understand < 상품목록.txt > 상품목록.jsonl

표준 입력 한 줄에 JSON 하나를 낸다. 글자는 UTF-8이고, 깨진 글자는 �로 읽는다.
"""
_HELP_EN = """Read one product line into name, variety, origin, weight, price and more. What is unsure is null and asked.

\b
Examples:
  echo '국산 햇사과(부사)특 5kg 15과내외' | jangteo understand
  jangteo understand < lines.txt > lines.jsonl

One JSON object per line of standard input. Text is UTF-8; broken bytes are read as �.
"""

app = typer.Typer(help=say(_HELP_KO, _HELP_EN), rich_markup_mode=None)


@app.command(help=say(_HELP_KO, _HELP_EN))
def understand() -> None:
    """Standard input to standard output, line by line; answers at once when typed to."""
    out, batch = sys.stdout.buffer, _batch()
    try:
        for understood in understand_many(_lines(sys.stdin.buffer), batch=batch):
            made = json.dumps(to_json(understood), ensure_ascii=False)
            out.write(made.encode("utf-8", errors="replace") + b"\n")
            if batch == 1:
                out.flush()
        out.flush()
    except BrokenPipeError:
        # whoever reads has read enough; nothing may be written any more, not at exit either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _batch() -> int:
    """Lines of a file are read together; those of a pipe or a person one by one."""
    try:
        regular = stat.S_ISREG(os.fstat(sys.stdin.fileno()).st_mode)
    except (OSError, ValueError):
        return 1
    return 512 if regular else 1


def _lines(stream: BinaryIO) -> Iterator[str]:
    """Lines ended by a line feed only, so that a form feed or another separator splits none."""
    while line := stream.readline():
        yield line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", errors="replace")
