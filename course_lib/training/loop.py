"""The training loop as a textbook writes it: epochs, mini-batches, validation, patience.

What a run does besides (progress, checkpoints, counting uses of a test set) are the hooks of `hooks.py`; several
processes are torch's own, in `distributed.py`. Every epoch draws its random numbers from (seed, epoch), so a run that
was killed and resumed is, bit for bit, the run that was not.
Ref: Robbins & Monro 1951 (stochastic gradient); Prechelt 1998 (early stopping).
"""

import math
import time

import torch
from torch.nn import functional as F

from course_lib.errors import CourseError
from course_lib.models import evaluating, training
from course_lib.training import distributed
from course_lib.training.batches import batches, first_parameter
from course_lib.training.checkpoints import Checkpoint, TrainState, copy_of
from course_lib.training.history import Diverged, Epoch, History
from course_lib.training.hooks import Hook, Report, best_weights_at_the_end
from course_lib.training.optimizers import make_optimizer, set_learning_rate
from course_lib.training.usage_of_test_set import CountValidation


def fit(
    model, train, valid=None, *, epochs=20, lr=1e-3, momentum=0.9, optimizer="adam", weight_decay=0.0,
    schedule=None, batch_size=64, patience=5, loss=F.cross_entropy, seed=0, checkpoint=None, resume=False,
    progress=True,
) -> History:  # fmt: skip
    """Train `model` in place and return the History; the model keeps the weights of its best validation loss.

    train, valid: anything with `.batches(batch_size, shuffle, seed)`, or a pair of tensors (X, y): X (n, ...), y (n,)
        class indices. Without `valid` training does not stop early and the last weights stay.
    lr: learning rate; or one for each part of the model, {"body": 1e-5, "head": 1e-3}. Frozen parameters stay frozen.
    momentum: SGD's momentum, or Adam's first beta, in [0, 1).
    optimizer: "adam" or "sgd".   schedule: None, "step", "cosine", or a function that takes the fraction of the epochs
        done, in [0, 1), and returns the factor for lr.
    patience: epochs without a lower validation loss before training stops; None: never.
    loss: mean loss of a batch from (outputs, y); cross-entropy takes scores and log-probabilities alike.
    checkpoint: a file that holds the state after every epoch; with resume=True the run continues from it.
    progress: True, False, a function that is called with the History after every epoch, or a Hook (hooks.py).
    Ctrl-C ends the run early and safely. Raises Diverged when the loss is no longer finite.
    """
    state = TrainState(
        model, make_optimizer(model, optimizer, lr, momentum, weight_decay), History(planned=epochs)
    )
    history, patience = state.history, math.inf if patience is None else patience
    settings = {
        "lr": lr, "momentum": momentum, "optimizer": optimizer, "weight_decay": weight_decay, "seed": seed,
        "schedule": [schedule(k / 8) for k in range(8)] if callable(schedule) else schedule,  # a function has no name
        "epochs": epochs if schedule else None, "batch_size": batch_size,
    }  # fmt: skip
    told = progress if isinstance(progress, Hook) else Report(progress)
    hooks = [CountValidation(valid), Checkpoint(checkpoint, settings, train, resume=resume), told]
    for hook in hooks:
        hook.on_start(state)
    learner = distributed.data_parallel(model)  # in one process: the model itself

    with best_weights_at_the_end(state), torch.random.fork_rng(devices=[]):
        while len(history) < epochs and history.waited < patience:
            start, epoch = time.perf_counter(), len(history) + 1
            epoch_seed = seed * 1_000_003 + epoch
            torch.manual_seed(epoch_seed)  # dropout
            rate = set_learning_rate(state.optimizer, schedule, (epoch - 1) / epochs)
            shuffled = batches(
                train, batch_size, like=first_parameter(model), shuffle=True, seed=epoch_seed, sharded=True,
                fewest=2 * distributed.world(),
            )  # fmt: skip
            trained = train_epoch(learner, shuffled, state.optimizer, loss, hooks)
            validated = measure(model, valid, loss=loss) if valid is not None else (math.nan, math.nan)
            if valid is not None and not math.isfinite(validated[0]):
                raise Diverged(
                    f"the validation loss became {validated[0]}; lower lr, or look for NaN in `valid`"
                )
            history.add(Epoch(epoch, *trained, *validated, rate, time.perf_counter() - start))
            if history.best_epoch == epoch:
                state.best = copy_of(model)
            for hook in hooks:
                hook.on_epoch(state)
        history.stopped = "" if len(history) >= epochs else f"no better for {patience} epochs"
    return history


