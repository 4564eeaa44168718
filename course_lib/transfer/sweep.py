"""How much of a base to reuse: every freezing point from nothing to everything, with equal budgets.

At each point the layers up to it are reused and frozen, the rest is trained on the new speakers: the layers of the
body behind it from the base's weights, the head from random ones. At 0 % everything learns; at 100 % nothing does,
and a network that was never shown the new speakers can only guess.
Ref: "Some of Our Learnings on Transfer Learning", slide "Model Results"; Yosinski et al. 2014.
"""

import time
from dataclasses import dataclass

from course_lib import metrics
from course_lib.training import fit, predict
from course_lib.transfer.freezing import freeze, layer_names, names_upto, replace_head, unfreeze
from course_lib.transfer.frozen_features import precompute, split_at_frozen


@dataclass(frozen=True)
class Reuse:
    """One freezing point: the last frozen layer ("" for none), the fraction of frozen parameters, accuracies of all seeds."""

    upto: str
    utilization: float
    trained_parameters: int
    accuracies: tuple
    seconds: float  # of all seeds, the frozen layers' one pass included

    @property
    def accuracy(self):
        """Mean and standard deviation over the seeds."""
        return metrics.mean_and_spread(self.accuracies)


def freezing_point_sweep(base, corpus, *, split="valid", hop=1.0, **options):
    """Accuracy on new speakers at every freezing point -> list of Reuse, from 0 to 100 % utilization.

    base      a Base; it stays as it is
    corpus    speakers that it never met, with a part `train` to learn from and one to measure on
    split     the part to measure on (see `data.hold_out`: whoever chooses a point by its accuracy does not use `test`)
    hop       seconds between two windows to learn from; those to measure on do not overlap
    options   see `sweep`: the points, seeds and budget
    """
    train = base.features(corpus.select(split="train"), hop=hop)
    valid = base.features(corpus.select(split=split))
    return sweep(base.model, train, valid, **options)


def sweep(model, train, valid, *, points=None, seeds=(0, 1, 2), epochs=10, progress=None, **settings):
    """`freezing_point_sweep` for features that are there already: feature sets, or pairs (X, y), of different recordings.

    model     the base's network; it stays as it is
    points    names of the last frozen layer, "" for none; default: none, then every layer
    seeds     of the new layers' first weights and of the order of the examples: the same at every point
    epochs, settings   the budget and settings of `fit`, the same at every point; no early stopping
    progress  a function that gets a line of text after each training
    """
    classes = len(train.classes) if hasattr(train, "classes") else int(train[1].max()) + 1
    settings = {"lr": 1e-3, "batch_size": 64, "patience": None, "progress": False, **settings}
    results = []
    for upto in ["", *layer_names(model)] if points is None else points:
        start, accuracies = time.perf_counter(), []
        for seed in seeds:
            copied = init_from_base(model, upto, classes, seed)
            accuracies.append(_accuracy(copied, train, valid, {"epochs": epochs, "seed": seed, **settings}))
            if progress:
                progress(f"{upto or 'nothing'} frozen, seed {seed}: {accuracies[-1]:.1%}")
        trained = sum(p.numel() for p in copied.parameters() if p.requires_grad)
        utilization = metrics.base_model_utilization(copied)
        results.append(Reuse(upto, utilization, trained, tuple(accuracies), time.perf_counter() - start))
    return results


def init_from_base(base, upto, n_classes, seed=0):
    """A copy of `base` for `n_classes` new classes, frozen up to `upto` ("" for nothing), the rest free to learn.

    A frozen layer of the head is kept; the head's last layer, which names the old classes, is always new.

    >>> from course_lib.models import SmallCNN
    >>> metrics.base_model_utilization(init_from_base(SmallCNN(10), "", 3)), init_from_base(SmallCNN(10), "conv1", 3).head[-1]
    (0.0, Linear(in_features=128, out_features=3, bias=True))
    """
    if not upto:
        return unfreeze(replace_head(base, n_classes, seed=seed))
    names, frozen = layer_names(base), names_upto(base, upto)
    keep = [name for name in names[:-1] if name in frozen and name.startswith("head.")]
    return freeze(replace_head(base, n_classes, keep=keep[-1] if keep else None, seed=seed), upto)


def _accuracy(model, train, valid, settings):
    """Train what learns, the frozen front run once; -> accuracy on `valid`."""
    front, rest = split_at_frozen(model)
    if len(front):
        train, valid = precompute(front, train), precompute(front, valid)
    if len(rest):
        fit(rest, train, **settings)
        outputs = predict(rest, valid)
    else:  # all of it is frozen: what the front gave are the scores
        outputs = valid.tensors()[0] if hasattr(valid, "tensors") else valid[0]
    return metrics.accuracy(outputs.argmax(1), valid.y if hasattr(valid, "y") else valid[1])
