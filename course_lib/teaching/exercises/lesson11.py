"""Exercises of lesson 11: utilization counted, the cheapest point that is good enough, how many seeds."""

import math

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged import choices, freezing


def utilization(layers, upto):
    """Add up the parameters layer by layer until the border; divide by all. `upto` None: nothing is frozen."""
    frozen = total = 0
    held = upto is not None
    for name, parameters in layers:
        total += parameters
        if held:
            frozen += parameters
        if name == upto:
            held = False
    return frozen / total


def good_enough(points):
    """Go through the points; what loses beyond doubt is left out, of the rest the fewest trained parameters stay."""
    fewest = None
    for trained, _, low, _ in points:
        if low <= 0 and (fewest is None or trained < fewest):
            fewest = trained
    return fewest


def retrained(layers, upto):
    """What is not used is trained again."""
    return 1 - utilization(layers, upto)


def _places(layers, upto):
    names = [name for name, _ in layers]
    return names.index(upto) + 1 if upto is not None else 0


SMALL_CNN = [("conv1", 12_320), ("conv2", 81_984), ("conv3", 8_320), ("dense1", 114_816), ("dense2", 1_290)]
TWO = [("a", 30), ("b", 10)]
THREE = [("in", 1), ("middle", 2), ("out", 5)]
SWEEP = [  # trained parameters, mean, interval of best minus this one
    (218_730, 0.95, -0.02, 0.04),
    (206_410, 0.96, 0.0, 0.0),
    (124_426, 0.945, -0.01, 0.04),
    (116_106, 0.90, 0.03, 0.09),
    (1_290, 0.7, 0.2, 0.32),
]
CLOSE = [(100, 0.80, 0.0, 0.0), (50, 0.76, 0.01, 0.07), (10, 0.74, -0.05, 0.17)]
STEADY = [(90, 0.9, 0.0, 0.0), (40, 0.899, 0.0005, 0.0015), (20, 0.85, 0.04, 0.06)]
LATE = [(70, 0.5, 0.1, 0.2), (30, 0.65, 0.0, 0.0), (5, 0.62, -0.01, 0.07)]


def seeds_needed(deviation, difference):
    """Try one number of seeds after the other until twice the standard error is small enough."""
    seeds = 2
    while 2 * deviation / math.sqrt(seeds) > difference:
        seeds += 1
    return seeds


CODE = {
    "11.utilization": Code(
        spec=utilization,
        cases=[(SMALL_CNN, "conv3"), (SMALL_CNN, "conv1"), (SMALL_CNN, None), (TWO, "b"), (THREE, "middle")],
        wrong={
            "the retrained share": retrained,
            "the border left out": lambda layers, upto: (
                sum(size for _, size in layers[: max(0, _places(layers, upto) - 1)])
                / sum(size for _, size in layers)
            ),
            "layers counted": lambda layers, upto: _places(layers, upto) / len(layers),
            "frozen over trained": lambda layers, upto: (
                utilization(layers, upto) / (1 - utilization(layers, upto) or 1)
            ),
            "percent": lambda layers, upto: 100 * utilization(layers, upto),
        },
        equivalents=(
            lambda layers, upto: (
                sum(size for _, size in layers[: _places(layers, upto)]) / sum(size for _, size in layers)
            ),
        ),
    ),
    "11.good_enough": Code(
        spec=good_enough,
        cases=[(SWEEP,), (CLOSE,), (STEADY,), (LATE,)],
        wrong={
            "the best mean": lambda points: max(points, key=lambda point: point[1])[0],
            "the fewest parameters": lambda points: min(point[0] for point in points),
            "the losers": lambda points: min(trained for trained, mean, low, high in points if low >= 0),
            "most parameters": lambda points: max(trained for trained, mean, low, high in points if low <= 0),
        },
        equivalents=(lambda points: sorted(point[0] for point in points if not point[2] > 0)[0],),
    ),
    "11.seeds_needed": Code(
        spec=seeds_needed,
        wrong={
            "two means": lambda deviation, difference: max(2, math.ceil(8 * (deviation / difference) ** 2)),
            "one standard error": lambda deviation, difference: max(
                2, math.ceil((deviation / difference) ** 2)
            ),
            "the root forgotten": lambda deviation, difference: max(2, math.ceil(2 * deviation / difference)),
            "always three": lambda deviation, difference: 3,
            "rounded down": lambda deviation, difference: max(2, int(4 * (deviation / difference) ** 2)),
            "one is enough": lambda deviation, difference: math.ceil(4 * (deviation / difference) ** 2),
        },
        equivalents=(lambda deviation, difference: max(2, math.ceil((2 * deviation / difference) ** 2)),),
    ),
    "11.once": freezing.ONCE,
    "11.explore": choices.EXPLORE,
}
