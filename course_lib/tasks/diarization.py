"""Who spoke when: speech -> windows -> vectors -> agglomerative clustering -> turns.

The vectors come from the body of a base network that knows many voices (lesson 08); two seconds of one voice point
in nearly the same direction. Nothing is trained here. Ref: Park et al. 2022, A review of speaker diarization.
"""

import itertools

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.special import log_softmax

from course_lib.audio import SR, as_wave
from course_lib.errors import AudioError, CourseError
from course_lib.metrics.turns import Turn, joined

FRAME = 0.02  # s; levels are measured and turns are drawn on this grid
WINDOW, HOP = 1.0, 0.25  # s; what the base was trained on, and from one window to the next
ABOVE_FLOOR, SHARE = 6.0, 0.5  # dB above the quietest frames at least; fraction of the range to the loudest
SHORTEST_PAUSE, SHORTEST_SPEECH = 1.0, 0.2  # s; chosen, like SHARE, on the two AMI excerpts for validation
SMOOTHING = 0.7  # s: width of the average over a frame's neighbours
ALIKE = 0.2  # mean cosine above which two groups of windows are one voice; chosen on synthetic meetings
FEWEST = 3  # windows of a voice; fewer (two at once, a cough) are given to the nearest voice; chosen on synthetic meetings
MOST = 3_000  # windows that are compared with each other at most


