"""Each statistic against hand-worked examples, published tables and formulas written down a second time."""

from __future__ import annotations

import math
import statistics
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jangteo.engines.experiments import sequence
from jangteo.engines.experiments.cuped import ENOUGH_KNOWN, adjust
from jangteo.engines.experiments.effect import (
    Summary,
    degrees_of_freedom,
    summarise,
    welch,
    with_critical,
)
from jangteo.engines.experiments.guardrail import Safety, check_guardrail
from jangteo.engines.experiments.power import (
    detectable,
    detectable_pct,
    planned_critical,
    units_needed,
)
from jangteo.engines.experiments.ratio import RatioCheck, check_ratio
from jangteo.engines.experiments.verdict import Verdict, judge

numbers = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 3))
samples = st.lists(numbers, min_size=2, max_size=40)
NORMAL = statistics.NormalDist()


# --- sample ratio


def test_the_chi_square_of_one_degree_is_the_square_of_a_normal() -> None:
    for counts in ([50, 50], [600, 400], [5200, 4800], [10, 2]):
        n = sum(counts)
        z = (counts[0] - n / 2) / math.sqrt(n / 4)
        found = check_ratio(counts, [1, 1])
        assert found.statistic == pytest.approx(z * z, rel=1e-12)
        assert found.p_value == pytest.approx(math.erfc(abs(z) / math.sqrt(2)), rel=1e-9)


def test_mendels_peas_and_closed_forms_of_two_and_three_degrees() -> None:
    peas = check_ratio([315, 101, 108, 32], [9, 3, 3, 1])
    assert peas.statistic == pytest.approx(0.470, abs=5e-4)
    x = peas.statistic
    three = math.erfc(math.sqrt(x / 2)) + math.sqrt(2 * x / math.pi) * math.exp(-x / 2)
    assert peas.p_value == pytest.approx(three, rel=1e-9)
    two = check_ratio([40, 30, 20], [1, 1, 1])
    assert two.p_value == pytest.approx(math.exp(-two.statistic / 2), rel=1e-12)


def test_shares_need_not_be_equal_and_a_mismatch_is_told() -> None:
    assert check_ratio([7000, 2000, 1000], [70, 20, 10]).p_value == 1
    assert check_ratio([5200, 4800], [1, 1]).is_ok is False
    assert check_ratio([520, 480], [1, 1]).is_ok is True
    assert check_ratio([0, 0], [1, 1]) == RatioCheck(statistic=0.0, p_value=1.0, is_ok=True)


@pytest.mark.parametrize(
    ("counts", "shares"),
    [([1], [1]), ([1, 2], [1]), ([1, 2], [1, 0]), ([-1, 2], [1, 1])],
)
def test_a_ratio_that_makes_no_sense_is_refused(counts: list[int], shares: list[float]) -> None:
    with pytest.raises(ValueError, match=r"share|group"):
        check_ratio(counts, shares)


@given(st.lists(st.integers(1, 10_000), min_size=2, max_size=5), st.integers(2, 9))
def test_the_scale_of_shares_does_not_matter(counts: list[int], scale: int) -> None:
    shares = [1.0 + i for i in range(len(counts))]
    one = check_ratio(counts, shares)
    other = check_ratio(counts, [share * scale for share in shares])
    assert one.statistic == pytest.approx(other.statistic, rel=1e-9)
    assert 0 <= one.p_value <= 1


# --- effect


def test_welchs_own_numbers_by_hand() -> None:
    """Two small samples worked with paper: variances 10 and 2.5, n 5 and 5."""
    control, arm = summarise([2, 4, 6, 8, 10]), summarise([9, 10, 11, 12, 13])
    assert (control, arm) == (
        Summary(n=5, mean=6, variance=10),
        Summary(n=5, mean=11, variance=2.5),
    )
    assert degrees_of_freedom(control, arm) == pytest.approx(2.5**2 / (2**2 / 4 + 0.5**2 / 4))
    found = welch(control, arm, 0.05)
    assert found.difference == 5
    assert found.standard_error == pytest.approx(math.sqrt(2.5))
    # t(0.975; 5.882) lies between the tabled 2.571 (5) and 2.447 (6)
    assert 2.447 < found.critical < 2.571
    assert (found.low + found.high) / 2 == pytest.approx(5)


