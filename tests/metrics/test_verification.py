"""Scores of trials: counted by hand, against scikit-learn on random ones, and where the answer is known."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from course_lib import metrics
from course_lib.errors import CourseError

trials = st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 1)), min_size=2, max_size=40).filter(
    lambda pairs: {same for _, same in pairs} == {0, 1}
)  # few different scores: many ties


@settings(max_examples=100, deadline=None)
@given(trials)
def test_scikit_learn_counts_the_same(pairs):
    scores, same = map(list, zip(*pairs))
    assert metrics.roc_auc(scores, same) == pytest.approx(reference.roc_auc_score(same, scores))
    assert metrics.roc_auc(torch.tensor(scores), np.array(same)) == metrics.roc_auc(scores, same)
    backwards = metrics.roc_auc([-score for score in scores], same)
    assert backwards == pytest.approx(1 - metrics.roc_auc(scores, same))
    ours = metrics.det_curve(scores, same)
    theirs = reference.det_curve(same, scores)  # leaves out points at which nothing more can be won
    points = set(zip(*(column.round(9).tolist() for column in ours)))
    finite = np.isfinite(theirs[2])  # newer releases begin with a threshold of infinity
    assert set(zip(*(column[finite].round(9).tolist() for column in theirs))) <= points


@settings(max_examples=100, deadline=None)
@given(trials)
def test_the_equal_error_rate_lies_where_the_curve_crosses(pairs):
    scores, same = map(list, zip(*pairs))
    rate = metrics.equal_error_rate(scores, same)
    false_accepts, false_rejects, _ = metrics.det_curve(scores, same)
    lower = np.minimum(np.append(false_accepts, 0), np.append(false_rejects, 1)).max()
    upper = np.maximum(np.append(false_accepts, 0), np.append(false_rejects, 1)).min()
    assert lower - 1e-12 <= rate <= upper + 1e-12
    mirrored = metrics.equal_error_rate([-score for score in scores], [1 - each for each in same])
    assert rate == pytest.approx(mirrored)  # who is accepted and who is rejected changes places
    assert rate == pytest.approx(
        metrics.equal_error_rate([2**score for score in scores], same)
    )  # order alone counts


def test_error_rates_counted_by_hand():
    scores = [0.9, 0.8, 0.7, 0.4, 0.75, 0.3, 0.2, 0.1]
    same = [True] * 4 + [False] * 4
    # from 0.7 on: one of four falsely accepted (0.75), one of four falsely rejected (0.4)
    assert metrics.equal_error_rate(scores, same) == 0.25
    false_accepts, false_rejects, thresholds = metrics.det_curve(scores, same)
    at = thresholds.tolist().index(0.7)
    assert (false_accepts[at], false_rejects[at]) == (0.25, 0.25)
    assert metrics.equal_error_rate([3, 4, 1, 2], [1, 1, 0, 0]) == 0  # a threshold of 3 divides them
    assert metrics.equal_error_rate([1, 2, 3, 4], [1, 1, 0, 0]) == 1  # the wrong way round
    assert (
        metrics.equal_error_rate([5, 5, 5, 5], [1, 0, 1, 0]) == 0.5
    )  # all alike: half way between all and none
    # one target, two others, all alike but one: accept (2, 3): 0.5 false accepts, no false reject; accept none: 0 and 1
    assert metrics.equal_error_rate([2, 2, 1], [1, 0, 0]) == pytest.approx(1 / 3)  # 0.5 - w/2 = w at w = 1/3


def test_two_bell_curves_have_the_equal_error_rate_of_theory():
    """Targets around d, others around 0, both with standard deviation 1: the error rate is Phi(-d / 2)."""
    draw, d = np.random.default_rng(0), 2.0
    scores = np.concatenate([draw.normal(d, 1, 20_000), draw.normal(0, 1, 50_000)])
    same = np.arange(70_000) < 20_000
    theory = 0.5 * math.erfc(d / 2 / math.sqrt(2))
    assert metrics.equal_error_rate(scores, same) == pytest.approx(theory, abs=0.004)
    assert metrics.equal_error_rate(torch.from_numpy(scores), torch.from_numpy(same)) == pytest.approx(
        theory, abs=0.004
    )
    assert metrics.equal_error_rate(draw.normal(size=70_000), same) == pytest.approx(0.5, abs=0.01)


def test_detection_costs_counted_by_hand():
    scores, same = [0.9, 0.8, 0.4, 0.6, 0.3, 0.1], [1, 1, 1, 0, 0, 0]
    # threshold 0.8: a third of the targets missed, nothing falsely accepted: 0.01 / 3, divided by 0.01
    assert metrics.min_dcf(scores, same) == pytest.approx(1 / 3)
    # false rejects ten times as dear: threshold 0.4 misses nobody and accepts one of three: 0.5 / 3, divided by 0.5
    assert metrics.min_dcf(scores, same, target_prior=0.5, cost_miss=10) == pytest.approx(1 / 3)
    assert metrics.min_dcf([2, 1], [1, 0]) == 0
    assert metrics.min_dcf([1, 2], [1, 0]) == 1  # rejecting everybody is the best that is left
    assert metrics.min_dcf([1, 1, 1], [1, 0, 1], target_prior=0.9) == 1


@settings(max_examples=50, deadline=None)
@given(trials, st.floats(0.05, 0.95), st.floats(0.1, 10), st.floats(0.1, 10))
def test_the_lowest_cost_against_a_slow_loop(pairs, prior, miss, accept):
    scores, same = map(list, zip(*pairs))
    costs = []
    for threshold in [*scores, math.inf]:
        rejected = sum(score < threshold for score, one in pairs if one) / sum(same)
        accepted = sum(score >= threshold for score, one in pairs if not one) / (len(same) - sum(same))
        costs.append(miss * prior * rejected + accept * (1 - prior) * accepted)
    expected = min(costs) / min(miss * prior, accept * (1 - prior))
    found = metrics.min_dcf(scores, same, target_prior=prior, cost_miss=miss, cost_false_accept=accept)
    assert found == pytest.approx(expected)


def test_a_calibration_counted_by_hand():
    """Three of four targets score 1, one of eight others: Platt's targets are 5/6 and 1/10, both kinds weigh the same."""
    ratio = metrics.calibrate([1, 1, 1, 0, 1] + [0] * 7, [1] * 4 + [0] * 8)
    at_one = (3 / 4 * 5 / 6 + 1 / 8 * 1 / 10) / (3 / 4 * 1 / 6 + 1 / 8 * 9 / 10)
    at_zero = (1 / 4 * 5 / 6 + 7 / 8 * 1 / 10) / (1 / 4 * 1 / 6 + 7 / 8 * 9 / 10)
    assert np.exp(ratio([1, 0])) == pytest.approx([at_one, at_zero], rel=1e-4)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 100), st.floats(-50, 50))
