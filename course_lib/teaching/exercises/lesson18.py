"""Functions of the exercises of lesson 18; their words are in lesson18.yaml."""

import torch

from course_lib.teaching.exercises.banks import Code


def peak_amplitude(wave):
    """Sample by sample, the largest distance from zero; (n,) -> a number."""
    return max(abs(float(sample)) for sample in wave)


def milliseconds(n_samples, rate):
    """Seconds, a thousand times."""
    return n_samples / rate * 1000


def waves():
    """Short waves with the peak above or below zero."""
    return [(torch.tensor([0.1, -0.5, 0.25]),), (torch.tensor([0.3, 0.125]),), (torch.zeros(4),)]


CODE = {
    "18.peak_amplitude": Code(
        spec=peak_amplitude,
        cases=waves,
        wrong={
            "upper side only": lambda wave: wave.max(),
            "from bottom to top": lambda wave: wave.max() - wave.min(),
            "mean instead of maximum": lambda wave: wave.abs().mean(),
        },
        equivalents=(lambda wave: wave.abs().max(),),
    ),
    "18.milliseconds": Code(
        spec=milliseconds,
        wrong={
            "seconds": lambda n_samples, rate: n_samples / rate,
            "upside down": lambda n_samples, rate: rate / n_samples,
            "always 16 kHz": lambda n_samples, rate: n_samples / 16,
        },
        equivalents=(lambda n_samples, rate: 1000 * n_samples / rate,),
    ),
}
