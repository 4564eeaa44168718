"""Exercises of lesson 06: the share of the body, dropout by hand, the best epoch kept."""

import torch

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged import best_epoch

BODY, DENSE1 = 102_624, 114_816  # parameters of the small CNN's convolutions and of its first dense layer


def body_share(n_classes):
    """Count the network itself: parameters of the body over all parameters."""
    from course_lib.models import SmallCNN

    model = SmallCNN(n_classes)
    body = sum(parameter.numel() for parameter in model.body.parameters())
    return body / sum(parameter.numel() for parameter in model.parameters())


def dropout(values, kept, share):
    """Value by value: dropped ones become 0, kept ones grow so that the sum stays the same on average."""
    return [value / (1 - share) if keep else 0.0 for value, keep in zip(values, kept)]


CODE = {
    "06.body_share": Code(
        spec=body_share,
        wrong={
            "the last layer without biases": lambda n: BODY / (BODY + DENSE1 + 128 * n),
            "always ten classes": lambda n: BODY / 218_730,
            "the share of the head": lambda n: 1 - BODY / (BODY + DENSE1 + 129 * n),
            "one dense layer forgotten": lambda n: BODY / (BODY + 129 * n),
            "body over head": lambda n: BODY / (DENSE1 + 129 * n),
        },
        equivalents=(
            lambda n: BODY / (BODY + DENSE1 + 129 * n),
            lambda n: 1 - (DENSE1 + 128 * n + n) / (217_440 + 129 * n),
        ),
    ),
    "06.dropout": Code(
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
    "06.keep_best": best_epoch.KEEP_BEST,
}
