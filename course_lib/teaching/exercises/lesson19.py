"""Functions of the exercises of lesson 19; their words are in lesson19.yaml."""

import pickletools

import torch

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged import lora

HARMLESS = b"(dVrate\nI16000\nsVname\nVprint\ns."  # {"rate": 16000, "name": "print"}
PRINTS = b"c__builtin__\nprint\n(Vopen the door\ntR."
TWO = b"(lcposix\nsystem\n(Vls\ntRacbuiltins\nopen\n(Va.txt\ntRa."  # a list of what two calls give


def functions_in(data):
    """Instruction by instruction: the values of those called GLOBAL."""
    found = []
    for instruction, value, _ in pickletools.genops(data):
        if instruction.name == "GLOBAL":
            found.append(value)
    return found


def strings_in(data):
    return [value for _, value, _ in pickletools.genops(data) if isinstance(value, str)]


def lora_parameters(inputs, outputs, kernel, rank):
    """A has a row of inputs * kernel numbers for each of the rank, B a row of rank numbers for each output."""
    return sum(inputs * kernel for _ in range(rank)) + sum(rank for _ in range(outputs))


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
    "19.functions_in": Code(
        spec=functions_in,
        cases=lambda: [(HARMLESS,), (PRINTS,), (TWO,)],
        wrong={
            "every string": strings_in,
            "modules only": lambda data: [name.split()[0] for name in functions_in(data)],
            "the instructions": lambda data: [
                op.name for op, _, _ in pickletools.genops(data) if op.name == "GLOBAL"
            ],
            "only the first": lambda data: functions_in(data)[:1],
        },
        equivalents=(lambda data: [value for op, value, _ in pickletools.genops(data) if op.code == "c"],),
    ),
    "19.lora_parameters": Code(
        spec=lora_parameters,
        wrong={
            "the whole layer": lambda inputs, outputs, kernel, rank: inputs * outputs * kernel,
            "only A": lambda inputs, outputs, kernel, rank: rank * inputs * kernel,
            "the kernel forgotten": lambda inputs, outputs, kernel, rank: rank * (inputs + outputs),
            "the kernel twice": lambda inputs, outputs, kernel, rank: rank * kernel * (inputs + outputs),
        },
        equivalents=(lambda inputs, outputs, kernel, rank: rank * inputs * kernel + rank * outputs,),
    ),
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
