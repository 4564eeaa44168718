"""Judged: a training loop written by hand, a loader that scales without leaking (lesson 04)."""

import copy
import warnings

import torch
from torch import nn
from torch.nn import functional as F

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged.material import numbers, right, scaled, voices
from course_lib.teaching.exercises.judged.verdict import Verdict, ask, compare, expect

CLASSES = 6


def network(dropout=0.0):
    return nn.Sequential(nn.Linear(128, 32), nn.ReLU(), nn.Dropout(dropout), nn.Linear(32, CLASSES))


def sides():
    """(X, y) of three days to learn from, scaled, and of the two that nobody saw."""
    last, who = voices().last, voices().who
    X = scaled(numbers(), numbers()[~last])
    return (X[~last], who[~last]), (X[last], who[last])


# -- 03.train


def train(model, X, y, rate=0.01, epochs=30, *, clear=True, step=True, optimizer=torch.optim.Adam):
    """The worked solution; its settings make the wrong ways."""
    steps = optimizer(model.parameters(), lr=rate)
    for _ in range(epochs):
        for rows in torch.randperm(len(X)).split(16):
            if clear:
                steps.zero_grad()
            F.cross_entropy(model(X[rows]), y[rows]).backward()
            if step:
                steps.step()
    return model


def _by_hand(model, X, y):
    """The same without an optimizer: plain gradient descent on all rows at once."""
    for _ in range(300):
        gradients = torch.autograd.grad(F.cross_entropy(model(X), y), list(model.parameters()))
        with torch.no_grad():
            for weight, gradient in zip(model.parameters(), gradients):
                weight -= 0.2 * gradient
    return model


def judge_train(candidate) -> Verdict:
    (X, y), (U, truth) = sides()
    torch.manual_seed(1)
    model = network()
    before, solved = copy.deepcopy(model), train(copy.deepcopy(model), X, y)
    torch.manual_seed(1)
    added = _watch(model[-1].weight)
    made = ask(candidate, model, X.clone(), y.clone())
    made = model if made is None else made
    expect(isinstance(made, nn.Module), "the trained network", type(made).__name__)
    with torch.no_grad():
        loss, first = (float(F.cross_entropy(net.eval()(X), y)) for net in (made, before))
        scores = made(U)
        learned, possible = right(made(X), y), right(solved.eval()(X), y)
    fault = ""
    if all(torch.equal(a, b) for a, b in zip(made.parameters(), before.parameters())):
        fault = "never a step"
    elif not loss < first:  # NaN too
        fault = "rate too high"
    elif len(added) > 2 and sum(added) > len(added) / 2:
        fault = "gradients add up"
    elif learned < 0.8 * possible:
        fault = "too few steps"
    values = (right(scores, truth), right(before(U), truth), right(solved(U), truth))
    return compare("right on another day", *values, fault, control="before training")


def _watch(weight):
    """A list that gets, at every backward pass, whether the gradient came on top of an old one."""
    fresh, added = [], []
    weight.register_hook(lambda gradient: fresh.append(gradient.clone()))
    weight.register_post_accumulate_grad_hook(
        lambda it: added.append(not torch.allclose(it.grad, fresh[-1], rtol=1e-3, atol=1e-9))
    )
    return added


TRAIN = Code(
    spec=train,
    judge=judge_train,
    wrong={
        "never a step": lambda model, X, y: train(model, X, y, step=False, clear=True),
        "gradients add up": lambda model, X, y: train(
            model, X, y, rate=0.001, clear=False, optimizer=torch.optim.SGD
        ),
        "rate too high": lambda model, X, y: train(model, X, y, rate=100.0, optimizer=torch.optim.SGD),
        "too few steps": lambda model, X, y: train(model, X, y, rate=0.001, epochs=1),
    },
    equivalents=(_by_hand,),
)

# -- 04.scale


def scale(learn, others):
    """Mean and spread of the training side serve both sides."""
    mean, spread = learn.mean(0), learn.std(0)
    return (learn - mean) / spread, (others - mean) / spread


def _scikit(learn, others):
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(learn.numpy())
    return tuple(torch.tensor(scaler.transform(side.numpy())).float() for side in (learn, others))


def _together(learn, others):
    both = torch.cat([learn, others])
    return tuple((side - both.mean(0)) / both.std(0) for side in (learn, others))


def judge_scale(candidate) -> Verdict:
    last, who = voices().last, voices().who
    learn, others = numbers()[~last], numbers()[last]

    def both(function, some):
        found = ask(function, learn.clone(), some.clone())
        pair = isinstance(found, (tuple, list)) and len(found) == 2
        expect(pair, "two tables, the scaled training side and the other side", type(found).__name__)
        found = [torch.as_tensor(side) for side in found]
        shapes = [tuple(side.shape) for side in found]
        expect(shapes == [tuple(learn.shape), tuple(some.shape)], "tables of the same shapes", shapes)
        return found

    def one_by_one(function):
        torch.manual_seed(1)
        model = train(network(), both(function, others)[0].nan_to_num(), who[~last], epochs=12)
        rows = torch.cat([both(function, row[None])[1] for row in others]).nan_to_num()
        with torch.no_grad():
            return right(model(rows), who[last])

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of torch, about the spread of a single second
        mine, theirs = both(candidate, others)
        moved, alone = both(candidate, 3 * others)[0], both(candidate, others[:1])[1]
        reached = one_by_one(candidate)
    fault = ""
    if not torch.allclose(mine, moved, atol=1e-4):
        fault = "both sides together"
    elif not torch.allclose(theirs[:1], alone, atol=1e-3):  # NaN too
        fault = "its own mean and spread"
    elif torch.allclose(mine, learn):
        fault = "not scaled"
    elif abs(float(mine.std(0).mean()) - 1) > 0.3:
        fault = "the spread stays"
    values = (reached, one_by_one(lambda *sides: sides), one_by_one(scale))
    return compare("right, seconds arriving one by one", *values, fault, control="unscaled")


SCALE = Code(
    spec=scale,
    judge=judge_scale,
    wrong={
        "its own mean and spread": lambda learn, others: (scale(learn, learn)[0], scale(others, others)[0]),
        "both sides together": _together,
        "the spread stays": lambda learn, others: (learn - learn.mean(0), others - learn.mean(0)),
        "not scaled": lambda learn, others: (learn, others),
    },
    equivalents=(_scikit,),
)
