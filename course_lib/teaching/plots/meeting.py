"""Who spoke when, as pictures: turns in lanes over time, and how alike the windows of a recording are."""

import numpy as np

from course_lib.errors import CourseError
from course_lib.tasks.diarization import unit
from course_lib.teaching.plots.axes import axis, finite
from course_lib.teaching.plots.style import COLOURS

HATCHES = ("", "//", "..", "xx", "\\\\", "++", "oo", "--")
NOBODY = "(nobody)"


def show_turns(groups, ax=None, *, length=None, title: str = ""):
    """Draw turns (start, end, speaker) in seconds as bars, a lane for each speaker.

    `groups` is a list of turns, or {"reference": turns, "found": turns}: then each group has its own lanes, its own
    colour and hatching, with its name before the speaker's. `length` of the recording in seconds.
    """
    groups = groups if isinstance(groups, dict) else {"": groups}
    lanes = [
        (group, speaker)
        for group, turns in groups.items()
        for speaker in sorted({turn[2] for turn in turns}) or [NOBODY]
    ]
    if not lanes:
        raise CourseError("expected a list of turns, or {name: turns}, got nothing")
    ax = axis(ax)
    for place, (group, speaker) in enumerate(lanes):
        kind = list(groups).index(group)
        bars = [(start, end - start) for start, end, who in groups[group] if who == speaker]
        look = {"facecolor": COLOURS[kind % len(COLOURS)], "hatch": HATCHES[kind % len(HATCHES)]}
        ax.broken_barh(bars, (place - 0.38, 0.76), edgecolor="black", linewidth=0.6, **look)
    ax.set_yticks(range(len(lanes)), [f"{group}: {who}" if group else str(who) for group, who in lanes])
    ends = [turn[1] for turns in groups.values() for turn in turns]
    ax.set(xlim=(0, length or max(ends, default=1.0)), ylim=(len(lanes) - 0.4, -0.6))
    ax.set(xlabel="time (s)", ylabel="who", title=title)
    ax.grid(axis="y", visible=False)
    return ax


def show_likeness(vectors, ax=None, *, times=None, title: str = ""):
    """Draw the cosine of every two vectors (n, d): bright where two windows sound like one voice. `times` in seconds."""
    vectors = finite(vectors, 2, "vectors (windows, d)")
    vectors = unit(vectors)
    times = np.arange(len(vectors), dtype=float) if times is None else np.asarray(times, dtype=float)
    ax = axis(ax)
    edges = (times[0], times[-1], times[0], times[-1])
    look = {"vmin": 0, "vmax": 1, "cmap": "cividis", "interpolation": "nearest"}
    picture = ax.imshow(vectors @ vectors.T, origin="lower", aspect="auto", extent=edges, **look)
    ax.figure.colorbar(picture, ax=ax, label="cosine: 1 is alike")
    ax.set(xlabel="window at (s of speech)", ylabel="window at (s of speech)", title=title)
    return ax