@pytest.mark.parametrize(
    ("freedom", "alpha", "tabled"),
    [(2, 0.05, 4.303), (10, 0.05, 2.228), (30, 0.05, 2.042), (120, 0.05, 1.980), (10, 0.01, 3.169)],
)
def test_equal_samples_have_the_tabled_quantile(freedom: int, alpha: float, tabled: float) -> None:
    n = freedom // 2 + 1
    side = Summary(n=n, mean=1.0, variance=4.0)
    assert welch(side, side, alpha).freedom == pytest.approx(freedom)
    assert welch(side, side, alpha).critical == pytest.approx(tabled, abs=5e-4)


@given(samples)
def test_summaries_are_those_of_the_standard_library(values: list[float]) -> None:
    found = summarise(values)
    assert found.mean == pytest.approx(statistics.fmean(values), rel=1e-9, abs=1e-9)
    assert found.variance == pytest.approx(statistics.variance(values), rel=1e-6, abs=1e-6)


@given(samples, samples, st.floats(0.5, 5))
def test_swapping_the_arms_turns_the_interval_round(
    one: list[float], other: list[float], critical: float
) -> None:
    there = with_critical(summarise(one), summarise(other), critical)
    back = with_critical(summarise(other), summarise(one), critical)
    assert there.low == pytest.approx(-back.high)
    assert there.high == pytest.approx(-back.low)
    assert there.low <= there.difference <= there.high


spendings = st.lists(st.integers(900, 1200).map(float), min_size=20, max_size=60)


@given(spendings, spendings, st.floats(0.01, 100))
def test_the_lift_does_not_depend_on_the_currency(
    one: list[float], other: list[float], rate: float
) -> None:
    won = with_critical(summarise(one), summarise(other), 2.0)
    dollars = with_critical(
        summarise(v * rate for v in one), summarise(v * rate for v in other), 2.0
    )
    assert won.lift is not None
    assert dollars.lift is not None
    assert dollars.lift.pct == pytest.approx(won.lift.pct, rel=1e-6, abs=1e-6)
    assert dollars.lift.low_pct == pytest.approx(won.lift.low_pct, rel=1e-6, abs=1e-6)


def test_the_lift_is_the_delta_methods() -> None:
    control = Summary(n=400, mean=100.0, variance=900.0)
    arm = Summary(n=100, mean=110.0, variance=1600.0)
    found = with_critical(control, arm, 2.0).lift
    assert found is not None
    # var(arm)/c^2 + (a/c)^2 var(control)/c^2 = 16/1e4 + 1.21 * 2.25/1e4
    error = math.sqrt((16 + 1.21 * 2.25) / 1e4)
    assert found.pct == pytest.approx(10)
    assert found.low_pct == pytest.approx(10 - 200 * error)
    assert found.high_pct == pytest.approx(10 + 200 * error)


def test_no_lift_over_nearly_nothing() -> None:
    arm = Summary(n=100, mean=1.0, variance=1.0)
    for mean in (0.0, 0.39, -0.39):
        assert with_critical(Summary(n=100, mean=mean, variance=1.0), arm, 2.0).lift is None
    assert with_critical(Summary(n=100, mean=0.41, variance=1.0), arm, 2.0).lift is not None


def test_arms_that_do_not_vary_have_a_point_for_an_interval() -> None:
    found = welch(summarise([3, 3, 3]), summarise([5, 5]), 0.05)
    assert (found.low, found.difference, found.high) == (2, 2, 2)


