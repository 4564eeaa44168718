"""Move the threshold of a detector over a night: what is missed and what is a false alarm trade places."""

import numpy as np

from course_lib.tasks.snoring import episodes, missed_and_false_alarm
from course_lib.teaching.plots import show_night
from course_lib.teaching.widgets.base import Explorer, steps


class NightExplorer(Explorer):
    """The scores of a night, one every `step` seconds, and its `true` episodes [(start, end, ...), ...].

    width   how far below the threshold an episode may go on
    """

    title = "Night explorer"

    def __init__(self, scores, true, *, step=1.0, width=0.0, places=15):
        self.scores, self.true, self.step, self.width = (
            np.asarray(scores, dtype=float),
            list(true),
            step,
            width,
        )
        low, high = self.scores.min(), self.scores.max()
        places = np.round(np.linspace(low, high, places + 2)[1:-1], 2)
        super().__init__(threshold=steps("Threshold", dict.fromkeys(places.tolist())))

    def picture(self, ax, threshold):
        length = len(self.scores) * self.step
        found = episodes(self.scores, threshold, threshold - self.width, step=self.step)
        missed, false = missed_and_false_alarm(found, self.true, length)
        snored = sum(end - start for start, end, *_ in self.true)
        show_night(
            self.scores, found, ax, threshold=threshold, step=self.step, true=self.true,
            title=f"missed {missed:.0f} s, false alarm {false:.0f} s",
        )  # fmt: skip
        ax.figure.subplots_adjust(bottom=0.3)
        words = (
            f"Threshold {threshold:g}: {len(found)} episodes found. Missed: {missed:.0f} of {snored:.0f} s of snoring. "
            f"False alarm: {false:.0f} of {length - snored:.0f} s without."
        )
        return (
            f"A score over {length:.0f} s of a night with found and true episodes as bars below. {words}",
            words,
        )
