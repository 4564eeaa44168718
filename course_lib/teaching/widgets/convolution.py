"""A small dense layer that slides over a sound: the numbers it sees, its kernel, every product, and their sum.

Any kernel size, stride, padding and dilation that torch accepts, on a sound's samples or on its spectrogram; the
parameters are counted against the dense layer that would do the same.
"""

import torch
from torch.nn import functional as F

from course_lib.errors import CourseError
from course_lib.models.small_cnn import CENTRE_DB, SCALE_DB
from course_lib.teaching.widgets.base import choice
from course_lib.teaching.widgets.sliding import SlidingExplorer

KERNELS = ("onset", "steady tone", "rising tone", "falling tone", "average", "random")
WRITTEN_OUT = 6  # products that are still told one by one


class ConvolutionExplorer(SlidingExplorer):
    """One kernel on a sound (samples,) at 16 kHz, 0.2 to 10 s; `kernels` adds your own, {name: (rows, columns)}.

    Levels are read as the small CNN reads them: (dB + 50) / 25. A kernel of your own is stretched to the window.
    """

    title = "Convolution explorer"
    signed = True

    def __init__(self, wave, kernels=None):
        self.own = {str(name): _kernel(values) for name, values in (kernels or {}).items()}
        names = [*self.own, *KERNELS]
        window = tuple(self.own[names[0]].shape) if self.own else (7, 7)
        super().__init__(wave, window=window, kernel=choice("Kernel", names, names[0]))

    def kernel(self, state) -> torch.Tensor:
        """The kernel of this setting, (window rows, window columns)."""
        name, size = state["kernel"], state["window"]
        if name not in self.own:
            return pattern(name, *size)
        own = self.own[name]
        return own if own.shape == size else F.interpolate(own[None, None], size=size, mode="bilinear")[0, 0]

    def read(self, view):
        return (view.values - CENTRE_DB) / SCALE_DB if view.unit == "dB" else view.values

    def unit(self, view):
        return "(dB + 50) / 25" if view.unit == "dB" else view.unit

    def respond(self, x, state):
        sizes = state["stride"], state["padding"], state["dilation"]
        return F.conv2d(x[None, None], self.kernel(state)[None, None], None, *sizes)[0, 0]

    def tables(self, patch, state):
        kernel = self.kernel(state)
        named = ("under the window", patch), ("x kernel", kernel), ("= products", patch * kernel)
        return [(title, numbers, {"signed": True}) for title, numbers in named]

    def describe(self, patch, out, state):
        kernel = self.kernel(state)
        products = (patch * kernel).flatten()
        strongest = products.abs().argsort(descending=True)[:WRITTEN_OUT].tolist()
        told = [f"{_factor(patch.flatten()[k])} x {_factor(kernel.flatten()[k])}" for k in sorted(strongest)]
        every = "" if len(products) <= WRITTEN_OUT else f", the {len(told)} strongest among them"
        weights, inputs = kernel.numel(), self.read(self.views[state["view"]]).numel()
        return (
            f"At place {state['place']} the {weights} products{every} {' + '.join(told)}, "
            f"sum to {float(out[state['place']]):.3f}. Parameters: {weights} + 1 bias = {weights + 1:,}; a dense "
            f"layer with the same input and output: {inputs * out.numel() + out.numel():,}."
        )


def pattern(name, rows, columns) -> torch.Tensor:
    """A kernel written by hand, (rows, columns), of length 1. In a single row the tones are waves.

    >>> (pattern("onset", 1, 2) * 2**0.5).round().tolist()  # later minus earlier
    [[-1.0, 1.0]]
    """
    if name not in KERNELS:
        raise CourseError(f"expected a kernel of {', '.join(KERNELS)}, got {name!r}")
    across = torch.linspace(-1, 1, columns) if columns > 1 else torch.zeros(1)
    up = torch.linspace(-1, 1, rows)[:, None] if rows > 1 else torch.zeros(1, 1)
    slope = {"rising tone": 1, "falling tone": -1}.get(name, 0)
    if name == "onset":
        kernel = across.sign().expand(rows, columns)
    elif name == "average":
        kernel = torch.ones(rows, columns)
    elif name == "random":
        kernel = torch.randn(rows, columns, generator=torch.Generator().manual_seed(0))
    elif rows == 1:  # four waves in the window; rising ones begin slowly
        kernel = torch.sin(torch.pi * (4 * across + slope * across.square()))[None]
    else:
        width = max(1 / (rows - 1), 0.2)
        line = torch.exp(-(((up - slope * across) / width) ** 2))
        kernel = line - line.mean(0)  # loudness alone says nothing
    return kernel / kernel.norm().clamp_min(1e-6)


def _factor(value) -> str:
    """
    >>> _factor(0.5), _factor(-0.5)
    ('0.50', '(-0.50)')
    """
    return f"{float(value):.2f}" if value >= 0 else f"({float(value):.2f})"


def _kernel(values) -> torch.Tensor:
    kernel = torch.as_tensor(values, dtype=torch.float32).detach()
    if kernel.ndim != 2 or kernel.numel() == 0:
        raise CourseError(f"expected a kernel (rows, columns), got shape {tuple(kernel.shape)}")
    return kernel
