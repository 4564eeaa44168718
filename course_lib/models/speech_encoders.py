"""Networks that turn a sound into a vector as others built them: GE2E, ECAPA, and torchaudio's self-supervised ones.

Each is asked as a base is, with `embed`. Their weights are looked for by `transfer.public_encoders`.
Ref: Wan et al. 2018 (GE2E); Baevski et al. 2020 (wav2vec 2.0); Hsu et al. 2021 (HuBERT); Chen et al. 2022 (WavLM);
Desplanques et al. 2020 (ECAPA-TDNN); Ravanelli et al. 2021 (SpeechBrain).
"""

from functools import cache

import torch
from torch import nn
from torch.nn import functional as F

from course_lib.audio import SR, as_wave
from course_lib.compat import import_torchaudio
from course_lib.models.modes import evaluating

BATCH = 16  # sounds at a time
LOUDNESS_DB = -30.0  # GE2E learned from recordings that were raised to this level
LAYER = 4  # of twelve: early layers of a self-supervised network say most of the speaker (Chen et al. 2022, figure 2)


class Encoder(nn.Module):
    """A network with `vectors(waves)`, asked as a base is: in evaluation mode, without gradients, some sounds at a time."""

    def embed(self, waves):
        """(n, samples) at 16 kHz -> (n, d)."""
        with evaluating(self):
            return torch.cat([self.vectors(part) for part in as_wave(waves).split(BATCH)])


class GE2E(Encoder):
    """40 mel bands of power, frame by frame, through an LSTM; what it holds at the end becomes a direction."""

    def __init__(self, hidden=256, layers=3, embedding=256):
        super().__init__()
        self.lstm = nn.LSTM(40, hidden, layers, batch_first=True)
        self.linear = nn.Linear(hidden, embedding)

    def vectors(self, waves):
        _, (hidden, _) = self.lstm(power_mel(raised(waves)))
        return F.normalize(self.linear(hidden[-1]).relu(), dim=1)


class SelfSupervised(Encoder):
    """torchaudio's network for wav2vec 2.0, HuBERT and WavLM: the mean over time of what one layer says, counted from 1."""

    def __init__(self, network, layer=LAYER):
        super().__init__()
        self.network, self.layer = network, layer

    def vectors(self, waves):
        return self.network.extract_features(waves, num_layers=self.layer)[0][-1].mean(1)

    def every_layer(self, waves):
        """(layers, n, d): the mean over time of each layer, to choose from on a validation side."""
        with evaluating(self):
            parts = [self.network.extract_features(part)[0] for part in as_wave(waves).split(BATCH)]
        return torch.stack([torch.cat([each.mean(1) for each in layer]) for layer in zip(*parts)])


class ECAPA(Encoder):
    """SpeechBrain's ECAPA-TDNN behind its filter bank, whose mean over the sound is taken away."""

    def __init__(self, network, bands):
        super().__init__()
        self.network, self.bands = network, bands

    def vectors(self, waves):
        frames = self.bands(waves)  # (n, frames, bands)
        return self.network(frames - frames.mean(1, keepdim=True)).squeeze(1)


def raised(waves):
    """Quiet sounds at LOUDNESS_DB; loud ones stay as they are."""
    level = 10 * torch.log10(waves.square().mean(-1, keepdim=True) + 1e-12)
    return waves * 10 ** ((LOUDNESS_DB - level).clamp_min(0) / 20)


def power_mel(waves):
    """(n, samples) -> (n, frames, 40): power in mel bands of equal area, windows of 25 ms, 10 ms apart."""
    spectrum = torch.stft(
        waves, 400, 160, window=torch.hann_window(400), pad_mode="constant", return_complex=True
    )
    return spectrum.abs().square().transpose(1, 2) @ _bands()


@cache
def _bands():
    bands = import_torchaudio().functional.melscale_fbanks
    return bands(201, 0.0, SR / 2, 40, SR, norm="slaney", mel_scale="slaney")


def ecapa(**sizes):
    """An ECAPA with random weights, of the published sizes unless others are given."""
    import_torchaudio()  # first, in the guarded way: speechbrain imports it as well
    from speechbrain.lobes.features import Fbank
    from speechbrain.lobes.models.ECAPA_TDNN import ECAPA_TDNN

    sizes = {"channels": [1024, 1024, 1024, 1024, 3072], **sizes}
    return ECAPA(ECAPA_TDNN(80, **sizes), Fbank(n_mels=80))
