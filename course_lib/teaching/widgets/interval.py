"""How many people must be heard before a score says anything? Move the number, see the interval."""

import numpy as np

from course_lib.errors import CourseError
from course_lib.metrics import wilson_interval
from course_lib.teaching.plots import COLOURS
from course_lib.teaching.widgets.base import Explorer, steps

EACH = (2, 4, 8, 16, 32, 64, 128, 256)  # speakers of each class
BAND, POINT = "#c6e4f6", COLOURS[1]


class IntervalExplorer(Explorer):
    """The 95 % interval of a score over the number of speakers of each of `n_classes` classes, all classes alike.

    score    the share of speakers named rightly that was measured;  each   how many speakers of each class that was,
             on average: marked in the picture.
    """

    title = "Interval explorer"

    def __init__(self, n_classes, score, each):
        if n_classes < 2 or not 0 <= score <= 1 or each < 1:
            raise CourseError(
                f"expected two classes or more, a score from 0 to 1 and a speaker or more of each, got {n_classes}, "
                f"{score}, {each}"
            )
        self.n_classes, self.measured = n_classes, (each, score)
        shares = sorted({round(share, 2) for share in (1 / n_classes, 0.4, 0.5, 0.6, 0.8, 0.95, score)})
        super().__init__(
            each=steps("Speakers of each", EACH),
            score=steps("Share right", [f"{share:.0%}" for share in shares], f"{round(score, 2):.0%}"),
        )

    def picture(self, ax, each, score):
        share, chance = int(score.rstrip("%")) / 100, 1 / self.n_classes
        ends = np.array([self.interval(share, count) for count in EACH])
        low, high = self.interval(share, each)
        ax.fill_between(EACH, *ends.T, facecolor=BAND, edgecolor=COLOURS[0], label="95 % interval")
        ax.plot([each, each], [low, high], "-", color=POINT, linewidth=4)
        ax.plot(each, share, "o", color=POINT, markersize=9, label=f"{share:.0%} right, {each} of each")
        ax.plot(*self.measured, "k^", markersize=8, label="measured in this lesson")
        ax.axhline(chance, color="black", linestyle=":", label=f"chance: {chance:.0%}")
        ax.set_xscale("log", base=2)
        ax.set_xticks(EACH, EACH)
        ax.set(xlabel="speakers of each accent", ylabel="share of speakers right", ylim=(-0.03, 1.03))
        ax.set_title(f"{low:.0%} to {high:.0%}")
        ax.legend(loc="upper right" if share < 0.6 else "lower right", fontsize=8)
        inside = "Chance lies inside." if low <= chance <= high else "Chance lies outside."
        words = (
            f"{share:.0%} of {each * self.n_classes} speakers, {each} of each of {self.n_classes} accents: anything from {low:.0%} "
            f"to {high:.0%} fits, {100 * (high - low):.0f} points. {inside}"
        )
        return f"A band that narrows to the right: the interval over the number of speakers. {words}", words

    def interval(self, share, each):
        """Wilson's interval for `share` of all speakers, `each` of every class."""
        return wilson_interval(share * each * self.n_classes, each * self.n_classes)
