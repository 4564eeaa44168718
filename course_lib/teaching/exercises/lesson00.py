"""Exercises of lesson 00: seconds from samples, and half an amplitude."""

import torch

from course_lib.teaching.exercises.banks import Code


def duration(n_samples, rate):
    """Seconds: how often one second's worth of samples fits into the recording."""
    return n_samples / rate


def half_amplitude(wave):
    """Sample by sample, half the height; (n,) -> (n,)."""
    return torch.stack([sample / 2 for sample in wave])


def waves():
    """A tone of ten periods, a rising ramp, silence: (1000,) each, in [-1, 1]."""
    time = torch.arange(1000) / 16_000
    return [(torch.sin(2 * torch.pi * 160 * time),), (torch.linspace(-0.8, 0.8, 1000),), (torch.zeros(1000),)]


CODE = {
    "00.duration": Code(
        spec=duration,
        wrong={
            "upside down": lambda n_samples, rate: rate / n_samples,
            "whole seconds only": lambda n_samples, rate: n_samples // rate,
            "multiplied": lambda n_samples, rate: n_samples * rate,
            "always 16 kHz": lambda n_samples, rate: n_samples / 16_000,
        },
        equivalents=(lambda n_samples, rate: n_samples * (1 / rate),),
    ),
    "00.half_amplitude": Code(
        spec=half_amplitude,
        cases=waves,
        wrong={
            "moved down": lambda wave: wave - 0.5,
            "doubled": lambda wave: wave / 0.5,
            "every second sample": lambda wave: wave[::2],
            "cut off": lambda wave: wave.clamp(-0.5, 0.5),
            "half a decibel scale": lambda wave: wave.abs() * 0.5,
        },
        equivalents=(lambda wave: wave / 2, lambda wave: wave - wave * 0.5),
    ),
}
