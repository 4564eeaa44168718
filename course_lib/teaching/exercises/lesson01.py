"""Exercises of lesson 01: a Fourier transform of eight samples, the frame count, the hidden tone."""

import cmath
import math

import torch

from course_lib.audio import SR, tone
from course_lib.features import N_FFT, spectrogram
from course_lib.teaching.exercises.exercise import Exercise, Misconception


def dft(x):
    """X[k] = sum over n of x[n] exp(-2j pi k n / N): a list of N numbers -> a list of N complex numbers."""
    N = len(x)
    result = []
    for k in range(N):
        total = 0
        for n in range(N):
            total += x[n] * cmath.exp(-2j * cmath.pi * k * n / N)
        result.append(total)
    return result


def _dft(x, *, sign=-1, turns=2 * cmath.pi, first=0, scale=1.0):
    """The same sum with one thing changed, for the misconceptions."""
    N = len(x)
    ks = range(first, N + first)
    return [scale * sum(x[n] * cmath.exp(sign * 1j * turns * k * n / N) for n in range(N)) for k in ks]


def eight_samples():
    """An impulse in second place, a ramp, one that repeats twice, something irregular: eight numbers each."""
    impulse = [0.0, 1.0, 0, 0, 0, 0, 0, 0]
    twice = [math.sin(2 * math.pi * 2 * n / 8) for n in range(8)]
    return [
        (impulse,),
        ([float(n) for n in range(8)],),
        (twice,),
        ([0.3, -1.0, 0.5, 2.0, -0.7, 0.1, 0.9, -0.2],),
    ]


def frame_count(n_samples, hop):
    """Count the centres one by one: 0, hop, 2 hop, ... as long as they do not pass the last sample's end."""
    count, centre = 0, 0
    while centre <= n_samples:
        count, centre = count + 1, centre + hop
    return count


def find_tone(wave):
    """The bin with the most power on average over time, times the width of a bin: (16000,) -> Hz."""
    power = spectrogram(wave, scale="power").mean(dim=-1)  # (1025,)
    strongest = max(range(len(power)), key=lambda k: float(power[k]))
    return strongest * SR / N_FFT


def tones_in_noise():
    """Three tones on the middle of a bin, hidden in seeded noise: (16000,) each."""
    generator = torch.Generator().manual_seed(1)
    noise = [0.05 * torch.randn(SR, generator=generator) for _ in range(3)]
    frequencies = (500.0, 2375.0, 6250.0)  # bins 64, 304, 800
    return [(tone(frequency, amplitude=0.2) + n,) for frequency, n in zip(frequencies, noise)]


def _mean_power(wave):
    return spectrogram(wave, scale="power").mean(dim=-1)


