"""One call that seeds every random generator, and one that sets thread counts to the cores there are.

Same seed, same machine, same numbers. Ref: the "Reproducibility" page of the PyTorch manual.
"""

import os
import random
from pathlib import Path


def usable_cores() -> int:
    """CPU cores that this process may use: those it is bound to, or a container's limit (cgroups) where that is less."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    limit = container_limit()
    return cores if limit is None else max(1, min(cores, round(limit)))


def container_limit(root="/sys/fs/cgroup"):
    """How many cores' time a Linux container may use, such as 1.0 of the 64 of its machine; None where unlimited.

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
    """Set torch to `count` threads and return it (default: the cores there are, divided by processes that train together)."""
    import torch

    processes = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    count = max(1, usable_cores() // processes) if count is None else count
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
