"""Exercises of lesson 02: a dense layer, its parameters, and probabilities with two faults in them."""

import itertools

import torch

from course_lib.layers import dense_spec
from course_lib.teaching.exercises.banks import Code


def inputs_and_layers():
    """Inputs (n, in), weights (units, in), biases (units,): one square, so that a transpose is not an accident."""
    draw = torch.Generator().manual_seed(2)
    sizes = (3, 4, 2), (1, 3, 3), (5, 2, 6)  # n, in, units
    return [
        tuple(torch.randn(shape, generator=draw) for shape in ((n, i), (u, i), (u,))) for n, i, u in sizes
    ]


def count_parameters(sizes):
    """Go through the layers one by one, and through the units of each: its weights, and its bias."""
    total = 0
    for n_in, n_units in itertools.pairwise(sizes):
        for _ in range(n_units):
            total += n_in + 1
    return total


def probabilities(scores):
    """exp, divided by the sum of its row: (n, classes) -> (n, classes), each row sums to 1."""
    rows = []
    for row in scores:
        positive = torch.exp(row - row.max())  # the largest becomes exp(0) = 1: nothing overflows
        rows.append(positive / positive.sum())
    return torch.stack(rows)


def scores():
    """Two sounds and three classes; one sound; a square; and scores as large as an untamed network gives."""
    return [
        (torch.tensor([[1.0, 2.0, 0.5], [0.0, -1.0, 3.0]]),),
        (torch.tensor([[0.2, -0.4, 0.1, 1.5]]),),
        (torch.tensor([[2.0, 1.0], [0.5, 0.7]]),),
        (torch.tensor([[200.0, 199.0, 100.0], [-200.0, -201.0, 0.0]]),),
    ]


CODE = {
    "02.dense": Code(
        spec=dense_spec,
        cases=inputs_and_layers,
        wrong={
            "no bias": lambda x, A, b: x @ A.T,
            "bias before the weights": lambda x, A, b: (x + b) @ A.T,
            "bias taken away": lambda x, A, b: x @ A.T - b,
            "not turned": lambda x, A, b: x @ A + b,
            "no sum": lambda x, A, b: x * A + b,
        },
        equivalents=(
            lambda x, A, b: torch.nn.functional.linear(x, A, b),
            lambda x, A, b: torch.stack([A @ row + b for row in x]),
        ),
    ),
    "02.parameters": Code(
        spec=count_parameters,
        wrong={
            "no biases": lambda sizes: sum(a * b for a, b in itertools.pairwise(sizes)),
            "one bias a layer": lambda sizes: sum(a * b + 1 for a, b in itertools.pairwise(sizes)),
            "a bias for each input": lambda sizes: sum(a * b + a for a, b in itertools.pairwise(sizes)),
            "only the first layer": lambda sizes: sizes[0] * sizes[1] + sizes[1],
            "every layer reads the input": lambda sizes: sum(sizes[0] * b + b for b in sizes[1:]),
        },
        equivalents=(
            lambda sizes: sum((sizes[i] + 1) * sizes[i + 1] for i in range(len(sizes) - 1)),
            lambda sizes: sum(
                p.numel()
                for a, b in itertools.pairwise(sizes)
                for p in torch.nn.Linear(a, b, device="meta").parameters()
            ),
        ),
    ),
    "02.probabilities": Code(
        spec=probabilities,
        cases=scores,
        wrong={
            "as it was": lambda scores: torch.exp(scores) / torch.exp(scores).sum(dim=0),
            "the wrong axis, calmly": lambda scores: torch.softmax(scores, dim=0),
            "the second fault is left": lambda scores: (
                torch.exp(scores) / torch.exp(scores).sum(dim=1, keepdim=True)
            ),
            "no exponential": lambda scores: scores / scores.sum(dim=1, keepdim=True),
            "logarithms": lambda scores: torch.log_softmax(scores, dim=1),
        },
        equivalents=(
            lambda scores: torch.softmax(scores, dim=1),
            lambda scores: torch.softmax(scores, dim=-1),
        ),
    ),
}
