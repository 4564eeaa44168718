"""Windows of equal length over one recording: the only place where a recording is cut into pieces.

A corpus has a list of its own, which reads from its files only what a batch needs: `data.windows`.
"""

import numpy as np
import torch

from course_lib.audio.waves import SR, as_wave
from course_lib.errors import AudioError


def window_middles(samples, hop=1.0, seconds=1.0):
    """Where the windows lie that fit into a recording of `samples` samples at 16 kHz: their middles in seconds, (k,).

    `seconds` is the length of a window, `hop` the time from one window to the next, in seconds. The first window
    begins with the recording; a rest that fills no window is left out; a recording shorter than a window has one.

    >>> window_middles(40_000).tolist(), window_middles(40_000, hop=0.75).tolist(), window_middles(10).tolist()
    ([0.5, 1.5], [0.5, 1.25, 2.0], [0.5])
    """
    free = max(0, samples - round(seconds * SR))
    return np.arange(0, free + 1, checked_hop(hop)) / SR + seconds / 2


def cut_windows(wave, middles, seconds=1.0, *, batch=64):
    """Cut the windows whose middles are at `middles` (k,) seconds: yields (b, seconds * 16000) float32, b up to `batch`.

    wave: (n,) at 16 kHz. What lies before or behind the recording is silence (zeros), so a window may reach over
    its ends. The windows are copies, a batch at a time: memory does not grow with the recording.

    Raises AudioError for anything but one wave of at least one sample.

    >>> [part.tolist() for part in cut_windows([1.0, 2.0, 3.0], [0.0, 2 / SR], 2 / SR)]
    [[[0.0, 1.0], [2.0, 3.0]]]
    """
    wave = as_wave(wave)
    if wave.ndim != 1 or not len(wave):
        raise AudioError(f"expected one wave (n,) of at least one sample, got shape {tuple(wave.shape)}")
    size = round(seconds * SR)
    starts = [round((middle - seconds / 2) * SR) for middle in np.asarray(middles, dtype=float).tolist()]
    for first in range(0, len(starts), batch):
        windows = torch.zeros(len(starts[first : first + batch]), size)
        for row, start in zip(windows, starts[first:]):
            begin, end = max(0, start), min(len(wave), start + size)
            if begin < end:
                row[begin - start : end - start] = wave[begin:end]
        yield windows


def checked_hop(hop):
    """A hop in seconds as samples at 16 kHz. Raises AudioError for less than one sample."""
    if not hop * SR >= 1:  # also where it is no number
        raise AudioError(f"expected a hop above 0 s, got {hop}")
    return round(hop * SR)
