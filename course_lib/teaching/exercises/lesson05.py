"""Exercises of lesson 05: how many places a window finds, max pooling of levels, a mean that must not count padding, a front that forgets when."""

import math

import torch

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged import layers


def out_size(size, window, stride, padding):
    """Slide the window and count: it stands at -padding, -padding + stride, ... as long as it fits."""
    count, place = 0, -padding
    while place + window <= size + padding:
        count, place = count + 1, place + stride
    return count


def max_pool(values, window, stride):
    """The largest of `window` values, every `stride` values, whole windows only: list -> list."""
    pooled, place = [], 0
    while place + window <= len(values):
        best = values[place]
        for value in values[place + 1 : place + window]:
            if value > best:
                best = value
        pooled.append(best)
        place += stride
    return pooled


def _pooled(values, window, stride, choose=max, places=None):
    """The same with one thing changed, for the misconceptions."""
    places = range(0, len(values) - window + 1, stride) if places is None else places
    return [choose(values[place : place + window]) for place in places]


def levels():
    """Levels in dB, all below zero; a few with zeros and positive numbers; windows that overlap and that leave a rest."""
    speech = [-60.0, -31.5, -28.0, -44.0, -52.5, -35.0, -61.0, -70.0, -33.0]
    return [
        (speech, 2, 2),
        (speech, 4, 4),
        (speech, 3, 1),
        (speech, 2, 3),
        ([0.9, -0.2, 0.1, -0.3, 0.6, -0.8], 2, 2),
    ]


def mean_over_time(features, lengths):
    """Mean of the first lengths[n] frames of clip n: (N, features, frames) -> (N, features)."""
    means = torch.zeros(features.shape[:2])
    for n, length in enumerate(lengths):
        for row in range(features.shape[1]):
            means[n, row] = sum(features[n, row, frame] for frame in range(length)) / length
    return means


def padded_batches():
    """Clips of different lengths filled up with the lowest level, with zeros, and with something arbitrary."""
    generator = torch.Generator().manual_seed(4)
    cases = []
    for fill in (-100.0, 0.0, 7.0):
        batch = torch.randn(3, 2, 6, generator=generator) * 10 - 40
        lengths = [6, 3, 1]
        for clip, length in zip(batch, lengths):
            clip[:, length:] = fill
        cases.append((batch, lengths))
    return cases


def _means(features, lengths, measure):
    return torch.stack([measure(clip, length) for clip, length in zip(features, lengths)])


CODE = {
    "05.out_size": Code(
        spec=out_size,
        wrong={
            "gaps instead of posts": lambda size, window, stride, padding: (
                (size + 2 * padding - window) // stride
            ),
            "rounded up": lambda size, window, stride, padding: (
                math.ceil((size + 2 * padding - window) / stride) + 1
            ),
            "padding on one side": lambda size, window, stride, padding: (
                (size + padding - window) // stride + 1
            ),
            "not a whole number": lambda size, window, stride, padding: (
                (size + 2 * padding - window) / stride + 1
            ),
            "the window takes no room": lambda size, window, stride, padding: (size + 2 * padding) // stride,
            "stride forgotten": lambda size, window, stride, padding: size + 2 * padding - window + 1,
        },
        equivalents=(
            lambda size, window, stride, padding: len(range(0, size + 2 * padding - window + 1, stride)),
            lambda size, window, stride, padding: int((size - window + 2 * padding) / stride + 1),
        ),
    ),
    "05.max_pool": Code(
        spec=max_pool,
        cases=levels,
        wrong={
            "started from zero": lambda values, window, stride: _pooled(
                values, window, stride, lambda part: max([0, *part])
            ),
            "largest in size": lambda values, window, stride: _pooled(
                values, window, stride, lambda part: max(part, key=abs)
            ),
            "the mean": lambda values, window, stride: _pooled(
                values, window, stride, lambda part: sum(part) / len(part)
            ),
            "the smallest": lambda values, window, stride: _pooled(values, window, stride, min),
            "half a window kept": lambda values, window, stride: _pooled(
                values, window, stride, places=range(0, len(values), stride)
            ),
            "steps of a whole window": lambda values, window, stride: _pooled(values, window, window),
            "steps of one": lambda values, window, stride: _pooled(values, window, 1),
        },
        equivalents=(
            lambda values, window, stride: torch.tensor(values).unfold(0, window, stride).amax(1).tolist(),
            lambda values, window, stride: [
                sorted(values[k : k + window])[-1] for k in range(0, len(values) - window + 1, stride)
            ],
        ),
    ),
    "05.mean_over_time": Code(
        spec=mean_over_time,
        cases=padded_batches,
        wrong={
            "padding counted": lambda features, lengths: features.mean(dim=-1),
            "summed over everything": lambda features, lengths: (
                features.sum(dim=-1) / torch.tensor(lengths)[:, None]
            ),
            "cut to the shortest": lambda features, lengths: features[..., : min(lengths)].mean(dim=-1),
            "the mean over the bands": lambda features, lengths: features.mean(dim=1),
            "the largest": lambda features, lengths: _means(
                features, lengths, lambda clip, length: clip[:, :length].amax(-1)
            ),
            "zeros where it was padded": lambda features, lengths: _means(
                features, lengths, lambda clip, length: clip[:, :length].sum(-1) / clip.shape[-1]
            ),
        },
        equivalents=(
            lambda features, lengths: _means(
                features, lengths, lambda clip, length: clip[:, :length].mean(-1)
            ),
            lambda features, lengths: (
                torch.where(
                    torch.arange(features.shape[-1]) < torch.tensor(lengths)[:, None, None], features, 0.0
                ).sum(-1)
                / torch.tensor(lengths)[:, None]
            ),
        ),
    ),
    "05.front": layers.FRONT,
}
