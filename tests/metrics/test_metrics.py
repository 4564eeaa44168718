"""Metrics on values that can be counted by hand, and against scikit-learn on random ones."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference
from torch import nn

from course_lib import metrics
from course_lib.errors import CourseError

answers = st.integers(1, 40).flatmap(
    lambda n: st.tuples(*[st.lists(st.integers(0, 4), min_size=n, max_size=n)] * 2)
)


@settings(max_examples=100, deadline=None)
@given(answers)
def test_scikit_learn_counts_the_same(pair):
    predicted, actual = pair
    labels = range(5)
    assert metrics.accuracy(predicted, actual) == pytest.approx(reference.accuracy_score(actual, predicted))
    table = reference.confusion_matrix(actual, predicted, labels=labels).tolist()
    assert metrics.confusion(predicted, actual, 5) == table
    scores = reference.f1_score(actual, predicted, labels=labels, average=None, zero_division=0)
    assert metrics.f1_per_class(predicted, actual, 5) == pytest.approx(scores.tolist())
    macro = reference.f1_score(actual, predicted, average="macro", zero_division=0)
    assert metrics.f1(predicted, actual) == pytest.approx(macro)
    assert metrics.f1(predicted, actual, 9) == pytest.approx(macro)  # classes nobody met do not dilute it


@settings(max_examples=50, deadline=None)
@given(answers)
def test_scikit_learn_balances_the_same(pair):
    predicted, actual = pair
    recalls = reference.recall_score(
        actual, predicted, average=None, labels=sorted(set(actual)), zero_division=0
    )
    assert metrics.balanced_accuracy(predicted, actual) == pytest.approx(recalls.mean())


def test_a_classifier_that_always_answers_no_gets_half():
    assert metrics.balanced_accuracy([0] * 10, [0] * 9 + [1]) == 0.5
    assert metrics.accuracy([0] * 10, [0] * 9 + [1]) == 0.9


def test_counted_by_hand():
    predicted, actual = [0, 0, 1, 1, 2, 2, 2, 2, 2, 0], [0, 0, 1, 1, 2, 2, 2, 2, 1, 2]
    assert metrics.accuracy(predicted, actual) == 8 / 10
    assert metrics.error_rate(predicted, actual) == 2 / 10
    assert metrics.confusion(predicted, actual) == [[2, 0, 0], [0, 2, 1], [1, 0, 4]]
    assert metrics.f1_per_class(predicted, actual) == pytest.approx([4 / 5, 4 / 5, 8 / 10])
    assert metrics.f1(predicted, actual) == pytest.approx(0.8)
    assert metrics.f1_per_class([0, 1], [0, 1], 3) == [1, 1, 0]


@pytest.mark.parametrize("kind", [list, tuple, np.array, torch.tensor])
def test_lists_arrays_and_tensors_give_plain_numbers(kind):
    predicted, actual = kind([0, 1, 1]), kind([0, 1, 0])
    for value in (metrics.accuracy(predicted, actual), metrics.f1(predicted, actual)):
        assert type(value) is float
    assert all(type(count) is int for row in metrics.confusion(predicted, actual) for count in row)


def test_mean_and_spread():
    mean, spread = metrics.mean_and_spread([2, 4, 6])
    assert (mean, spread) == (4, 2)
    assert math.isnan(metrics.mean_and_spread([3])[1])


def test_utilization_counts_frozen_parameters():
    model = nn.Sequential(nn.Linear(9, 3), nn.Linear(3, 1, bias=False))  # 30 + 3
    assert metrics.base_model_utilization(model) == 0
    model[0].requires_grad_(False)
    assert metrics.base_model_utilization(model) == 30 / 33
    model.requires_grad_(False)
    assert metrics.base_model_utilization(model) == 1


@pytest.mark.parametrize(
    "wrong, says",
    [
        (lambda: metrics.accuracy([0, 1], [0]), "2 predictions and 1 classes"),
        (lambda: metrics.error_rate([], []), "at least one"),
        (lambda: metrics.accuracy([0.5], [1]), "argmax"),
        (lambda: metrics.accuracy([float("nan")], [1]), "got nan"),
        (lambda: metrics.accuracy(["ana"], [1]), "expected predicted as .* got 'ana'"),
        (lambda: metrics.accuracy([1], ["ana"]), "expected actual as"),
        (lambda: metrics.accuracy(torch.zeros(2, 2), [1, 1]), "argmax"),
        (lambda: metrics.confusion([0, 3], [0, 1], 3), "0 to 2"),
        (lambda: metrics.confusion([0, -1], [0, 1]), "got -1"),
        (lambda: metrics.f1([0, 3], [0, 1], 3), "0 to 2"),
        (lambda: metrics.base_validation_accuracy([0], [0], ["ana", "eva"], ["ana"]), r"\['eva'\] besides"),
        (lambda: metrics.mean_and_spread([]), "at least one"),
        (lambda: metrics.base_model_utilization(nn.ReLU()), "without"),
    ],
)
def test_errors_say_what_to_do(wrong, says):
    with pytest.raises(CourseError, match=says):
        wrong()
