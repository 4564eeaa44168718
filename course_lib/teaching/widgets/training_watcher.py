"""The hook behind `TrainingLive`: what is drawn of one run, and what the page may change while it goes on."""

import math
import time

from course_lib.training.hooks import Hook

EVERY_S = 0.2  # how often batches are told


class Watcher(Hook):
    """One run: what it drew so far, its rate, and whether it is to end."""

    def __init__(self, live, lr):
        self.live, self.rate, self.stepper, self.told = live, lr, None, 0.0
        self.held = self.ending = False
        name = f"rate {lr:g}"
        same = sum(run["name"].split(" (")[0] == name for run in live.runs)
        curves = {name: [] for name in live.watch}
        self.run = run_record(name + (f" ({same + 1})" if same else ""), curves, done=False)
        live.runs.append(self.run)

    def set_rate(self, lr):
        """Another rate from the next batch on."""
        for group in self.state.optimizer.param_groups:
            for key in ("lr", "full_lr"):
                group[key] *= lr / self.rate
        self.rate = lr
        self.run["changes"].append([len(self.state.history), lr])

    def on_start(self, state):
        self.state = state
        self._look()

    def on_batch(self, number, seen, mean_loss):
        if self.ending:
            raise KeyboardInterrupt  # fit ends the run and keeps the best weights
        if time.monotonic() - self.told > EVERY_S:
            self.told = time.monotonic()
            epoch = len(self.state.history) + 1
            self.live.tell(f"epoch {epoch}, batch {number}: loss {mean_loss:.3f}")
        if self.stepper:
            self.stepper.pause()

    def on_epoch(self, state):
        row = state.history[-1]
        for part, values in (
            ("loss", (row.train_loss, row.valid_loss)),
            ("accuracy", (row.train_accuracy, row.valid_accuracy)),
        ):
            for side, value in zip(("training", "validation"), values):
                if not math.isnan(value):
                    self.run[part].setdefault(side, []).append(round(value, 5))
        self.run["kept"] = state.history.best_epoch
        self._look()
        self.live.tell(f"epoch {row.epoch} of {state.history.planned} is done")

    def _look(self):
        for name, measured in self.live.watch.items():
            self.run["accuracy"][name].append(round(float(measured(self.state.model)), 5))


def run_record(name, curves, done=True) -> dict:
    """What the page is told of a run: its curves, the rates that it was given on the way, and how it ended."""
    accuracy = {each: [round(float(value), 5) for value in values] for each, values in curves.items()}
    return {
        "name": name, "loss": {}, "accuracy": accuracy, "changes": [], "kept": 0, "ended": "", "done": done
    }  # fmt: skip
