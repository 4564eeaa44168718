"""Exercises of lesson 07: dropout by hand, the best epoch kept."""

import torch

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged import best_epoch


def dropout(values, kept, share):
    """Value by value: dropped ones become 0, kept ones grow so that the sum stays the same on average."""
    return [value / (1 - share) if keep else 0.0 for value, keep in zip(values, kept)]


CODE = {
    "07.dropout": Code(
        spec=dropout,
        wrong={
            "nothing made up for": lambda values, kept, share: [
                v if k else 0.0 for v, k in zip(values, kept)
            ],
            "made smaller": lambda values, kept, share: [
                v * (1 - share) if k else 0.0 for v, k in zip(values, kept)
            ],
            "divided by the share": lambda values, kept, share: [
                v / share if k and share else 0.0 for v, k in zip(values, kept)
            ],
            "the wrong ones dropped": lambda values, kept, share: [
                0.0 if k else v / (1 - share) for v, k in zip(values, kept)
            ],
            "left out": lambda values, kept, share: [v / (1 - share) for v, k in zip(values, kept) if k],
            "by what was really kept": lambda values, kept, share: [
                v * len(kept) / max(1, sum(kept)) if k else 0.0 for v, k in zip(values, kept)
            ],
        },
        equivalents=(
            lambda values, kept, share: (torch.tensor(values) * torch.tensor(kept) / (1 - share)).tolist(),
        ),
    ),
    "07.keep_best": best_epoch.KEEP_BEST,
}
