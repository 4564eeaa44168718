"""A spotter at work: its score over time, its threshold, its detections, and where the word was really said."""

import numpy as np

from course_lib.teaching.plots.sound import _axis
from course_lib.teaching.plots.style import COLOURS, GREY


def show_score(heard, ax=None, *, said=(), title: str = ""):
    """Draw what `spot` gave: the score as a line, detections as crosses; `said` ((start, end), ...) as grey bars."""
    ax = _axis(ax)
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