def test_too_few_units_or_a_wrong_alpha_are_refused() -> None:
    one, two = summarise([1]), summarise([1, 2])
    with pytest.raises(ValueError, match="two units"):
        welch(one, two, 0.05)
    with pytest.raises(ValueError, match="alpha"):
        welch(two, two, 0)
    with pytest.raises(ValueError, match="no units"):
        summarise([])


# --- sequence


def _paper(t: float, r: float, alpha: float) -> float:
    """Half-width for variance 1 after t units, as eq. (7) of the paper writes it."""
    return math.sqrt(2 * (t * r**2 + 1) / (t**2 * r**2) * math.log(math.sqrt(t * r**2 + 1) / alpha))


@given(st.floats(0.01, 50), st.floats(0.001, 0.3))
def test_the_sequence_is_the_papers(information: float, alpha: float) -> None:
    units, horizon = information * 1000, 1000
    r = math.sqrt(sequence.tuning(alpha) / horizon)
    wanted = _paper(units, r, alpha) * math.sqrt(units)
    assert sequence.critical(information, alpha) == pytest.approx(wanted, rel=1e-9)


def test_it_is_tuned_for_the_horizon() -> None:
    """No other tuning is more than a hair narrower at the horizon."""
    for alpha in (0.01, 0.05, 0.1):
        best = min(_paper(1, math.sqrt(r2 / 100), alpha) for r2 in range(100, 4000, 5))
        assert sequence.critical(1.0, alpha) <= best * 1.001


@given(st.floats(0.01, 20))
def test_the_sequence_is_wider_than_one_look(information: float) -> None:
    assert sequence.critical(information, 0.05) > NORMAL.inv_cdf(0.975)


def test_no_interval_before_there_are_enough_units() -> None:
    few, enough = (Summary(n=n, mean=1.0, variance=1.0) for n in (29, 30))
    assert sequence.always_valid(few, enough, 0.05, 0.5) is None
    assert sequence.always_valid(enough, enough, 0.05, 0.0) is None
    assert sequence.always_valid(enough, enough, 0.05, 0.5) is not None
    with pytest.raises(ValueError, match="information"):
        sequence.critical(0, 0.05)


# --- CUPED


def test_the_past_takes_noise_away_and_leaves_the_mean() -> None:
    before = [float(i) for i in range(40)]
    values = [3 * x + (1 if i % 2 else -1) for i, x in enumerate(before)]
    found = adjust(values, before)
    # y = 3x + e with e alternating: the textbook slope, by hand
    mean_x, mean_y = 19.5, 3 * 19.5
    slope = sum((x - mean_x) * (y - mean_y) for x, y in zip(before, values, strict=True)) / sum(
        (x - mean_x) ** 2 for x in before
    )
    assert found.theta == pytest.approx(slope)
    assert statistics.fmean(found.values) == pytest.approx(statistics.fmean(values))
    assert found.variance_reduction == pytest.approx(
        statistics.correlation(before, values) ** 2, rel=1e-9
    )
    assert found.known == 40


@given(st.lists(st.tuples(numbers, st.one_of(st.just(nan), numbers)), min_size=1, max_size=60))
def test_no_unit_is_lost_and_the_mean_of_all_stays(pairs: list[tuple[float, float]]) -> None:
    values, before = [y for y, _ in pairs], [x for _, x in pairs]
    found = adjust(values, before)
    assert len(found.values) == len(values)
    assert statistics.fmean(found.values) == pytest.approx(
        statistics.fmean(values), rel=1e-6, abs=1e-3
    )
    assert 0 <= found.variance_reduction <= 1


def test_units_without_a_past_are_only_moved_to_the_mean_of_all() -> None:
    before = [float(i) for i in range(30)] + [nan] * 10
    values = [10.0 + i for i in range(30)] + [float(i) for i in range(10)]
    found = adjust(values, before)
    mean, mean_fresh = statistics.fmean(values), statistics.fmean(values[30:])
    assert found.values[30:] == [pytest.approx(v + mean - mean_fresh) for v in values[30:]]
    assert found.known == 30


