"""What `fit` reads: any set that gives batches, or a pair of tensors; mini-batches in an order that a seed fixes."""

import torch

from course_lib.errors import CourseError


def batches(data, batch_size, *, like=None, shuffle=False, seed=0, fewest=2):
    """Yield (x, y): x as the dtype and on the device of `like`, y as class indices.

    A last batch of less than `fewest` examples joins the one before it: BatchNorm cannot train on one example.
    """
    if batch_size < 1:
        raise CourseError(f"expected a batch size of at least 1, got {batch_size}")
    if hasattr(data, "batches"):
        ready = _joined(data.batches(batch_size, shuffle=shuffle, seed=seed), fewest)
    else:
        ready = _of_tensors(*_pair(data), batch_size, shuffle, seed, fewest)
    for x, y in ready:
        if like is not None:
            x, y = x.to(like), y.to(like.device)
        yield x, y.long()


def first_weight(model):
    """The model's first parameter: its dtype and device are those the inputs must have."""
    return next(model.parameters(), None)


def _pair(data):
    if not isinstance(data, (tuple, list)) or len(data) != 2 or len(data[0]) != len(data[1]):
        raise CourseError(
            "expected a set with .batches(batch_size, shuffle, seed) or a pair (X, y) of one length, got "
            f"{type(data).__name__}; corpus.select(split='train').features() makes such a set"
        )
    return torch.as_tensor(data[0]), torch.as_tensor(data[1])


def _of_tensors(X, y, batch_size, shuffle, seed, fewest):
    order = torch.arange(len(y))
    if shuffle:
        order = torch.randperm(len(y), generator=torch.Generator().manual_seed(seed))
    parts = list(order.split(batch_size)) if len(order) else []
    if len(parts) > 1 and len(parts[-1]) < fewest:
        parts[-2:] = [torch.cat(parts[-2:])]
    for chosen in parts:
        yield X[chosen], y[chosen]


def _joined(ready, fewest):
    """The batches of a set, one behind, because only then is it known which is the last."""
    held = None
    for x, y in ready:
        x, y = torch.as_tensor(x), torch.as_tensor(y)
        if not len(x):
            continue
        if held is not None and len(x) < fewest:
            held = torch.cat([held[0], x]), torch.cat([held[1], y])
            continue
        if held is not None:
            yield held
        held = x, y
    if held is not None:
        yield held
