"""The three layers behind every network in this course, by hand: dense, pooling, convolution. Ref: torch.nn.

Each layer stands beside its spec: the slow loop that says what it computes, one output number at a time.
The layers do the same arithmetic on whole arrays, carry torch's own parameter names and agree with torch
(forward and gradients), so `Dense(4, 2).load_state_dict(nn.Linear(4, 2).state_dict())` works, and back.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

from course_lib.errors import CourseError


def out_size(size, kernel, stride=1, padding=0, dilation=1) -> int:
    """Number of positions of a window of `kernel` points along `size` points (rounded down, as torch does).

    Raises CourseError where the window is longer than the padded input.

    >>> out_size(1025, 32, stride=16), out_size(32, 12, stride=4, padding=4)  # first layer of the small CNN
    (63, 8)
    """
    reach = dilation * (kernel - 1) + 1  # points from the window's first to its last
    if size + 2 * padding < reach:
        raise CourseError(
            f"expected at least {reach} points for a window of {kernel} (dilation {dilation}), "
            f"got {size} + 2*{padding} of padding; use a smaller window or more padding"
        )
    return (size + 2 * padding - reach) // stride + 1


def windows(x, kernel, stride=(1, 1), dilation=(1, 1)):
    """All patches of a sliding window, as a view. (..., H, W) -> (..., H', W', kernel H, kernel W).

    >>> windows(torch.arange(4.0).reshape(1, 4), (1, 2))[0, :, 0].tolist()
    [[0.0, 1.0], [1.0, 2.0], [2.0, 3.0]]
    """
    reach = [d * (k - 1) + 1 for k, d in zip(kernel, dilation)]
    for axis in (0, 1):
        out_size(x.shape[axis - 2], kernel[axis], stride[axis], dilation=dilation[axis])
    patches = x.unfold(-2, reach[0], stride[0]).unfold(-2, reach[1], stride[1])
    return patches[..., :: dilation[0], :: dilation[1]]


def pair(value, name="size", least=1) -> tuple[int, int]:
    """3 -> (3, 3) and (3, 5) -> (3, 5); anything else is refused."""
    both = (value, value) if isinstance(value, int) else tuple(value)
    if len(both) != 2 or not all(isinstance(part, int) and part >= least for part in both):
        raise CourseError(
            f"expected {name} as one whole number or two (height, width), at least {least}; got {value!r}"
        )
    return both


def dense_spec(x, weight, bias):
    """y = x A^T + b, one unit at a time. x (N, in), weight (out, in), bias (out,) -> (N, out)."""
    y = x.new_zeros(len(x), len(weight))
    for n in range(len(x)):
        for unit in range(len(weight)):
            y[n, unit] = sum(x[n, i] * weight[unit, i] for i in range(len(weight[unit]))) + bias[unit]
    return y


class Dense(nn.Module):
    """Every output is a weighted sum of every input: y = x A^T + b. (..., in) -> (..., out). Ref: nn.Linear.

    It learns in_features * out_features weights and one bias a unit.

    >>> sum(p.numel() for p in Dense(in_features=896, out_features=128).parameters())  # 896*128 + 128
    114816
    """

    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        bound = 1 / math.sqrt(in_features)
        self.weight = nn.Parameter(torch.empty(out_features, in_features).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(out_features).uniform_(-bound, bound)) if bias else None

    def forward(self, x):
        if x.shape[-1] != self.in_features:
            raise CourseError(
                f"expected {self.in_features} input features, got shape {tuple(x.shape)}; "
                f"the last axis must be the features (flatten, or build Dense({x.shape[-1]}, ...))"
            )
        y = x @ self.weight.T
        return y if self.bias is None else y + self.bias

    def extra_repr(self):
        return f"{self.in_features}, {self.out_features}, bias={self.bias is not None}"


def avg_pool2d_spec(x, kernel, stride, padding=(0, 0)):
    """The mean of every window, zeros of the padding counted in. (N, C, H, W) -> (N, C, H', W')."""
    N, C, H, W = x.shape
    rows, columns = (out_size(s, k, t, p) for s, k, t, p in zip((H, W), kernel, stride, padding))
    y = x.new_zeros(N, C, rows, columns)
    for n, c, i, j in _everywhere(y):
        total = 0.0
        for a in range(kernel[0]):
            for b in range(kernel[1]):
                row, column = i * stride[0] + a - padding[0], j * stride[1] + b - padding[1]
                if 0 <= row < H and 0 <= column < W:
                    total = total + x[n, c, row, column]
        y[n, c, i, j] = total / (kernel[0] * kernel[1])
    return y


class AvgPool2d(nn.Module):
    """The mean of each window; nothing to learn. (..., H, W) -> (..., H', W'). Ref: nn.AvgPool2d.

    >>> AvgPool2d(2)(torch.tensor([[[[1.0, 3.0, 9.0], [5.0, 7.0, 9.0]]]])).tolist()  # the odd column falls off
    [[[[4.0]]]]
    """

    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.kernel_size = pair(kernel_size, "kernel_size")
        self.stride = self.kernel_size if stride is None else pair(stride, "stride")
        self.padding = _pool_padding(padding, self.kernel_size)

    def forward(self, x):
        return windows(pad(x, self.padding), self.kernel_size, self.stride).mean((-2, -1))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


def max_pool2d_spec(x, kernel, stride, padding=(0, 0), dilation=(1, 1)):
    """The largest value of every window; padding never wins. (N, C, H, W) -> (N, C, H', W')."""
    N, C, H, W = x.shape
    rows, columns = (
        out_size(s, k, t, p, d) for s, k, t, p, d in zip((H, W), kernel, stride, padding, dilation)
    )
    y = x.new_zeros(N, C, rows, columns)
    for n, c, i, j in _everywhere(y):
        best = None
        for a in range(kernel[0]):
            for b in range(kernel[1]):
                row = i * stride[0] + a * dilation[0] - padding[0]
                column = j * stride[1] + b * dilation[1] - padding[1]
                if 0 <= row < H and 0 <= column < W and (best is None or x[n, c, row, column] > best):
                    best = x[n, c, row, column]
        y[n, c, i, j] = -math.inf if best is None else best
    return y


class MaxPool2d(nn.Module):
    """The largest value of each window; the first of equals gets the gradient. Ref: nn.MaxPool2d.

    >>> MaxPool2d(2)(torch.tensor([[[[1.0, 3.0], [5.0, 7.0]]]])).tolist()
    [[[[7.0]]]]
    """

    def __init__(self, kernel_size, stride=None, padding=0, dilation=1):
        super().__init__()
        self.kernel_size = pair(kernel_size, "kernel_size")
        self.stride = self.kernel_size if stride is None else pair(stride, "stride")
        self.padding = _pool_padding(padding, self.kernel_size)
        self.dilation = pair(dilation, "dilation")

    def forward(self, x):
        x = pad(x, self.padding, value=-math.inf)
        return windows(x, self.kernel_size, self.stride, self.dilation).flatten(-2).max(-1).values

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, dilation={self.dilation}"


def conv2d_spec(x, weight, bias, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    """A dense layer slid over the input. x (N, in, H, W), weight (out, in, kH, kW) -> (N, out, H', W')."""
    N, _, H, W = x.shape
    out_channels, in_channels, kH, kW = weight.shape
    rows = out_size(H, kH, stride[0], padding[0], dilation[0])
    columns = out_size(W, kW, stride[1], padding[1], dilation[1])
    y = x.new_zeros(N, out_channels, rows, columns)
    for n, o, i, j in _everywhere(y):
        total = bias[o]
        for c in range(in_channels):
            for a in range(kH):
                for b in range(kW):
                    row = i * stride[0] + a * dilation[0] - padding[0]
                    column = j * stride[1] + b * dilation[1] - padding[1]
                    if 0 <= row < H and 0 <= column < W:
                        total = total + x[n, c, row, column] * weight[o, c, a, b]
        y[n, o, i, j] = total
    return y


class Conv2d(nn.Module):
    """One small dense layer, used at every place. (..., in, H, W) -> (..., out, H', W'). Ref: nn.Conv2d.

    >>> sum(p.numel() for p in Conv2d(1, 32, (32, 12)).parameters())  # 1*32*32*12 + 32
    12320
    """

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, bias=True):
        super().__init__()
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.stride = pair(kernel_size, "kernel_size"), pair(stride, "stride")
        self.padding, self.dilation = pair(padding, "padding", least=0), pair(dilation, "dilation")
        bound = 1 / math.sqrt(in_channels * math.prod(self.kernel_size))
        shape = (out_channels, in_channels, *self.kernel_size)
        self.weight = nn.Parameter(torch.empty(shape).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(out_channels).uniform_(-bound, bound)) if bias else None

    def forward(self, x):
        if x.dim() < 3 or x.shape[-3] != self.in_channels:
            raise CourseError(
                f"expected (..., {self.in_channels} channels, height, width), got shape {tuple(x.shape)}; "
                "a single spectrogram needs a channel axis: x.unsqueeze(-3)"
            )
        patches = windows(pad(x, self.padding), self.kernel_size, self.stride, self.dilation)
        y = torch.einsum("...chwab,ocab->...ohw", patches, self.weight)
        return y if self.bias is None else y + self.bias[:, None, None]

    def extra_repr(self):
        return (
            f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}, "
            f"padding={self.padding}, dilation={self.dilation}, bias={self.bias is not None}"
        )


def pad(x, padding, value=0.0):
    """Put `value` around the last two axes. (..., H, W) -> (..., H + 2 pH, W + 2 pW)."""
    return F.pad(x, (padding[1], padding[1], padding[0], padding[0]), value=value) if any(padding) else x


def _pool_padding(padding, kernel):
    padding = pair(padding, "padding", least=0)
    if any(2 * p > k for p, k in zip(padding, kernel)):
        raise CourseError(
            f"expected padding of at most half the window {kernel}, got {padding}; a window must see real points"
        )
    return padding


def _everywhere(y):
    """Every index of a tensor, in order."""
    return torch.cartesian_prod(*map(torch.arange, y.shape)).tolist()
