"""A model in numbers: its layers and parameters, the receptive field of each layer, the operations of a pass.

Ref: Keras's `Model.summary`; Dumoulin & Visin 2016, section 4 (receptive field).
"""

import copy
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

from course_lib.errors import CourseError
from course_lib.layers import pair
from course_lib.models.modes import evaluating, training

SLIDING = ("kernel_size", "stride", "padding")  # the attributes of every layer with a sliding window
ACTIVATIONS = (nn.ReLU, nn.Tanh, nn.Sigmoid, nn.GELU, nn.SiLU, nn.LeakyReLU, nn.Softmax, nn.LogSoftmax)


@dataclass(frozen=True)
class Row:
    """One layer: its name in the model, its type, the shape of its output for one example, its own parameters."""

    name: str
    kind: str
    output_shape: tuple
    params: int
    frozen: int


@dataclass(frozen=True)
class LayerTable:
    """The rows, and the sums over the whole model (a parameter that two layers share counts once)."""

    rows: tuple
    total_params: int
    trainable_params: int

    @property
    def frozen_params(self) -> int:
        return self.total_params - self.trainable_params

    def __repr__(self):
        cells = [("layer", "kind", "output", "parameters", "")]
        for row in self.rows:
            shape = " x ".join(map(str, row.output_shape)) or "one number"
            note = "" if not row.frozen else "frozen" if row.frozen == row.params else "partly frozen"
            cells.append((row.name, row.kind, shape, f"{row.params:,}", note))
        width = [max(len(line[column]) for line in cells) for column in range(4)]
        lines = [
            f"{name:<{width[0]}}  {kind:<{width[1]}}  {shape:>{width[2]}}  {params:>{width[3]}}  {note}".rstrip()
            for name, kind, shape, params, note in cells
        ]
        rule = "-" * max(map(len, lines))
        share = self.frozen_params / self.total_params if self.total_params else 0.0
        total = (
            f"total {self.total_params:,} · trained {self.trainable_params:,} · frozen {self.frozen_params:,} "
            f"(base-model utilization {share:.2%})"
        )
        return "\n".join([lines[0], rule, *lines[1:], rule, total])


def layer_table(model, input_shape) -> LayerTable:
    """Run one example of zeros through `model` and list its layers. `input_shape` has no batch axis.

    An activation function is named beside the layer whose output it changes, as in Keras. The model's modes and
    weights stay as they are. Raises CourseError where `input_shape` is not a tuple of positive whole numbers.

    >>> layer_table(nn.Sequential(nn.Linear(4, 2), nn.ReLU()), (4,))
    layer  kind          output  parameters
    ---------------------------------------
    0      Linear, ReLU       2          10
    ---------------------------------------
    total 10 · trained 10 · frozen 0 (base-model utilization 0.00%)
    """
    if not isinstance(input_shape, (tuple, list, torch.Size)) or not all(
        isinstance(size, int) and size > 0 for size in input_shape
    ):
        raise CourseError(
            f"expected the shape of one example, such as (1025, 32), got {input_shape!r}; leave the batch axis out"
        )
    rows, hooks = [], []
    for name, module in model.named_modules():
        if not any(module.children()) or any(True for _ in module.parameters(recurse=False)):
            hooks.append(module.register_forward_hook(_note(rows, name)))
    weight = next(model.parameters(), torch.zeros(()))
    try:
        with evaluating(model):
            model(torch.zeros(1, *input_shape, dtype=weight.dtype, device=weight.device))
    finally:
        for hook in hooks:
            hook.remove()
    sizes = [(parameter.numel(), parameter.requires_grad) for parameter in model.parameters()]
    return LayerTable(
        tuple(rows), sum(size for size, _ in sizes), sum(size for size, trained in sizes if trained)
    )


def _note(rows, name):
    def hook(module, inputs, output):
        if isinstance(module, ACTIVATIONS) and rows:
            last = rows.pop()
            rows.append(Row(last.name, f"{last.kind}, {type(module).__name__}", *_rest(last)))
            return
        output = output[0] if isinstance(output, (tuple, list)) else output
        parameters = list(module.parameters(recurse=not any(module.children())))
        rows.append(
            Row(
                name or type(module).__name__,
                type(module).__name__,
                tuple(output.shape[1:]),
                sum(p.numel() for p in parameters),
                sum(p.numel() for p in parameters if not p.requires_grad),
            )
        )

    return hook


def _rest(row):
    return row.output_shape, row.params, row.frozen


def receptive_fields(model) -> dict:
    """{layer: (rows, columns)} of the input that one of its numbers sees, for a chain of sliding layers.

    Convolutions and pooling layers, ours and torch's 2-D ones, in the order in which `model` lists them; all others
    are passed by. Padding counts as input, so at the edges of the picture less is seen.

    >>> from torch import nn
    >>> receptive_fields(nn.Sequential(nn.Conv2d(1, 4, 3, stride=2), nn.MaxPool2d(2)))
    {'0': (3, 3), '1': (5, 5)}
    """
    seen, step, found = (1, 1), (1, 1), {}
    for name, layer in model.named_modules():
        if not all(hasattr(layer, part) for part in SLIDING) or type(layer).__name__.endswith(("1d", "3d")):
            continue
        window, stride = pair(layer.kernel_size), pair(layer.stride)
        dilation = pair(getattr(layer, "dilation", 1))
        seen = tuple(s + (w - 1) * d * t for s, w, d, t in zip(seen, window, dilation, step))
        step = tuple(t * s for t, s in zip(step, stride))  # input points between two neighbours
        found[name] = seen
    return found


def operations(model, x, *, backward=False) -> int:
    """Floating-point operations for one example of the batch `x` (b, ...): forward, or with backward=True both passes.

    Counted by torch, not timed: the multiplications and additions of convolutions and dense layers, as is usual.
    Frozen layers cost no backward pass. The model stays as it is: its modes, gradients and statistics.

    >>> operations(torch.nn.Linear(100, 10), torch.zeros(1, 100))  # 1,000 products and 1,000 sums
    2000
    """
    from torch.utils.flop_counter import FlopCounterMode

    counter = FlopCounterMode(display=False)
    if not backward:
        with evaluating(model), counter:
            model(x)
        return counter.get_total_flops() // len(x)
    model = copy.deepcopy(model)  # gradients and BatchNorm's statistics change
    with training(model), counter:
        outputs = model(x)
        F.cross_entropy(outputs, torch.zeros(len(x), dtype=torch.long, device=outputs.device)).backward()
    return counter.get_total_flops() // len(x)
