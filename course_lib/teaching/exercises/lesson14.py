"""Exercises of lesson 14: a memory with room for a few of each, the gate, gradients of parts put together."""

import numpy as np

from course_lib.teaching.exercises.exercise import Exercise, Misconception


def remember(seen, most):
    """Walk backwards and count; keep a pair while its name has been met less than `most` times."""
    met, kept = {}, []
    for name, second in reversed(seen):
        if met.get(name, 0) < most:
            kept.append((name, second))
        met[name] = met.get(name, 0) + 1
    return kept[::-1]


def accept(before, after, tolerance):
    """The mean over the old speakers, before and after."""
    total = fallen = 0.0
    for name, accuracy in before.items():
        total += accuracy
        fallen += after[name]
    return fallen / len(before) >= total / len(before) - tolerance


def together(gradients, counts):
    """Sum over all examples, part by part; divide by all of them."""
    total = np.zeros(gradients.shape[1])
    for gradient, count in zip(gradients, counts):
        total += gradient * count
    return total / np.sum(counts)


def _first(seen, most):
    met, kept = {}, []
    for name, second in seen:
        if met.get(name, 0) < most:
            kept.append((name, second))
        met[name] = met.get(name, 0) + 1
    return kept


def _mean(scores):
    return sum(scores.values()) / len(scores)


STREAMS = [
    ([("ana", 1), ("ben", 2), ("ana", 3), ("ana", 4), ("ben", 5)], 1),
    ([("ana", 1), ("ana", 2), ("ana", 3), ("ben", 4)], 2),
    ([("cleo", 7), ("ana", 1), ("cleo", 8), ("cleo", 9), ("ana", 2), ("ana", 3)], 2),
    ([("ana", 1), ("ben", 2)], 0),
    ([("ben", 1), ("ana", 2), ("ben", 3)], 2),
]
GATES = [
    ({"ana": 0.9, "ben": 0.8}, {"ana": 0.9, "ben": 0.7, "cleo": 1.0}, 0.02),
    ({"ana": 0.9, "ben": 0.8}, {"ana": 1.0, "ben": 0.68, "cleo": 0.1}, 0.02),
    ({"ana": 0.5, "ben": 1.0}, {"ana": 0.5, "ben": 0.9, "cleo": 0.9, "dan": 0.9}, 0.1),
    ({"ana": 0.8}, {"ana": 0.7, "ben": 1.0}, 0.05),
    ({"ana": 0.8, "ben": 0.9}, {"ana": 0.8, "ben": 0.9, "cleo": 0.0}, 0.0),
]
PARTS = [
    (np.array([[1.0, 2.0], [4.0, 8.0]]), np.array([2, 1])),
    (np.array([[0.0, 3.0, 1.0], [2.0, 2.0, 2.0], [5.0, 0.0, -1.0]]), np.array([1, 2, 5])),
    (np.array([[1.0], [3.0]]), np.array([10, 30])),
]

