"""Exercises of lesson 06: counting a kernel's parameters, sliding a kernel along a list, how far a layer sees, a fast filter."""

import math

import torch

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged import layers


def parameters(in_channels, units, height, width):
    """Count them one by one: for each unit a weight for every number under the window, and one bias."""
    count = 0
    for _unit in range(units):
        for _channel in range(in_channels):
            for _row in range(height):
                count += width
        count += 1
    return count


def slide(values, kernel, stride, dilation):
    """out[i] = sum over k of kernel[k] * values[i * stride + k * dilation]: list -> list, whole windows only."""
    reach = dilation * (len(kernel) - 1) + 1
    out, start = [], 0
    while start + reach <= len(values):
        total = 0.0
        for k in range(len(kernel)):
            total += kernel[k] * values[start + k * dilation]
        out.append(total)
        start += stride
    return out


def _slid(values, kernel, stride, dilation, *, short=0, scale=1.0):
    """The same with one thing changed, for the misconceptions."""
    last = len(values) - dilation * (len(kernel) - 1) - short
    return [
        scale * sum(w * values[start + k * dilation] for k, w in enumerate(kernel))
        for start in range(0, last, stride)
    ]


def _padded(values, kernel, stride, dilation):
    half = dilation * (len(kernel) - 1) // 2
    return _slid([0.0] * half + list(values) + [0.0] * half, kernel, stride, dilation)


def lists():
    """A single one, a ramp, something irregular; kernels that are not their own mirror image."""
    rough = [0.5, -1.0, 2.0, 0.0, 3.0, -0.5, 1.5, 2.5, -2.0]
    return [
        ([0.0, 0.0, 1.0, 0.0, 0.0], [1.0, 2.0, 4.0], 1, 1),
        (rough, [-1.0, 1.0], 1, 1),
        (rough, [1.0, 0.0, -2.0], 2, 1),
        (rough, [0.5, -1.0, 0.25], 1, 3),
        (rough, [2.0, 1.0, -1.0], 3, 2),
    ]


def receptive_field(layers):
    """Go back from one output and collect every input point that it touches; each layer is (window, stride, dilation)."""
    seen = {0}
    for window, stride, dilation in reversed(layers):
        seen = {place * stride + k * dilation for place in seen for k in range(window)}
    return max(seen) - min(seen) + 1


def _field(layers, *, first=1, before=False, own=False, strides=True, dilations=True, whole=False):
    """The quick way with one thing changed, for the misconceptions."""
    seen, step = first, 1
    for window, stride, dilation in layers:
        if before:
            step *= stride
        times = (stride if own else step) if strides else 1
        seen += (window if whole else window - 1) * (dilation if dilations else 1) * times
        if not before:
            step *= stride
    return seen


CODE = {
    "06.parameters": Code(
        spec=parameters,
        wrong={
            "no bias": lambda in_channels, units, height, width: in_channels * units * height * width,
            "one bias for all": lambda in_channels, units, height, width: (
                in_channels * units * height * width + 1
            ),
            "one channel read": lambda in_channels, units, height, width: units * height * width + units,
            "a bias for every pair": lambda in_channels, units, height, width: (
                in_channels * units * (height * width + 1)
            ),
            "one unit only": lambda in_channels, units, height, width: in_channels * height * width + 1,
            "a bias for every weight": lambda in_channels, units, height, width: (
                2 * in_channels * units * height * width
            ),
        },
        equivalents=(
            lambda in_channels, units, height, width: (in_channels * height * width + 1) * units,
            lambda in_channels, units, height, width: sum(
                p.numel() for p in torch.nn.Conv2d(in_channels, units, (height, width)).parameters()
            ),
        ),
    ),
    "06.slide": Code(
        spec=slide,
        cases=lists,
        wrong={
            "turned round": lambda values, kernel, stride, dilation: _slid(
                values, kernel[::-1], stride, dilation
            ),
            "stride forgotten": lambda values, kernel, stride, dilation: _slid(values, kernel, 1, dilation),
            "dilation forgotten": lambda values, kernel, stride, dilation: _slid(values, kernel, stride, 1),
            "stride and dilation exchanged": lambda values, kernel, stride, dilation: _slid(
                values, kernel, dilation, stride
            ),
            "the last place missing": lambda values, kernel, stride, dilation: _slid(
                values, kernel, stride, dilation, short=1
            ),
            "zeros put around": _padded,
            "a mean": lambda values, kernel, stride, dilation: _slid(
                values, kernel, stride, dilation, scale=1 / len(kernel)
            ),
        },
        equivalents=(
            lambda values, kernel, stride, dilation: torch.nn.functional.conv1d(
                torch.tensor(values)[None, None],
                torch.tensor(kernel)[None, None],
                stride=stride,
                dilation=dilation,
            )[0, 0].tolist(),
            _slid,
        ),
    ),
    "06.receptive_field": Code(
        spec=receptive_field,
        cases=[
            ([(32, 16, 1)],),
            ([(3, 1, 1), (3, 1, 2), (3, 1, 4)],),
            ([(3, 2, 1), (5, 3, 1), (2, 2, 1)],),
            ([(32, 16, 1), (10, 4, 1), (1, 1, 1), (2, 2, 1)],),
        ],
        wrong={
            "the step too early": lambda layers: _field(layers, before=True),
            "only its own stride": lambda layers: _field(layers, own=True),
            "strides forgotten": lambda layers: _field(layers, strides=False),
            "dilation forgotten": lambda layers: _field(layers, dilations=False),
            "windows instead of gaps": lambda layers: _field(layers, first=0, whole=True),
            "one point missing": lambda layers: _field(layers, first=0),
            "windows multiplied": lambda layers: math.prod(window for window, _, _ in layers),
        },
        equivalents=(
            _field,
            lambda layers: (
                1
                + sum(
                    (window - 1) * dilation * math.prod(stride for _, stride, _ in layers[:k])
                    for k, (window, _, dilation) in enumerate(layers)
                )
            ),
        ),
    ),
    "06.faster": layers.FASTER,
}
