"""Exercises of lesson 14: speakers dealt to two sides, the interval of a proportion, a p value counted, folds."""

import math

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged import folds


def split_by_speaker(speakers, held):
    """Go through the recordings; whoever is in `held` goes to the test, with everything he or she said."""
    train, test = [], []
    for number, speaker in enumerate(speakers):
        (test if speaker in held else train).append(number)
    return train, test


def interval(right, n, z=1.96):
    """Wilson: the proportions p whose own spread, sqrt(p (1 - p) / n), times z reaches to right / n."""
    share = right / n
    root = z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    middle = share + z**2 / (2 * n)
    return (middle - root) / (1 + z**2 / n), (middle + root) / (1 + z**2 / n)


def p_value(measured, shuffled):
    """Count the shuffles that did at least as well; the true order counts too, above and below."""
    as_good = 1
    for score in shuffled:
        if score >= measured:
            as_good += 1
    return as_good / (len(shuffled) + 1)


def _every_third(speakers, held):
    order = range(len(speakers))
    return [k for k in order if k % 3 != 2], [k for k in order if k % 3 == 2]


def _one_of_each(speakers, held):
    """The first recording of whoever is held goes to the test, the rest to train."""
    test = [speakers.index(name) for name in dict.fromkeys(speakers) if name in held]
    return [k for k in range(len(speakers)) if k not in test], test


def _naive(right, n, z=1.96):
    share = right / n
    half = z * math.sqrt(share * (1 - share) / n)
    return share - half, share + half


def _no_root_n(right, n, z=1.96):
    share = right / n
    half = z * math.sqrt(share * (1 - share))
    return share - half, share + half


def _forgot_to_divide(right, n, z=1.96):
    low, high = interval(right, n, z)
    return low * (1 + z**2 / n), high * (1 + z**2 / n)


def _half_the_width(right, n, z=1.96):
    low, high = interval(right, n, z)
    return (low + high) / 2, (high - low) / 2


PEOPLE = ["ana", "ana", "ben", "ben", "cleo", "ana", "dora", "dora", "ben"]


CODE = {
    "14.split_by_speaker": Code(
        spec=split_by_speaker,
        cases=[
            (PEOPLE, {"ben"}),
            (PEOPLE, {"ana", "dora"}),
            (["x", "y", "x", "z"], {"x"}),
            (["x", "y", "z", "y"], set()),
        ],
        wrong={
            "every third recording": _every_third,
            "one recording of each": _one_of_each,
            "sides swapped": lambda speakers, held: split_by_speaker(speakers, held)[::-1],
            "names, not places": lambda speakers, held: (
                [name for name in speakers if name not in held],
                [name for name in speakers if name in held],
            ),
        },
        equivalents=(
            lambda speakers, held: (
                [k for k, name in enumerate(speakers) if name not in held],
                [k for k, name in enumerate(speakers) if name in held],
            ),
        ),
    ),
    "14.interval": Code(
        spec=interval,
        wrong={
            "the simple formula": _naive,
            "not divided by n": _no_root_n,
            "the last division forgotten": _forgot_to_divide,
            "middle and half width": _half_the_width,
        },
        equivalents=(
            lambda right, n, z=1.96: tuple(
                (right + z * z / 2 + side * z * math.sqrt(right * (n - right) / n + z * z / 4)) / (n + z * z)
                for side in (-1, 1)
            ),
        ),
    ),
    "14.p_value": Code(
        spec=p_value,
        wrong={
            "nothing added": lambda measured, shuffled: sum(s >= measured for s in shuffled) / len(shuffled),
            "only better ones": lambda measured, shuffled: (
                (1 + sum(s > measured for s in shuffled)) / (1 + len(shuffled))
            ),
            "the wrong side": lambda measured, shuffled: (
                (1 + sum(s <= measured for s in shuffled)) / (1 + len(shuffled))
            ),
            "added above only": lambda measured, shuffled: (
                (1 + sum(s >= measured for s in shuffled)) / len(shuffled)
            ),
        },
        equivalents=(
            lambda measured, shuffled: (
                sum(s >= measured for s in [measured, *shuffled]) / len([measured, *shuffled])
            ),
        ),
    ),
    "14.folds": folds.FOLDS,
}
