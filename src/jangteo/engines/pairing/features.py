"""What two records have in common and where they differ, as numbers: (pairs, features), NaN where nothing can be said.

Read once per record, then compared pair by pair, most of it as sparse matrix arithmetic over the whole batch.
Sources: TF-IDF cosine and containment (Salton and Buckley 1988; Broder 1997), soft TF-IDF and Monge-Elkan best-match
averages (Cohen, Ravikumar, Fienberg: "A comparison of string distance metrics for name-matching tasks", IIWeb 2003),
edit and token-set ratios (rapidfuzz), numbers and model codes that conflict (Köpcke, Thor, Thomas, Rahm: "Tailoring
entity resolution for matching product offers", EDBT 2012).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler, Levenshtein
from scipy import sparse

from jangteo.engines.pairing.records import Pair, Record, key_of
from jangteo.engines.pairing.space import VIEWS, Floats, Reading, Space, scaled

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs with every distinct record read once: pair i is ``readings[left[i]]`` and ``readings[right[i]]``."""

    readings: list[Reading]
    left: Places
    right: Places

    @classmethod
    def of(cls, pairs: Sequence[Pair], space: Space) -> Batch:
        """Read the records of ``pairs``."""
        places: dict[tuple[tuple[str, str], ...], int] = {}
        records: list[Record] = []

        def place(record: Record) -> int:
            key = key_of(record)
            if key not in places:
                places[key] = len(records)
                records.append(record)
            return places[key]

        sides = np.array([(place(a), place(b)) for a, b in pairs], dtype=np.int64).reshape(-1, 2)
        return cls([space.read(r) for r in records], sides[:, 0].copy(), sides[:, 1].copy())


class Table:
    """Columns that grow by name; all of the same length."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.columns: list[Floats] = []

    def add(self, name: str, column: Any) -> None:
        """One more column."""
        self.names.append(name)
        self.columns.append(np.asarray(column, dtype=np.float32).ravel())

    def add_all(self, group: str, names: Sequence[str], rows: Sequence[Sequence[float]]) -> None:
        """A column for each of ``names``, "group.name" (or "name" for no group), from one row a pair."""
        found = np.array(rows, dtype=np.float32).reshape(-1, len(names))
        for place, name in enumerate(names):
            self.add(f"{group}.{name}" if group else name, found[:, place])

    def matrix(self, rows: int) -> Floats:
        """(rows, columns)."""
        if not rows:
            return np.zeros((0, len(self.names)), dtype=np.float32)
        return np.column_stack(self.columns)


def features(batch: Batch, space: Space) -> tuple[Floats, list[str]]:
    """(pairs, features) and the features' names, which depend on the space's schema alone."""
    table = Table()
    counted = space.count(batch.readings)
    for name in VIEWS:
        _view(batch, *counted[name], name, table)
    _across(batch, space, table)
    _latent(batch, space.embed(counted), table)
    _strings(batch, table)
    _sets(batch, table)
    _rows(batch, space, table)
    _attributes(batch, space, table)
    return table.matrix(len(batch.left)), table.names


def _sums(matrix: sparse.csr_matrix) -> Floats:
    return np.asarray(matrix.sum(axis=1), dtype=np.float32).ravel()


def _tops(matrix: sparse.csr_matrix) -> Floats:
    return np.asarray(matrix.max(axis=1).todense(), dtype=np.float32).ravel()


def _ratio(above: Floats, below: Floats) -> Floats:
    """NaN where ``below`` is nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = above / below
    return np.where(below > 0, found, np.nan).astype(np.float32)


def _view(batch: Batch, counts: sparse.csr_matrix, idf: Floats, name: str, table: Table) -> None:
    present = counts.copy()
    present.data = np.ones_like(present.data)
    logged = counts.copy()
    logged.data = 1 + np.log(logged.data)
    for kind, matrix in (("tfidf", scaled(logged, idf)), ("idf2", scaled(present, idf * idf))):
        table.add(f"{name}.{kind}", _sums(matrix[batch.left].multiply(matrix[batch.right]).tocsr()))
    rarity = present.copy()
    rarity.data = idf[rarity.indices]
    left, right = present[batch.left], present[batch.right]
    shared_rarity = rarity[batch.left].multiply(right).tocsr()
    shared = _sums(left.multiply(right).tocsr())
    n_left, n_right = _sums(left), _sums(right)
    table.add(f"{name}.jaccard", _ratio(shared, n_left + n_right - shared))
    weight = _sums(rarity)
    both, on_left, on_right = _sums(shared_rarity), weight[batch.left], weight[batch.right]
    table.add(f"{name}.in_right", _ratio(both, on_left))
    table.add(f"{name}.in_left", _ratio(both, on_right))
    table.add(f"{name}.in_shorter", _ratio(both, np.minimum(on_left, on_right)))
    if name in ("words", "text"):
        only_left = (rarity[batch.left] - shared_rarity).tocsr()
        only_right = (rarity[batch.right] - shared_rarity).tocsr()
        table.add(f"{name}.shared", shared)
        table.add(f"{name}.top_shared", _tops(shared_rarity))
        for side, only in (("left", only_left), ("right", only_right)):
            only.data[only.data < 1e-6] = 0
            only.eliminate_zeros()
            table.add(f"{name}.only_{side}", np.diff(only.indptr))
            table.add(f"{name}.rarity_only_{side}", _sums(only))
            table.add(f"{name}.top_only_{side}", _tops(only))
        table.add(f"{name}.length_left", n_left)
        table.add(f"{name}.length_right", n_right)


