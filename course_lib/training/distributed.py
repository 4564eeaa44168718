"""The same training loop in several processes: torch's DistributedDataParallel, started by torchrun.

Each process takes its shard of every batch (`batches.py`, with torch's DistributedSampler) and the gradients are
averaged, so `fit` computes what one process would compute, to rounding: a batch is divided, not multiplied. What
differs is BatchNorm, which sees its own shard of a batch only, and the random numbers of dropout.
Ref: Li et al. 2020, PyTorch Distributed; Goyal et al. 2017 (large batches over many workers).
"""

import logging
import os
import sys

import torch
from torch import distributed

from course_lib.errors import CourseError


def world() -> int:
    """How many processes train together; 1 where none was joined."""
    return distributed.get_world_size() if _joined() else 1


def rank() -> int:
    """The number of this process, from 0. The first one prints and writes files."""
    return distributed.get_rank() if _joined() else 0


def join() -> torch.device:
    """Join the other processes, if torchrun started several; returns the device that this process computes on.

    A GPU where there is one for each process of this machine (nccl), else the CPU (gloo). In a process of its own it
    only returns the device.
    """
    gpu = torch.cuda.is_available() and torch.cuda.device_count() >= int(
        os.environ.get("LOCAL_WORLD_SIZE", "1")
    )
    if int(os.environ.get("WORLD_SIZE", "1")) > 1 and not _joined():
        distributed.init_process_group("cpu:gloo,cuda:nccl" if gpu else "gloo")
    return torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0"))) if gpu else torch.device("cpu")


def leave() -> None:
    """Wait for the others, then leave the group. Do not call it after an error: the others may wait elsewhere."""
    if _joined():
        distributed.barrier()
        distributed.destroy_process_group()


def data_parallel(model):
    """`model` for training in several processes: all begin with the first one's weights. In one process: `model`.

    Statistics of BatchNorm are not broadcast before every batch, as torch does by default: then only the first
    process's share of the data would count. `average_statistics` averages them after every epoch instead.
    (torch's SyncBatchNorm, which would normalise over the whole batch, works on GPUs alone.)
    """
    if not _joined():
        return model
    from torch.nn.parallel import DistributedDataParallel

    class WholeBatch(DistributedDataParallel):
        """torch averages the processes' gradients; where shards of a batch are unequal, larger ones count for more."""

        def forward(self, x):
            (examples,) = sums(x, len(x))
            if examples < world():
                raise CourseError(
                    f"expected an example or more for each of {world()} processes, got a batch of {examples:.0f}; "
                    "use fewer processes or larger batches"
                )
            outputs = super().forward(x)
            weight = world() * len(x) / examples  # 1 where all shards have the same length
            outputs.register_hook(lambda gradient: gradient * weight)
            return outputs

    return WholeBatch(model, forward_sync_buffers=False)


def sums(like, *numbers) -> tuple:
    """The sums of numbers over all processes, in double precision. `like`: a tensor on the device to use."""
    if not _joined():
        return numbers
    total = torch.tensor(numbers, dtype=torch.float64, device=like.device)
    distributed.all_reduce(total)
    return tuple(total.tolist())


def average_statistics(model) -> None:
    """BatchNorm's running means and variances become the mean of those of all processes."""
    if _joined():
        for buffer in model.buffers():
            if buffer.is_floating_point():
                distributed.all_reduce(buffer)
                buffer /= world()


def launch(command, processes) -> int:
    """Run `command` (a list) in several processes on this machine with torchrun's launcher -> exit status.

    0 where all succeeded; else the status of the first that failed, 128 + the signal where one stopped them. When a
    process fails the others are stopped: they would wait for it for ever. `seeding.set_threads` divides the cores among them.
    """
    from torch.distributed.elastic.multiprocessing.api import SignalException
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
    from torch.distributed.launcher.api import LaunchConfig, elastic_launch

    # The processes print their errors themselves.
    logging.getLogger("torch.distributed.elastic").setLevel(logging.CRITICAL)
    config = LaunchConfig(
        min_nodes=1, max_nodes=1, nproc_per_node=processes, max_restarts=0, run_id="course",
        rdzv_backend="c10d", rdzv_endpoint="localhost:0", local_addr="localhost",
    )  # fmt: skip
    try:
        elastic_launch(config, command[0])(*command[1:])
    except ChildFailedError as error:
        return error.get_first_failure()[1].exitcode
    except SignalException as error:
        return 128 + error.sigval  # 130 for Ctrl-C, as shells count
    return 0


def same_command(words, but) -> list:
    """The course's command line `words` without the option `but` and its value, to be started several times.

    >>> same_command(["train", "base", "--processes", "2", "--seed", "1"], "--processes")[-4:]
    ['train', 'base', '--seed', '1']
    """
    remaining = [
        word
        for place, word in enumerate(words)
        if word != but and not word.startswith(f"{but}=") and words[place - 1 : place] != [but]
    ]
    return [sys.executable, "-m", "course_lib.cli", *remaining]


def _joined() -> bool:
    return distributed.is_available() and distributed.is_initialized()
