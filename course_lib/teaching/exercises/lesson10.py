"""Exercises of lesson 10: utilization counted, the cheapest point that is good enough, how many seeds."""

import math

from course_lib.teaching.exercises.exercise import Exercise, Misconception


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
    """The best mean, less its own spread, is the bar; of those that reach it, the one with the fewest trained parameters."""
    best = points[0]
    for point in points:
        if point[1] > best[1]:
            best = point
    bar = best[1] - best[2]
    return min(trained for trained, mean, spread in points if mean >= bar)


def retrained(layers, upto):
    """What is not used is trained again."""
    return 1 - utilization(layers, upto)


def _places(layers, upto):
    names = [name for name, _ in layers]
    return names.index(upto) + 1 if upto is not None else 0


SMALL_CNN = [("conv1", 12_320), ("conv2", 81_984), ("conv3", 8_320), ("dense1", 114_816), ("dense2", 1_290)]
TWO = [("a", 30), ("b", 10)]
THREE = [("in", 1), ("middle", 2), ("out", 5)]
SWEEP = [
    (218_730, 0.95, 0.01),
    (206_410, 0.96, 0.02),
    (124_426, 0.945, 0.01),
    (116_106, 0.90, 0.03),
    (1_290, 0.7, 0.3),
]
CLOSE = [(100, 0.80, 0.05), (50, 0.76, 0.001), (10, 0.74, 0.1)]
STEADY = [(90, 0.9, 0.0), (40, 0.899, 0.01), (20, 0.9, 0.0)]
LATE = [(70, 0.5, 0.1), (30, 0.65, 0.02), (5, 0.62, 0.01)]


def seeds_needed(spread, difference):
    """Try one number of seeds after the other until twice the error of a difference of two means is small enough."""
    seeds = 2
    while 2 * spread * math.sqrt(1 / seeds + 1 / seeds) > difference:
        seeds += 1
    return seeds


