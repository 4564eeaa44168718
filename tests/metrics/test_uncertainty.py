"""Intervals and the permutation test: counted by hand where they can be, else against scipy and scikit-learn."""

import itertools

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import balanced_accuracy_score

from course_lib.errors import CourseError
from course_lib.metrics import (
    Permutation,
    balanced_accuracy,
    bootstrap_interval,
    mean_by_group,
    paired_difference,
    permutation_test,
    wilson_interval,
)


def test_balanced_accuracy_weighs_classes_alike():
    assert balanced_accuracy(["a"] * 10, ["a"] * 9 + ["b"]) == 0.5
    draw = np.random.default_rng(0)
    for _ in range(20):
        predicted, actual = draw.integers(4, size=(2, 30))
        assert balanced_accuracy(predicted, actual) == pytest.approx(
            balanced_accuracy_score(actual, predicted)
        )


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
@pytest.mark.parametrize("right, n", [(0, 3), (3, 3), (1, 1), (7, 40), (39, 45)])
def test_the_wilson_interval_is_scipy_s(right, n, level):
    expected = stats.binomtest(right, n).proportion_ci(level, method="wilson")
    assert wilson_interval(right, n, level) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_the_bootstrap_of_one_class_is_scipy_s():
    right = np.array([1] * 14 + [0] * 6)
    predicted = np.where(right == 1, 0, 9)
    low, high = bootstrap_interval(predicted, np.zeros(20, int), draws=4000)
    expected = stats.bootstrap(
        (right,), np.mean, method="percentile", n_resamples=4000, rng=np.random.default_rng(1)
    ).confidence_interval
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=0.051)  # one of twenty speakers


def test_the_bootstrap_draws_speakers_not_recordings():
    """Ten recordings of each speaker, all alike: they must not make the interval narrower."""
    predicted, actual = np.array([0, 0, 1, 1, 1, 0]), np.array([0, 0, 0, 1, 1, 1])
    once = bootstrap_interval(predicted, actual)
    names = np.repeat(list("uvwxyz"), 10)
    often = bootstrap_interval(predicted.repeat(10), actual.repeat(10), names)
    alone = bootstrap_interval(predicted.repeat(10), actual.repeat(10))
    assert often == once
    assert alone[1] - alone[0] < 0.6 * (once[1] - once[0])


def test_the_bootstrap_s_ends_are_quantiles_of_what_was_drawn():
    right = np.array([1] * 6 + [0] * 14)
    draw = np.random.default_rng(0)
    shares = [right[draw.integers(20, size=20)].mean() for _ in range(2000)]
    for level, ends in ((0.95, (0.025, 0.975)), (0.5, (0.25, 0.75))):
        found = bootstrap_interval(right, np.ones(20, int), level=level)
        assert found == pytest.approx(tuple(np.quantile(shares, ends)))


def test_the_bootstrap_draws_within_each_class():
    """One speaker of a rare class is in every draw; drawn among all ten, he would be missing in one of three."""
    actual = [0] * 9 + [1]
    assert bootstrap_interval(actual, actual, score=lambda p, y: len(set(y.tolist()))) == (2, 2)


def test_the_bootstrap_invents_no_error_and_wilson_does():
    assert bootstrap_interval([0, 0, 1, 1], [0, 0, 1, 1]) == (1.0, 1.0)
    assert wilson_interval(4, 4)[0] < 0.6
    assert all(wilson_interval(n, n)[1] <= 1 and wilson_interval(0, n)[0] >= 0 for n in range(1, 300))


def test_p_is_near_the_share_of_all_orders():
    """Three against three: 20 ways of dealing the labels, each counted."""
    predicted, actual = np.array([0, 0, 0, 1, 1, 0]), np.array([0, 0, 0, 1, 1, 1])
    ways = set(itertools.permutations(actual.tolist()))
    score = balanced_accuracy(predicted, actual)
    exact = sum(balanced_accuracy(predicted, np.array(way)) >= score - 1e-12 for way in ways) / len(ways)
    result = permutation_test(lambda y: balanced_accuracy(predicted, y), actual, shuffles=4000)
    assert result.score == score and result.p == pytest.approx(exact, abs=0.02)
    reference = stats.permutation_test(
        (actual,), lambda y: balanced_accuracy(predicted, y), permutation_type="pairings", alternative="greater",
        n_resamples=np.inf, vectorized=False,
    )  # fmt: skip
    assert reference.pvalue == pytest.approx(exact)


