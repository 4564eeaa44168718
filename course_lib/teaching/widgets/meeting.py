"""Meetings to look at, click and hear: the turns of a recording, and how many voices a threshold finds in it."""

import numpy as np

from course_lib.audio import SR
from course_lib.tasks.diarization import DIFFERENT, HOP, cluster, unit
from course_lib.teaching.page import Live, Timeline
from course_lib.teaching.plots import Picture, new_axes, show_turns, wav_bytes
from course_lib.teaching.widgets.base import Explorer, steps

THRESHOLDS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5, 2.0, 3.0, 50.0)
LONGEST_S = 300  # of sound that is sent to the page


class MeetingPlayer(Live):
    """Turns as bars that play when they are clicked. `groups` is a list of turns, or {"reference": ..., "found": ...}.

    wave: (n,) at 16 kHz, up to five minutes. The turns of each group lie in lanes, one for each speaker.
    """

    def __init__(self, wave, groups, *, caption="The whole recording"):
        sound = wav_bytes(wave, longest=LONGEST_S)
        self.groups = groups if isinstance(groups, dict) else {"": groups}
        self.length = len(wave) / SR
        lanes = []
        for kind, (group, turns) in enumerate(self.groups.items()):
            for who in sorted({turn[2] for turn in turns}):
                spans = [[float(start), float(end)] for start, end, name in sorted(turns) if name == who]
                lanes.append({"name": f"{group}: {who}" if group else who, "kind": kind, "turns": spans})
        self.widget = Timeline(lanes=lanes, length=self.length, wav=sound, caption=caption)

    @property
    def alt(self) -> str:
        told = []
        for lane in self.widget.lanes:
            seconds = sum(end - start for start, end in lane["turns"])
            count = len(lane["turns"])
            told.append(f"{lane['name']} {count} {'turn' if count == 1 else 'turns'}, {seconds:.1f} s")
        return f"Turns over {self.length:.0f} s: " + ("; ".join(told) or "nobody speaks") + "."

    def html(self) -> str:
        fig, ax = new_axes(height=1.2 + 0.35 * max(2, len(self.widget.lanes)))
        show_turns(self.groups, ax, length=self.length)
        return f"<div>{Picture(fig, self.alt).html}<p>Run the cell: then each bar plays its turn.</p></div>"

    def text(self) -> str:
        return self.alt


class ClusterExplorer(Explorer):
    """By how much must two groups of windows differ to be two voices? `vectors` (n, d), `times` (n,) in seconds.

    `truth` are the turns of the reference, drawn above; the words say how many voices there really are.
    """

    title = "Cluster explorer"

    def __init__(self, vectors, times, truth=()):
        self.vectors = unit(vectors)
        self.times, self.truth = np.asarray(times, dtype=float), list(truth)
        super().__init__(difference=steps("Two voices from", sorted({*THRESHOLDS, DIFFERENT}), DIFFERENT))

    def picture(self, ax, difference):
        labels = cluster(self.vectors, difference=difference, times=self.times)
        count = labels.max() + 1
        turns = [
            (time - HOP / 2, time + HOP / 2, f"cluster {label + 1}")
            for time, label in zip(self.times, labels)
        ]
        shown = {"reference": self.truth, "found": turns} if self.truth else {"": turns}
        show_turns(
            shown, ax, length=self.times[-1] + 0.5, title=f"two voices from a difference of {difference:.1f}"
        )
        ax.figure.subplots_adjust(left=0.24)
        ax.set_ylabel("")  # the lanes are named, and the names need the room
        if count > 12:
            ax.set_yticks([])
        real = len({turn[2] for turn in self.truth})
        words = f"From a difference of {difference:.1f}: {count} {'voice' if count == 1 else 'voices'} found"
        words += f"; there are {real}." if self.truth else "."
        return f"Windows over time, a lane for each cluster. {words}", words
