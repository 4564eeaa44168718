"""One process of tests/training/test_distributed.py: trains a network on data that everybody makes alike; the first one writes."""

import json
import sys

import torch
from torch import nn

from course_lib.models import SmallCNN
from course_lib.training import distributed, fit, measure


def main(kind, out):
    device = distributed.join()
    torch.set_num_threads(1)
    torch.manual_seed(distributed.rank())  # everybody another start: the first one's must win
    draw = torch.Generator().manual_seed(0)
    y = torch.arange(72) % 5
    if kind == "cnn":
        X = torch.randn(72, 1025, 32, generator=draw) + y[:, None, None] * 0.1
        model = SmallCNN(5, dropout=0.0)
    else:
        X = torch.randn(72, 12, generator=draw) + y[:, None] * 0.3
        model = nn.Sequential(nn.Linear(12, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 5))
    if kind == "fails" and distributed.rank() == 1:
        raise SystemExit(7)
    X = X.double()  # in double precision a rounding stays one: in single it grows from step to step
    model.to(device, torch.float64)
    history = fit(model, (X[:52], y[:52]), (X[52:], y[52:]), epochs=3, batch_size=16, lr=1e-3, progress=False)
    found = {name: history[name] for name in ("train_loss", "train_accuracy", "valid_loss", "valid_accuracy")}
    found["measured"] = measure(model, (X[52:], y[52:]))
    statistics = [value for name, value in model.named_buffers() if "running" in name]
    found["statistics"] = [value.tolist() for value in statistics]
    found["start"] = float(sum(value.double().abs().sum() for value in model.state_dict().values()))
    with open(f"{out}.{distributed.rank()}.json", "w", encoding="utf-8") as file:
        json.dump(found, file)
    distributed.leave()


if __name__ == "__main__":
    main(*sys.argv[1:])
