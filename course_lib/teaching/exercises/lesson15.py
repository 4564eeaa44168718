"""Exercises of lesson 15: a memory with room for a few of each, the gate, the mean gradient of several machines, a day."""

import numpy as np

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged import arrivals


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


def mean_gradient(gradients, counts):
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
PARTS = [
    (np.array([[1.0, 2.0], [4.0, 8.0]]), np.array([2, 1])),
    (np.array([[0.0, 3.0, 1.0], [2.0, 2.0, 2.0], [5.0, 0.0, -1.0]]), np.array([1, 2, 5])),
    (np.array([[1.0], [3.0]]), np.array([10, 30])),
]


CODE = {
    "15.remember": Code(
        spec=remember,
        cases=STREAMS,
        wrong={
            "the first ones": _first,
            "so many in all": lambda seen, most: list(seen[len(seen) - most :]),
            "backwards": lambda seen, most: remember(seen, most)[::-1],
            "grouped by name": lambda seen, most: [
                pair
                for name in dict.fromkeys(n for n, _ in seen)
                for pair in remember(seen, most)
                if pair[0] == name
            ],
        },
        equivalents=(
            lambda seen, most: [
                pair
                for place, pair in enumerate(seen)
                if sum(name == pair[0] for name, _ in seen[place + 1 :]) < most
            ],
        ),
    ),
    "15.accept": Code(
        spec=accept,
        wrong={
            "new speakers count": lambda before, after, tolerance: _mean(after) >= _mean(before) - tolerance,
            "each speaker alone": lambda before, after, tolerance: all(
                after[name] >= accuracy - tolerance for name, accuracy in before.items()
            ),
            "no tolerance": lambda before, after, tolerance: (
                sum(after[name] for name in before) >= sum(before.values())
            ),
            "the best one": lambda before, after, tolerance: (
                max(after[name] for name in before) >= max(before.values()) - tolerance
            ),
        },
        equivalents=(
            lambda before, after, tolerance: bool(
                np.mean([after[name] - before[name] for name in before]) >= -tolerance - 1e-12
            ),
        ),
    ),
    "15.mean_gradient": Code(
        spec=mean_gradient,
        cases=PARTS,
        wrong={
            "the plain mean": lambda gradients, counts: gradients.mean(0),
            "the plain sum": lambda gradients, counts: gradients.sum(0),
            "not divided": lambda gradients, counts: (counts[:, None] * gradients).sum(0),
            "divided by the parts": lambda gradients, counts: (
                (counts[:, None] * gradients).sum(0) / len(counts)
            ),
        },
        equivalents=(lambda gradients, counts: np.average(gradients, axis=0, weights=counts),),
    ),
    "15.day": arrivals.DAY,
}
