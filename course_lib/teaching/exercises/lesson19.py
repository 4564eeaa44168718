"""Functions of the exercises of lesson 19; their words are in lesson19.yaml."""

import torch

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged import lora


def merged(W, A, B, scale):
    """Number by number."""
    made = W.clone()
    for row in range(W.shape[0]):
        for column in range(W.shape[1]):
            made[row, column] += scale * sum(B[row, k] * A[k, column] for k in range(len(A)))
    return made


def matrices():
    """Square and not, ranks 1 and 2; whole numbers, so that every order of adding gives the same."""
    draw = torch.Generator().manual_seed(19)
    shapes = [(3, 3, 2, 2.0), (4, 4, 1, 0.5), (3, 3, 1, 3.0)]
    return [
        (*(torch.randint(-4, 5, size, generator=draw).double() for size in ((n, m), (r, m), (n, r))), scale)
        for n, m, r, scale in shapes
    ]


CODE = {
    "19.merged": Code(
        spec=merged,
        cases=matrices,
        wrong={
            "the correction alone": lambda W, A, B, scale: scale * B @ A,
            "the scale forgotten": lambda W, A, B, scale: W + B @ A,
            "turned round": lambda W, A, B, scale: W + scale * A.T @ B.T,
            "everything scaled": lambda W, A, B, scale: scale * (W + B @ A),
        },
        equivalents=(lambda W, A, B, scale: torch.addmm(W, B, A, alpha=scale),),
    ),
    "19.with_lora": lora.LORA,
}
