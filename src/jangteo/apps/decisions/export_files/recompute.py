"""Compute the result of this experiment again from design.json and units.csv, and compare it with result.json.

Standard library only, written apart from the program that published the result. Run: ``python3 recompute.py [FOLDER]``.
Prints the recomputed result, then "agrees" (exit code 0) or "differs" with the first differences (exit code 1).

Sources: Welch 1947 (difference of means); Deng, Xu, Kohavi & Walker 2013 (CUPED); Waudby-Smith et al. 2024 (confidence
sequence); Press et al. 2007, "Numerical Recipes" 6.2 and 6.4 (incomplete gamma and beta functions).
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from datetime import datetime
from math import ceil, exp, fsum, lgamma, log, sqrt
from pathlib import Path
from statistics import NormalDist
from typing import Any

Row = dict[str, Any]
#: units, mean, squared standard error of the mean, sample variance
Side = tuple[int, float, float, float]
TINY = 1e-300
POWER = NormalDist().inv_cdf(0.8)


def chi_square_tail(x: float, freedom: float) -> float:
    """P(chi-square > x): regularised upper incomplete gamma function Q(freedom / 2, x / 2)."""
    a, x = freedom / 2, x / 2
    if x <= 0:
        return 1.0
    scale = exp(-x + a * log(x) - lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        k = a
        while abs(term) > abs(total) * 1e-17:
            k += 1
            term *= x / k
            total += term
        return 1 - total * scale
    b = x + 1 - a
    c = 1 / TINY
    d = 1 / b
    h = d
    for i in range(1, 10_000):
        step = -i * (i - a)
        b += 2
        d = 1 / ((step * d + b) or TINY)
        c = (b + step / c) or TINY
        h *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return scale * h


def beta_fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of the incomplete beta function (modified Lentz)."""
    c, d = 1.0, 1 / ((1 - (a + b) * x / (a + 1)) or TINY)
    h = d
    for m in range(1, 100_000):
        step = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / ((1 + step * d) or TINY)
        c = (1 + step / c) or TINY
        h *= d * c
        step = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / ((1 + step * d) or TINY)
        c = (1 + step / c) or TINY
        h *= d * c
        if abs(d * c - 1) < 1e-16:
            break
    return h


def student_tail(t: float, freedom: float) -> float:
    """P(T > t) for t > 0."""
    a, b, x = freedom / 2, 0.5, freedom / (freedom + t * t)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x))
    if x < (a + 1) / (a + b + 2):
        return front * beta_fraction(x, a, b) / a / 2
    return (1 - front * beta_fraction(1 - x, b, a) / b) / 2


def student_quantile(alpha: float, freedom: float) -> float:
    """The t with P(|T| > t) = alpha, by halving."""
    low, high = 0.0, 1.0
    while student_tail(high, freedom) > alpha / 2:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if student_tail(middle, freedom) > alpha / 2:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def sequence_critical(information: float, alpha: float) -> float:
    """Half-width of the confidence sequence in standard errors."""
    base = -2 * log(alpha)
    scaled = information * (base + log(base + 1))
    return sqrt((1 + 1 / scaled) * (log(scaled + 1) - 2 * log(alpha)))


def stats(values: list[float]) -> Side:
    """(units, mean, squared standard error of the mean, sample variance)."""
    n = len(values)
    mean = fsum(values) / n
    variance = fsum((v - mean) ** 2 for v in values) / (n - 1) if n > 1 else 0.0
    return n, mean, variance / n, variance


def critical_value(
    left: Side, right: Side, alpha: float, information: float | None
) -> float | None:
    """Half-width in standard errors; None for too few units. ``information`` None: one look at the horizon."""
    smaller = min(left[0], right[0])
    if information is not None:
        return None if smaller < 30 or information <= 0 else sequence_critical(information, alpha)
    if smaller < 2:
        return None
    both = left[2] + right[2]
    freedom = float(left[0] + right[0] - 2)
    if both > 0:
        freedom = both**2 / (left[2] ** 2 / (left[0] - 1) + right[2] ** 2 / (right[0] - 1))
    return student_quantile(alpha, freedom)


