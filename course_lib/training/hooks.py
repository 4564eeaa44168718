"""What a training run does beside training: three moments at which `fit` calls a list of hooks.

The hooks of `fit`: `Report` (here) shows progress, `checkpoints.Checkpoint` saves the state and resumes from it,
`usage_of_test_set.CountValidation` counts a validation set that is really a test set.
"""

from contextlib import contextmanager

from course_lib.training import distributed
from course_lib.training.history import Diverged
from course_lib.training.progress_line import Progress


class Hook:
    """The three moments. A hook overrides those that it needs; the others do nothing."""

    def on_start(self, state):
        """Before the first epoch. `state` is the run's TrainState, which a hook may change."""

    def on_batch(self, number, seen, mean_loss):
        """After the step of batch `number` (from 1); `seen` examples of this epoch had `mean_loss`."""

    def on_epoch(self, state):
        """After every epoch, with its row already in `state.history`."""


class Report(Hook):
    """Progress on one line (True), none (False), or a function called with the History after every epoch.

    Where the function has a method `.batch(number, seen, mean_loss)`, it is called after every batch.
    Of several processes only the first one reports.
    """

    def __init__(self, progress):
        report = Progress() if progress is True else progress
        self.report = report if distributed.rank() == 0 else None

    def on_batch(self, number, seen, mean_loss):
        if hasattr(self.report, "batch"):
            self.report.batch(number, seen, mean_loss)

    def on_epoch(self, state):
        if self.report:
            self.report(state.history)


@contextmanager
def best_weights_at_the_end(state):
    """However training ends, the model gets its best weights back and the history says why it stopped.

    Ctrl-C ends it without an error. Diverged goes on to the caller and carries the history as `.history`.
    """
    try:
        yield
    except KeyboardInterrupt:
        state.history.stopped = "interrupted"
    except Diverged as error:
        state.history.stopped, error.history = "diverged", state.history
        raise
    finally:
        state.model.load_state_dict(state.best)
