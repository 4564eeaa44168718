"""Who is speaking, window by window: a trained network over a recording of any length, with its probabilities."""

from dataclasses import dataclass

import numpy as np
import torch

from course_lib.audio import SR, as_wave, cut_windows
from course_lib.audio.windows import checked_hop

SILENT = 1e-4  # rms of a window, -80 dB re full scale: nobody speaks


@dataclass(frozen=True)
class WindowPrediction:
    """One window: where it starts (s), the most probable speaker ("" for silence), and all probabilities."""

    start: float
    speaker: str
    probability: float
    probabilities: tuple


def identify(base, wave, *, hop=1.0):
    """Name the speaker of every second of a recording: (n,) at 16 kHz -> [WindowPrediction, ...].

    hop   seconds from the start of one window to the next; a rest under half a second is left out

    The probabilities are the softmax of the scores: they add up to 1 over the known speakers, so a voice that
    the network never met is given to one of them all the same. A silent second has no speaker.

    Raises AudioError for an empty wave or a hop under one sample.
    """
    wave, step = as_wave(wave), checked_hop(hop)
    starts = np.arange(0, max(1, wave.shape[-1] - SR // 2 + 1), step) / SR
    times, scores = base.slide(wave, at=starts + 0.5, scores=True)
    loudness = torch.cat(
        [windows.std(1, correction=0) for windows in cut_windows(wave, times)]
    )  # an offset is no sound
    predictions = []
    for start, rms, row in zip(starts.tolist(), loudness.tolist(), scores.softmax(1)):
        best = int(row.argmax())
        speaker, probability = (base.classes[best], float(row[best])) if rms > SILENT else ("", 0.0)
        predictions.append(WindowPrediction(start, speaker, probability, tuple(row.tolist())))
    return predictions


def overall(predictions, classes):
    """The speaker of the whole recording: the largest sum of log-probabilities over the windows with sound.

    predictions   what `identify` gives, with probabilities in the order of `classes`
    -> (name, fraction of the windows with sound that are given to this name); ("", 0.0) for silence.

    >>> a, b = (0.9, 0.1), (0.45, 0.55)
    >>> overall([WindowPrediction(0, "ana", 0.9, a), WindowPrediction(1, "ben", 0.55, b)], ["ana", "ben"])
    ('ana', 0.5)
    """
    heard = [one for one in predictions if one.speaker]
    if not heard:
        return "", 0.0
    sums = torch.tensor([one.probabilities for one in heard]).double().clamp_min(1e-12).log().sum(0)
    name = classes[int(sums.argmax())]
    return name, sum(one.speaker == name for one in heard) / len(heard)
