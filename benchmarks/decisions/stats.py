"""Do experiments keep their promises? A thousand pilots of a vendor that changes nothing, and some with an effect.

Everything that judges is the product's own engine (`jangteo.engines.experiments`); sums over shoppers are made with
NumPy, because the engine adds exactly and therefore slowly, and are compared with the engine's own on every tenth pilot.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.decisions import real
from benchmarks.decisions.shoppers import Array, Shoppers, draw, draw_totals
from jangteo.engines.experiments.assignment import BUCKETS, bucket_of
from jangteo.engines.experiments.cuped import adjust
from jangteo.engines.experiments.effect import Effect, Summary, summarise, welch
from jangteo.engines.experiments.power import planned_critical, units_needed
from jangteo.engines.experiments.ratio import RatioCheck, check_ratio
from jangteo.engines.experiments.sequence import ENOUGH_UNITS, always_valid
from jangteo.engines.experiments.verdict import Verdict, judge

SEED = 20261122
PILOTS = 1000
SHOPPERS = 3000
DAYS = 28
ALPHA = 0.05
PLANTED_PILOTS = 1500
HARD_PILOTS = 300
HARD_SHOPPERS = 1000
PLANTED_PCT = 5.0
#: a false rate of 5 % is measured as at most this in 1,000 pilots
FALSE_AT_MOST = 0.059
POWER_AT_LEAST = 0.8 - 2 * (0.8 * 0.2 / PLANTED_PILOTS) ** 0.5
#: 5 % and two standard errors
HARD_AT_MOST = 0.05 + 2 * (0.05 * 0.95 / HARD_PILOTS) ** 0.5
Flags = NDArray[np.bool_]
OK = RatioCheck(statistic=0.0, p_value=1.0, is_ok=True)


def summaries(values: Array, before: Array, in_arm: Flags) -> tuple[Summary, Summary, float]:
    """(control, arm, variance reduction) after CUPED, as the engine does it, summed by NumPy."""
    known = ~np.isnan(before)
    mean = values.mean()
    moved = values.copy()
    x, y = before[known], values[known]
    spread = ((x - x.mean()) ** 2).sum()
    theta = ((x - x.mean()) * (y - y.mean())).sum() / spread
    moved[known] += theta * (x.mean() - x) + mean - y.mean()
    if (~known).any():
        moved[~known] += mean - values[~known].mean()
    was = ((values - mean) ** 2).sum()
    reduction = float(1 - ((moved - mean) ** 2).sum() / was) if was else 0.0
    return _summary(moved[~in_arm]), _summary(moved[in_arm]), reduction


def _summary(values: Array) -> Summary:
    return Summary(n=len(values), mean=float(values.mean()), variance=float(values.var(ddof=1)))


def _same(values: Array, before: Array, in_arm: Flags) -> bool:
    """Is the engine's own, exact way the same to nine digits?"""
    exact = adjust(values.tolist(), before.tolist())
    moved = np.array(exact.values)
    ours = summaries(values, before, in_arm)
    theirs = (summarise(moved[~in_arm]), summarise(moved[in_arm]), exact.variance_reduction)
    pairs = [
        (ours[0].mean, theirs[0].mean),
        (ours[0].variance, theirs[0].variance),
        (ours[1].mean, theirs[1].mean),
        (ours[1].variance, theirs[1].variance),
        (ours[2], theirs[2]),
    ]
    return all(abs(one - other) <= 1e-9 * abs(other) for one, other in pairs)


def _finds(effect: Effect | None) -> bool:
    return effect is not None and not effect.low <= 0 <= effect.high


def _planned_unit_days() -> float:
    """What a plan made from another draw expects at the horizon."""
    entry = draw(np.random.default_rng(SEED - 1), SHOPPERS, DAYS).entry
    return float((DAYS - entry).sum())


