"""Promises of error and power, by simulation with a fixed seed: each bound is the promise and three standard errors."""

from __future__ import annotations

import numpy as np

from jangteo.engines.experiments.cuped import adjust
from jangteo.engines.experiments.effect import Summary, summarise, welch
from jangteo.engines.experiments.power import planned_critical, units_needed
from jangteo.engines.experiments.sequence import always_valid


def _at_most(share: float, trials: int) -> float:
    return share + 3 * (share * (1 - share) / trials) ** 0.5


def _summary(values: np.ndarray) -> Summary:
    return Summary(n=len(values), mean=float(values.mean()), variance=float(values.var(ddof=1)))


def test_one_look_is_wrong_five_times_in_a_hundred_and_daily_looks_at_it_far_oftener() -> None:
    rng = np.random.default_rng(1)
    pilots, days, a_day = 400, 28, 40
    once = peeking = sequence = 0
    for _ in range(pilots):
        values = rng.lognormal(0, 1, days * a_day)
        in_arm = rng.random(days * a_day) < 0.5
        hit = valid = False
        for day in range(2, days + 1):
            seen, arm = values[: day * a_day], in_arm[: day * a_day]
            control, treated = _summary(seen[~arm]), _summary(seen[arm])
            effect = welch(control, treated, 0.05)
            hit = hit or not effect.low <= 0 <= effect.high
            found = always_valid(control, treated, 0.05, day / days)
            valid = valid or (found is not None and not found.low <= 0 <= found.high)
        once += not effect.low <= 0 <= effect.high
        peeking += hit
        sequence += valid
    assert once / pilots <= _at_most(0.05, pilots)
    assert sequence / pilots <= 0.05
    assert peeking / pilots > 0.15


def test_the_planned_number_of_units_finds_the_effect_four_times_in_five() -> None:
    rng = np.random.default_rng(2)
    for is_sequential in (False, True):
        critical = planned_critical(0.05, is_sequential=is_sequential)
        total = units_needed(
            mean=10, variance=25, effect_pct=10, shares=(0.3, 0.7), critical=critical
        )
        assert total is not None
        found, trials = 0, 600
        for _ in range(trials):
            control = rng.gamma(4, 2.5, round(total * 0.3))
            arm = rng.gamma(4, 2.5, round(total * 0.7)) * 1.1
            sides = _summary(control), _summary(arm)
            effect = always_valid(*sides, 0.05, 1.0) if is_sequential else welch(*sides, 0.05)
            assert effect is not None
            found += effect.low > 0
        assert abs(found / trials - 0.8) < 3 * (0.8 * 0.2 / trials) ** 0.5


def test_cuped_narrows_the_interval_as_it_says_and_stays_unbiased() -> None:
    rng = np.random.default_rng(3)
    effects, widths = [], []
    for _ in range(200):
        past = rng.lognormal(0, 1, 400)
        values = 2 * past + rng.normal(0, 1, 400)
        before = np.where(rng.random(400) < 0.3, np.nan, past)
        in_arm = rng.random(400) < 0.5
        values[in_arm] += 0.5
        plain = welch(summarise(values[~in_arm]), summarise(values[in_arm]), 0.05)
        adjusted = adjust(values.tolist(), before.tolist())
        moved = np.array(adjusted.values)
        effect = welch(summarise(moved[~in_arm]), summarise(moved[in_arm]), 0.05)
        effects.append(effect.difference)
        widths.append(
            (effect.standard_error / plain.standard_error) ** 2 - (1 - adjusted.variance_reduction)
        )
    error = float(np.std(effects)) / len(effects) ** 0.5
    assert abs(float(np.mean(effects)) - 0.5) < 3 * error
    assert abs(float(np.mean(widths))) < 0.02
