"""`jangteo items`: the operator's hand on the standard products that all markets share, and on the matcher."""

from __future__ import annotations

from types import ModuleType

import typer

from jangteo.platform.boot import django_ready
from jangteo.platform.say import Exit, say

HELP = say(
    """모든 시장이 함께 쓰는 표준 상품과, 같은 상품을 찾는 모델을 다룬다.

\b
  jangteo items list --q 사과            찾아본다
  jangteo items merge JT000000007 JT000000003   앞의 것이 뒤의 것이 된다
  jangteo items undo 12                  합치기·나누기를 되돌린다
  jangteo items split amsa JT000000003 --offers 4,9 --set variety=홍로
  jangteo items standardise amsa         시장의 물건에 표준 상품을 이어 준다
  jangteo items export-answers answers.jsonl
  jangteo items train                    사람의 답으로 배운다
  jangteo items activate 0               처음 모델로 돌아간다
""",
    """Handle the standard products that all markets share, and the model that finds the same product.

\b
  jangteo items list --q apple           search
  jangteo items merge JT000000007 JT000000003   the first becomes the second
  jangteo items undo 12                  take a merge or split back
  jangteo items split amsa JT000000003 --offers 4,9 --set variety=홍로
  jangteo items standardise amsa         give a market's goods their products
  jangteo items export-answers answers.jsonl
  jangteo items train                    learn from people's answers
  jangteo items activate 0               back to the model that ships
""",
)

SET_HELP = say("다른 칸: variety=홍로", "what differs: variety=홍로")
app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True, help=HELP)


def _work() -> ModuleType:
    """The commands' work, which needs Django."""
    django_ready()
    from jangteo.channels.terminal import items_work  # noqa: PLC0415 - needs Django

    return items_work


@app.command(name="list", help=say("표준 상품을 찾아 보인다", "Show standard products"))
def list_items(
    q: str = typer.Option("", "--q", help=say("이름, 바코드, 번호", "name, barcode, number")),
    changes: bool = typer.Option(
        False, "--changes", help=say("합치고 나눈 기록", "merges and splits")
    ),
) -> int:
    items_work = _work()
    for line in items_work.listed(q, changes):
        typer.echo(line)
    return Exit.OK


@app.command(help=say("앞의 상품이 뒤의 상품이 된다", "The first product becomes the second"))
def merge(
    code: str, into: str, reason: str = typer.Option("", "--reason", help=say("까닭", "why"))
) -> int:
    items_work = _work()
    typer.echo(items_work.merged(code, into, reason))
    return Exit.OK


@app.command(help=say("한 시장의 물건 몇을 따로 나눈다", "Take some of a market's goods out"))
def split(
    market: str,
    code: str,
    offers: str = typer.Option(..., "--offers", help=say("물건 번호들: 4,9", "ids: 4,9")),
    sets: list[str] = typer.Option(  # noqa: B008 - how typer declares options
        ..., "--set", help=SET_HELP
    ),
    reason: str = typer.Option("", "--reason", help=say("까닭", "why")),
) -> int:
    items_work = _work()
    typer.echo(items_work.split_off(market, code, offers, sets, reason))
    return Exit.OK


@app.command(help=say("합치기나 나누기를 되돌린다", "Take a merge or split back"))
def undo(change: int) -> int:
    items_work = _work()
    typer.echo(items_work.undone(change))
    return Exit.OK


@app.command(
    help=say("시장의 물건에 표준 상품을 이어 준다", "Give a market's goods their products")
)
def standardise(market: str) -> int:
    items_work = _work()
    typer.echo(items_work.standardised(market))
    return Exit.OK


@app.command(
    name="export-answers",
    help=say(
        "사람의 답을 JSON 줄로 적는다(- 는 화면)",
        "Write people's answers as JSON lines (- is the screen)",
    ),
)
def export_answers(path: str) -> int:
    items_work = _work()
    typer.echo(items_work.exported(path), err=True)
    return Exit.OK


@app.command(
    help=say(
        "사람의 답으로 배우고, 나빠지지 않았으면 쓴다", "Learn from answers; used when not worse"
    )
)
def train() -> int:
    items_work = _work()
    typer.echo(items_work.trained())
    return Exit.OK


@app.command(
    help=say(
        "모델의 판을 고른다. 0은 처음 것", "Choose the model's version; 0 is the one that ships"
    )
)
def activate(version: int) -> int:
    items_work = _work()
    typer.echo(items_work.activated(version))
    return Exit.OK
