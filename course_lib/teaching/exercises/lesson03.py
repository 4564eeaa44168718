"""Exercises of lesson 03: a loop that forgets its gradients, steps of an epoch, momentum, a loop of one's own."""

import math

import torch

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged import hand_training


def loop(x, y, lr, steps):
    """Where one weight stands after each step on the mean of (weight * x - y)**2, from 0, the slope worked out by hand."""
    return _loop(x, y, lr, steps)


def _loop(x, y, lr, steps, *, keep=0.0, sign=-1, size=None, before=False):
    """The same loop with one thing changed, for the misconceptions."""
    weight, slope, places = 0.0, 0.0, []
    pairs = list(zip(x.tolist(), y.tolist()))
    for _ in range(steps):
        if before:
            places.append(weight)
        slope = keep * slope + sum(2 * (weight * a - b) * a for a, b in pairs) / (size or len(pairs))
        weight = weight + sign * lr * slope
        if not before:
            places.append(weight)
    return places


def _closed_form(x, y, lr, steps):
    """The same places without a loop: every step shrinks the distance to the solution by one factor."""
    curvature, solution = (x * x).mean().item(), ((x * y).sum() / (x * x).sum()).item()
    return [solution * (1 - (1 - 2 * lr * curvature) ** step) for step in range(1, steps + 1)]


def few_examples():
    """Lines through few points: (x, y, lr, steps)."""
    return [
        (torch.tensor([1.0]), torch.tensor([3.0]), 0.3, 6),
        (torch.tensor([1.0, 2.0, -1.0]), torch.tensor([2.0, 5.0, -1.0]), 0.1, 4),
    ]


def steps(n_examples, batch_size, epochs):
    """Deal the examples out, batch by batch, epoch by epoch, and count the steps."""
    count = 0
    for _ in range(epochs):
        left = n_examples
        while left > 0:
            left, count = left - batch_size, count + 1
    return count


def walk(gradients, lr, momentum):
    """Where one weight stands after each step, from 0: v = momentum * v + gradient; w = w - lr * v."""
    weight, velocity, places = 0.0, 0.0, []
    for gradient in gradients:
        velocity = momentum * velocity + gradient
        weight = weight - lr * velocity
        places.append(weight)
    return places


def _walk(gradients, lr, momentum, *, keep=None, share=1.0, sign=-1):
    """The same walk with one thing changed, for the misconceptions."""
    weight, velocity, places = 0.0, 0.0, []
    for gradient in gradients:
        velocity = (momentum if keep is None else keep) * velocity + share * gradient
        weight = weight + sign * lr * velocity
        places.append(weight)
    return places


def _nesterov(gradients, lr, momentum):
    weight, velocity, places = 0.0, 0.0, []
    for gradient in gradients:
        velocity = momentum * velocity + gradient
        weight = weight - lr * (gradient + momentum * velocity)
        places.append(weight)
    return places


def _reset(gradients, lr, momentum):
    weight, places = 0.0, []
    for number, gradient in enumerate(gradients):
        weight -= lr * (gradient + (momentum * gradients[number - 1] if number else 0.0))
        places.append(weight)
    return places


def _unrolled(gradients, lr, momentum):
    """Each gradient g has pushed by g (1 + m + m**2 + ...) since its step: the same walk without a velocity."""
    pushed = [
        sum(g * sum(momentum**k for k in range(t - s + 1)) for s, g in enumerate(gradients[: t + 1]))
        for t in range(len(gradients))
    ]
    return [-lr * push for push in pushed]


CODE = {
    "03.loop": Code(
        spec=loop,
        cases=few_examples,
        wrong={
            "old gradients stay": lambda x, y, lr, steps: _loop(x, y, lr, steps, keep=1.0),
            "no step is taken": lambda x, y, lr, steps: [0.0] * steps,
            "a sum instead of a mean": lambda x, y, lr, steps: _loop(x, y, lr, steps, size=1),
            "uphill": lambda x, y, lr, steps: _loop(x, y, lr, steps, sign=1),
            "places before the step": lambda x, y, lr, steps: _loop(x, y, lr, steps, before=True),
        },
        equivalents=(_closed_form,),
    ),
    "03.steps": Code(
        spec=steps,
        wrong={
            "the rest is left out": lambda n_examples, batch_size, epochs: n_examples // batch_size * epochs,
            "one too many": lambda n_examples, batch_size, epochs: (n_examples // batch_size + 1) * epochs,
            "rounded at the end": lambda n_examples, batch_size, epochs: math.ceil(
                n_examples * epochs / batch_size
            ),
            "one epoch only": lambda n_examples, batch_size, epochs: math.ceil(n_examples / batch_size),
            "not a whole number": lambda n_examples, batch_size, epochs: n_examples / batch_size * epochs,
        },
        equivalents=(
            lambda n_examples, batch_size, epochs: -(-n_examples // batch_size) * epochs,
            lambda n_examples, batch_size, epochs: len(range(0, n_examples, batch_size)) * epochs,
        ),
    ),
    "03.momentum": Code(
        spec=walk,
        wrong={
            "momentum never arrives": lambda gradients, lr, momentum: _walk(
                gradients, lr, momentum, keep=0.0
            ),
            "only one step back": _reset,
            "an average": lambda gradients, lr, momentum: _walk(gradients, lr, momentum, share=1 - momentum),
            "nothing is ever lost": lambda gradients, lr, momentum: _walk(gradients, lr, momentum, keep=1.0),
            "uphill": lambda gradients, lr, momentum: _walk(gradients, lr, momentum, sign=1),
            "looking ahead": _nesterov,
        },
        equivalents=(_unrolled,),
    ),
    "03.train": hand_training.TRAIN,
}
