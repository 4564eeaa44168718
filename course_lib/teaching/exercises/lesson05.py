"""Exercises of lesson 05: counting a kernel's parameters, sliding a kernel along a list, how far a layer sees."""

import math

import torch

from course_lib.teaching.exercises.exercise import Exercise, Misconception


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


EXERCISES = (
    Exercise(
        id="05.parameters",
        title="The parameters of a convolution layer",
        kind="fill",
        spec=parameters,
        cases=[(1, 32, 32, 12), (32, 64, 10, 4), (64, 128, 1, 1), (3, 5, 2, 7)],
        misconceptions=(
            Misconception(
                "no bias",
                lambda in_channels, units, height, width: in_channels * units * height * width,
                "The weights are right. Each unit also has a bias: one more number a unit.",
            ),
            Misconception(
                "one bias for all",
                lambda in_channels, units, height, width: in_channels * units * height * width + 1,
                "There is one bias for every unit, not one for the whole layer.",
            ),
            Misconception(
                "one channel read",
                lambda in_channels, units, height, width: units * height * width + units,
                "A kernel reads all channels of its input at once: it is height x width x in_channels numbers large.",
            ),
            Misconception(
                "a bias for every pair",
                lambda in_channels, units, height, width: in_channels * units * (height * width + 1),
                "You gave every pair of channel and unit its own bias. The unit adds up all its channels and then adds one bias.",
            ),
            Misconception(
                "one unit only",
                lambda in_channels, units, height, width: in_channels * height * width + 1,
                "This is the size of one unit. The layer has `units` of them.",
            ),
            Misconception(
                "a bias for every weight",
                lambda in_channels, units, height, width: 2 * in_channels * units * height * width,
                "You counted a bias beside each weight. A unit multiplies, adds everything up, and adds its one bias at the end.",
            ),
        ),
        equivalents=(
            lambda in_channels, units, height, width: (in_channels * height * width + 1) * units,
            lambda in_channels, units, height, width: sum(
                p.numel() for p in torch.nn.Conv2d(in_channels, units, (height, width)).parameters()
            ),
        ),
        hints=(
            "It is a dense layer whose inputs are the numbers under the window. How many are there?",
            "Lesson 02: inputs x units + units. The inputs are in_channels * height * width.",
            "in_channels * height * width * units + units",
        ),
        solution="return in_channels * height * width * units + units",
        why="It is the count of a dense layer that reads one patch, N_in x N_units + N_units. The size of the picture does not appear.",
    ),
    Exercise(
        id="05.slide",
        title="Slide a kernel",
        kind="function",
        spec=slide,
        cases=lists,
        misconceptions=(
            Misconception(
                "turned round",
                lambda values, kernel, stride, dilation: _slid(values, kernel[::-1], stride, dilation),
                "Your kernel runs backwards. That is what mathematics calls convolution; the layers of a network do not turn the kernel round.",
            ),
            Misconception(
                "stride forgotten",
                lambda values, kernel, stride, dilation: _slid(values, kernel, 1, dilation),
                "Your kernel moves by one each time. It should move by `stride`.",
            ),
            Misconception(
                "dilation forgotten",
                lambda values, kernel, stride, dilation: _slid(values, kernel, stride, 1),
                "Your kernel reads neighbours. With a dilation of d it reads every d-th value: start, start + d, start + 2 d, ...",
            ),
            Misconception(
                "stride and dilation exchanged",
                lambda values, kernel, stride, dilation: _slid(values, kernel, dilation, stride),
                "You have exchanged stride and dilation. Stride is the step from one output to the next; dilation is the gap between the values that one output reads.",
            ),
            Misconception(
                "the last place missing",
                lambda values, kernel, stride, dilation: _slid(values, kernel, stride, dilation, short=1),
                "One place is missing at the end. The last start is len(values) - reach, and range stops one before its end.",
            ),
            Misconception(
                "zeros put around",
                _padded,
                "You padded the ends, so that there are more places. Here the kernel stays on the values.",
            ),
            Misconception(
                "a mean",
                lambda values, kernel, stride, dilation: _slid(
                    values, kernel, stride, dilation, scale=1 / len(kernel)
                ),
                "You divided by the length of the kernel. A unit adds its products up and does not average them.",
            ),
        ),
        equivalents=(
            lambda values, kernel, stride, dilation: torch.nn.functional.conv1d(
                torch.tensor(values)[None, None],
                torch.tensor(kernel)[None, None],
                stride=stride,
                dilation=dilation,
            )[0, 0].tolist(),
            _slid,
        ),
        hints=(
            "One output is one dense unit on a part of the list: multiply place by place, add up. Then the next start.",
            "The output that starts at `start` reads values[start + k * dilation] for each k. The last start is len(values) - dilation * (len(kernel) - 1) - 1.",
            "[sum(w * values[start + k * dilation] for k, w in enumerate(kernel)) for start in range(0, len(values) - dilation * (len(kernel) - 1), stride)]",
        ),
        solution="reach = dilation * (len(kernel) - 1) + 1\nstarts = range(0, len(values) - reach + 1, stride)\nreturn [sum(w * values[start + k * dilation] for k, w in enumerate(kernel)) for start in starts]",
        why="The same weights at every start: that is all that a convolution layer is.",
        atol=1e-6,
    ),
    Exercise(
        id="05.receptive_field",
        title="How far does it see?",
        kind="debug",
        spec=receptive_field,
        cases=[
            ([(32, 16, 1)],),
            ([(3, 1, 1), (3, 1, 2), (3, 1, 4)],),
            ([(3, 2, 1), (5, 3, 1), (2, 2, 1)],),
            ([(32, 16, 1), (10, 4, 1), (1, 1, 1), (2, 2, 1)],),
        ],
        misconceptions=(
            Misconception(
                "the step too early",
                lambda layers: _field(layers, before=True),
                "This is the function as it came. A layer's own stride sets the distance between *its outputs*, so only the layers after it feel it.",
            ),
            Misconception(
                "only its own stride",
                lambda layers: _field(layers, own=True),
                "You multiply by the stride of the layer itself. What counts is the product of all strides before it: how far apart its inputs lie in the picture.",
            ),
            Misconception(
                "strides forgotten",
                lambda layers: _field(layers, strides=False),
                "You added the windows as if each layer read the picture itself. After a stride of 16, neighbours lie 16 points apart.",
            ),
            Misconception(
                "dilation forgotten",
                lambda layers: _field(layers, dilations=False),
                "A dilated window reaches further: its gaps are `dilation` wide.",
            ),
            Misconception(
                "windows instead of gaps",
                lambda layers: _field(layers, first=0, whole=True),
                "A window of 3 points has 2 gaps between them. Begin with one point, and add window - 1 gaps for each layer.",
            ),
            Misconception(
                "one point missing",
                lambda layers: _field(layers, first=0),
                "One point is missing: you counted the gaps. Begin with seen = 1.",
            ),
            Misconception(
                "windows multiplied",
                lambda layers: math.prod(window for window, _, _ in layers),
                "Windows do not multiply: neighbouring outputs look at overlapping parts of the input.",
            ),
        ),
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
        hints=(
            "Follow the second layer of [(3, 2, 1), (2, 1, 1)] by hand. Which input points do its two inputs read?",
            "`step` is how far apart the inputs of the present layer lie in the picture. For the first layer that is 1, whatever its stride.",
            "First `seen += (window - 1) * dilation * step`, and only then `step *= stride`.",
        ),
        solution="seen, step = 1, 1\nfor window, stride, dilation in layers:\n    seen += (window - 1) * dilation * step\n    step *= stride\nreturn seen",
        why="Each layer adds its gaps, and a gap is as wide as the product of the strides before it.",
    ),
)
