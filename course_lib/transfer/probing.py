"""The linear probe: logistic regression on the vectors of a frozen body, for speakers, words, snores and accents."""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from course_lib import metrics
from course_lib.errors import CourseError

TOLERANCE, MOST_STEPS = 1e-5, 1_000  # the gradient at which the solver stops


@dataclass(frozen=True)
class LinearHead:
    """A fitted linear probe: a vector's scores are `weights @ vector + bias`.

    weights, bias   (classes, d) and (classes,) float64; for two classes one row, whose score is the log-odds of class 1
    C               the inverse strength of the regularisation, given or chosen
    left_out        scores of each example by a head that did not see its group, where C was chosen; else None
    validation      what these scores reach: ROC AUC of two classes, accuracy of more, each group counted once
    """

    weights: np.ndarray
    bias: np.ndarray
    C: float
    left_out: np.ndarray | None = None
    validation: float = math.nan

    def scores(self, X):
        """Vectors (n, d) -> scores (n, classes), of two classes (n,)."""
        scores = np.asarray(X, dtype=float) @ self.weights.T + self.bias
        return scores[:, 0] if len(self.bias) == 1 else scores


def fit_head(
    X, y, *, C=1.0, groups=None, folds=4, standardize=False, class_weight=None, seed=0
) -> LinearHead:
    """Fit a linear probe: logistic regression on the vectors of a frozen body. The problem is convex: one answer.

    X, y          vectors (n, d) and classes (n,), 0 to classes - 1, two of them or more
    C             inverse strength of the regularisation, for a loss summed over examples; small: strongly regularised.
                  Several values: the one with the best validation, over `folds` folds that keep groups together
    groups        (n,) what must not be on both sides of a fold, such as the recording of each vector; None: each
                  vector is a group of its own
    standardize   True: every number gets mean 0 and standard deviation 1 first; the weights given back undo this
    class_weight  None: every example counts the same; "balanced": every class does
    seed          deals the groups to the folds

    Ref: Alain & Bengio 2017, Understanding intermediate layers using linear classifier probes.

    >>> head = fit_head([[0.0], [1.0], [3.0], [4.0]], [0, 0, 1, 1])
    >>> (head.scores([[0.5], [3.5]]) > 0).tolist()
    [False, True]
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

    X, y = np.asarray(X, dtype=float), np.asarray(y)
    if X.ndim != 2 or len(X) != len(y) or len(np.unique(y)) < 2:
        raise CourseError(
            f"expected vectors (n, d) with n classes of two kinds or more, got {X.shape} and {y.shape}"
        )
    mean, scale = (X.mean(0), X.std(0) + 1e-9) if standardize else (np.zeros(X.shape[1]), 1.0)
    Z, left_out, validation = (X - mean) / scale, None, math.nan

    def probe(C):
        return LogisticRegression(C=C, class_weight=class_weight, tol=TOLERANCE, max_iter=MOST_STEPS)

    with _blas().limit(limits=1, user_api="blas"):  # so small a problem is slower on two cores than on one
        if np.ndim(C):
            groups = np.arange(len(y)) if groups is None else groups
            away = {"groups": groups, "cv": StratifiedGroupKFold(folds, shuffle=True, random_state=seed)}
            tried = {
                one: cross_val_predict(probe(one), Z, y, **away, method="decision_function") for one in C
            }
            reached = {one: _validation(scores, y, groups) for one, scores in tried.items()}
            C = max(reached, key=reached.get)
            validation, left_out = reached[C], tried[C]
        model = probe(C).fit(Z, y)
    weights = np.ascontiguousarray(model.coef_ / scale)  # safetensors keeps no other order
    return LinearHead(weights, model.intercept_ - weights @ mean, C, left_out, validation)


@cache
def _blas():
    """The libraries of linear algebra here: to look for them takes longer than to fit a small head."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _validation(scores, y, groups):
    """ROC AUC of two classes, accuracy of more: of the groups, each with the mean of its scores."""
    means, truth = (metrics.mean_by_group(values, groups)[0] for values in (scores, y))
    if scores.ndim == 1:
        return metrics.roc_auc(means, truth.astype(int))
    return metrics.accuracy(means.argmax(1), truth)