EXERCISES = (
    Exercise(
        id="01.dft",
        title="A transform of eight samples",
        kind="function",
        spec=dft,
        cases=eight_samples,
        misconceptions=(
            Misconception(
                "turned the other way",
                lambda x: _dft(x, sign=1),
                "The sign in the exponent is missing: the transform turns by exp(-2j ...). With a plus you compute the inverse, apart from a factor.",
            ),
            Misconception(
                "half a turn",
                lambda x: _dft(x, turns=cmath.pi),
                "Your waves turn half as fast: a full turn is 2 pi, not pi.",
            ),
            Misconception(
                "divided by N",
                lambda x: _dft(x, scale=1 / len(x)),
                "The shape is right, each number is N times too small. The division by N belongs to the inverse transform.",
            ),
            Misconception(
                "counting from one",
                lambda x: _dft(x, first=1),
                "Your list starts at k = 1. The first bin is k = 0, the plain sum of the samples.",
            ),
            Misconception(
                "cosine only",
                lambda x: [complex(value.real, 0) for value in dft(x)],
                "Only the cosines were asked. A sine of the same frequency would go unnoticed: keep the complex number.",
            ),
            Misconception(
                "sizes only",
                lambda x: [abs(value) for value in dft(x)],
                "These are the sizes of the right numbers. Give back the complex numbers themselves: they also hold when each wave begins.",
            ),
        ),
        equivalents=(
            lambda x: list(torch.fft.fft(torch.tensor(x, dtype=torch.float64)).numpy()),
            lambda x: [
                sum(v * cmath.rect(1, -2 * math.pi * k * n / len(x)) for n, v in enumerate(x))
                for k in range(len(x))
            ],
        ),
        hints=(
            "You need two loops: one over the questions k, and inside it one over the samples n. Both run from 0 to N - 1.",
            "For one k, start with total = 0 and add x[n] * cmath.exp(-2j * cmath.pi * k * n / N) for every n.",
            "return [sum(x[n] * cmath.exp(-2j * cmath.pi * k * n / N) for n in range(N)) for k in range(N)]",
        ),
        solution="N = len(x)\nreturn [sum(x[n] * cmath.exp(-2j * cmath.pi * k * n / N) for n in range(N)) for k in range(N)]",
        why="Each k is one question: multiply by a wave that turns k times, and add up. What does not turn along cancels.",
    ),
    Exercise(
        id="01.frame_count",
        title="Count the frames",
        kind="function",
        spec=frame_count,
        cases=[(16_000, 512), (16_000, 160), (16_384, 512), (100, 512), (0, 512), (5120, 512)],
        misconceptions=(
            Misconception(
                "gaps instead of posts",
                lambda n_samples, hop: n_samples // hop,
                "You counted the steps between frames. A fence with 31 gaps has 32 posts: the first frame stands at sample 0.",
            ),
            Misconception(
                "rounded up",
                lambda n_samples, hop: math.ceil(n_samples / hop),
                "Rounding up is right only by luck. When the hop divides the length exactly, one frame is missing, the one at the very end.",
            ),
            Misconception(
                "not a whole number",
                lambda n_samples, hop: n_samples / hop + 1,
                "A frame is there or it is not: the count must be a whole number. Use // to drop the rest.",
            ),
            Misconception(
                "only whole windows",
                lambda n_samples, hop: max(0, (n_samples - N_FFT) // hop + 1),
                "This counts windows that lie wholly inside the sound. Here frames are centred: half a window of padding is added at each end.",
            ),
        ),
        equivalents=(
            lambda n_samples, hop: len(range(0, n_samples + 1, hop)),
            lambda n_samples, hop: int(n_samples / hop) + 1,
        ),
        hints=(
            "Write down where the frames stand: 0, 512, 1024, ... What is the last one that still lies within 16,000 samples?",
            "16,000 / 512 = 31.25, so there are 31 whole steps after the first frame. How many frames is that?",
            "n_samples // hop + 1",
        ),
        solution="return n_samples // hop + 1",
        why="One frame at sample 0, and one more for each whole hop that fits into the sound.",
    ),
    Exercise(
        id="01.find_tone",
        title="Find the tone",
        kind="function",
        spec=find_tone,
        cases=tones_in_noise,
        misconceptions=(
            Misconception(
                "a bin is not a hertz",
                lambda wave: int(_mean_power(wave).argmax()),
                "This is the number of the bin. Bins lie 16,000 / 2,048 = 7.8125 Hz apart: multiply.",
            ),
            Misconception(
                "divided by 1025",
                lambda wave: int(_mean_power(wave).argmax()) * SR / (N_FFT // 2 + 1),
                "Twice too high, nearly. The bins reach up to 8,000 Hz, half the rate, so their width is rate / 2048, not rate / 1025.",
            ),
            Misconception(
                "half the rate twice",
                lambda wave: int(_mean_power(wave).argmax()) * (SR / 2) / N_FFT,
                "Half of the right answer. Bin k of a window of N samples is k turns in N / rate seconds: k * rate / N.",
            ),
            Misconception(
                "the loudest moment",
                lambda wave: int(spectrogram(wave, scale="power").mean(dim=0).argmax()) * SR / N_FFT,
                "You averaged over the bins and found the loudest moment. Average over time, the last dimension, to find the strongest bin.",
            ),
            Misconception(
                "flattened",
                lambda wave: int(spectrogram(wave, scale="power").argmax()) * SR / N_FFT,
                "Without an average, argmax counts through all 1025 x 32 numbers in one row. Average over time first.",
            ),
        ),
        equivalents=(
            lambda wave: torch.fft.rfftfreq(N_FFT, 1 / SR)[_mean_power(wave).argmax()],
            lambda wave: float(spectrogram(wave, scale="power").sum(dim=-1).argmax()) * 7.8125,
        ),
        tolerance=1e-6,
        hints=(
            '`spectrogram(wave, scale="power")` has shape (1025, 32): bins first, then time. Which one do you want to average away?',
            "`.mean(dim=-1)` leaves one number for each bin and `.argmax()` says which is largest. Then: how many hertz lie between two bins?",
            'int(spectrogram(wave, scale="power").mean(dim=-1).argmax()) * SR / N_FFT',
        ),
        solution='power = spectrogram(wave, scale="power").mean(dim=-1)\nreturn int(power.argmax()) * SR / N_FFT',
        why="The tone is in every frame and the noise is not in the same place twice, so the average over time lifts the tone out.",
    ),
)
