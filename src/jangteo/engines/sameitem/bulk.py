"""A great many lines against a great many items: blocks, a cascade, files in and files out.

1. `scatter`: each file of goods is cut by block, so that what could be the same lands in one partition. First round:
   net content and leaf of the category tree, which rules let no two same goods differ in. Second round, for lines that
   found nothing: brand and name, for lines whose kind or amount was misread or not said.
2. `match`: one partition. Equal in every field and letter: the same. Else an inverted index of hashed words and letter
   pairs gives the `CANDIDATES` likest (words that more than `COMMON` items of a block share are passed over, which keeps
   the cost of a line from growing with the base), rules strike out, the learned matcher judges what is left.

A partition is the unit of memory and of repetition. Files are Parquet; a file is whole or is not there.
(Blocking: Papadakis et al., ACM Computing Surveys 2020. Partitioned join: Kim, Köpcke et al., "Dedoop", VLDB 2012.)
"""

from __future__ import annotations

import os
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from jangteo.engines.pairing import Verdict
from jangteo.engines.sameitem.compare import alike, key_of
from jangteo.engines.sameitem.goods import IMPORTED, Goods
from jangteo.engines.sameitem.matcher import CERTAIN, Matcher, load
from jangteo.engines.sameitem.rules import contradictions, same_barcode

