"""Exercises of lesson 03: steps of an epoch, frames with their neighbours, momentum that arrives, the utterance's vote, a loop and a loader."""

import math

import torch

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged import hand_training


def steps(n_examples, batch_size, epochs):
    """Deal the examples out, batch by batch, epoch by epoch, and count the steps."""
    count = 0
    for _ in range(epochs):
        left = n_examples
        while left > 0:
            left, count = left - batch_size, count + 1
    return count


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


def walk(gradients, lr, momentum):
    """Where one weight stands after each step, from 0: v = momentum * v + gradient; w = w - lr * v."""
    weight, velocity, places = 0.0, 0.0, []
    for gradient in gradients:
        velocity = momentum * velocity + gradient
        weight = weight - lr * velocity
        places.append(weight)
    return places


def _walk(gradients, lr, momentum, *, keep=None, share=1.0, sign=-1):
    """The same walk with one thing changed, for the misconceptions."""
    weight, velocity, places = 0.0, 0.0, []
    for gradient in gradients:
        velocity = (momentum if keep is None else keep) * velocity + share * gradient
        weight = weight + sign * lr * velocity
        places.append(weight)
    return places


def _nesterov(gradients, lr, momentum):
    weight, velocity, places = 0.0, 0.0, []
    for gradient in gradients:
        velocity = momentum * velocity + gradient
        weight = weight - lr * (gradient + momentum * velocity)
        places.append(weight)
    return places


def _reset(gradients, lr, momentum):
    weight, places = 0.0, []
    for number, gradient in enumerate(gradients):
        weight -= lr * (gradient + (momentum * gradients[number - 1] if number else 0.0))
        places.append(weight)
    return places


def _unrolled(gradients, lr, momentum):
    """Each gradient g has pushed by g (1 + m + m**2 + ...) since its step: the same walk without a velocity."""
    pushed = [
        sum(g * sum(momentum**k for k in range(t - s + 1)) for s, g in enumerate(gradients[: t + 1]))
        for t in range(len(gradients))
    ]
    return [-lr * push for push in pushed]


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
    "03.steps": Code(
        spec=steps,
        wrong={
            "the rest is left out": lambda n_examples, batch_size, epochs: n_examples // batch_size * epochs,
            "one too many": lambda n_examples, batch_size, epochs: (n_examples // batch_size + 1) * epochs,
            "rounded at the end": lambda n_examples, batch_size, epochs: math.ceil(
                n_examples * epochs / batch_size
            ),
            "one epoch only": lambda n_examples, batch_size, epochs: math.ceil(n_examples / batch_size),
            "not a whole number": lambda n_examples, batch_size, epochs: n_examples / batch_size * epochs,
        },
        equivalents=(
            lambda n_examples, batch_size, epochs: -(-n_examples // batch_size) * epochs,
            lambda n_examples, batch_size, epochs: len(range(0, n_examples, batch_size)) * epochs,
        ),
    ),
    "03.stack_frames": Code(
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
    "03.momentum": Code(
        spec=walk,
        wrong={
            "momentum never arrives": lambda gradients, lr, momentum: _walk(
                gradients, lr, momentum, keep=0.0
            ),
            "only one step back": _reset,
            "an average": lambda gradients, lr, momentum: _walk(gradients, lr, momentum, share=1 - momentum),
            "nothing is ever lost": lambda gradients, lr, momentum: _walk(gradients, lr, momentum, keep=1.0),
            "uphill": lambda gradients, lr, momentum: _walk(gradients, lr, momentum, sign=1),
            "looking ahead": _nesterov,
        },
        equivalents=(_unrolled,),
    ),
    "03.decide": Code(
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
    "03.train": hand_training.TRAIN,
    "03.scale": hand_training.SCALE,
}
