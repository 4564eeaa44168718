"""A head of prototypes: names for a few voices, and "somebody else" for all others, without any training.

The frozen body turns a second into a vector; the prototype of a voice is the mean direction of its vectors. Whoever
is not enrolled must not be taken for one of those who are. So the speakers on whom the base was trained stay in the
comparison: a second that is more like one of them is given to SOMEBODY_ELSE.
Ref: Snell et al. 2017, Prototypical networks; Qi, Brown & Lowe 2018, Low-shot learning with imprinted weights.
"""

import copy

import torch
from torch import nn
from torch.nn import functional as F

from course_lib.audio import SR, as_wave, cut_windows, window_middles
from course_lib.errors import AudioError, CourseError
from course_lib.transfer.pretrained import Base

SOMEBODY_ELSE = "somebody else"
SHARPNESS = 20.0  # a cosine of 1 counts exp(20) times a cosine of 0; chosen on synthetic voices
HOP = 0.5  # s from one enrolled window to the next
QUIET = 30.0  # dB: windows so far below the loudest one hold no speech
SHORTEST = 2  # windows with sound, at least: 1.5 s of speech


class PrototypeHead(nn.Module):
    """Vectors (n, d) to log-probabilities (n, names + 1), the last for everybody else.

    prototypes (names, d) and rivals (others, d): one direction for each voice; their lengths do not matter.

    >>> head = PrototypeHead(torch.eye(4)[:2], torch.eye(4)[2:])
    >>> head(torch.eye(4)).argmax(1).tolist()  # two known voices; the third and the fourth are strangers
    [0, 1, 2, 2]
    """

    def __init__(self, prototypes, rivals):
        super().__init__()
        self.names = len(prototypes)
        self.register_buffer("rows", F.normalize(torch.cat([prototypes, rivals]), dim=1))

    def forward(self, x):
        likeness = SHARPNESS * F.normalize(x, dim=1) @ self.rows.T
        log_probs = likeness.log_softmax(1)
        others = log_probs[:, self.names :].logsumexp(1, keepdim=True)
        return torch.cat([log_probs[:, : self.names], others], 1)


def fit_prototypes(base, voices) -> Base:
    """A new Base that knows `voices` {name: wave (n,) at 16 kHz, some seconds of one person} and SOMEBODY_ELSE.

    It is used like any other: `identify(it, wave)`, `diarize(wave, it, enrolled=True)`. The body is shared with
    `base`, whose head must be one dense layer (as that of `load_base()`). Raises CourseError for another head and
    for no voices, AudioError for less than 1.5 seconds of speech.
    """
    return with_prototypes(base, {name: prototype(base, wave, name) for name, wave in voices.items()})


def with_prototypes(base, prototypes) -> Base:
    """`fit_prototypes` for prototypes {name: (d,)} that are there already, so that no recording need be kept."""
    if not isinstance(base.model.head, nn.Linear):
        raise CourseError(
            f"expected a base whose head is one dense layer, got {type(base.model.head).__name__}; "
            'load_base("pretrained") is one'
        )
    if not prototypes or SOMEBODY_ELSE in prototypes:
        raise CourseError(
            f"expected voices {{name: ...}}, none of them called {SOMEBODY_ELSE!r}, got {list(prototypes)}"
        )
    model = copy.copy(base.model)  # the body is shared: nothing here trains it
    model._modules = dict(base.model._modules)
    model.head = PrototypeHead(torch.stack(list(prototypes.values())), base.model.head.weight.detach())
    return Base(model.eval(), [*prototypes, SOMEBODY_ELSE], dict(base.settings), {}, "prototypes")


def prototype(base, wave, name="this voice"):
    """The mean direction of a voice (d,), of length 1, over the windows with speech. wave: (n,) at 16 kHz, 1 s or more.

    Raises AudioError, with the name in it, for a recording with fewer than two windows of speech.
    """
    wave = as_wave(wave)
    if wave.ndim != 1 or len(wave) < SR:
        raise AudioError(f"expected one second or more of {name}, got shape {tuple(wave.shape)} at 16 kHz")
    speech = with_speech(_windows(wave))
    if len(speech) < SHORTEST:
        raise AudioError(
            f"expected two windows of speech or more of {name}, heard {len(speech)} in {len(wave) / SR:.1f} s; speak "
            "louder or longer, nearer to the microphone"
        )
    return mean_direction(base, speech)


def with_speech(windows):
    """Those of the windows (n, samples) of one recording that hold speech, judged by their level alone."""
    level = 10 * torch.log10(windows.square().mean(1) + 1e-10)
    return windows[(level > level.max() - QUIET) & (level > -70)]


def mean_direction(base, windows):
    """The mean direction (d,), of length 1, of the vectors of windows (k, samples)."""
    return F.normalize(F.normalize(base.embed(windows), dim=1).mean(0), dim=0)


def recording_direction(base, wave):
    """The mean direction (d,), of length 1, of a whole recording's seconds, HOP apart. wave: (n,) at 16 kHz."""
    return mean_direction(base, _windows(wave))


def _windows(wave):
    return torch.cat(list(cut_windows(wave, window_middles(len(wave), HOP))))
