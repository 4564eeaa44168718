"""Judged: LoRA beside the layers of a small base, trained with a new head (lesson 19)."""

import copy

import torch
from torch import nn
from torch.nn import functional as F

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged.material import right
from course_lib.teaching.exercises.judged.small_base import fit_all, new_voices, same, with_new_head
from course_lib.teaching.exercises.judged.verdict import Verdict, ask, compare, expect
from course_lib.transfer import add_lora

PLACES, RANK, STEPS = (0, 3), 4, 60
MOST = RANK * (128 + 48) + RANK * (48 + 48)  # parameters beside the two dense layers


class Beside(nn.Module):
    """layer(x) + scale * B (A x)."""

    def __init__(self, layer, rank=RANK, scale=2.0, zero=False):
        super().__init__()
        self.layer, self.scale = layer, scale
        self.A = nn.Parameter(torch.randn(rank, layer.in_features) / layer.in_features**0.5 * (not zero))
        self.B = nn.Parameter(torch.zeros(layer.out_features, rank))

    def forward(self, x):
        return self.layer(x) + self.scale * F.linear(F.linear(x, self.A), self.B)


def with_lora(model, X, y, *, rank=RANK, zero=False, freeze=True, add=True, head=True):
    """The worked solution; its settings make the wrong ways."""
    model.body.requires_grad_(not freeze)
    model.head.requires_grad_(head)
    if add:
        for place in PLACES:
            model.body[place] = Beside(model.body[place], rank, zero=zero)
    fit_all([p for p in model.parameters() if p.requires_grad], lambda: model(X), y, steps=STEPS)
    return model


def judge(candidate) -> Verdict:
    (X, y), (U, truth) = new_voices()
    solved, _ = with_new_head()
    with_lora(solved, X, y)
    model, base = with_new_head()
    start = copy.deepcopy(model)
    mine = ask(candidate, model, X.clone(), y.clone())
    expect(isinstance(mine, nn.Module), "the trained network", type(mine).__name__)
    body, inside = getattr(mine, "body", mine), list(mine.state_dict().values())
    found = [
        any(w.shape == value.shape and torch.equal(w, value) for value in inside)
        for w in base.body.state_dict().values()
    ]
    added = sum(p.numel() for p in body.parameters()) - sum(p.numel() for p in base.body.parameters())
    with torch.no_grad():
        values = [right(net.eval()(U), truth) for net in (mine, start, solved)]
        moved = not torch.allclose(body(X), base.body(X), atol=1e-5)
    fault = ""
    if not all(found):
        fault = "the layers moved"
    elif added > MOST:
        fault = "as large as the layer"
    elif not moved:
        fault = "both begin at zero" if added else "only the head"
    elif same(mine.head, start.head):
        fault = "the head is left out"
    what = f"{max(0, added):,} parameters added, {MOST:,} at most; new voices"
    return compare(what, *values, fault, control="an untrained head")


def _by_the_library(model, X, y):
    model = add_lora(model, 3, layers=["body.0", "body.3"])
    fit_all([p for p in model.parameters() if p.requires_grad], lambda: model(X), y, steps=STEPS)
    return model


LORA = Code(
    spec=with_lora,
    judge=judge,
    wrong={
        "the layers moved": lambda model, X, y: with_lora(model, X, y, freeze=False),
        "as large as the layer": lambda model, X, y: with_lora(model, X, y, rank=48),
        "both begin at zero": lambda model, X, y: with_lora(model, X, y, zero=True),
        "only the head": lambda model, X, y: with_lora(model, X, y, add=False),
        "the head is left out": lambda model, X, y: with_lora(model, X, y, head=False),
    },
    equivalents=(_by_the_library,),
)