def speech(wave) -> list[tuple]:
    """Where somebody speaks: [(start, end), ...] in seconds, from the level alone. wave: (samples,) at 16 kHz.

    A frame is speech where its level is well above the quietest tenth of the recording; pauses under SHORTEST_PAUSE
    are closed, bursts under SHORTEST_SPEECH dropped. Steady noise is not speech, a slammed door may be.
    """
    size = int(FRAME * SR)
    wave = as_wave(wave)
    frames = wave[: len(wave) // size * size].reshape(-1, size)
    level = 10 * np.log10(frames.square().mean(1).numpy() + 1e-10)
    floor, loud = np.percentile(level, 10), np.percentile(level, 95)
    active = level > floor + max(ABOVE_FLOOR, SHARE * (loud - floor))
    turns = joined([Turn(a * FRAME, b * FRAME, "") for a, b in _runs(active) if active[a]], SHORTEST_PAUSE)
    return [(turn.start, turn.end) for turn in turns if turn.duration >= SHORTEST_SPEECH]


def diarize(wave, base, *, speakers=None, parts=None, enrolled=False) -> list[Turn]:
    """The turns of a recording, in order. wave: (samples,) at 16 kHz, one second or more.

    base      a Base: its vectors of one voice must point in nearly the same direction
    speakers  how many there are; None: as many as differ enough
    parts     where somebody speaks, [(start, end), ...] in seconds; None: see `speech`
    enrolled  True: the speakers are the classes of the base, and each window is given to the most probable of them
    Raises AudioError for a recording that is too short, CourseError for more speakers than windows.
    """
    wave = as_wave(wave)
    if wave.ndim != 1 or len(wave) < SR:
        raise AudioError(
            f"expected a recording (samples,) of 1 s or more, got shape {tuple(wave.shape)} at 16 kHz"
        )
    parts = speech(wave) if parts is None else sorted(parts)
    if not parts:
        return []
    middles, vectors = vectors_of_parts(base, wave, parts, scores=enrolled)
    if enrolled:
        names, vectors = base.classes, log_softmax(vectors, 1)
    else:
        vectors = unit(vectors)
        few = vectors[:: max(1, -(-len(vectors) // MOST))]
        labels = cluster(few, speakers)
        names = [f"speaker {k + 1}" for k in range(labels.max() + 1)]
        vectors = vectors @ unit(np.stack([few[labels == k].mean(0) for k in range(len(names))])).T
    return _drawn(parts, middles, vectors, names)


def vectors_of_parts(base, wave, parts, **options):
    """(middles (n,) in seconds, vectors (n, d) float64) of the windows of the speech; options as in `Base.slide`."""
    middles = np.concatenate([middles_within(start, end) for start, end in parts])
    return middles, base.slide(wave, at=middles, **options)[1].double().numpy()


def middles_within(start, end) -> np.ndarray:
    """Middles of the windows that fit into a part, seconds; one, over the part's middle, where it is shorter.

    >>> middles_within(2.0, 3.6).tolist(), middles_within(2.0, 2.4).tolist()
    ([2.55, 2.8, 3.05], [2.2])
    """
    free = max(0.0, end - start - WINDOW)
    count = int(free / HOP + 1e-9) + 1
    return np.round((start + end) / 2 + HOP * (np.arange(count) - (count - 1) / 2), 6)


def cluster(vectors, speakers=None, *, alike=ALIKE) -> np.ndarray:
    """Cluster vectors (n, d) of length 1 by average linkage on cosines -> labels (n,), numbered by first appearance.

    The two most similar groups of windows are merged until there are `speakers` groups of FEWEST
    windows or more, or no two have a mean cosine of `alike`. Smaller groups join the most similar one. Raises
    CourseError for fewer than one speaker and for more speakers than windows.
    """
    if speakers is not None and not 1 <= speakers <= len(vectors):
        raise CourseError(f"expected 1 to {len(vectors)} speakers (as many as windows), got {speakers}")
    if len(vectors) == 1:
        return np.zeros(1, dtype=int)
    tree = linkage(vectors, "average", metric="cosine")
    if speakers is None:
        found = fcluster(tree, 1 - alike, "distance")
        large = _large(found)
    else:
        found, large = _cut(tree, speakers)
    centres = unit(np.stack([vectors[found == label].mean(0) for label in large]))
    nearest = np.array(large)[(vectors @ centres.T).argmax(1)]
    found = np.where(np.isin(found, large), found, nearest)
    order = {label: place for place, label in enumerate(dict.fromkeys(found))}
    return np.array([order[label] for label in found])


def _cut(tree, speakers):
    """The first cut of the tree with so many large groups; where there is none, so many groups of any size."""
    for count in range(speakers, min(len(tree) + 1, 4 * speakers) + 1):
        found = fcluster(tree, count, "maxclust")
        if len(_large(found)) == speakers:
            return found, _large(found)
    found = fcluster(tree, speakers, "maxclust")
    return found, sorted(set(found))


def _large(labels) -> list:
    """The groups of FEWEST windows or more; where there is none, all."""
    values, counts = np.unique(labels, return_counts=True)
    return values[counts >= FEWEST].tolist() or values.tolist()


def _drawn(parts, middles, likeness, names) -> list[Turn]:
    """Frame by frame the voice that the windows around it resemble most; frames of one voice become a turn."""
    turns = []
    for start, end in parts:
        near = (middles > start - WINDOW) & (middles < end + WINDOW)
        times = np.arange(start + FRAME / 2, end, FRAME)
        weights = np.exp(-0.5 * ((times[:, None] - middles[near]) / (SMOOTHING / 2)) ** 2)
        best = (weights @ likeness[near] / weights.sum(1, keepdims=True)).argmax(1)
        for first, last in _runs(_without_slivers(best)):
            stop = end if last == len(times) else start + last * FRAME
            turns.append(Turn(float(start + first * FRAME), float(stop), names[best[first]]))
    return joined(turns)


def _without_slivers(best):
    """Runs too short for a word go to the run before them (the first one to the run behind it)."""
    best = best.copy()
    for first, last in _runs(best):
        if last - first < SHORTEST_SPEECH / FRAME and last - first < len(best):
            best[first:last] = best[first - 1] if first else best[last]
    return best


def _runs(values) -> list[tuple]:
    """(first, last + 1) of every run of equal values."""
    edges = [0, *(np.flatnonzero(np.diff(values.astype(int))) + 1).tolist(), len(values)]
    return [(a, b) for a, b in itertools.pairwise(edges) if b > a]


def unit(vectors) -> np.ndarray:
    """Every vector (..., d) brought to length 1; zeros stay zeros."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
