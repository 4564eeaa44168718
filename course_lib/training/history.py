"""What a training run leaves behind: a row of numbers per epoch; it prints itself and keeps them."""

import math
from dataclasses import asdict, dataclass, field, fields

from course_lib.errors import CourseError


class Diverged(CourseError):
    """The loss became infinite or NaN. `.history` holds the epochs before; the model has the best weights of them."""


@dataclass(frozen=True)
class Epoch:
    """One pass over the training set. Accuracies in [0, 1]; those of training are measured on the way, with dropout on."""

    epoch: int
    train_loss: float
    train_accuracy: float
    valid_loss: float
    valid_accuracy: float
    lr: float
    seconds: float


@dataclass
class History:
    """The epochs of a run. `history["valid_loss"]` is one column, `history[3]` the fourth epoch.

    >>> history = History()
    >>> history.add(Epoch(1, 2.0, 0.1, 1.5, 0.2, 0.001, 0.5)), history.add(Epoch(2, 1.0, 0.6, 1.7, 0.4, 0.001, 0.5))
    (None, None)
    >>> history.best_epoch, history.waited, history["valid_loss"]
    (1, 1, [1.5, 1.7])
    """

    epochs: list = field(default_factory=list)
    planned: int = 0
    stopped: str = ""  # why it ended before the planned epochs; "" where it did not

    def add(self, epoch):
        self.epochs.append(epoch)

    @property
    def best_epoch(self) -> int:
        """The epoch with the lowest validation loss (the first of equals); without validation the last; 0: none."""
        if not self.epochs:
            return 0
        if math.isnan(self.epochs[-1].valid_loss):
            return self.epochs[-1].epoch
        return min(self.epochs, key=lambda row: row.valid_loss).epoch

    @property
    def best(self) -> Epoch | None:
        """The row of the best epoch: its weights are the ones that the model keeps."""
        return self.epochs[self.best_epoch - 1] if self.epochs else None

    @property
    def waited(self) -> int:
        """Epochs since the best one."""
        return len(self.epochs) - self.best_epoch

    @property
    def seconds(self) -> float:
        return sum(row.seconds for row in self.epochs)

    def to_dict(self) -> dict:
        """Plain numbers for json: a list per column, the best epoch, why it stopped."""
        columns = {column.name: self[column.name] for column in fields(Epoch)}
        return {**columns, "best_epoch": self.best_epoch, "stopped": self.stopped}

    def __len__(self):
        return len(self.epochs)

    def __getitem__(self, key):
        return [getattr(row, key) for row in self.epochs] if isinstance(key, str) else self.epochs[key]

    def __repr__(self):
        if not self.epochs:
            return f"no epoch finished ({self.stopped or 'not trained yet'})"
        lines = ["epoch   train loss  accuracy   valid loss  accuracy         lr  seconds"]
        for row in self.epochs:
            mark = "  <- best" if row.epoch == self.best_epoch else ""
            lines.append(
                f"{row.epoch:5}  {row.train_loss:11.4f}  {_percent(row.train_accuracy)}  {row.valid_loss:11.4f}  "
                f"{_percent(row.valid_accuracy)}  {row.lr:9.2g}  {row.seconds:7.2f}{mark}"
            )
        end = f", ended: {self.stopped}" if self.stopped else ""
        return "\n".join([*lines, f"{len(self)} epochs in {self.seconds:.1f} s{end}"])


def rows(history) -> list[dict]:
    """The epochs as plain dictionaries, for a checkpoint."""
    return [asdict(row) for row in history.epochs]


def _percent(share) -> str:
    return f"{100 * share:6.1f} %"
