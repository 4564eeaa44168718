"""Judged: the weights of the best epoch, where the training side is learned by heart in the end (lesson 07)."""

import copy

import torch
from torch import nn
from torch.nn import functional as F

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged.hand_training import CLASSES, network
from course_lib.teaching.exercises.judged.material import numbers, scaled, voices
from course_lib.teaching.exercises.judged.verdict import Verdict, ask, compare, expect


def keep_best(model, one_epoch, valid_loss, epochs, *, better=float.__lt__, early=False, copied=True):
    """The worked solution; its settings make the wrong ways."""
    best, kept = None, None
    for _ in range(epochs):
        before = copy.deepcopy(model.state_dict())
        one_epoch(model)
        loss = valid_loss(model)
        if best is None or better(loss, best):
            best, kept = loss, before if early else model.state_dict()
            kept = copy.deepcopy(kept) if copied else kept
    model.load_state_dict(kept)
    return model.eval()


def _whole_copies(model, one_epoch, valid_loss, epochs):
    made = []
    for _ in range(epochs):
        one_epoch(model)
        made.append((valid_loss(model), len(made), copy.deepcopy(model)))
    return min(made)[2].eval()


def judge_keep_best(candidate, epochs=30) -> Verdict:
    day, who = voices().day, voices().who
    X = scaled(numbers(), numbers()[day == 0])
    draw = torch.Generator().manual_seed(5)
    noisy = who[day == 0].clone()  # a third of the names are wrong: to be learned by heart in the end
    wrong = torch.randperm(len(noisy), generator=draw)[: len(noisy) // 3]
    noisy[wrong] = (noisy[wrong] + 1 + torch.randint(CLASSES - 1, (len(wrong),), generator=draw)) % CLASSES
    torch.manual_seed(2)
    model, seen = network(dropout=0.2), []
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

    def one_epoch(network):
        expect(network is model, "one_epoch(model) of the model that was given", "another one")
        optimizer.zero_grad()
        loss = F.cross_entropy(network.train()(X[day == 0]), noisy)
        loss.backward()
        optimizer.step()
        seen.append((loss_on(network, 1), copy.deepcopy(network).eval()))
        return float(loss.detach())

    @torch.no_grad()
    def loss_on(network, *days):
        rows = sum(day == each for each in days).bool()
        training = network.training
        loss = float(F.cross_entropy(network.eval()(X[rows]), who[rows]))
        network.train(training)
        return loss

    made = ask(candidate, model, one_epoch, lambda network: loss_on(network, 1), epochs)
    expect(isinstance(made, nn.Module), "the network with the best weights", type(made).__name__)
    expect(len(seen) >= 2, f"{epochs} calls of one_epoch(model)", len(seen))
    losses = [loss for loss, _ in seen]
    best, last = losses.index(min(losses)), len(seen) - 1
    same = [k for k, (_, net) in enumerate(seen) if _equal(net, made)]
    names = {best - 1: "an epoch too early", 0: "the first epoch", last: "the last epoch"}
    fault = "" if best in same else next((names[k] for k in reversed(same) if k in names), "")
    if best in same and made.training:
        fault = "still in training mode"
    values = [loss_on(net, 2, 3, 4) for net in (made, seen[last][1], seen[best][1])]
    return compare("loss on three unseen days", *values, fault, control="after the last epoch", form="{:.2f}")


def _equal(one, other):
    return all(torch.equal(a, b) for a, b in zip(one.state_dict().values(), other.state_dict().values()))


def _in_training(*given):
    return keep_best(*given).train()


KEEP_BEST = Code(
    spec=keep_best,
    judge=judge_keep_best,
    wrong={
        "the last epoch": lambda *given: keep_best(*given, copied=False),
        "the first epoch": lambda *given: keep_best(*given, better=lambda loss, best: False),
        "an epoch too early": lambda *given: keep_best(*given, early=True),
        "still in training mode": _in_training,
    },
    equivalents=(_whole_copies,),
)
