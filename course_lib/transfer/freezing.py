"""Freeze the early layers of a trained network, replace its head. Both give a new model; the old one stays.

"Pop off the last few layers, freeze the early layers, and retrain on a very specific dataset."
Ref: "Some of Our Learnings on Transfer Learning", slide "Transfer Learning Basics"; Yosinski et al. 2014.
"""

import copy

import torch
from torch import nn

from course_lib.errors import CourseError


def layer_names(model) -> list[str]:
    """The names of the layers that hold parameters, from the input to the output, as `layer_table` shows them.

    >>> from course_lib.models import SmallCNN
    >>> layer_names(SmallCNN(10))
    ['body.conv1', 'body.conv2', 'body.conv3', 'head.dense1', 'head.dense2']
    """
    return [name for name, module in model.named_modules() if list(module.parameters(recurse=False))]


def freeze(model, upto=None):
    """A copy of `model` whose layers up to and including `upto` do not learn; all behind them do.

    upto   a layer ("body.conv2", or "conv2" where only one ends so), a part ("body", "head"), or None: the body.
    Frozen means `requires_grad` False; `fit` then also keeps BatchNorm and Dropout there as in evaluation.

    Raises CourseError for a name that the model does not have.

    >>> from course_lib.metrics import base_model_utilization
    >>> from course_lib.models import SmallCNN
    >>> round(base_model_utilization(freeze(SmallCNN(10))), 4)  # 102,624 / 218,730
    0.4692
    """
    frozen = copy.deepcopy(model)
    names = names_upto(frozen, "body" if upto is None else upto)
    for name, module in frozen.named_modules():
        for parameter in module.parameters(recurse=False):
            parameter.requires_grad_(name not in names)
    return frozen


def unfreeze(model):
    """A copy of `model` in which every layer learns: the other end of the scale."""
    return copy.deepcopy(model).requires_grad_(True)


def replace_head(model, n_classes, *, keep=None, seed=0):
    """A copy of `model` with a new head for `n_classes` new classes; the body is the old one.

    keep   a layer of the head: it and those before it are taken over too, the new head begins behind it
    seed   fixes the new layers' first weights; torch's own random state is left alone

    >>> from course_lib.models import SmallCNN
    >>> base = SmallCNN(10)
    >>> replace_head(base, 3)(torch.zeros(1, 1025, 32)).shape, base.head.dense2.out_features
    (torch.Size([1, 3]), 10)
    """
    if n_classes < 1:
        raise CourseError(f"expected at least one class, got {n_classes}; give the number of new speakers")
    fresh = copy.deepcopy(model)
    kept = names_upto(fresh, keep) if keep else set()
    dense = [name for name, module in fresh.head.named_modules() if isinstance(module, nn.Linear)]
    if not dense:
        raise CourseError(f"expected a head that ends in a dense layer, got {fresh.head}")
    if _full("head", dense[-1]) in kept:
        raise CourseError(
            f"expected a layer before the last one to keep, got {keep!r}; the last one names classes"
        )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for name, module in list(fresh.head.named_modules()):
            if name == dense[-1]:
                last = nn.Linear(module.in_features, n_classes, bias=module.bias is not None)
                last.to(module.weight)  # its device and dtype
                if name:
                    fresh.head.set_submodule(name, last)
                else:
                    fresh.head = last
            elif hasattr(module, "reset_parameters") and _full("head", name) not in kept:
                module.reset_parameters()
    for name, module in fresh.head.named_modules():
        if _full("head", name) not in kept:
            for parameter in module.parameters(recurse=False):
                parameter.requires_grad_(True)
    return fresh


def layer_rates(model, lr=1e-3, factor=0.3) -> dict:
    """A learning rate for each layer that learns: `lr` for the last, `factor` times less for each one before it.

    Early layers are generic and were trained on more sound than the new task has, so they get the gentlest
    steps ("discriminative fine-tuning", Howard & Ruder 2018). Give the result to `fit(..., lr=rates)`.

    >>> from course_lib.models import SmallCNN
    >>> {name: f"{rate:.0e}" for name, rate in layer_rates(freeze(SmallCNN(2), "conv2"), factor=0.1).items()}
    {'body.conv3': '1e-05', 'head.dense1': '1e-04', 'head.dense2': '1e-03'}
    """
    if not 0 < factor <= 1:
        raise CourseError(f"expected a factor above 0 and up to 1, got {factor}; 0.3 is usual")
    learning = [
        name
        for name, module in model.named_modules()
        if any(parameter.requires_grad for parameter in module.parameters(recurse=False))
    ]
    if not learning:
        raise CourseError(
            "expected layers that learn, got a model that is all frozen; replace its head first"
        )
    return {name: lr * factor ** (len(learning) - 1 - place) for place, name in enumerate(learning)}


def names_upto(model, upto) -> set:
    """Names of all layers with parameters up to and including the layer or part `upto`; CourseError as in `freeze`."""
    names, wanted = layer_names(model), str(upto).split(".")
    places = {}  # where the wanted name stands in a layer's name -> the layers with parameters in it
    for name in names:
        steps = name.split(".")
        for first in range(len(steps) - len(wanted) + 1):
            if steps[first : first + len(wanted)] == wanted:
                places.setdefault(tuple(steps[: first + len(wanted)]), []).append(name)
    found = places.get(tuple(wanted)) or (next(iter(places.values())) if len(places) == 1 else None)
    if not found:
        what = "several layers" if places else "no layer"
        raise CourseError(
            f"expected the name of one layer, got {upto!r}, which names {what}; there are {names}"
        )
    return set(names[: names.index(found[-1]) + 1])


def _full(part, name):
    return f"{part}.{name}" if name else part
