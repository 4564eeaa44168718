"""One call that fixes every random number, and one that fits thread counts to the machine.

Same seed, same machine, same numbers. Ref: the "Reproducibility" page of the PyTorch manual.
"""

import os
import random
from pathlib import Path


def usable_cores() -> int:
    """CPU cores this process may use: those it is bound to, or a container's share (cgroups) where that is less."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    share = container_share()
    return cores if share is None else max(1, min(cores, round(share)))


def container_share(root="/sys/fs/cgroup"):
    """The cores' time that a Linux container is given, as in 1.0 of the 64 that its machine has; None if unlimited.

    Ref: the kernel's "Control Group v2" (cpu.max: quota and period in microseconds, or "max") and CFS bandwidth (v1).
    """
    for names in (("cpu.max",), ("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us")):
        try:
            quota, period = " ".join(Path(root, name).read_text() for name in names).split()
            return float(quota) / float(period) if float(quota) > 0 else None
        except (OSError, ValueError):  # no such file, or "max"
            continue
    return None


def set_threads(count: int | None = None) -> int:
    """Use `count` threads in torch (default: the cores there are, shared by processes that train together)."""
    import torch

    together = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    count = max(1, usable_cores() // together) if count is None else count
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
    # the same switch as use_deterministic_algorithms(True, warn_only=True), which loads torch's compiler: 1 s, 70 MB
    torch.set_deterministic_debug_mode("warn")
    set_threads()
    return seed