def reduce_noise(rows: list[Row]) -> tuple[list[float], float, int]:
    """CUPED: adjusted values in the rows' order, share of variance gone, units with a past."""
    values = [row["value"] for row in rows]
    known = [i for i, row in enumerate(rows) if row["before"] is not None]
    fresh = [i for i, row in enumerate(rows) if row["before"] is None]
    if len(known) < 20:
        return values, 0.0, len(known)
    past = [rows[i]["before"] for i in known]
    outcome = [values[i] for i in known]
    mean_past, mean_known, mean = (
        fsum(past) / len(past),
        fsum(outcome) / len(outcome),
        fsum(values) / len(values),
    )
    spread = fsum((x - mean_past) ** 2 for x in past)
    total = fsum((v - mean) ** 2 for v in values)
    if spread == 0 or total == 0:
        return values, 0.0, len(known)
    theta = (
        fsum((x - mean_past) * (y - mean_known) for x, y in zip(past, outcome, strict=True))
        / spread
    )
    moved = list(values)
    for i, x in zip(known, past, strict=True):
        moved[i] = values[i] - theta * (x - mean_past) + (mean - mean_known)
    if fresh:
        mean_fresh = fsum(values[i] for i in fresh) / len(fresh)
        for i in fresh:
            moved[i] = values[i] + (mean - mean_fresh)
    left = fsum((v - mean) ** 2 for v in moved)
    return moved, max(1 - left / total, 0.0), len(known)


def effect_of(left: Side, right: Side, critical: float) -> Row:
    """The effect as published, and the ends of its interval."""
    difference = right[1] - left[1]
    error = sqrt(left[2] + right[2])
    effect = {
        "control_mean": left[1],
        "arm_mean": right[1],
        "difference": difference,
        "low": difference - critical * error,
        "high": difference + critical * error,
        "lift_pct": None,
        "lift_low_pct": None,
        "lift_high_pct": None,
    }
    if left[1] != 0 and abs(left[1]) >= 4 * sqrt(left[2]):
        ratio = right[1] / left[1]
        spread = critical * sqrt(right[2] + ratio * ratio * left[2]) / abs(left[1])
        effect["lift_pct"] = 100 * (ratio - 1)
        effect["lift_low_pct"] = 100 * (ratio - 1 - spread)
        effect["lift_high_pct"] = 100 * (ratio - 1 + spread)
    return effect


def guardrail_of(rule: Row, better: str, left: Side, right: Side, critical: float | None) -> Row:
    """One guardrail: the interval of "worsening beyond the margin"."""
    view = {
        "metric": rule["metric"],
        "margin_pct": float(rule["margin_pct"]),
        "safety": "not shown safe",
        "control_mean": left[1],
        "arm_mean": right[1],
        "beyond_low": None,
        "beyond_high": None,
    }
    if critical is None:
        return view
    sign = 1.0 if better == "down" else -1.0
    margin = view["margin_pct"] / 100
    beyond = sign * (right[1] - left[1]) - margin * abs(left[1])
    weight = sign + (margin if left[1] >= 0 else -margin)
    error = critical * sqrt(right[2] + weight * weight * left[2])
    view["beyond_low"], view["beyond_high"] = beyond - error, beyond + error
    if view["beyond_high"] <= 0:
        view["safety"] = "ok"
    elif view["beyond_low"] > 0:
        view["safety"] = "breached"
    return view


def verdict_of(
    effect: Row,
    left: Side,
    right: Side,
    critical: float,
    smallest: float,
    days: float,
) -> tuple[str, float | None, int | None]:
    """(verdict, detectable percent, more days) of a closed experiment whose sample ratio is right."""
    detectable = None
    if left[1] != 0:
        detectable = 100 * (critical + POWER) * sqrt(left[2] + right[2]) / abs(left[1])
    if effect["low"] > 0:
        return "effect up", detectable, None
    if effect["high"] < 0:
        return "effect down", detectable, None
    bound = smallest / 100 * abs(left[1])
    if detectable is not None and (
        detectable <= 1.1 * smallest or (-bound < effect["low"] and effect["high"] < bound)
    ):
        return "no effect found", detectable, None
    more = None
    if detectable is not None:
        times = (detectable / smallest) ** 2
        more = ceil(days * (times - 1)) if times > 1 else None
    return "too small", detectable, more


