"""A head that is written down instead of trained: names for a few voices, and "somebody else" for all others.

The frozen body turns a second into a vector; a voice is the mean direction of its vectors ("imprinted weights").
Whoever is not enrolled must not become one of those who are. So the voices that the base learned stay in the race:
a second that is more like one of them goes to SOMEBODY_ELSE. Nothing is fitted, so a voice is known at once.
Ref: Qi, Brown & Lowe 2018, Low-shot learning with imprinted weights.
"""

import copy

import torch
from torch import nn
from torch.nn import functional as F

from course_lib.audio import SR, as_wave
from course_lib.errors import AudioError, CourseError
from course_lib.transfer.frozen_features import embed
from course_lib.transfer.pretrained import Base

SOMEBODY_ELSE = "somebody else"
SHARPNESS = 20.0  # a cosine of 1 counts exp(20) times a cosine of 0; chosen on synthetic voices
HOP = 0.5  # s from one enrolled window to the next
QUIET = 30.0  # dB: windows so far below the loudest one hold no speech
SHORTEST = 2  # windows with sound, at least: 1.5 s of speech


class Imprinted(nn.Module):
    """Vectors (n, d) to log-probabilities (n, names + 1), the last for everybody else.

    `voices` (names, d) and `rivals` (others, d) are directions, one for each voice.

    >>> head = Imprinted(torch.eye(4)[:2], torch.eye(4)[2:])
    >>> head(torch.eye(4)).argmax(1).tolist()  # two known voices; the third and the fourth are strangers
    [0, 1, 2, 2]
    """

    def __init__(self, voices, rivals):
        super().__init__()
        self.names = len(voices)
        self.register_buffer("rows", F.normalize(torch.cat([voices, rivals]), dim=1))

    def forward(self, x):
        likeness = SHARPNESS * F.normalize(x, dim=1) @ self.rows.T
        shares = likeness.log_softmax(1)
        others = shares[:, self.names :].logsumexp(1, keepdim=True)
        return torch.cat([shares[:, : self.names], others], 1)


def fit_prototypes(base, voices) -> Base:
    """A new Base that knows `voices` {name: wave (n,) at 16 kHz, some seconds of one person} and SOMEBODY_ELSE.

    It is used like any other: `identify(it, wave)`, `diarize(..., names=it.classes)`. `base` must end in one dense
    layer (such as `load_base()`). Raises CourseError for no voices, AudioError where there is too little speech.
    """
    return imprinted(base, {name: direction(base, wave, name) for name, wave in voices.items()})


def imprinted(base, directions) -> Base:
    """The same from {name: direction (d,)}, for whoever keeps no recordings."""
    if not isinstance(base.model.head, nn.Linear):
        raise CourseError(
            f"expected a base whose head is one dense layer, got {type(base.model.head).__name__}; "
            'load_base("pretrained") is one'
        )
    if not directions or SOMEBODY_ELSE in directions:
        raise CourseError(
            f"expected voices {{name: ...}}, none of them called {SOMEBODY_ELSE!r}, got {list(directions)}"
        )
    model = copy.copy(base.model)  # the body is shared: nothing here trains it
    model._modules = dict(base.model._modules)
    model.head = Imprinted(torch.stack(list(directions.values())), base.model.head.weight.detach())
    return Base(model.eval(), [*directions, SOMEBODY_ELSE], dict(base.settings), {}, "imprinted")


def direction(base, wave, name="this voice"):
    """The mean direction of a voice (d,), length 1, over the windows in which it can be heard. wave: (n,) at 16 kHz."""
    wave = as_wave(wave)
    if wave.ndim != 1 or len(wave) < SR:
        raise AudioError(f"expected one second or more of {name}, got shape {tuple(wave.shape)} at 16 kHz")
    windows = wave.unfold(0, SR, int(HOP * SR))
    level = 10 * torch.log10(windows.square().mean(1) + 1e-10)
    heard = windows[(level > level.max() - QUIET) & (level > -70)]
    if len(heard) < SHORTEST:
        raise AudioError(
            f"expected two windows of speech or more of {name}, heard {len(heard)} in {len(wave) / SR:.1f} s; speak "
            "louder or longer, nearer to the microphone"
        )
    return F.normalize(F.normalize(embed(base.model, base.transform(heard)), dim=1).mean(0), dim=0)
