"""A network trained on many words of many languages, whose embedding serves for words outside the training set.

What counts is the layer before the last: a sound as 192 numbers, similar for the same word in different voices. The
last layer, one score for each training word, is discarded after training.
Ref: Mazumder et al. 2021, Few-Shot Keyword Spotting in Any Language (the idea, with EfficientNet-B0);
Ioffe & Szegedy 2015 (BatchNorm); He et al. 2016 (residual).
"""

from collections import OrderedDict

import torch
from torch import nn
from torch.nn import functional as F

from course_lib.errors import CourseError

N_MELS, FRAMES = 64, 101  # mel of one second: hop 10 ms, 1 + 16000 // 160
SCALE_DB = 20.0  # about the standard deviation of speech
BANDS = 2  # what five halvings leave of 64 bands


class KeywordNet(nn.Module):
    """Mel spectrograms in dB, (batch, 64, 101), to (batch, n_classes) scores.

    `.body` gives a vector of `embedding` numbers, of length sqrt(embedding); `.head` is one dense layer. `width` is
    the number of channels of the first convolution. Loudness does not matter: each picture's mean is subtracted.
    Raises CourseError for n_classes below 1 and for input of another shape.

    >>> KeywordNet(10).body(torch.full((2, 64, 101), -60.0)).shape
    torch.Size([2, 192])
    """

    input = "mel"  # the function of course_lib.features that makes what it reads

    def __init__(self, n_classes, *, width=24, embedding=192):
        super().__init__()
        if n_classes < 1:
            raise CourseError(f"expected at least one class, got {n_classes}; give the number of words")
        self.body = WordBody(width, embedding)
        self.head = nn.Linear(embedding, n_classes)

    def forward(self, x):
        return self.head(self.body(x))


class WordBody(nn.Sequential):
    """Mel spectrograms (batch, 64, 101) in dB to (batch, embedding). Shapes: channels, bands, frames; width 24."""

    def __init__(self, width, embedding):
        wide = 10 * width
        super().__init__(
            OrderedDict(
                stage1=stage(1, width, 5, stride=2),  # (24, 32, 51)
                stage2=stage(width, 2 * width, stride=2),  # (48, 16, 26)
                stage3=stage(2 * width, 4 * width, stride=2),  # (96, 8, 13)
                stage4=Residual(4 * width),
                stage5=stage(4 * width, 8 * width, stride=(2, 1)),  # (192, 4, 13)
                stage6=stage(8 * width, wide, stride=(2, 1)),  # (240, 2, 13)
                pool=MeanMaxPool(),  # 2 * 2 * 240 = 960
                project=nn.Linear(2 * BANDS * wide, embedding),
                norm=nn.BatchNorm1d(embedding),
                length=L2Normalize(),
            )
        )

    def forward(self, x):
        return super().forward(self.prepare(x))

    @staticmethod
    def prepare(x):
        """Check the shape; subtract the picture's mean; scale decibels to around 1; add the channel axis.

        Channels lie last in memory: the same numbers, in less than half the time to train on a CPU.
        """
        if x.dim() != 3 or x.shape[1:] != (N_MELS, FRAMES):
            raise CourseError(
                f"expected mel spectrograms (batch, {N_MELS}, {FRAMES}), got {tuple(x.shape)}; one second at 16 kHz "
                "gives that with mel(wave), a single one needs a batch axis: x.unsqueeze(0)"
            )
        x = (x - x.mean((1, 2), keepdim=True)) / SCALE_DB
        return x.unsqueeze(1).to(memory_format=torch.channels_last)


def stage(before, after, size=3, *, stride=1):
    """Convolution, BatchNorm, ReLU. (batch, before, bands, frames) -> (batch, after, bands / stride, frames / stride)."""
    conv = nn.Conv2d(before, after, size, stride=stride, padding=size // 2, bias=False)
    return nn.Sequential(OrderedDict(conv=conv, norm=nn.BatchNorm2d(after), relu=nn.ReLU()))


class Residual(nn.Module):
    """x + stage(x): the stage only has to learn the difference. (batch, channels, bands, frames) -> same."""

    def __init__(self, channels):
        super().__init__()
        self.stage = stage(channels, channels)

    def forward(self, x):
        return x + self.stage(x)


class MeanMaxPool(nn.Module):
    """Mean and maximum over the frames. (batch, channels, bands, frames) -> (batch, 2 * channels * bands)."""

    def forward(self, x):
        return torch.cat([x.mean(3).flatten(1), x.amax(3).flatten(1)], 1)


class L2Normalize(nn.Module):
    """Every vector scaled to length sqrt(n): only its direction tells the word. (batch, n) -> same."""

    def forward(self, x):
        return F.normalize(x) * x.shape[1] ** 0.5
