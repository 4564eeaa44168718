"""A model as a table: every layer with its output shape and its parameters. The idea is Keras's `summary`."""

from dataclasses import dataclass

import torch
from torch import nn

from course_lib.errors import CourseError
from course_lib.models.modes import evaluating

ACTIVATIONS = (nn.ReLU, nn.Tanh, nn.Sigmoid, nn.GELU, nn.SiLU, nn.LeakyReLU, nn.Softmax, nn.LogSoftmax)


@dataclass(frozen=True)
class Row:
    """One layer: its name in the model, its kind, what it gives out for one example, its own parameters."""

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
    weights stay as they are.

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
        own = list(module.parameters(recurse=not any(module.children())))
        rows.append(
            Row(
                name or type(module).__name__,
                type(module).__name__,
                tuple(output.shape[1:]),
                sum(p.numel() for p in own),
                sum(p.numel() for p in own if not p.requires_grad),
            )
        )

    return hook


def _rest(row):
    return row.output_shape, row.params, row.frozen
