"""Judged: a new head on a frozen body, rates that are gentle to it, BatchNorm under it, a body that runs only once."""

import copy
from functools import cache

import torch
from torch import nn
from torch.nn import functional as F

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged.material import numbers, pictures, right, scaled, voices
from course_lib.teaching.exercises.judged.verdict import Verdict, ask, compare, expect

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


# -- 08.adapt


def adapt(base, n_classes, *, freeze=True, head=True, copied=True, seed=None):
    """The worked solution; its settings make the wrong ways."""
    model = copy.deepcopy(base) if copied else base
    if seed is not None:
        model.body.load_state_dict(type(base)(2).body.state_dict())
    model.requires_grad_(not freeze)
    if head:
        model.head = nn.Linear(896, n_classes)
    return model


def _last_layer(base, n_classes):
    model = copy.deepcopy(base)
    for parameter in model.body.parameters():
        parameter.requires_grad = False
    model.head.dense2 = nn.Linear(model.head.dense2.in_features, n_classes)
    return model


def _sequential(base, n_classes):
    from course_lib.transfer import freeze, replace_head

    return freeze(replace_head(base, n_classes), "body")


def judge_adapt(candidate) -> Verdict:
    from course_lib.models import SmallCNN
    from course_lib.transfer import load_base

    base = load_base("small_cnn").model
    untouched = copy.deepcopy(base)
    model = ask(candidate, base, NEW)
    parts = isinstance(model, nn.Module) and hasattr(model, "body") and hasattr(model, "head")
    expect(parts, "a network with a .body and a .head", type(model).__name__)
    body = list(model.body.parameters())
    with torch.no_grad():
        outputs = model(pictures()[:1]).shape[-1]
    fault = ""
    if base is model or not same(base, untouched) or not all(p.requires_grad for p in base.parameters()):
        fault = "the base was changed"
    elif outputs != NEW:
        fault = "head not reset"
    elif any(parameter.requires_grad for parameter in body):
        fault = "not frozen"
    elif not same(model.body, untouched.body):
        fault = "the body is another one"
    elif not any(parameter.requires_grad for parameter in model.head.parameters()):
        fault = "nothing can learn"
    torch.manual_seed(0)
    random, solved = adapt(SmallCNN(2), NEW), adapt(untouched, NEW)
    values = [_trained(some) for some in (model, random, solved)]
    return compare("right on another day", *values, fault, control="a random body")


def _trained(model):
    """Train what is free in the head on the body's outputs, and judge it on the last day."""
    seconds, learns = voices(), [p for p in model.head.parameters() if p.requires_grad]
    with torch.no_grad():
        X = model.eval().body(pictures())
    if learns and model.head(X[:1]).shape[-1] >= NEW:
        fit_all(
            learns, lambda: model.head(X[~seconds.last]), seconds.who[~seconds.last], rate=0.003, steps=80
        )
    with torch.no_grad():
        return right(model.head(X[seconds.last]), seconds.who[seconds.last])


ADAPT = Code(
    spec=adapt,
    judge=judge_adapt,
    wrong={
        "not frozen": lambda base, n: adapt(base, n, freeze=False),
        "head not reset": lambda base, n: adapt(base, n, head=False),
        "the base was changed": lambda base, n: adapt(base, n, copied=False),
        "nothing can learn": lambda base, n: adapt(base, n).requires_grad_(False),
        "the body is another one": lambda base, n: adapt(base, n, seed=0),
    },
    equivalents=(_last_layer, _sequential),
)

# -- 09.gentle and 09.keep: a small base, trained here on voices that were there before


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
    """The worked solution of 09.keep; its settings make the wrong ways."""
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

# -- 10.once


class Counted(nn.Module):
    """A frozen body that counts the seconds that go through it, with dropout that must not be on."""

    def __init__(self):
        super().__init__()
        self.inside, self.dropout = copy.deepcopy(small_base()[0].body), nn.Dropout(0.3)
        self.seconds, self.wavering = 0, False

    def forward(self, x):
        self.seconds += len(x)
        self.wavering |= self.training
        return self.dropout(self.inside(x))


def once(body, head, X, y, epochs, *, graph=False, again=False, mode="eval"):
    """The worked solution; its settings make the wrong ways."""
    body.train(mode == "train")
    with torch.set_grad_enabled(graph):
        vectors = body(X)
    optimizer = torch.optim.Adam(head.parameters(), lr=0.01)
    for _ in range(epochs):
        if again:
            with torch.no_grad():
                vectors = body(X)
        loss = F.cross_entropy(head(vectors), y)
        optimizer.zero_grad()
        loss.backward(retain_graph=graph)
        optimizer.step()
    return head


def _in_batches(body, head, X, y, epochs):
    vectors = torch.cat([body.eval()(part).detach() for part in X.split(16)])
    fit_all(head.parameters(), lambda: head(vectors), y, steps=epochs)
    return head


def judge_once(candidate, epochs=60) -> Verdict:
    (X, y), (U, truth) = new_voices()

    def run(function):
        torch.manual_seed(4)
        body, head = Counted(), nn.Linear(48, NEW)
        first = copy.deepcopy(head)
        made = ask(function, body, head, X.clone(), y.clone(), epochs)
        made = head if made is None else made
        expect(isinstance(made, nn.Module), "the trained head", type(made).__name__)
        seconds, wavering = body.seconds, body.wavering
        graph = any(p.grad is not None for p in body.parameters())
        with torch.no_grad():
            score, untrained = (right(net(body.eval()(U)), truth) for net in (made, first))
        return score, untrained, seconds, wavering, graph, same(made, first)

    score, untrained, seconds, wavering, graph, still = run(candidate)
    fault = ""
    if still:
        fault = "the head did not learn"
    elif wavering:
        fault = "the body in training mode"
    elif graph:
        fault = "gradients through the body"
    elif seconds > 2 * len(X):
        fault = "the body runs every epoch"
    what = f"{seconds:,} seconds went through the body, {len(X)} are enough; right on another day"
    return compare(what, score, untrained, run(once)[0], fault, control="an untrained head")


ONCE = Code(
    spec=once,
    judge=judge_once,
    wrong={
        "the body runs every epoch": lambda *given: once(*given, again=True),
        "the body in training mode": lambda *given: once(*given, mode="train"),
        "gradients through the body": lambda *given: once(*given, graph=True),
        "the head did not learn": lambda body, head, *given: once(body, copy.deepcopy(head), *given) and head,
    },
    equivalents=(_in_batches,),
)
