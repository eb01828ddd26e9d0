"""How well price boards are read: `python -m benchmarks.catalogue.boards`. Drawn boards only, no real photograph."""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image
from rapidfuzz.distance import Levenshtein

from benchmarks.catalogue.board_pictures import Board, boards
from jangteo.engines.boards.pricing import price_list_of
from jangteo.engines.boards.reader import read_board
from jangteo.engines.boards.sight import Sight
from jangteo.engines.boards.tables import rows_of
from jangteo.platform.config import config


@dataclass(frozen=True, slots=True)
class Score:
    """One board: letters wrong, rows found, and what would have gone on sale unseen."""

    board: Board
    edits: int
    letters: int
    #: rows whose name and price are right, accepted or as the first proposal of a question
    right: int
    #: right and accepted without a question
    accepted: int
    #: accepted without a question although no row of the board has this price for this name
    wrong_price: tuple[str, ...]
    #: accepted with the right price and a misread name
    wrong_name: tuple[str, ...]
    #: accepted with the right name and price and another unit than the board's
    wrong_unit: tuple[str, ...]
    asked: int
    #: of one core, without loading the models
    seconds: float


def score(board: Board, sight: Sight) -> Score:
    """Read one board and hold it against its truth."""
    picture = np.asarray(Image.open(io.BytesIO(board.jpeg)).convert("RGB"))
    started = time.process_time()
    reading = read_board(picture, sight)
    seconds = time.process_time() - started
    text = _bare(" ".join(" ".join(row) for row in rows_of(reading)))
    truth = _bare(board.text)
    piles = price_list_of(reading).reading
    wanted = {(t.name, t.price_krw) for t in board.rows}
    units = {(t.name, t.price_krw): _bare(t.unit) for t in board.rows}
    told = [(_bare(one.name), one.price_krw) for one in piles.accepted]
    proposed = {
        (_bare(one.proposals[0].name), one.proposals[0].price_krw)
        for one in piles.asked
        if one.proposals
    }
    wrong_price, wrong_name, wrong_unit = [], [], []
    for one in piles.accepted:
        key = (_bare(one.name), one.price_krw)
        if key in wanted:
            if _bare(one.unit) != units[key]:
                wrong_unit.append(f"{key[0]} {one.unit} (board: {units[key]})")
            continue
        # which row of the board is it? The one nearest in name, another price counting as most of a name
        nearest = min(
            board.rows,
            key=lambda t: (
                Levenshtein.normalized_distance(t.name, key[0])
                + 0.7 * (t.price_krw != one.price_krw)
            ),
        )
        is_price_right = nearest.price_krw == one.price_krw
        told_wrong = f"{one.name} {one.price_krw} (board: {nearest.name} {nearest.price_krw})"
        (wrong_name if is_price_right else wrong_price).append(told_wrong)
    return Score(
        board=board,
        edits=Levenshtein.distance(text, truth),
        letters=len(truth),
        right=len(wanted & (set(told) | proposed)),
        accepted=len(wanted & set(told)),
        wrong_price=tuple(wrong_price),
        wrong_name=tuple(wrong_name),
        wrong_unit=tuple(wrong_unit),
        asked=len(piles.asked),
        seconds=seconds,
    )


def _bare(text: str) -> str:
    return "".join(text.split()).replace(",", "")


def summary(scores: Iterable[Score]) -> dict[str, Any]:
    """Figures over some boards: shares of rows on the boards, seconds of one core for one picture."""
    scores = list(scores)
    rows = sum(len(s.board.rows) for s in scores)
    return {
        "boards": len(scores),
        "rows": rows,
        "character_error": round(sum(s.edits for s in scores) / sum(s.letters for s in scores), 4),
        "rows_right": round(sum(s.right for s in scores) / rows, 4),
        "rows_without_question": round(sum(s.accepted for s in scores) / rows, 4),
        "wrong_price_unasked": sum(len(s.wrong_price) for s in scores),
        "wrong_name_unasked": sum(len(s.wrong_name) for s in scores),
        "wrong_unit_unasked": sum(len(s.wrong_unit) for s in scores),
        "seconds_median": round(float(np.median([s.seconds for s in scores])), 2),
        "seconds_most": round(max(s.seconds for s in scores), 2),
    }


def run(*, held_out: bool) -> list[Score]:
    """Every board of one split, read in this process on one core."""
    # Tesseract would take every core, and be no quicker for lines
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    sight = Sight(config().korean_letters_dir)
    return [score(board, sight) for board in boards(held_out=held_out)]


def table(scores: list[Score]) -> list[str]:
    """One line for each layout and each state."""
    groups: dict[str, list[Score]] = defaultdict(list)
    for one in scores:
        groups[one.board.layout].append(one)
    for one in scores:
        groups[one.board.spoilt].append(one)
    lines = [
        f"{'':14}{'rows':>6}{'CER':>8}{'right':>8}{'unasked':>9}{'wrong price':>13}{'wrong name':>12}{'s':>7}"
    ]
    for name, of in [*groups.items(), ("all", scores)]:
        s = summary(of)
        lines.append(
            f"{name:14}{s['rows']:>6}{s['character_error']:>8.3f}{s['rows_right']:>8.3f}"
            f"{s['rows_without_question']:>9.3f}{s['wrong_price_unasked']:>13}"
            f"{s['wrong_name_unasked']:>12}{s['seconds_median']:>7.2f}"
        )
    return lines


def main() -> int:
    """Both splits, unless one is named (``dev``, ``held-out``); ``-v`` names every wrong row."""
    figures = {}
    for name in ("dev", "held-out"):
        if {"dev", "held-out"} & set(sys.argv) and name not in sys.argv:
            continue
        scores = run(held_out=name == "held-out")
        figures[name] = summary(scores)
        print(f"price boards, {name} (drawn, no photograph)", *table(scores), sep="\n")
        for one in scores if "-v" in sys.argv else []:
            for kind in ("wrong_price", "wrong_name", "wrong_unit"):
                for told in getattr(one, kind):
                    print(f"  {kind}: {one.board.key}: {told}")
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
