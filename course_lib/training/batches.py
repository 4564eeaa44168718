"""What `fit` reads: any set that gives batches, or a pair of tensors; mini-batches in an order that a seed fixes."""

from itertools import pairwise

import torch
from torch.utils.data import DistributedSampler

from course_lib.errors import CourseError
from course_lib.training import distributed


def batches(data, batch_size, *, like=None, shuffle=False, seed=0, fewest=2, sharded=False):
    """Yield (x, y): x (b, ...) with the dtype and on the device of `like`, y (b,) class indices.

    data: a set with .batches(batch_size, shuffle, seed), or a pair (X, y). Where the set's `pairs` is true, the second half
        of a batch belongs to the first, row by row, and no shard parts the two.
    fewest: a last batch with fewer examples joins the one before it (BatchNorm cannot train on one example).
    sharded: True gives this process its shard of every batch; the shards of all processes together are the batch
        that one process would have. A shard of a batch smaller than the number of processes may be empty.
    Raises CourseError for a batch size below 1 and for data of another kind.
    """
    if batch_size < 1:
        raise CourseError(f"expected a batch size of at least 1, got {batch_size}")
    processes = (distributed.world(), distributed.rank()) if sharded else (1, 0)
    if hasattr(data, "batches"):
        whole = _of_set(data.batches(batch_size, shuffle=shuffle, seed=seed), fewest)
        paired = getattr(data, "pairs", False)
        ready = ([_shard(part, paired, *processes) for part in batch] for batch in whole)
    else:
        ready = _of_tensors(*_pair(data), batch_size, shuffle, seed, fewest, *processes)
    for x, y in ready:
        if like is not None:
            x, y = x.to(like), y.to(like.device)
        yield x, y.long()


def first_parameter(model):
    """The model's first parameter: the inputs must have its dtype and be on its device."""
    return next(model.parameters(), None)


def _pair(data):
    if not isinstance(data, (tuple, list)) or len(data) != 2 or len(data[0]) != len(data[1]):
        raise CourseError(
            "expected a set with .batches(batch_size, shuffle, seed) or a pair (X, y) of one length, got "
            f"{type(data).__name__}; corpus.select(split='train').features() makes such a set"
        )
    return torch.as_tensor(data[0]), torch.as_tensor(data[1])


def _of_tensors(X, y, batch_size, shuffle, seed, fewest, world, rank):
    """Batches of a pair of tensors. The sampler gives every world-th row of the shuffled order, from `rank` on."""
    n = len(y)
    edges = [*range(0, n, batch_size), n]
    if len(edges) > 2 and n - edges[-2] < fewest:
        del edges[-2]
    sampler = DistributedSampler(range(n), world, rank, shuffle=shuffle, seed=seed)
    rows = torch.tensor(list(sampler), dtype=torch.long)
    # The sampler repeats a few examples so that all processes have equally many; these lie behind the last edge.
    cuts = [
        -((rank - edge) // world) for edge in edges
    ]  # where in `rows` a batch begins: (edge - rank) / world, up
    for first, last in pairwise(cuts):
        yield X[rows[first:last]], y[rows[first:last]]


def _shard(rows, paired, world, rank):
    """Every world-th row, from `rank` on; of paired rows every world-th of either half."""
    return torch.cat([part[rank::world] for part in rows.chunk(1 + paired)])


def _of_set(ready, fewest):
    """Batches of a set that draws its own: every process draws the same ones.

    They come one behind, because only then is it known which is the last.
    """
    waiting = None
    for x, y in ready:
        x, y = torch.as_tensor(x), torch.as_tensor(y)
        if not len(x):
            continue
        if waiting is not None and len(x) < fewest:
            waiting = torch.cat([waiting[0], x]), torch.cat([waiting[1], y])
            continue
        if waiting is not None:
            yield waiting
        waiting = x, y
    if waiting is not None:
        yield waiting
