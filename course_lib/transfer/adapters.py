"""Small additions to a frozen network: LoRA beside its layers, adapters behind them. Only the additions and the head learn.

LoRA can be merged into the weights of its layer, so it costs nothing in use; both can be taken off again, and the base is
what it was. Ref: Hu et al. 2022, LoRA: Low-rank adaptation of large language models; Houlsby et al. 2019,
Parameter-efficient transfer learning for NLP; Rebuffi et al. 2018, Efficient parametrization of multi-domain networks.
"""

import copy

import torch
from torch import nn

from course_lib.errors import CourseError

LAYERS = (nn.Linear, nn.Conv1d, nn.Conv2d)


class LoRA(nn.Module):
    """layer(x) + scale * up(down(x)): a layer, and beside it a correction of low rank.

    `down` reads what the layer reads and gives `rank` numbers, `up` makes the layer's outputs of them. `up` begins at zero,
    so at first nothing has changed. `scale` is alpha / rank (alpha: twice the rank, unless given).
    """

    def __init__(self, layer, rank=4, alpha=None):
        super().__init__()
        self.layer = layer
        self.down, self.up = _bottleneck(layer, _inputs(layer), rank, like=layer)
        self.scale = (2 * rank if alpha is None else alpha) / rank

    def forward(self, x):
        return self.layer(x) + self.scale * self.up(self.down(x))

    def merged(self):
        """A plain layer that gives the same: weight + scale * up @ down."""
        plain = copy.deepcopy(self.layer)
        product = self.up.weight.flatten(1) @ self.down.weight.flatten(1)  # (outputs, inputs * kernel)
        with torch.no_grad():
            plain.weight += self.scale * product.view_as(plain.weight)
        return plain


class Adapter(nn.Module):
    """y + up(relu(down(y))) behind a layer that gives y: a bottleneck of `width` numbers. `up` begins at zero."""

    def __init__(self, layer, width=8):
        super().__init__()
        self.layer = layer
        self.down, self.up = _bottleneck(layer, _outputs(layer), width)

    def forward(self, x):
        y = self.layer(x)
        return y + self.up(self.down(y).relu())


def add_lora(model, rank=4, *, alpha=None, layers=None, seed=0):
    """A copy of `model` with LoRA beside layers of its body; the base's weights are frozen, LoRA and the head learn.

    layers   full names ("body.project"), as `layer_names` gives them; None: every dense layer and convolution of the body
    seed     fixes the first numbers; torch's own random state is left alone
    Raises CourseError for a rank below 1 and for names of no such layer.

    >>> from course_lib.models import XVector
    >>> small = XVector(3, channels=16, embedding=8)
    >>> learns = lambda model: sum(p.numel() for p in model.body.parameters() if p.requires_grad)
    >>> learns(small), learns(add_lora(small, 1, layers=["body.project"]))  # 64 inputs + 8 outputs
    (10014, 72)
    """
    return _added(model, lambda layer: LoRA(layer, rank, alpha), rank, layers, seed)


def add_adapters(model, width=8, *, layers=None, seed=0):
    """A copy of `model` with adapters behind layers of its body; settings and errors as for `add_lora`."""
    return _added(model, lambda layer: Adapter(layer, width), width, layers, seed)


def merge(model):
    """A copy of `model` whose LoRA has become part of the weights: the same outputs, the base's own size.

    Raises CourseError where there are adapters: with the bend in their middle they are no matrix.
    """
    if any(isinstance(module, Adapter) for module in model.modules()):
        raise CourseError(
            "expected LoRA alone, got adapters, which cannot be merged: keep them, or take them off with `detach`"
        )
    return _plain(model, lambda addition: addition.merged())


def detach(model):
    """A copy of `model` without its additions: the body of the base, to the last bit."""
    return _plain(model, lambda addition: addition.layer)


def additions(model) -> dict:
    """{name: tensor} of what was added to the body, to be stored apart from the base (with the head, if wanted)."""
    inside = [name for name, module in model.body.named_modules() if isinstance(module, (LoRA, Adapter))]
    own = tuple(f"{name}.{part}." for name in inside for part in ("down", "up"))
    return {name: value for name, value in model.body.state_dict().items() if name.startswith(own)}


def _added(model, wrap, width, layers, seed):
    if width < 1:
        raise CourseError(f"expected a rank or width of 1 or more, got {width}; 4 or 8 are usual")
    made = copy.deepcopy(model)
    found = {f"body.{name}": part for name, part in made.body.named_modules() if isinstance(part, LAYERS)}
    names = list(found) if layers is None else list(layers)
    if wrong := [name for name in names if name not in found]:
        raise CourseError(
            f"expected dense layers or convolutions of the body, {', '.join(found)}; got {wrong}"
        )
    made.body.requires_grad_(False)
    made.head.requires_grad_(True)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for name in names:
            made.set_submodule(name, wrap(found[name]))
    return made


def _plain(model, way):
    made = copy.deepcopy(model)
    for name, module in list(made.named_modules()):
        if isinstance(module, (LoRA, Adapter)):
            made.set_submodule(name, way(module))
    return made


def _inputs(layer):
    return layer.in_features if isinstance(layer, nn.Linear) else layer.in_channels


def _outputs(layer):
    return layer.out_features if isinstance(layer, nn.Linear) else layer.out_channels


def _bottleneck(layer, inputs, width, like=None):
    """(down, up) between `inputs` numbers and the layer's outputs; `like`: a layer whose kernel `down` has."""
    if isinstance(layer, nn.Linear):
        down, up = nn.Linear(inputs, width, bias=False), nn.Linear(width, _outputs(layer), bias=False)
    else:
        if like is not None and like.groups != 1:
            raise CourseError(f"expected a convolution in one group, got {like.groups} groups")
        kernel = {} if like is None else {
            "stride": like.stride, "padding": like.padding, "dilation": like.dilation, "padding_mode": like.padding_mode,
        }  # fmt: skip
        down = type(layer)(inputs, width, 1 if like is None else like.kernel_size, bias=False, **kernel)
        up = type(layer)(width, _outputs(layer), 1, bias=False)
    nn.init.zeros_(up.weight)
    return down.to(layer.weight), up.to(layer.weight)
