"""One call that fixes every random number, and one that fits thread counts to the machine.

Same seed, same machine, same numbers. Ref: the "Reproducibility" page of the PyTorch manual.
"""

import os
import random


def usable_cores() -> int:
    """CPU cores this process may use (a container may own fewer than the machine has)."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def set_threads(count: int | None = None) -> int:
    """Use `count` threads in torch (default: the cores there are); returns the count in force."""
    import torch

    count = usable_cores() if count is None else count
    if torch.get_num_threads() != count:
        torch.set_num_threads(count)
    return count


def seed_everything(seed: int = 0) -> int:
    """Seed Python, NumPy and torch, set thread counts, ask torch for deterministic kernels; returns the seed.

    >>> import torch
    >>> seed_everything(1) and torch.rand(2).tolist() == (seed_everything(1) and torch.rand(2).tolist())
    True
    """
    import numpy
    import torch

    random.seed(seed)
    numpy.random.seed(seed)
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True, warn_only=True)
    set_threads()
    return seed
