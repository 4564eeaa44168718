"""How far to trust a score: confidence intervals and a permutation test, for few speakers with several recordings each.

Recordings of one speaker are no independent witnesses: what is drawn again or shuffled here is always the speaker
(the group), never the recording. Ref: Wilson 1927 (interval of a proportion); Efron 1979 (bootstrap); Fisher 1935
(permutation); Phipson & Smyth 2010 (why 1 is added); Brodersen et al. 2010 (balanced accuracy); Holm 1979 (many tests).
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from course_lib.errors import CourseError


def balanced_accuracy(predicted, actual) -> float:
    """Mean over the classes of the share that was found: every class weighs the same. Guessing: 1 / classes.

    >>> balanced_accuracy([0, 0, 0, 0], [0, 0, 0, 1])  # 3 of 3, 0 of 1
    0.5
    """
    predicted, actual = _pairs(predicted, actual)
    return float(np.mean([np.mean(predicted[actual == k] == k) for k in np.unique(actual)]))


def wilson_interval(right, n, level=0.95) -> tuple[float, float]:
    """The proportions that `right` of `n` does not speak against: (low, high) in [0, 1].

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
    """(low, high) of `score(predicted, actual)`: groups (speakers) are drawn again with replacement, class by class.

    groups   who each answer is about; None: each is about somebody else. A group has one class.
    Where all groups of a class are right the interval is too narrow: drawing again invents no error (wilson_interval
    knows better). Raises CourseError for a group of two classes.
    """
    predicted, actual = _pairs(predicted, actual)
    _normal(level)
    kin = {}  # class -> the rows of each of its groups
    for rows in _members(actual, groups):
        kin.setdefault(actual[rows[0]], []).append(rows)
    draw, scores = np.random.default_rng(seed), []
    for _ in range(draws):
        again = [each[k] for each in kin.values() for k in draw.integers(len(each), size=len(each))]
        rows = np.concatenate(again)
        scores.append(score(predicted[rows], actual[rows]))
    low, high = np.quantile(scores, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


@dataclass(frozen=True)
class Permutation:
    """`score` with the true labels, the scores with shuffled ones, and `p`, how often chance does as well."""

    score: float
    shuffled: tuple

    @property
    def p(self) -> float:
        """(1 + shuffles at least as good) / (1 + shuffles): never 0, the true order is one of the orders."""
        as_good = sum(value >= self.score - 1e-12 for value in self.shuffled)
        return (1 + as_good) / (1 + len(self.shuffled))


def permutation_test(score, labels, groups=None, *, shuffles=999, seed=0) -> Permutation:
    """Could chance do as well? `score(labels)` is compared with its values when labels are dealt to other groups.

    score    a function of the labels (an array as long as `labels`); more is better. It may train anew.
    groups   who each label belongs to: all labels of a group are one and move together. None: each stands alone.
    Raises CourseError for a group of two labels, and where all labels are equal (nothing can be shuffled).

    >>> permutation_test(lambda y: balanced_accuracy([0, 0, 1, 1], y), [0, 0, 1, 1], shuffles=99).p < 0.5
    True
    """
    labels = np.asarray(labels)
    members = _members(labels, groups)
    own = labels[[rows[0] for rows in members]]  # one label a group
    if len(set(own.tolist())) < 2 or shuffles < 1:
        raise CourseError(
            f"expected two labels or more and one shuffle or more, got {len(set(own.tolist()))} and {shuffles}"
        )
    draw, scores = np.random.default_rng(seed), []
    for _ in range(shuffles):
        dealt = labels.copy()
        for rows, label in zip(members, draw.permutation(own)):
            dealt[rows] = label
        scores.append(float(score(dealt)))
    return Permutation(float(score(labels)), tuple(scores))


def holm(ps) -> list[float]:
    """p-values of several tests made at once, corrected so that one false alarm among all is as rare as stated.

    The smallest of m is multiplied by m, the next by m - 1, and so on; none becomes smaller than the one before, none
    larger than 1. Never less strict than needed, never stricter than m times each (Bonferroni). The order is kept.
    Raises CourseError for what is no p. Ref: Holm 1979, A simple sequentially rejective multiple test procedure.

    >>> holm([0.25, 0.125, 1.0])  # 0.125 * 3, 0.25 * 2, 1 * 1
    [0.5, 0.375, 1.0]
    """
    ps = [float(p) for p in ps]
    if not ps or not all(0 <= p <= 1 for p in ps):
        raise CourseError(f"expected one p from 0 to 1 or more of them, got {ps[:5]}")
    corrected, worst = [0.0] * len(ps), 0.0
    for rank, place in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        worst = max(worst, min(1.0, (len(ps) - rank) * ps[place]))
        corrected[place] = worst
    return corrected


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
    """How many standard deviations hold `level` of a bell curve: 1.96 for 0.95."""
    if not 0 < level < 1:
        raise CourseError(f"expected a level between 0 and 1, got {level}; 0.95 is usual")
    return NormalDist().inv_cdf((1 + level) / 2)
