"""The linear probe that words, snores and voices share: the minimum of its loss, and a choice on groups left out."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from course_lib.errors import CourseError
from course_lib.transfer import fit_head


def clouds(classes, each=30, seed=0, apart=2.0):
    """Vectors about one middle for each class -> (X (n, 5), y (n,))."""
    rng = np.random.default_rng(seed)
    y = np.repeat(np.arange(classes), each)
    return rng.normal(0, 1, (len(y), 5)) + apart * np.eye(5)[y], y


@pytest.mark.parametrize("classes", [2, 4])
def test_the_probe_stands_at_the_minimum_of_its_loss(classes):
    X, y = clouds(classes)
    head = fit_head(X, y, C=0.5)
    weights, bias = (torch.from_numpy(part).requires_grad_() for part in (head.weights, head.bias))
    scores = torch.from_numpy(X) @ weights.T + bias
    if classes == 2:
        loss = F.binary_cross_entropy_with_logits(scores[:, 0], torch.from_numpy(y).double(), reduction="sum")
    else:
        loss = F.cross_entropy(scores, torch.from_numpy(y), reduction="sum")
    (0.5 * loss + 0.5 * weights.square().sum()).backward()
    assert max(weights.grad.abs().max(), bias.grad.abs().max()) < 1e-2 * len(y) * 0.5
    assert head.scores(X).shape == ((len(X),) if classes == 2 else (len(X), classes))
    again = fit_head(X, y, C=0.5)
    assert np.array_equal(again.weights, head.weights), "no seed, one answer"


def test_units_of_the_numbers_do_not_matter_to_a_standardized_probe():
    X, y = clouds(3)
    unit, offset = np.array([1, 10, 0.1, 1e3, 1]), np.arange(5)
    plain, scaled = (fit_head(each, y, standardize=True) for each in (X, X * unit + offset))
    assert scaled.scores(X * unit + offset) == pytest.approx(plain.scores(X), abs=1e-3)


def test_classes_of_any_size_count_the_same_if_asked():
    X, y = clouds(2, apart=0.5)
    rare = np.r_[np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:5]]
    shares = [
        np.mean(fit_head(X[rare], y[rare], class_weight=how).scores(X) > 0) for how in (None, "balanced")
    ]
    assert shares[0] < 0.2 < 0.3 < shares[1] < 0.65


@pytest.mark.parametrize("classes", [2, 3])
def test_the_strength_is_chosen_where_no_group_is_on_both_sides(classes):
    """Labels at random, many copies of each recording: only folds of whole groups see that nothing can be known."""
    rng = np.random.default_rng(1)
    y = np.arange(24) % classes
    groups = np.repeat(np.arange(24), 6)
    X = rng.normal(0, 1, (24, 30))[groups] + 0.01 * rng.normal(0, 1, (144, 30))
    head = fit_head(X, y[groups], C=(1e-3, 1.0), groups=groups)
    assert head.C in (1e-3, 1.0) and head.validation < (0.8 if classes == 2 else 0.65)
    assert len(head.left_out) == len(X)
    right = fit_head(X, y[groups]).scores(X)
    right = (right > 0) if classes == 2 else right.argmax(1)
    assert (right == y[groups]).mean() > 0.95, "while it knows by heart what it learned from"


def test_what_cannot_be_fitted_is_said():
    with pytest.raises(CourseError, match="two kinds or more"):
        fit_head(np.ones((4, 2)), [1, 1, 1, 1])
    with pytest.raises(CourseError, match="vectors"):
        fit_head(np.ones((4, 2)), [0, 1])
