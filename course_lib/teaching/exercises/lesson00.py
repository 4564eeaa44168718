"""Exercises of lesson 00: seconds from samples, and half an amplitude."""

import torch

from course_lib.teaching.exercises.exercise import Exercise, Misconception


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


EXERCISES = (
    Exercise(
        id="00.duration",
        title="How long is it?",
        kind="fill",
        spec=duration,
        cases=[(48_000, 16_000), (16_000, 16_000), (8_000, 16_000), (44_100, 22_050), (1, 8_000)],
        misconceptions=(
            Misconception(
                "upside down",
                lambda n_samples, rate: rate / n_samples,
                "This is seconds turned upside down. More samples must mean a longer recording: divide the samples by the rate.",
            ),
            Misconception(
                "whole seconds only",
                lambda n_samples, rate: n_samples // rate,
                "The double slash // drops what is left over, so half a second becomes 0. Use a single slash.",
            ),
            Misconception(
                "multiplied",
                lambda n_samples, rate: n_samples * rate,
                "Samples times samples per second is not a time. Check the units: samples / (samples / second) = seconds.",
            ),
            Misconception(
                "always 16 kHz",
                lambda n_samples, rate: n_samples / 16_000,
                "Right for 16 kHz, wrong for the others. Not every recording has the course's rate: use `rate`.",
            ),
        ),
        equivalents=(lambda n_samples, rate: n_samples * (1 / rate),),
        hints=(
            "At 16,000 samples a second, how long do 16,000 samples last? And 32,000?",
            "Write down the units. The rate is samples per second. Which division leaves seconds?",
            "Divide the number of samples by the rate: n_samples / rate.",
        ),
        solution="return n_samples / rate",
        why="The rate says how many samples pass in one second; the length is how often that fits into the recording.",
    ),
    Exercise(
        id="00.half_amplitude",
        title="Half the height",
        kind="function",
        spec=half_amplitude,
        cases=waves,
        misconceptions=(
            Misconception(
                "moved down",
                lambda wave: wave - 0.5,
                "Subtracting moves the whole wave down and leaves it just as high. Silence would become -0.5. Multiply instead.",
            ),
            Misconception(
                "doubled",
                lambda wave: wave / 0.5,
                "Dividing by 0.5 doubles the wave. Multiply by 0.5 or divide by 2.",
            ),
            Misconception(
                "every second sample",
                lambda wave: wave[::2],
                "This keeps every second sample: half as many numbers, each as large as before. The heights must shrink, not the list.",
            ),
            Misconception(
                "cut off",
                lambda wave: wave.clamp(-0.5, 0.5),
                "This cuts off everything beyond 0.5 and leaves the rest, which you would hear as a rasp. Every sample must shrink, small ones too.",
            ),
            Misconception(
                "half a decibel scale",
                lambda wave: wave.abs() * 0.5,
                "The negative half of the wave is gone: you halved the distance from zero and lost the sign.",
            ),
        ),
        equivalents=(lambda wave: wave / 2, lambda wave: wave - wave * 0.5),
        hints=(
            "Silence is zero and must stay zero. Which calculation keeps zero at zero?",
            "Every sample, positive or negative, must come half as close to zero as it was. A tensor can be multiplied as a whole.",
            "wave * 0.5",
        ),
        solution="return wave * 0.5",
        why="Amplitude is a height measured from zero, so a softer sound is every height times the same factor.",
    ),
)