@pytest.mark.parametrize(
    "before",
    [
        [float(i) for i in range(ENOUGH_KNOWN - 1)] + [nan] * 21,
        [nan] * (ENOUGH_KNOWN + 20),
        [5.0] * (ENOUGH_KNOWN + 20),
    ],
)
def test_without_a_past_worth_the_name_nothing_is_adjusted(before: list[float]) -> None:
    values = [float(i % 7) for i in range(len(before))]
    found = adjust(values, before)
    assert (found.values, found.variance_reduction) == (values, 0)


def test_cuped_needs_one_past_a_unit() -> None:
    with pytest.raises(ValueError, match="each unit"):
        adjust([1.0, 2.0], [1.0])


# --- power


def test_a_hand_worked_plan() -> None:
    """16 / d^2 units an arm is the rule of thumb for d standard deviations (van Belle); exactly 15.70."""
    found = units_needed(
        mean=100, variance=10_000, effect_pct=1e-3, shares=(0.5, 0.5), critical=1.959964
    )
    per_arm = (1.959964 + NORMAL.inv_cdf(0.8)) ** 2 * 2 / 1e-5**2
    assert found == pytest.approx(2 * per_arm, rel=1e-4)


@given(st.floats(1, 50), st.floats(0.05, 0.9), st.booleans())
def test_planned_units_detect_the_planned_effect(
    effect_pct: float, share: float, sequential: bool
) -> None:
    critical = planned_critical(0.05, is_sequential=sequential)
    total = units_needed(
        mean=50, variance=2500, effect_pct=effect_pct, shares=(1 - share, share), critical=critical
    )
    assert total is not None
    control = Summary(n=1, mean=50.0, variance=2500 / (total * (1 - share)))
    grown = 2500 * (1 + effect_pct / 100) ** 2
    arm = Summary(n=1, mean=50.0, variance=grown / (total * share))
    assert detectable(control, arm, critical) <= 50 * effect_pct / 100 * 1.000001
    assert detectable_pct(control, arm, critical) == pytest.approx(
        2 * detectable(control, arm, critical)
    )


def test_plans_without_sense_are_refused_and_a_mean_of_nothing_has_none() -> None:
    with pytest.raises(ValueError, match="shares"):
        units_needed(mean=1, variance=1, effect_pct=5, shares=(0.7, 0.7), critical=2)
    with pytest.raises(ValueError, match="effect"):
        units_needed(mean=1, variance=1, effect_pct=0, shares=(0.5, 0.5), critical=2)
    assert units_needed(mean=0, variance=1, effect_pct=5, shares=(0.5, 0.5), critical=2) is None
    assert (
        detectable_pct(Summary(n=2, mean=0, variance=1), Summary(n=2, mean=0, variance=1), 2)
        is None
    )


# --- guardrail


def _side(mean: float, error: float) -> Summary:
    return Summary(n=1, mean=mean, variance=error**2)


@pytest.mark.parametrize(
    ("arm", "better", "error", "wanted"),
    [
        (100, "down", 1, Safety.OK),
        (108, "down", 5, Safety.NOT_SHOWN_SAFE),
        (130, "down", 1, Safety.BREACHED),
        (70, "down", 1, Safety.OK),
        (70, "up", 1, Safety.BREACHED),
        (130, "up", 1, Safety.OK),
        (95, "up", 5, Safety.NOT_SHOWN_SAFE),
    ],
)
def test_the_worse_end_against_a_margin_of_ten_percent(
    arm: float, better: str, error: float, wanted: Safety
) -> None:
    found = check_guardrail(
        _side(100, error), _side(arm, error), better=better, margin_pct=10, critical=2
    )
    assert found.safety is wanted
    assert found.margin == pytest.approx(10)


