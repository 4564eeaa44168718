"""Functions of the exercises of lesson 16; their words are in lesson16.yaml."""

import math

import numpy as np

from course_lib.teaching.exercises.banks import Code


def nearest_threshold(own, others):
    """Go through all scores from below and keep the first with the smallest distance of the two shares."""
    best = None
    for threshold in sorted(own + others):
        rejects = len([score for score in own if score < threshold]) / len(own)
        accepts = len([score for score in others if score >= threshold]) / len(others)
        if best is None or abs(rejects - accepts) < best[0]:
            best = abs(rejects - accepts), threshold
    return best[1]


def _by(measure):
    """The lowest threshold for which measure(rejects, accepts, own, others) is smallest."""
    return lambda own, others: min(
        sorted([*own, *others]),
        key=lambda t: measure(sum(s < t for s in own), sum(s >= t for s in others), len(own), len(others)),
    )


def _strictly(own, others):
    return min(
        sorted([*own, *others]),
        key=lambda t: abs(sum(s <= t for s in own) / len(own) - sum(s > t for s in others) / len(others)),
    )


def posterior(log_ratio, prior):
    """The probabilities of both answers before, each times how often it gives such a score; then their share."""
    one, two = prior * math.exp(log_ratio), 1 - prior
    return one / (one + two)


def _odds(log_ratio, prior):
    return np.exp(log_ratio) * prior / (1 - prior)


CODE = {
    "16.nearest_threshold": Code(
        spec=nearest_threshold,
        wrong={
            "the numbers instead of the shares": _by(lambda r, a, n, m: abs(r - a)),
            "a score equal to the threshold is rejected": _strictly,
            "the fewest errors": _by(lambda r, a, n, m: r / n + a / m),
            "between the two means": lambda own, others: (
                (sum(own) / len(own) + sum(others) / len(others)) / 2
            ),
        },
        equivalents=(_by(lambda r, a, n, m: abs(r / n - a / m)),),
    ),
    "16.posterior": Code(
        spec=posterior,
        wrong={
            "the prior forgotten": lambda log_ratio, prior: 1 / (1 + np.exp(-log_ratio)),
            "a logarithm to the base of ten": lambda log_ratio, prior: (
                10**log_ratio * prior / (1 - prior) / (1 + 10**log_ratio * prior / (1 - prior))
            ),
            "odds given back": _odds,
            "the ratio times the probability": lambda log_ratio, prior: np.exp(log_ratio) * prior,
        },
        equivalents=(lambda log_ratio, prior: 1 / (1 + np.exp(-log_ratio - np.log(prior / (1 - prior)))),),
    ),
}
