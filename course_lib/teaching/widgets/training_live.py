"""Training, drawn while it runs: loss and accuracy, stop and go on, another rate on the way, two runs side by side.

A run is an ordinary `fit`; what is drawn comes from a hook. In a cell it runs to its end; a run that is started on the
page goes on batch by batch while the kernel has nothing else to do. Without a kernel the stored runs are played again.
"""

import asyncio
import copy
import time

from IPython.display import display

from course_lib.errors import CourseError
from course_lib.teaching.page.live import WIDGET_VIEW
from course_lib.teaching.page.live_picture import LivePicture
from course_lib.teaching.plots import Picture, new_axes, show_curves
from course_lib.teaching.widgets.training_watcher import Watcher, run_record
from course_lib.training import Diverged
from course_lib.training.stepping import Stepper

FACTORS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)  # the rates that can be set, as parts of the first one
SLICE_S = 0.03  # how long the kernel works before it looks at the page
HOW = (
    "Train a second run at another rate beside the first, stop it, change its rate on the way, go on. The star is the "
    "epoch whose weights are kept: the one of the lowest validation loss. "
)
BACK = "The last slider goes back in time. Of more than two runs, choose the two to see."


class TrainingLive(LivePicture):
    """`train(lr, progress)` makes a fresh model, calls `fit(..., lr=lr, progress=progress)`, returns (model, History).


    lr       the rate of the first run          chance   what guessing gives, for the accuracies
    watch    {name: function of the model that returns an accuracy}, measured before the first and after each epoch
    runs     {rate: {name of a curve: accuracies}}: runs that were measured before, shown beside the new ones
    step     what the curves are counted in
    `run()` trains in the cell and returns what `train` returns; `results` has it for every run, by its name.
    Without `train` nothing is trained, and `runs` are {name: curves} of anything that was measured step by step.
    """

    module = "training_live"
    # of each run that is seen; ratio: of its rate to the first run's; outcome: "learns", or "lost" where the loss grew or the
    # network guesses; lowered: its last rate as a share of its first; recovered: the loss since then, as a share
    # first_gain, second_gain: of the curves that are watched; behind: the best of the runs, in the first curve
    reports = (
        "name", "runs", "ratio", "epochs", "ended", "kept", "done", "right", "outcome", "lowered", "recovered", "first_gain",
        "second_gain", "behind",
    )  # fmt: skip

    def __init__(
        self, train=None, *, lr=1e-3, title="Training, epoch by epoch", chance=None, watch=None, runs=None, step="epoch",
    ):  # fmt: skip
        if not lr > 0:
            raise CourseError(f"expected a learning rate above 0, got {lr}")
        if not (train or runs):
            raise CourseError("expected a function that trains, or runs that were measured; got neither")
        self.train, self.lr, self.watch = train, lr, dict(watch or {})
        self.runs = [
            run_record(f"rate {name}" if train else str(name), curves)
            for name, curves in (runs or {}).items()
        ]
        self.stored, self.results, self._now = len(self.runs), {}, None
        self.rates = [float(f"{lr * factor:.2g}") for factor in FACTORS if train]
        data = {"lr": lr, "rates": self.rates, "chance": chance, "runs": [], "running": "", "step": step}
        super().__init__(title=title, how=(HOW if train else "") + BACK, data=data)
        self._loop = _running_loop()
        self.widget.on_msg(self._asked)
        self.tell()

    def run(self, lr=None):
        """Train in this cell, drawn while it runs. -> (model, History), of an interrupted run too. Raises what `train` raises."""
        display(_View(self))
        try:
            watcher = Watcher(self, self.lr if lr is None else lr)
            return self._finish(watcher, self.train(watcher.rate, watcher))
        except Diverged as error:
            self._finish(watcher, (None, error.history))
            raise
        finally:
            display(_Stored(self))

    def tell(self, running=None) -> None:
        """Send the runs to the page. `running`: words of what goes on now; "" for nothing.

        Copies, since a list that grew in its place equals what was sent before, and would not be sent again.
        """
        running = self.data["running"] if running is None else running
        self.data = {**self.data, "runs": copy.deepcopy(self.runs), "running": running}
        self.alt = " ".join(_words(run, self.data["step"]) for run in self.runs) or "Nothing is trained yet."
        self.widget.data = self.data

    def first(self) -> str:
        drawn = {
            part: {f"{run['name']}, {name}": v for run in self.runs for name, v in run[part].items() if v}
            for part in ("loss", "accuracy")
        }
        parts = [part for part in drawn if drawn[part]] or list(drawn)
        fig, boxes = new_axes(1, len(parts), height=3.0)
        for box, part in zip(boxes if len(parts) > 1 else [boxes], parts):
            lengths = {len(values) for values in drawn[part].values()}
            x = (
                None if drawn["loss"] or len(lengths) > 1 else range(*lengths)
            )  # watched: from before the first
            if lengths:
                show_curves(drawn[part], box, x=x, xlabel=self.data["step"], ylabel=part, title=part)
        return Picture(
            fig, f"{' and '.join(parts).capitalize()} of each {self.data['step']}. {self.alt}"
        ).html

    def start(self, lr) -> "Watcher":
        """Begin a run that goes on step by step: on the page, while the kernel is free; in tests with `advance`."""
        self._now = watcher = Watcher(self, lr)
        watcher.stepper = Stepper(lambda: self.train(lr, watcher))
        return watcher

    def advance(self) -> bool:
        """One batch more of the run that was begun; returns whether there is more to do."""
        watcher = self._now
        try:
            if watcher.stepper.step():
                return True
            self._finish(watcher, watcher.stepper.answer)
        except Diverged as error:
            self._finish(watcher, (None, error.history))
        except Exception as error:  # on the page nobody else would see it
            watcher.run |= {"ended": f"{type(error).__name__}: {error}", "done": True}
            self._now = None
            self.tell("")
            raise
        self._now = None
        return False

    def _finish(self, watcher, result):
        history = result[1]
        watcher.run |= {"kept": history.best_epoch, "ended": history.stopped, "done": True}
        self.results[watcher.run["name"]] = result
        self.tell("")
        return result

    def _asked(self, _, content, buffers):
        """JupyterLab may hand messages to a thread of their own (a subshell); a run is driven from one loop alone."""
        if self._loop in (None, _running_loop()):
            self._answer(content)
        else:
            self._loop.call_soon_threadsafe(self._answer, content)

    def _answer(self, content):
        """The page asks: train at a rate, stop, go on, end, or another rate for the run that goes on."""
        kind, watcher = content.get("kind"), self._now
        if kind == "train" and watcher is None and content.get("lr") in self.rates:
            self.runs = self.runs[: max(1, self.stored)]  # the first run stays, the new one stands beside it
            watcher = self.start(content["lr"])
            self._go(watcher)
        elif watcher is None:
            return
        elif kind == "rate" and content.get("lr") in self.rates:
            watcher.set_rate(content["lr"])
            self.tell()
        elif kind == "stop":
            watcher.held = True
            self.tell("stopped")
        elif kind in ("on", "end"):
            watcher.ending = kind == "end"
            self._go(watcher)

    def _go(self, watcher):
        watcher.held = False
        self.tell("begins")
        if loop := _running_loop():
            self._task = loop.create_task(self._drive(watcher))
        else:  # no loop in this kernel: the run cannot be held, and goes to its end
            while self.advance():
                pass

    async def _drive(self, watcher):
        while self._now is watcher and not watcher.held:
            begun = time.monotonic()
            while self.advance():
                if time.monotonic() - begun >= SLICE_S:
                    break
            else:
                return
            await asyncio.sleep(0.001)


