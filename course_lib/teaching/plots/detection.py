"""A detector at work: its score over time, its threshold, what it found, and what there really was. An axis in, the axis out."""

from statistics import NormalDist

import numpy as np

from course_lib.errors import CourseError
from course_lib.metrics import det_curve
from course_lib.teaching.plots.axes import axis
from course_lib.teaching.plots.style import COLOURS, GREY, LINES


def show_score(heard, ax=None, *, said=(), title: str = ""):
    """Draw what `spot` gave: the score as a line, detections as crosses; `said` ((start, end), ...) as grey bars."""
    ax = axis(ax)
    for number, (start, end) in enumerate(said):
        ax.axvspan(
            start, end, facecolor="#d9d9d9", edgecolor=GREY, label="" if number else "the word is said"
        )
    ax.plot(heard.times, heard.scores, color=COLOURS[0], linewidth=1.2, label="score")
    if heard.detections:
        ax.plot(
            *np.array(heard.detections).T,
            "x",
            color=COLOURS[1],
            markersize=9,
            markeredgewidth=2,
            label="detection",
        )
    ax.axhline(heard.threshold, color="black", linestyle=":", label=f"threshold {heard.threshold:.2f}")
    ax.set(xlabel="time (s)", ylabel="score", ylim=(-0.03, 1.08), title=title)
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    ax.margins(x=0)
    return ax


def show_night(scores, found, ax=None, *, threshold, low=None, step=1.0, true=None, title=""):
    """Draw `scores` (one every `step` seconds), the thresholds, and the episodes (start, end, ...) as bars below.

    true: the episodes that there are, drawn hatched below those found. The score has no unit.
    """
    scores = np.asarray(scores, dtype=float)
    if scores.ndim != 1 or not len(scores) or not np.isfinite(scores).all():
        raise CourseError(f"expected one finite score a second, got shape {scores.shape}")
    ax = axis(ax)
    minutes = len(scores) * step > 300
    unit = 60 if minutes else 1
    ax.step(
        np.arange(len(scores) + 1) * step / unit,
        np.append(scores, scores[-1]),
        where="post",
        color=COLOURS[0],
    )
    ax.axhline(threshold, color="black", linestyle="--", linewidth=1, label="threshold")
    if low is not None and low < threshold:
        ax.axhline(low, color="black", linestyle=":", linewidth=1, label="an episode ends here")
    bottom, top = min(scores.min(), threshold), max(scores.max(), threshold)
    height = 0.09 * max(top - bottom, 1e-6)
    rows = [(found, "found", COLOURS[1], "")] + (
        [(true, "true", "white", "////")] if true is not None else []
    )
    for place, (parts, name, colour, hatch) in enumerate(rows):
        base = bottom - (1.6 * place + 1.8) * height
        bars = [(part[0] / unit, (part[1] - part[0]) / unit) for part in parts]
        ax.broken_barh(bars, (base, height), facecolor=colour, edgecolor="black", hatch=hatch, label=name)
    ax.set_ylim(bottom - (1.6 * len(rows) + 0.6) * height, top + height)
    ax.set(
        xlabel="time (min)" if minutes else "time (s)",
        ylabel="score (snores above)",
        title=title,
        xlim=(0, len(scores) * step / unit),
    )
    ax.legend(loc="upper left", bbox_to_anchor=(0, -0.2), ncols=4)
    return ax


RATES = (0.001, 0.01, 0.05, 0.1, 0.2, 0.4)  # where a DET curve has its ticks


def show_det(trials, ax=None, *, marks=None, title=""):
    """Draw DET curves: false rejects over false accepts, on axes of normal deviates. trials: {name: (scores, same)}.

    On such axes scores that are normally distributed give a straight line, and the corner of small errors is as wide as the rest.
    marks: {name: (false accept rate, false reject rate)}, points such as a threshold in use. A rate of 0 is drawn at the edge.
    Ref: Martin et al. 1997, The DET curve in assessment of detection task performance.
    """
    ax, deviate = axis(ax), np.vectorize(NormalDist().inv_cdf)
    edge = RATES[0] / 2
    for number, (name, (scores, same)) in enumerate(trials.items()):
        accepts, rejects, _ = det_curve(scores, same)
        style = {"color": COLOURS[number % len(COLOURS)], "linestyle": LINES[number % len(LINES)]}
        ax.plot(
            *(deviate(np.clip(rates, edge, 1 - edge)) for rates in (accepts, rejects)), label=name, **style
        )
    for number, (name, rates) in enumerate((marks or {}).items()):
        ax.plot(*deviate(np.clip(rates, edge, 1 - edge)), "os^Dv"[number % 5], color="black", label=name)
    ends = deviate([edge, 0.6])
    ax.plot(ends, ends, color=GREY, linestyle=":", label="as many of both")
    for one in (ax.xaxis, ax.yaxis):
        one.set_ticks(deviate(RATES), [f"{rate:.1%}" if rate < 0.01 else f"{rate:.0%}" for rate in RATES])
    ax.set(xlabel="false accepts", ylabel="false rejects", xlim=ends, ylim=ends, title=title)
    ax.legend(loc="upper right", fontsize=8)
    return ax
