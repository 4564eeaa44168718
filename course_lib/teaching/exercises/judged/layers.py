"""Judged: a front of pooling that forgets when but not who, and a convolution that does not loop."""

import timeit

import numpy as np
import torch
from torch.nn import functional as F

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged.material import pictures, probe, right, scaled, voices
from course_lib.teaching.exercises.judged.verdict import Verdict, ask, compare, expect

MOST = 64  # numbers that a front may give for a second
LATER = 11  # frames by which a sound is moved: about a third of a second

# -- 05.front


def front(pictures):
    """The mean over time of 64 bands: which frequencies, not when."""
    return F.avg_pool1d(pictures.mean(2), 16)


def _strongest(pictures):
    return F.max_pool2d(pictures[:, None, 1:], (16, 32)).flatten(1)


def judge_front(candidate) -> Verdict:
    seconds, P = voices(), pictures()

    def made(function, some):
        found = ask(function, some.clone())
        expect(isinstance(found, torch.Tensor), "a tensor", type(found).__name__)
        expect(found.ndim == 2 and len(found) == len(some), f"({len(some)}, k) numbers", tuple(found.shape))
        expect(bool(found.isfinite().all()), "finite numbers", "NaN or infinite ones")
        return found.float()

    def measured(function):
        learn, later = made(function, P), made(function, P.roll(LATER, 2))
        like = learn[~seconds.last]
        head = probe(scaled(like, like), seconds.who[~seconds.last])
        return right(head(scaled(later, like)[seconds.last]), seconds.who[seconds.last])

    as_is, later, turned = (made(candidate, some) for some in (P, P.roll(LATER, 2), P.roll(200, 1)))
    fault = ""
    if as_is.shape[1] > MOST:
        fault = "too many numbers"
    elif _change(as_is, later) > 0.2:
        fault = "it still knows when"
    elif _change(as_is, turned) < 0.2:
        fault = "it forgot which frequency"
    values = (
        measured(candidate),
        measured(lambda some: some.mean((1, 2))[:, None]),
        measured(front),
    )
    what = f"right on another day, {LATER} frames later"
    return compare(what, *values, fault, control="one mean of everything")


def _change(a, b):
    """How far numbers moved, beside how much they differ from sound to sound."""
    return float((a - b).pow(2).mean().sqrt() / (a.std(0).mean() + 1e-9))


FRONT = Code(
    spec=front,
    judge=judge_front,
    wrong={
        "it still knows when": lambda pictures: F.avg_pool2d(pictures[:, None], (32, 16)).flatten(1),
        "it forgot which frequency": lambda pictures: pictures.flatten(1).sort(1).values[:, ::1025],
        "too many numbers": lambda pictures: pictures.mean(2),
    },
    equivalents=(_strongest,),
)

# -- 06.faster


def slow_filter(wave, kernel):
    """The loop that is to be made faster: the kernel at every place where it fits. Lists in, a list out."""
    return [
        sum(kernel[k] * wave[start + k] for k in range(len(kernel)))
        for start in range(len(wave) - len(kernel) + 1)
    ]


def faster(wave, kernel):
    """All places at once, as a view, times the kernel."""
    return torch.as_tensor(wave).unfold(0, len(kernel), 1) @ torch.as_tensor(kernel)


def judge_faster(candidate) -> Verdict:
    wave, kernel = voices().waves[0][2000:5000].clone(), torch.linspace(-1, 2, 48)
    slow = np.array(slow_filter(wave.tolist(), kernel.tolist()))
    found = ask(candidate, wave.clone(), kernel.clone())
    expect(not isinstance(found, str) and np.ndim(found) == 1, "one row of numbers", type(found).__name__)
    found = np.asarray(found, dtype=float)
    flipped = np.convolve(wave.numpy(), kernel.numpy(), "valid")
    fault = ""
    if found.shape != slow.shape:
        fault = "padded"
    elif not np.allclose(found, slow, atol=1e-4):
        fault = "flipped" if np.allclose(found, flipped, atol=1e-4) else "other numbers"

    def seconds(function, given=(wave, kernel)):
        return min(timeit.repeat(lambda: function(*given), number=1, repeat=5))

    loop = seconds(slow_filter, (wave.tolist(), kernel.tolist()))
    times = loop / seconds(candidate)
    if not fault and times < 5:
        fault = "still a loop"
    share = np.log(max(times, 1)) / np.log(10)  # ten times as fast: the full mark
    shown = f"yours runs {times:.3g} times as fast as the loop, a worked solution {loop / seconds(faster):.3g} times"
    return Verdict(shown, float(share), fault)


FASTER = Code(
    spec=faster,
    judge=judge_faster,
    wrong={
        "flipped": lambda wave, kernel: np.convolve(wave, kernel, "valid"),
        "padded": lambda wave, kernel: np.correlate(wave, kernel, "same"),
        "still a loop": lambda wave, kernel: slow_filter(wave.tolist(), kernel.tolist()),
        "other numbers": lambda wave, kernel: np.correlate(wave, kernel / kernel.abs().sum(), "valid"),
    },
    equivalents=(
        lambda wave, kernel: F.conv1d(wave[None, None], kernel[None, None])[0, 0],
        lambda wave, kernel: np.correlate(wave, kernel, "valid"),
    ),
)