def null_pilots() -> dict[str, Any]:
    """A/A: looked at once, every day by the sequence, and every day by a t-test."""
    rng = np.random.default_rng(SEED)
    planned = _planned_unit_days()
    counts = dict.fromkeys(("fixed", "sequence", "peeking", "ratio", "same"), 0)
    reductions, checked, widths = [], 0, []
    for pilot in range(PILOTS):
        shoppers = draw(rng, SHOPPERS, DAYS)
        in_arm = np.array(
            [bucket_of(f"{SEED}-{pilot}", str(one)) < BUCKETS // 2 for one in range(SHOPPERS)]
        )
        n_arm = int(in_arm.sum())
        counts["ratio"] += not check_ratio([SHOPPERS - n_arm, n_arm], [1, 1]).is_ok
        control, arm, reduction = summaries(shoppers.spent[:, -1], shoppers.before, in_arm)
        fixed = welch(control, arm, ALPHA)
        counts["fixed"] += _finds(fixed)
        reductions.append(reduction)
        if pilot % 10 == 0:
            checked += 1
            counts["same"] += _same(shoppers.spent[:, -1], shoppers.before, in_arm)
        by_sequence = by_peeking = False
        for day in range(DAYS):
            here = shoppers.entry <= day
            if min((in_arm & here).sum(), (~in_arm & here).sum()) < ENOUGH_UNITS:
                continue
            control, arm, _ = summaries(
                shoppers.spent[here, day], shoppers.before[here], in_arm[here]
            )
            unit_days = float((day + 1 - shoppers.entry[here]).sum())
            found = always_valid(control, arm, ALPHA, unit_days / planned)
            by_sequence = by_sequence or _finds(found)
            by_peeking = by_peeking or _finds(welch(control, arm, ALPHA))
        if found is not None:
            widths.append((found.high - found.low) / (fixed.high - fixed.low))
        counts["sequence"] += by_sequence
        counts["peeking"] += by_peeking
    return {
        "fixed": counts["fixed"] / PILOTS,
        "sequence": counts["sequence"] / PILOTS,
        "peeking": counts["peeking"] / PILOTS,
        "ratio": counts["ratio"] / PILOTS,
        "same": counts["same"] == checked,
        "reduction": float(np.mean(reductions)),
        "width": float(np.mean(widths)),
    }


#: what -> (how the pilots differ, by how much the planned information is wrong)
HARDSHIPS: dict[str, tuple[dict[str, Any], float]] = {
    "all shoppers on the first day": ({"all_at_once": True}, 1.0),
    "a feast day of 30 times the trade": ({"feast": 30.0}, 1.0),
    "a tenth of the planned information": ({}, 10.0),
    "ten times the planned information": ({}, 0.1),
}


def hard_pilots() -> dict[str, float]:
    """A/A looked at daily by the sequence, where its own model holds least: false rates by hardship."""
    found = {}
    for what, (changes, guess) in HARDSHIPS.items():
        rng = np.random.default_rng(SEED + 2)
        false = 0
        for _ in range(HARD_PILOTS):
            shoppers = draw(rng, HARD_SHOPPERS, DAYS, **changes)
            in_arm = rng.random(HARD_SHOPPERS) < 0.5
            planned = float((DAYS - shoppers.entry).sum()) * guess
            false += any(_finds(effect) for effect in _daily(shoppers, in_arm, planned))
        found[what] = false / HARD_PILOTS
    return found


def _daily(shoppers: Shoppers, in_arm: Flags, planned: float) -> Iterator[Effect | None]:
    for day in range(DAYS):
        here = shoppers.entry <= day
        if min((in_arm & here).sum(), (~in_arm & here).sum()) < ENOUGH_UNITS:
            continue
        control, arm, _ = summaries(shoppers.spent[here, day], shoppers.before[here], in_arm[here])
        unit_days = float((day + 1 - shoppers.entry[here]).sum())
        yield always_valid(control, arm, ALPHA, unit_days / planned)


def planted_pilots() -> dict[str, Any]:
    """A vendor that sells 5 % more, in pilots as large as the plan asks; and the same pilots with nothing planted."""
    rng = np.random.default_rng(SEED + 1)
    past, _ = draw_totals(rng, 20_000, DAYS)
    needed = units_needed(
        mean=float(past.mean()),
        variance=float(past.var(ddof=1)),
        effect_pct=PLANTED_PCT,
        shares=(0.5, 0.5),
        critical=planned_critical(ALPHA, is_sequential=False),
    )
    assert needed is not None
    plain = adjusted = nothing = caught = caught_small = 0
    reductions = []
    for _ in range(PLANTED_PILOTS):
        values, before = draw_totals(rng, needed, DAYS)
        in_arm = rng.random(needed) < 0.5
        control, arm, _ = summaries(values, before, in_arm)
        null = welch(control, arm, ALPHA)
        judged = judge(ratio=OK, effect=null, smallest_effect_pct=PLANTED_PCT, is_over=True)
        nothing += judged.verdict is Verdict.NONE
        values[in_arm] *= 1 + PLANTED_PCT / 100
        found = welch(_summary(values[~in_arm]), _summary(values[in_arm]), ALPHA)
        plain += found.low > 0
        control, arm, reduction = summaries(values, before, in_arm)
        adjusted += welch(control, arm, ALPHA).low > 0
        reductions.append(reduction)
        for shoppers in (needed, SHOPPERS):
            sides = rng.multinomial(shoppers, [0.5, 0.5])
            # of 52 units of one side four are lost on the way: 52 to 48
            left = [int(sides[0]), int(rng.binomial(sides[1], 48 / 52))]
            is_caught = not check_ratio(left, [1, 1]).is_ok
            caught += is_caught and shoppers == needed
            caught_small += is_caught and shoppers != needed
    return {
        "needed": needed,
        "plain": plain / PLANTED_PILOTS,
        "adjusted": adjusted / PLANTED_PILOTS,
        "nothing": nothing / PLANTED_PILOTS,
        "caught": caught / PLANTED_PILOTS,
        "caught_small": caught_small / PLANTED_PILOTS,
        "reduction": float(np.mean(reductions)),
    }


def run() -> dict[str, Any]:
    """The part's figures; see `__main__`."""
    started = time.perf_counter()
    null = null_pilots()
    planted = planted_pilots()
    hard = hard_pilots()
    lines, is_missing = real.rows()
    found: dict[str, Any] = {
        "null": null,
        "planted": planted,
        "hard": hard,
        "real": lines,
        "seconds": time.perf_counter() - started,
        "aa_false_rate": null["fixed"],
        "aa_false_rate_peeking": null["sequence"],
        "power_planted_5pct": planted["adjusted"],
        "srm_caught": planted["caught"],
    }
    found["failed"] = is_missing or any(is_met is False for *_, is_met in rows(found))
    return found


def rows(found: dict[str, Any]) -> list[real.Row]:
    """The table's lines."""
    null, planted = found["null"], found["planted"]
    lines: list[real.Row] = [
        _at_most(f"false effects, {PILOTS:,} A/A pilots, one look", null["fixed"], FALSE_AT_MOST),
        _at_most("false effects, looked at daily by the sequence", null["sequence"], FALSE_AT_MOST),
        *(
            _at_most(f"the same, {what} ({HARD_PILOTS} pilots)", share, HARD_AT_MOST)
            for what, share in found["hard"].items()
        ),
        ("false effects, looked at daily by a t-test", f"{null['peeking']:.1%}", "", None),
        ("false alarms of the sample-ratio check", f"{null['ratio']:.1%}", "", None),
        (
            "width of the sequence at the horizon, of the fixed interval",
            f"{null['width']:.2f}",
            "",
            None,
        ),
        ("variance taken away by CUPED, A/A pilots", f"{null['reduction']:.0%}", "", None),
        ("sums by NumPy as the engine's own", str(null["same"]), "True", null["same"]),
        (f"units planned for +{PLANTED_PCT:g} % at 80 % power", f"{planted['needed']:,}", "", None),
        (
            f"+{PLANTED_PCT:g} % found, {PLANTED_PILOTS:,} pilots of that size, without CUPED",
            f"{planted['plain']:.1%}",
            f">= {POWER_AT_LEAST:.1%} (80 % less two standard errors)",
            planted["plain"] >= POWER_AT_LEAST,
        ),
        (
            "the same with CUPED, as the product does",
            f"{planted['adjusted']:.1%}",
            ">= without",
            planted["adjusted"] >= planted["plain"],
        ),
        (
            "variance taken away by CUPED, shoppers of the first day",
            f"{planted['reduction']:.0%}",
            "",
            None,
        ),
        (
            'nothing planted, pilots of that size: verdict "no effect found"',
            f"{planted['nothing']:.1%}",
            "",
            None,
        ),
        (
            f"52/48 split caught, {planted['needed']:,} units",
            f"{planted['caught']:.1%}",
            ">= 99 %",
            planted["caught"] >= 0.99,
        ),
        (f"52/48 split caught, {SHOPPERS:,} units", f"{planted['caught_small']:.1%}", "", None),
    ]
    return [*lines, *found["real"], ("seconds", f"{found['seconds']:.0f}", "", None)]


def _at_most(what: str, share: float, most: float) -> real.Row:
    return what, f"{share:.1%}", f"<= {most:.1%}", share <= most
