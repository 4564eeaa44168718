"""Who is speaking, second by second: a trained network over a recording of any length, with how sure it is."""

from dataclasses import dataclass

import torch

from course_lib import audio
from course_lib.audio import SR, fit_second
from course_lib.errors import AudioError
from course_lib.models import evaluating

SILENT = 1e-4  # rms, -80 dB re full scale: nobody speaks
BATCH = 32


@dataclass(frozen=True)
class WindowPrediction:
    """One window: where it starts (s), the most probable speaker ("" for silence), and all probabilities."""

    start: float
    speaker: str
    probability: float
    probabilities: tuple


def identify(base, wave, *, hop=1.0):
    """Name the speaker of every second of `wave`. (n,) at 16 kHz -> list of Second, one every `hop` seconds.

    The probabilities are the softmax of the scores: they add up to 1 over the known speakers, so a voice that
    the network never met is given to one of them all the same. A silent second has no speaker.

    Raises AudioError for an empty wave or a hop that is not above 0.
    """
    wave = audio.as_wave(wave)
    if wave.ndim != 1 or not len(wave):
        raise AudioError(f"expected one wave of at least one sample, got shape {tuple(wave.shape)}")
    if not hop > 0:
        raise AudioError(f"expected a hop above 0 s, got {hop}")
    starts = range(
        0, max(1, len(wave) - SR // 2 + 1), max(1, round(hop * SR))
    )  # a rest under half a second is left
    seconds = []
    for first in range(0, len(starts), BATCH):
        places = starts[first : first + BATCH]
        cuts = torch.stack([fit_second(wave[place : place + SR]) for place in places])
        with evaluating(base.model):
            shares = torch.softmax(base.model(base.transform(cuts)), -1)
        for place, one, share in zip(places, cuts, shares):
            best = int(share.argmax())
            name = base.classes[best] if float(one.square().mean().sqrt()) > SILENT else ""
            seconds.append(
                WindowPrediction(place / SR, name, float(share[best]) if name else 0.0, tuple(share.tolist()))
            )
    return seconds


def overall(seconds, classes):
    """The speaker of the whole recording: the largest sum of log-probabilities over the seconds with sound.

    -> (name, share of the seconds with sound that say so); ("", 0.0) for silence.

    >>> a, b = (0.9, 0.1), (0.45, 0.55)
    >>> overall([WindowPrediction(0, "ana", 0.9, a), WindowPrediction(1, "ben", 0.55, b)], ["ana", "ben"])
    ('ana', 0.5)
    """
    heard = [second for second in seconds if second.speaker]
    if not heard:
        return "", 0.0
    sums = torch.tensor([second.probabilities for second in heard]).double().clamp_min(1e-12).log().sum(0)
    name = classes[int(sums.argmax())]
    return name, sum(second.speaker == name for second in heard) / len(heard)
