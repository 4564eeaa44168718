"""How good is it: accuracy, confusion matrix, F1, error rates, base-model utilization. Plain numbers in, plain numbers out.

Everything is counted over the whole set and divided once; a mean of batch means would weigh a short last
batch like a full one. Classes are whole numbers from 0, in lists, arrays or tensors of shape (n,); another shape or type raises CourseError.
Ref: van Rijsbergen 1979 (F measure).
"""

import math
from numbers import Real

from course_lib.errors import CourseError


def accuracy(predicted, actual) -> float:
    """Fraction of answers that are right, in [0, 1].

    >>> accuracy([0, 1, 1, 2], [0, 1, 2, 2])
    0.75
    """
    predicted, actual = _answers(predicted, actual)
    return sum(p == a for p, a in zip(predicted, actual)) / len(actual)


def error_rate(predicted, actual) -> float:
    """Fraction of answers that are wrong, in [0, 1]; an answer may be for a frame, an utterance or anything else.

    >>> error_rate([0, 0, 0, 0, 0, 0, 0, 0, 0, 1], [0] * 10)  # one of ten
    0.1
    """
    predicted, actual = _answers(predicted, actual)
    return sum(p != a for p, a in zip(predicted, actual)) / len(actual)


def confusion(predicted, actual, n_classes=None) -> list[list[int]]:
    """Confusion matrix of counts: row = the true class, column = the predicted class. -> n_classes lists of n_classes.

    n_classes: one more than the largest class, where it is not given. Raises CourseError for a class outside it.

    >>> confusion([0, 1, 1], [0, 0, 1])
    [[1, 1], [0, 1]]
    """
    predicted, actual = _answers(predicted, actual)
    n_classes = 1 + max(predicted + actual) if n_classes is None else n_classes
    if min(predicted + actual) < 0 or max(predicted + actual) >= n_classes:
        raise CourseError(
            f"expected classes 0 to {n_classes - 1}, got {min(predicted + actual)} to {max(predicted + actual)}; "
            "give n_classes as the number of classes the model knows"
        )
    table = [[0] * n_classes for _ in range(n_classes)]
    for p, a in zip(predicted, actual):
        table[a][p] += 1
    return table


def f1_per_class(predicted, actual, n_classes=None) -> list[float]:
    """Harmonic mean of precision and recall per class: 2 hits / (2 hits + misses + false alarms).

    >>> f1_per_class([0, 0, 0, 1], [0, 0, 1, 1])  # 2*2/(2*2+0+1), 2*1/(2*1+1+0)
    [0.8, 0.6666666666666666]
    """
    table = confusion(predicted, actual, n_classes)
    called = [sum(row[k] for row in table) for k in range(len(table))]
    return [_share(2 * table[k][k], sum(table[k]) + called[k]) for k in range(len(table))]


def f1(predicted, actual, n_classes=None) -> float:
    """Macro F1: the plain mean over the classes that occur on either side, so a rare class weighs like a frequent one.

    >>> round(f1([0, 0, 0, 1], [0, 0, 1, 1]), 4)
    0.7333
    """
    predicted, actual = _answers(predicted, actual)
    scores = f1_per_class(predicted, actual, n_classes)
    occurring = sorted({*predicted, *actual})
    return sum(scores[k] for k in occurring) / len(occurring)


def mean_and_spread(values) -> tuple[float, float]:
    """Mean and standard deviation (divided by n - 1) of a few runs; for one run the deviation is nan.

    >>> mean_and_spread([0.9, 1.0, 0.8])[0]
    0.9
    """
    values = [float(value) for value in values]
    if not values:
        raise CourseError("expected at least one value, got none; run at least one seed")
    mean = math.fsum(values) / len(values)
    if len(values) == 1:
        return mean, math.nan
    return mean, math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))


def base_validation_accuracy(predicted, actual, classes, base_classes) -> float:
    """Accuracy *in-class*, on the validation set of the base corpus: other recordings of the classes trained on.

    predicted, actual: places in `classes`, the names. Raises CourseError for a class that the base was not trained on.

    >>> base_validation_accuracy([0, 1, 1, 1], [0, 1, 1, 0], ["ana", "ben"], ["ana", "ben"])
    0.75
    """
    strangers = sorted(set(classes) - set(base_classes))
    if strangers:
        raise CourseError(
            f"expected classes that the base was trained on, got {strangers[:3]} besides; what a network makes of "
            "new classes is its transfer validation accuracy"
        )
    return accuracy(predicted, actual)


def base_model_utilization(model) -> float:
    """Fraction of the parameters that a transfer model keeps from its base: frozen / all, in [0, 1].

    A parameter is frozen where `requires_grad` is False. The small CNN with its three convolutions frozen:
    102,624 / 218,730 = 0.4692. Its complement is the fraction that was trained again. Raises CourseError for a model
    without parameters.
    """
    sizes = [(parameter.numel(), parameter.requires_grad) for parameter in model.parameters()]
    if not sizes:
        raise CourseError(
            "expected a model with parameters, got one without; utilization has no meaning there"
        )
    return sum(size for size, trained in sizes if not trained) / sum(size for size, _ in sizes)


def _share(part, whole) -> float:
    return part / whole if whole else 0.0


def _answers(predicted, actual):
    predicted, actual = _whole_numbers(predicted, "predicted"), _whole_numbers(actual, "actual")
    if len(predicted) != len(actual) or not actual:
        raise CourseError(
            f"expected one prediction for each of at least one true class, got {len(predicted)} predictions "
            f"and {len(actual)} classes; compare the two lists of the same examples"
        )
    return predicted, actual


def _whole_numbers(values, name) -> list[int]:
    values = values.tolist() if hasattr(values, "tolist") else list(values)
    for value in values:
        if not isinstance(value, Real) or value % 1 != 0:  # nan and inf leave nan, which is not 0
            raise CourseError(
                f"expected {name} as one whole number per example, got {value!r}; scores become classes with "
                "scores.argmax(1), names with their index in the list of classes"
            )
    return [int(value) for value in values]
