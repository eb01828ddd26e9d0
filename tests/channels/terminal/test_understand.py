"""`jangteo understand`: one JSON object per line of standard input, whatever the bytes."""

from __future__ import annotations

import json
import subprocess
import sys

from jangteo.engines.matching import FIELDS

_PROGRAM = (
    "import sys; from jangteo.channels.terminal.understand import app; "
    "app(); assert 'django' not in sys.modules"
)


def _run(data: bytes) -> list[dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], input=data, capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()
    lines = done.stdout.decode().split("\n")
    assert lines.pop() == ""
    return [json.loads(line) for line in lines]


def test_every_line_makes_one_object() -> None:
    data = b"\n".join(
        [
            "국산 햇사과(부사)특 5kg 15과내외 -선물용★".encode(),
            b"",
            b"\xff\xfe\x00\x01",
            "배 3개\u2028 만원\r".encode(),
            b"x" * 10_000,
            "두부\x0c 1모\x85 1,500원".encode(),
        ]
    )
    made = _run(data)
    assert len(made) == 6
    assert all(list(one) == [*FIELDS, "asks", "details"] for one in made)
    assert made[0]["name"] == "사과"
    assert all(made[1][name] is None for name in FIELDS)
    assert made[1]["asks"]
    assert made[3]["price_krw"] == 10000
    assert made[5]["price_krw"] == 1500


def test_nothing_in_gives_nothing_out() -> None:
    assert _run(b"") == []


def test_an_answer_comes_before_the_next_question() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for line, name in (("대파 1단 2,500원", "대파"), ("갈치 1마리", "갈치")):
            process.stdin.write(line.encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["name"] == name
        process.stdin.close()
        assert process.wait(timeout=30) == 0
