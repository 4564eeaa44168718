"""Continual learning with replay: a head that grows with its speakers, and a small memory against forgetting.

The body is frozen, so a window is a vector, computed once. A day's update trains the head on the day's vectors and on
a few remembered ones of every known speaker (replay, or rehearsal). Without them the head forgets: nothing in the new
data says that the old speakers still exist. Ref: McCloskey & Cohen 1989 (catastrophic interference); Rebuffi et al.
2017 (iCaRL).
"""

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import nn

from course_lib.errors import CourseError
from course_lib.training import fit, predict
from course_lib.training.usage_of_test_set import count_model
from course_lib.transfer.freezing import freeze, replace_head, unfreeze
from course_lib.transfer.frozen_features import precompute, split_at_frozen

FIT_OPTIONS = {
    "epochs": 15,
    "lr": 3e-3,
    "weight_decay": 1e-2,
    "batch_size": 16,
    "patience": None,
    "progress": False,
}
REFRESH_OPTIONS = {"lr": 3e-4, "epochs": 10}  # where the body is trained as well


@dataclass
class Learner:
    """A model, the names of its classes in the order in which they came, and the replay memory of each."""

    model: nn.Module
    known: list = field(default_factory=list)
    memory: dict = field(default_factory=dict)  # name -> places of the remembered windows in the data

    def remembered(self):
        """The places of all remembered windows, in order."""
        return np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *self.memory.values()]))


def begin(base) -> Learner:
    """A learner with the body of a Base, frozen, that knows no speaker yet."""
    return Learner(freeze(base.model))


def learn(learner, day, data, *, keep=4, seed=0, **options):
    """A new Learner, trained on a day (StreamTask) as well; the old one stays as it is. `data`: the FeatureSet of all days.

    keep      windows of each speaker to remember for replay; 0: none, and it forgets; None: all that ever came
    options   settings of `fit` other than FIT_OPTIONS
    Raises CourseError where fewer than two speakers are known after the day.
    """
    names = [data.classes[int(data.y[row])] for row in day.rows]
    newcomers = [name for name in dict.fromkeys(names) if name not in learner.known]
    known = [*learner.known, *newcomers]
    if len(known) < 2:
        raise CourseError(f"expected two speakers or more on the first day, got {known}")
    model = expand_head(learner.model, len(known), seed)
    rows = np.union1d(day.rows, learner.remembered())
    front, rest = split_at_frozen(model)
    fit(rest, _pair(precompute(front, data), rows, known), **{**FIT_OPTIONS, "seed": seed, **options})
    draw, memory = np.random.default_rng([seed, day.number]), dict(learner.memory)
    for name in sorted(set(names)) if keep != 0 else ():  # a set has another order in every process
        rows = day.rows[[owner == name for owner in names]]
        rows = np.union1d(rows, memory.get(name, rows))
        memory[name] = np.sort(draw.permutation(rows)[:keep])
    return Learner(model, known, memory)


def refresh(learner, data, *, upto=None, seed=0, **options):
    """A new Learner whose body was fine-tuned too, at a low learning rate, on the remembered windows alone.

    upto      layers that stay frozen (see `freeze`); None: none
    options   settings of `fit` other than FIT_OPTIONS and REFRESH_OPTIONS
    Vectors of the old body are of no use afterwards: they are computed anew.
    """
    model = unfreeze(learner.model)
    model = freeze(model, upto) if upto else model
    front, rest = split_at_frozen(model)
    part = _pair(precompute(front, data) if len(front) else data, learner.remembered(), learner.known)
    fit(rest, part, **{**FIT_OPTIONS, **REFRESH_OPTIONS, "seed": seed, **options})
    return Learner(freeze(model), list(learner.known), dict(learner.memory))


def scores(learner, data, among=None) -> dict:
    """{name: fraction of this speaker's windows that are named right}, for all known speakers in a FeatureSet.

    among   the names to choose from and to test, for a comparison with a model that knew only these; None: all known
    """
    count_model(learner.model, data)
    among = list(learner.known if among is None else among)
    front, rest = split_at_frozen(learner.model)
    rows = [row for row, y in enumerate(data.y.tolist()) if data.classes[y] in among]
    X, y = _pair(precompute(front, data), np.array(rows), among)
    right = predict(rest, X)[:, [learner.known.index(name) for name in among]].argmax(1) == y
    return {among[k]: float(right[y == k].double().mean()) for k in sorted(set(y.tolist()))}


def expand_head(model, n_classes, seed=0):
    """A copy of the model with more classes: those it had keep their weights, the new ones begin at random.

    Raises CourseError for fewer classes than it has.
    """
    old = _last_layer(model)
    first = not getattr(model, "names_its_classes", False)  # a base's own classes are other people
    if not first and n_classes < old.out_features:
        raise CourseError(f"expected {old.out_features} classes or more, got {n_classes}")
    keep = [name for name, module in model.head.named_modules() if isinstance(module, nn.Linear)][:-1]
    fresh = replace_head(model, n_classes, keep=f"head.{keep[-1]}" if keep and not first else None, seed=seed)
    if not first:
        with torch.no_grad():
            _last_layer(fresh).weight[: old.out_features] = old.weight
            _last_layer(fresh).bias[: old.out_features] = old.bias
    fresh.names_its_classes = True
    return fresh


def _last_layer(model):
    return [module for module in model.head.modules() if isinstance(module, nn.Linear)][-1]


def _pair(data, rows, known):
    """(X, y) of some windows, the classes counted in the order in which they became known."""
    place = {name: number for number, name in enumerate(known)}
    X, y = data.take(rows).tensors()
    return X, torch.tensor([place[data.classes[k]] for k in y.tolist()])