def _across(batch: Batch, space: Space, table: Table) -> None:
    """The name of one side against all text of the other."""
    view = space.views["text"]
    counts, idf = view.count(
        [r.title_words for r in batch.readings] + [r.text_words for r in batch.readings]
    )
    n = len(batch.readings)
    counts.data = np.ones_like(counts.data)
    names, texts = counts[:n], counts[n:]
    weighed = names.copy()
    weighed.data = idf[weighed.indices]
    total = _sums(weighed)
    there = weighed[batch.left].multiply(texts[batch.right]).tocsr()
    back = weighed[batch.right].multiply(texts[batch.left]).tocsr()
    table.add("across.in_right", _ratio(_sums(there), total[batch.left]))
    table.add("across.in_left", _ratio(_sums(back), total[batch.right]))
    table.add("across.top_right", _tops(there))
    table.add("across.top_left", _tops(back))
    for side, of, shared in (("left", batch.left, there), ("right", batch.right, back)):
        only = (weighed[of] - shared).tocsr()
        table.add(f"across.top_only_{side}", _tops(only))


def _latent(batch: Batch, places: Floats, table: Table) -> None:
    a, b = places[batch.left], places[batch.right]
    known = places.shape[1] > 0
    table.add("latent.cosine", (a * b).sum(axis=1) if known else np.full(len(a), np.nan))
    table.add("latent.distance", np.abs(a - b).sum(axis=1) if known else np.full(len(a), np.nan))


def _strings(batch: Batch, table: Table) -> None:
    if not len(batch.left):
        titles_a = titles_b = glued_a = glued_b = sorted_a = sorted_b = [""]
    else:
        at = batch.readings
        titles_a = [at[i].title for i in batch.left]
        titles_b = [at[i].title for i in batch.right]
        glued_a = [at[i].glued_title for i in batch.left]
        glued_b = [at[i].glued_title for i in batch.right]
        ordered = [" ".join(sorted(r.title_words)) for r in at]
        sorted_a = [ordered[i] for i in batch.left]
        sorted_b = [ordered[i] for i in batch.right]
    for name, scorer, a, b in (
        ("ratio", fuzz.ratio, titles_a, titles_b),
        ("partial", fuzz.partial_ratio, titles_a, titles_b),
        ("set", fuzz.token_set_ratio, titles_a, titles_b),
        ("partial_set", fuzz.partial_token_sort_ratio, titles_a, titles_b),
        ("sorted", fuzz.ratio, sorted_a, sorted_b),
        ("winkler", JaroWinkler.normalized_similarity, titles_a, titles_b),
        ("glued", Levenshtein.normalized_similarity, glued_a, glued_b),
        ("glued_partial", fuzz.partial_ratio, glued_a, glued_b),
    ):
        table.add(
            f"string.{name}", process.cpdist(a, b, scorer=scorer, workers=1)[: len(batch.left)]
        )


_SETS = (
    "title_numbers",
    "text_numbers",
    "title_codes",
    "text_codes",
    "title_amounts",
    "text_amounts",
    "text_colours",
)


def _sets(batch: Batch, table: Table) -> None:
    """Numbers, codes, amounts and colours: what both state, what one states alone, and what they contradict each other in."""
    for name in _SETS:
        of = [getattr(r, name) for r in batch.readings]
        rows = [_compare(of[a], of[b]) for a, b in zip(batch.left, batch.right, strict=True)]
        table.add_all(name, ("shared", "left", "right", "jaccard", "conflict"), rows)
    for name in ("title_amounts", "text_amounts"):
        stated = [_by_dimension(getattr(r, name)) for r in batch.readings]
        sides = zip(batch.left, batch.right, strict=True)
        amounts = [_amounts(stated[a], stated[b]) for a, b in sides]
        table.add_all(name, ("agree", "differ", "apart"), amounts)