EXERCISES = (
    Exercise(
        id="14.remember",
        title="A memory with room for a few",
        kind="function",
        spec=remember,
        cases=STREAMS,
        misconceptions=(
            Misconception(
                "the first ones",
                _first,
                "You kept the first of each name. A voice changes from day to day; the latest recordings are asked for.",
            ),
            Misconception(
                "so many in all",
                lambda seen, most: list(seen[len(seen) - most :]),
                "You kept the last `most` of all. Then whoever came last fills the memory, and the others are forgotten again.",
            ),
            Misconception(
                "backwards",
                lambda seen, most: remember(seen, most)[::-1],
                "The right pairs, from the latest to the first. They are asked for in the order in which they came.",
            ),
            Misconception(
                "grouped by name",
                lambda seen, most: [
                    pair
                    for name in dict.fromkeys(n for n, _ in seen)
                    for pair in remember(seen, most)
                    if pair[0] == name
                ],
                "The right pairs, but sorted by name. Keep the order in which they came.",
            ),
        ),
        equivalents=(
            lambda seen, most: [
                pair
                for place, pair in enumerate(seen)
                if sum(name == pair[0] for name, _ in seen[place + 1 :]) < most
            ],
        ),
        hints=(
            "For each pair ask: how many of the same name come later?",
            "Fewer than `most` later ones: keep it.",
            "later = sum(other == name for other, _ in seen[place + 1:])",
        ),
        solution="kept = []\nfor place, (name, second) in enumerate(seen):\n    later = sum(other == name for other, _ in seen[place + 1:])\n    if later < most:\n        kept.append((name, second))\nreturn kept",
        why="A fixed number for each name keeps the memory fair: nobody is rehearsed more because he spoke more.",
    ),
    Exercise(
        id="14.accept",
        title="The gate",
        kind="function",
        spec=accept,
        cases=GATES,
        misconceptions=(
            Misconception(
                "new speakers count",
                lambda before, after, tolerance: _mean(after) >= _mean(before) - tolerance,
                "You averaged over everybody in `after`. New names can hide what the old ones lost, or be blamed for it.",
            ),
            Misconception(
                "each speaker alone",
                lambda before, after, tolerance: all(
                    after[name] >= accuracy - tolerance for name, accuracy in before.items()
                ),
                "You asked this of each speaker. That is stricter: with few seconds of each, one is always unlucky. The mean is asked for.",
            ),
            Misconception(
                "no tolerance",
                lambda before, after, tolerance: sum(after[name] for name in before) >= sum(before.values()),
                "You allowed no fall at all. Then chance alone refuses half of all updates.",
            ),
            Misconception(
                "the best one",
                lambda before, after, tolerance: (
                    max(after[name] for name in before) >= max(before.values()) - tolerance
                ),
                "You compared the best speakers. The others may be lost, and nobody would notice.",
            ),
        ),
        equivalents=(
            lambda before, after, tolerance: bool(
                np.mean([after[name] - before[name] for name in before]) >= -tolerance - 1e-12
            ),
        ),
        hints=(
            "Two means, both over the names in `before`.",
            "after[name] for name in before: the new speakers are left out.",
            "return new >= old - tolerance",
        ),
        solution="old = sum(before.values()) / len(before)\nnew = sum(after[name] for name in before) / len(before)\nreturn new >= old - tolerance",
        why="A gate answers one question: is anything lost that we had? What is won is a question for the report.",
    ),
    Exercise(
        id="14.together",
        title="Two machines, one step",
        kind="function",
        spec=together,
        cases=PARTS,
        misconceptions=(
            Misconception(
                "the plain mean",
                lambda gradients, counts: gradients.mean(0),
                "You averaged the parts. A part with more examples must count for more.",
            ),
            Misconception(
                "the plain sum",
                lambda gradients, counts: gradients.sum(0),
                "You added the means up. That is a step several times too long.",
            ),
            Misconception(
                "not divided",
                lambda gradients, counts: (counts[:, None] * gradients).sum(0),
                "This is the sum over all examples. Divide by how many there are.",
            ),
            Misconception(
                "divided by the parts",
                lambda gradients, counts: (counts[:, None] * gradients).sum(0) / len(counts),
                "You divided by the number of parts. Divide by the number of examples.",
            ),
        ),
        equivalents=(lambda gradients, counts: np.average(gradients, axis=0, weights=counts),),
        hints=(
            "A mean times its count is a sum. Sums can be added.",
            "counts[:, None] * gradients has a row for each part; add the rows up.",
            "return (counts[:, None] * gradients).sum(0) / counts.sum()",
        ),
        solution="return (counts[:, None] * gradients).sum(0) / counts.sum()",
        why="So the split of a batch does not change the step. course_lib/training/distributed.py weighs the shards of a batch in this way.",
        atol=1e-9,
    ),
)
