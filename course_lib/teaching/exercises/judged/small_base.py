"""A small base for judging, trained on the spot on voices that were there before, and new voices to learn."""

import copy
from functools import cache

import torch
from torch import nn
from torch.nn import functional as F

from course_lib.teaching.exercises.judged.material import numbers, right, scaled, voices

OLD, NEW = 8, 6  # voices that a base knows, and those that are to be learned


def fit_all(parameters, outputs, y, *, rate=0.01, steps=60):
    """Full-batch Adam on `outputs()`; what it trains is what `parameters` says."""
    optimizer = torch.optim.Adam(parameters, lr=rate)
    for _ in range(steps):
        optimizer.zero_grad()
        F.cross_entropy(outputs(), y).backward()
        optimizer.step()


def same(one, other):
    """Whether two networks hold the same numbers."""
    mine, theirs = one.state_dict(), other.state_dict()
    return mine.keys() == theirs.keys() and all(torch.equal(mine[key], theirs[key]) for key in mine)


class Small(nn.Module):
    """128 numbers of a second -> body of two layers -> head. `norm`: with BatchNorm."""

    def __init__(self, classes, norm=False):
        super().__init__()
        norms = [nn.BatchNorm1d(48) if norm else nn.Identity() for _ in range(2)]
        self.body = nn.Sequential(
            nn.Linear(128, 48), norms[0], nn.ReLU(), nn.Linear(48, 48), norms[1], nn.ReLU()
        )
        self.head = nn.Linear(48, classes)

    def forward(self, x):
        return self.head(self.body(x))


@cache
def small_base(norm=False):
    """A base that knows the old voices, and what is needed to ask it: (network, X, y) of the last old day."""
    old, X = voices("old", OLD), scaled(numbers("old", OLD), numbers("old", OLD))
    torch.manual_seed(3)
    model = Small(OLD, norm)
    fit_all(model.parameters(), lambda: model(X[~old.last]), old.who[~old.last], steps=80)
    return model.eval(), X[old.last], old.who[old.last]


def remembered(model):
    """The share of the old voices' last day that the old head still names on this body."""
    base, X, y = small_base(any(isinstance(layer, nn.BatchNorm1d) for layer in model.body))
    with torch.no_grad():
        return right(base.head(model.eval().body(X)), y)


def new_voices():
    """(X, y) of three days of the new voices, and of the last, scaled as the base's own."""
    seconds, X = voices(), scaled(numbers(), numbers("old", OLD))
    last = seconds.last
    return (X[~last], seconds.who[~last]), (X[last], seconds.who[last])


def with_new_head(norm=False):
    """The small base with a head for the new voices: (model, base)."""
    base = small_base(norm)[0]
    model = copy.deepcopy(base)
    torch.manual_seed(4)
    model.head = nn.Linear(48, NEW)
    return model, base