def _compare(a: frozenset[Any], b: frozenset[Any]) -> tuple[float, float, float, float, float]:
    shared = len(a & b)
    left, right = len(a) - shared, len(b) - shared
    jaccard = shared / (shared + left + right) if a or b else math.nan
    conflict = float(not shared) if a and b else math.nan
    return shared, left, right, jaccard, conflict


def _by_dimension(amounts: frozenset[tuple[str, float]]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for dimension, value in amounts:
        found.setdefault(dimension, []).append(value)
    return found


def _amounts(a: dict[str, list[float]], b: dict[str, list[float]]) -> tuple[float, float, float]:
    """Dimensions that agree, that differ, and how far apart (log ratio) the nearest of the worst one are."""
    agree = differ = 0
    apart = math.nan
    for dimension in a.keys() & b.keys():
        nearest = min(
            abs(math.log((x + 1e-6) / (y + 1e-6))) for x in a[dimension] for y in b[dimension]
        )
        # two sources round differently: 10.2 and 10 inches are one screen
        if nearest < 0.03:
            agree += 1
        else:
            differ += 1
        apart = nearest if math.isnan(apart) else max(apart, nearest)
    return agree, differ, apart


_ROW_NAMES = (
    "soft.in_right", "soft.in_left", "soft.least_left", "soft.least_right",
    "glue.in_right", "glue.in_left", "glue.top_only_left", "glue.top_only_right",
    "rest.ratio", "rest.partial", "rest.length_left", "rest.length_right",
    "code.best", "code.prefix", "code.left_in_text", "code.right_in_text",
    "first.same", "first.in_right", "first.in_left", "order.kept",
    "year.differ", "version.shared", "version.left", "version.right", "version.apart",
)  # fmt: skip


def _rows(batch: Batch, space: Space, table: Table) -> None:
    """What must be looked at pair by pair: near words, glued words, codes inside text, versions."""
    view = space.views["words"]
    rarity = {w: float(view.idf[i]) for w, i in view.index.items()}
    seen: dict[tuple[str, str], float] = {}
    rows = [
        _row(batch.readings[a], batch.readings[b], rarity, view.unknown_idf, seen)
        for a, b in zip(batch.left, batch.right, strict=True)
    ]
    table.add_all("", _ROW_NAMES, rows)


def _row(
    a: Reading, b: Reading, rarity: dict[str, float], new: float, seen: dict[tuple[str, str], float]
) -> list[float]:
    in_a, in_b = dict.fromkeys(a.title_words), dict.fromkeys(b.title_words)
    rest_a = [w for w in in_a if w not in in_b]
    rest_b = [w for w in in_b if w not in in_a]
    soft = [
        *_soft(in_a, rest_a, in_b, rarity, new, seen),
        *_soft(in_b, rest_b, in_a, rarity, new, seen),
    ]
    glue = [*_glue(in_a, rest_a, b, rarity, new), *_glue(in_b, rest_b, a, rarity, new)]
    text_a, text_b = " ".join(rest_a), " ".join(rest_b)
    rest = [
        fuzz.ratio(text_a, text_b), fuzz.partial_ratio(text_a, text_b),
        math.log1p(len(text_a)), math.log1p(len(text_b)),
    ] if rest_a and rest_b else [math.nan, math.nan, math.log1p(len(text_a)), math.log1p(len(text_b))]  # fmt: skip
    return [
        soft[0], soft[2], soft[1], soft[3], glue[0], glue[2], glue[1], glue[3],
        *rest, *_codes(a, b), *_order(a, b, in_a, in_b), *_versions(a, b),
    ]  # fmt: skip


def _soft(
    own: dict[str, None], rest: list[str], other: dict[str, None],
    rarity: dict[str, float], new: float, seen: dict[tuple[str, str], float],
) -> tuple[float, float]:  # fmt: skip
    """Rarity of the own words, each times its nearest word on the other side; and the least near one."""
    if not own or not other:
        return math.nan, math.nan
    total = sum(rarity.get(w, new) for w in own)
    found = total - sum(rarity.get(w, new) for w in rest)
    least = 1.0
    for word in rest:
        best = 0.0
        for there in other:
            pair = (word, there)
            if pair not in seen:
                seen[pair] = JaroWinkler.similarity(word, there)
            best = max(best, seen[pair])
        least = min(least, best)
        if best > 0.8:
            found += rarity.get(word, new) * best
    return found / total, least


def _glue(
    own: dict[str, None], rest: list[str], other: Reading, rarity: dict[str, float], new: float
) -> tuple[float, float]:
    """Rarity share of the own words that stand in the other side's glued text; the rarest that does not."""
    if not own:
        return math.nan, math.nan
    total = sum(rarity.get(w, new) for w in own)
    missing = [rarity.get(w, new) for w in rest if len(w) < 3 or w not in other.glued_text]
    return 1 - sum(missing) / total, max(missing, default=0.0)


def _codes(a: Reading, b: Reading) -> list[float]:
    if not a.text_codes and not b.text_codes:
        return [math.nan] * 4
    best = prefix = math.nan
    if a.text_codes and b.text_codes:
        best = prefix = 0.0
        for x in a.text_codes:
            for y in b.text_codes:
                best = max(best, Levenshtein.normalized_similarity(x, y))
                same = 0
                for c, d in zip(x, y, strict=False):
                    if c != d:
                        break
                    same += 1
                prefix = max(prefix, same / min(len(x), len(y)) if same >= 3 else 0.0)
    left = (
        sum(c in b.glued_text for c in a.text_codes) / len(a.text_codes)
        if a.text_codes
        else math.nan
    )
    right = (
        sum(c in a.glued_text for c in b.text_codes) / len(b.text_codes)
        if b.text_codes
        else math.nan
    )
    return [best, prefix, left, right]


def _order(a: Reading, b: Reading, in_a: dict[str, None], in_b: dict[str, None]) -> list[float]:
    """Whether the first words (often the brand) agree; how much of the shared words' order is kept."""
    if not in_a or not in_b:
        return [math.nan] * 4
    first_a, first_b = a.title_words[0], b.title_words[0]
    shared = [w for w in in_a if w in in_b]
    where = {w: i for i, w in enumerate(in_b)}
    rising = sum(where[x] < where[y] for x, y in itertools.pairwise(shared))
    return [
        float(first_a == first_b), float(first_a in b.glued_text), float(first_b in a.glued_text),
        rising / (len(shared) - 1) if len(shared) > 1 else math.nan,
    ]  # fmt: skip


def _versions(a: Reading, b: Reading) -> list[float]:
    """Years, and small numbers that name a version or a part of a series."""
    years_a, years_b = _years(a.title_numbers), _years(b.title_numbers)
    small_a, small_b = _small(a.title_numbers), _small(b.title_numbers)
    shared = len(small_a & small_b)
    apart = min(abs(x - y) for x in small_a for y in small_b) if small_a and small_b else math.nan
    return [
        float(not years_a & years_b) if years_a and years_b else math.nan,
        shared, len(small_a) - shared, len(small_b) - shared, apart,
    ]  # fmt: skip


def _years(found: frozenset[str]) -> frozenset[str]:
    return frozenset(n for n in found if len(n) == 4 and "1980" <= n <= "2035")


def _small(found: frozenset[str]) -> frozenset[float]:
    return frozenset(v for v in map(float, (n for n in found if n.count(".") < 2)) if v <= 20)


def _attributes(batch: Batch, space: Space, table: Table) -> None:
    at, pairs = batch.readings, list(zip(batch.left, batch.right, strict=True))
    for place, name in enumerate(space.schema.texts):
        rows = [_values(at[a].values[place], at[b].values[place], at[a], at[b]) for a, b in pairs]
        table.add_all(f"attribute.{name}", ("same", "near", "set", "left_in", "right_in"), rows)
    if space.schema.price:
        prices = [_prices(at[a].price, at[b].price) for a, b in pairs]
        table.add_all("price", ("log_ratio", "apart", "left", "right"), prices)


def _values(x: str, y: str, a: Reading, b: Reading) -> tuple[float, float, float, float, float]:
    both = bool(x and y)
    return (
        float(x == y) if both else math.nan,
        JaroWinkler.similarity(x, y) if both else math.nan,
        fuzz.token_set_ratio(x, y) if both else math.nan,
        _stands_in(x, b),
        _stands_in(y, a),
    )


def _stands_in(value: str, other: Reading) -> float:
    """Whether a short value (a brand, a model number) stands in the other record; NaN when it is empty."""
    glued = "".join(c for c in value if c.isalnum())
    if not glued:
        return math.nan
    if len(glued) > 40:
        return 0.5
    return 1.0 if glued in other.glued_text else fuzz.partial_ratio(glued, other.glued_text) / 200


def _prices(x: float | None, y: float | None) -> tuple[float, float, float, float]:
    ratio = math.log(x / y) if x and y else math.nan
    return (ratio, abs(ratio), math.log(x) if x else math.nan, math.log(y) if y else math.nan)
