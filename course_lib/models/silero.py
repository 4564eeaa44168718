"""A speech detector that others trained: the network of Silero VAD, with the weights of the package `silero-vad`.

It hears 32 ms at a time and remembers what went before, so that a door or a fan is told from a voice. The package is
never imported, because that sets the threads of the whole process to one, and its own loop takes a second for a minute.
Ref: Silero Team, Silero VAD, github.com/snakers4/silero-vad (MIT).
"""

import warnings
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

from course_lib.audio import as_wave
from course_lib.errors import CourseError

STEP, BEFORE, BEHIND = (
    512,
    64,
    64,
)  # samples: 32 ms at 16 kHz, and what is seen before (and mirrored behind) them
BATCH = 2_048  # steps that pass the convolutions at once: about a minute
FILE = "data/silero_vad.jit"  # the package's safetensors hold an older network


class SileroVAD(nn.Module):
    """wave (samples,) at 16 kHz -> the probability of speech in every 32 ms, (ceil(samples / 512),)."""

    def __init__(self):
        super().__init__()
        self.stft_conv = nn.Conv1d(
            1, 258, 256, stride=128, bias=False
        )  # cosines and sines of 129 frequencies
        self.conv1 = nn.Conv1d(129, 128, 3, padding=1)
        self.conv2 = nn.Conv1d(128, 64, 3, stride=2, padding=1)
        self.conv3 = nn.Conv1d(64, 64, 3, stride=2, padding=1)
        self.conv4 = nn.Conv1d(64, 128, 3, padding=1)
        self.lstm_cell = nn.LSTM(128, 128)
        self.final_conv = nn.Conv1d(128, 1, 1)

    @torch.no_grad()
    def forward(self, wave, gain=1.0, told=lambda steps: None):
        """gain: what the wave is multiplied by, block by block; told(n) is called when n more steps are done."""
        found, state, steps = [], None, -(-len(wave) // STEP)
        for first in range(0, steps, BATCH):
            begin, end = first * STEP - BEFORE, min(steps, first + BATCH) * STEP
            piece = wave[max(0, begin) : end]
            piece = functional.pad(piece, (max(0, -begin), end - max(0, begin) - len(piece)))
            heard, state = self.lstm_cell(self._encoded(gain * piece.unfold(0, BEFORE + STEP, STEP)), state)
            found.append(torch.sigmoid(self.final_conv(heard.relu().unsqueeze(-1))).flatten())
            told(len(heard))
        return torch.cat(found)

    def _encoded(self, windows):
        """(n, 576) -> (n, 128): magnitudes of four short spectra, through four convolutions."""
        bins = self.stft_conv(functional.pad(windows, (0, BEHIND), mode="reflect").unsqueeze(1))
        seen = (bins[:, :129].square() + bins[:, 129:].square()).sqrt()
        for layer in (self.conv1, self.conv2, self.conv3, self.conv4):
            seen = layer(seen).relu()
        return seen.squeeze(-1)


@lru_cache(maxsize=1)
def load_silero() -> SileroVAD:
    """The network with its weights. Raises CourseError where the package `silero-vad` is missing."""
    package = find_spec("silero_vad")
    if package is None:
        raise CourseError(
            "expected the package silero-vad, which holds the weights of the speech detector; make lab installs it, "
            "or: pip install silero-vad==6.2.3"
        )
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # of torch.jit: only the numbers are taken from the file
        weights = torch.jit.load(Path(package.origin).parent / FILE, map_location="cpu")._model.state_dict()
    model = SileroVAD()
    model.load_state_dict(
        dict(zip(model.state_dict(), weights.values(), strict=True))
    )  # the same layers in one order
    return model.eval()


def speech_probability(wave, **settings):
    """Probability of speech in every 32 ms of a recording: (samples,) at 16 kHz -> (ceil(samples / 512),) tensor.

    Settings as in `SileroVAD.forward`. Raises CourseError where the package `silero-vad` is missing.
    """
    return load_silero()(as_wave(wave), **settings)