class _View:
    """The widget alone, at the place where the run begins."""

    def __init__(self, live):
        self.live = live

    def __repr__(self):
        return f"{self.live.title}: drawn here while it runs."

    def _repr_mimebundle_(self, include=None, exclude=None):
        view = {"version_major": 2, "version_minor": 0, "model_id": self.live.widget.model_id}
        return {WIDGET_VIEW: view, "text/plain": repr(self)}


class _Stored(_View):
    """What is stored of the run, for pages without a kernel; beside the widget it hides itself."""

    def __repr__(self):
        return self.live.text()

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.live.html(), "text/plain": repr(self)}


def _running_loop():
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _words(run, step) -> str:
    """A run in a sentence: where each curve ended, and which epoch is kept."""
    parts = [
        f"{part} on {name} {values[-1]:.2f}" if part == "loss" else f"accuracy on {name} {values[-1]:.0%}"
        for part in ("loss", "accuracy")
        for name, values in run[part].items()
        if values
    ]
    epochs = max(
        map(len, run["loss"].values()), default=max(map(len, run["accuracy"].values()), default=1) - 1
    )
    kept = f"; kept: {step} {run['kept']}" if run["kept"] else ""
    ended = f", {run['ended']}" if run["ended"] else ""
    return f"{run['name']}{ended}: after {epochs} {step}s {', '.join(parts) or 'no curve'}{kept}."
