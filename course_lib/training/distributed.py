"""The same training loop in several processes: each takes its share of every batch, and the gradients are added up.

A launcher (torch's own `torchrun`, on one machine or on many; here `launch`) starts the same command several times
and says in the environment who is who. `fit` then computes what one process would compute, to rounding: a batch is
divided, not multiplied. What differs is BatchNorm, which sees its own share of a batch only, and dropout's dice.
Ref: Goyal et al. 2017 (large batches over many workers); the "Distributed communication" page of the PyTorch manual.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
from torch import distributed

from course_lib.seeding import usable_cores

MEETING = "COURSE_MEETING"  # where the processes of `launch` find each other


def world() -> int:
    """How many processes train together; 1 where none was joined."""
    return distributed.get_world_size() if _joined() else 1


def rank() -> int:
    """The number of this process, from 0. The first one prints and writes files."""
    return distributed.get_rank() if _joined() else 0


def join() -> torch.device:
    """Meet the other processes, if a launcher started several; returns the device that this one computes on.

    A GPU where there is one for it (nccl), else the CPU (gloo). Alone it only says which device.
    """
    gpu = torch.cuda.is_available()
    if int(os.environ.get("WORLD_SIZE", "1")) > 1 and not _joined():
        who = {"rank": int(os.environ["RANK"]), "world_size": int(os.environ["WORLD_SIZE"])}
        where = os.environ.get(MEETING, "env://")  # torchrun says it in the environment
        distributed.init_process_group("nccl" if gpu else "gloo", init_method=where, **who)
    return torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0"))) if gpu else torch.device("cpu")


def leave() -> None:
    """Wait for the others, then say goodbye. After an error do not call it: the others may wait elsewhere."""
    if _joined():
        distributed.barrier()
        distributed.destroy_process_group()


def share(values):
    """This process's part of a batch: every world-th row, from its rank on. Alone: all of it."""
    return values[rank() :: world()] if _joined() else values


def broadcast(model) -> None:
    """Everybody begins with the first process's weights."""
    if _joined():
        for value in model.state_dict().values():
            distributed.broadcast(value, 0)


def all_reduce_gradients(model, *numbers) -> tuple:
    """Sum the gradients of all processes into each one's model, in one message; returns the numbers, summed too."""
    if not _joined():
        return numbers
    learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
    grads = [torch.zeros_like(each) if each.grad is None else each.grad for each in learning]
    like = learning[0]
    flat = torch.cat([grad.reshape(-1) for grad in grads] + [like.new_tensor(numbers)])
    distributed.all_reduce(flat)
    *pieces, sums = flat.split([grad.numel() for grad in grads] + [len(numbers)])
    for parameter, piece in zip(learning, pieces):
        parameter.grad = piece.view_as(parameter)
    return tuple(sums.tolist())


def sums(like, *numbers) -> tuple:
    """The sums of numbers over all processes, counted in double precision. `like`: a tensor on the device to use."""
    if not _joined():
        return numbers
    total = torch.tensor(numbers, dtype=torch.float64, device=like.device)
    distributed.all_reduce(total)
    return tuple(total.tolist())


def average_statistics(model) -> None:
    """BatchNorm's running means and variances become those of all processes together."""
    if _joined():
        for buffer in model.buffers():
            if buffer.is_floating_point():
                distributed.all_reduce(buffer)
                buffer /= world()


def launch(command, processes) -> int:
    """Run `command` (a list) in several processes of one world on this machine; returns the first status that is not 0.

    When one of them fails, the others are stopped: they would wait for it for ever. The cores are divided evenly.
    """
    world = {"WORLD_SIZE": str(processes), "LOCAL_WORLD_SIZE": str(processes)}
    world["OMP_NUM_THREADS"] = str(max(1, usable_cores() // processes))
    with tempfile.TemporaryDirectory() as folder:  # they meet in a file, so that no port is needed
        world[MEETING] = Path(folder, "meeting").as_uri()
        children = [
            subprocess.Popen(command, env={**os.environ, **world, "RANK": str(k), "LOCAL_RANK": str(k)})
            for k in range(processes)
        ]
        statuses = _ended(children)
    return next((status for status in statuses if status > 0), next((s for s in statuses if s), 0))


def _ended(children) -> list:
    """The exit statuses, once all have ended by themselves or because one of them failed."""
    try:
        while any(child.poll() is None for child in children) and not any(child.poll() for child in children):
            time.sleep(0.05)
    finally:
        for child in children:
            if child.poll() is None:
                child.terminate()
        statuses = [child.wait() for child in children]
    return statuses


def same_command(words, but) -> list:
    """The course's command line `words` without the option `but` and its value, to be started several times.

    >>> same_command(["train", "base", "--processes", "2", "--seed", "1"], "--processes")[-4:]
    ['train', 'base', '--seed', '1']
    """
    kept = [
        word
        for place, word in enumerate(words)
        if word != but and not word.startswith(f"{but}=") and words[place - 1 : place] != [but]
    ]
    return [sys.executable, "-m", "course_lib.cli", *kept]


def _joined() -> bool:
    return distributed.is_available() and distributed.is_initialized()
