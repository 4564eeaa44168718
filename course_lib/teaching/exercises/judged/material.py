"""Sounds for judging: voices and words that are in no corpus, made in memory with the course's synthesiser, about a second.

Whoever reads this file can make them too: they are unseen because nobody trains on them, not because they are secret.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch

from course_lib.audio import SR
from course_lib.features import mel, spectrogram

SEED = 2_971  # of no corpus of the course
DAYS, SECONDS, UNSEEN = 5, 3, 2  # occasions of a voice, seconds of each, days that nobody trains on


@dataclass(frozen=True)
class Windows:
    """Seconds of sound: waves (n, 16000), who speaks (n,), and on which day (n,), counted from 0."""

    waves: torch.Tensor
    who: torch.Tensor
    day: torch.Tensor

    @property
    def last(self):
        """(n,) True on the last two days: those that nobody trains on."""
        return self.day > self.day.max() - UNSEEN


@cache
def voices(group="new", count=6, days=DAYS, seconds=SECONDS) -> Windows:
    """Seconds of `count` synthesised voices on `days` days, each day in a room of its own."""
    from course_lib.data.synthetic.rooms import draw_session
    from course_lib.data.synthetic.speakers import at_length
    from course_lib.data.synthetic.voices import draw_voice, on_a_day, stream

    rows = []
    for who in range(count):
        voice = draw_voice(SEED, f"{group} {who}")
        for day in range(days):
            draw = stream(SEED, group, who, day)
            wave = draw_session(draw).record(at_length(on_a_day(voice, draw), draw), 0)
            wave = np.pad(wave, (0, max(0, seconds * SR - len(wave))))
            rows += [(wave[k * SR : (k + 1) * SR], who, day) for k in range(seconds)]
    waves, who, day = zip(*rows)
    return Windows(torch.tensor(np.stack(waves)), torch.tensor(who), torch.tensor(day))


@cache
def numbers(group="new", count=6, days=DAYS, seconds=SECONDS):
    """128 numbers of each second, not scaled: mean and spread of each mel band in dB. (n, 128)"""
    bands = mel(voices(group, count, days, seconds).waves)
    return torch.cat([bands.mean(-1), bands.std(-1)], 1)


@cache
def pictures(group="new", count=6):
    """The spectrogram of each second, (n, 1025, 32) in dB."""
    return spectrogram(voices(group, count).waves)


@cache
def vectors(group="new", count=6, base="pretrained"):
    """What the base says of each second: (n, d), of length 1."""
    from course_lib.transfer import load_base

    found = load_base(base).embed(voices(group, count).waves).float()
    return torch.nn.functional.normalize(found, dim=1)


def scaled(X, like):
    """X with the mean and spread of the rows `like` taken out."""
    return (X - like.mean(0)) / (like.std(0) + 1e-6)


def right(scores, truth) -> float:
    """The share of rows whose largest score is the true class; scores (n, classes), truth (n,)."""
    return float((scores.argmax(1) == truth).float().mean())


def probe(X, y):
    """A linear head on X (n, d), fitted: a function from vectors to scores (m, classes)."""
    from course_lib.transfer import fit_head

    head = fit_head(np.asarray(X), np.asarray(y))

    def scores(Z):
        found = torch.tensor(head.scores(np.asarray(Z)))
        return torch.stack([-found, found], 1) if found.ndim == 1 else found

    return scores