CANDIDATES = 6
#: a word shared by more items of a block than this tells too little to be looked up
COMMON = 400
#: so many pairs are compared and judged together
_BATCH = 20_000
_COLUMNS = [field.name for field in fields(Goods)]
_TYPES = {
    "net_g": pa.float64(), "net_ml": pa.float64(), "count": pa.int32(), "pack_count": pa.int32(),
    "approximate": pa.bool_(), "variable_measure": pa.bool_(),
}  # fmt: skip
SCHEMA = pa.schema(
    [("id", pa.int64()), *((name, _TYPES.get(name, pa.string())) for name in _COLUMNS)]
)
ANSWERS = pa.schema(
    [("id", pa.int64()), ("item", pa.int64()), ("probability", pa.float32()),
     ("verdict", pa.string()), ("by", pa.string())]
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What is said of the line ``id``: the item it is or could be (-1: none), how likely, the verdict and who said so.

    `Verdict.DIFFERENT` with no item: none of the base. ``by``: "gtin", "exact", "model" or "none".
    """

    id: int
    item: int
    probability: float
    verdict: Verdict
    by: str


def write_goods(path: Path, rows: Sequence[tuple[int, Goods]]) -> None:
    """Rows of (id, goods) as one Parquet file, whole or not at all."""
    columns: dict[str, list[Any]] = {"id": [place for place, _ in rows]}
    columns |= {name: [getattr(goods, name) for _, goods in rows] for name in _COLUMNS}
    _write(path, pa.table(columns, schema=SCHEMA))


def read_goods(path: Path) -> list[tuple[int, Goods]]:
    """What `write_goods` wrote."""
    table = parquet.read_table(path)
    columns = [table.column(name).to_pylist() for name in _COLUMNS]
    ids = table.column("id").to_pylist()
    return [
        (place, Goods(**dict(zip(_COLUMNS, values, strict=True))))
        for place, values in zip(ids, zip(*columns, strict=True), strict=True)
    ]


def write_answers(path: Path, answers: Sequence[Answer]) -> None:
    """Answers as one Parquet file, whole or not at all."""
    names = ("id", "item", "probability", "verdict", "by")
    columns = {name: [getattr(answer, name) for answer in answers] for name in names}
    columns["verdict"] = [str(verdict) for verdict in columns["verdict"]]
    _write(path, pa.table(columns, schema=ANSWERS))


def _write(path: Path, table: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}.part")
    parquet.write_table(table, beside, compression="zstd")
    beside.replace(path)


def blocks_of(goods: Goods, round_: int, *, item: bool) -> list[str]:
    """The names of the blocks of ``goods`` in the first (0) or second (1) round.

    In the second an item stands in the block of its brand and in that of its name, a line in one of them; a line that
    says neither is in none.
    """
    if round_ == 0:
        return [f"{_amount(goods)}|{goods.category or ''}"]
    found = [f"b|{goods.brand}"] if goods.brand else []
    if goods.name and (item or not found):
        found.append(f"n|{goods.name}")
    return found


def _amount(goods: Goods) -> str:
    if goods.variable_measure:
        return "loose"
    if goods.net_g or goods.net_ml:
        return f"{goods.net_g or 0:.0f}g{goods.net_ml or 0:.0f}ml"
    return f"{(goods.count or 1) * (goods.pack_count or 1)}"


def scatter(
    source: Path, into: Path, parts: int, round_: int, *,
    item: bool, only: frozenset[int] | None = None,
) -> int:  # fmt: skip
    """Cut the goods of ``source`` by block into ``into/<part>/<source's name>``; the number of rows.

    ``item``: are they items of the base, or lines? ``only``: the ids to take, None for all. A part without rows has no
    file.
    """
    table = parquet.read_table(source)
    places: dict[int, set[int]] = defaultdict(set)
    rows = read_goods(source)
    for place, (id_, goods) in enumerate(rows):
        if only is None or id_ in only:
            for block in blocks_of(goods, round_, item=item):
                places[zlib.crc32(block.encode()) % parts].add(place)
    for part, found in places.items():
        _write(into / f"{part:04}" / source.name, table.take(pa.array(sorted(found), pa.int64())))
    return sum(map(len, places.values()))


def match(
    base: Path, lines: Path, into: Path, part: int, round_: int, matcher: Matcher | None = None
) -> dict[str, int]:
    """Match the lines of one part with its items and write ``into/<part>.parquet``; how many were decided by what."""
    items = list(_rows(base / f"{part:04}"))
    asked = list(_rows(lines / f"{part:04}"))
    answers, pairs = decide(asked, items, round_, matcher or load())
    write_answers(into / f"{part:04}.parquet", answers)
    counted = {"lines": len(asked), "items": len(items), "pairs": pairs}
    for name in ("exact", "gtin", "model"):
        counted[name] = sum(answer.by == name for answer in answers)
    return counted


def _rows(folder: Path) -> Iterator[tuple[int, Goods]]:
    for path in sorted(folder.glob("*.parquet")):
        yield from read_goods(path)


def decide(
    lines: Sequence[tuple[int, Goods]],
    items: Sequence[tuple[int, Goods]],
    round_: int,
    matcher: Matcher,
) -> tuple[list[Answer], int]:
    """One answer a line, and the number of pairs the learned matcher judged."""
    certain = _exact(lines, items)
    open_places = [place for place in range(len(lines)) if place not in certain]
    candidates = _candidates(lines, open_places, items, round_)
    judged: dict[int, list[tuple[float, int, Verdict]]] = defaultdict(list)
    asked: list[tuple[int, int]] = []
    for place, item in candidates:
        a, b = lines[place][1], items[item][1]
        if same_barcode(a, b) is None and not contradictions(a, b):
            if alike(a, b):
                judged[place].append((CERTAIN, item, Verdict.SAME))
            else:
                asked.append((place, item))
    for start in range(0, len(asked), _BATCH):
        batch = asked[start : start + _BATCH]
        goods = [(lines[place][1], items[item][1]) for place, item in batch]
        chances = matcher.probabilities(goods)
        for (place, item), (a, b), chance in zip(batch, goods, chances, strict=True):
            judged[place].append((chance, item, matcher.verdict_of(a, b, chance)))
    return [
        _answer(id_, place, certain, judged, items) for place, (id_, _) in enumerate(lines)
    ], len(asked)


def _answer(
    id_: int, place: int, certain: dict[int, tuple[int, str]],
    judged: dict[int, list[tuple[float, int, Verdict]]], items: Sequence[tuple[int, Goods]],
) -> Answer:  # fmt: skip
    if place in certain:
        item, by = certain[place]
        return Answer(id=id_, item=items[item][0], probability=CERTAIN, verdict=Verdict.SAME, by=by)
    found = sorted(judged.get(place, ()), key=lambda one: (-one[0], one[1]))
    fitting = [one for one in found if one[2] is Verdict.SAME]
    if len(fitting) == 1:
        chance, item, verdict = fitting[0]
        return Answer(id=id_, item=items[item][0], probability=chance, verdict=verdict, by="model")
    if found and found[0][2] is not Verdict.DIFFERENT:
        chance, item, _ = found[0]
        unsure = Verdict.UNSURE
        return Answer(id=id_, item=items[item][0], probability=chance, verdict=unsure, by="model")
    return Answer(id=id_, item=-1, probability=0.0, verdict=Verdict.DIFFERENT, by="none")


def _exact(
    lines: Sequence[tuple[int, Goods]], items: Sequence[tuple[int, Goods]]
) -> dict[int, tuple[int, str]]:
    """Lines that equal one item, and only one, in every field and in the letters of the name; or in the barcode."""
    by_key: dict[Any, list[int]] = defaultdict(list)
    by_code: dict[str, list[int]] = defaultdict(list)
    for place, (_, goods) in enumerate(items):
        by_key[key_of(goods)].append(place)
        if goods.gtin:
            by_code[goods.gtin].append(place)
    found: dict[int, tuple[int, str]] = {}
    for place, (_, goods) in enumerate(lines):
        coded = by_code.get(goods.gtin or "", [])
        equal = by_key.get(key_of(goods), [])
        if len(coded) == 1:
            found[place] = (coded[0], "gtin")
        elif len(equal) == 1 and same_barcode(goods, items[equal[0]][1]) is None:
            found[place] = (equal[0], "exact")
    return found


def _candidates(
    lines: Sequence[tuple[int, Goods]],
    open_places: Sequence[int],
    items: Sequence[tuple[int, Goods]],
    round_: int,
) -> list[tuple[int, int]]:
    """(place of line, place of item) of the likest items in each line's block."""
    if not open_places or not items:
        return []
    goods = [one for _, one in items]
    asked = [lines[place][1] for place in open_places]
    base_tokens, base_rows = _tokens(goods, round_, item=True)
    line_tokens, line_rows = _tokens(asked, round_, item=False)
    order = np.argsort(base_tokens, kind="stable")
    base_tokens, base_rows = base_tokens[order], base_rows[order]
    first = np.searchsorted(base_tokens, line_tokens, "left")
    often = np.searchsorted(base_tokens, line_tokens, "right") - first
    said = _codes([*asked, *goods])
    one, other = said[: len(asked)], said[len(asked) :]
    # lines in turn, so that the table of shared words stays small
    shared = int(np.where(often <= COMMON, often, 0).sum())
    rows = max(1, _SHARED * len(asked) // max(1, shared))
    found: list[tuple[int, int]] = []
    for start in range(0, len(asked), rows):
        here = (line_rows >= start) & (line_rows < start + rows) & (often > 0) & (often <= COMMON)
        found += _likest(line_rows[here], first[here], often[here], base_rows, one, other)
    return [(open_places[row], item) for row, item in found]


def _codes(goods: Sequence[Goods]) -> NDArray[np.int64]:
    """(rows, fields) numbers of what contradicts when both sides say it, 0 where it is not said: part of the rules,
    for many pairs at once. What is left is looked at by the rules themselves."""
    number: dict[Any, int] = {}

    def code(value: Any) -> int:
        return number.setdefault(value, len(number) + 1) if value else 0

    return np.array(
        [
            (
                code(g.origin and g.origin != IMPORTED and ("origin", g.origin)),
                code(g.grade and ("grade", g.grade)),
                code(g.size and ("size", g.size)),
                code(g.state in _RAW and ("state", _RAW[g.state])),
                code((g.net_g or g.net_ml) and not g.count and not g.variable_measure and ("packs", g.pack_count)),
            )
            for g in goods
        ],
        dtype=np.int64,
    ).reshape(-1, 5)  # fmt: skip


#: states that contradict each other whatever the goods are
_RAW = {"fresh": "fresh", "chilled": "fresh", "frozen": "frozen", "dried": "dried"}
#: so many shared words are held at a time
_SHARED = 2_000_000


def _likest(
    rows: NDArray[np.int64], first: NDArray[np.int64], often: NDArray[np.int64],
    base_rows: NDArray[np.int64], one: NDArray[np.int64], other: NDArray[np.int64],
) -> list[tuple[int, int]]:  # fmt: skip
    """The `CANDIDATES` items of each row that share the rarest words with it and do not contradict it."""
    if not len(rows):
        return []
    items = len(other)
    starts = np.repeat(first - np.r_[0, np.cumsum(often)[:-1]], often)
    shared = base_rows[starts + np.arange(len(starts))]
    weight = np.repeat(1.0 / (1.0 + np.log1p(often.astype(np.float64))), often)
    pairs, at = np.unique(np.repeat(rows, often) * items + shared, return_inverse=True)
    score = np.bincount(at, weights=weight)
    row, item = pairs // items, pairs % items
    mine, theirs = one[row], other[item]
    fits = ~((mine != theirs) & (mine > 0) & (theirs > 0)).any(axis=1)
    row, item, score = row[fits], item[fits], score[fits]
    if not len(row):
        return []
    order = np.lexsort((item, -score, row))
    row, item = row[order], item[order]
    begins = np.r_[True, row[1:] != row[:-1]]
    rank = np.arange(len(row)) - np.flatnonzero(begins)[np.cumsum(begins) - 1]
    kept = rank < CANDIDATES
    return list(zip(row[kept].tolist(), item[kept].tolist(), strict=True))


def _tokens(
    goods: Sequence[Goods], round_: int, *, item: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Hashes of each row's words within its blocks, and the rows."""
    tokens: list[int] = []
    rows: list[int] = []
    for row, one in enumerate(goods):
        words = [zlib.crc32(word.encode()) for word in _words(one)]
        for block in blocks_of(one, round_, item=item):
            high = (zlib.crc32(block.encode()) & 0x7FFFFFFF) << 32
            tokens += [high | word for word in words]
            rows += [row] * len(words)
    return np.array(tokens, dtype=np.int64), np.array(rows, dtype=np.int64)


def _words(goods: Goods) -> set[str]:
    """Pairs of letters of the name, and what tells most together with it."""
    core = goods.core
    brand = goods.brand or ""
    called = f"{goods.name}{goods.variety or ''}"
    found = {core[i : i + 2] for i in range(len(core) - 1)} or {core}
    if brand:
        found |= {
            f"b{brand}",
            f"bn{brand}{called}",
            f"bo{brand}{goods.name}{goods.origin}{goods.pack_count}",
        }
        # a brand that was not known stands among the letters of the other side
        found |= {brand[i : i + 2] for i in range(len(brand) - 1)}
    found |= {f"n{called}", f"no{called}{goods.origin}{goods.grade}{goods.pack_count}"}
    return found
