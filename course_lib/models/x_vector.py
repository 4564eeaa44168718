"""A stronger base: frames with growing context, their mean and standard deviation over time, one vector a voice.

Time-delay layers (dilated convolutions over time) read a mel spectrogram with ever wider context; statistics pooling
then takes the mean and standard deviation of every channel over time, for a sound of any length.
Ref: Snyder et al. 2018 (x-vectors); He et al. 2016 (residual); Hu et al. 2018 (squeeze and excitation);
Desplanques et al. 2020 (all blocks aggregated); Okabe et al. 2018 (attentive statistics).
"""

from collections import OrderedDict

import torch
from torch import nn
from torch.nn import functional as F

from course_lib.errors import CourseError

N_MELS = 64
SCALE_DB = 20.0  # about the standard deviation of speech


class XVector(nn.Module):
    """Mel spectrograms in dB (batch, 64, frames) to (batch, n_classes) scores.

    `.body` gives a vector of `embedding` numbers; `.head` is one dense layer. `channels`: of the time-delay layers;
    `blocks`: time-delay layers after the first; `attentive`: pooling weighs the frames; `one_length`: every vector is as
    long as the square root of `embedding`. Loudness does not matter: the mean of each picture is subtracted.
    Raises CourseError for n_classes below 1 and for input of another shape.

    >>> model = XVector(10)
    >>> model.body(torch.full((2, 64, 101), -60.0)).shape
    torch.Size([2, 320])
    """

    input = "mel"  # the function of course_lib.features that makes what it reads

    def __init__(
        self, n_classes, *, channels=256, blocks=3, embedding=320, attentive=False, one_length=False
    ):
        super().__init__()
        if n_classes < 1:
            raise CourseError(f"expected at least one class, got {n_classes}; give the number of speakers")
        self.body = VoiceBody(channels, blocks, embedding, attentive, one_length)
        self.head = nn.Linear(embedding, n_classes)

    def forward(self, x):
        return self.head(self.body(x))


class VoiceBody(nn.Sequential):
    """Mel spectrograms (batch, 64, frames) in dB to (batch, embedding)."""

    def __init__(self, channels, blocks, embedding, attentive=False, one_length=False):
        wide = 2 * channels
        super().__init__(
            OrderedDict(
                conv1=nn.Conv1d(N_MELS, channels, 5, stride=2, padding=2),  # 101 frames of 10 ms -> 51
                norm1=nn.BatchNorm1d(channels),
                relu1=nn.ReLU(),
                blocks=Aggregate(TimeDelay(channels, 2 + number) for number in range(blocks)),
                conv2=nn.Conv1d(blocks * channels, wide, 1),
                norm2=nn.BatchNorm1d(wide),
                relu2=nn.ReLU(),
                pool=AttentiveStatistics(wide) if attentive else StatisticsPooling(),  # (2 * wide)
                project=nn.Linear(2 * wide, embedding),
            )
        )
        if one_length:
            self.add_module("length", OneLength())

    def forward(self, x):
        return super().forward(self.prepare(x))

    @staticmethod
    def prepare(x):
        """Check the shape; subtract the picture's mean; scale decibels to around 1."""
        if x.dim() != 3 or x.shape[1] != N_MELS or x.shape[2] < 9:
            raise CourseError(
                f"expected mel spectrograms (batch, {N_MELS}, 9 frames or more), got {tuple(x.shape)}; mel(wave) "
                "makes them, a single one needs a batch axis: x.unsqueeze(0)"
            )
        return (x - x.mean((1, 2), keepdim=True)) / SCALE_DB


class TimeDelay(nn.Module):
    """x + gate * relu(norm(conv(x))): three frames `dilation` apart, channels weighed by squeeze and excitation.

    (batch, channels, frames) -> same
    """

    def __init__(self, channels, dilation):
        super().__init__()
        self.conv = nn.Conv1d(channels, channels, 3, padding=dilation, dilation=dilation)
        self.norm = nn.BatchNorm1d(channels)
        self.squeeze = nn.Linear(channels, channels // 8)
        self.excite = nn.Linear(channels // 8, channels)

    def forward(self, x):
        gate = torch.sigmoid(self.excite(F.relu(self.squeeze(x.mean(2)))))
        return x + gate[:, :, None] * F.relu(self.norm(self.conv(x)))


class Aggregate(nn.Sequential):
    """Blocks one after the other; the outputs of all are stacked. -> (batch, blocks * channels, frames)"""

    def __init__(self, blocks):
        super().__init__(
            OrderedDict((f"block{number}", block) for number, block in enumerate(blocks, start=1))
        )

    def forward(self, x):
        outputs = []
        for block in self:
            x = block(x)
            outputs.append(x)
        return torch.cat(outputs, 1)


class StatisticsPooling(nn.Module):
    """Mean and standard deviation over time. (batch, channels, frames) -> (batch, 2 * channels)."""

    def forward(self, x):
        return torch.cat([x.mean(2), (x.var(2, unbiased=False) + 1e-4).sqrt()], 1)


class AttentiveStatistics(nn.Module):
    """Mean and standard deviation over time, in which every channel weighs the frames by what it heard in them.

    (batch, channels, frames) -> (batch, 2 * channels). Ref: Okabe et al. 2018.
    """

    def __init__(self, channels):
        super().__init__()
        self.listen = nn.Conv1d(channels, channels // 8, 1)
        self.weigh = nn.Conv1d(channels // 8, channels, 1)

    def forward(self, x):
        weight = self.weigh(torch.tanh(self.listen(x))).softmax(2)
        mean = (weight * x).sum(2)
        variance = (weight * x.square()).sum(2) - mean.square()
        return torch.cat([mean, variance.clamp_min(1e-4).sqrt()], 1)


class OneLength(nn.Module):
    """Length normalisation: (batch, d) -> same directions, each sqrt(d) long. Ref: Garcia-Romero & Espy-Wilson 2011."""

    def forward(self, x):
        return F.normalize(x) * x.shape[1] ** 0.5
