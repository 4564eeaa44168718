"""How far to trust a score, and when one score is better: confidence intervals, paired differences, a permutation test.

Recordings of one speaker are not independent samples: what is resampled or shuffled here is always the speaker (the
group), never the recording. Ref: Student 1908 (mean of few differences); Wilson 1927 (interval of a proportion); Efron
1979 (bootstrap); Fisher 1935 (permutation); Phipson & Smyth 2010 (why 1 is added); Brodersen et al. 2010 (balanced accuracy).
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from scipy.special import stdtrit

from course_lib.errors import CourseError


def balanced_accuracy(predicted, actual) -> float:
    """Mean over the classes of the recall: every class weighs the same. Guessing gives 1 / classes.

    >>> balanced_accuracy([0, 0, 0, 0], [0, 0, 0, 1])  # 3 of 3, 0 of 1
    0.5
    """
    predicted, actual = _pairs(predicted, actual)
    return float(np.mean([np.mean(predicted[actual == k] == k) for k in np.unique(actual)]))


def wilson_interval(right, n, level=0.95) -> tuple[float, float]:
    """Wilson's confidence interval of a proportion, `right` of `n`: (low, high) in [0, 1]. CourseError unless 0 <= right <= n.

    >>> [round(end, 3) for end in wilson_interval(4, 4)]  # four of four is no proof of "always"
    [0.51, 1.0]
    """
    if not 0 <= right <= n or n < 1:
        raise CourseError(f"expected 0 to n right of n = 1 or more, got {right} of {n}")
    z, share = _normal(level), right / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def bootstrap_interval(
    predicted, actual, groups=None, *, score=balanced_accuracy, level=0.95, draws=2000, seed=0
) -> tuple[float, float]:
    """Bootstrap confidence interval (low, high) of `score(predicted, actual)`; predicted, actual: (n,).

    Groups (speakers) are drawn with replacement, class by class.
    groups   (n,) the group of each answer; None: each answer is a group of its own. A group has one class.
    Where all groups of a class are right the interval is too narrow, since no sample holds an error; use
    wilson_interval there. Raises CourseError for a group of two classes.
    """
    predicted, actual = _pairs(predicted, actual)
    _normal(level)
    by_class = {}  # class -> the rows of each of its groups
    for rows in _members(actual, groups):
        by_class.setdefault(actual[rows[0]], []).append(rows)
    draw, scores = np.random.default_rng(seed), []
    for _ in range(draws):
        again = [each[k] for each in by_class.values() for k in draw.integers(len(each), size=len(each))]
        rows = np.concatenate(again)
        scores.append(score(predicted[rows], actual[rows]))
    low, high = np.quantile(scores, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


@dataclass(frozen=True)
class PairedDifference:
    """Mean of n paired differences with its confidence interval, from `low` to `high`: the course's one rule for "better".

    better   the interval lies above 0
    worse    the interval lies below 0; where it holds 0, nothing is decided
    """

    mean: float
    low: float
    high: float
    n: int

    @property
    def better(self) -> bool:
        return self.low > 0

    @property
    def worse(self) -> bool:
        return self.high < 0

    def within(self, margin) -> bool:
        """True where the whole interval lies between -margin and margin: as good as equal, which is more than undecided."""
        return -margin <= self.low and self.high <= margin

    def __str__(self):
        """In points: 100 times a difference of two shares."""
        return (
            f"{100 * self.mean:+.1f} points (95 % interval {100 * self.low:+.1f} to {100 * self.high:+.1f})"
        )


def paired_difference(a, b, level=0.95) -> PairedDifference:
    """Mean of a - b with Student's confidence interval, (n,) and (n,) -> PairedDifference.

    a, b   one score for each seed, or for each speaker where speakers are the unit; a[k] and b[k] share seed or speaker.
    Raises CourseError for fewer than two pairs, and for lists of different lengths.

    >>> print(paired_difference([0.90, 0.92, 0.94], [0.80, 0.81, 0.85]))
    +10.0 points (95 % interval +7.5 to +12.5)
    >>> paired_difference([0.9, 0.7, 0.8], [0.8, 0.75, 0.7]).better  # another seed could turn it round
    False
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape or a.ndim != 1 or len(a) < 2:
        raise CourseError(
            f"expected two scores or more for each arm, in pairs of one seed or speaker, got {a.shape} and {b.shape}"
        )
    _normal(level)  # refuses a level that is none
    mean = float((a - b).mean())
    half = float((a - b).std(ddof=1)) / math.sqrt(len(a)) * float(stdtrit(len(a) - 1, (1 + level) / 2))
    return PairedDifference(mean, mean - half, mean + half, len(a))


