"""From a score for each second of a night to episodes, with two thresholds (hysteresis).

An episode begins above the higher threshold and ends below the lower one, so it does not break where the score
fluctuates about one of them.
Ref: Canny 1986, A computational approach to edge detection (thresholding with hysteresis).
"""

import math
from typing import NamedTuple

import numpy as np

from course_lib.audio import SR, as_wave, cut_windows
from course_lib.errors import CourseError
from course_lib.tasks.snoring.segments import SECONDS, equally_loud

STEP = 1.0  # s, from one piece to the next and from one score to the next
BATCH = 32  # pieces at a time: memory does not grow with the night
GAP, SHORTEST = 2.0, 4.0  # s: a shorter pause is a breath between snores, a shorter episode is dropped
WIDTH = 0.1  # how far below the threshold an episode may go on


class Episode(NamedTuple):
    """Snoring from `start` to `end`, seconds, with the highest score in it."""

    start: float
    end: float
    score: float


def night_scores(wave, score, *, seconds=SECONDS, step=STEP):
    """One score for every `step` seconds of a night: (samples,) at 16 kHz -> (n,); n * step covers the recording.

    `score` is a function of pieces (b, seconds * 16000) that gives (b,). It gets the piece about the middle of every
    step, all equally loud; the scores are smoothed over three steps. Before and after the recording there is silence.

    >>> night_scores([1.0] * 3 * SR, lambda pieces: range(len(pieces))).tolist()  # 0, 1, 2
    [0.5, 1.0, 1.5]
    """
    wave = as_wave(wave)
    middles = (np.arange(max(1, math.ceil(len(wave) / SR / step))) + 0.5) * step
    pieces = cut_windows(wave, middles, seconds, batch=BATCH)
    scores = np.array([float(one) for part in pieces for one in score(equally_loud(part))])
    near = np.stack([scores, np.r_[np.nan, scores[:-1]], np.r_[scores[1:], np.nan]])
    return np.nanmean(near, axis=0)


def episodes(scores, high, low=None, *, step=STEP, gap=GAP, shortest=SHORTEST):
    """The episodes in scores (n,), one every `step` seconds -> [Episode, ...] in order.

    An episode begins where the score is above `high` and lasts as long as it stays above `low` (default: `high`), before and
    after. Pauses up to `gap` seconds are closed, episodes under `shortest` seconds dropped. Raises CourseError for
    scores that are not finite, and for low > high.

    >>> episodes([0, 1, 3, 1, 0, 0, 0, 0, 1, 0], high=2, low=0.5, shortest=2)
    [Episode(start=1.0, end=4.0, score=3.0)]
    """
    low = high if low is None else low
    scores = np.asarray(scores, dtype=float)
    if not low <= high or not np.isfinite(scores).all():
        raise CourseError(f"expected finite scores and low <= high, got low={low}, high={high}")
    found = []
    edges = np.flatnonzero(np.diff(np.r_[0, scores > low, 0].astype(int)))
    for first, end in zip(edges[::2], edges[1::2]):
        top = float(scores[first:end].max())
        if top <= high:
            continue
        if found and first * step - found[-1].end <= gap:
            found[-1] = Episode(found[-1].start, float(end * step), max(found[-1].score, top))
        else:
            found.append(Episode(float(first * step), float(end * step), top))
    return [one for one in found if one.end - one.start >= shortest]


def missed_and_false_alarm(found, true, length, *, step=0.1):
    """(missed, false alarm) in seconds: snoring that was not found, and what was found and is no snoring.

    found, true   [(start, end, ...), ...] in seconds;   length, step   of the recording and of the counting, in seconds

    >>> missed_and_false_alarm([(0, 10)], [(5, 12)], 20)
    (2.0, 5.0)
    """
    is_found, is_true = (covered(parts, length, step) for parts in (found, true))
    missed, false_alarm = (is_true & ~is_found).sum(), (is_found & ~is_true).sum()
    return float(round(missed * step, 6)), float(round(false_alarm * step, 6))


def covered(parts, length, step=STEP):
    """Does the middle of every `step` seconds of `length` lie in one of the parts (start, end, ...)? -> (n,) bool"""
    middles = (np.arange(math.ceil(length / step - 1e-9)) + 0.5) * step
    inside = np.zeros(len(middles), dtype=bool)
    for start, end, *_ in parts:
        inside |= (middles >= start) & (middles < end)
    return inside
