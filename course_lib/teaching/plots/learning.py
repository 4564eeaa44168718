"""Learning as pictures: activations of a unit over time, curves, scores beside the chance line. An axis in, the axis out."""

import numpy as np
from matplotlib.ticker import LogFormatter

from course_lib.errors import CourseError
from course_lib.teaching.plots.sound import _axis
from course_lib.teaching.plots.style import COLOURS, LINES

MARKS = ("o", "s", "^", "D", "v", "P")


def show_activity(activity, ax=None, *, hop_s: float = 0.01, unit: str = "", title: str = ""):
    """Draw what one neuron says, frame by frame: (frames,); where it is above zero it is filled. `hop_s` in seconds."""
    values = _numbers(activity, "what the neuron says (frames,)")
    ax = _axis(ax)
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
    ax = _axis(ax)
    for number, (name, values) in enumerate(curves.items()):
        values = np.asarray(values, dtype=np.float64)
        places = (
            np.arange(1, values.size + 1) if x is None else np.asarray(x, dtype=np.float64)[: values.size]
        )
        style = {"color": COLOURS[number % len(COLOURS)], "linestyle": LINES[number % len(LINES)]}
        ax.plot(places, values, marker=MARKS[number % len(MARKS)], markersize=5, label=str(name), **style)
    _chance(ax.axhline, chance)
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
    for wanted, name, axis in ((logx, "xscale", ax.xaxis), (logy, "yscale", ax.yaxis)):
        if wanted:
            ax.set(**{name: "log"})
            axis.set_major_formatter("{x:g}")  # 0.001; matplotlib's own 10^-3 is a formula
            axis.set_minor_formatter(LogFormatter(minor_thresholds=(1, 0.4)))
    if len(curves) > 1 or chance is not None:
        ax.legend()
    return ax


def show_scores(scores, ax=None, *, xlabel: str, chance=None, title: str = "", limits=(0, 1)):
    """Draw several runs of several methods ({name: [score, ...]}): a dot for every run, an upright stroke for the mean."""
    if not isinstance(scores, dict) or not scores:
        raise CourseError(f"expected a dictionary {{name: scores}}, got {type(scores).__name__}")
    ax = _axis(ax)
    for row, (name, values) in enumerate(scores.items()):
        values = _numbers(values, f"the scores of {name} (runs,)")
        colour = COLOURS[row % len(COLOURS)]
        ax.plot(values, np.full(values.size, row), MARKS[row % len(MARKS)], color=colour, linestyle="none")
        ax.plot([values.mean()] * 2, [row - 0.3, row + 0.3], color=colour, linestyle="-", linewidth=3)
    _chance(ax.axvline, chance)
    ax.set_yticks(range(len(scores)), list(scores))
    ax.set(xlim=limits, ylim=(len(scores) - 0.4, -0.6), xlabel=xlabel, title=title)
    if chance is not None:
        ax.legend(loc="best")
    return ax


def _chance(line, chance):
    if chance is not None:
        line(chance, color="black", linewidth=1.2, linestyle=":", label=f"chance: {chance:.1%}")


def _numbers(values, expected) -> np.ndarray:
    values = values.detach().cpu().numpy() if hasattr(values, "detach") else values
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or array.size == 0 or not np.isfinite(array).all():
        raise CourseError(f"expected {expected}, all finite, got shape {array.shape}")
    return array
