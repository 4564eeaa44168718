"""Training and evaluation mode, set for a while and put back.

Dropout and BatchNorm behave differently in training and in evaluation. Frozen layers must behave as in evaluation
even while the others are trained: their BatchNorm statistics are part of what was learned, and with dropout a frozen
stage would give other features every time (so they could not be cached).
"""

from contextlib import contextmanager

import torch


@contextmanager
def evaluating(model):
    """Evaluation mode and no gradients; afterwards every part has the mode it had, also after an error.

    >>> model = torch.nn.Dropout(0.5)
    >>> with evaluating(model) as same:
    ...     bool((same(torch.ones(9)) == 1).all())
    True
    >>> model.training
    True
    """
    with _modes_kept(model), torch.no_grad():
        model.eval()
        yield model


@contextmanager
def training(model):
    """Training mode for what is trained, evaluation mode for what is frozen; afterwards every mode is as it was.

    Frozen are: a module whose parameters all have `requires_grad` False, with everything in it; and every layer
    before the last of the frozen layers at the beginning of the model (dropout between two frozen convolutions), in
    the order in which the model lists its layers. Dropout right before the first trained layer stays on.
    """
    with _modes_kept(model):
        model.train()
        for module in _frozen(model):
            module.eval()
        yield model


@contextmanager
def _modes_kept(model):
    modes = [(module, module.training) for module in model.modules()]
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode


def _frozen(model):
    for module in model.modules():
        parameters = list(module.parameters())
        if parameters and not any(parameter.requires_grad for parameter in parameters):
            yield module
    opening = []
    for leaf in (module for module in model.modules() if not any(module.children())):
        parameters = list(leaf.parameters())
        if any(parameter.requires_grad for parameter in parameters):
            return
        opening.append(leaf)
        if parameters:
            yield from opening
            opening = []
