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


def cost(own, others, threshold, prior, reject_price, accept_price):
    """Error by error: each costs its price, as often as its situation comes up."""
    total = 0.0
    for score in own:
        if score < threshold:
            total += reject_price * prior / len(own)
    for score in others:
        if score >= threshold:
            total += accept_price * (1 - prior) / len(others)
    return total


def _shares(own, others, threshold):
    return sum(s < threshold for s in own) / len(own), sum(s >= threshold for s in others) / len(others)


def _priced(formula):
    def given(own, others, threshold, prior, reject_price, accept_price):
        return formula(*_shares(own, others, threshold), prior, reject_price, accept_price)

    return given


def posterior(log_ratio, prior):
    """The probabilities of both answers before, each times how often it gives such a score; then their share."""
    one, two = prior * math.exp(log_ratio), 1 - prior
    return one / (one + two)


def _odds(log_ratio, prior):
    return np.exp(log_ratio) * prior / (1 - prior)


def s_norm(score, a, b):
    """Mean and standard deviation by hand, one side after the other."""
    sides = []
    for scores in (a, b):
        mean = sum(float(value) for value in scores) / len(scores)
        deviation = math.sqrt(sum((float(value) - mean) ** 2 for value in scores) / len(scores))
        sides.append((score - mean) / deviation)
    return (sides[0] + sides[1]) / 2


def cohorts():
    """Scores of trials, and of their two recordings against three or four people."""
    return [
        (0.7, np.array([0.1, 0.3, 0.2]), np.array([0.5, 0.2, 0.5])),
        (0.1, np.array([0.0, -0.2, 0.1, 0.3]), np.array([0.1, 0.0, 0.3, 0.4])),
    ]


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
    "16.cost": Code(
        spec=cost,
        wrong={
            "without the prior": _priced(lambda r, a, prior, miss, accept: miss * r + accept * a),
            "the prior on the wrong side": _priced(
                lambda r, a, prior, miss, accept: miss * (1 - prior) * r + accept * prior * a
            ),
            "without the prices": _priced(lambda r, a, prior, miss, accept: prior * r + (1 - prior) * a),
            "prices exchanged": _priced(
                lambda r, a, prior, miss, accept: accept * prior * r + miss * (1 - prior) * a
            ),
        },
        equivalents=(_priced(lambda r, a, prior, miss, accept: miss * prior * r + accept * (1 - prior) * a),),
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
    "16.s_norm": Code(
        spec=s_norm,
        cases=cohorts,
        wrong={
            "one side only": lambda score, a, b: (score - a.mean()) / a.std(),
            "not divided": lambda score, a, b: score - 0.5 * (a.mean() + b.mean()),
            "sum instead of mean": lambda score, a, b: (
                (score - a.mean()) / a.std() + (score - b.mean()) / b.std()
            ),
            "both cohorts in one": lambda score, a, b: (
                (score - np.concatenate([a, b]).mean()) / np.concatenate([a, b]).std()
            ),
        },
        equivalents=(lambda score, a, b: np.mean([(score - c.mean()) / c.std() for c in (a, b)]),),
    ),
}
