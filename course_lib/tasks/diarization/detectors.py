"""Where somebody speaks: from the level alone, or from a network that was trained to tell voices from other sounds."""

import itertools

import numpy as np

from course_lib.audio import SR, as_wave, speech_gain
from course_lib.metrics.turns import Turn, joined
from course_lib.models.silero import STEP, speech_probability

FRAME = 0.02  # s; levels are measured on this grid
ABOVE_FLOOR, SHARE = 6.0, 0.5  # dB above the quietest frames at least; fraction of the range to the loudest
SHORTEST_PAUSE, SHORTEST_SPEECH = 1.0, 0.2  # s; chosen, like SHARE, on the two AMI excerpts for validation

ON, OFF = 0.3, 0.2  # probability with which speech begins, and below which it ends
MARGIN, PAUSE, BURST = (
    0.1,
    0.6,
    0.1,
)  # s: added to both ends; pauses up to that are closed; what is shorter is none


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
    turns = joined([Turn(a * FRAME, b * FRAME, "") for a, b in runs(active) if active[a]], SHORTEST_PAUSE)
    return [(turn.start, turn.end) for turn in turns if turn.duration >= SHORTEST_SPEECH]


def voice_activity(wave, *, margin=MARGIN, pause=PAUSE, told=lambda steps: None) -> list[tuple]:
    """Where somebody speaks: [(start, end), ...] in seconds, by Silero VAD. wave: (samples,) at 16 kHz.

    Speech begins where its probability reaches ON and goes on until it falls below OFF; `margin` seconds are added to
    both ends, pauses of `pause` seconds are closed. The five numbers were chosen on the two AMI excerpts for
    validation: people who annotate meetings leave pauses within a sentence to the speaker. The probability depends
    on the level, so the recording is taken at one level (`audio.speech_gain`). told(n): n more steps of 32 ms are done.
    Raises CourseError where the package silero-vad is missing.
    """
    wave = as_wave(wave)
    length, step = len(wave) / SR, STEP / SR
    probability = speech_probability(wave, gain=speech_gain(wave), told=told).numpy()
    parts = [
        (a * step, b * step) for a, b in runs(probability >= OFF) if probability[a:b].max() >= ON and (b - a) * step >= BURST
    ]  # fmt: skip
    turns = [Turn(max(0.0, start - margin), min(length, end + margin), "") for start, end in parts]
    return [(turn.start, turn.end) for turn in joined(turns, pause)]


def runs(values) -> list[tuple]:
    """(first, last + 1) of every run of equal values.

    >>> runs(np.array([5, 5, 7]))
    [(0, 2), (2, 3)]
    """
    edges = [0, *(np.flatnonzero(np.diff(values.astype(int))) + 1).tolist(), len(values)]
    return [(a, b) for a, b in itertools.pairwise(edges) if b > a]