def compute(published: Row, rows: list[Row]) -> Row:
    """The whole result as published."""
    design, closed, metrics = published["design"], published["closed"], published["metrics"]
    arms = [arm["name"] for arm in design["arms"]]
    shares = {arm["name"]: float(arm["share_bp"]) for arm in design["arms"]}
    if design["holdout_bp"]:
        inside = 1 - design["holdout_bp"] / 10_000
        shares = {name: share * inside for name, share in shares.items()}
        shares["holdout"] = float(design["holdout_bp"])
    units = {name: sum(row["arm"] == name for row in rows) for name in shares}
    total, whole = sum(units.values()), sum(shares.values())
    statistic, p_value = 0.0, 1.0
    if total:
        expected = {name: total * share / whole for name, share in shares.items()}
        statistic = sum((units[name] - expected[name]) ** 2 / expected[name] for name in shares)
        p_value = chi_square_tail(statistic, len(shares) - 1)
    is_ok = p_value >= 0.001
    unit_days = sum(row["days"] for row in rows)
    is_fixed = design["analysis"] == "fixed" and closed["state"] == "ended"
    planned = design["planned_unit_days"]
    information = None if is_fixed else (unit_days / planned if planned > 0 else 0.0)
    in_arms = [row for row in rows if row["arm"] in arms]
    moved, reduction, known = reduce_noise(in_arms)
    begun = datetime.fromisoformat(design["starts_at"])
    days = (datetime.fromisoformat(closed["until"]) - begun).total_seconds() / 86_400
    alpha = design["alpha_bp"] / 10_000
    control = arms[0]
    comparisons = []
    for arm in arms[1:]:
        if not is_ok:
            comparisons.append(
                {
                    "arm": arm,
                    "verdict": "invalid: sample ratio",
                    "effect": None,
                    "detectable_pct": None,
                    "more_days": None,
                    "guardrails": [],
                }
            )
            continue
        sides = {
            name: [v for v, row in zip(moved, in_arms, strict=True) if row["arm"] == name]
            for name in (control, arm)
        }
        effect: Row | None = None
        verdict, detectable, more = "too small", None, None
        if min(len(side) for side in sides.values()) >= 2:
            left, right = stats(sides[control]), stats(sides[arm])
            critical = critical_value(left, right, alpha / (len(arms) - 1), information)
            if critical is not None:
                effect = effect_of(left, right, critical)
                smallest = float(design["smallest_effect_pct"])
                verdict, detectable, more = verdict_of(
                    effect, left, right, critical, smallest, days
                )
        guardrails = []
        for rule in design["guardrails"]:
            column = "guardrail:" + rule["metric"]
            one, other = (
                stats([row[column] for row in rows if row["arm"] == name] or [0.0])
                for name in (control, arm)
            )
            wide = critical_value(one, other, alpha, information)
            guardrails.append(
                guardrail_of(rule, metrics[rule["metric"]]["better"], one, other, wide)
            )
        comparisons.append(
            {
                "arm": arm,
                "verdict": verdict,
                "effect": effect,
                "detectable_pct": detectable,
                "more_days": more,
                "guardrails": guardrails,
            }
        )
    found = [one["verdict"] for one in comparisons]
    order = ["invalid: sample ratio", "effect up", "effect down", "too small", "no effect found"]
    return {
        "analysis": "fixed" if is_fixed else "sequential",
        "is_over": True,
        "until": closed["until"],
        "hidden": "" if is_ok else "sample-ratio",
        "units": units,
        "ratio": {"statistic": statistic, "p_value": p_value, "is_ok": is_ok},
        "unit_days": float(unit_days),
        "variance_reduction": reduction if is_ok else 0.0,
        "known_before": known,
        "verdict": next(verdict for verdict in order if verdict in found),
        "comparisons": comparisons,
    }


def in_words(value: Any) -> Any:
    """Fractions as texts of six significant digits; smaller than a billionth is a rounding error."""
    if isinstance(value, float):
        return "0" if abs(value) < 1e-9 else f"{value:.6g}"
    if isinstance(value, dict):
        return {key: in_words(one) for key, one in value.items()}
    if isinstance(value, list):
        return [in_words(one) for one in value]
    return value


def differences(ours: Any, theirs: Any, where: str = "") -> list[str]:
    """Every place where two results are not the same."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        found = []
        for key in sorted(set(ours) | set(theirs)):
            found += differences(ours.get(key), theirs.get(key), f"{where}/{key}")
        return found
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        found = []
        for i, pair in enumerate(zip(ours, theirs, strict=True)):
            found += differences(pair[0], pair[1], f"{where}/{i}")
        return found
    return [] if ours == theirs else [f"{where}: recomputed {ours!r}, published {theirs!r}"]


def read_rows(text: str) -> list[Row]:
    """The lines of units.csv."""
    rows = []
    for line in csv.DictReader(text.splitlines()):
        row: Row = {
            key: float(line[key])
            for key in line
            if key in ("days", "value") or key.startswith("guardrail:")
        }
        row["arm"] = line["arm"]
        row["before"] = float(line["before"]) if line["before"] else None
        rows.append(row)
    return rows


def main(folder: Path) -> int:
    """Returns the exit code."""
    published = json.loads((folder / "design.json").read_text(encoding="utf-8"))
    text = (folder / "units.csv").read_text(encoding="utf-8")
    theirs = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    ours = in_words(compute(published, read_rows(text)))
    ours["rows_digest"] = hashlib.sha256(text.encode()).hexdigest()
    canonical = json.dumps(
        published["design"], sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    ours["design_digest"] = hashlib.sha256(canonical.encode()).hexdigest()
    lines = [json.dumps(ours, indent=2, sort_keys=True, ensure_ascii=False)]
    found = differences(ours, theirs)
    if published["design_digest"] != ours["design_digest"]:
        found.append("the design is not the one that was locked at the start")
    lines += [*found[:20], "differs" if found else "agrees"]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent))
