"""The small CNN of the talk behind this course: one second of sound in, one of ten speakers out.

The document gives output shapes and parameter counts but neither kernels nor strides; these are the ones that
reproduce its table from a 1025 x 32 spectrogram, to the last parameter: 218,730, of them 102,624 in the
convolutions (the body) and 116,106 in the two dense layers (the head). Ref: "Minutes: Speaker Diarization and
Tech Talk", slides "Base Model" and "Model Results"; dropout: Srivastava et al. 2014.
"""

from collections import OrderedDict

import torch
from torch import nn

from course_lib.errors import CourseError

CENTRE_DB, SCALE_DB = -50.0, 25.0  # speech in dB re full scale lies mostly between -100 and 0


class SmallCNN(nn.Module):
    """Three convolutions (`.body`, 896 features) and two dense layers (`.head`, n_classes scores).

    In: log-power spectrograms in dB, (batch, 1025, 32) or (batch, 1, 1025, 32). Out: (batch, n_classes) scores;
    `softmax` makes them probabilities. `dropout` is the probability with which a value is dropped after each stage in
    training. Raises CourseError for n_classes below 1 and for input of another shape.

    >>> model = SmallCNN(10)
    >>> [sum(p.numel() for p in part.parameters()) for part in (model.body, model.head)]
    [102624, 116106]
    """

    input = "spectrogram"  # the function of course_lib.features that makes what it reads

    def __init__(self, n_classes, *, dropout=0.2):
        super().__init__()
        if n_classes < 1:
            raise CourseError(f"expected at least one class, got {n_classes}; give the number of speakers")
        self.body = SpectrogramBody(dropout)
        self.head = nn.Sequential(
            OrderedDict(
                dense1=nn.Linear(896, 128),  # 896*128 + 128 = 114,816
                relu1=nn.ReLU(),
                dense2=nn.Linear(128, n_classes),  # 128*10 + 10 = 1,290
            )
        )

    def forward(self, x):
        return self.head(self.body(x))


class SpectrogramBody(nn.Sequential):
    """Spectrograms (batch, [1,] 1025, 32) in dB to features (batch, 896)."""

    def __init__(self, dropout):
        super().__init__(
            OrderedDict(
                conv1=nn.Conv2d(1, 32, (32, 12), stride=(16, 4), padding=(0, 4)),  # (32, 63, 8)   12,320
                relu1=nn.ReLU(),
                dropout1=nn.Dropout(dropout),
                conv2=nn.Conv2d(32, 64, (10, 4), stride=4),  # (64, 14, 2)   81,984
                relu2=nn.ReLU(),
                dropout2=nn.Dropout(dropout),
                conv3=nn.Conv2d(64, 128, 1),  # (128, 14, 2)   8,320
                relu3=nn.ReLU(),
                pool=nn.MaxPool2d(2),  # (128, 7, 1)
                dropout3=nn.Dropout(dropout),
                flatten=nn.Flatten(),  # 128*7*1 = 896
            )
        )

    def forward(self, x):
        return super().forward(self.prepare(x))

    @staticmethod
    def prepare(x):
        """Check the shape, add the channel axis, scale decibels to mean 0 and standard deviation 1, about.

        Channels lie last in memory: the same numbers, in less than half the time to train on a CPU.
        """
        if x.shape[-2:] != (1025, 32) or x.dim() not in (3, 4):
            raise CourseError(
                f"expected spectrograms (batch, 1025, 32), got shape {tuple(x.shape)}; one second at 16 kHz "
                "gives that with spectrogram(wave), a single one needs a batch axis: x.unsqueeze(0)"
            )
        x = x.unsqueeze(1) if x.dim() == 3 else x
        return ((x - CENTRE_DB) / SCALE_DB).to(memory_format=torch.channels_last)
