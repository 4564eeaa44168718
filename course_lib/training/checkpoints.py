"""The state of a run in one file, written so that a kill at any moment leaves the last whole epoch.

The file is loaded without running any code in it (torch's `weights_only`). The random state is not in it:
every epoch draws its own from (seed, epoch).
"""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import torch

from course_lib.errors import CourseError, DataError
from course_lib.paths import stored_file
from course_lib.training import distributed
from course_lib.training.batches import batches
from course_lib.training.history import Epoch, History, rows
from course_lib.training.hooks import Hook


@dataclass
class TrainState:
    """All that changes while a model is trained. `best`: the weights of the best epoch so far."""

    model: torch.nn.Module
    optimizer: torch.optim.Optimizer
    history: History
    best: dict | None = None

    def __post_init__(self):
        if self.best is None:
            self.best = copy_of(self.model)


def copy_of(model) -> dict:
    """The model's weights and statistics as they are now: {name: tensor}, not shared with the model."""
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


class Checkpoint(Hook):
    """Keep the state of a run in a file after every epoch; with resume=True begin from what the file holds.

    path: the file, or None for no checkpoint.   settings: {name: value} that must be the same when a run is resumed.
    train: the training data, of which the first examples must be the same too.
    Of several processes the first one writes and all of them read.
    """

    def __init__(self, path, settings, train, *, resume=False):
        self.path, self.resume = path, resume
        self.settings = settings if path is None else {**settings, "data": fingerprint(train)}

    def on_start(self, state):
        if self.resume:
            resume(state, self.path, self.settings)

    def on_epoch(self, state):
        if self.path is not None and distributed.rank() == 0:
            save(state, self.path, self.settings)


def fingerprint(data) -> str:
    """Classes, shape and three digits of what the first 16 examples hold: a checkpoint of other data is noticed.

    Not all digits: with another number of threads the last ones differ, and the run may go on.
    """
    x, y = next(batches(data, 16), (torch.zeros(0), torch.zeros(0)))
    x = x.double()
    told = [float(number) for number in (x.mean(), x.std(), *x[:1].flatten()[:4], *x[-1:].flatten()[-4:])]
    return f"{y.tolist()} {tuple(x.shape)} " + " ".join(f"{number:.3g}" for number in told)


def save(state, path, settings):
    """Write the state after a whole epoch: beside its place, then moved in with one rename."""
    content = {"settings": _as_text(settings), "history": rows(state.history), "best": state.best,
               "model": state.model.state_dict(), "optimizer": state.optimizer.state_dict()}  # fmt: skip
    with stored_file(path) as part:
        torch.save(content, part)


def resume(state, path, settings):
    """Set `state` to what the checkpoint holds; without such a file it stays at its start.

    Raises DataError for a file that is no checkpoint or is damaged, CourseError for one of another run or model.
    """
    if path is None:
        raise CourseError("expected a checkpoint file to resume from, got none; give checkpoint='name.pt'")
    if not Path(path).exists():
        return
    try:
        with zipfile.ZipFile(path) as parts:  # torch itself does not check the sums
            if (bad := parts.testzip()) is not None:
                raise ValueError(f"{bad} in it was changed")
        content = torch.load(path, weights_only=True, map_location="cpu")
        stored, epochs = content["settings"], [Epoch(**row) for row in content["history"]]
        weights, optimizer, best = content["model"], content["optimizer"], content["best"]
    except Exception as error:
        raise DataError(
            f"{path} is not a checkpoint of this course ({error}); remove it to start anew"
        ) from error
    wrong = [name for name, value in _as_text(settings).items() if stored.get(name) != value]
    if wrong:
        raise CourseError(
            f"{path} belongs to a run with other settings: "
            + ", ".join(f"{name} was {stored.get(name)}, is {_as_text(settings)[name]}" for name in wrong)
            + "; use the same ones, or remove the file to start anew"
        )
    try:
        state.model.load_state_dict(weights)
        state.optimizer.load_state_dict(optimizer)
    except (RuntimeError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CourseError(f"{path} belongs to another model; remove it to start anew. {error}") from error
    state.best = best
    state.history.epochs.extend(epochs)


def _as_text(settings) -> dict:
    """Settings as text, so that any of them can be stored and compared."""
    return {name: getattr(value, "__name__", None) or repr(value) for name, value in settings.items()}
