"""From windows back to turns: how much every moment resembles each voice, and where one voice hands over to another."""

import numpy as np

from course_lib.metrics.turns import Turn, joined
from course_lib.tasks.diarization.clustering import unit
from course_lib.tasks.diarization.detectors import FRAME, SHORTEST_SPEECH, runs

SMOOTHING = 0.7  # s: width of the average over a frame's neighbours
NEAR = 1.0  # s: windows further away say nothing about a frame
ROUNDS = 2  # of resegmentation; a third changes hardly a frame
RARE = 0.05  # what the logarithm of a voice's share of the windows counts beside a cosine; chosen on mixed meetings


def voices_of(vectors, labels):
    """(mean directions (k, d) of length 1, shares (k,)) of the vectors (n, d) of each of k labels (n,)."""
    shares = np.bincount(labels) / len(labels)
    return unit(np.stack([vectors[labels == k].mean(0) for k in range(len(shares))])), shares


def likeness_to(centres, shares, vectors) -> np.ndarray:
    """How much every vector resembles each voice, (n, k): its cosine, and a little less for who hardly speaks."""
    return vectors @ centres.T + RARE * np.log(np.maximum(shares, 1e-3))


def resegmented(parts, middles, vectors, centres, shares):
    """Mean directions and shares of the voices, corrected: every window is given anew to the voice that its
    neighbourhood resembles most, and both are taken again. A voice that lost all its windows keeps its direction.

    middles (n,), vectors (n, d) of the windows, in order of time; see `voices_of`.
    """
    for _ in range(ROUNDS):
        likeness, now = likeness_to(centres, shares, vectors), np.empty(len(vectors), dtype=int)
        for start, end in parts:
            own = (middles >= start) & (middles <= end)
            now[own] = _averaged(middles[own], *_around(start, end, middles, likeness)).argmax(1)
        means = [vectors[now == k].mean(0) if (now == k).any() else old for k, old in enumerate(centres)]
        centres, shares = unit(np.stack(means)), np.bincount(now, minlength=len(centres)) / len(now)
    return centres, shares


def drawn(parts, middles, likeness, names) -> list[Turn]:
    """Frame by frame the voice that the windows around it resemble most; frames of one voice become a turn.

    middles (n,) of the windows, likeness (n, voices) of them to each voice, higher is more alike.
    """
    turns = []
    for start, end in parts:
        times = np.arange(start + FRAME / 2, end, FRAME)
        best = _averaged(times, *_around(start, end, middles, likeness)).argmax(1)
        for first, last in runs(_without_slivers(best)):
            stop = end if last == len(times) else start + last * FRAME
            turns.append(Turn(float(start + first * FRAME), float(stop), names[best[first]]))
    return joined(turns)


def _around(start, end, middles, likeness):
    """(middles, likeness) of the windows near a part; middles are in order of time."""
    near = slice(*np.searchsorted(middles, (start - NEAR, end + NEAR)))
    return middles[near], likeness[near]


def _averaged(times, middles, likeness, block=1_000):
    """Likeness at moments (t,) as the weighted mean of the windows near them. -> (t, voices)"""
    rows = []
    for some in np.split(times, range(block, len(times), block)):
        near = slice(*np.searchsorted(middles, (some[0] - 3 * NEAR, some[-1] + 3 * NEAR)))
        weights = np.exp(-0.5 * ((some[:, None] - middles[near]) / (SMOOTHING / 2)) ** 2)
        rows.append(weights @ likeness[near] / weights.sum(1, keepdims=True))
    return np.concatenate(rows)


def _without_slivers(best):
    """Runs too short for a word go to the run before them (the first one to the run behind it)."""
    best = best.copy()
    for first, last in runs(best):
        if last - first < SHORTEST_SPEECH / FRAME and last - first < len(best):
            best[first:last] = best[first - 1] if first else best[last]
    return best