EXERCISES = (
    Exercise(
        id="10.utilization",
        title="How much is reused?",
        kind="function",
        spec=utilization,
        cases=[(SMALL_CNN, "conv3"), (SMALL_CNN, "conv1"), (SMALL_CNN, None), (TWO, "b"), (THREE, "middle")],
        misconceptions=(
            Misconception(
                "the retrained share",
                retrained,
                "This is the share that is trained again. Utilization is the other one: what is kept, over all.",
            ),
            Misconception(
                "the border left out",
                lambda layers, upto: (
                    sum(size for _, size in layers[: max(0, _places(layers, upto) - 1)])
                    / sum(size for _, size in layers)
                ),
                "The layer that is named is frozen too: up to *and including* it.",
            ),
            Misconception(
                "layers counted",
                lambda layers, upto: _places(layers, upto) / len(layers),
                "You counted layers. They are of very different size: count their parameters.",
            ),
            Misconception(
                "frozen over trained",
                lambda layers, upto: utilization(layers, upto) / (1 - utilization(layers, upto) or 1),
                "You divided by what is trained. Divide by all parameters, then the share is at most 1.",
            ),
            Misconception(
                "percent",
                lambda layers, upto: 100 * utilization(layers, upto),
                "Right, in percent. The exercise asks for a share from 0 to 1.",
            ),
        ),
        equivalents=(
            lambda layers, upto: (
                sum(size for _, size in layers[: _places(layers, upto)]) / sum(size for _, size in layers)
            ),
        ),
        hints=(
            "A share: what is frozen, over everything.",
            "The layers stand in order. Add up the sizes up to and including `upto`; None freezes nothing.",
            "names = [name for name, _ in layers]; frozen = layers[: names.index(upto) + 1]",
        ),
        solution="if upto is None:\n    return 0.0\nnames = [name for name, _ in layers]\nfrozen = sum(size for _, size in layers[: names.index(upto) + 1])\nreturn frozen / sum(size for _, size in layers)",
        why="The small CNN with its three convolutions frozen: 102,624 of 218,730 parameters, 46.92 %.",
        atol=1e-9,
    ),
    Exercise(
        id="10.good_enough",
        title="The cheapest that is good enough",
        kind="function",
        spec=good_enough,
        cases=[(SWEEP,), (CLOSE,), (STEADY,), (LATE,)],
        misconceptions=(
            Misconception(
                "the best mean",
                lambda points: max(points, key=lambda point: point[1])[0],
                "You took the largest mean, at any price. A point within its spread may have won by luck alone, and cost far more.",
            ),
            Misconception(
                "the fewest parameters",
                lambda points: min(point[0] for point in points),
                "You took the cheapest, however bad. First the bar: the best mean less its spread.",
            ),
            Misconception(
                "each its own spread",
                lambda points: min(
                    trained
                    for trained, mean, spread in points
                    if mean + spread >= max(point[1] for point in points)
                ),
                "You let each point use its own spread: the shakier it is, the easier it passes. The bar is the best one's.",
            ),
            Misconception(
                "most parameters",
                lambda points: max(
                    trained
                    for trained, mean, spread in points
                    if mean
                    >= max((point[1], -point[2]) for point in points)[0] - max(points, key=lambda p: p[1])[2]
                ),
                "The bar is right, but of those that reach it you took the most expensive.",
            ),
        ),
        equivalents=(
            lambda points: sorted(
                trained
                for trained, mean, spread in points
                if mean - max(points, key=lambda point: point[1])[1]
                >= -max(points, key=lambda point: point[1])[2]
            )[0],
        ),
        hints=(
            "Who is good enough? Whoever the best one cannot beat by more than its own spread.",
            "best = max(points, key=lambda point: point[1]); bar = best[1] - best[2]",
            "min(trained for trained, mean, spread in points if mean >= bar)",
        ),
        solution="best = max(points, key=lambda point: point[1])\nbar = best[1] - best[2]\nreturn min(trained for trained, mean, spread in points if mean >= bar)",
        why="A rough rule for three seeds. What the best one's luck could explain is no reason to pay more.",
    ),
    Exercise(
        id="10.seeds_needed",
        title="How many seeds?",
        kind="experiment",
        spec=seeds_needed,
        cases=[(0.02, 0.011), (0.03, 0.05), (0.01, 0.05), (0.015, 0.02), (0.04, 0.013)],
        misconceptions=(
            Misconception(
                "only one mean trembles",
                lambda spread, difference: max(2, math.ceil(4 * (spread / difference) ** 2)),
                "Both means tremble, the one and the other: the error of their difference is spread * sqrt(1/n + 1/n).",
            ),
            Misconception(
                "one standard error",
                lambda spread, difference: max(2, math.ceil(2 * (spread / difference) ** 2)),
                "You ask for one standard error. Luck alone goes beyond that in one case of three; ask for two.",
            ),
            Misconception(
                "the root forgotten",
                lambda spread, difference: max(2, math.ceil(math.sqrt(8) * spread / difference)),
                "The error shrinks with the root of n: half the error needs four times the seeds.",
            ),
            Misconception(
                "always three",
                lambda spread, difference: 3,
                "Three is a habit. How many are enough depends on the spread and on the difference that you want to see.",
            ),
            Misconception(
                "rounded down",
                lambda spread, difference: max(2, int(8 * (spread / difference) ** 2)),
                "You rounded down, and so the error is still a little too large. The next whole number is the first that will do.",
            ),
            Misconception(
                "one is enough",
                lambda spread, difference: math.ceil(8 * (spread / difference) ** 2),
                "From one run nobody sees a spread. Take two at least, however large the difference.",
            ),
        ),
        equivalents=(lambda spread, difference: max(2, math.ceil(8 * (spread / difference) ** 2)),),
        hints=(
            "How far off is a mean of n runs? The spread divided by the root of n.",
            "A difference of two such means is off by spread * sqrt(2 / n). Twice that may be at most `difference`.",
            "max(2, math.ceil(8 * (spread / difference) ** 2))",
        ),
        solution="import math\n\nreturn max(2, math.ceil(8 * (spread / difference) ** 2))",
        why="A spread of 2 points and a difference of 1 need 32 runs of each: small gains are dear to prove.",
    ),
)
