"""How many spoken lines are understood: ``python -m tests.engines.saidprices.measure open|hard|locked``.

A line is right when everything said comes back as annotated. It is wrong silently when something comes back as certain
that is not annotated so; asking too much is not right either, but costs a tap only.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from jangteo.engines.saidprices import Doubt, Kind, KnownGoods, Said, understand_said

HERE = Path(__file__).parent


def goods() -> list[KnownGoods]:
    rows = (HERE / "goods.tsv").read_text(encoding="utf-8").splitlines()
    return [
        KnownGoods(key=key, name=name, unit=unit, price_krw=int(price))
        for key, (name, unit, price) in enumerate(row.split("\t") for row in rows)
    ]


def lines(part: str) -> Iterator[tuple[str, list[str]]]:
    for row in (HERE / f"said_{part}.tsv").read_text(encoding="utf-8").splitlines():
        text, expected = row.split("\t")
        yield text, sorted(e.strip() for e in expected.split(";") if e.strip() != "none")


_SHORT = {
    Kind.PRICE: "price",
    Kind.UP: "up",
    Kind.DOWN: "down",
    Kind.UP_PERCENT: "up%",
    Kind.DOWN_PERCENT: "down%",
    Kind.SOLD_OUT: "sold",
    Kind.ARRIVED: "in",
    Kind.BACK: "back",
}


def written(said: Said, known: list[KnownGoods]) -> str:
    """The annotation of what came back."""
    amount = said.percent if said.percent is not None else said.amount_krw
    tail = f" {amount}" if amount is not None else ""
    if said.is_certain:
        one = known[said.goods[0]]
        return f"{_SHORT[said.kind]} {one.name}/{one.unit}{tail}"
    if Doubt.NEW_GOODS in said.doubts:
        return f"new {said.name}/{said.unit}{tail}"
    if said.doubts == (Doubt.WHICH,):
        return f"which {said.name}{tail}"
    return f"ask {said.name}{tail}"


def measured(part: str) -> tuple[int, int, int, list[str]]:
    """(lines, right, wrong silently, what went wrong)."""
    known = goods()
    total = right = silent = 0
    faults: list[str] = []
    for text, expected in lines(part):
        total += 1
        said = understand_said(text, known)
        got = sorted(written(one, known) for one in said)
        if got == expected:
            right += 1
            continue
        bad = [
            written(s, known) for s in said if s.is_certain and written(s, known) not in expected
        ]
        silent += bool(bad)
        faults.append(f"{'!!' if bad else '  '} {text}: {got} for {expected}")
    return total, right, silent, faults


if __name__ == "__main__":
    part = sys.argv[1]
    total, right, silent, faults = measured(part)
    if part != "locked":
        print("\n".join(faults))
    print(f"{part}: {right}/{total} right ({right / total:.1%}), {silent} wrong silently")