def test_scikit_learn_calibrates_the_same(seed, unit, shift):
    """Its Platt scaling, for as many targets as others (it weighs trials, we weigh kinds)."""
    from sklearn.calibration import _SigmoidCalibration

    draw = np.random.default_rng(seed)
    scores = unit * np.concatenate([draw.normal(1, 1, 40), draw.normal(0, 1, 40)]) + shift
    same = np.repeat([1, 0], 40)
    theirs = _SigmoidCalibration().fit(scores, same)
    ours = metrics.calibrate(scores, same)
    expected = np.array([-theirs.a_ * score - theirs.b_ for score in scores])
    assert ours(scores) == pytest.approx(expected, abs=0.02)


def test_two_bell_curves_have_the_calibration_of_theory():
    """Targets around 1, others around 0, deviation s: the log-likelihood ratio is (score - 1/2) / s^2."""
    draw = np.random.default_rng(0)
    scores = np.concatenate([draw.normal(1, 0.5, 20_000), draw.normal(0, 0.5, 60_000)])
    ratio = metrics.calibrate(scores, np.arange(80_000) < 20_000)
    assert ratio.slope == pytest.approx(4, abs=0.1) and ratio.offset == pytest.approx(-2, abs=0.06)


def test_kinds_that_are_parted_completely_stay_finite():
    ratio = metrics.calibrate([5, 6, 7, 1, 2, 3], [1, 1, 1, 0, 0, 0])
    assert 0 < ratio(7) < 20 and -20 < ratio(1) < 0


