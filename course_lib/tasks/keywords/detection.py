"""Detection of a word in a recording of any length: a score every tenth of a second, and the moments of the word."""

from dataclasses import dataclass

import numpy as np

from course_lib.audio import SR
from course_lib.metrics.spotting import TOLERANCE

HOP = 0.1  # s from one window to the next
SMOOTH = 3  # windows whose scores are averaged: a word is heard in several
APART = 0.8  # s: the least time between two detections, so that one word is one detection


@dataclass(frozen=True)
class Heard:
    """What a spotter heard in a recording: `times` (k,) the middles of the windows in seconds, `scores` (k,) in [0, 1],
    `detections` ((time, score), ...) at `threshold`."""

    times: np.ndarray
    scores: np.ndarray
    detections: tuple
    threshold: float
    seconds: float  # how long the recording is

    def at(self, threshold):
        """The same scores with another threshold."""
        found = detections(self.times, self.scores, threshold)
        return Heard(self.times, self.scores, found, threshold, self.seconds)


def spot(wave, spotter, base, *, hop=HOP) -> Heard:
    """Listen to a recording (n,) at 16 kHz with a Spotter; `base` as in `enrol`, the same network.

    hop   seconds from one window to the next, as in `Base.slide`, which also says what happens at the edges
    Raises AudioError for an empty recording or a hop under one sample.
    """
    times, vectors = base.slide(wave, hop)
    scores = smoothed(spotter.scores(vectors).numpy())
    return Heard(
        times, scores, detections(times, scores, spotter.threshold), spotter.threshold, len(wave) / SR
    )


def smoothed(scores, width=SMOOTH):
    """The mean of each score and its neighbours, `width` scores in all, fewer at the ends. (k,) -> (k,)

    >>> smoothed(np.array([0.0, 0.9, 0.0, 0.0])).round(2).tolist()
    [0.45, 0.3, 0.3, 0.0]
    """
    ones = np.ones(min(width, len(scores)))
    return np.convolve(scores, ones, "same") / np.convolve(np.ones(len(scores)), ones, "same")


def detections(times, scores, threshold, *, apart=APART) -> tuple:
    """The moments at which a score reaches the threshold and none within `apart` seconds is higher: ((time, score), ...).

    >>> detections([0.0, 0.1, 0.2, 5.0], [0.7, 0.9, 0.8, 0.6], 0.5)
    ((0.1, 0.9), (5.0, 0.6))
    """
    found = []
    for place in sorted(range(len(times)), key=lambda place: -scores[place]):
        if not scores[place] >= threshold:  # so that nan is no detection
            break
        if all(abs(times[place] - time) >= apart for time, _ in found):
            found.append((float(times[place]), float(scores[place])))
    return tuple(sorted(found))


def trials(heard, said, *, tolerance=TOLERANCE):
    """What a threshold decides on: (time, score) of the best window of each occurrence, and of every peak elsewhere.

    said ((start, end), ...) in seconds -> two arrays (occurrences, 2) and (peaks, 2). A peak is as in `detections`.

    >>> heard = Heard(np.arange(4.0), np.array([0.1, 0.9, 0.2, 0.4]), (), 0.5, 4.0)
    >>> there, elsewhere = trials(heard, [(0.9, 1.2)])
    >>> there.tolist(), elsewhere.tolist()
    ([[1.0, 0.9]], [[0.0, 0.1], [2.0, 0.2], [3.0, 0.4]])
    """
    times, scores = np.asarray(heard.times), np.asarray(heard.scores)
    spans = [(start - tolerance, end + tolerance) for start, end in said]
    inside = [np.flatnonzero((low <= times) & (times <= high)) for low, high in spans]
    best = [places[scores[places].argmax()] for places in inside if len(places)]
    peaks = detections(times, scores, -np.inf)
    free = [peak for peak in peaks if not any(low <= peak[0] <= high for low, high in spans)]
    return np.stack([times[best], scores[best]], 1), np.array(free, dtype=float).reshape(-1, 2)
