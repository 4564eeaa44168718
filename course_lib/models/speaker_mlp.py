"""A multilayer perceptron that classifies the speaker of every frame; an utterance is decided by all of its frames.

Ref: "Intro to Speaker Recognition with PyTorch" (S. Pascual, UPC), its network PAV SpkID: stacked context frames,
three hidden layers, log-softmax.
"""

from collections import OrderedDict

from torch import nn

from course_lib.errors import CourseError


class SpeakerMLP(nn.Module):
    """Context frames (batch, in_frames * n_features) to log-probabilities (batch, n_classes).

    Each row holds a frame with its neighbours, as `features.context_frames` stacks them: `in_frames` frames in
    all, the frame itself in the middle, so `in_frames` is odd. Three hidden layers of `hsize` units: `.body`;
    the output layer and the log-softmax: `.head`. The defaults, without dropout and BatchNorm, are those published.
    Raises CourseError for an even `in_frames` and for rows of another length.

    >>> model = SpeakerMLP(20, 45)  # 420*100+100 + 2*(100*100+100) + 100*45+45
    >>> sum(p.numel() for p in model.parameters())
    66845
    """

    def __init__(self, n_features, n_classes, *, in_frames=21, hsize=100, dropout=0.0, batch_norm=False):
        super().__init__()
        if in_frames < 1 or in_frames % 2 == 0:
            raise CourseError(
                f"expected an odd number of frames, so that one stands in the middle, got in_frames={in_frames}; "
                f"use {max(1, in_frames - 1)} or {max(1, in_frames + 1)}"
            )
        self.n_features, self.in_frames = n_features, in_frames
        stages = OrderedDict()
        for number, width in enumerate([in_frames * n_features, hsize, hsize], start=1):
            stages[f"dense{number}"] = nn.Linear(width, hsize)
            if batch_norm:
                stages[f"norm{number}"] = nn.BatchNorm1d(hsize)
            stages[f"relu{number}"] = nn.ReLU()
            if dropout:
                stages[f"dropout{number}"] = nn.Dropout(dropout)
        self.body = nn.Sequential(stages)
        self.head = nn.Sequential(
            OrderedDict(dense4=nn.Linear(hsize, n_classes), log_softmax=nn.LogSoftmax(-1))
        )

    def forward(self, x):
        if x.shape[-1] != self.in_frames * self.n_features:
            raise CourseError(
                f"expected {self.in_frames} frames of {self.n_features} features in a row, "
                f"{self.in_frames * self.n_features} numbers, got shape {tuple(x.shape)}; "
                f"stack them with context_frames(frames, in_frames={self.in_frames})"
            )
        return self.head(self.body(x))


def decide(log_probs) -> int:
    """The class of a whole utterance: the largest sum of log-probabilities. (frames, n_classes) -> class index.

    Frames count as independent, so their probabilities multiply and their logarithms add.

    >>> import torch
    >>> decide(torch.tensor([[0.5, 0.5], [0.6, 0.4], [0.1, 0.9]]).log())  # 0.5*0.6*0.1 < 0.5*0.4*0.9
    1
    """
    if log_probs.dim() != 2 or not len(log_probs):
        raise CourseError(
            f"expected (frames, classes) with at least one frame, got {tuple(log_probs.shape)}; "
            "decide on one utterance at a time"
        )
    return int(log_probs.double().sum(0).argmax())
