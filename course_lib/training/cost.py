"""What a pass through a model costs, counted and not timed: multiplications and additions, by torch's own counter."""

import torch
from torch.nn import functional as F

from course_lib.models import evaluating, training


def operations(model, x, *, learn=False) -> int:
    """Floating-point operations for one example of the batch `x`: forward, or with learn=True forward and backward.

    Frozen layers cost no backward pass. Only products are counted (convolutions and dense layers), as is usual.

    >>> operations(torch.nn.Linear(100, 10), torch.zeros(1, 100))  # 1,000 products and 1,000 sums
    2000
    """
    from torch.utils.flop_counter import FlopCounterMode

    counter = FlopCounterMode(display=False)
    if not learn:
        with evaluating(model), counter:
            model(x)
        return counter.get_total_flops() // len(x)
    kept = [parameter.grad for parameter in model.parameters()]
    with training(model), counter:
        outputs = model(x)
        F.cross_entropy(outputs, torch.zeros(len(x), dtype=torch.long, device=outputs.device)).backward()
    for parameter, grad in zip(model.parameters(), kept):
        parameter.grad = grad
    return counter.get_total_flops() // len(x)
