"""Judged: rates that are gentle to a body, and BatchNorm under a frozen one (lesson 10)."""

import copy

import torch
from torch.nn import functional as F

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged.material import right
from course_lib.teaching.exercises.judged.small_base import (
    fit_all,
    new_voices,
    remembered,
    same,
    with_new_head,
)
from course_lib.teaching.exercises.judged.verdict import Verdict, ask, compare, expect


def gentle(model):
    """Small steps for the body, usual ones for the new head."""
    return torch.optim.Adam(
        [{"params": model.body.parameters(), "lr": 3e-4}, {"params": model.head.parameters(), "lr": 1e-2}]
    )


def judge_gentle(candidate, steps=60) -> Verdict:
    (X, y), (U, truth) = new_voices()

    def both(function):
        model, base = with_new_head()
        optimizer = ask(function, model)
        expect(isinstance(optimizer, torch.optim.Optimizer), "an optimizer", type(optimizer).__name__)
        rates = {
            part: {g["lr"] for g in optimizer.param_groups for p in g["params"] if any(p is q for q in own)}
            for part, own in (
                ("body", list(model.body.parameters())),
                ("head", list(model.head.parameters())),
            )
        }
        model.train()
        for _ in range(steps):
            optimizer.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
        with torch.no_grad():
            new = right(model.eval()(U), truth)
        moved = max(
            float((p - q).detach().abs().max())
            for p, q in zip(model.body.parameters(), base.body.parameters())
        )
        return new, remembered(model), rates, moved

    new, old, rates, moved = both(candidate)
    rough, solved = both(lambda model: torch.optim.Adam(model.parameters(), lr=0.05)), both(gentle)
    fault = ""
    if not rates["head"]:
        fault = "the head is left out"
    elif not rates["body"] or moved < 1e-6:
        fault = "the body stands still"
    elif old < solved[1] - 0.15:
        fault = "one rate for all" if rates["body"] == rates["head"] else "too rough"
    elif new < solved[0] - 0.15:
        fault = "the head is too slow"
    values = [(each[0] + each[1]) / 2 for each in ((new, old), rough, solved)]
    what = f"new voices {new:.0%}, old voices {old:.0%}; the mean of both"
    return compare(what, *values, fault, control="0.05 for everything")


def _groups(model, body, head):
    groups = [(model.body, body), (model.head, head)]
    return torch.optim.Adam([{"params": part.parameters(), "lr": lr} for part, lr in groups if lr])


GENTLE = Code(
    spec=gentle,
    judge=judge_gentle,
    wrong={
        "one rate for all": lambda model: torch.optim.Adam(model.parameters(), lr=0.03),
        "too rough": lambda model: _groups(model, 0.05, 0.01),
        "the body stands still": lambda model: _groups(model, None, 0.01),
        "the head is left out": lambda model: _groups(model, 1e-4, None),
        "the head is too slow": lambda model: _groups(model, 1e-5, 1e-5),
    },
    equivalents=(
        lambda model: torch.optim.Adam(
            [
                {"params": [p for n, p in model.named_parameters() if n.startswith("body")], "lr": 3e-5},
                {"params": list(model.head.parameters())},
            ],
            lr=0.01,
        ),
    ),
)


def keep(model, X, y, *, mode="eval", freeze=True, train=True):
    """The worked solution of 10.keep; its settings make the wrong ways."""
    model.body.requires_grad_(not freeze)
    model.train()
    if mode == "eval":
        model.body.eval()
    learns = [p for p in model.parameters() if p.requires_grad] if train else [torch.zeros(1)]
    optimizer = torch.optim.Adam(learns, lr=0.01)
    for _ in range(60):
        loss = F.cross_entropy(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


def _once(model, X, y):
    model.eval()
    with torch.no_grad():
        vectors = model.body(X)
    fit_all(model.head.parameters(), lambda: model.head(vectors), y)


def judge_keep(candidate) -> Verdict:
    (X, y), (U, truth) = new_voices()
    solved, _ = with_new_head(norm=True)
    keep(solved, X, y)
    model, base = with_new_head(norm=True)
    start = copy.deepcopy(model)
    ask(candidate, model, X.clone(), y.clone())
    old, before = remembered(model), remembered(base)
    weights = [torch.equal(p, q) for p, q in zip(model.body.parameters(), base.body.parameters())]
    fault = ""
    if not all(weights):
        fault = "not frozen"
    elif not same(model.body, base.body):
        fault = "BatchNorm in train mode"
    elif same(model.head, start.head):
        fault = "the head did not learn"
    with torch.no_grad():
        values = [right(net.eval()(U), truth) for net in (model, start, solved)]
    what = f"old voices {before:.0%} before and {old:.0%} after; new voices"
    return compare(what, *values, fault, control="an untrained head")


KEEP = Code(
    spec=keep,
    judge=judge_keep,
    wrong={
        "BatchNorm in train mode": lambda model, X, y: keep(model, X, y, mode="train"),
        "not frozen": lambda model, X, y: keep(model, X, y, freeze=False),
        "the head did not learn": lambda model, X, y: keep(model.requires_grad_(True), X, y, train=False),
    },
    equivalents=(_once,),
)
