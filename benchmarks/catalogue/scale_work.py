"""What one worker does with one part of the files of `scale`; importable, so that a worker can find it by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as parquet

from benchmarks.catalogue.scale_world import item, line, world
from jangteo.engines.sameitem import bulk

FILE_ROWS = 20_000
#: rows of a partition, about
PART_ROWS = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Files:
    """Folders of one size: goods of base and lines, truth of the lines."""

    root: Path
    items: int

    @property
    def parts(self) -> int:
        return max(4, self.items // PART_ROWS)

    def chunks(self) -> list[int]:
        """The numbers of the files."""
        return list(range(-(-self.items // FILE_ROWS)))


def make(root: str, items: int, chunk: int) -> int:
    """Write one file of the base and one of lines with their truth; the rows."""
    here, known = Path(root), world(items)
    numbers = range(chunk * FILE_ROWS, min(items, (chunk + 1) * FILE_ROWS))
    bulk.write_goods(here / "base" / f"{chunk:04}.parquet", [(n, item(known, n)) for n in numbers])
    lines = [(n, *line(known, n)) for n in numbers]
    bulk.write_goods(here / "lines" / f"{chunk:04}.parquet", [(n, goods) for n, goods, _ in lines])
    (here / "truth").mkdir(exist_ok=True)
    (here / "truth" / f"{chunk:04}.json").write_text(json.dumps([truth for *_, truth in lines]))
    return len(numbers)


def cut(root: str, parts: int, round_: int, name: str) -> int:
    """Cut one file (``base/0001``, ``lines/0001``) for a round; in the second only lines that found nothing."""
    here = Path(root)
    kind, _, number = name.partition("/")
    only = None
    if round_ == 1 and kind == "lines":
        only = frozenset(json.loads((here / "open" / f"{number}.json").read_text()))
    source = here / kind / f"{number}.parquet"
    into = here / f"round{round_}" / kind
    return bulk.scatter(source, into, parts, round_, item=kind == "base", only=only)


def matched(root: str, round_: int, part: int) -> dict[str, int]:
    """Match one part of a round."""
    here = Path(root) / f"round{round_}"
    return bulk.match(here / "base", here / "lines", here / "answers", part, round_)


def left_open(root: str, items: int) -> int:
    """Write for each file of lines which of them the first round found nothing for; how many."""
    here = Path(root)
    (here / "open").mkdir(exist_ok=True)
    files: dict[int, list[int]] = {chunk: [] for chunk in Files(root=here, items=items).chunks()}
    for id_, answer in answers(here / "round0" / "answers"):
        if answer[1] == "different":
            files[id_ // FILE_ROWS].append(id_)
    for chunk, ids in files.items():
        (here / "open" / f"{chunk:04}.json").write_text(json.dumps(ids))
    return sum(map(len, files.values()))


def answers(folder: Path) -> Iterator[tuple[int, tuple[int, str, str]]]:
    """(line, (item, verdict, by)) of every file of answers."""
    for path in sorted(folder.glob("*.parquet")):
        table = parquet.read_table(path, columns=["id", "item", "verdict", "by"])
        rows = zip(*(table.column(name).to_pylist() for name in table.column_names), strict=True)
        for id_, found, verdict, by in rows:
            yield id_, (found, verdict, by)
