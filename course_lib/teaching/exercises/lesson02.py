"""Exercises of lesson 02: one-hot codes, a dense layer, its parameters, and probabilities with two faults in them."""

import itertools

import torch

from course_lib.layers import dense_spec
from course_lib.teaching.exercises.exercise import Exercise, Misconception


def one_hot(y, n_classes):
    """Row by row: all zeros, and a one in the column of the class. (n,) -> (n, n_classes)."""
    codes = torch.zeros(len(y), n_classes)
    for row, k in enumerate(y.tolist()):
        codes[row, k] = 1
    return codes


def classes():
    """Class numbers and how many classes there are; not every class occurs."""
    return [(torch.tensor([2, 0, 1]), 3), (torch.tensor([0, 0, 3]), 5), (torch.tensor([1]), 2)]


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


EXERCISES = (
    Exercise(
        id="02.one_hot",
        title="One-hot codes",
        kind="fill",
        spec=one_hot,
        cases=classes,
        misconceptions=(
            Misconception(
                "counting from one",
                lambda y, n_classes: torch.eye(n_classes + 1)[y + 1][:, :n_classes],
                "Each one stands a column too far right, or has fallen off. Class 0 is the first column: count from 0.",
            ),
            Misconception(
                "on its side",
                lambda y, n_classes: one_hot(y, n_classes).T,
                "Rows and columns have changed places. One row for each example, one column for each class.",
            ),
            Misconception(
                "as many columns as occur",
                lambda y, n_classes: torch.eye(int(y.max()) + 1)[y],
                "The table ends at the largest class that happens to occur. A class nobody belongs to still has its column.",
            ),
            Misconception(
                "the number in the place of the one",
                lambda y, n_classes: one_hot(y, n_classes) * y[:, None],
                "The place is right, but what stands there is the class number. It must be 1, also for class 0.",
            ),
            Misconception(
                "everything but",
                lambda y, n_classes: 1 - one_hot(y, n_classes),
                "Zeros and ones have changed places: the one marks the class itself.",
            ),
        ),
        equivalents=(
            lambda y, n_classes: torch.nn.functional.one_hot(y, n_classes),
            lambda y, n_classes: (y[:, None] == torch.arange(n_classes)).float(),
        ),
        hints=(
            "Start with a table of zeros, one row for each example and one column for each class.",
            "torch.eye(n_classes) holds the code of every class, one in each row. Which rows do you need?",
            "torch.eye(n_classes)[y]",
        ),
        solution="return torch.eye(n_classes)[y]",
        why="Row k of the unit matrix is the code of class k, and indexing with y picks one row for each example.",
    ),
    Exercise(
        id="02.dense",
        title="A dense layer",
        kind="fill",
        spec=dense_spec,
        cases=inputs_and_layers,
        misconceptions=(
            Misconception(
                "no bias",
                lambda x, A, b: x @ A.T,
                "The products are right, the bias is missing: each unit adds its own number b in the end.",
            ),
            Misconception(
                "bias before the weights",
                lambda x, A, b: (x + b) @ A.T,
                "The bias comes after the sum: it is added to what a unit says, not to what it reads.",
            ),
            Misconception(
                "bias taken away",
                lambda x, A, b: x @ A.T - b,
                "The bias is subtracted. In y = x A^T + b it is added; a threshold is a negative bias.",
            ),
            Misconception(
                "not turned",
                lambda x, A, b: x @ A + b,
                "A is stored with one row for each unit, (units, inputs). Turn it with .T, so that each row of x meets each row of A.",
            ),
            Misconception(
                "no sum",
                lambda x, A, b: x * A + b,
                "The star multiplies place by place and adds nothing up. The matrix product @ multiplies and sums.",
            ),
        ),
        equivalents=(
            lambda x, A, b: torch.nn.functional.linear(x, A, b),
            lambda x, A, b: torch.stack([A @ row + b for row in x]),
        ),
        atol=1e-5,
        hints=(
            "One unit: multiply the inputs with its row of A, sum up, add its b. The matrix product does that for all units at once.",
            "x has shape (n, inputs) and A has (units, inputs). For x @ something, the inputs must meet: turn A with A.T.",
            "x @ A.T + b",
        ),
        solution="return x @ A.T + b",
        why="Row n of x meets every row of A: entry (n, u) is the sum of the products for unit u, and b adds one number a unit.",
    ),
    Exercise(
        id="02.parameters",
        title="Count the parameters",
        kind="fill",
        spec=count_parameters,
        cases=[([64, 10],), ([40, 64, 16],), ([420, 100, 100, 100, 45],), ([1025 * 32, 128],), ([5, 1],)],
        misconceptions=(
            Misconception(
                "no biases",
                lambda sizes: sum(a * b for a, b in itertools.pairwise(sizes)),
                "All the weights are there. Every unit has a bias as well.",
            ),
            Misconception(
                "one bias a layer",
                lambda sizes: sum(a * b + 1 for a, b in itertools.pairwise(sizes)),
                "You gave each layer one bias. Each unit has its own.",
            ),
            Misconception(
                "a bias for each input",
                lambda sizes: sum(a * b + a for a, b in itertools.pairwise(sizes)),
                "The biases were counted at the inputs. They belong to the units: N_in x N_units + N_units.",
            ),
            Misconception(
                "only the first layer",
                lambda sizes: sizes[0] * sizes[1] + sizes[1],
                "Only the first layer is counted. Go on: the units of one layer are the inputs of the next.",
            ),
            Misconception(
                "every layer reads the input",
                lambda sizes: sum(sizes[0] * b + b for b in sizes[1:]),
                "You let every layer read the input. A layer reads the units of the layer before it.",
            ),
        ),
        equivalents=(
            lambda sizes: sum((sizes[i] + 1) * sizes[i + 1] for i in range(len(sizes) - 1)),
            lambda sizes: sum(
                p.numel()
                for a, b in itertools.pairwise(sizes)
                for p in torch.nn.Linear(a, b, device="meta").parameters()
            ),
        ),
        hints=(
            "Take one layer first: N_in x N_units weights, N_units biases. With [64, 10]: 640 + 10.",
            "zip(sizes[:-1], sizes[1:]) gives the pairs (inputs, units), layer by layer.",
            "sum(n_in * n_units + n_units for n_in, n_units in zip(sizes[:-1], sizes[1:]))",
        ),
        solution="return sum(n_in * n_units + n_units for n_in, n_units in zip(sizes[:-1], sizes[1:]))",
        why="Each unit has a weight for each of its inputs and one bias, and the units of a layer are the inputs of the next.",
    ),
    Exercise(
        id="02.probabilities",
        title="Mend the probabilities",
        kind="debug",
        spec=probabilities,
        cases=scores,
        misconceptions=(
            Misconception(
                "as it was",
                lambda scores: torch.exp(scores) / torch.exp(scores).sum(dim=0),
                "This is still the broken one: it shares out among the sounds of the batch. A sound's probabilities must sum to 1 over its classes.",
            ),
            Misconception(
                "the wrong axis, calmly",
                lambda scores: torch.softmax(scores, dim=0),
                "Large scores no longer break it, but it still sums to 1 down the columns. Each row is one sound: use dim=1.",
            ),
            Misconception(
                "the second fault is left",
                lambda scores: torch.exp(scores) / torch.exp(scores).sum(dim=1, keepdim=True),
                "Rows sum to 1 now: one fault mended. For a score of 200, exp is larger than any float and the result is nan. Subtract the row's largest score first; the ratio stays the same.",
            ),
            Misconception(
                "no exponential",
                lambda scores: scores / scores.sum(dim=1, keepdim=True),
                "Scores can be negative, and so can these shares. exp makes everything positive before it is shared out.",
            ),
            Misconception(
                "logarithms",
                lambda scores: torch.log_softmax(scores, dim=1),
                "These are the logarithms of the probabilities: useful in lesson 03, but here each row must sum to 1.",
            ),
        ),
        equivalents=(
            lambda scores: torch.softmax(scores, dim=1),
            lambda scores: torch.softmax(scores, dim=-1),
        ),
        hints=(
            "Add up a row of the broken answer, then a column. Which of them is 1, and which should be?",
            "Sum over dim=1 with keepdim=True, so that each row is divided by its own sum. Then look at the large scores.",
            "scores = scores - scores.max(dim=1, keepdim=True).values, then exp, then divide by .sum(dim=1, keepdim=True)",
        ),
        solution=(
            "scores = scores - scores.max(dim=1, keepdim=True).values\n"
            "positive = torch.exp(scores)\nreturn positive / positive.sum(dim=1, keepdim=True)"
        ),
        why="Probabilities are shared out among the classes of one sound, and subtracting the largest score changes no ratio but keeps exp within bounds.",
    ),
)
