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


@pytest.mark.parametrize(
    "measure", [metrics.roc_auc, metrics.det_curve, metrics.equal_error_rate, metrics.min_dcf]
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
