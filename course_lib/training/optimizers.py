"""Optimizers: SGD with momentum or Adam, a learning rate for each part of the model, and schedules for it.

Ref: Polyak 1964 (momentum); Kingma & Ba 2015 (Adam); Loshchilov & Hutter 2017, 2019 (cosine, decoupled decay).
"""

import math

import torch

from course_lib.errors import CourseError

SCHEDULES = {
    None: lambda done: 1.0,
    "step": lambda done: 0.3 ** int(3 * done),  # 1, then 0.3, then 0.09: a third of the run each
    "cosine": lambda done: 0.5 * (1 + math.cos(math.pi * done)),
}


def make_optimizer(model, name, lr, momentum, weight_decay):
    """The optimizer over all parameters that are trained; frozen ones are left out.

    name: "sgd" or "adam".   lr: a rate above 0, or {part of the model: rate}; a parameter takes the rate of the longest
    name that it is in.   momentum: in [0, 1).   weight_decay: 0 or more.
    Raises CourseError for other values, a part that is not there, and a model that is all frozen.
    """
    if not 0 <= momentum < 1:
        raise CourseError(f"expected a momentum in [0, 1), got {momentum}; 0.9 is usual")
    groups = _groups(model, lr)
    if name == "sgd":
        return torch.optim.SGD(groups, momentum=momentum, weight_decay=weight_decay)
    if name == "adam":  # with decoupled decay; without decay it is Adam
        return torch.optim.AdamW(groups, betas=(momentum, 0.999), weight_decay=weight_decay)
    raise CourseError(f"expected optimizer 'adam' or 'sgd', got {name!r}")


def set_learning_rate(optimizer, schedule, done) -> float:
    """Set every group's learning rate for the fraction of the epochs that is done, in [0, 1); returns the largest.

    schedule: a name of SCHEDULES, or a function of `done` that returns the factor for the full rate. Raises CourseError
    for any other.

    >>> [round(SCHEDULES["cosine"](epoch / 4), 3) for epoch in range(4)]
    [1.0, 0.854, 0.5, 0.146]
    """
    if not callable(schedule) and schedule not in SCHEDULES:
        raise CourseError(f"expected a schedule of {list(SCHEDULES)} or a function, got {schedule!r}")
    factor = (schedule if callable(schedule) else SCHEDULES[schedule])(done)
    for group in optimizer.param_groups:
        group["lr"] = group["full_lr"] * factor
    return max(group["lr"] for group in optimizer.param_groups)


def _groups(model, lr):
    rates = lr if isinstance(lr, dict) else {"": lr}
    groups = {prefix: [] for prefix in rates}
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        parts = [prefix for prefix in rates if prefix in ("", name) or name.startswith(prefix + ".")]
        if not parts:
            raise CourseError(
                f"expected a learning rate for {name}, got rates for {list(rates)} alone; freeze it or name it"
            )
        groups[max(parts, key=len)].append(parameter)
    if not any(groups.values()):
        raise CourseError("expected something to train, got a model that is all frozen; unfreeze its head")
    if any(not rate > 0 for rate in rates.values()):
        raise CourseError(f"expected learning rates above 0, got {lr}; to hold a part still, freeze it")
    empty = [
        prefix
        for prefix in rates
        if prefix and not any(n == prefix or n.startswith(prefix + ".") for n, _ in model.named_parameters())
    ]
    if empty:
        raise CourseError(
            f"expected parts of the model as names of rates, got {empty}; it has {[n for n, _ in model.named_children()]}"
        )
    return [
        {"params": parameters, "lr": rates[prefix], "full_lr": rates[prefix]}
        for prefix, parameters in groups.items()
        if parameters
    ]
