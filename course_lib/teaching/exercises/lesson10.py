"""Exercises of lesson 10: utilization counted, how many seeds, a budget of runs, a body that runs once."""

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


def retrained(layers, upto):
    """What is not used is trained again."""
    return 1 - utilization(layers, upto)


def _places(layers, upto):
    names = [name for name, _ in layers]
    return names.index(upto) + 1 if upto is not None else 0


SMALL_CNN = [("conv1", 12_320), ("conv2", 81_984), ("conv3", 8_320), ("dense1", 114_816), ("dense2", 1_290)]
TWO = [("a", 30), ("b", 10)]
THREE = [("in", 1), ("middle", 2), ("out", 5)]


def seeds_needed(spread, difference):
    """Try one number of seeds after the other until twice the error of a difference of two means is small enough."""
    seeds = 2
    while 2 * spread * math.sqrt(1 / seeds + 1 / seeds) > difference:
        seeds += 1
    return seeds


CODE = {
    "10.utilization": Code(
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
    "10.seeds_needed": Code(
        spec=seeds_needed,
        wrong={
            "only one mean trembles": lambda spread, difference: max(
                2, math.ceil(4 * (spread / difference) ** 2)
            ),
            "one standard error": lambda spread, difference: max(
                2, math.ceil(2 * (spread / difference) ** 2)
            ),
            "the root forgotten": lambda spread, difference: max(
                2, math.ceil(math.sqrt(8) * spread / difference)
            ),
            "always three": lambda spread, difference: 3,
            "rounded down": lambda spread, difference: max(2, int(8 * (spread / difference) ** 2)),
            "one is enough": lambda spread, difference: math.ceil(8 * (spread / difference) ** 2),
        },
        equivalents=(lambda spread, difference: max(2, math.ceil(8 * (spread / difference) ** 2)),),
    ),
    "10.once": freezing.ONCE,
    "10.explore": choices.EXPLORE,
}
