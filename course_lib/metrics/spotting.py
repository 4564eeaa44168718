"""Keyword spotting: F1 at a threshold; in a recording hits, misses and false accepts per hour.

A detection is a time in seconds; a truth is the span in which the word is said, (start, end). Each truth can be found
once; a second detection of it is a false accept, as is every detection elsewhere.
Ref: Mazumder et al. 2021 (F1 of a word; false accepts in a stream); van Rijsbergen 1979 (F).
"""

import math
from dataclasses import dataclass

from course_lib.errors import CourseError

TOLERANCE = 0.3  # s before the word begins and after it ends


@dataclass(frozen=True)
class Spotting:
    """Counts of hits, misses and false accepts in a recording of `hours`. The sum of two is that of both recordings."""

    hits: int
    misses: int
    false_accepts: int
    hours: float

    @property
    def precision(self) -> float:
        """Fraction of the detections that are right; 1 where nothing was detected."""
        detections = self.hits + self.false_accepts
        return self.hits / detections if detections else 1.0

    @property
    def recall(self) -> float:
        """Fraction of the spoken words that were found; nan where none was spoken."""
        spoken = self.hits + self.misses
        return self.hits / spoken if spoken else math.nan

    @property
    def f1(self) -> float:
        return f1_of_counts(self.hits, self.false_accepts, self.misses)

    @property
    def false_accepts_per_hour(self) -> float:
        return self.false_accepts / self.hours

    def __add__(self, other):
        return Spotting(
            self.hits + other.hits, self.misses + other.misses, self.false_accepts + other.false_accepts,
            self.hours + other.hours,
        )  # fmt: skip

    def __repr__(self):
        return (
            f"precision {self.precision:.0%}, recall {self.recall:.0%} of {self.hits + self.misses}, "
            f"{self.false_accepts} false accepts in {60 * self.hours:.1f} minutes: {self.false_accepts_per_hour:.0f} an hour"
        )


def match_detections(times, truths, seconds, *, tolerance=TOLERANCE) -> Spotting:
    """Compare detections (times in s) with truths (start, end in s) in a recording of `seconds` -> Spotting.

    A detection is right from `tolerance` seconds before a truth to `tolerance` seconds after it. Raises CourseError for
    a recording without length and a truth that ends before it starts.

    >>> match_detections([1.4, 1.6, 8.0], [(1.0, 1.5), (5.0, 5.5)], 3600)  # one found twice, one missed, one made up
    precision 33%, recall 50% of 2, 2 false accepts in 60.0 minutes: 2 an hour
    """
    if not seconds > 0:
        raise CourseError(f"expected a recording of more than 0 s, got {seconds}")
    unfound = sorted(truths)
    for start, end in unfound:
        if not start <= end:
            raise CourseError(f"expected truths (start, end) in seconds, got {(start, end)}")
    hits = false = 0
    for time in sorted(times):
        found = next(
            (truth for truth in unfound if truth[0] - tolerance <= time <= truth[1] + tolerance), None
        )
        if found is None:
            false += 1
        else:
            unfound.remove(found)
            hits += 1
    return Spotting(hits, len(unfound), false, seconds / 3600)


def f1_at(scores, truth, threshold) -> float:
    """F1 of answering yes where the score reaches the threshold. scores (n,), truth (n,): True where the word is spoken.

    >>> f1_at([0.9, 0.8, 0.2, 0.1], [True, False, True, False], 0.5)  # one right, one wrong, one missed
    0.5
    """
    yes = [bool(score >= threshold) for score in scores]
    hits = sum(y and bool(t) for y, t in zip(yes, truth, strict=True))
    return f1_of_counts(hits, sum(yes) - hits, sum(map(bool, truth)) - hits)


def f1_of_counts(hits, false_accepts, misses) -> float:
    """2 hits / (2 hits + false accepts + misses); 0 where nothing was right.

    >>> f1_of_counts(3, 1, 1), f1_of_counts(0, 0, 2)
    (0.75, 0.0)
    """
    return 2 * hits / (2 * hits + false_accepts + misses) if hits else 0.0


def always_yes(share) -> float:
    """F1 of a classifier that always answers yes, where a fraction `share` is the word: precision `share`, recall 1.

    >>> round(always_yes(0.1), 3)
    0.182
    """
    return 2 * share / (1 + share)
