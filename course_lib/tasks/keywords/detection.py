"""Listening for a word in a recording of any length: a score every tenth of a second, and the moments of the word."""

from dataclasses import dataclass

import numpy as np
import torch

from course_lib.audio import SR, as_wave
from course_lib.errors import AudioError

HOP = 0.1  # s from one window to the next
SMOOTH = 3  # windows whose scores are averaged: a word is heard in several
APART = 0.8  # s between two detections at least: one word is one detection
BATCH = 64


@dataclass(frozen=True)
class Heard:
    """What a spotter heard: the middle of each window (s), its score, and the detections as (time, score)."""

    times: np.ndarray
    scores: np.ndarray
    detections: tuple
    threshold: float
    seconds: float  # how long the recording is

    def at(self, threshold):
        """The same scores with another threshold."""
        found = detections(self.times, self.scores, threshold)
        return Heard(self.times, self.scores, found, threshold, self.seconds)


def spot(wave, spotter, embed, *, hop=HOP) -> Heard:
    """Listen to a recording (n,) at 16 kHz with a Spotter; `embed` as in `enrol`, the same network.

    The recording is padded by half a second at both ends, so that a word at its edge can be in the middle of a window.
    Raises AudioError for an empty recording or a hop that is not above 0.
    """
    times, vectors = vectors_of(wave, embed, hop=hop)
    scores = smoothed(spotter.scores(vectors).numpy())
    found = detections(times, scores, spotter.threshold)
    return Heard(times, scores, found, spotter.threshold, len(wave) / SR)


def vectors_of(wave, embed, *, hop=HOP):
    """(middles of the windows (k,), vectors (k, d)) of a recording (n,): for several spotters, run once."""
    wave = as_wave(wave)
    if wave.ndim != 1 or not len(wave):
        raise AudioError(f"expected one recording (n,) of at least one sample, got shape {tuple(wave.shape)}")
    if not round(hop * SR) >= 1:
        raise AudioError(f"expected a hop above 0 s, got {hop}")
    step = round(hop * SR)
    starts = range(0, len(wave) + 1, step)
    padded = torch.nn.functional.pad(wave, (SR // 2, SR))
    vectors = [
        embed(torch.stack([padded[start : start + SR] for start in starts[first : first + BATCH]]))
        for first in range(0, len(starts), BATCH)
    ]
    return np.array(starts) / SR, torch.cat(vectors)


def smoothed(scores, width=SMOOTH):
    """Each score with its neighbours' as a mean, fewer at the ends. (k,) -> (k,)

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
        if not scores[place] >= threshold:  # so that a score that is no number is none
            break
        if all(abs(times[place] - time) >= apart for time, _ in found):
            found.append((float(times[place]), float(scores[place])))
    return tuple(sorted(found))
