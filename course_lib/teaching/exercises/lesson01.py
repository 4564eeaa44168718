"""Exercises of lesson 01: a Fourier transform of eight samples, the frame count, the hidden tone."""

import cmath
import math

import torch

from course_lib.audio import SR, tone
from course_lib.features import N_FFT, spectrogram
from course_lib.teaching.exercises.banks import Code


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


CODE = {
    "01.dft": Code(
        spec=dft,
        cases=eight_samples,
        wrong={
            "turned the other way": lambda x: _dft(x, sign=1),
            "half a turn": lambda x: _dft(x, turns=cmath.pi),
            "divided by N": lambda x: _dft(x, scale=1 / len(x)),
            "counting from one": lambda x: _dft(x, first=1),
            "cosine only": lambda x: [complex(value.real, 0) for value in dft(x)],
            "sizes only": lambda x: [abs(value) for value in dft(x)],
        },
        equivalents=(
            lambda x: list(torch.fft.fft(torch.tensor(x, dtype=torch.float64)).numpy()),
            lambda x: [
                sum(v * cmath.rect(1, -2 * math.pi * k * n / len(x)) for n, v in enumerate(x))
                for k in range(len(x))
            ],
        ),
    ),
    "01.frame_count": Code(
        spec=frame_count,
        wrong={
            "gaps instead of posts": lambda n_samples, hop: n_samples // hop,
            "rounded up": lambda n_samples, hop: math.ceil(n_samples / hop),
            "not a whole number": lambda n_samples, hop: n_samples / hop + 1,
            "only whole windows": lambda n_samples, hop: max(0, (n_samples - N_FFT) // hop + 1),
        },
        equivalents=(
            lambda n_samples, hop: len(range(0, n_samples + 1, hop)),
            lambda n_samples, hop: int(n_samples / hop) + 1,
        ),
    ),
    "01.find_tone": Code(
        spec=find_tone,
        cases=tones_in_noise,
        wrong={
            "a bin is not a hertz": lambda wave: int(_mean_power(wave).argmax()),
            "divided by 1025": lambda wave: int(_mean_power(wave).argmax()) * SR / (N_FFT // 2 + 1),
            "half the rate twice": lambda wave: int(_mean_power(wave).argmax()) * (SR / 2) / N_FFT,
            "the loudest moment": lambda wave: (
                int(spectrogram(wave, scale="power").mean(dim=0).argmax()) * SR / N_FFT
            ),
            "flattened": lambda wave: int(spectrogram(wave, scale="power").argmax()) * SR / N_FFT,
        },
        equivalents=(
            lambda wave: torch.fft.rfftfreq(N_FFT, 1 / SR)[_mean_power(wave).argmax()],
            lambda wave: float(spectrogram(wave, scale="power").sum(dim=-1).argmax()) * 7.8125,
        ),
    ),
}
