"""The state of a run in one file, written so that a kill at any moment leaves the last whole epoch.

The file is loaded without running any code in it (torch's `weights_only`). The random state is not in it:
every epoch draws its own from (seed, epoch).
"""

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import torch

from course_lib.errors import CourseError, DataError
from course_lib.paths import stored_file
from course_lib.training.batches import batches
from course_lib.training.history import Epoch, History, rows


@dataclass
class Run:
    """All that changes while a model is trained."""

    model: torch.nn.Module
    stepper: torch.optim.Optimizer
    history: History
    best: dict


def copy_of(model) -> dict:
    """The model's weights and statistics, apart from the model."""
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


def fingerprint(data) -> str:
    """A hash of the first 16 examples: enough to notice that a checkpoint belongs to other data."""
    x, y = next(batches(data, 16), (torch.zeros(0), torch.zeros(0)))
    return hashlib.sha256(x.cpu().contiguous().numpy().tobytes() + y.cpu().numpy().tobytes()).hexdigest()


def save(run, path, settings):
    """Write the run after a whole epoch: beside its place, then moved in with one rename."""
    state = {"settings": _plain(settings), "history": rows(run.history), "best": run.best,
             "model": run.model.state_dict(), "stepper": run.stepper.state_dict()}  # fmt: skip
    with stored_file(path) as part:
        torch.save(state, part)


def resume(run, path, settings):
    """Put `run` where the checkpoint stands; without such a file it stays at its start."""
    if path is None:
        raise CourseError("expected a checkpoint file to resume from, got none; give checkpoint='name.pt'")
    if not Path(path).exists():
        return
    try:
        with zipfile.ZipFile(path) as parts:  # torch itself does not look at the sums
            if (bad := parts.testzip()) is not None:
                raise ValueError(f"{bad} in it was changed")
        state = torch.load(path, weights_only=True, map_location="cpu")
        kept, past = state["settings"], [Epoch(**row) for row in state["history"]]
        weights, stepper, best = state["model"], state["stepper"], state["best"]
    except Exception as error:
        raise DataError(
            f"{path} is not a checkpoint of this course ({error}); remove it to start anew"
        ) from error
    wrong = [name for name, value in _plain(settings).items() if kept.get(name) != value]
    if wrong:
        raise CourseError(
            f"{path} belongs to a run with other settings: "
            + ", ".join(f"{name} was {kept.get(name)}, is {_plain(settings)[name]}" for name in wrong)
            + "; use the same ones, or remove the file to start anew"
        )
    try:
        run.model.load_state_dict(weights)
        run.stepper.load_state_dict(stepper)
    except (RuntimeError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CourseError(f"{path} belongs to another model; remove it to start anew. {error}") from error
    run.best = best
    run.history.epochs.extend(past)


def _plain(settings) -> dict:
    """Settings as text, so that any of them can be stored and compared."""
    return {name: getattr(value, "__name__", None) or repr(value) for name, value in settings.items()}
