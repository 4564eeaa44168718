"""Exercises of lesson 04: frames with their neighbours, the utterance's vote, a loader."""

import torch

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged import hand_training


def stack_frames(frames, in_frames):
    """Row t: the frames around t side by side, t in the middle, edges repeated. (n, f) -> (n, in_frames * f)."""
    rows = []
    for t in range(len(frames)):
        around = range(t - in_frames // 2, t + in_frames // 2 + 1)
        rows.append(torch.cat([frames[min(max(s, 0), len(frames) - 1)] for s in around]))
    return torch.stack(rows)


def _stacked(frames, in_frames, first, *, edge="repeat", step=1):
    """The same rows with one thing changed, for the misconceptions; `first` is where a row begins, counted from t."""
    rows = []
    for t in range(len(frames)):
        row = []
        for s in range(t + first, t + first + step * in_frames, step):
            outside = not 0 <= s < len(frames)
            inside = frames[min(max(s, 0), len(frames) - 1)]
            row.append(torch.zeros_like(inside) if outside and edge == "zeros" else inside)
        rows.append(torch.cat(row))
    return torch.stack(rows)


def few_frames():
    """Frames with one and with two features, and a recording shorter than its context."""
    return [
        (torch.tensor([[1.0], [2.0], [3.0], [4.0], [5.0]]), 3),
        (torch.tensor([[1.0, -1.0], [2.0, -2.0], [3.0, -3.0], [4.0, -4.0]]), 5),
        (torch.tensor([[7.0], [8.0]]), 5),
    ]


def decide(log_probs):
    """Add up each class over all frames, take the class with the largest sum. (frames, classes) -> class."""
    sums = [0.0] * log_probs.shape[1]
    for frame in log_probs.tolist():
        sums = [total + value for total, value in zip(sums, frame)]
    return sums.index(max(sums))


def utterances():
    """Log-probabilities of frames in which the shortcuts go wrong, each in its own way."""
    tables = (
        [
            [0.5, 0.4, 0.1],
            [0.5, 0.4, 0.1],
            [0.001, 0.9, 0.099],
        ],  # two of three frames say 0: the third is sure
        [
            [0.9, 0.05, 0.05],
            [0.9, 0.05, 0.05],
            [0.0001, 0.4, 0.5999],
        ],  # on average 0, but one frame rules it out
        [[0.1, 0.8, 0.1], [0.1, 0.8, 0.1], [0.95, 0.04, 0.01], [0.1, 0.8, 0.1]],  # the surest frame says 0
        [[0.2, 0.2, 0.6], [0.1, 0.1, 0.8], [0.5, 0.2, 0.3]],  # the first and the last frame disagree
    )
    return [(torch.tensor(table).log(),) for table in tables]


CODE = {
    "04.stack_frames": Code(
        spec=stack_frames,
        cases=few_frames,
        wrong={
            "only what comes": lambda frames, in_frames: _stacked(frames, in_frames, 0),
            "only what was": lambda frames, in_frames: _stacked(frames, in_frames, 1 - in_frames),
            "silence at the edges": lambda frames, in_frames: _stacked(
                frames, in_frames, -(in_frames // 2), edge="zeros"
            ),
            "backwards": lambda frames, in_frames: _stacked(frames, in_frames, in_frames // 2, step=-1),
            "edges cut off": lambda frames, in_frames: (
                frames.unfold(0, in_frames, 1).transpose(1, 2).flatten(1)
                if len(frames) >= in_frames
                else frames[:0].repeat(1, in_frames)
            ),
        },
        equivalents=(
            lambda frames, in_frames: frames[
                (torch.arange(len(frames))[:, None] + torch.arange(in_frames) - in_frames // 2).clamp(
                    0, len(frames) - 1
                )
            ].flatten(1),
        ),
    ),
    "04.decide": Code(
        spec=decide,
        cases=utterances,
        wrong={
            "majority vote": lambda log_probs: int(
                log_probs.argmax(1).bincount(minlength=log_probs.shape[1]).argmax()
            ),
            "mean of the probabilities": lambda log_probs: int(log_probs.exp().mean(0).argmax()),
            "the surest frame": lambda log_probs: int(log_probs.max(0).values.argmax()),
            "the least likely": lambda log_probs: int(log_probs.sum(0).argmin()),
            "the frame, not the class": lambda log_probs: int(log_probs.sum(1).argmax()),
        },
        equivalents=(
            lambda log_probs: int(log_probs.mean(0).argmax()),
            lambda log_probs: max(range(log_probs.shape[1]), key=lambda k: float(log_probs[:, k].sum())),
        ),
    ),
    "04.scale": hand_training.SCALE,
}
