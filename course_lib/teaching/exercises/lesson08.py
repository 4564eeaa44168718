"""Exercises of lesson 08: what a foreign layer is worth, a choice without the test, who won, which rows may be compared."""

import math
import statistics

from course_lib.metrics import paired_difference
from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged import choices

FACTOR = {
    2: 12.71,
    3: 4.30,
    4: 3.18,
    5: 2.78,
    6: 2.57,
}  # Student's, for a 95 % interval of the mean of n differences


def verdict(a, b):
    """Subtract seed by seed; the interval of the mean difference says who won, or that nothing is decided."""
    return _verdict(a, b, FACTOR[len(a)] / math.sqrt(len(a)))


def _verdict(a, b, factor):
    """Who won, where the interval reaches `factor` standard deviations of the differences to each side."""
    differences = [x - y for x, y in zip(a, b)]
    middle, half = statistics.mean(differences), factor * statistics.stdev(differences)
    if middle - half > 0:
        return "a"
    return "b" if middle + half < 0 else "tie"


def kept_gain(own, foreign, random):
    """What the foreign layer adds to the random one, divided by what the own layer adds; None where that is nothing."""
    if own <= random:
        return None
    return (foreign - random) / (own - random)


def _by_mean(a, b):
    return "a" if statistics.mean(a) > statistics.mean(b) else "b"


def _by_best(a, b):
    return "tie" if max(a) == max(b) else "a" if max(a) > max(b) else "b"


def _unpaired(a, b):
    """The means against the larger standard deviation: what a seed does to both arms stays in."""
    difference = statistics.mean(a) - statistics.mean(b)
    if abs(difference) <= max(statistics.stdev(a), statistics.stdev(b)):
        return "tie"
    return "a" if difference > 0 else "b"


def _library(a, b):
    """`verdict` by the library's own function."""
    found = paired_difference(a, b)
    return "a" if found.better else "b" if found.worse else "tie"


def fair_pairs(runs):
    """Compare every pretrained run with every random one, column by column; keep the pairs that agree in all the rest."""
    found = []
    for i, (weights, frozen, seconds, seeds) in enumerate(runs):
        for j, (other, *rest) in enumerate(runs):
            if weights == "pretrained" and other == "random" and rest == [frozen, seconds, seeds]:
                found.append((i, j))
    return found


def _pairs(runs, *columns, weights=("pretrained", "random")):
    """Pairs that agree in these columns only, for the misconceptions."""
    return [
        (i, j)
        for i, one in enumerate(runs)
        for j, other in enumerate(runs)
        if (one[0], other[0]) == weights and all(one[column] == other[column] for column in columns)
    ]


DOGS = [
    ("random", "nothing", 2, 3),
    ("pretrained", "body", 2, 3),
    ("random", "body", 2, 3),
    ("pretrained", "nothing", 2, 3),
]
BUDGETS = [
    ("pretrained", "body", 10, 3),
    ("random", "body", 2, 3),
    ("pretrained", "body", 2, 5),
    ("random", "body", 10, 3),
    ("random", "body", 10, 1),
]
STORY = [("random", "nothing", 2, 3), ("pretrained", "body", 2, 3)]


CODE = {
    "08.verdict": Code(
        spec=verdict,
        wrong={
            "the larger mean": _by_mean,
            "the best seed": _by_best,
            "unpaired": _unpaired,
            "the factor forgotten": lambda a, b: _verdict(a, b, 1 / math.sqrt(len(a))),
            "the root forgotten": lambda a, b: _verdict(a, b, FACTOR[len(a)]),
            "names exchanged": lambda a, b: {"a": "b", "b": "a", "tie": "tie"}[verdict(a, b)],
        },
        equivalents=(_library,),
    ),
    "08.kept_gain": Code(
        spec=kept_gain,
        wrong={
            "a ratio of accuracies": lambda own, foreign, random: None if own <= random else foreign / own,
            "a difference": lambda own, foreign, random: None if own <= random else foreign - random,
            "upside down": lambda own, foreign, random: (
                None if own <= random or foreign == random else (own - random) / (foreign - random)
            ),
            "never None": lambda own, foreign, random: (
                0.0 if own == random else (foreign - random) / (own - random)
            ),
        },
        equivalents=(
            lambda own, foreign, random: 1 - (own - foreign) / (own - random) if own > random else None,
        ),
    ),
    "08.fair_pairs": Code(
        spec=fair_pairs,
        cases=[(DOGS,), (BUDGETS,), (STORY,)],
        wrong={
            "everything against everything": lambda runs: _pairs(runs),
            "what is frozen may differ": lambda runs: _pairs(runs, 2, 3),
            "the seconds may differ": lambda runs: _pairs(runs, 1, 3),
            "the seeds may differ": lambda runs: _pairs(runs, 1, 2),
            "the other way round": lambda runs: [(j, i) for i, j in fair_pairs(runs)],
            "repetitions": lambda runs: [
                (i, j)
                for i, one in enumerate(runs)
                for j, other in enumerate(runs)
                if i != j and one[1:] == other[1:]
            ],
        },
        equivalents=(lambda runs: _pairs(runs, 1, 2, 3),),
    ),
    "08.choose": choices.CHOOSE,
}