def test_the_interval_holds_the_error_of_the_margin_too() -> None:
    found = check_guardrail(_side(100, 3), _side(104, 4), better="down", margin_pct=10, critical=2)
    error = math.sqrt(4**2 + (1.1 * 3) ** 2)
    assert (found.low, found.high) == (
        pytest.approx(4 - 10 - 2 * error),
        pytest.approx(4 - 10 + 2 * error),
    )
    up = check_guardrail(_side(100, 3), _side(96, 4), better="up", margin_pct=10, critical=2)
    error = math.sqrt(4**2 + (0.9 * 3) ** 2)
    assert (up.low, up.high) == (
        pytest.approx(4 - 10 - 2 * error),
        pytest.approx(4 - 10 + 2 * error),
    )


def test_nothing_on_both_sides_is_safe() -> None:
    found = check_guardrail(_side(0, 0), _side(0, 0), better="down", margin_pct=10, critical=2)
    assert found.safety is Safety.OK
    with pytest.raises(ValueError, match="up or down"):
        check_guardrail(_side(0, 0), _side(0, 0), better="sideways", margin_pct=10, critical=2)


# --- verdict

FINE = RatioCheck(statistic=0.0, p_value=1.0, is_ok=True)
BIASED = RatioCheck(statistic=99.0, p_value=1e-9, is_ok=False)


@pytest.mark.parametrize(
    ("arm", "error", "is_over", "wanted"),
    [
        (110.0, 1.0, True, Verdict.UP),
        (90.0, 1.0, True, Verdict.DOWN),
        (100.5, 1.0, True, Verdict.NONE),
        # 2.8 standard errors of the difference are 7.9 %: an effect of 5 % could have been missed
        (103.0, 2.0, True, Verdict.TOO_SMALL),
        (100.0, 5.0, True, Verdict.TOO_SMALL),
        (103.0, 2.0, False, Verdict.WAITING),
        (110.0, 1.0, False, Verdict.UP),
    ],
)
def test_the_rules_stand_in_one_order(
    arm: float, error: float, is_over: bool, wanted: Verdict
) -> None:
    effect = with_critical(
        Summary(n=1000, mean=100, variance=1000 * error**2),
        Summary(n=1000, mean=arm, variance=1000 * error**2),
        1.96,
    )
    judged = judge(ratio=FINE, effect=effect, smallest_effect_pct=5, is_over=is_over)
    assert judged.verdict is wanted
    biased = judge(ratio=BIASED, effect=effect, smallest_effect_pct=5, is_over=is_over)
    assert (biased.verdict, biased.detectable_pct) == (Verdict.INVALID, None)


def test_too_small_says_how_much_more_is_needed() -> None:
    effect = with_critical(
        Summary(n=1000, mean=100, variance=25_000), Summary(n=1000, mean=100, variance=25_000), 1.96
    )
    judged = judge(ratio=FINE, effect=effect, smallest_effect_pct=5, is_over=True)
    could = (1.96 + NORMAL.inv_cdf(0.8)) * math.sqrt(50)
    assert judged.detectable_pct == pytest.approx(could)
    assert judged.times_units == pytest.approx((could / 5) ** 2)


def test_an_interval_that_rules_the_smallest_effect_out_is_enough() -> None:
    side = Summary(n=1000, mean=100, variance=4000)
    effect = with_critical(side, side, 1.96)
    assert detectable_pct(side, side, 1.96) > 5.5
    judged = judge(
        ratio=FINE, effect=with_critical(side, side, 1.7), smallest_effect_pct=5, is_over=True
    )
    assert effect.high > 5
    assert judged.verdict is Verdict.NONE


def test_no_interval_yet_is_waiting_and_in_the_end_too_small() -> None:
    for is_over, wanted in ((False, Verdict.WAITING), (True, Verdict.TOO_SMALL)):
        judged = judge(ratio=FINE, effect=None, smallest_effect_pct=5, is_over=is_over)
        assert judged.verdict is wanted
