"""The training loop: mini-batches, epochs, validation, patience. One page, nothing hidden.

Every epoch draws its own random numbers from (seed, epoch), so a run that was killed and resumed is, bit for
bit, the run that was not. Ref: Prechelt 1998 (early stopping); Robbins & Monro 1951 (stochastic gradient).
"""

import math
import time

import torch
from torch.nn import functional as F

from course_lib.errors import CourseError
from course_lib.models import evaluating, training
from course_lib.training import checkpoints, distributed
from course_lib.training.batches import batches, first_weight
from course_lib.training.history import Epoch, History
from course_lib.training.optimizers import make_optimizer, scheduled
from course_lib.training.progress_line import Progress
from course_lib.training.test_set_usage import look


class Diverged(CourseError):
    """The loss left the finite numbers; `.history` holds the epochs before, the model the best weights of them."""


def fit(
    model, train, valid=None, *, epochs=20, lr=1e-3, momentum=0.9, optimizer="adam", weight_decay=0.0,
    schedule=None, batch_size=64, patience=5, loss=F.cross_entropy, seed=0, checkpoint=None, resume=False,
    progress=True,
) -> History:  # fmt: skip
    """Train `model` in place and return the History; the model keeps the weights of its best validation loss.

    train, valid: anything with `.batches(batch_size, shuffle, seed)`, or a pair of tensors (X, y). Without
        `valid` nothing stops early and the last weights stay.
    lr: learning rate; or one per part of the model, {"body": 1e-5, "head": 1e-3}. Frozen parameters stay frozen.
    momentum: the share of the last direction that is kept: SGD's momentum, or Adam's first beta.
    optimizer: "adam" or "sgd".   schedule: None, "step", "cosine", or a function of the share of epochs done
        that gives the factor for lr.   patience: epochs without a better validation loss before it stops; None: never.
    loss: mean loss of a batch from (outputs, y); cross-entropy takes scores and log-probabilities alike.
    checkpoint: a file that holds the state after every epoch; with resume=True the run goes on from it.
    progress: True, False, or a function that gets the History after every epoch.
    Ctrl-C ends the run early and safely. Raises Diverged where the loss is no longer finite.
    """
    stepper = make_optimizer(model, optimizer, lr, momentum, weight_decay)
    run = checkpoints.Run(model, stepper, History(planned=epochs), best=checkpoints.copy_of(model))
    settings = {
        "lr": lr, "momentum": momentum, "optimizer": optimizer, "weight_decay": weight_decay, "seed": seed,
        "schedule": schedule, "epochs": epochs if schedule else None, "batch_size": batch_size,
    }  # fmt: skip
    if checkpoint is not None:
        settings["data"] = checkpoints.fingerprint(train)
    if resume:
        checkpoints.resume(run, checkpoint, settings)
    distributed.broadcast(model)
    first = distributed.rank() == 0
    patience = math.inf if patience is None else patience
    history, report = run.history, Progress() if progress is True else progress or None
    report = report if first else None

    try:
        with torch.random.fork_rng(devices=[]):
            while len(history) < epochs and history.waited < patience:
                epoch, start = len(history) + 1, time.perf_counter()
                draw = seed * 1_000_003 + epoch
                torch.manual_seed(draw)  # dropout
                rate = scheduled(stepper, schedule, (epoch - 1) / epochs)
                how = {"like": first_weight(model), "seed": draw, "fewest": 2 * distributed.world()}
                ready = batches(train, batch_size, shuffle=True, **how)
                learned = one_epoch(model, stepper, ready, loss, getattr(report, "batch", None))
                distributed.average_statistics(model)
                checked = measure(model, valid, loss=loss) if valid is not None else (math.nan, math.nan)
                if valid is not None and not math.isfinite(checked[0]):
                    raise Diverged(
                        f"the validation loss became {checked[0]}; lower lr, or look for NaN in `valid`"
                    )
                history.add(Epoch(epoch, *learned, *checked, rate, time.perf_counter() - start))
                if history.best_epoch == epoch:
                    run.best = checkpoints.copy_of(model)
                if checkpoint is not None and first:
                    checkpoints.save(run, checkpoint, settings)
                if report:
                    report(history)
        history.stopped = "" if len(history) >= epochs else f"no better for {patience} epochs"
    except KeyboardInterrupt:
        history.stopped = "interrupted"
    except Diverged as error:
        history.stopped, error.history = "diverged", history
        raise
    finally:
        model.load_state_dict(run.best)
    return history


def one_epoch(model, stepper, ready, loss=F.cross_entropy, every_batch=None) -> tuple[float, float]:
    """Show the model every batch once and step after each. Returns the mean loss and accuracy met on the way."""
    total, right, seen = 0.0, 0, 0
    with training(model):
        for number, (x, y) in enumerate(ready, start=1):
            stepper.zero_grad()
            own_x, own_y = distributed.share(x), distributed.share(y)  # alone: the whole batch
            mean, hits = 0.0, 0
            if len(own_y):
                outputs = model(own_x)  # (batch, classes)
                value = loss(outputs, own_y)
                if len(own_y) < len(y):  # a part of the batch has a part of its mean
                    value = value * (len(own_y) / len(y))
                value.backward()
                mean, hits = value.item(), _right(outputs, own_y)
            mean, hits = distributed.all_reduce_gradients(model, mean, hits)
            if not math.isfinite(mean):
                raise Diverged(_what_to_do(mean, number, x, stepper))
            stepper.step()
            total, right, seen = total + mean * len(y), right + hits, seen + len(y)
            if every_batch:
                every_batch(number, seen, total / seen)
    if not seen:
        raise CourseError("expected training examples, got none; is the split empty?")
    return total / seen, right / seen


def measure(model, data, *, batch_size=256, loss=F.cross_entropy) -> tuple[float, float]:
    """Mean loss and accuracy over the whole of `data`, in evaluation mode: summed up, then divided once."""
    look(model, data)  # counts test sides alone
    total, right, seen = 0.0, 0, 0
    with evaluating(model):
        for x, y in batches(data, batch_size, like=first_weight(model)):
            x, y = distributed.share(x), distributed.share(y)
            if len(y):
                outputs = model(x)
                total, right = total + loss(outputs, y).item() * len(y), right + _right(outputs, y)
                seen += len(y)
    total, right, seen = distributed.sums(first_weight(model), total, right, seen)
    if not seen:
        raise CourseError("expected examples to measure on, got none; is the split empty?")
    return total / seen, right / seen


def predict(model, data, *, batch_size=256):
    """The model's outputs for every example, in order and evaluation mode. data: X, (X, y) or a set -> (n, classes).

    `predict(model, test).argmax(1)` are the classes.
    """
    if isinstance(data, torch.Tensor):
        data = data, torch.zeros(len(data), dtype=torch.long)
    look(model, data)
    with evaluating(model):
        outputs = [model(x) for x, _ in batches(data, batch_size, like=first_weight(model))]
    if not outputs:
        raise CourseError("expected examples to predict, got none; is the split empty?")
    return torch.cat(outputs)


def _right(outputs, y) -> int:
    return int((outputs.argmax(1) == y).sum())


def _what_to_do(value, number, x, stepper) -> str:
    if not x.isfinite().all():
        return (
            f"batch {number} holds NaN or infinite inputs, so the loss is {value}; look at the features first"
        )
    rate = max(group["lr"] for group in stepper.param_groups)
    return (
        f"the loss became {value} in batch {number} with a learning rate of {rate:g}: the steps are too long; "
        f"try lr={rate / 10:g} (or less momentum)"
    )
