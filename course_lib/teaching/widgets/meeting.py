"""Meetings to look at, click and hear: the turns of a recording, and how many voices a threshold finds in it."""

import numpy as np

from course_lib.audio import SR
from course_lib.metrics.diarization import diarization_error, error_turns
from course_lib.tasks.diarization import DIFFERENT, HOP, cluster, unit
from course_lib.teaching.page import LivePicture
from course_lib.teaching.page.clips import clips_bytes
from course_lib.teaching.plots import Picture, new_axes, show_turns
from course_lib.teaching.plots.player import checked
from course_lib.teaching.widgets.base import Explorer, steps

THRESHOLDS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5, 2.0, 3.0, 50.0)
LONGEST_S = 300  # of sound that is sent to the page


class MeetingPlayer(LivePicture):
    """Turns as bars that play when they are clicked. `groups` is a list of turns, or {"reference": ..., "found": ...}.

    wave: (n,) at 16 kHz, up to five minutes. The turns of each group lie in lanes, one for each speaker; a group is
    switched on and off. With a "reference" the errors of the last group lie in a lane of their own, by kind.
    """

    module = "timeline"

    def __init__(self, wave, groups, *, title="Who speaks when"):
        wave = checked(wave, SR, LONGEST_S)
        self.groups = groups if isinstance(groups, dict) else {"": groups}
        self.length = len(wave) / SR
        names, lanes = list(self.groups), []
        for number, (group, turns) in enumerate(self.groups.items()):
            for who in sorted({turn[2] for turn in turns}):
                spans = [[float(start), float(end)] for start, end, name in sorted(turns) if name == who]
                name = f"{group}: {who}" if group else who
                lanes.append({"name": name, "kind": int(number > 0), "group": number, "turns": spans})
        self.alt = self._told(lanes)
        data = {"groups": names, "length": self.length}
        if "reference" in names and len(names) > 1:
            lane, data["errors"] = _errors(self.groups["reference"], self.groups[names[-1]])
            lanes.append({"name": "errors", "kind": 0, "group": len(names), "turns": lane})
            data["groups"] = [*names, "errors"]
            self.alt += (
                " Errors: " + ", ".join(f"{kind} {seconds:.1f} s" for kind, seconds in data["errors"]) + "."
            )
        sound, _ = clips_bytes([wave])
        super().__init__(title=title, data={**data, "lanes": lanes, "alt": self.alt}, blobs={"clips": sound})

    def _told(self, lanes) -> str:
        told = []
        for lane in lanes:
            seconds = sum(end - start for start, end in lane["turns"])
            count = len(lane["turns"])
            told.append(f"{lane['name']} {count} {'turn' if count == 1 else 'turns'}, {seconds:.1f} s")
        return f"Turns over {self.length:.0f} s: " + ("; ".join(told) or "nobody speaks") + "."

    def first(self) -> str:
        fig, ax = new_axes(height=1.2 + 0.35 * max(2, len(self.data["lanes"])))
        show_turns(self.groups, ax, length=self.length)
        return Picture(fig, self.alt).html


def _errors(reference, found):
    """The lane of errors [[start, end, kind], ...] and the seconds of each kind [[kind, seconds], ...]."""
    turns = error_turns(reference, found, diarization_error(reference, found, collar=0).names)
    lane = [[float(start), float(end), kind.replace(" ", "-")] for start, end, kind in turns]
    kinds = ("missed", "false-alarm", "confusion")
    return lane, [[kind, sum(end - start for start, end, name in lane if name == kind)] for kind in kinds]


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