def train_epoch(model, batches, optimizer, loss=F.cross_entropy, hooks=()) -> tuple[float, float]:
    """One pass over the batches (x, y), one step after each. -> (mean loss, accuracy) on the way, dropout on."""
    total, right, seen = 0.0, 0, 0
    with training(model):
        for number, (x, y) in enumerate(batches, start=1):
            optimizer.zero_grad()
            outputs = model(x)  # (batch, classes)
            mean_loss = loss(outputs, y)
            mean_loss.backward()
            batch_loss, batch_right, batch_seen = distributed.sums(
                x, mean_loss.item() * len(y), correct(outputs, y), len(y)
            )  # over all processes; in one process the numbers themselves
            if not math.isfinite(batch_loss):
                raise Diverged(_advice(batch_loss, number, x, optimizer))
            optimizer.step()
            total, right, seen = total + batch_loss, right + batch_right, seen + batch_seen
            for hook in hooks:
                hook.on_batch(number, seen, total / seen)
    if not seen:
        raise CourseError("expected training examples, got none; is the split empty?")
    distributed.average_statistics(model)
    return total / seen, right / seen


def measure(model, data, *, batch_size=256, loss=F.cross_entropy) -> tuple[float, float]:
    """(mean loss, accuracy) over the whole of `data`, in evaluation mode: summed up, then divided once.

    data: a set with .batches, or a pair (X, y). Raises CourseError for an empty set. Several processes share the work.
    """
    total, right, seen = 0.0, 0, 0
    with evaluating(model):
        for x, y in batches(data, batch_size, like=first_parameter(model), sharded=True):
            if len(y):  # a process may get nothing of a last, short batch
                outputs = model(x)
                total, right = total + loss(outputs, y).item() * len(y), right + correct(outputs, y)
                seen += len(y)
    total, right, seen = distributed.sums(first_parameter(model), total, right, seen)
    if not seen:
        raise CourseError("expected examples to measure on, got none; is the split empty?")
    return total / seen, right / seen


def predict(model, data, *, batch_size=256):
    """The model's outputs for every example, in order and in evaluation mode. -> (n, classes)

    data: X (n, ...), a pair (X, y), or a set with .batches. Raises CourseError for an empty set.
    `predict(model, test).argmax(1)` are the classes.
    """
    if isinstance(data, torch.Tensor):
        data = data, torch.zeros(len(data), dtype=torch.long)
    with evaluating(model):
        outputs = [model(x) for x, _ in batches(data, batch_size, like=first_parameter(model))]
    if not outputs:
        raise CourseError("expected examples to predict, got none; is the split empty?")
    return torch.cat(outputs)


def correct(outputs, y) -> int:
    """How many of the largest outputs (n, classes) are at the true class y (n,)."""
    return int((outputs.argmax(1) == y).sum())


def _advice(value, number, x, optimizer) -> str:
    (bad_inputs,) = distributed.sums(x, int(not x.isfinite().all()))  # of any process
    if bad_inputs:
        return (
            f"batch {number} holds NaN or infinite inputs, so the loss is {value}; look at the features first"
        )
    rate = max(group["lr"] for group in optimizer.param_groups)
    return (
        f"the loss became {value} in batch {number} with a learning rate of {rate:g}: the steps are too long; "
        f"try lr={rate / 10:g} (or less momentum)"
    )
