"""What training leaves behind as pictures: its curves, and who was taken for whom. An axis in, the axis out."""

import math

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator

from course_lib.errors import CourseError
from course_lib.teaching.plots.learning import show_curves

NAMED = 50  # up to so many classes are named on the axes of a confusion picture


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
    ax = plt.subplots(figsize=(8.0, 7.2))[1] if ax is None else ax
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