def test_p_is_never_zero_and_one_is_added():
    assert Permutation(0.9, (0.5,) * 99).p == 0.01
    assert Permutation(0.5, (0.5, 0.4, 0.6)).p == 0.75


def test_labels_move_with_their_speakers():
    """Ten recordings of one speaker stay one witness: two speakers can be dealt in two ways only."""
    labels, names = [0] * 10 + [1] * 10, ["ana"] * 10 + ["ben"] * 10
    seen = set()

    def score(dealt):
        seen.add(tuple(dealt.tolist()))
        return balanced_accuracy(labels, dealt)

    by_speaker = permutation_test(score, labels, names, shuffles=200)
    assert len(seen) == 2 and 0.4 < by_speaker.p < 0.6
    assert permutation_test(lambda y: balanced_accuracy(labels, y), labels, shuffles=200).p < 0.01


def test_chance_is_drawn_from_the_seed():
    predicted, actual = np.array([0, 1, 0, 1, 1, 0, 1, 1]), np.array([0, 1, 0, 1, 0, 0, 1, 0])

    def shuffled(**how):
        return permutation_test(lambda y: balanced_accuracy(predicted, y), actual, **how).shuffled

    assert shuffled() == shuffled(seed=0, shuffles=999) != shuffled(seed=1) and len(shuffled(shuffles=1)) == 1
    usual = bootstrap_interval(predicted, actual)
    assert usual == bootstrap_interval(predicted, actual, draws=2000, seed=0)
    assert len({bootstrap_interval(predicted, actual, draws=50, seed=seed) for seed in range(9)}) > 1


def test_scores_of_windows_become_scores_of_recordings():
    means, names = mean_by_group(np.arange(8.0).reshape(4, 2), ["y", "x", "y", "x"])
    assert names == ["x", "y"] and means.tolist() == [[4.0, 5.0], [2.0, 3.0]]
    assert mean_by_group(["1", "2"], [0, 0])[0].tolist() == [1.5]  # text that is a number counts as one


@pytest.mark.parametrize(
    "wrong, says",
    [
        (lambda: wilson_interval(5, 4), "5 of 4"),
        (lambda: wilson_interval(1, 4, level=95), "0.95 is usual"),
        (lambda: wilson_interval(1, 4, level=1), "0.95 is usual"),
        (lambda: bootstrap_interval([0, 1], [0, 1], level=0), "0.95 is usual"),
        (lambda: balanced_accuracy([0, 1], [0]), "one prediction for each"),
        (lambda: bootstrap_interval([0, 1], [0, 1], ["ana", "ana"]), "one label for each group"),
        (lambda: bootstrap_interval([[0, 1]], [[0, 1]]), "one prediction for each"),
        (lambda: permutation_test(lambda y: 0.0, [0, 1], ["ana"]), "a group for each"),
        (lambda: permutation_test(lambda y: 0.0, [0, 1], shuffles=0), "one shuffle or more, got 2 and 0"),
        (lambda: permutation_test(lambda y: 0.0, [1, 1]), "two labels or more"),
        (lambda: mean_by_group([], []), "one value or more"),
    ],
)
def test_what_cannot_be_counted_is_named(wrong, says):
    with pytest.raises(CourseError, match=says):
        wrong()


@pytest.mark.parametrize("level", [0.9, 0.95])
def test_the_paired_difference_is_student_s(level):
    a, b = np.array([0.91, 0.88, 0.95, 0.90]), np.array([0.80, 0.86, 0.88, 0.85])
    found = paired_difference(a, b, level)
    expected = stats.ttest_rel(a, b).confidence_interval(level)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert found.mean == pytest.approx(0.0625) and found.n == 4


def test_better_worse_and_undecided():
    base = [0.5, 0.6, 0.7]
    assert paired_difference([0.7, 0.8, 0.91], base).better  # the same gain with every seed
    assert paired_difference(base, [0.7, 0.8, 0.91]).worse
    open_ = paired_difference([0.9, 0.5, 0.7], base)  # the same mean gain or more, but not with every seed
    assert not open_.better and not open_.worse and not open_.within(0.1)
    assert paired_difference([0.51, 0.6, 0.7], base).within(0.05)


@pytest.mark.parametrize("a, b", [([0.9], [0.8]), ([0.9, 0.8], [0.8]), ([[0.9, 0.8]], [[0.8, 0.7]])])
def test_pairs_that_are_none_are_refused(a, b):
    with pytest.raises(CourseError, match="in pairs"):
        paired_difference(a, b)
