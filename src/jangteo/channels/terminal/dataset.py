"""`jangteo dataset`: the open dataset of standard products, written and verified; other category trees mapped to ours."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from jangteo.platform.boot import django_ready
from jangteo.platform.say import Exit, say

HELP = say(
    """표준 상품 공개 자료.

\b
  jangteo dataset export [폴더]                  자료를 쓰고 서명한다. 폴더를 적지 않으면 /dataset 에서 누구나 받는다
  jangteo dataset verify 폴더 [--key 지문]       서명과 해시를 검사한다. 어긋나면 1로 끝난다
  jangteo dataset map-tree 파일                  다른 분류표(CSV)를 우리 분류에 이어 본다. 표준 출력에 CSV로 쓴다
""",
    """The open dataset of standard products.

\b
  jangteo dataset export [FOLDER]                write and sign it; without a folder it is offered at /dataset
  jangteo dataset verify FOLDER [--key MARK]     check signature and hashes; ends with 1 when something does not fit
  jangteo dataset map-tree FILE                  map another category tree (CSV) to ours; writes CSV
""",
)
app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True, help=HELP)

_WHY = {
    "signature": ("서명이 맞지 않아요", "the signature does not fit"),
    "key": ("다른 열쇠로 서명했어요", "signed by another key"),
    "missing": ("파일이 없어요", "the file is missing"),
    "changed": ("서명한 뒤에 바뀌었어요", "it was changed after signing"),
}


@app.callback(help=HELP)
def _dataset() -> None:
    """A group."""


@app.command(help=say("자료를 쓰고 서명한다", "write and sign the dataset"))
def export(
    folder: Annotated[Path | None, typer.Argument(help=say("쓸 폴더", "where to write"))] = None,
    as_json: bool = typer.Option(False, "--json", help=say("JSON으로 보인다", "print JSON")),
) -> int:
    django_ready()
    from jangteo.apps.catalog.publishing.dataset import export as write  # noqa: PLC0415 - needs Django
    from jangteo.apps.catalog.publishing.dataset import published_folder  # noqa: PLC0415

    done = write(folder or published_folder())
    if as_json:
        told = {
            "folder": str(done.folder),
            "items": done.items,
            "sha256": done.digest,
            "key": done.fingerprint,
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
        return Exit.OK
    typer.echo(
        say(
            f"표준 상품 {done.items:,}개를 {done.folder}에 썼어요.\n열쇠 지문: {done.fingerprint}",
            f"{done.items:,} standard products written to {done.folder}.\nkey fingerprint: {done.fingerprint}",
        )
    )
    return Exit.OK


@app.command(help=say("서명과 해시를 검사한다", "check signature and hashes"))
def verify(
    folder: Annotated[Path, typer.Argument(help=say("받은 자료의 폴더", "the dataset's folder"))],
    key: str = typer.Option(
        "",
        "--key",
        help=say("서명했어야 할 열쇠의 지문", "fingerprint of the key that must have signed"),
    ),
    as_json: bool = typer.Option(False, "--json", help=say("JSON으로 보인다", "print JSON")),
) -> int:
    django_ready()
    from jangteo.apps.catalog.publishing.dataset import verify as check  # noqa: PLC0415 - needs Django

    found = check(folder, key.strip().lower())
    if as_json:
        told = {
            "right": found.is_right,
            "wrong": list(found.wrong),
            "items": found.items,
            "key": found.fingerprint,
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
        return Exit.OK if found.is_right else Exit.REFUSED
    for name, why in found.wrong:
        words = say(*_WHY[why]) if why in _WHY else say("읽을 수 없어요", "it cannot be read")
        typer.echo(f"{name}: {words}")
    if found.is_right:
        typer.echo(
            say(
                f"표준 상품 {found.items:,}개, 모두 서명한 그대로예요. 열쇠 지문: {found.fingerprint}",
                f"{found.items:,} standard products, all as signed. key fingerprint: {found.fingerprint}",
            )
        )
    return Exit.OK if found.is_right else Exit.REFUSED


@app.command(
    "map-tree", help=say("다른 분류표를 우리 분류에 잇는다", "map another category tree to ours")
)
def map_tree(
    file: Annotated[
        Path,
        typer.Argument(
            help=say(
                "CSV: 번호(no)와 이름(name, '가 > 나')", "CSV with columns no and name (“A > B”)"
            )
        ),
    ],
) -> int:
    django_ready()
    from jangteo.apps.catalog.publishing.trees import read_tree, suggest  # noqa: PLC0415 - needs Django

    out = csv.writer(sys.stdout)
    out.writerow(("slug", "path", "no", "name", "score"))
    for row in suggest(read_tree(file)):
        out.writerow((row.slug, " > ".join(row.path), row.number, row.name, f"{row.score:.2f}"))
    return Exit.OK
