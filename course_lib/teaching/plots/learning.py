"""Learning as pictures: a unit's activation, curves of training, scores of several runs, confusions. An axis in, the axis out."""

import math

import numpy as np
from matplotlib.ticker import LogFormatter, MaxNLocator

from course_lib.errors import CourseError
from course_lib.teaching.plots.axes import axis, finite
from course_lib.teaching.plots.style import COLOURS, LINES

NAMED = 50  # up to so many classes are named on the axes of a confusion picture
MARKS = ("o", "s", "^", "D", "v", "P")


def show_activity(activity, ax=None, *, hop_s: float = 0.01, unit: str = "", title: str = ""):
    """Draw the activation of one unit, frame by frame: (frames,); filled where it is above zero. `hop_s` in seconds."""
    values = finite(activity, 1, "the activation of a unit (frames,)")
    ax = axis(ax)
    times = hop_s * np.arange(values.size)
    ax.plot(times, values, linewidth=1.2)
    ax.fill_between(times, values, 0, where=values > 0, color=COLOURS[1], alpha=0.6, label="above zero")
    ax.axhline(0, color="black", linewidth=0.8, linestyle="-")
    ax.set(xlabel="time (s)", ylabel=f"activation ({unit})" if unit else "activation", title=title)
    ax.legend()
    ax.margins(x=0)
    return ax


def show_curves(
    curves,
    ax=None,
    *,
    x=None,
    xlabel: str = "epoch",
    ylabel: str,
    title: str = "",
    chance=None,
    logx=False,
    logy=False,
):
    """Draw one line for each name in `curves` ({name: values}); every line has its own colour, dashes and marks.

    `x` are the places (default 1, 2, 3, ...: epochs). `chance` draws the line that guessing reaches.
    """
    if not isinstance(curves, dict) or not curves:
        raise CourseError(f"expected a dictionary {{name: values}}, got {type(curves).__name__}")
    ax = axis(ax)
    for number, (name, values) in enumerate(curves.items()):
        values = np.asarray(values, dtype=np.float64)
        places = (
            np.arange(1, values.size + 1) if x is None else np.asarray(x, dtype=np.float64)[: values.size]
        )
        style = {"color": COLOURS[number % len(COLOURS)], "linestyle": LINES[number % len(LINES)]}
        ax.plot(places, values, marker=MARKS[number % len(MARKS)], markersize=5, label=str(name), **style)
    _chance(ax.axhline, chance)
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
    for wanted, name, side in ((logx, "xscale", ax.xaxis), (logy, "yscale", ax.yaxis)):
        if wanted:
            ax.set(**{name: "log"})
            side.set_major_formatter("{x:g}")  # 0.001; matplotlib's own 10^-3 is a formula
            side.set_minor_formatter(LogFormatter(minor_thresholds=(1, 0.4)))
    if len(curves) > 1 or chance is not None:
        ax.legend()
    return ax


def show_scores(scores, ax=None, *, xlabel: str, chance=None, title: str = "", limits=(0, 1)):
    """Draw several runs of several methods ({name: [score, ...]}): a dot for every run, an upright stroke for the mean."""
    if not isinstance(scores, dict) or not scores:
        raise CourseError(f"expected a dictionary {{name: scores}}, got {type(scores).__name__}")
    ax = axis(ax)
    for row, (name, values) in enumerate(scores.items()):
        values = finite(values, 1, f"the scores of {name} (runs,)")
        colour = COLOURS[row % len(COLOURS)]
        ax.plot(values, np.full(values.size, row), MARKS[row % len(MARKS)], color=colour, linestyle="none")
        ax.plot([values.mean()] * 2, [row - 0.3, row + 0.3], color=colour, linestyle="-", linewidth=3)
    _chance(ax.axvline, chance)
    ax.set_yticks(range(len(scores)), list(scores))
    ax.set(xlim=limits, ylim=(len(scores) - 0.4, -0.6), xlabel=xlabel, title=title)
    if chance is not None:
        ax.legend(loc="best")
    return ax


def show_history(history, ax=None, *, what: str = "loss", title: str = ""):
    """Draw `what` ("loss" or "accuracy") over the epochs of a training History: training, validation, best epoch."""
    if what not in ("loss", "accuracy"):
        raise CourseError(f'expected "loss" or "accuracy", got {what!r}')
    if not len(history):
        raise CourseError("expected a history with at least one epoch, got none; train first")
    best, unit = history.best, "loss (nats)" if what == "loss" else "accuracy (share right)"
    curves = {"training": history[f"train_{what}"], "validation": history[f"valid_{what}"]}
    curves = {name: values for name, values in curves.items() if not math.isnan(values[-1])}
    ax = show_curves(curves, ax, ylabel=unit)
    ax.axvline(best.epoch, color="black", linewidth=1, linestyle=":", label="weights kept")
    reached = best.train_accuracy if math.isnan(best.valid_accuracy) else best.valid_accuracy
    ax.set_title(title or f"Best in epoch {best.epoch}: {reached:.1%} right")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend()
    return ax


def show_confusion(table, names, ax=None, *, title: str = ""):
    """Draw a confusion table (classes, classes): rows are who it is, columns who was answered, in shares of a row.

    Up to NAMED classes are named on the axes. The title counts the answers off the diagonal.
    """
    table = np.asarray(table)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or len(names) != len(table) or not table.sum() > 0:
        raise CourseError(
            f"expected a square table of counts and a name for each row, got {table.shape} and {len(names)} names"
        )
    ax = axis(ax, figsize=(8.0, 7.2))
    shares = table / np.maximum(table.sum(1, keepdims=True), 1)
    picture = ax.imshow(shares, vmin=0, vmax=1, cmap="cividis", interpolation="nearest")
    ax.figure.colorbar(picture, ax=ax, label="share of the row")
    wrong = int(table.sum() - np.trace(table))
    ax.set(xlabel="answered", ylabel="is", title=title or f"{wrong} of {int(table.sum())} answers are wrong")
    if len(names) <= NAMED:
        size = 10 if len(names) <= 12 else 6
        ax.set_xticks(range(len(names)), names, rotation=90, fontsize=size)
        ax.set_yticks(range(len(names)), names, fontsize=size)
    return ax


def _chance(line, chance):
    if chance is not None:
        value = f"{chance:.1%}" if chance <= 1 else f"{chance:.2f}"  # a share, or a loss
        line(chance, color="black", linewidth=1.2, linestyle=":", label=f"chance: {value}")
