"""Exercises of lesson 04: how many places a window finds, max pooling of levels, a mean that must not count padding."""

import math

import torch

from course_lib.teaching.exercises.exercise import Exercise, Misconception


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


EXERCISES = (
    Exercise(
        id="04.out_size",
        title="How many are left?",
        kind="fill",
        spec=out_size,
        cases=[
            (1025, 4, 4, 0),
            (32, 4, 4, 0),
            (1025, 32, 16, 0),
            (32, 12, 4, 4),
            (10, 3, 1, 1),
            (7, 2, 3, 1),
        ],
        misconceptions=(
            Misconception(
                "gaps instead of posts",
                lambda size, window, stride, padding: (size + 2 * padding - window) // stride,
                "You counted the steps of the window, not its places. The first place needs no step: one more.",
            ),
            Misconception(
                "rounded up",
                lambda size, window, stride, padding: math.ceil((size + 2 * padding - window) / stride) + 1,
                "Rounding up counts a last window that hangs over the edge. Here only whole windows count: round down.",
            ),
            Misconception(
                "padding on one side",
                lambda size, window, stride, padding: (size + padding - window) // stride + 1,
                "Padding is added at both ends, so it counts twice.",
            ),
            Misconception(
                "not a whole number",
                lambda size, window, stride, padding: (size + 2 * padding - window) / stride + 1,
                "A place is there or it is not: the count must be a whole number. Use // to drop the rest.",
            ),
            Misconception(
                "the window takes no room",
                lambda size, window, stride, padding: (size + 2 * padding) // stride,
                "This is right only where stride and window are equal. A window needs room: take its length away before you divide.",
            ),
            Misconception(
                "stride forgotten",
                lambda size, window, stride, padding: size + 2 * padding - window + 1,
                "This counts the places of a window that moves by one. It moves by `stride`: divide.",
            ),
        ),
        equivalents=(
            lambda size, window, stride, padding: len(range(0, size + 2 * padding - window + 1, stride)),
            lambda size, window, stride, padding: int((size - window + 2 * padding) / stride + 1),
        ),
        hints=(
            "Write down where the window can begin: 0, stride, 2 stride, ... What is the last beginning at which it still fits?",
            "With padding the row is size + 2 * padding long. The last beginning is at most that minus window.",
            "(size + 2 * padding - window) // stride + 1",
        ),
        solution="return (size + 2 * padding - window) // stride + 1",
        why="After the first place the window can go (size + 2 padding - window) points further, and each step takes `stride` of them.",
    ),
    Exercise(
        id="04.max_pool",
        title="Max pooling of levels",
        kind="function",
        spec=max_pool,
        cases=levels,
        misconceptions=(
            Misconception(
                "started from zero",
                lambda values, window, stride: _pooled(values, window, stride, lambda part: max([0, *part])),
                "You start with best = 0. Levels in dB are negative, so nothing ever beats it. Start with the first value of the window.",
            ),
            Misconception(
                "largest in size",
                lambda values, window, stride: _pooled(
                    values, window, stride, lambda part: max(part, key=abs)
                ),
                "You took the value that is farthest from zero. In decibels that is the quietest: -70 is less than -30.",
            ),
            Misconception(
                "the mean",
                lambda values, window, stride: _pooled(
                    values, window, stride, lambda part: sum(part) / len(part)
                ),
                "This is average pooling: the mean of each window. Asked is the largest value.",
            ),
            Misconception(
                "the smallest",
                lambda values, window, stride: _pooled(values, window, stride, min),
                "You took the smallest value of each window. -70 is smaller than -30, although its digits look larger.",
            ),
            Misconception(
                "half a window kept",
                lambda values, window, stride: _pooled(
                    values, window, stride, places=range(0, len(values), stride)
                ),
                "You have windows at the end that hang over the edge. Like torch, keep whole windows only.",
            ),
            Misconception(
                "steps of a whole window",
                lambda values, window, stride: _pooled(values, window, window),
                "Your window always moves by its own length. It should move by `stride`, which may be shorter or longer.",
            ),
            Misconception(
                "steps of one",
                lambda values, window, stride: _pooled(values, window, 1),
                "Your window moves by one value. It should move by `stride`.",
            ),
        ),
        equivalents=(
            lambda values, window, stride: torch.tensor(values).unfold(0, window, stride).amax(1).tolist(),
            lambda values, window, stride: [
                sorted(values[k : k + window])[-1] for k in range(0, len(values) - window + 1, stride)
            ],
        ),
        hints=(
            "First find where each window begins: 0, stride, 2 * stride, ... as long as the whole window fits.",
            "range(0, len(values) - window + 1, stride) gives the beginnings. The window at k is values[k : k + window].",
            "return [max(values[k : k + window]) for k in range(0, len(values) - window + 1, stride)]",
        ),
        solution="return [max(values[k : k + window]) for k in range(0, len(values) - window + 1, stride)]",
        why="One window after the other, each as far as it fits; of each only the largest value stays.",
    ),
    Exercise(
        id="04.mean_over_time",
        title="A mean that forgets the padding",
        kind="debug",
        spec=mean_over_time,
        cases=padded_batches,
        misconceptions=(
            Misconception(
                "padding counted",
                lambda features, lengths: features.mean(dim=-1),
                "This is the function as it came: it also counts the frames that were only filled in. Use `lengths`.",
            ),
            Misconception(
                "summed over everything",
                lambda features, lengths: features.sum(dim=-1) / torch.tensor(lengths)[:, None],
                "You divide by the right length, but the sum still holds the filled-in frames. That works only while they are zero, and silence in dB is -100.",
            ),
            Misconception(
                "cut to the shortest",
                lambda features, lengths: features[..., : min(lengths)].mean(dim=-1),
                "Every clip is cut to the shortest one of the batch. Each clip should keep all its own frames.",
            ),
            Misconception(
                "the mean over the bands",
                lambda features, lengths: features.mean(dim=1),
                "You averaged over the bands, axis 1. Time is the last axis, and one number for each band should be left.",
            ),
            Misconception(
                "the largest",
                lambda features, lengths: _means(
                    features, lengths, lambda clip, length: clip[:, :length].amax(-1)
                ),
                "This is max pooling of the true frames. Asked is their mean.",
            ),
            Misconception(
                "zeros where it was padded",
                lambda features, lengths: _means(
                    features, lengths, lambda clip, length: clip[:, :length].sum(-1) / clip.shape[-1]
                ),
                "The sum is right, but you divide it by the number of all frames. Divide by the clip's own length.",
            ),
        ),
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
        hints=(
            "Take the clips one at a time: features[n] has shape (features, frames). How many of its frames are true?",
            "features[n, :, : lengths[n]] are the true frames of clip n. Take their mean over the last axis.",
            "return torch.stack([clip[:, :length].mean(dim=-1) for clip, length in zip(features, lengths)])",
        ),
        solution="return torch.stack([clip[:, :length].mean(dim=-1) for clip, length in zip(features, lengths)])",
        why="Padding makes clips equally long so that they fit into one array. It says nothing about the sound and must not be counted.",
    ),
)
