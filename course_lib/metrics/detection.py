"""Is it there or not? ROC AUC, a figure that a rare class cannot fool (balanced accuracy: uncertainty.py).

Ref: Hanley & McNeil 1982, The meaning and use of the area under a ROC curve.
"""

import math

from course_lib.errors import CourseError


def roc_auc(scores, actual) -> float:
    """The chance that something that is there gets a higher score than something that is not; a tie counts half.

    scores: any numbers, the higher the surer; actual: 1 where it is there, 0 where not. 0.5 is guessing, 1 perfect,
    below 0.5 the wrong way round. It is the area under the curve of hits against false alarms over all thresholds.
    Raises CourseError where one of the two never occurs.

    >>> roc_auc([0.9, 0.4, 0.6, 0.1], [1, 1, 0, 0])  # of four pairs, three in the right order
    0.75
    """
    scores, actual = _plain(scores), _plain(actual)
    if len(scores) != len(actual) or set(actual) != {0, 1} or not all(map(math.isfinite, scores)):
        raise CourseError(
            f"expected a finite score for each, and of both kinds (1: it is there, 0: it is not) one or more; got "
            f"{len(scores)} scores, {len(actual)} answers of {sorted(set(actual))[:5]}"
        )
    there = [score for score, is_there in zip(scores, actual) if is_there]
    not_there = [score for score, is_there in zip(scores, actual) if not is_there]
    won = sum((a > b) + 0.5 * (a == b) for a in there for b in not_there)
    return won / (len(there) * len(not_there))


def _plain(values) -> list:
    return values.tolist() if hasattr(values, "tolist") else list(values)
