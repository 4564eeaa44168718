"""Judged: a new head on a frozen body (lesson 09), and a frozen body that runs only once (lesson 11)."""

import copy

import torch
from torch import nn
from torch.nn import functional as F

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged.material import pictures, right, voices
from course_lib.teaching.exercises.judged.small_base import NEW, fit_all, new_voices, same, small_base
from course_lib.teaching.exercises.judged.verdict import Verdict, ask, compare, expect

# -- 09.adapt


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

# -- 11.once


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
