"""Exercises of lesson 12: an area counted in pairs, one pixel for a network of photographs, episodes by two thresholds, a rare sound."""

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged import few_examples


def auc(snores, others):
    """Pair by pair: a snore above another sound wins a point, a tie half a point."""
    points = 0.0
    for snore in snores:
        for other in others:
            if snore > other:
                points += 1.0
            elif snore == other:
                points += 0.5
    return points / (len(snores) * len(others))


def brightness(db, loudest):
    """1 at the loudest point, 0 where it is 60 dB weaker or more."""
    return min(1.0, max(0.0, 1 + (db - loudest) / 60))


def pixel(db, loudest, mean, spread):
    """Decibels to brightness; then what a photograph's channel gets."""
    return (brightness(db, loudest) - mean) / spread


def runs_of(scores, high, low):
    """Walk along; a run begins above `low`, ends where it is not, and counts if it has been above `high`."""
    found, first, reached = [], None, False
    for place, value in enumerate(scores):
        if value > low:
            if first is None:
                first, reached = place, False
            reached = reached or value > high
        elif first is not None:
            if reached:
                found.append((first, place))
            first = None
    if first is not None and reached:
        found.append((first, len(scores)))
    return found


def one_threshold(scores, threshold):
    return runs_of(scores, threshold, threshold)


def _accuracy(snores, others):
    right = sum(one > 0 for one in snores) + sum(one <= 0 for one in others)
    return right / (len(snores) + len(others))


def _to_the_end(scores, high, low):
    """Begins where `high` is passed, not where the run above `low` begins."""
    found, first = [], None
    for place, value in enumerate([*scores, low]):
        if first is None and value > high:
            first = place
        elif first is not None and value <= low:
            found.append((first, place))
            first = None
    return found


CODE = {
    "12.auc": Code(
        spec=auc,
        wrong={
            "ties lost": lambda snores, others: (
                sum(a > b for a in snores for b in others) / (len(snores) * len(others))
            ),
            "ties won": lambda snores, others: (
                sum(a >= b for a in snores for b in others) / (len(snores) * len(others))
            ),
            "the wrong way round": lambda snores, others: 1 - auc(snores, others),
            "accuracy at zero": _accuracy,
            "not divided": lambda snores, others: auc(snores, others) * len(snores) * len(others),
        },
        equivalents=(
            lambda snores, others: (
                sum(0.5 * ((a > b) + (a >= b)) for a in snores for b in others) / len(snores) / len(others)
            ),
        ),
    ),
    "12.pixel": Code(
        spec=pixel,
        wrong={
            "not clipped": lambda db, loudest, mean, spread: (1 + (db - loudest) / 60 - mean) / spread,
            "not normalised": lambda db, loudest, mean, spread: brightness(db, loudest),
            "divided first": lambda db, loudest, mean, spread: brightness(db, loudest) / spread - mean,
            "a negative": lambda db, loudest, mean, spread: (1 - brightness(db, loudest) - mean) / spread,
            "multiplied": lambda db, loudest, mean, spread: (brightness(db, loudest) - mean) * spread,
        },
        equivalents=(lambda db, loudest, mean, spread: (max(db - loudest, -60.0) / 60 + 1 - mean) / spread,),
    ),
    "12.runs_of": Code(
        spec=runs_of,
        wrong={
            "the high one alone": lambda scores, high, low: one_threshold(scores, high),
            "the low one alone": lambda scores, high, low: one_threshold(scores, low),
            "begun too late": _to_the_end,
            "the last place itself": lambda scores, high, low: [
                (first, end - 1) for first, end in runs_of(scores, high, low)
            ],
            "the end forgotten": lambda scores, high, low: [
                run for run in runs_of(scores, high, low) if run[1] < len(scores)
            ],
        },
        equivalents=(
            lambda scores, high, low: [
                (first, end)
                for first, end in one_threshold(scores, low)
                if any(value > high for value in scores[first:end])
            ],
        ),
    ),
    "12.detector": few_examples.DETECTOR,
}