@dataclass(frozen=True)
class Permutation:
    """`score` with the true labels, `shuffled`: the scores with permuted labels, and their p-value `p`."""

    score: float
    shuffled: tuple

    @property
    def p(self) -> float:
        """(1 + permutations at least as good) / (1 + permutations): never 0, since the true order is one of them."""
        as_good = sum(value >= self.score - 1e-12 for value in self.shuffled)
        return (1 + as_good) / (1 + len(self.shuffled))


def permutation_test(score, labels, groups=None, *, shuffles=999, seed=0) -> Permutation:
    """Compare `score(labels)` with its values when the labels are permuted among the groups -> Permutation.

    score    a function of the labels, (n,); more is better. It may train a model anew.
    groups   (n,) the group of each label: all labels of a group are equal and move together. None: no groups.
    Raises CourseError for a group of two labels, and where all labels are equal (a permutation changes nothing).

    >>> permutation_test(lambda y: balanced_accuracy([0, 0, 1, 1], y), [0, 0, 1, 1], shuffles=99).p < 0.5
    True
    """
    labels = np.asarray(labels)
    members = _members(labels, groups)
    group_labels = labels[[rows[0] for rows in members]]
    if len(set(group_labels.tolist())) < 2 or shuffles < 1:
        raise CourseError(
            f"expected two labels or more and one shuffle or more, got {len(set(group_labels.tolist()))} and {shuffles}"
        )
    draw, scores = np.random.default_rng(seed), []
    for _ in range(shuffles):
        permuted = labels.copy()
        for rows, label in zip(members, draw.permutation(group_labels)):
            permuted[rows] = label
        scores.append(float(score(permuted)))
    return Permutation(float(score(labels)), tuple(scores))


def mean_by_group(values, groups):
    """The mean of each group's rows: values (n, ...), groups n names -> (means (groups, ...), names in sorted order).

    >>> means, names = mean_by_group([[0.0, 1.0], [1.0, 0.0], [1.0, 0.0]], ["b", "a", "b"])
    >>> means.tolist(), names
    ([[1.0, 0.0], [0.5, 0.5]], ['a', 'b'])
    """
    values = np.asarray(values, dtype=float)
    if len(values) != len(groups) or not len(values):
        raise CourseError(f"expected a group for each of one value or more, got {len(groups)}, {len(values)}")
    names, place = np.unique(np.asarray(groups), return_inverse=True)
    return np.stack([values[place == k].mean(0) for k in range(len(names))]), names.tolist()


def _members(labels, groups):
    """The rows of each group, groups in sorted order."""
    if groups is None:
        return [np.array([row]) for row in range(len(labels))]
    if len(groups) != len(labels):
        raise CourseError(f"expected a group for each of {len(labels)} labels, got {len(groups)}")
    groups = np.asarray(groups)
    members = [np.flatnonzero(groups == name) for name in np.unique(groups)]
    for rows in members:
        if len(set(labels[rows].tolist())) > 1:
            raise CourseError(
                f"expected one label for each group, got {sorted(set(labels[rows].tolist()))} for {groups[rows[0]]!r}; "
                "labels that differ within a speaker cannot be shuffled by speaker"
            )
    return members


def _pairs(predicted, actual):
    predicted, actual = np.asarray(predicted), np.asarray(actual)
    if predicted.shape != actual.shape or predicted.ndim != 1 or not len(actual):
        raise CourseError(
            f"expected one prediction for each of one or more true classes, got {predicted.shape} and {actual.shape}"
        )
    return predicted, actual


def _normal(level):
    """Within how many standard deviations of its mean a normal distribution has the share `level`: 1.96 for 0.95."""
    if not 0 < level < 1:
        raise CourseError(f"expected a level between 0 and 1, got {level}; 0.95 is usual")
    return NormalDist().inv_cdf((1 + level) / 2)