def test_the_cost_of_ratios_counted_by_hand():
    assert metrics.likelihood_cost([0, 0, 0], [1, 0, 0]) == pytest.approx(1)
    surely_wrong = metrics.likelihood_cost([-np.log(7), np.log(7)], [1, 0])  # log2(8) bits each
    assert surely_wrong == pytest.approx(3)
    assert metrics.likelihood_cost([50, -50], [1, 0]) == pytest.approx(0, abs=1e-9)
    draw = np.random.default_rng(0)
    scores, same = np.r_[draw.normal(2, 1, 500), draw.normal(0, 1, 500)], np.arange(1000) < 500
    best = metrics.likelihood_cost(metrics.calibrate(scores, same)(scores), same)
    others = [metrics.likelihood_cost(a * scores + b, same) for a in (1, 2, 4) for b in (-6, -2, 0)]
    assert best <= min(others) + 1e-4


def trials_of(speakers, each, draw, person=1.0):
    """Trials of people who differ in how well they are told apart."""
    names = np.arange(speakers)
    first = np.r_[np.repeat(names, each), np.repeat(names, each)]
    second = np.r_[np.repeat(names, each), np.repeat(np.roll(names, 1), each)]
    own = draw.normal(0, person, speakers)
    return draw.normal(size=len(first)) + np.where(first == second, 2 + own[first], 0), first, second


def test_an_interval_over_people_is_wider_than_one_over_trials():
    """And it does not shrink with more trials of the same people, but with more people."""
    width = {}
    for speakers, each in ((10, 20), (10, 200), (160, 20)):
        scores, first, second = trials_of(speakers, each, np.random.default_rng(1))
        low, high = metrics.speaker_interval(scores, first, second, draws=100)
        assert low <= metrics.equal_error_rate(scores, first == second) <= high
        width[speakers, each] = high - low
    assert width[10, 200] > 0.5 * width[10, 20] and width[160, 20] < 0.5 * width[10, 20]
    assert metrics.speaker_interval(scores, first, second, draws=20, seed=3) == metrics.speaker_interval(
        scores, first, second, draws=20, seed=3
    )


def test_an_interval_needs_three_people_and_both_kinds():
    with pytest.raises(CourseError, match="three speakers"):
        metrics.speaker_interval([1, 2], ["a", "a"], ["a", "b"])
    with pytest.raises(CourseError, match="both kinds"):
        metrics.speaker_interval([1, 2], ["a", "b"], ["b", "c"])


@pytest.mark.parametrize(
    "measure",
    [
        metrics.roc_auc,
        metrics.det_curve,
        metrics.equal_error_rate,
        metrics.min_dcf,
        metrics.calibrate,
        metrics.likelihood_cost,
    ],
)
@pytest.mark.parametrize(
    "scores, same",
    [
        ([1, 2], [1, 1]),
        ([1], [0, 1]),
        ([], []),
        ([1, float("nan")], [0, 1]),
        ([1, 2], [0, 2]),
        ([[1, 2]], [[0, 1]]),
    ],
)
def test_both_kinds_are_needed(measure, scores, same):
    with pytest.raises(CourseError, match="both kinds"):
        measure(scores, same)


def test_wrong_costs_are_named():
    for options in ({"target_prior": 0}, {"target_prior": 1}, {"cost_miss": 0}, {"cost_false_accept": -1}):
        with pytest.raises(CourseError, match="costs above 0"):
            metrics.min_dcf([1, 2], [0, 1], **options)
