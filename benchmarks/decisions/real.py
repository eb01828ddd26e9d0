"""The same statistics on real data: a published randomised trial, and grocery baskets with a past.

Reads ``JANGTEO_DATA``: ``uplift_hillstrom`` (64,000 customers, three randomised arms, two weeks' spending after an
e-mail, the year before known) and ``next_basket_tafeng`` (baskets of 13,858 grocery customers in order, without dates,
so that the two baskets before stand for the pre-period).
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np

from jangteo.engines.experiments.cuped import adjust
from jangteo.engines.experiments.effect import summarise, welch
from jangteo.engines.experiments.ratio import check_ratio
from jangteo.engines.experiments.verdict import judge
from jangteo.platform.config import config

Row = tuple[str, str, str, bool | None]
HILLSTROM = Path("uplift_hillstrom") / "hillstrom.csv"
TAFENG = Path("next_basket_tafeng") / "tafeng_history.json"
SEED = 7
SPLITS = 200


def rows() -> tuple[list[Row], bool]:
    """The lines of the table, and whether data were missing."""
    folder = config().data_dir
    made: list[Row] = []
    is_missing = False
    for path, part in ((HILLSTROM, _hillstrom), (TAFENG, _tafeng)):
        if (folder / path).is_file():
            made += part(folder / path)
        else:
            is_missing = True
            made.append((f"real data: {folder / path}", "missing", "set JANGTEO_DATA", False))
    return made, is_missing


def _hillstrom(path: Path) -> list[Row]:
    """Known since 2008: both e-mails sell more than none, the men's more than the women's."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    arms = ["No E-Mail", "Mens E-Mail", "Womens E-Mail"]
    segment = [line["segment"] for line in lines]
    spend = [float(line["spend"]) for line in lines]
    before = [float(line["history"]) for line in lines]
    adjusted = adjust(spend, before)
    ratio = check_ratio([segment.count(arm) for arm in arms], [1, 1, 1])
    made: list[Row] = [
        ("Hillstrom: split of 64,000, p", f"{ratio.p_value:.2f}", ">= 0.001", ratio.is_ok),
        (
            "Hillstrom: variance taken away by the year before",
            f"{adjusted.variance_reduction:.1%}",
            "",
            None,
        ),
    ]
    for arm in arms[1:]:
        effect = welch(
            summarise(v for v, s in zip(adjusted.values, segment, strict=True) if s == arms[0]),
            summarise(v for v, s in zip(adjusted.values, segment, strict=True) if s == arm),
            0.05 / 2,
        )
        verdict = judge(ratio=ratio, effect=effect, smallest_effect_pct=50, is_over=True).verdict
        told = (
            f"{verdict}: {effect.difference:+.2f} [{effect.low:+.2f}, {effect.high:+.2f}] dollars"
        )
        made.append((f"Hillstrom: {arm} against none", told, "effect up", verdict == "effect up"))
    return made


def _tafeng(path: Path) -> list[Row]:
    """Items in a customer's last two baskets, given the two before; then A/A splits of these real customers."""
    history = json.loads(path.read_text(encoding="utf-8"))
    baskets = [[len(b) for b in bs if b != [-1]] for bs in history.values()]
    enough = [sizes for sizes in baskets if len(sizes) >= 4]
    values = [float(sum(sizes[-2:])) for sizes in enough]
    before = [float(sum(sizes[-4:-2])) for sizes in enough]
    adjusted = adjust(values, before)
    moved = np.array(adjusted.values)
    rng = np.random.default_rng(SEED)
    false = 0
    for _ in range(SPLITS):
        in_arm = rng.random(len(moved)) < 0.5
        effect = welch(summarise(moved[~in_arm]), summarise(moved[in_arm]), 0.05)
        false += not effect.low <= 0 <= effect.high
    share = false / SPLITS
    most = 0.05 + 2 * (0.05 * 0.95 / SPLITS) ** 0.5
    return [
        (
            f"Ta-Feng: variance taken away by the two baskets before, {len(enough):,} customers",
            f"{adjusted.variance_reduction:.0%}",
            "",
            None,
        ),
        (
            f"Ta-Feng: false effects in {SPLITS} A/A splits",
            f"{share:.1%}",
            f"<= {most:.1%} (5 % and two standard errors)",
            share <= most,
        ),
    ]
