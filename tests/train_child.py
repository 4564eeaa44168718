"""One process of tests/training/test_distributed.py: trains networks on the same data as the others and writes what it found."""

import json
import math
import sys

import torch
from torch import nn

from course_lib.errors import CourseError
from course_lib.models import SmallCNN
from course_lib.training import distributed, fit, measure


class Drawn:
    """A set that draws its own batches, every epoch others."""

    def __init__(self, X, y):
        self.X, self.y = X, y

    def batches(self, batch_size, shuffle=False, seed=0):
        rows = torch.randint(len(self.y), (len(self.y),), generator=torch.Generator().manual_seed(seed))
        yield from ((self.X[part], self.y[part]) for part in rows.split(batch_size))


def main(kinds, out):
    device = distributed.join()
    torch.set_num_threads(1)
    found = {kind: trained(kind, device) for kind in kinds.split(",")}
    with open(f"{out}.{distributed.rank()}.json", "w", encoding="utf-8") as file:
        json.dump(found, file)
    distributed.leave()


def trained(kind, device) -> dict:
    """The numbers of one training: losses, what is measured afterwards, sums of weights and statistics."""
    torch.manual_seed(distributed.rank())  # each process starts elsewhere: the first one's weights must win
    draw = torch.Generator().manual_seed(0)
    y = torch.arange(72) % 5
    if kind == "cnn":
        X = torch.randn(72, 1025, 32, generator=draw) + y[:, None, None] * 0.1
        model = SmallCNN(5, dropout=0.0)
    else:
        X = torch.randn(72, 12, generator=draw) + y[:, None] * 0.3
        middle = nn.Identity() if kind in ("uneven", "set", "single") else nn.BatchNorm1d(16)
        model = nn.Sequential(nn.Linear(12, 16), middle, nn.ReLU(), nn.Linear(16, 5))
    if kind == "fails" and distributed.rank() == 1:
        raise SystemExit(7)
    if kind == "diverges":
        X[0] = math.nan
    X = X.double()  # in double precision a rounding stays one: in single it grows from step to step
    model.to(device, torch.float64)
    n = {"uneven": 53, "single": 1}.get(kind, 52)
    train, valid = (X[:n], y[:n]), (X[n:], y[n:])
    lr = 1e-3 if kind == "cnn" else 1e-2
    try:
        history = fit(
            model,
            Drawn(*train) if kind == "set" else train,
            valid,
            epochs=3,
            batch_size=16,
            lr=lr,
            progress=False,
        )
    except CourseError as error:
        return {"error": str(error)}
    found = {name: history[name] for name in ("train_loss", "train_accuracy", "valid_loss", "valid_accuracy")}
    found["measured"] = measure(model, valid)
    found["statistics"] = [value.tolist() for name, value in model.named_buffers() if "running" in name]
    found["weights"] = float(sum(value.double().abs().sum() for value in model.state_dict().values()))
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
